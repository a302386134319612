/// A value of a JavaScript file that can be known without running it.
indirect enum JSLiteral {
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
struct JSNode {
    var value: JSLiteral
    var line: Int

    var string: String? { if case .string(let text) = value { text } else { nil } }
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
struct JSProperty {
    var key: String?
    var line: Int
    var node: JSNode
}
