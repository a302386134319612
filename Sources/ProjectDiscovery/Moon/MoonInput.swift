internal import WorkspaceModel

/// One entry of a task's `inputs` or of a file group: https://moonrepo.dev/docs/config/project#inputs
enum MoonInput: Hashable {
    /// A file or directory: of the project, or of the workspace with a leading `/`.
    case file(String)
    /// A glob alike; `!` excludes.
    case glob(String)
    /// The name of an environment variable, which may hold `*`.
    case variable(String)
    case group(String, format: Format)
    /// Files of another project: of the file group, else those that the globs select, else all. `^` is every dependency.
    case project(String, filter: [String], group: String?)
    /// The dependencies that a manifest declares; they count through the external closure.
    case manifest
    /// Any file of the repository: what was written is not understood.
    case anything

    /// Which entries of a file group are meant.
    enum Format: String {
        case group, `static`, globs, files, dirs, root, envs
    }

    /// Reads the text form: a path, a glob, `$VARIABLE`, `@group(name)` or an address such as `project://^`.
    init(parsing text: String) {
        if let token = MoonInput.token(text) {
            self = token
        } else if text.hasPrefix("$") {
            let name = text.dropFirst()
            let isVariable =
                !name.isEmpty
                && name.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_" || $0 == "*") }
            // `$workspaceRoot/x` and `$projectRoot/x` are paths.
            self = isVariable ? .variable(String(name)) : MoonInput.path(text)
        } else if let scheme = text.firstRange(of: "://") {
            self = MoonInput.address(String(text[..<scheme.lowerBound]), String(text[scheme.upperBound...]))
        } else {
            self = MoonInput.path(text)
        }
    }

    /// `@globs(sources)`; `nil` for anything else.
    private static func token(_ text: String) -> MoonInput? {
        guard text.hasPrefix("@"), text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
        let function = String(text[text.index(after: text.startIndex)..<open])
        let argument = String(text[text.index(after: open)...].dropLast())
        guard let format = Format(rawValue: function), !argument.isEmpty else { return .anything }
        return .group(argument, format: format)
    }

    private static func address(_ scheme: String, _ rest: String) -> MoonInput {
        let parts = rest.split(separator: "?", maxSplits: 1).map(String.init)
        let path = parts.first ?? ""
        var query: [(key: String, value: String)] = []
        for pair in (parts.count > 1 && scheme != "glob" ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
            query.append((sides[0], sides.count > 1 ? sides[1] : ""))
        }
        switch scheme {
        case "file": return .file(path)
        case "glob": return .glob(path)
        case "group":
            let format = query.first { $0.key == "as" || $0.key == "format" }.flatMap { Format(rawValue: $0.value) }
            return .group(path, format: format ?? .static)
        case "manifest": return .manifest
        case "project":
            let group = query.first { ["group", "fileGroup", "filegroup"].contains($0.key) }?.value
            return .project(path, filter: query.filter { $0.key == "filter" }.map(\.value), group: group)
        default: return .anything
        }
    }

    private static func path(_ text: String) -> MoonInput {
        text.hasPrefix("!") || text.contains(where: { "*?[{".contains($0) }) ? .glob(text) : .file(text)
    }
}

extension MoonReader {
    /// The entries of `inputs` or of a file group.
    mutating func inputs(_ entry: YAMLEntry) -> [MoonInput] {
        if entry.value.isNull { return [] }
        guard let items = entry.value.items ?? entry.value.text.map({ _ in [entry.value] }) else {
            note(entry.line, "'\(entry.key)' must be a list, not \(entry.value.kindName); every file counts")
            return [.anything]
        }
        return items.map { input($0) }
    }

    private mutating func input(_ node: YAMLNode) -> MoonInput {
        if let text = node.text {
            let input = MoonInput(parsing: text)
            if input == .anything { note(node.line, "the input '\(text)' is not understood; every file counts") }
            return input
        }
        if let file = node["file"]?.text { return MoonInput(parsing: file.hasPrefix("$") ? file : "file://\(file)") }
        if let glob = node["glob"]?.text { return .glob(glob) }
        if let group = node["group"]?.text, node["project"] == nil {
            let format = (node["as"] ?? node["format"])?.text.flatMap { MoonInput.Format(rawValue: $0) }
            return .group(group, format: format ?? .static)
        }
        if let project = node["project"]?.text {
            let filter = node["filter"]?.items?.compactMap(\.text) ?? []
            return .project(project, filter: filter, group: (node["group"] ?? node["fileGroup"])?.text)
        }
        if node["manifest"] != nil { return .manifest }
        note(node.line, "this form of input is not understood; every file counts")
        return .anything
    }
}
