extension JSONParser {
    /// Reads a string from its opening quote. One scan and one copy when it holds no escape.
    mutating func parseString() throws(Failure) -> String {
        let start = at + 1
        var index = start
        var seen: UInt8 = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                let contents = UnsafeBufferPointer(rebasing: text[start..<index])
                at = index + 1
                if seen < 0x80 { return String(decoding: contents, as: UTF8.self) }
                if let string = String(validating: contents, as: UTF8.self) { return string }
                throw invalidUTF8(at: firstInvalidUTF8(in: start..<index) ?? start)
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start, firstEscape: index) }
            if byte < 0x20 { throw controlCharacter(at: index) }
            seen |= byte
            index += 1
        }
        throw Failure(offset: at, problem: "the string that begins here is never closed, '\"' is missing")
    }

    private mutating func parseEscapedString(from start: Int, firstEscape: Int) throws(Failure) -> String {
        let opening = at
        var decoded = Array(text[start..<firstEscape])
        var rawStart = start
        at = firstEscape
        while at < text.count {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "\""):
                if let bad = firstInvalidUTF8(in: rawStart..<at) { throw invalidUTF8(at: bad) }
                at += 1
                return String(decoding: decoded, as: UTF8.self)
            case UInt8(ascii: "\\"):
                // Bytes on both sides of an escape must not join to a character that neither side holds.
                if let bad = firstInvalidUTF8(in: rawStart..<at) { throw invalidUTF8(at: bad) }
                try parseEscape(into: &decoded)
                rawStart = at
            case 0..<0x20:
                throw controlCharacter(at: at)
            default:
                decoded.append(byte)
                at += 1
            }
        }
        throw Failure(offset: opening, problem: "the string that begins here is never closed, '\"' is missing")
    }

    private mutating func parseEscape(into decoded: inout [UInt8]) throws(Failure) {
        let backslash = at
        let letter = at + 1 < text.count ? text[at + 1] : 0
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: UTF8.encode(try parseScalar(from: backslash)) ?? .init())
        default:
            throw Failure(
                offset: backslash, problem: "unknown escape; a backslash itself is written '\\\\'")
        }
    }

    /// Reads the four digits after `\u`, and the second half of a surrogate pair.
    private mutating func parseScalar(from backslash: Int) throws(Failure) -> Unicode.Scalar {
        let first = try parseHexDigits(from: backslash)
        if let scalar = Unicode.Scalar(first) { return scalar }
        let second = at
        if first < 0xDC00, at + 1 < text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") {
            at += 2
            let low = try parseHexDigits(from: second)
            if 0xDC00...0xDFFF ~= low,
                let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
            {
                return scalar
            }
        }
        throw Failure(
            offset: backslash, problem: "half of a surrogate pair; '\\uD800' to '\\uDFFF' come in pairs")
    }

    private mutating func parseHexDigits(from backslash: Int) throws(Failure) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw Failure(offset: backslash, problem: "'\\u' must be followed by four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            at += 1
        }
        return value
    }

    /// The offset of the first byte in `range` that begins no UTF-8 character, or `nil` when all is well.
    func firstInvalidUTF8(in range: Range<Int>) -> Int? {
        let whole = UnsafeBufferPointer(rebasing: text[range])
        guard whole.contains(where: { $0 >= 0x80 }), String(validating: whole, as: UTF8.self) == nil else { return nil }
        var index = range.lowerBound
        while index < range.upperBound {
            let longest = min(4, range.upperBound - index)
            let length = (1...longest).first { length in
                String(validating: UnsafeBufferPointer(rebasing: text[index..<(index + length)]), as: UTF8.self) != nil
            }
            guard let length else { return index }
            index += length
        }
        return nil
    }
}
