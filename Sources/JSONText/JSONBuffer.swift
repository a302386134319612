/// The bytes of a document that is being written, and how deep the next value stands.
///
/// Scopes hand it down and take it back by move, so that the bytes are never copied.
package struct JSONBuffer: Sendable {
    private(set) var bytes: [UInt8] = []
    private let isCompact: Bool
    private var depth = 0
    /// Whether the array or object that is being written is still empty.
    private var isFirst = true

    init(isCompact: Bool) {
        self.isCompact = isCompact
    }

    mutating func beginDocument() {
        precondition(bytes.isEmpty, "a JSON document holds one value")
    }

    mutating func endDocument() {
        if !isCompact { bytes.append(UInt8(ascii: "\n")) }
    }

    mutating func beginElement() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        breakLine()
    }

    mutating func beginMember(_ key: String) {
        beginElement()
        append(string: key)
        bytes.append(UInt8(ascii: ":"))
        if !isCompact { bytes.append(UInt8(ascii: " ")) }
    }

    mutating func object<E>(_ body: (inout JSONObjectScope) throws(E) -> Void) throws(E) {
        open("{")
        var scope = JSONObjectScope(text: taken())
        defer {
            self = scope.text
            close("}")
        }
        try body(&scope)
    }

    mutating func array<E>(_ body: (inout JSONArrayScope) throws(E) -> Void) throws(E) {
        open("[")
        var scope = JSONArrayScope(text: taken())
        defer {
            self = scope.text
            close("]")
        }
        try body(&scope)
    }

    mutating func append(_ value: (some JSONScalar)?) {
        if let value { value.append(to: &self) } else { append(raw: "null") }
    }

    mutating func append(_ node: JSONNode) {
        switch node.value {
        case .null: append(raw: "null")
        case .bool(let flag): flag.append(to: &self)
        case .number(let digits): append(raw: digits)
        case .string(let string): append(string: string)
        case .array(let elements):
            array { scope in
                for element in elements { scope.element(element) }
            }
        case .object(let members):
            object { scope in
                for member in members { scope.member(member.key, member.node) }
            }
        }
    }

    /// Appends characters that are JSON already.
    mutating func append(raw: String) {
        bytes.append(contentsOf: raw.utf8)
    }

    /// Appends a string in quotes; only what RFC 8259 forbids is escaped.
    mutating func append(string: String) {
        bytes.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var copied = 0
            for index in utf8.indices where utf8[index].needsEscape {
                bytes.append(contentsOf: utf8[copied..<index])
                appendEscape(of: utf8[index])
                copied = index + 1
            }
            bytes.append(contentsOf: utf8[copied...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(raw: "\\\"")
        case UInt8(ascii: "\\"): append(raw: "\\\\")
        case 0x08: append(raw: "\\b")
        case 0x09: append(raw: "\\t")
        case 0x0A: append(raw: "\\n")
        case 0x0C: append(raw: "\\f")
        case 0x0D: append(raw: "\\r")
        default: append(raw: (byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16))
        }
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        depth += 1
        isFirst = true
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        depth -= 1
        if !isFirst { breakLine() }
        isFirst = false
        bytes.append(UInt8(ascii: bracket))
    }

    private mutating func breakLine() {
        guard !isCompact else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    /// This text, leaving an empty one behind: the only reference to the bytes moves on.
    private mutating func taken() -> JSONBuffer {
        var other = JSONBuffer(isCompact: isCompact)
        swap(&self, &other)
        return other
    }
}

extension UInt8 {
    fileprivate var needsEscape: Bool { self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\") }
}
