internal import GitObjects
internal import WorkspaceModel

/// What files elsewhere contribute to a project, by place and name of the field; what is said twice of one field counts
/// together.
struct StructuralFields {
    private struct Field {
        var path: RepoPath
        var name: String
        var line: Int
        var texts: Set<String>
    }

    private var fields: [String: Field] = [:]

    mutating func add(_ path: RepoPath, _ name: String, _ line: Int, _ text: String) {
        fields["\(path)\u{0}\(name)", default: Field(path: path, name: name, line: line, texts: [])].texts.insert(text)
    }

    /// Sorted by field.
    var digests: [StructuralDigest] {
        fields.values.map {
            StructuralDigest(
                path: $0.path, line: $0.line, field: $0.name, digest: $0.texts.sorted().joined(separator: "\n"))
        }.sorted { ($0.field, $0.path) < ($1.field, $1.path) }
    }
}
