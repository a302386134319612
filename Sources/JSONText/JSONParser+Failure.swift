extension JSONParser {
    /// The failure for a byte that cannot stand here, when `expected` should: names the usual causes.
    func unexpected(expected: String) -> Failure {
        guard let next else { return Failure(offset: at, problem: "the text ends too early, expected \(expected)") }
        if isConflictMarker {
            let marker = String(repeating: Character(Unicode.Scalar(next)), count: 7)
            return Failure(offset: at, problem: "'\(marker)' is left from a merge conflict; resolve it first")
        }
        if next == UInt8(ascii: "/"), !allowsComments, at + 1 < text.count,
            text[at + 1] == UInt8(ascii: "/") || text[at + 1] == UInt8(ascii: "*")
        {
            return Failure(offset: at, problem: "comments are not allowed in this file")
        }
        return Failure(offset: at, problem: "expected \(expected), found \(name(of: next))")
    }

    func unexpectedKey() -> Failure {
        guard let next, !isConflictMarker else { return unexpected(expected: "a key or '}'") }
        if next == UInt8(ascii: "'") || next.isWordByte && !next.isDigit && next < 0x80 {
            return Failure(offset: at, problem: "a key needs double quotes")
        }
        return unexpected(expected: "a key in double quotes")
    }

    func unexpectedValue() -> Failure {
        guard let next, !isConflictMarker else { return unexpected(expected: "a value") }
        switch next {
        case UInt8(ascii: "'"): return Failure(offset: at, problem: "a string needs double quotes")
        case UInt8(ascii: "+"), UInt8(ascii: "."):
            return Failure(offset: at, problem: "a number begins with a digit or '-'")
        case _ where next.isWordByte && next < 0x80:
            let word = text[at...].prefix { $0.isWordByte && $0 < 0x80 }.prefix(40)
            return Failure(
                offset: at,
                problem: "'\(String(decoding: word, as: UTF8.self))' is no value; text needs double quotes")
        default: return unexpected(expected: "a value")
        }
    }

    func trailingComma(at comma: Int, before bracket: Character) -> Failure {
        Failure(offset: comma, problem: "a comma may not stand before '\(bracket)' in this file")
    }

    func controlCharacter(at offset: Int) -> Failure {
        let byte = text[offset]
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            return Failure(offset: offset, problem: "a string ends on the line where it begins; is a '\"' missing?")
        }
        return Failure(offset: offset, problem: "a string may not contain \(name(of: byte)); write it as an escape")
    }

    func invalidUTF8(at offset: Int) -> Failure {
        Failure(offset: offset, problem: "\(name(of: text[offset])) is not UTF-8; save the file as UTF-8")
    }

    /// Whether a line that git left in a conflicted file begins here.
    private var isConflictMarker: Bool {
        guard let first = next, at == 0 || text[at - 1] == UInt8(ascii: "\n"), text.count - at >= 7 else {
            return false
        }
        return "<|=>".utf8.contains(first) && text[at..<(at + 7)].allSatisfy { $0 == first }
    }

    private func name(of byte: UInt8) -> String {
        switch byte {
        case 0x21...0x7E: "'\(Unicode.Scalar(byte))'"
        case UInt8(ascii: "\t"): "a tab"
        default: "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
