internal import WorkspaceModel

extension YAMLNode {
    /// The text of a scalar that is not null.
    var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    var items: [YAMLNode]? {
        if case .list(let items) = content { items } else { nil }
    }

    var entries: [YAMLEntry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

    /// Text that changes exactly when the value does.
    var canonical: String {
        switch content {
        case .scalar(let text, let isPlain):
            var quoted = isPlain ? "~" : ""
            CanonicalText.append(text, to: &quoted)
            return quoted
        case .list(let items): return "[\(items.map(\.canonical).joined(separator: ","))]"
        case .mapping(let entries):
            return "{\(entries.map { "\($0.key):\($0.value.canonical)" }.joined(separator: ","))}"
        }
    }
}
