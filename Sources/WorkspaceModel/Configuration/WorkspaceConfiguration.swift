package import GitObjects

/// What the ripple.yaml at the workspace root says.
package struct WorkspaceConfiguration: Sendable {
    /// The version of the format; 1 is the only one.
    package var version: Int
    /// Patterns of project directories; `nil` leaves discovery to the manifests.
    package var projects: [String]?
    /// Patterns of files that are an input of nothing; `!` takes back.
    package var ignore: [String]
    /// Patterns of files that are an input of every task.
    package var globalInputs: [String]
    /// The branch that changes are compared with when nothing else says so.
    package var defaultBase: String?
    /// Which dependencies of a JavaScript workspace's root reach its members.
    package var rootDependencies: RootDependencies
    /// What holds for these tasks in every project that can run them.
    package var tasks: [String: TaskOverride]
    /// What projects may depend on, in the order of the file; for `ripple check` alone.
    package var boundaries: [BoundaryRule]

    package init(version: Int = 1) {
        self.version = version
        projects = nil
        ignore = []
        globalInputs = []
        defaultBase = nil
        rootDependencies = .standard
        tasks = [:]
        boundaries = []
    }
}

extension WorkspaceConfiguration {
    enum Key: String, CaseIterable {
        case version, projects, ignore, globalInputs, defaultBase, rootDependencies, tasks, boundaries
    }

    /// The keys of the file's top level.
    package static let keys = Key.allCases.map(\.rawValue)

    /// Reads a ripple.yaml of the workspace root. The first problem is thrown, with its line and column.
    package static func parse(_ bytes: [UInt8], path: RepoPath) throws(ConfigurationError) -> WorkspaceConfiguration {
        var result = WorkspaceConfiguration()
        var hasVersion = false
        let fields = try ConfigurationFile.fields(bytes, path: path)
        for field in fields {
            switch Key(rawValue: field.entry.key) {
            case .version:
                result.version = try ConfigurationFile.version(field)
                hasVersion = true
            case .projects: result.projects = try field.patterns(.workspace)
            case .ignore: result.ignore = try field.patterns(.workspace)
            case .globalInputs: result.globalInputs = try field.patterns(.workspace)
            case .defaultBase: result.defaultBase = try revision(field)
            case .rootDependencies: result.rootDependencies = try RootDependencies.parse(field)
            case .tasks: result.tasks = try TaskOverride.parseAll(field)
            case .boundaries: result.boundaries = try BoundaryRule.parseAll(field)
            case nil:
                throw ConfigurationFile.unknownKey(
                    field, known: keys, foreign: ProjectConfiguration.keys,
                    home: "the \(ConfigurationFile.name) of a project, not in the one at the workspace root")
            }
        }
        guard hasVersion else {
            throw ConfigurationError(
                path: path, line: 1, column: 1, problem: "'version' is missing. Write 'version: 1' as the first line")
        }
        return result
    }

    private static func revision(_ field: Field) throws(ConfigurationError) -> String {
        let text = try field.text()
        let isName =
            !text.hasPrefix("-") && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.isControl }
        guard isName else { throw field.problem("\(field.name) must be a branch or a revision, not \(quoted(text))") }
        return text
    }
}
