internal import GitObjects
internal import WorkspaceModel

/// The tasks that the commands of a Rush repository make of the scripts of its projects.
struct RushTasks {
    let commands: RushCommands
    private let projects: [RepoPath: DiscoveredProject]
    /// What has to come before a phase of a project, once known.
    private var known: [Key: [TaskDependency]] = [:]
    private(set) var diagnostics: [Diagnostic] = []

    private struct Key: Hashable {
        var project: RepoPath
        var phase: String
    }

    init(commands: RushCommands, projects: [DiscoveredProject]) {
        self.commands = commands
        self.projects = Dictionary(projects.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter settings: `nil` when they are not known: nothing is cached then, and every file counts.
    mutating func tasks(of project: DiscoveredProject, _ settings: RushSettings?) -> [String: TaskDefinition] {
        // Scripts that no command runs are run one by one, by `rushx`.
        var tasks = project.tasks
        for name in tasks.keys { tasks[name]?.command = command(project.scriptBodies[name] ?? "") }
        for phase in commands.phases.values where runs(phase, project) {
            tasks[phase.name] = task(phase, project, settings)
        }
        for (name, command) in commands.commands {
            if let task = gathering(name, command, project) { tasks[name] = task } else { tasks[name] = nil }
        }
        return tasks
    }

    private func runs(_ phase: RushPhase, _ project: DiscoveredProject) -> Bool {
        phase.shellCommand != nil || project.scripts.contains(phase.script)
    }

    /// Rush runs scripts itself, without those named `pre` and `post` them, and with the project's programs in reach.
    private func command(_ body: String) -> String {
        let body = body.trimmed
        return body.isEmpty ? "true" : "export PATH=\"$PWD/node_modules/.bin:$PATH\"; \(body)"
    }

    private mutating func task(
        _ phase: RushPhase, _ project: DiscoveredProject, _ settings: RushSettings?
    ) -> TaskDefinition {
        var task = TaskDefinition(command: command(phase.shellCommand ?? project.scriptBodies[phase.script] ?? ""))
        task.dependsOn = needs(phase, project)
        let operation = settings?.operations[phase.name]
        task.inputs = inputs(operation, settings, project)
        task.env = Array(Set(operation?.environment ?? [])).sorted()
        if operation?.dependsOnNode == true { task.toolchain = ["node --version"] }
        task.outputs = (operation?.outputFolders ?? []).map { "\(MoonPatterns.escaped($0))/**" }
        // Rush stores results only of operations that have settings.
        task.cache = phase.isCached && (operation?.isCached ?? false) && (settings?.isCached ?? false)
        task.origin = phase.evidence
        if let shards = operation?.shards, shards > 1 { split(&task, phase, project, shards) }
        return task
    }

    /// Rush runs the script `NAME:shard` once for each part, and then the one called NAME on what they made. Ripple runs
    /// the parts one after the other within the one task, as Rush calls them, and stores nothing: what passes from one to
    /// the other lies outside of the declared outputs.
    private mutating func split(
        _ task: inout TaskDefinition, _ phase: RushPhase, _ project: DiscoveredProject, _ shards: Int
    ) {
        let name = "\(phase.script):shard"
        task.cache = false
        guard let script = project.scriptBodies[name], shards <= RushTasks.shardLimit else {
            return note(
                project, "the operation '\(phase.name)' is split, but there is no script '\(name)'; it runs as a whole")
        }
        let folder =
            ".rush/operations/\(phase.name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined())_shard"
        var steps = (1...shards).map { shard in
            "\(script) --shard=\(shard)/\(shards) --shard-output-directory=\(folder)/shards/\(shard)"
        }
        steps.append(
            "\(project.scriptBodies[phase.script] ?? "true") --shard-parent-folder=\(folder)/shards --shard-count=\(shards)"
        )
        task.command = command(steps.joined(separator: " && "))
        note(
            project,
            "the \(shards) parts of the operation '\(phase.name)' run one after the other in one task, and its result is not reused"
        )
    }

    private static let shardLimit = 256

    /// A phased command does nothing itself: it stands for its phases.
    private mutating func gathering(
        _ name: String, _ command: (phases: [String], evidence: Evidence), _ project: DiscoveredProject
    ) -> TaskDefinition? {
        let phases = command.phases.compactMap { commands.phases[$0] }
        let own = phases.filter { runs($0, project) && $0.name != name }
        guard !own.isEmpty else { return nil }
        var task = TaskDefinition(command: "true")
        task.inputs = .patterns([], includesDefault: false)
        task.dependsOn = own.map { .sameProject($0.name) }
        task.cache = false
        task.origin = command.evidence
        return task
    }

    // MARK: Inputs

    private mutating func inputs(
        _ operation: RushSettings.Operation?, _ settings: RushSettings?, _ project: DiscoveredProject
    ) -> InputRule {
        guard let settings else { return .patterns(["/**/*"], includesDefault: true) }
        var patterns: [String] = []
        for glob in settings.ignored { patterns += RushTasks.exclusions(glob).filter { RushTasks.isUsable($0) } }
        for file in operation?.additionalFiles ?? [] {
            // `/x` is the repository's; `../x` may be.
            let path = file.hasPrefix("/") ? RepoPath.root.resolving(file) : project.path.resolving(file)
            guard let text = path?.utf8Text, RushTasks.isUsable(text) else {
                let message = "the file '\(file)' in 'dependsOnAdditionalFiles' cannot be read; every file counts"
                note(project, message)
                patterns.append("/**/*")
                continue
            }
            patterns.append("/\(text)")
        }
        return .patterns(patterns, includesDefault: true)
    }

    /// A line of a .gitignore as patterns, each of which excludes no more than the line does.
    private static func exclusions(_ line: String) -> [String] {
        var text = line.trimmed
        let takesBack = text.hasPrefix("!")
        if takesBack { text.removeFirst() }
        guard !text.isEmpty, !text.hasPrefix("#") else { return [] }
        let isDirectory = text.hasSuffix("/")
        while text.hasSuffix("/") { text.removeLast() }
        // A slash inside ties the pattern to the project's directory.
        let isTied = text.contains("/")
        while text.hasPrefix("/") { text.removeFirst() }
        if text.isEmpty { return [] }
        if !isTied, text != "**" { text = "**/" + text }
        let patterns = isDirectory ? ["\(text)/**"] : [text, "\(text)/**"]
        return patterns.map { takesBack ? $0 : "!\($0)" }
    }

    private static func isUsable(_ pattern: String) -> Bool { (try? Pattern(pattern)) != nil }

    // MARK: Order

    private mutating func needs(_ phase: RushPhase, _ project: DiscoveredProject) -> [TaskDependency] {
        let key = Key(project: project.path, phase: phase.name)
        if let known = known[key] { return known }
        // A circle is Rush's error; what is known so far ends it.
        known[key] = []
        var found: [TaskDependency] = []
        func add(_ dependencies: [TaskDependency]) {
            for dependency in dependencies where !found.contains(dependency) { found.append(dependency) }
        }
        for name in phase.needsOwn {
            guard let other = named(name, phase) else { continue }
            add(runs(other, project) ? [.sameProject(name)] : needs(other, project))
        }
        for name in phase.needsUpstream {
            guard let other = named(name, phase) else { continue }
            let below = project.dependencies.compactMap { projects[$0.target] }.filter { $0.path != project.path }
            if below.allSatisfy({ runs(other, $0) }) {
                if !below.isEmpty { add([.dependencies(name)]) }
                continue
            }
            for dependency in below {
                // A project without the script is passed through.
                if runs(other, dependency) {
                    add([.task(project: dependency.path.description, task: name)])
                } else {
                    add(needs(other, dependency).flatMap { spelledOut($0, of: dependency) })
                }
            }
        }
        known[key] = found
        return found
    }

    /// What `dependency` of a task of `project` means to another project.
    private func spelledOut(_ dependency: TaskDependency, of project: DiscoveredProject) -> [TaskDependency] {
        switch dependency {
        case .sameProject(let name): return [.task(project: project.path.description, task: name)]
        case .dependencies(let name):
            let below = project.dependencies.map(\.target).filter { projects[$0] != nil && $0 != project.path }
            return below.map { .task(project: $0.description, task: name) }
        case .task, .dependencySources: return [dependency]
        }
    }

    private mutating func named(_ name: String, _ phase: RushPhase) -> RushPhase? {
        if let other = commands.phases[name] { return other }
        let diagnostic = Diagnostic(
            evidence: phase.evidence, message: "the phase '\(phase.name)' depends on '\(name)', which does not exist")
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
        return nil
    }

    private mutating func note(_ project: DiscoveredProject, _ message: String) {
        let evidence = Evidence(path: project.path.appending("config/rush-project.json".utf8), line: nil)
        let diagnostic = Diagnostic(evidence: evidence, message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
