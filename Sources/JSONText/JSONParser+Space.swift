extension JSONParser {
    /// Moves to the next byte that is not white space and, where they are allowed, not part of a comment.
    mutating func skipSpace() throws(Failure) {
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): at += 1
            case UInt8(ascii: "/") where allowsComments: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(Failure) {
        let start = at
        switch start + 1 < text.count ? text[start + 1] : 0 {
        case UInt8(ascii: "/"):
            while at < text.count, text[at] != UInt8(ascii: "\n") { at += 1 }
        case UInt8(ascii: "*"):
            at += 2
            while at + 1 < text.count, text[at] != UInt8(ascii: "*") || text[at + 1] != UInt8(ascii: "/") { at += 1 }
            guard at + 1 < text.count else {
                throw Failure(offset: start, problem: "the comment that begins here is never closed, '*/' is missing")
            }
            at += 2
        default:
            throw Failure(offset: start, problem: "unexpected '/'; a comment begins with '//' or '/*'")
        }
        if let bad = firstInvalidUTF8(in: start..<at) { throw invalidUTF8(at: bad) }
    }
}
