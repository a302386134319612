extension ImportScanner {
    private static let longestWord = 10
    /// Words that may stand before the names of an import; `typeof` is Flow's.
    private static let modifiers: Set<String> = ["type", "typeof", "defer", "source"]

    /// Reads an identifier or keyword, and the statement or call that it begins when it names a module.
    mutating func readWord() {
        let start = at
        skipWord()
        let length = at - start
        texts?.lastName = bytes[start..<at]
        let wasAfterDot = isAfterDot
        // `#import` is a private name, `@import` a decorator.
        let isNamed = start > 0 && (bytes[start - 1] == UInt8(ascii: "#") || bytes[start - 1] == UInt8(ascii: "@"))
        if wasAfterDot || isNamed || length < 2 || length > ImportScanner.longestWord {
            finish(endsExpression: true)
            if wasAfterDot, isWord("require", start, length), isModuleMember(start) { readRequire(offset: start) }
            return
        }
        switch bytes[start] {
        case UInt8(ascii: "i") where isWord("import", start, length):
            finish(endsExpression: true)
            readImport(offset: start)
        case UInt8(ascii: "e") where isWord("export", start, length):
            finish(endsExpression: false)
            readExport(offset: start)
        case UInt8(ascii: "r") where isWord("require", start, length):
            finish(endsExpression: true)
            readRequire(offset: start)
        case UInt8(ascii: "a")...UInt8(ascii: "y"): readKeyword(start, length)
        default: finish(endsExpression: true)
        }
    }

    /// What a keyword means for the token after it.
    private mutating func readKeyword(_ start: Int, _ length: Int) {
        let words = ImportScanner.keywords[length]
        for keyword in words where isWord(keyword.word, start, length) {
            // `for await (` is a head too.
            let isHead = keyword.meaning == .head || isAfterHead && length == 5
            finish(endsExpression: false, braceOpensObject: keyword.meaning == .operand)
            isAfterHead = isHead
            return
        }
        finish(endsExpression: true)
    }

    private enum Meaning { case head, statement, operand }

    /// Keywords by length. After a head come parentheses and a statement, after `do` a statement, after the others an
    /// operand.
    private static let keywords: [[(word: StaticString, meaning: Meaning)]] = [
        [], [],
        [("if", .head), ("in", .operand), ("of", .operand), ("do", .statement)],
        [("for", .head), ("new", .operand)],
        [("else", .statement), ("case", .operand), ("void", .operand), ("with", .head)],
        [("await", .operand), ("while", .head), ("throw", .operand), ("yield", .operand)],
        [("return", .operand), ("typeof", .operand), ("delete", .operand)],
        [("default", .operand), ("extends", .statement)],
        [], [],
        [("instanceof", .operand)],
    ]

    private func isWord(_ word: StaticString, _ start: Int, _ length: Int) -> Bool {
        guard word.utf8CodeUnitCount == length else { return false }
        return word.withUTF8Buffer { text in
            for index in 0..<length where bytes[start + index] != text[index] { return false }
            return true
        }
    }

    private func isModuleMember(_ start: Int) -> Bool {
        let name = Array("module.".utf8)
        return start >= name.count && bytes[(start - name.count)..<start].elementsEqual(name)
    }

    // MARK: Statements

    /// What follows `import`; leaves the place after the keyword when that names no module.
    mutating func readImport(offset: Int) {
        let start = at
        skipTrivia()
        switch byte() {
        case UInt8(ascii: "("): return readCall(.dynamic, offset, start)
        case UInt8(ascii: "."): return readMeta(offset, start)
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            if let name = takeString() { return add(name, .sideEffect, offset) }
        default:
            if readClause(offset) { return }
        }
        at = start
    }

    /// `import.meta.resolve("m")`, `import.defer("m")`, `import.source("m")`.
    private mutating func readMeta(_ offset: Int, _ start: Int) {
        at += 1
        skipTrivia()
        let word = self.word()
        skipTrivia()
        if word == "defer" || word == "source", byte() == UInt8(ascii: "(") { return readCall(.dynamic, offset, start) }
        if word == "meta", take(".") {
            skipTrivia()
            if self.word() == "resolve" {
                skipTrivia()
                if byte() == UInt8(ascii: "(") { return readCall(.resolve, offset, start) }
            }
        }
        at = start
    }

    /// The names between `import` and its module. False when there is no such clause.
    private mutating func readClause(_ offset: Int) -> Bool {
        var isTypeOnly = false
        if let first = word() {
            skipTrivia()
            if ImportScanner.modifiers.contains(first), !isFollowedByModule(), byte() != UInt8(ascii: ",") {
                isTypeOnly = first.hasPrefix("type")
                if word() != nil { skipTrivia() }
                if take(",") { skipTrivia() }
            } else if take(",") {
                skipTrivia()
            } else if byte() == UInt8(ascii: "=") {
                return readImportEquals(isTypeOnly, offset)
            }
            if isTypeOnly, byte() == UInt8(ascii: "=") { return readImportEquals(isTypeOnly, offset) }
        }
        if take("*") {
            skipTrivia()
            guard word() == "as" else { return false }
            skipTrivia()
            guard word() != nil else { return false }
        } else if byte() == UInt8(ascii: "{") {
            guard skipNames() else { return false }
        }
        return readModule(isTypeOnly ? .typeOnly : .binding, offset)
    }

    /// `= require("m")`; `= A.B` names no module.
    private mutating func readImportEquals(_ isTypeOnly: Bool, _ offset: Int) -> Bool {
        at += 1
        skipTrivia()
        guard word() == "require" else { return false }
        skipTrivia()
        guard take("(") else { return false }
        skipTrivia()
        guard let name = takeString() else { return false }
        skipTrivia()
        guard take(")") else { return false }
        add(name, isTypeOnly ? .typeOnly : .importEquals, offset)
        return true
    }

    /// Whether `from "m"` follows.
    private func isFollowedByModule() -> Bool {
        var ahead = self
        guard ahead.word() == "from" else { return false }
        ahead.skipTrivia()
        return ByteClass.of(ahead.byte()) == .quote
    }

    /// `from "m"`.
    private mutating func readModule(_ kind: JavaScriptImports.Kind, _ offset: Int) -> Bool {
        skipTrivia()
        guard word() == "from" else { return false }
        skipTrivia()
        guard let name = takeString() else { return false }
        add(name, kind, offset)
        return true
    }

    /// `{ a, b as c, type d, "e f" as g }`. False when something else is between the braces.
    private mutating func skipNames() -> Bool {
        at += 1
        while at < end {
            skipTrivia()
            switch ByteClass.of(byte()) {
            case .closing:
                return take("}")
            case .word: skipWord()
            case .quote: if takeString() == nil { return false }
            default: if !take(",") { return false }
            }
        }
        return false
    }

    /// What follows `export`; leaves the place after the keyword when that names no module.
    private mutating func readExport(offset: Int) {
        let start = at
        skipTrivia()
        var kind = JavaScriptImports.Kind.reexport
        if byte() == UInt8(ascii: "t") {
            guard word() == "type" else { return at = start }
            kind = .typeOnly
            skipTrivia()
        }
        if take("*") {
            skipTrivia()
            if byte() == UInt8(ascii: "a"), word() == "as" {
                skipTrivia()
                if ByteClass.of(byte()) == .quote ? takeString() == nil : word() == nil { return at = start }
            }
        } else if byte() == UInt8(ascii: "{") {
            guard skipNames() else { return at = start }
        } else {
            return at = start
        }
        if !readModule(kind, offset) { at = start }
    }

    // MARK: Calls

    /// What follows `require`.
    private mutating func readRequire(offset: Int) {
        let start = at
        skipTrivia()
        if byte() == UInt8(ascii: "(") { return readCall(.require, offset, start) }
        if take(".") {
            skipTrivia()
            if word() == "resolve" {
                skipTrivia()
                if byte() == UInt8(ascii: "(") { return readCall(.resolve, offset, start) }
            }
        }
        at = start
    }

    /// The argument of a call: one literal, or something computed. The text goes on at `start`, so that what the argument
    /// holds is read too.
    private mutating func readCall(_ kind: JavaScriptImports.Kind, _ offset: Int, _ start: Int) {
        at += 1
        skipTrivia()
        defer { at = start }
        if byte() == UInt8(ascii: ")") || at >= end { return }
        if let name = takeString() {
            skipTrivia()
            if byte() == UInt8(ascii: ")") || byte() == UInt8(ascii: ",") { return add(name, kind, offset) }
        }
        found.imports.append(FoundImport(specifier: nil, kind: kind, offset: offset))
    }

    private mutating func add(_ name: String, _ kind: JavaScriptImports.Kind, _ offset: Int) {
        finish(endsExpression: true)
        found.imports.append(FoundImport(specifier: name, kind: kind, offset: offset))
    }
}
