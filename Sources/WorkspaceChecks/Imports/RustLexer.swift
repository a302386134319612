/// What a Rust text is made of, as far as paths need it. Literals and lifetimes are left out.
enum RustToken: Hashable {
    case name(String)
    /// `::`.
    case separator
    case symbol(UInt8)
    case end
}

/// Cuts a Rust text into tokens.
struct RustLexer: TextScanner {
    let bytes: [UInt8]
    var at = 0
    var currentLine = 1
    /// The line of the last token.
    private(set) var line = 1
    /// The first segments of paths in the documentation comments passed since they were taken.
    private var documented: [(name: String, line: Int)] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    mutating func takeDocumented() -> [(name: String, line: Int)] {
        defer { documented = [] }
        return documented
    }

    mutating func next() -> RustToken {
        while let first = byte() {
            line = currentLine
            switch first {
            case UInt8(ascii: "\n"):
                currentLine += 1
                at += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0C: at += 1
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): lineComment()
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): blockComment()
            case UInt8(ascii: "\""):
                at += 1
                text()
            case UInt8(ascii: "'"): quote()
            case UInt8(ascii: ":") where byte(1) == UInt8(ascii: ":"):
                at += 2
                return .separator
            case let first where RustLexer.isWord(first):
                if let name = name() { return .name(name) }
            default:
                at += 1
                return .symbol(first)
            }
        }
        line = currentLine
        return .end
    }

    // MARK: Words and literals

    /// A word, without `r#`; `nil` for a number or the prefix of a literal, which is passed with it.
    private mutating func name() -> String? {
        let start = at, length = skipWord().count
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start]) { return nil }
        if length <= 2, let next = byte() {
            let prefix = bytes[start..<at]
            let isRaw = prefix.contains(UInt8(ascii: "r"))
            if isRaw, next == UInt8(ascii: "#") || next == UInt8(ascii: "\""), "rbc".utf8.contains(bytes[start]) {
                if rawText() { return nil }
                if length == 1, next == UInt8(ascii: "#"), let after = byte(1), RustLexer.isWord(after) {
                    at += 1
                    return word()
                }
            } else if length == 1, next == UInt8(ascii: "\""), "bc".utf8.contains(bytes[start]) {
                at += 1
                text()
                return nil
            }
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// Passes `#"..."#`, with any number of `#`, when one starts here.
    private mutating func rawText() -> Bool {
        var hashes = 0
        while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
        guard byte(hashes) == UInt8(ascii: "\"") else { return false }
        at += hashes + 1
        while let byte = byte() {
            at += 1
            if byte == UInt8(ascii: "\n") { currentLine += 1 }
            guard byte == UInt8(ascii: "\"") else { continue }
            var count = 0
            while count < hashes, self.byte(count) == UInt8(ascii: "#") { count += 1 }
            if count == hashes {
                at += hashes
                return true
            }
        }
        return true
    }

    /// Passes the rest of a string.
    private mutating func text() {
        while let byte = byte() {
            at += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\n") { currentLine += 1 }
            if byte == UInt8(ascii: "\\"), let escaped = self.byte() {
                at += 1
                if escaped == UInt8(ascii: "\n") { currentLine += 1 }
            }
        }
    }

    /// Passes a character or a lifetime.
    private mutating func quote() {
        at += 1
        if byte() == UInt8(ascii: "\\") {
            at += 2
            while let byte = byte(), byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\n") { at += 1 }
            if byte() == UInt8(ascii: "'") { at += 1 }
            return
        }
        // A character is one scalar between quotes; what has no second quote there is a lifetime.
        var length = 1
        while let byte = byte(length), byte & 0xC0 == 0x80, length < 4 { length += 1 }
        if byte() != nil, byte(length) == UInt8(ascii: "'") {
            if byte() == UInt8(ascii: "\n") { currentLine += 1 }
            at += length + 1
            return
        }
        skipWord()
    }

    // MARK: Comments

    private mutating func lineComment() {
        let start = at
        skipLine()
        let isDocumentation =
            start + 2 < at && (bytes[start + 2] == UInt8(ascii: "/") || bytes[start + 2] == UInt8(ascii: "!"))
        if isDocumentation { document(start + 3, at) }
    }

    /// Block comments nest.
    private mutating func blockComment() {
        let start = at
        skipNestedComment()
        if start + 2 < at, bytes[start + 2] == UInt8(ascii: "*") || bytes[start + 2] == UInt8(ascii: "!") {
            document(start + 3, at)
        }
    }

    /// Notes each word before `::` between two offsets, and what `extern crate` names.
    private mutating func document(_ start: Int, _ end: Int) {
        var position = start, last = ""
        while position < end {
            let begin = position
            while position < end, RustLexer.isWord(bytes[position]) { position += 1 }
            guard position > begin else {
                position += 1
                continue
            }
            let name = String(decoding: bytes[begin..<position], as: UTF8.self)
            let isPath =
                position + 1 < end && bytes[position] == UInt8(ascii: ":") && bytes[position + 1] == UInt8(ascii: ":")
            if isPath || last == "crate" || last == "use" { documented.append((name, line)) }
            last = name
        }
    }

    static func isKeyword(_ word: String) -> Bool {
        [
            "as", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move", "mut", "pub", "ref", "return",
            "unsafe", "use", "where", "while", "async", "await", "break", "const", "static", "type",
        ].contains(word)
    }
}
