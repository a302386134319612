internal import GitObjects

/// What the two forms of ripple.yaml share: how the top level is read, and which keys belong where.
enum ConfigurationFile {
    /// The file's name, at the root and in projects.
    static let name = "ripple.yaml"

    /// The fields of the top level, in the order of the file.
    static func fields(_ bytes: [UInt8], path: RepoPath) throws(ConfigurationError) -> [Field] {
        guard let root = try YAMLNode.compose(bytes, path: path) else { return [] }
        guard case .mapping(let entries) = root.content else {
            let problem = "the file must be a mapping of keys to values, not \(root.kindName)"
            throw ConfigurationError(path: path, line: root.line, column: root.column, problem: problem)
        }
        return entries.map { Field(path: path, entry: $0) }
    }

    /// Checks a `version` field and returns it.
    static func version(_ field: Field) throws(ConfigurationError) -> Int {
        guard case .scalar(let text, _) = field.entry.value.content, !field.entry.value.isNull else {
            throw field.keyProblem("'version' must be a number. Write 'version: 1'")
        }
        guard text == "1" else {
            throw field.problem("version \(quoted(text)) is not supported: this program reads 'version: 1'")
        }
        return 1
    }

    /// The error for a key that this form does not have. `foreign` are the keys of the other form, `home` is that form.
    static func unknownKey(
        _ field: Field, known: [String], foreign: [String], home: String
    ) -> ConfigurationError {
        if foreign.contains(field.entry.key) { return field.keyProblem("\(field.name) belongs in \(home)") }
        if TaskOverride.keys.contains(field.entry.key) {
            return field.keyProblem("\(field.name) belongs in a task. Write it below 'tasks' and the task's name")
        }
        return field.unknownKey(in: "", known: known)
    }
}
