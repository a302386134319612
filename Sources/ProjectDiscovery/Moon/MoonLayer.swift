internal import GitObjects
internal import WorkspaceModel

/// What a project's moon.yml and the files below .moon/tasks have in common.
struct MoonLayer {
    var path: RepoPath
    var env: [MoonVariable] = []
    var fileGroups: [String: [MoonInput]] = [:]
    var implicitDeps: [MoonDependency] = []
    var implicitInputs: [MoonInput] = []
    var tasks: [String: MoonTask] = [:]
    var taskOptions = MoonOptions()

    init(path: RepoPath) { self.path = path }

    /// Reads a field that both kinds of file have; false for any other.
    mutating func read(_ field: YAMLEntry, _ reader: inout MoonReader) -> Bool {
        switch field.key {
        case "env": env = reader.environment(field)
        case "fileGroups": for group in reader.mapping(field) { fileGroups[group.key] = reader.inputs(group) }
        case "tasks": tasks = reader.tasks(field)
        case "taskOptions": taskOptions = reader.options(field)
        default: return false
        }
        return true
    }
}

extension MoonLayer {
    /// Lays this layer over one that its file extends: tasks and groups of the same name replace those there, what is implied
    /// grows.
    mutating func extend(_ base: MoonLayer) {
        fileGroups.merge(base.fileGroups) { own, _ in own }
        tasks.merge(base.tasks) { own, _ in own }
        env = base.env.filter { variable in !env.contains { $0.name == variable.name } } + env
        implicitDeps = base.implicitDeps + implicitDeps
        implicitInputs = base.implicitInputs + implicitInputs
        var options = base.taskOptions
        options.lay(taskOptions)
        taskOptions = options
    }
}

/// Which projects inherit the tasks of one file (moon 2): all conditions that are given must hold.
struct MoonCondition {
    /// `or`: one of them; `and`: all of them; `not`: none of them.
    struct Clause {
        var any: [String]?
        var all: [String] = []
        var none: [String] = []

        func matches(_ values: Set<String>) -> Bool {
            none.allSatisfy { !values.contains($0) } && all.allSatisfy { values.contains($0) }
                && (any?.contains { values.contains($0) } ?? true)
        }
    }

    var order: Int?
    var files: [String]?
    var languages: Clause?
    var layers: Clause?
    var stacks: Clause?
    var tags: Clause?
    var toolchains: Clause?

    /// Files that apply to less come later and win, as `InheritedByConfig::order` of moon has it.
    var rank: Int {
        if let order { return order }
        return (toolchains != nil || languages != nil ? 50 : 0) + (stacks != nil ? 100 : 0) + (layers != nil ? 150 : 0)
            + (tags != nil ? 500 : 0)
    }

    mutating func read(_ field: YAMLEntry, _ reader: inout MoonReader) {
        switch field.key {
        case "order": order = reader.text(field).flatMap { Int($0) }
        case "file", "files": files = reader.texts(field)
        case "language", "languages": languages = clause(field, &reader)
        case "layer", "layers": layers = clause(field, &reader)
        case "stack", "stacks": stacks = clause(field, &reader)
        case "tag", "tags": tags = clause(field, &reader)
        case "toolchain", "toolchains": toolchains = clause(field, &reader)
        default: reader.unknown(field)
        }
    }

    private func clause(_ field: YAMLEntry, _ reader: inout MoonReader) -> Clause {
        guard let entries = field.value.entries else { return Clause(any: reader.texts(field)) }
        var clause = Clause()
        for entry in entries {
            switch entry.key {
            case "or": clause.any = reader.texts(entry)
            case "and": clause.all = reader.texts(entry)
            case "not": clause.none = reader.texts(entry)
            default: reader.unknown(entry)
            }
        }
        return clause
    }
}

/// One file of tasks that projects inherit: .moon/tasks.yml, .moon/tasks/NAME.yml.
struct MoonTasksFile {
    var layer: MoonLayer
    var condition: MoonCondition?
    /// Files whose content comes before this one's.
    var extends: [String] = []
    var diagnostics: [Diagnostic] = []

    static func parse(_ bytes: [UInt8], at path: RepoPath) throws(ConfigurationError) -> MoonTasksFile {
        var file = MoonTasksFile(layer: MoonLayer(path: path))
        var reader = MoonReader(path: path)
        for field in try MoonFile.fields(bytes, path: path) {
            if file.layer.read(field, &reader) { continue }
            switch field.key {
            case "$schema": break
            case "extends": file.extends = reader.texts(field)
            case "implicitDeps": file.layer.implicitDeps = reader.dependencies(field)
            case "implicitInputs": file.layer.implicitInputs = reader.inputs(field)
            case "inheritedBy":
                var condition = MoonCondition()
                for entry in reader.mapping(field) { condition.read(entry, &reader) }
                file.condition = condition
            default: reader.unknown(field)
            }
        }
        file.diagnostics = reader.diagnostics
        return file
    }
}
