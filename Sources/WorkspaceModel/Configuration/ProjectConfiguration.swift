package import GitObjects

/// What the ripple.yaml in a project's directory says.
package struct ProjectConfiguration: Sendable {
    package var name: String?
    /// App or library; `nil` leaves it to the manifest.
    package var type: ProjectType?
    package var tags: [String]
    /// Edges that no manifest shows, in the order of the file.
    package var dependsOn: [ProjectReference]
    /// Lies over the manifest's and the root file's tasks, field by field.
    package var tasks: [String: TaskOverride]

    package init() {
        name = nil
        type = nil
        tags = []
        dependsOn = []
        tasks = [:]
    }
}

/// A project as a ripple.yaml refers to it.
package struct ProjectReference: Sendable, Hashable {
    /// A project's name, or its directory relative to the workspace root.
    package var name: String
    /// Where it was written, counted from 1.
    package var line: Int

    package init(name: String, line: Int) {
        self.name = name
        self.line = line
    }
}

extension ProjectConfiguration {
    enum Key: String, CaseIterable {
        case version, name, type, tags, dependsOn, tasks
    }

    /// The keys of the file's top level.
    package static let keys = Key.allCases.map(\.rawValue)

    /// Reads a ripple.yaml of a project; an empty file says nothing. The first problem is thrown, with its place.
    package static func parse(_ bytes: [UInt8], path: RepoPath) throws(ConfigurationError) -> ProjectConfiguration {
        var result = ProjectConfiguration()
        for field in try ConfigurationFile.fields(bytes, path: path) {
            switch Key(rawValue: field.entry.key) {
            case .version: _ = try ConfigurationFile.version(field)
            case .name: result.name = try projectName(field)
            case .type: result.type = try field.word(of: [ProjectType.app, .library])
            case .tags: result.tags = try field.texts().map(\.text)
            case .dependsOn: result.dependsOn = try references(field)
            case .tasks: result.tasks = try TaskOverride.parseAll(field)
            case nil:
                throw ConfigurationFile.unknownKey(
                    field, known: keys, foreign: WorkspaceConfiguration.keys,
                    home: "the \(ConfigurationFile.name) at the workspace root")
            }
        }
        return result
    }

    private static func projectName(_ field: Field) throws(ConfigurationError) -> String {
        let name = try field.text()
        guard isProjectName(name) else {
            throw field.problem(
                "\(quoted(name)) cannot be the name of a project: it holds '#', a line break or white space at an "
                    + "end, or begins with '^' or '-'")
        }
        return name
    }

    private static func references(_ field: Field) throws(ConfigurationError) -> [ProjectReference] {
        var result: [ProjectReference] = []
        for (text, node) in try field.texts() {
            guard isProjectName(text) else {
                throw field.problem("\(quoted(text)) in \(field.name) is not the name or path of a project", at: node)
            }
            result.append(ProjectReference(name: text, line: node.line))
        }
        return result
    }
}
