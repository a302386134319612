internal import GitObjects
internal import WorkspaceModel

/// Reads the values of moon's files: what has not the expected form is noted with its line and left out.
struct MoonReader {
    let path: RepoPath
    private(set) var diagnostics: [Diagnostic] = []

    init(path: RepoPath) { self.path = path }

    mutating func note(_ line: Int?, _ message: String) {
        diagnostics.append(Diagnostic(evidence: Evidence(path: path, line: line), message: message))
    }

    func evidence(_ line: Int) -> Evidence { Evidence(path: path, line: line) }

    /// The text of a scalar; numbers and flags are text too.
    mutating func text(_ entry: YAMLEntry) -> String? {
        if case .scalar(let text, _) = entry.value.content { return entry.value.isNull ? nil : text }
        expected("a string", entry)
        return nil
    }

    /// A list of texts, or the text that stands for a list of one.
    mutating func texts(_ entry: YAMLEntry) -> [String] {
        if entry.value.isNull { return [] }
        if let text = entry.value.text { return [text] }
        guard let items = entry.value.items else {
            expected("a list", entry)
            return []
        }
        return items.compactMap { item in
            if item.text == nil {
                note(item.line, "'\(entry.key)' must hold strings, not \(item.kindName); it is left out")
            }
            return item.text
        }
    }

    mutating func flag(_ entry: YAMLEntry) -> Bool? {
        switch entry.value.text {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default:
            if !entry.value.isNull { expected("true or false", entry) }
            return nil
        }
    }

    mutating func mapping(_ entry: YAMLEntry) -> [YAMLEntry] {
        if entry.value.isNull { return [] }
        guard let entries = entry.value.entries else {
            expected("a mapping", entry)
            return []
        }
        return entries
    }

    /// Names and values of environment variables; `null` takes a variable away.
    mutating func environment(_ entry: YAMLEntry) -> [MoonVariable] {
        mapping(entry).compactMap { variable in
            if variable.value.isNull { return MoonVariable(name: variable.key, value: nil) }
            guard let value = text(variable) else { return nil }
            return MoonVariable(name: variable.key, value: value)
        }
    }

    mutating func expected(_ form: String, _ entry: YAMLEntry) {
        note(entry.line, "'\(entry.key)' must be \(form), not \(entry.value.kindName); it is ignored")
    }

    mutating func unknown(_ entry: YAMLEntry) {
        note(entry.line, "'\(entry.key)' is not understood; it is ignored")
    }
}

/// A variable that a task's command sees, with the value that is set; without one it is taken away.
struct MoonVariable: Hashable {
    var name: String
    var value: String?
}
