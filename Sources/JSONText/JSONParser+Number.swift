extension JSONParser {
    /// Reads a number from its first byte (a minus or a digit) and returns its characters.
    mutating func parseNumber() throws(Failure) -> String {
        let start = at
        if text[at] == UInt8(ascii: "-") { at += 1 }
        let leadingZero = next == UInt8(ascii: "0")
        let whole = skipDigits()
        guard whole > 0 else { throw Failure(offset: start, problem: "'-' must be followed by a digit") }
        if leadingZero, whole > 1 { throw Failure(offset: start, problem: "a number may not begin with a zero") }
        if next == UInt8(ascii: ".") {
            at += 1
            guard skipDigits() > 0 else {
                throw Failure(offset: start, problem: "the number needs a digit after its decimal point")
            }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() > 0 else {
                throw Failure(offset: start, problem: "the number needs a digit in its exponent")
            }
        }
        if let next, next.isWordByte || next == UInt8(ascii: ".") {
            throw Failure(offset: start, problem: "not a number; text needs double quotes")
        }
        return String(decoding: UnsafeBufferPointer(rebasing: text[start..<at]), as: UTF8.self)
    }

    /// Moves past digits and returns how many there were.
    private mutating func skipDigits() -> Int {
        let start = at
        while at < text.count, text[at].isDigit { at += 1 }
        return at - start
    }
}
