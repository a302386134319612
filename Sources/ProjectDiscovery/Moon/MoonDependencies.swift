internal import Diagnostics
internal import GitObjects
internal import WorkspaceModel

/// Looks up what `deps` of the tasks name, once the tasks of all projects are known.
struct MoonDependencies {
    let projects: [MoonProject]
    let tasks: [RepoPath: [String: MoonTaskBuilder.Built]]
    /// The directories of the projects that each one depends on.
    let direct: [RepoPath: [RepoPath]]
    private let byID: [String: Int]
    /// Names of tasks that do not end by themselves somewhere.
    private let persistent: Set<String>
    private(set) var diagnostics: [Diagnostic] = []

    init(
        projects: [MoonProject], tasks: [RepoPath: [String: MoonTaskBuilder.Built]], direct: [RepoPath: [RepoPath]]
    ) {
        self.projects = projects
        self.tasks = tasks
        self.direct = direct
        byID = MoonDependencies.index(projects)
        var persistent: Set<String> = []
        for own in tasks.values {
            for (name, task) in own where task.definition.persistent { persistent.insert(name) }
        }
        self.persistent = persistent
    }

    /// Positions by id, and by alias where no id is the same.
    static func index(_ projects: [MoonProject]) -> [String: Int] {
        var byID: [String: Int] = [:]
        for (index, project) in projects.enumerated() where byID[project.id] == nil { byID[project.id] = index }
        for (index, project) in projects.enumerated() {
            for alias in project.aliases where byID[alias] == nil { byID[alias] = index }
        }
        return byID
    }

    /// The dependencies of the task called `name`, without those that would wait for what does not end.
    mutating func resolve(_ name: String, of project: MoonProject, _ built: MoonTaskBuilder.Built) -> [TaskDependency] {
        var found: [TaskDependency] = []
        let file = built.definition.origin?.path ?? project.file.layer.path
        for dependency in built.deps {
            let evidence = Evidence(path: file, line: dependency.line)
            for target in targets(dependency, name, of: project, evidence)
            where target != .sameProject(name) && !found.contains(target) {
                found.append(target)
            }
        }
        return found
    }

    private mutating func targets(
        _ dependency: MoonDependency, _ own: String, of project: MoonProject, _ evidence: Evidence
    ) -> [TaskDependency] {
        let parts = dependency.target.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let scope = parts.count == 2 ? parts[0] : "~", task = parts.last ?? ""
        switch scope {
        case "~", project.id: return inProject(project, task, from: project, dependency, evidence)
        case _ where scope.hasPrefix("^"):
            guard persistent.contains(task) else { return [.dependencies(task)] }
            return (direct[project.path] ?? []).compactMap { path in
                tasks[path]?[task].flatMap {
                    $0.definition.persistent ? nil : .task(project: path.description, task: task)
                }
            }
        case _ where scope.hasPrefix("#"):
            let tag = String(scope.dropFirst())
            return projects.filter { $0.path != project.path && $0.file.tags.contains(tag) }
                .filter { tasks[$0.path]?[task] != nil }
                .flatMap { inProject($0, task, from: project, dependency, evidence) }
        default:
            guard let index = byID[scope] else {
                let hint = nearest(to: scope, among: byID.keys.sorted()).map { ". Did you mean '\($0)'?" } ?? ""
                note(evidence, "'deps' names '\(dependency.target)', but there is no project '\(scope)'\(hint)")
                return []
            }
            return inProject(projects[index], task, from: project, dependency, evidence)
        }
    }

    private mutating func inProject(
        _ target: MoonProject, _ task: String, from project: MoonProject, _ dependency: MoonDependency,
        _ evidence: Evidence
    ) -> [TaskDependency] {
        guard let built = tasks[target.path]?[task] else {
            if dependency.isOptional != true {
                note(
                    evidence,
                    "'deps' names '\(dependency.target)', but \(target.id) has no task '\(task)'; it is ignored")
            }
            return []
        }
        guard !built.definition.persistent else {
            note(evidence, "'\(dependency.target)' does not end by itself, so nothing waits for it")
            return []
        }
        return [target.path == project.path ? .sameProject(task) : .task(project: target.path.description, task: task)]
    }

    private mutating func note(_ evidence: Evidence, _ message: String) {
        let diagnostic = Diagnostic(evidence: evidence, message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
}
