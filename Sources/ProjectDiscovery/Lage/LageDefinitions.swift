internal import GitObjects
internal import WorkspaceModel

/// The tasks that one lage.config.js makes of the scripts of its packages.
struct LageDefinitions {
    let configuration: LageConfiguration
    let root: RepoPath
    let projects: [DiscoveredProject]
    private let byName: [String: Int]
    private let byPath: [RepoPath: Int]
    private(set) var diagnostics: [Diagnostic] = []

    init(configuration: LageConfiguration, root: RepoPath, projects: [DiscoveredProject]) {
        self.configuration = configuration
        self.root = root
        self.projects = projects
        var byName: [String: Int] = [:], byPath: [RepoPath: Int] = [:]
        for (index, project) in projects.enumerated() {
            if let name = project.name, byName[name] == nil { byName[name] = index }
            byPath[project.path] = index
        }
        self.byName = byName
        self.byPath = byPath
    }

    /// The target called `name` in a package; `nil` when it is no target there. The root has only those written `#name`.
    private func target(_ name: String, of project: DiscoveredProject) -> LageTarget? {
        if project.path == root, project.onlyGathers {
            return configuration.targets["#\(name)"] ?? configuration.targets["//#\(name)"]
        }
        return project.name.flatMap { configuration.targets["\($0)#\(name)"] } ?? configuration.targets[name]
    }

    /// Whether there is something to run: a script, or a worker that needs none.
    private func runs(_ name: String, _ target: LageTarget, in project: DiscoveredProject) -> Bool {
        switch target.kind {
        case "noop": false
        case nil, "npmScript": project.scripts.contains(name)
        default: true
        }
    }

    mutating func tasks(of project: DiscoveredProject) -> [String: TaskDefinition] {
        var names = project.scripts
        for name in configuration.targets.keys {
            names.insert(name.lastIndex(of: "#").map { String(name[name.index(after: $0)...]) } ?? name)
        }
        var tasks: [String: TaskDefinition] = [:]
        for name in names.sorted() where !name.isEmpty && !name.contains(where: \.isWhitespace) {
            guard let target = target(name, of: project), runs(name, target, in: project) else { continue }
            tasks[name] = task(name, target, of: project)
        }
        return tasks
    }

    private mutating func task(_ name: String, _ target: LageTarget, of project: DiscoveredProject) -> TaskDefinition {
        var task = TaskDefinition(command: ScriptTasks.command(name, project.manager))
        let isScript = target.kind == nil || target.kind == "npmScript"
        if isScript {
            task.script = ScriptTasks.body(of: name, in: project.scriptBodies)
        } else {
            task.command = worker(name, of: project)
        }
        var found: [TaskDependency] = [], passed: Set<String> = [name]
        read(target, of: project, into: &found, passed: &passed)
        task.dependsOn = found.filter { $0 != .sameProject(name) }
        let isPartial = target.isPartial || configuration.isPartial
        // What is in a worker's file that is not named nobody knows.
        let hidesWorker = !isScript && target.worker == nil
        task.inputs = inputs(target, of: project, readsAll: isPartial || hidesWorker)
        let outputs = target.outputs ?? configuration.outputGlob
        task.outputs = (outputs ?? []).filter { usable($0, target, "outputs") }
        task.persistent = isScript && ScriptTasks.isServer(name)
        let isKnown = outputs != nil || ScriptTasks.isCheck(name)
        task.cache = !isPartial && !task.persistent && (target.cache ?? isKnown)
        if let weight = target.weight, weight > 1, weight.isFinite { task.cpus = min(weight, 1024) }
        task.origin = target.evidence
        return task
    }

    /// Lets lage itself run a worker for one package.
    private func worker(_ name: String, of project: DiscoveredProject) -> String {
        let up = project.path.relative(to: root)?.components.map { _ in ".." }.joined(separator: "/") ?? ""
        let place = up.isEmpty ? "$PWD/node_modules/.bin" : "$PWD/\(up)/node_modules/.bin"
        let package = MoonShell.singleQuoted(project.name ?? "")
        return "export PATH=\"\(place):$PATH\"; lage \(MoonShell.word(name)) --scope \(package) --no-deps --no-cache"
    }

    // MARK: Inputs

    /// `inputs` of the target take the place of the package's files; `environmentGlob` of the target that of the
    /// workspace. Without any, lage takes a file outside of all packages to change everything.
    private mutating func inputs(_ target: LageTarget, of project: DiscoveredProject, readsAll: Bool) -> InputRule {
        if readsAll { return .patterns(["/**/*"], includesDefault: true) }
        var shared: [String] = []
        if let globs = target.environmentGlob ?? configuration.environmentGlob {
            let prefix = root.isRoot ? "/" : "/\(MoonPatterns.escaped(root.description))/"
            // Exclusions hold wherever they stand.
            for glob in globs.filter({ !$0.hasPrefix("!") }) + globs.filter({ $0.hasPrefix("!") }) {
                let isExclusion = glob.hasPrefix("!")
                let body = glob.drop { $0 == "!" || $0 == "/" }
                guard usable(String(body), target, "environmentGlob") else { continue }
                shared.append("\(isExclusion ? "!" : "")\(prefix)\(body)")
            }
        }
        if let worker = target.worker, let path = root.resolving(worker), let text = path.utf8Text {
            shared.append("/\(MoonPatterns.escaped(text))")
        }
        guard let inputs = target.inputs else {
            return shared.isEmpty ? .default : .patterns(shared, includesDefault: true)
        }
        let own = inputs.filter { !$0.hasPrefix("!") } + inputs.filter { $0.hasPrefix("!") }
        return .patterns(
            own.filter { usable($0, target, "inputs") } + ["package.json"] + shared, includesDefault: false)
    }

    /// Whether a glob can be read. One that cannot is noted; as an input it is left out, the others still count.
    private mutating func usable(_ glob: String, _ target: LageTarget, _ field: String) -> Bool {
        if (try? Pattern(glob)) != nil { return true }
        note(target, "the glob '\(glob)' in '\(field)' cannot be read; it is ignored")
        return false
    }

    private mutating func note(_ target: LageTarget, _ message: String) {
        let diagnostic = Diagnostic(evidence: target.evidence, message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    // MARK: dependsOn

    /// A target that runs nothing in the package is passed through: what it depends on is depended on directly.
    private mutating func read(
        _ target: LageTarget, of project: DiscoveredProject, into found: inout [TaskDependency],
        passed: inout Set<String>
    ) {
        func add(_ dependency: TaskDependency) { if !found.contains(dependency) { found.append(dependency) } }
        for text in target.dependsOn ?? [] {
            // Nothing can wait for what does not end by itself.
            let name = text.drop { $0 == "^" }
            if ScriptTasks.isServer(String(name.split(separator: "#").last ?? name)) {
                note(target, "'\(text)' in 'dependsOn' does not end by itself; it is ignored")
                continue
            }
            if text.hasPrefix("^^") {
                for other in reached(from: project) { addTask(String(text.dropFirst(2)), of: other, into: &found) }
            } else if text.hasPrefix("^") {
                add(.dependencies(String(text.dropFirst())))
            } else if let hash = text.lastIndex(of: "#") {
                let name = String(text[text.index(after: hash)...]), package = String(text[..<hash])
                let isRoot = package.isEmpty || package == "//"
                if let index = isRoot ? byPath[root] : byName[package] {
                    addTask(name, of: projects[index], into: &found)
                } else {
                    note(target, "'dependsOn' names '\(text)', but there is no package '\(package)'; it is ignored")
                }
            } else if project.path == root, project.onlyGathers {
                // A target of the root without a package means that target everywhere.
                for other in projects where other.path != root { addTask(text, of: other, into: &found) }
            } else if let own = self.target(text, of: project) {
                if runs(text, own, in: project) {
                    add(.sameProject(text))
                } else if passed.insert(text).inserted {
                    read(own, of: project, into: &found, passed: &passed)
                }
            }
        }
    }

    private func addTask(_ name: String, of project: DiscoveredProject, into found: inout [TaskDependency]) {
        guard let target = target(name, of: project), runs(name, target, in: project) else { return }
        let dependency = TaskDependency.task(project: project.path.description, task: name)
        if !found.contains(dependency) { found.append(dependency) }
    }

    /// All packages that a package depends on, however far away; sorted by path.
    private func reached(from project: DiscoveredProject) -> [DiscoveredProject] {
        var seen: Set<RepoPath> = [project.path], pending = [project]
        var found: [DiscoveredProject] = []
        while let next = pending.popLast() {
            for dependency in next.dependencies where seen.insert(dependency.target).inserted {
                guard let index = byPath[dependency.target], !projects[index].onlyGathers else { continue }
                found.append(projects[index])
                pending.append(projects[index])
            }
        }
        return found.sorted { $0.path < $1.path }
    }
}
