/// A value that is written without brackets: text, a number or a boolean.
package protocol JSONScalar {
    /// Appends the value as JSON.
    func append(to text: inout JSONBuffer)
}

extension String: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(string: self) }
}

extension Substring: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(string: String(self)) }
}

extension Bool: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(raw: self ? "true" : "false") }
}

extension Int: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(raw: String(self)) }
}

extension Int32: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(raw: String(self)) }
}

extension Int64: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(raw: String(self)) }
}

extension UInt32: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(raw: String(self)) }
}

extension UInt64: JSONScalar {
    package func append(to text: inout JSONBuffer) { text.append(raw: String(self)) }
}

extension Double: JSONScalar {
    /// The shortest text that reads back as the same number, without a `.0`; `null` for what JSON cannot say.
    package func append(to text: inout JSONBuffer) {
        guard isFinite else { return text.append(raw: "null") }
        var digits = description
        if digits.hasSuffix(".0") { digits.removeLast(2) }
        text.append(raw: digits)
    }
}
