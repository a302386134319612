/// Splits the bytes of an HCL file into tokens. Linear in the size of the file but for nested interpolation, which is
/// bounded.
struct HCLScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [HCLToken] = []

    static let sizeLimit = 4 << 20
    private static let depthLimit = 64

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    static func tokens(of bytes: [UInt8]) throws(HCLProblem) -> [HCLToken] {
        guard bytes.count <= sizeLimit else {
            throw HCLProblem(line: nil, problem: "the file has \(bytes.count) bytes; the limit is 4 MiB")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw HCLProblem(line: nil, problem: "the file is not UTF-8 text")
        }
        var scanner = HCLScanner(bytes)
        while scanner.position < bytes.count { try scanner.scan() }
        return scanner.tokens
    }

    private func byte(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func scan() throws(HCLProblem) {
        guard let first = byte() else { return }
        switch first {
        case UInt8(ascii: "\n"):
            tokens.append(HCLToken(kind: .newline, line: line))
            line += 1
            position += 1
            try refuseConflict()
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
        case UInt8(ascii: "#"): skipLine()
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): skipLine()
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): try skipComment()
        case UInt8(ascii: "\""): try quoted()
        case UInt8(ascii: "<") where byte(1) == UInt8(ascii: "<"): try heredoc()
        case _ where HCLScanner.isWord(first):
            let start = position
            while let next = byte(), HCLScanner.isWord(next) || next == UInt8(ascii: "-") { position += 1 }
            let isNumber = first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")
            tokens.append(HCLToken(kind: isNumber ? .number : .identifier(text(start..<position)), line: line))
        default:
            tokens.append(HCLToken(kind: .symbol(Character(Unicode.Scalar(first))), line: line))
            position += 1
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }

    private func refuseConflict() throws(HCLProblem) {
        if starts(with: "<<<<<<< ") || starts(with: ">>>>>>> ") || starts(with: "||||||| ") {
            throw HCLProblem(line: line, problem: "the file has merge conflict markers")
        }
    }

    private mutating func skipLine() {
        while let next = byte(), next != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func skipComment() throws(HCLProblem) {
        let start = line
        position += 2
        while !starts(with: "*/") {
            guard let next = byte() else { throw HCLProblem(line: start, problem: "a comment is never closed") }
            if next == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        position += 2
    }

    // MARK: Templates

    private mutating func quoted() throws(HCLProblem) {
        let start = line
        position += 1
        var parts: [HCLToken.Part] = [], literal: [UInt8] = []
        while true {
            guard let next = byte(), next != UInt8(ascii: "\n") else {
                throw HCLProblem(line: start, problem: "a quoted text is never closed")
            }
            if next == UInt8(ascii: "\"") { break }
            if next == UInt8(ascii: "\\") {
                literal += HCLScanner.unescaped(byte(1))
                position += 2
            } else if let part = try interpolation() {
                HCLScanner.flush(&literal, into: &parts)
                parts.append(part)
            } else if starts(with: "$${") || starts(with: "%%{") {
                // The characters themselves.
                literal += bytes[(position + 1)..<(position + 3)]
                position += 3
            } else {
                literal.append(next)
                position += 1
            }
        }
        position += 1
        HCLScanner.flush(&literal, into: &parts)
        tokens.append(HCLToken(kind: .template(parts), line: start))
    }

    private static func unescaped(_ byte: UInt8?) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "n"): [UInt8(ascii: "\n")]
        case UInt8(ascii: "t"): [UInt8(ascii: "\t")]
        case UInt8(ascii: "r"): [UInt8(ascii: "\r")]
        case let other?: [other]
        case nil: []
        }
    }

    private static func flush(_ literal: inout [UInt8], into parts: inout [HCLToken.Part]) {
        if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
        literal = []
    }

    /// Takes `${...}` or `%{...}`; `nil` when there is none here.
    private mutating func interpolation() throws(HCLProblem) -> HCLToken.Part? {
        guard starts(with: "${") || starts(with: "%{") else { return nil }
        let start = line
        position += 2
        let first = position
        try skipExpression(start, depth: 0)
        var range = bytes[first..<position]
        position += 1
        if range.first == UInt8(ascii: "~") { range = range.dropFirst() }
        if range.last == UInt8(ascii: "~") { range = range.dropLast() }
        let trimmed = String(decoding: range, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return .interpolation(trimmed.joined(separator: " "))
    }

    /// Stops at the `}` that closes an interpolation; texts inside it may hold braces and interpolations of their own.
    private mutating func skipExpression(_ start: Int, depth: Int) throws(HCLProblem) {
        guard depth < HCLScanner.depthLimit else {
            throw HCLProblem(line: start, problem: "interpolation is nested too deeply")
        }
        var braces = 0
        while let next = byte() {
            switch next {
            case UInt8(ascii: "}"):
                if braces == 0 { return }
                braces -= 1
            case UInt8(ascii: "{"): braces += 1
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: "\""):
                position += 1
                try skipQuoted(start, depth: depth)
            default: break
            }
            position += 1
        }
        throw HCLProblem(line: start, problem: "an interpolation is never closed")
    }

    /// Stops at the quote that closes a text.
    private mutating func skipQuoted(_ start: Int, depth: Int) throws(HCLProblem) {
        while let next = byte() {
            if next == UInt8(ascii: "\"") { return }
            if next == UInt8(ascii: "\n") { line += 1 }
            if next == UInt8(ascii: "\\") {
                position += 2
            } else if (starts(with: "${") || starts(with: "%{")) {
                position += 2
                try skipExpression(start, depth: depth + 1)
                position += 1
            } else {
                position += starts(with: "$${") || starts(with: "%%{") ? 3 : 1
            }
        }
        throw HCLProblem(line: start, problem: "a quoted text is never closed")
    }

    /// `<<EOF` or `<<-EOF` up to a line that has nothing but the word. Interpolation in it is taken line by line.
    private mutating func heredoc() throws(HCLProblem) {
        let start = line
        var at = position + 2
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        let first = at
        while at < bytes.count, HCLScanner.isWord(bytes[at]) || bytes[at] == UInt8(ascii: "-") { at += 1 }
        var end = at
        while end < bytes.count, bytes[end] == UInt8(ascii: "\r") { end += 1 }
        guard at > first, end < bytes.count, bytes[end] == UInt8(ascii: "\n") else {
            // An operator that HCL does not have: whatever is meant, it is no template.
            tokens.append(HCLToken(kind: .symbol("<"), line: line))
            position += 1
            return
        }
        let word = bytes[first..<at]
        position = end + 1
        line += 1
        var parts: [HCLToken.Part] = [], literal: [UInt8] = []
        var isLineStart = true
        while let next = byte() {
            if isLineStart, closesHeredoc(word) {
                HCLScanner.flush(&literal, into: &parts)
                tokens.append(HCLToken(kind: .template(parts), line: start))
                while let rest = byte(), rest != UInt8(ascii: "\n") { position += 1 }
                return
            }
            isLineStart = false
            if starts(with: "$${") || starts(with: "%%{") {
                literal += bytes[(position + 1)..<(position + 3)]
                position += 3
            } else if let part = try interpolation() {
                HCLScanner.flush(&literal, into: &parts)
                parts.append(part)
            } else {
                if next == UInt8(ascii: "\n") {
                    line += 1
                    isLineStart = true
                }
                literal.append(next)
                position += 1
            }
        }
        throw HCLProblem(line: start, problem: "a heredoc is never closed")
    }

    private func closesHeredoc(_ word: ArraySlice<UInt8>) -> Bool {
        var at = position
        while at < bytes.count, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\t") { at += 1 }
        guard bytes[at...].starts(with: word) else { return false }
        at += word.count
        while at < bytes.count, bytes[at] == UInt8(ascii: "\r") || bytes[at] == UInt8(ascii: " ") { at += 1 }
        return at == bytes.count || bytes[at] == UInt8(ascii: "\n")
    }
}
