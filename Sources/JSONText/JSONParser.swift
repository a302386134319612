/// A recursive descent over the bytes of one text; recursion ends at `JSONDocument.nestingLimit`.
struct JSONParser {
    /// What went wrong at which byte; turned into line and column once, by `JSONDocument`.
    struct Failure: Error {
        let offset: Int
        let problem: String
    }

    let text: UnsafeBufferPointer<UInt8>
    let allowsComments: Bool
    /// The next byte to read.
    var at: Int
    private var depth = 0

    init(text: UnsafeBufferPointer<UInt8>, start: Int, allowsComments: Bool) {
        self.text = text
        self.allowsComments = allowsComments
        at = start
    }

    /// The next byte, or `nil` at the end of the text.
    var next: UInt8? { at < text.count ? text[at] : nil }

    mutating func parseDocument() throws(Failure) -> JSONNode {
        try skipSpace()
        guard at < text.count else { throw Failure(offset: at, problem: "the text is empty, expected a value") }
        let root = try parseValue()
        try skipSpace()
        guard at == text.count else { throw unexpected(expected: "the end of the text after the value") }
        return root
    }

    private mutating func parseValue() throws(Failure) -> JSONNode {
        let offset = at
        guard let first = next else { throw unexpectedValue() }
        let value: JSONValue
        switch first {
        case UInt8(ascii: "\""): value = .string(try parseString())
        case UInt8(ascii: "{"): value = .object(try parseObject())
        case UInt8(ascii: "["): value = .array(try parseArray())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): value = .number(try parseNumber())
        case UInt8(ascii: "t"): value = try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): value = try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): value = try parseWord("null", .null)
        default: throw unexpectedValue()
        }
        return JSONNode(value: value, offset: offset)
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let count = word.utf8CodeUnitCount
        guard text.count - at >= count else { throw unexpectedValue() }
        for index in 0..<count where text[at + index] != word.utf8Start[index] {
            throw unexpectedValue()
        }
        if at + count < text.count, text[at + count].isWordByte { throw unexpectedValue() }
        at += count
        return value
    }

    private mutating func parseArray() throws(Failure) -> [JSONNode] {
        try enter()
        var elements: [JSONNode] = []
        try skipSpace()
        if take(UInt8(ascii: "]")) { return leave(elements) }
        while true {
            elements.append(try parseValue())
            try skipSpace()
            if take(UInt8(ascii: "]")) { return leave(elements) }
            let comma = at
            guard take(UInt8(ascii: ",")) else { throw unexpected(expected: "',' or ']' after the value") }
            try skipSpace()
            guard next == UInt8(ascii: "]") else { continue }
            guard allowsComments else { throw trailingComma(at: comma, before: "]") }
            at += 1
            return leave(elements)
        }
    }

    private mutating func parseObject() throws(Failure) -> [JSONMember] {
        try enter()
        var members: [JSONMember] = []
        try skipSpace()
        if take(UInt8(ascii: "}")) { return leave(members) }
        while true {
            members.append(try parseMember())
            try skipSpace()
            if take(UInt8(ascii: "}")) { return leave(members) }
            let comma = at
            guard take(UInt8(ascii: ",")) else { throw unexpected(expected: "',' or '}' after the value") }
            try skipSpace()
            guard next == UInt8(ascii: "}") else { continue }
            guard allowsComments else { throw trailingComma(at: comma, before: "}") }
            at += 1
            return leave(members)
        }
    }

    private mutating func parseMember() throws(Failure) -> JSONMember {
        let offset = at
        guard next == UInt8(ascii: "\"") else { throw unexpectedKey() }
        let key = try parseString()
        try skipSpace()
        guard take(UInt8(ascii: ":")) else { throw unexpected(expected: "':' after the key") }
        try skipSpace()
        return JSONMember(key: key, keyOffset: offset, node: try parseValue())
    }

    /// Reads the opening bracket and counts a level.
    private mutating func enter() throws(Failure) {
        guard depth < JSONDocument.nestingLimit else {
            throw Failure(offset: at, problem: "nested more than \(JSONDocument.nestingLimit) levels deep")
        }
        depth += 1
        at += 1
    }

    private mutating func leave<Contents>(_ contents: Contents) -> Contents {
        depth -= 1
        return contents
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// Whether the byte can be part of a name or a number, so that `nulls` and `1x` are not read as two things.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}
