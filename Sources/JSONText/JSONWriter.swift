/// Writes one JSON document as bytes: the same calls give the same bytes.
///
/// Two spaces of indentation, one element or member a line, keys in the order written, `\n` at the end; `compact` writes
/// no white space at all, for digests and records. Like the parser, it exists because no library in reach does this
/// without Foundation and with an order of keys that we decide.
///
///     var writer = JSONWriter()
///     writer.object {
///         $0.member("schema", "ripple.graph/1")
///         $0.array("projects") { for name in names { $0.element(name) } }
///     }
///     let bytes = writer.finish()
package struct JSONWriter: Sendable {
    private var text: JSONBuffer

    package init(compact: Bool = false) {
        text = JSONBuffer(isCompact: compact)
    }

    /// The document so far; complete, with its final line break, once its one value is written.
    package var bytes: [UInt8] { text.bytes }

    /// The document's bytes.
    package consuming func finish() -> [UInt8] { text.bytes }

    /// Makes the document an object. A document holds one value, so this (or `array`, or `value`) is called once.
    package mutating func object<E>(_ body: (inout JSONObjectScope) throws(E) -> Void) throws(E) {
        text.beginDocument()
        try text.object(body)
        text.endDocument()
    }

    /// Makes the document an array.
    package mutating func array<E>(_ body: (inout JSONArrayScope) throws(E) -> Void) throws(E) {
        text.beginDocument()
        try text.array(body)
        text.endDocument()
    }

    /// Makes the document a value that was read: numbers as they were written, all members of objects in their order.
    package mutating func value(_ node: JSONNode) {
        text.beginDocument()
        text.append(node)
        text.endDocument()
    }
}

/// The members of an object that is being written; valid inside the closure that received it.
package struct JSONObjectScope: ~Copyable {
    var text: JSONBuffer

    /// Writes a member; `nil` as `null`.
    package mutating func member(_ key: String, _ value: (some JSONScalar)?) {
        text.beginMember(key)
        text.append(value)
    }

    package mutating func member(_ key: String, _ node: JSONNode) {
        text.beginMember(key)
        text.append(node)
    }

    package mutating func object<E>(_ key: String, _ body: (inout JSONObjectScope) throws(E) -> Void) throws(E) {
        text.beginMember(key)
        try text.object(body)
    }

    package mutating func array<E>(_ key: String, _ body: (inout JSONArrayScope) throws(E) -> Void) throws(E) {
        text.beginMember(key)
        try text.array(body)
    }

    /// Writes an array of scalars.
    package mutating func array(_ key: String, _ elements: some Sequence<some JSONScalar>) {
        array(key) { scope in
            for element in elements { scope.element(element) }
        }
    }
}

/// The elements of an array that is being written; valid inside the closure that received it.
package struct JSONArrayScope: ~Copyable {
    var text: JSONBuffer

    /// Writes an element; `nil` as `null`.
    package mutating func element(_ value: (some JSONScalar)?) {
        text.beginElement()
        text.append(value)
    }

    package mutating func element(_ node: JSONNode) {
        text.beginElement()
        text.append(node)
    }

    package mutating func object<E>(_ body: (inout JSONObjectScope) throws(E) -> Void) throws(E) {
        text.beginElement()
        try text.object(body)
    }

    package mutating func array<E>(_ body: (inout JSONArrayScope) throws(E) -> Void) throws(E) {
        text.beginElement()
        try text.array(body)
    }
}
