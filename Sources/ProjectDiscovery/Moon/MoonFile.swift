internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// The form that all files of moon share: a mapping in YAML, JSON with comments, or TOML.
enum MoonFile {
    /// Extensions in the order in which moon looks for them; those of HCL and Pkl, which are programs, are not read.
    static let extensions = ["yml", "yaml", "jsonc", "json", "toml", "hcl", "pkl"]

    static func isRead(_ name: String) -> Bool {
        ["yml", "yaml", "json", "jsonc", "toml"].contains(name.split(separator: ".").last.map(String.init))
    }

    /// The top-level entries; none of an empty file.
    static func fields(_ bytes: [UInt8], path: RepoPath) throws(ConfigurationError) -> [YAMLEntry] {
        let name = path.lastComponent
        if name.suffix(5).elementsEqual(".toml".utf8) { return try toml(bytes, path) }
        if name.suffix(6).elementsEqual(".jsonc".utf8) { return try json(bytes, path) }
        guard let root = try YAMLNode.compose(bytes, path: path) else { return [] }
        return try entries(root, path)
    }

    private static func entries(_ root: YAMLNode, _ path: RepoPath) throws(ConfigurationError) -> [YAMLEntry] {
        guard let entries = root.entries else {
            throw ConfigurationError(
                path: path, line: root.line, column: root.column,
                problem: "the file must be a mapping, not \(root.kindName)")
        }
        return entries
    }

    // MARK: JSON

    private static func json(_ bytes: [UInt8], _ path: RepoPath) throws(ConfigurationError) -> [YAMLEntry] {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, allowingComments: true)
        } catch {
            throw ConfigurationError(path: path, line: error.line, column: error.column, problem: error.problem)
        }
        return try entries(node(document.root, document), path)
    }

    private static func node(_ node: JSONNode, _ document: JSONDocument) -> YAMLNode {
        let line = document.position(of: node.offset).line
        let content: YAMLNode.Content =
            switch node.value {
            case .null: .scalar("null", isPlain: true)
            case .bool(let flag): .scalar("\(flag)", isPlain: true)
            case .number(let text): .scalar(text, isPlain: true)
            case .string(let text): .scalar(text, isPlain: false)
            case .array(let items): .list(items.map { self.node($0, document) })
            case .object(let members):
                .mapping(
                    members.map { member in
                        YAMLEntry(
                            key: member.key, line: document.position(of: member.keyOffset).line,
                            value: self.node(member.node, document))
                    })
            }
        return YAMLNode(content, line: line)
    }

    // MARK: TOML

    private static func toml(_ bytes: [UInt8], _ path: RepoPath) throws(ConfigurationError) -> [YAMLEntry] {
        do {
            let document = try TOMLDocument(parsing: bytes)
            return entries(document.root, [], document)
        } catch {
            throw ConfigurationError(path: path, line: error.line, problem: error.problem)
        }
    }

    /// The entries of a table, sorted by key: their order has no meaning.
    private static func entries(
        _ table: [String: TOMLNode], _ place: [String], _ document: TOMLDocument
    ) -> [YAMLEntry] {
        table.sorted { $0.key < $1.key }.map { key, value in
            let path = place + [key]
            return YAMLEntry(
                key: key, line: document.lines.line(path) ?? 1, value: node(value, path, document))
        }
    }

    private static func node(_ node: TOMLNode, _ place: [String], _ document: TOMLDocument) -> YAMLNode {
        let content: YAMLNode.Content =
            switch node {
            case .string(let text): .scalar(text, isPlain: false)
            case .bool(let flag): .scalar("\(flag)", isPlain: true)
            case .scalar(let text): .scalar(text, isPlain: true)
            case .array(let nodes): .list(nodes.map { self.node($0, place, document) })
            case .table(let table): .mapping(entries(table, place, document))
            }
        return YAMLNode(content, line: document.lines.line(place) ?? 1)
    }
}
