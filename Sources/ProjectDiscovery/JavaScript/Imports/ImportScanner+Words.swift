extension ImportScanner {
    mutating func skipWord() {
        while at < end, ByteClass.of(bytes[at]).isPartOfWord { at += 1 }
    }

    /// The identifier or keyword here, which is passed; `nil` when there is none.
    mutating func word() -> String? {
        guard ByteClass.of(byte()) == .word, at < end else { return nil }
        let start = at
        skipWord()
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < end, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    mutating func skipSpace() {
        while at < end, ByteClass.of(bytes[at]) == .space { at += 1 }
    }

    /// Passes white space and comments.
    mutating func skipTrivia() {
        while at < end {
            if ByteClass.of(bytes[at]) == .space {
                at += 1
            } else if bytes[at] == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
                skipLine()
            } else if bytes[at] == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
                skipBlockComment()
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() {
        at += 2
        let limit = min(end, at + commentLimit)
        while at < limit {
            if bytes[at] == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
                at += 2
                return
            }
            at += 1
        }
    }

    /// The value of a string literal, or of a template without substitutions, which is passed; `nil` when there is none, or
    /// when it is not closed.
    mutating func takeString() -> String? {
        let quote = byte()
        let isTemplate = ByteClass.of(quote) == .backtick
        guard at < end, isTemplate || ByteClass.of(quote) == .quote else { return nil }
        let start = at + 1
        var position = start, hasEscape = false
        while position < end, bytes[position] != quote {
            switch bytes[position] {
            case UInt8(ascii: "\\"):
                hasEscape = true
                position += 1
            case UInt8(ascii: "\n") where !isTemplate: return nil
            case UInt8(ascii: "$") where isTemplate && position + 1 < end && bytes[position + 1] == UInt8(ascii: "{"):
                return nil
            default: break
            }
            position += 1
        }
        guard position < end else { return nil }
        at = position + 1
        let text = bytes[start..<position]
        return hasEscape ? StringEscapes.resolved(text) : String(decoding: text, as: UTF8.self)
    }
}

extension ByteClass {
    var isPartOfWord: Bool { self == .word || self == .digit }
}

/// The escapes of a string literal: ECMAScript 2025, section 12.9.4.
enum StringEscapes {
    static func resolved(_ text: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "\n"): break
            case UInt8(ascii: "x"): append(hex(&rest, digits: 2), to: &result)
            case UInt8(ascii: "u"):
                if rest.first == UInt8(ascii: "{") {
                    rest.removeFirst()
                    let digits = rest.prefix { $0 != UInt8(ascii: "}") }
                    rest = rest.dropFirst(digits.count + 1)
                    append(UInt32(String(decoding: digits, as: UTF8.self), radix: 16), to: &result)
                } else {
                    append(hex(&rest, digits: 4), to: &result)
                }
            default: result.append(escaped)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func hex(_ rest: inout ArraySlice<UInt8>, digits: Int) -> UInt32? {
        let text = rest.prefix(digits)
        rest = rest.dropFirst(digits)
        return UInt32(String(decoding: text, as: UTF8.self), radix: 16)
    }

    /// What names no scalar becomes U+FFFD: such a text names no module either.
    private static func append(_ value: UInt32?, to result: inout [UInt8]) {
        let scalar = value.flatMap { Unicode.Scalar($0) } ?? "\u{FFFD}"
        result += Array(String(Character(scalar)).utf8)
    }
}
