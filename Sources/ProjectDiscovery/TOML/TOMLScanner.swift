/// The scan behind `TOMLLineIndex`: one pass over the bytes, no values.
struct TOMLScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    /// The first line of each path, its components joined by NUL.
    private(set) var lines: [String: Int] = [:]
    private(set) var blanks: [Int] = []

    /// More than any manifest needs, and few enough that no recursion over the values can exhaust a stack.
    private static let deepest = 64
    private static let longestKey = 32

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func scan() throws(TOMLProblem) {
        var table: [String] = []
        while true {
            skipTrivia()
            guard let byte = peek() else { return }
            if byte == UInt8(ascii: "[") {
                table = try header()
            } else {
                try entry(below: table, depth: 0)
            }
            skipSpaces()
            if peek() == UInt8(ascii: "#") { skipComment(blanking: false) }
            if peek() == UInt8(ascii: "\r") { position += 1 }
            guard peek() == nil || peek() == UInt8(ascii: "\n") else { throw unexpected("the end of the line") }
        }
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header() throws(TOMLProblem) -> [String] {
        position += 1
        let isArray = peek() == UInt8(ascii: "[")
        if isArray { position += 1 }
        let path = try key()
        record(path, below: 0)
        for _ in 0..<(isArray ? 2 : 1) { try expect(UInt8(ascii: "]"), "']' after the table's name") }
        return path
    }

    /// `a.b = value`.
    private mutating func entry(below table: [String], depth: Int) throws(TOMLProblem) {
        let path = table + (try key())
        record(path, below: table.count)
        try expect(UInt8(ascii: "="), "'=' after the key")
        skipSpaces()
        try value(at: path, depth: depth)
    }

    private mutating func value(at path: [String], depth: Int) throws(TOMLProblem) {
        guard depth < TOMLScanner.deepest else {
            throw TOMLProblem(line: line, problem: "the values are nested more than \(TOMLScanner.deepest) deep")
        }
        switch peek() {
        case UInt8(ascii: "["): try array(at: path, depth: depth)
        case UInt8(ascii: "{"): try inlineTable(at: path, depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = try text()
        default:
            let start = position
            while let byte = peek(), !TOMLScanner.endsValue(byte) { position += 1 }
            guard position > start else { throw unexpected("a value") }
        }
    }

    private mutating func array(at path: [String], depth: Int) throws(TOMLProblem) {
        position += 1
        while true {
            skipTrivia()
            if peek() == UInt8(ascii: "]") { break }
            if peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") {
                let start = line
                let element = try text()
                let name = (path + [element]).joined(separator: "\0")
                if lines[name] == nil { lines[name] = start }
            } else {
                try value(at: path, depth: depth + 1)
            }
            skipTrivia()
            if peek() == UInt8(ascii: ",") {
                position += 1
            } else if peek() != UInt8(ascii: "]") {
                throw unexpected("',' or ']' in the array")
            }
        }
        position += 1
    }

    private mutating func inlineTable(at path: [String], depth: Int) throws(TOMLProblem) {
        position += 1
        var lastComma: Int?
        while true {
            skipTrivia(blanking: true)
            if peek() == UInt8(ascii: "}") { break }
            try entry(below: path, depth: depth + 1)
            lastComma = nil
            skipTrivia(blanking: true)
            if peek() == UInt8(ascii: ",") {
                lastComma = position
                position += 1
            } else if peek() != UInt8(ascii: "}") {
                throw unexpected("',' or '}' in the inline table")
            }
        }
        if let lastComma { blanks.append(lastComma) }
        position += 1
    }

    // MARK: Keys and strings

    private mutating func key() throws(TOMLProblem) -> [String] {
        var parts: [String] = []
        while true {
            skipSpaces()
            if peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") {
                parts.append(try text())
            } else {
                let start = position
                while let byte = peek(), TOMLScanner.isBare(byte) { position += 1 }
                guard position > start else { throw unexpected("a key") }
                parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
            }
            skipSpaces()
            guard peek() == UInt8(ascii: ".") else { return parts }
            guard parts.count < TOMLScanner.longestKey else {
                throw TOMLProblem(line: line, problem: "a key has more than \(TOMLScanner.longestKey) parts")
            }
            position += 1
        }
    }

    /// A string of any of the four kinds, without its quotes; escapes are left as written.
    private mutating func text() throws(TOMLProblem) -> String {
        let quote = bytes[position], start = line
        let isLong = position + 2 < bytes.count && bytes[position + 1] == quote && bytes[position + 2] == quote
        position += isLong ? 3 : 1
        let content = position
        while let byte = peek() {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\n") { line += 1 }
                position += 2
            } else if byte == UInt8(ascii: "\n") {
                guard isLong else { break }
                line += 1
                position += 1
            } else if byte == quote {
                if !isLong {
                    position += 1
                    return String(decoding: bytes[content..<position - 1], as: UTF8.self)
                }
                var end = position
                while end < bytes.count, bytes[end] == quote { end += 1 }
                let run = end - position
                position = end
                // Up to two quotes may stand right before the three that close.
                if run >= 3 { return String(decoding: bytes[content..<end - 3], as: UTF8.self) }
            } else {
                position += 1
            }
        }
        throw TOMLProblem(line: start, problem: "a string is not closed")
    }

    // MARK: Bytes

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func expect(_ byte: UInt8, _ what: String) throws(TOMLProblem) {
        guard peek() == byte else { throw unexpected(what) }
        position += 1
    }

    private func unexpected(_ expected: String) -> TOMLProblem {
        TOMLProblem(line: line, problem: "expected \(expected)")
    }

    /// Notes the line of `path` and of what leads to it, except its first `known` components.
    private mutating func record(_ path: [String], below known: Int) {
        for count in known..<path.count {
            let name = path.prefix(count + 1).joined(separator: "\0")
            if lines[name] == nil { lines[name] = line }
        }
    }

    private mutating func skipSpaces() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
    }

    private mutating func skipTrivia(blanking: Bool = false) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): position += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if byte == UInt8(ascii: "\n") { line += 1 }
                if blanking { blanks.append(position) }
                position += 1
            case UInt8(ascii: "#"): skipComment(blanking: blanking)
            default: return
            }
        }
    }

    private mutating func skipComment(blanking: Bool) {
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            if blanking { blanks.append(position) }
            position += 1
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func endsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "\n"): true
        default: false
        }
    }
}
