/// A place in a source text, and the steps over it that languages share.
protocol TextScanner {
    var bytes: [UInt8] { get }
    /// The offset of the byte that comes next.
    var at: Int { get set }
    /// The line of that byte, counted from 1.
    var currentLine: Int { get set }
}

extension TextScanner {
    /// The byte so far ahead; `nil` behind the end.
    func byte(_ offset: Int = 0) -> UInt8? { at + offset < bytes.count ? bytes[at + offset] : nil }

    /// Passes letters, digits, underscores and everything that is not ASCII.
    @discardableResult
    mutating func skipWord() -> Range<Int> {
        let start = at
        while let byte = byte(), Self.isWord(byte) { at += 1 }
        return start..<at
    }

    mutating func word() -> String { String(decoding: bytes[skipWord()], as: UTF8.self) }

    /// Passes everything up to the line break.
    mutating func skipLine() {
        while let byte = byte(), byte != UInt8(ascii: "\n") { at += 1 }
    }

    /// Passes the comment that `/*` opens here; comments in it nest.
    mutating func skipNestedComment() {
        var depth = 0
        while let byte = byte() {
            if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "*") {
                depth += 1
                at += 2
            } else if byte == UInt8(ascii: "*"), self.byte(1) == UInt8(ascii: "/") {
                depth -= 1
                at += 2
                if depth == 0 { return }
            } else {
                if byte == UInt8(ascii: "\n") { currentLine += 1 }
                at += 1
            }
        }
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
