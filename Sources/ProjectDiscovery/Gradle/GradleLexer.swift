/// Reads the pieces of Groovy and Kotlin scripts that Gradle's own notations are made of, as far as both languages agree.
///
/// The formats are those of the Groovy 3 and Kotlin language references: comments (nested ones in Kotlin), texts in all
/// their forms, words, brackets. By hand, because no library here reads either language. Any bytes are safe to pass.
struct GradleLexer {
    static let largest = 2 << 20
    private static let deepest = 120

    private let bytes: [UInt8]
    private let isKotlin: Bool
    private var at = 0
    private var line = 1
    private var depth = 0

    private init(_ bytes: [UInt8], isKotlin: Bool) {
        self.bytes = bytes
        self.isKotlin = isKotlin
    }

    /// Reads a whole script. Unbalanced brackets, texts without an end and conflicts that a merge left are errors.
    static func parse(_ bytes: [UInt8], isKotlin: Bool) throws(GradleProblem) -> [GradleNode] {
        guard bytes.count <= largest else {
            throw GradleProblem(line: nil, problem: "the file is larger than \(largest >> 20) MB")
        }
        var lexer = GradleLexer(bytes, isKotlin: isKotlin)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { lexer.at = 3 }
        return try lexer.nodes(until: nil)
    }

    private func peek(_ offset: Int = 0) -> UInt8? { at + offset < bytes.count ? bytes[at + offset] : nil }

    private func looking(at text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[at...].starts(with: $0) }
    }

    private func fail(_ problem: String, _ line: Int? = nil) -> GradleProblem {
        GradleProblem(line: line ?? self.line, problem: problem)
    }

    /// The nodes up to the closing bracket `end`, which is passed over, or up to the end of the file.
    private mutating func nodes(until end: UInt8?) throws(GradleProblem) -> [GradleNode] {
        var found: [GradleNode] = []
        let start = line
        depth += 1
        defer { depth -= 1 }
        guard depth <= GradleLexer.deepest else {
            throw fail("brackets are nested more than \(GradleLexer.deepest) deep")
        }
        while let byte = peek() {
            if byte == end {
                at += 1
                return found
            }
            if let node = try next(byte, after: found.last) { found.append(node) }
        }
        if let end { throw fail("the bracket that '\(UnicodeScalar(end))' should close is open to the end", start) }
        return found
    }

    private mutating func next(_ byte: UInt8, after last: GradleNode?) throws(GradleProblem) -> GradleNode? {
        let line = line
        switch byte {
        case UInt8(ascii: "\n"):
            at += 1
            self.line += 1
            if looking(at: "<<<<<<< ") || looking(at: ">>>>>>> ") { throw fail("a merge left a conflict here") }
            return last?.isLineBreak == true ? nil : GradleNode(kind: .lineBreak, line: line)
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0C:
            at += 1
            return nil
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            at += 1
            let end: UInt8 = byte == UInt8(ascii: "(") ? 0x29 : byte + 2
            return GradleNode(kind: .group(byte, try nodes(until: end)), line: line)
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            throw fail("'\(UnicodeScalar(byte))' closes no bracket")
        case UInt8(ascii: "/"), UInt8(ascii: "#"):
            if try skipComment() { return nil }
            if byte == UInt8(ascii: "/"), !isKotlin, try skipSlashyText(after: last) {
                return GradleNode(kind: .text("", isPlain: false, inner: []), line: line)
            }
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return GradleNode(kind: try text(byte), line: line)
        case UInt8(ascii: "`") where isKotlin:
            return GradleNode(kind: .word(try quotedWord()), line: line)
        default:
            if GradleLexer.isWord(byte) { return GradleNode(kind: .word(word()), line: line) }
        }
        at += 1
        return GradleNode(kind: .sign(byte), line: line)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
    }

    private mutating func word() -> String {
        let start = at
        while let byte = peek(), GradleLexer.isWord(byte) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func quotedWord() throws(GradleProblem) -> String {
        at += 1
        let start = at
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            at += 1
            if byte == UInt8(ascii: "`") { return String(decoding: bytes[start..<(at - 1)], as: UTF8.self) }
        }
        throw fail("a quoted name has no end")
    }

    // MARK: Comments

    private mutating func skipComment() throws(GradleProblem) -> Bool {
        if looking(at: "//") || (at == 0 && looking(at: "#!")) {
            while let byte = peek(), byte != UInt8(ascii: "\n") { at += 1 }
            return true
        }
        guard looking(at: "/*") else { return false }
        let start = line
        var open = 0
        while peek() != nil {
            if looking(at: "/*"), isKotlin || open == 0 {
                open += 1
                at += 2
            } else if looking(at: "*/") {
                open -= 1
                at += 2
                if open == 0 { return true }
            } else {
                pass()
            }
        }
        throw fail("a comment has no end", start)
    }

    /// Passes over one byte, counting lines.
    private mutating func pass() {
        if peek() == UInt8(ascii: "\n") { line += 1 }
        at += 1
    }

    /// Groovy's `/.../`, which ends on its line here, where a value may begin.
    private mutating func skipSlashyText(after last: GradleNode?) throws(GradleProblem) -> Bool {
        guard case .sign(let sign) = last?.kind ?? .sign(UInt8(ascii: "(")), "(,=~[:!+?|&<>;".utf8.contains(sign) else {
            return false
        }
        var end = at + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "/") {
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "/"), end > at + 1 else { return false }
        at = end + 1
        return true
    }

    // MARK: Texts

    private mutating func text(_ quote: UInt8) throws(GradleProblem) -> GradleNode.Kind {
        let start = line
        let isTriple = peek(1) == quote && peek(2) == quote
        at += isTriple ? 3 : 1
        let interpolates = quote == UInt8(ascii: "\""), escapes = !(isTriple && isKotlin)
        var content: [UInt8] = [], inner: [GradleNode] = [], isPlain = true
        while let byte = peek() {
            if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote && peek(3) != quote) {
                at += isTriple ? 3 : 1
                return .text(String(decoding: content, as: UTF8.self), isPlain: isPlain, inner: inner)
            }
            if byte == UInt8(ascii: "\n"), !isTriple { break }
            if byte == UInt8(ascii: "\\"), escapes {
                try escape(into: &content)
            } else if byte == UInt8(ascii: "$"), interpolates, let next = peek(1),
                next == UInt8(ascii: "{") || (GradleLexer.isWord(next) && !(0x30...0x39).contains(next))
            {
                isPlain = false
                let from = at
                at += 1
                if next == UInt8(ascii: "{") {
                    at += 1
                    inner += try nodes(until: UInt8(ascii: "}"))
                } else {
                    inner.append(GradleNode(kind: .word(word()), line: line))
                }
                inner.append(GradleNode(kind: .sign(UInt8(ascii: ";")), line: line))
                content += bytes[from..<at]
            } else {
                content.append(byte)
                pass()
            }
        }
        throw fail("a text has no end", start)
    }

    private mutating func escape(into content: inout [UInt8]) throws(GradleProblem) {
        at += 1
        guard let byte = peek() else { return }
        switch byte {
        case UInt8(ascii: "n"): content.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): content.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "\n"): break
        default: content.append(byte)
        }
        pass()
    }
}
