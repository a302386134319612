internal import GitObjects
internal import WorkspaceModel

/// What of files elsewhere counts for a project, by place and name; what is said twice of one field counts together.
struct GradleFields {
    private var texts: [String: (path: RepoPath, field: String, line: Int, texts: Set<String>)] = [:]

    mutating func add(_ path: RepoPath, _ field: String, _ line: Int, _ text: String) {
        texts["\(path)\u{0}\(field)", default: (path, field, line, [])].texts.insert(text)
    }

    /// Adds the statements of a script, which are run one after the other: their order counts too.
    mutating func add(_ path: RepoPath, _ statements: [GradleScript.Statement]) {
        var joined: [String: (line: Int, text: String)] = [:]
        for statement in statements {
            joined[statement.field, default: (statement.line, "")].text += statement.text + "\n"
        }
        for (field, value) in joined { add(path, field, value.line, value.text) }
        if statements.count > 1 {
            add(path, "order of statements", 1, statements.map(\.field).joined(separator: "\n"))
        }
    }

    /// Sorted by field.
    var digests: [StructuralDigest] {
        texts.values.map {
            StructuralDigest(
                path: $0.path, line: $0.line, field: $0.field, digest: $0.texts.sorted().joined(separator: "\n"))
        }.sorted { ($0.field, $0.path) < ($1.field, $1.path) }
    }
}
