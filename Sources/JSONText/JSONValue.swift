/// A JSON value as it was written: numbers keep their text, objects keep their order and their duplicates.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// The number's characters, valid by RFC 8259.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
}

/// A value and where it stands.
package struct JSONNode: Sendable {
    package let value: JSONValue
    /// The offset in bytes of the value's first character in the text that was parsed.
    package let offset: Int

    package init(value: JSONValue, offset: Int) {
        self.value = value
        self.offset = offset
    }
}

/// One `"key": value` of an object.
package struct JSONMember: Sendable {
    package let key: String
    /// The offset in bytes of the key's opening quote.
    package let keyOffset: Int
    package let node: JSONNode

    package init(key: String, keyOffset: Int, node: JSONNode) {
        self.key = key
        self.keyOffset = keyOffset
        self.node = node
    }
}

extension JSONNode {
    /// The value under `key`, when this is an object that has it; the last one of duplicates, as every reader in the
    /// JavaScript world decides.
    package subscript(key: String) -> JSONNode? { member(key)?.node }

    /// The member called `key`, when this is an object that has it; the last one of duplicates. Linear in the members.
    package func member(_ key: String) -> JSONMember? {
        guard case .object(let members) = value else { return nil }
        return members.last { $0.key == key }
    }

    package var string: String? {
        if case .string(let text) = value { text } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let flag) = value { flag } else { nil }
    }

    /// The number's text.
    package var number: String? {
        if case .number(let text) = value { text } else { nil }
    }

    package var array: [JSONNode]? {
        if case .array(let elements) = value { elements } else { nil }
    }

    package var object: [JSONMember]? {
        if case .object(let members) = value { members } else { nil }
    }

    package var isNull: Bool {
        if case .null = value { true } else { false }
    }

    /// What kind of value this is, with its article, for messages: "a string", "an object", "null".
    package var typeName: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
