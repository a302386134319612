package import ProjectDiscovery

/// The modules that a Swift file imports.
///
/// Read from the text alone: The Swift Programming Language (6.2), "Lexical Structure" and "Import Declaration". Written by
/// hand, because swift-syntax would double the program for one word.
package enum SwiftImports {
    /// Every import of the file, in order; those between `#if canImport(...)` and `#endif` are conditional. Any bytes are
    /// safe; the cost is linear in their number.
    package static func scan(_ bytes: [UInt8]) -> [SourceImport] {
        var scanner = SwiftImportScanner(bytes)
        scanner.scan()
        return scanner.imports
    }
}

private struct SwiftImportScanner: TextScanner {
    let bytes: [UInt8]
    var at = 0
    var currentLine = 1
    private(set) var imports: [SourceImport] = []
    /// For each open `#if`, whether it asks `canImport`.
    private var conditions: [Bool] = []
    /// The byte before the current place that is no white space; a line break counts as `;`.
    private var previous = UInt8(ascii: ";")

    /// Deeper interpolations are passed as text.
    private static let nestingLimit = 32
    private static let kinds: Set<String> = ["typealias", "struct", "class", "enum", "protocol", "let", "var", "func"]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func scan() {
        while let first = byte() {
            if skipTrivia() { continue }
            switch first {
            case UInt8(ascii: "\""): text(hashes: 0, nesting: 0)
            case UInt8(ascii: "#"): numberSign()
            case let first where SwiftImportScanner.isWord(first):
                let before = previous
                let word = word()
                if word == "import", before != UInt8(ascii: "."), before != UInt8(ascii: "`") { declaration() }
                previous = UInt8(ascii: "a")
            default:
                previous = first
                at += 1
            }
        }
    }

    /// Passes one run of white space or one comment; false when there is none here.
    private mutating func skipTrivia() -> Bool {
        guard let first = byte() else { return false }
        switch first {
        case UInt8(ascii: "\n"):
            currentLine += 1
            previous = UInt8(ascii: ";")
            at += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): skipLine()
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipNestedComment()
        default: return false
        }
        return true
    }

    private mutating func skipSpaces() {
        while let byte = byte(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { at += 1 }
    }

    /// What follows `import`: `Module`, `Module.Submodule` or `struct Module.Name`, on the same line.
    private mutating func declaration() {
        skipSpaces()
        let isQuoted = byte() == UInt8(ascii: "`")
        var name = identifier()
        if !isQuoted, SwiftImportScanner.kinds.contains(name) {
            skipSpaces()
            name = identifier()
        }
        guard !name.isEmpty else { return }
        imports.append(SourceImport(name, kind: conditions.contains(true) ? .conditional : .plain, line: currentLine))
        while byte() == UInt8(ascii: ".") {
            at += 1
            _ = identifier()
        }
    }

    private mutating func identifier() -> String {
        guard byte() == UInt8(ascii: "`") else { return word() }
        at += 1
        let name = word()
        if byte() == UInt8(ascii: "`") { at += 1 }
        return name
    }

    /// A compiler condition, a raw string, or a macro.
    private mutating func numberSign() {
        var hashes = 0
        while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
        at += hashes
        if byte() == UInt8(ascii: "\"") { return text(hashes: hashes, nesting: 0) }
        switch word() {
        case "if":
            let start = at
            skipLine()
            conditions.append(SwiftImportScanner.asksCanImport(bytes[start..<at]))
        case "endif": _ = conditions.popLast()
        default: previous = UInt8(ascii: "#")
        }
    }

    private static func asksCanImport(_ condition: ArraySlice<UInt8>) -> Bool {
        String(decoding: condition, as: UTF8.self).contains("canImport")
    }

    /// Passes the string whose first quote is here, with so many `#` before it.
    private mutating func text(hashes: Int, nesting: Int) {
        let isLong = byte(1) == UInt8(ascii: "\"") && byte(2) == UInt8(ascii: "\"")
        at += isLong ? 3 : 1
        while let byte = byte() {
            if byte == UInt8(ascii: "\"") {
                let quotes = isLong ? 3 : 1
                if (1..<quotes).allSatisfy({ self.byte($0) == byte }), isFollowed(byHashes: hashes, from: quotes) {
                    at += quotes + hashes
                    previous = UInt8(ascii: "a")
                    return
                }
            } else if byte == UInt8(ascii: "\n") {
                // A short string that does not end on its line is an error of the file.
                if !isLong { return }
                currentLine += 1
            } else if byte == UInt8(ascii: "\\"), isFollowed(byHashes: hashes, from: 1) {
                at += 1 + hashes
                if self.byte() == UInt8(ascii: "("), nesting < SwiftImportScanner.nestingLimit {
                    interpolation(nesting: nesting + 1)
                    continue
                }
                if self.byte() == UInt8(ascii: "\n") { continue }
            }
            at += 1
        }
    }

    private func isFollowed(byHashes count: Int, from offset: Int) -> Bool {
        for position in 0..<count where byte(offset + position) != UInt8(ascii: "#") { return false }
        return true
    }

    /// Passes `(...)` in a string, with the strings and comments in it.
    private mutating func interpolation(nesting: Int) {
        var depth = 0
        while let byte = byte() {
            if byte == UInt8(ascii: "\"") {
                text(hashes: 0, nesting: nesting)
                continue
            }
            if skipTrivia() { continue }
            at += 1
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") {
                depth -= 1
                if depth == 0 { return }
            }
        }
    }
}
