/// A value of a JavaScript file that can be known without running it.
indirect enum JSLiteral: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSNode])
    case object([JSProperty])
    /// Whatever only running the code tells: a call, a function, a condition.
    case unknown
}

/// A value and the line it begins in.
struct JSNode: Sendable {
    var value: JSLiteral
    var line: Int

    var string: String? { if case .string(let text) = value { text } else { nil } }
    var number: Double? { if case .number(let text) = value { Double(text) } else { nil } }
    var bool: Bool? { if case .bool(let flag) = value { flag } else { nil } }
    var items: [JSNode]? { if case .array(let items) = value { items } else { nil } }
    var properties: [JSProperty]? { if case .object(let properties) = value { properties } else { nil } }
    var isUnknown: Bool { if case .unknown = value { true } else { false } }

    /// The last property called `key`, as in JavaScript.
    subscript(key: String) -> JSNode? { properties?.last { $0.key == key }?.node }

    /// The texts of an array of strings; `nil` when it is none, or when one of them is not known.
    var strings: [String]? {
        guard let items else { return nil }
        let texts = items.compactMap(\.string)
        return texts.count == items.count ? texts : nil
    }
}

/// One property of an object; one without a key stands for others that are not known, such as `...more()`.
struct JSProperty: Sendable {
    var key: String?
    var line: Int
    var node: JSNode
}

/// What a file says of one setting.
enum JSSetting {
    case absent
    case known(JSNode)
    /// Code decides, or may.
    case unknown
}

extension JSNode {
    /// The value that lies under `keys`. What is spread in, and cannot be read, may hold any of them.
    func setting(_ keys: [String]) -> JSSetting {
        var node = self
        for key in keys {
            if case .null = node.value { return .absent }
            guard let properties = node.properties else { return .unknown }
            guard let property = properties.last(where: { $0.key == nil || $0.key == key }) else { return .absent }
            if property.key == nil { return .unknown }
            node = property.node
        }
        return node.isUnknown ? .unknown : .known(node)
    }
}
