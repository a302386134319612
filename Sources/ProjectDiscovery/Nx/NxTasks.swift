internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// Makes Ripple's tasks of the targets of one workspace.
struct NxTasks {
    let workspace: NxWorkspace
    private let files: ModuleFiles
    private let rootNames: [String]
    /// Targets that do not end by themselves, which nothing may wait for.
    private let persistent: [String: Set<RepoPath>]
    /// Named inputs that the build inputs of every project hold.
    private let coveredByBuilds: Set<String>
    /// What was found, for one note each: executors run by Nx, and why results are not reused.
    private(set) var executors: [String: Evidence] = [:]
    private(set) var notReused: [String: (count: Int, first: Evidence)] = [:]

    /// The stand-in for a task that no project has: it counts all files of a project, and those of what that depends on.
    static let allFiles = TaskDependency.dependencies("^default")

    init(workspace: NxWorkspace, files: ModuleFiles) throws(GitError) {
        self.workspace = workspace
        self.files = files
        rootNames = try NxPlace.fileNames(in: workspace.root, files)
        var persistent: [String: Set<RepoPath>] = [:]
        for project in workspace.projects {
            for (name, target) in project.targets where NxTasks.isPersistent(name, target) {
                persistent[name, default: []].insert(project.path)
            }
        }
        self.persistent = persistent
        let builds = workspace.projects.compactMap { $0.targets["build"] }.map {
            $0.inputs ?? NxInputExpansion.defaults
        }
        let named = builds.map { inputs in
            Set(inputs.compactMap { input -> String? in if case .named(let name) = input { name } else { nil } })
        }
        // A project without a build counts with all its files.
        coveredByBuilds = named.first.map { first in named.dropFirst().reduce(first) { $0.intersection($1) } } ?? []
        hasBuilds = !builds.isEmpty
    }

    private let hasBuilds: Bool

    private static func isPersistent(_ name: String, _ target: NxTarget) -> Bool {
        if let continuous = target.continuous { return continuous }
        let executor = target.effectiveExecutor ?? ""
        return ScriptTasks.isServer(name) || executor.hasSuffix(":dev-server") || executor.hasSuffix(":serve")
    }

    mutating func tasks(
        of project: NxProject, in discovered: DiscoveredProject
    ) throws(GitError) -> [String: TaskDefinition] {
        var tasks: [String: TaskDefinition] = [:]
        let command = NxCommand(
            workspace: workspace, project: project, manager: discovered.manager,
            names: try NxPlace.fileNames(in: project.path, files) + rootNames)
        for (name, target) in project.targets.sorted(by: { $0.key < $1.key }) {
            var task = TaskDefinition(command: command.text(name, target))
            task.origin = target.evidence
            task.script = script(target, name, discovered)
            if command.isThroughNx(task.command), let executor = target.effectiveExecutor {
                if executors[executor] == nil { executors[executor] = target.evidence }
            }
            task.persistent = NxTasks.isPersistent(name, target)
            var expansion = NxInputExpansion(workspace, project)
            let inputs = expansion.expand(target.inputs ?? NxInputExpansion.defaults)
            task.inputs = inputs.rule
            task.env = inputs.env.sorted()
            task.dependsOn = dependencies(target, name, of: project)
            for dependency in sources(inputs.ofDependencies) where !task.dependsOn.contains(dependency) {
                task.dependsOn.append(dependency)
            }
            let outputs = NxOutputs(workspace: workspace, project: project).patterns(name, target)
            task.outputs = outputs.patterns
            task.cache = target.cache ?? workspace.configuration.cacheableTargets.contains(name)
            if task.persistent {
                task.cache = false
                task.outputs = []
            }
            restrict(&task, target, inputs, outputs.areOutside)
            tasks[name] = task
        }
        return tasks
    }

    /// Does not store what could not be told apart, or put back.
    private mutating func restrict(
        _ task: inout TaskDefinition, _ target: NxTarget, _ inputs: NxInputs, _ areOutside: Bool
    ) {
        guard task.cache else { return }
        let reason =
            inputs.uncacheable ?? target.undecidedOutputs
            ?? (areOutside ? "outputs lie outside of the workspace, or around a project" : nil)
        if let reason { refuse(&task, reason) }
    }

    mutating func refuse(_ task: inout TaskDefinition, _ reason: String) {
        guard task.cache else { return }
        task.cache = false
        let evidence = task.origin ?? Evidence(path: workspace.root.appending("nx.json"), line: nil)
        let known = notReused[reason]
        notReused[reason] = ((known?.count ?? 0) + 1, known?.first ?? evidence)
    }

    private func script(_ target: NxTarget, _ name: String, _ discovered: DiscoveredProject) -> String {
        guard target.effectiveExecutor == "nx:run-script" else { return target.canonical }
        let script = target.option("script")?.string ?? name
        return ScriptTasks.body(of: script, in: discovered.scriptBodies) ?? target.canonical
    }

    /// One note for each executor that Nx runs itself, and for each reason not to store results.
    var summary: [Diagnostic] {
        var result = executors.sorted { $0.key < $1.key }.map { executor, evidence in
            Diagnostic(evidence: evidence, message: "Nx runs the tasks of the executor '\(executor)'")
        }
        for (reason, tasks) in notReused.sorted(by: { $0.key < $1.key }) { result.append(note(tasks, reason)) }
        return result
    }

    private func note(_ tasks: (count: Int, first: Evidence), _ reason: String) -> Diagnostic {
        let count = tasks.count == 1 ? "1 task" : "\(tasks.count) tasks"
        return Diagnostic(evidence: tasks.first, message: "results of \(count) are not reused: \(reason)")
    }

    /// What stands for named inputs of the projects depended on.
    private func sources(_ names: Set<String>) -> [TaskDependency] {
        if names.isEmpty { return [] }
        if !hasBuilds || names.isSubset(of: coveredByBuilds) { return [.dependencySources] }
        return [NxTasks.allFiles]
    }

    // MARK: Dependencies

    private func dependencies(_ target: NxTarget, _ name: String, of project: NxProject) -> [TaskDependency] {
        var result: [TaskDependency] = []
        func add(_ dependency: TaskDependency) { if !result.contains(dependency) { result.append(dependency) } }
        for dependency in target.dependsOn ?? [] {
            if dependency.ofDependencies {
                for task in names(dependency.target) {
                    // A server's start cannot be waited for; what it is made of still counts.
                    add(persistent[task] == nil ? .dependencies(task) : NxTasks.allFiles)
                }
            } else if let projects = dependency.projects {
                for other in projects.flatMap(workspace.projects(matching:)) {
                    for task in own(dependency.target, of: other) {
                        add(.task(project: other.path.description, task: task))
                    }
                }
            } else {
                let found = own(dependency.target, of: project)
                for task in found where task != name { add(.sameProject(task)) }
                guard found.isEmpty, let (other, task) = foreign(dependency.target) else { continue }
                for task in own(task, of: other) where other.path != project.path || task != name {
                    add(.task(project: other.path.description, task: task))
                }
            }
        }
        return result.filter { $0 != .task(project: project.path.description, task: name) }
    }

    /// `project:target`, in which either part may hold colons.
    private func foreign(_ text: String) -> (NxProject, String)? {
        for index in text.indices where text[index] == ":" {
            if let project = workspace.project(named: String(text[..<index])) {
                return (project, String(text[text.index(after: index)...]))
            }
        }
        return nil
    }

    private func names(_ pattern: String) -> [String] {
        pattern.contains("*") ? workspace.targetNames.filter { NxNames.matches($0, pattern) } : [pattern]
    }

    /// The targets of `project` that can be waited for and match.
    private func own(_ pattern: String, of project: NxProject) -> [String] {
        names(pattern).filter { project.targets[$0] != nil && persistent[$0]?.contains(project.path) != true }
    }
}
