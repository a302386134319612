internal import GitObjects

extension StructuralFields {
    /// Adds the statements of a Gradle script, which are run one after the other: their order counts too.
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
}
