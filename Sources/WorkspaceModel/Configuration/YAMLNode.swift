/// A value of a YAML document with its place: aliases are resolved, merge keys are merged, comments are gone.
///
/// Lines and columns count from 1, columns in Unicode scalars.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        /// The text of a scalar; plain when it was written without quotes and not as a block.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        /// The entries in the order of the file, those from merge keys first; no key occurs twice.
        case mapping([YAMLEntry])
    }

    package let content: Content
    package let line: Int
    package let column: Int
    /// How many values this one holds, itself and what its aliases stand for included.
    let weight: Int

    /// A value of another format, read as if it were YAML.
    package init(_ content: Content, line: Int, column: Int = 1) {
        self.content = content
        self.line = line
        self.column = column
        weight = 1
    }

    init(content: Content, line: Int, column: Int, weight: Int) {
        self.content = content
        self.line = line
        self.column = column
        self.weight = weight
    }

    /// Whether this is `~`, `null` or nothing at all.
    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    /// What the value is, for messages: `a mapping`, `a list`, `a string`.
    package var kindName: String {
        switch content {
        case .mapping: "a mapping"
        case .list: "a list"
        case .scalar(_, let isPlain): isPlain && isNull ? "nothing" : "a string"
        }
    }
}

/// One key of a YAML mapping with its value.
package struct YAMLEntry: Sendable {
    package let key: String
    package let line: Int
    package let column: Int
    package let value: YAMLNode

    package init(key: String, line: Int, column: Int = 1, value: YAMLNode) {
        self.key = key
        self.line = line
        self.column = column
        self.value = value
    }
}

/// Bounds on a document, so that a hostile or broken file ends quickly with a sentence.
enum YAMLLimit {
    /// Bytes of a file.
    static let bytes = 128 * 1024
    /// Values of a document, counted again at each alias.
    static let values = 100_000
    /// Mappings and lists inside each other; ripple.yaml itself needs five.
    static let depth = 32
}
