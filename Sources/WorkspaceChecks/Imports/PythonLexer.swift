/// What a Python text is made of, as far as imports need it.
enum PythonToken: Hashable {
    case name(String)
    /// The content of a string of one part without escapes or expressions; empty for any other.
    case text(String)
    case symbol(UInt8)
    /// The end of a logical line.
    case lineBreak
    case end
}

/// Cuts a Python text into tokens: joins lines inside brackets and after backslashes, passes comments and strings.
struct PythonLexer: TextScanner {
    let bytes: [UInt8]
    var at = 0
    var currentLine = 1
    /// The line of the last token.
    private(set) var line = 1
    /// The columns before the first token of the current logical line; a tab leads to the next multiple of eight.
    private(set) var indentation = 0
    private var depth = 0
    private var isAtLineStart = true

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    mutating func next() -> PythonToken {
        skipBlanks()
        line = currentLine
        guard let first = byte() else { return .end }
        if first == UInt8(ascii: "\n") {
            at += 1
            currentLine += 1
            isAtLineStart = true
            return .lineBreak
        }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            return .text(string(isFormatted: false))
        }
        if PythonLexer.isWord(first) { return nameOrText() }
        at += 1
        switch first {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
        default: break
        }
        return .symbol(first)
    }

    /// Passes white space, comments, joined lines and empty lines; counts the indentation.
    private mutating func skipBlanks() {
        var column = 0
        while let byte = byte() {
            switch byte {
            case UInt8(ascii: " "), 0x0C: column += 1
            case UInt8(ascii: "\t"): column = (column / 8 + 1) * 8
            case UInt8(ascii: "\r"): break
            case UInt8(ascii: "\\"):
                guard self.byte(1) == UInt8(ascii: "\n") || self.byte(1) == UInt8(ascii: "\r") else { return }
                at += self.byte(1) == UInt8(ascii: "\r") && self.byte(2) == UInt8(ascii: "\n") ? 2 : 1
                currentLine += 1
            case UInt8(ascii: "#"):
                skipLine()
                continue
            case UInt8(ascii: "\n") where depth > 0 || isAtLineStart:
                currentLine += 1
                if isAtLineStart { column = 0 }
            default:
                if isAtLineStart {
                    indentation = column
                    isAtLineStart = byte == UInt8(ascii: "\n")
                }
                return
            }
            at += 1
        }
    }

    private mutating func nameOrText() -> PythonToken {
        let word = skipWord()
        if let quote = byte(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), word.count <= 2 {
            let prefix = bytes[word].map { $0 | 0x20 }
            if prefix.allSatisfy({ "rbuft".utf8.contains($0) }) {
                let isFormatted = prefix.contains(UInt8(ascii: "f")) || prefix.contains(UInt8(ascii: "t"))
                return .text(string(isFormatted: isFormatted))
            }
        }
        return .name(String(decoding: bytes[word], as: UTF8.self))
    }

    /// Passes the string that starts here. A backslash takes the next character along in raw strings too.
    private mutating func string(isFormatted: Bool) -> String {
        guard let quote = byte() else { return "" }
        let isLong = byte(1) == quote && byte(2) == quote
        at += isLong ? 3 : 1
        let start = at
        var isPlain = !isFormatted
        while let byte = byte() {
            if byte == quote, !isLong || (self.byte(1) == quote && self.byte(2) == quote) {
                let content = isPlain ? String(decoding: bytes[start..<at], as: UTF8.self) : ""
                at += isLong ? 3 : 1
                return content
            }
            if byte == UInt8(ascii: "\n") {
                // A short string that does not end on its line is an error of the file.
                if !isLong { return "" }
                currentLine += 1
            }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                at += 1
                if self.byte() == UInt8(ascii: "\n") { currentLine += 1 }
            } else if isFormatted, byte == UInt8(ascii: "{") {
                if self.byte(1) == UInt8(ascii: "{") { at += 1 } else { expression(quote, isLong) }
            }
            at += 1
        }
        return ""
    }

    /// Passes `{...}` of an f-string up to the closing brace, which the caller passes. Strings in it may use the outer
    /// quotes (Python 3.12); one that would not end on its line gives them back.
    private mutating func expression(_ outer: UInt8, _ isLong: Bool) {
        var braces = 0
        while let byte = byte() {
            switch byte {
            case UInt8(ascii: "{"): braces += 1
            case UInt8(ascii: "}"):
                braces -= 1
                if braces == 0 { return }
            case UInt8(ascii: "\n"):
                if !isLong {
                    at -= 1
                    return
                }
                currentLine += 1
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let start = at, startLine = currentLine
                _ = string(isFormatted: false)
                if byte == outer, !isLong, self.byte() == UInt8(ascii: "\n") || self.byte() == nil {
                    // It was the end of the f-string, not a string in it.
                    at = start - 1
                    currentLine = startLine
                    return
                }
                continue
            default: break
            }
            at += 1
        }
    }
}
