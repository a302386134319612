internal import Diagnostics
internal import GitObjects
internal import WorkspaceModel

/// The task definitions of one Turborepo workspace: the root's file, and the files of packages on top of it.
struct TurboDefinitions {
    let root: TurboConfiguration
    let rootPath: RepoPath
    let packageFiles: [RepoPath: TurboConfiguration]
    private let byName: [String: [DiscoveredProject]]
    /// Whether the root is a package of its own, without members: then plain names are its tasks.
    private let isSinglePackage: Bool
    /// Tasks of the root's file with everything that is the same for all packages, by name as written.
    private var templates: [String: TaskDefinition] = [:]

    init(
        root: TurboConfiguration, rootPath: RepoPath, packageFiles: [RepoPath: TurboConfiguration],
        projects: [DiscoveredProject]
    ) {
        self.root = root
        self.rootPath = rootPath
        self.packageFiles = packageFiles
        byName = Dictionary(grouping: projects.filter { $0.path != rootPath }) { $0.name ?? $0.path.description }
        isSinglePackage = projects.allSatisfy { $0.path == rootPath && !$0.onlyGathers }
        for (name, task) in root.tasks where !name.hasPrefix("//#") && !TurboPatterns.dependsOnPackage(task) {
            templates[name] = template(task, packagePath: rootPath, isRootTask: false)
        }
    }

    /// The tasks of `project`: every script of it that is defined as a task.
    func tasks(of project: DiscoveredProject) throws(ConfigurationError) -> [String: TaskDefinition] {
        var tasks: [String: TaskDefinition] = [:]
        for script in project.scripts.sorted() {
            guard let turbo = try definition(script, of: project) else { continue }
            tasks[script] = try task(script, turbo, of: project)
        }
        return tasks
    }

    /// What the files say of the task called `name` in `project`; `nil` when it is no task there.
    private func definition(_ name: String, of project: DiscoveredProject) throws(ConfigurationError) -> TurboTask? {
        if project.path == rootPath {
            return root.tasks["//#\(name)"] ?? (isSinglePackage ? root.tasks[name] : nil)
        }
        var result = project.name.flatMap { root.tasks["\($0)#\(name)"] } ?? root.tasks[name]
        guard let own = packageFiles[project.path] else { return result }
        for package in own.extendedPackages {
            guard let path = byName[package]?.first?.path, let file = packageFiles[path] else {
                throw ConfigurationError(
                    path: own.path, problem: "'extends' names '\(package)', which is no package with a turbo.json")
            }
            if let overlay = file.tasks[name] { result = overlay.merged(onto: result) }
        }
        if let overlay = own.tasks[name] { result = overlay.merged(onto: result) }
        return result
    }

    private func task(
        _ name: String, _ turbo: TurboTask, of project: DiscoveredProject
    ) throws(ConfigurationError) -> TaskDefinition {
        let isRootTask = project.path == rootPath && !isSinglePackage
        var reading = DependencyReading(project: project)
        try reading.read(turbo, in: self)
        var task: TaskDefinition
        if reading.readsWholePackage, turbo.inputs != nil {
            // The inputs of tasks that exist only to depend on others count for what depends on them.
            var turbo = turbo
            turbo.inputs = TurboList(values: ["$TURBO_DEFAULT$"])
            task = template(turbo, packagePath: project.path, isRootTask: isRootTask)
        } else if !isRootTask, packageFiles[project.path] == nil, let name = turbo.rootName, let known = templates[name]
        {
            task = known
        } else {
            task = template(turbo, packagePath: project.path, isRootTask: isRootTask)
        }
        task.command = ScriptTasks.command(name, project.manager)
        task.script = ScriptTasks.body(of: name, in: project.scriptBodies)
        task.dependsOn = reading.found.filter { $0 != .sameProject(name) }
        return task
    }

    /// A task without its command and its dependencies, which are the package's own.
    private func template(_ turbo: TurboTask, packagePath: RepoPath, isRootTask: Bool) -> TaskDefinition {
        let patterns = TurboPatterns(root: rootPath, package: packagePath)
        var task = TaskDefinition(command: "")
        task.inputs = patterns.inputs(turbo.inputs, globals: root.globalDependencies, isRootTask: isRootTask)
        // Ripple stores what lies in a project; the result is whole only when all of it does. What leaves the repository
        // stays, to be refused with its line.
        let outputs = patterns.outputs(turbo.outputs)
        let isWhole = !outputs.contains { $0.hasPrefix("/") }
        task.outputs = outputs.filter { $0.contains("/../") || !($0.hasPrefix("/") || $0.hasPrefix("!/")) }
        task.env = TurboDefinitions.union(root.globalEnv, turbo.env?.values ?? [])
        task.passThroughEnv = TurboDefinitions.union(root.globalPassThroughEnv, turbo.passThroughEnv?.values ?? [])
        task.persistent = turbo.persistent ?? false
        task.interactive = turbo.interactive ?? false
        task.cache = !task.persistent && isWhole && (turbo.cache ?? true)
        task.origin = turbo.evidence
        return task
    }

    /// Both lists, each name once, inclusions sorted and exclusions (`!NAME`) after them.
    private static func union(_ left: [String], _ right: [String]) -> [String] {
        let names = Set(left + right)
        return names.filter { !$0.hasPrefix("!") }.sorted() + names.filter { $0.hasPrefix("!") }.sorted()
    }

    // MARK: dependsOn

    /// The dependencies of one task. A task that a package defines but has no script for is passed through: what it
    /// depends on is depended on directly.
    private struct DependencyReading {
        let project: DiscoveredProject
        var found: [TaskDependency] = []
        /// Set when a task that was passed through reads the whole package.
        var readsWholePackage = false
        private var passed: Set<String> = []

        init(project: DiscoveredProject) { self.project = project }

        mutating func read(_ task: TurboTask, in definitions: TurboDefinitions) throws(ConfigurationError) {
            for text in task.dependsOn?.values ?? [] {
                if text.hasPrefix("^") {
                    add(.dependencies(String(text.dropFirst())))
                } else if let hash = text.firstIndex(of: "#") {
                    let name = String(text[text.index(after: hash)...])
                    try readForeign(String(text[..<hash]), name, text, task, in: definitions)
                } else {
                    try readOwn(text, task, in: definitions)
                }
            }
        }

        private mutating func readOwn(
            _ name: String, _ task: TurboTask, in definitions: TurboDefinitions
        ) throws(ConfigurationError) {
            guard let definition = try definitions.definition(name, of: project) else { return }
            if project.scripts.contains(name) {
                add(.sameProject(name))
            } else if passed.insert(name).inserted {
                readsWholePackage = readsWholePackage || (definition.inputs?.values.contains("$TURBO_DEFAULT$") ?? true)
                try read(definition, in: definitions)
            }
        }

        private mutating func readForeign(
            _ package: String, _ name: String, _ text: String, _ task: TurboTask, in definitions: TurboDefinitions
        ) throws(ConfigurationError) {
            if package == "//" {
                let rootID = definitions.rootPath.description
                if definitions.root.tasks[text] != nil { add(.task(project: rootID, task: name)) }
                return
            }
            guard let candidates = definitions.byName[package], let target = candidates.first else {
                var problem = "'dependsOn' names '\(text)', but there is no package '\(package)'"
                if let near = nearest(to: package, among: definitions.byName.keys.sorted()) {
                    problem += ". Did you mean '\(near)'?"
                }
                throw ConfigurationError(path: task.evidence.path, line: task.evidence.line, problem: problem)
            }
            guard target.scripts.contains(name), try definitions.definition(name, of: target) != nil else { return }
            let id = candidates.count == 1 ? package : target.path.description
            add(target.path == project.path ? .sameProject(name) : .task(project: id, task: name))
        }

        private mutating func add(_ dependency: TaskDependency) {
            if !found.contains(dependency) { found.append(dependency) }
        }
    }
}
