internal import GitObjects
internal import WorkspaceModel

/// Makes the tasks of one moon project from its own file and the layers that it inherits, in the order of moon's
/// `TasksBuilder`.
struct MoonTaskBuilder {
    /// A task before its dependencies are looked up in the other projects.
    struct Built {
        var definition: TaskDefinition
        var deps: [MoonDependency]
    }

    /// One definition of a task, and whether it was inherited.
    private typealias Link = (task: MoonTask, isInherited: Bool)

    let project: MoonProject
    private let layers: [MoonLayer]
    private let patterns: MoonPatterns
    /// Whether the project has no lockfile that says what it gets from outside: then its manifest counts.
    private let countsManifest: Bool
    private var inherited: [String: [MoonTask]] = [:]
    private(set) var diagnostics: [Diagnostic] = []

    init(project: MoonProject, layers: [MoonTasksFile], patterns: MoonPatterns, countsManifest: Bool) {
        self.project = project
        self.layers = layers.map(\.layer)
        self.patterns = patterns
        self.countsManifest = countsManifest
        let rules = project.file.inheritance
        for layer in self.layers {
            for (name, task) in layer.tasks where rules.include?.contains(name) ?? true {
                if rules.exclude.contains(name) { continue }
                inherited[rules.rename[name] ?? name, default: []].append(task)
            }
        }
    }

    /// The file groups of a project: its own take the place of inherited ones of the same name.
    static func fileGroups(of project: MoonProject, _ layers: [MoonTasksFile]) -> [String: [MoonInput]] {
        var groups: [String: [MoonInput]] = [:]
        for layer in layers { groups.merge(layer.layer.fileGroups) { $1 } }
        return groups.merging(project.file.layer.fileGroups) { $1 }
    }

    mutating func tasks() -> [String: Built] {
        var result: [String: Built] = [:]
        for name in Set(inherited.keys).union(project.file.layer.tasks.keys).sorted() {
            var open: Set<String> = []
            let chain = self.chain(name, &open)
            if let last = chain.last { result[name] = build(name, chain, last.task) }
        }
        return result
    }

    /// All definitions that a task is put together from, the most general first.
    private mutating func chain(_ name: String, _ open: inout Set<String>) -> [Link] {
        guard open.insert(name).inserted, open.count <= 64 else { return [] }
        defer { open.remove(name) }
        var links: [Link] = []
        let own = project.file.layer.tasks[name].map { [($0, false)] } ?? []
        for (task, isInherited) in (inherited[name] ?? []).map({ ($0, true) }) + own {
            if let base = task.extends {
                let found = chain(base, &open)
                if found.isEmpty {
                    note(task.evidence, "'extends' names the task '\(base)', which does not exist here")
                }
                links += found
            }
            links.append((task, isInherited))
        }
        return links
    }

    private mutating func note(_ evidence: Evidence, _ message: String) {
        let diagnostic = Diagnostic(evidence: evidence, message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    // MARK: Putting together

    private mutating func build(_ name: String, _ chain: [Link], _ last: MoonTask) -> Built {
        let options = self.options(name, chain)
        func joined<Value: Equatable>(_ field: MoonField, _ lists: [[Value]]) -> [Value] {
            let merge = options.merges[field] ?? .append
            var result: [Value] = []
            for (index, list) in lists.enumerated() { result = merge.joined(result, list, isFirst: index == 0) }
            return result
        }
        let outputs = joined(.outputs, chain.compactMap(\.task.outputs))
        let listed = joined(.inputs, chain.compactMap(\.task.inputs))
        var task = TaskDefinition(command: "")
        let hasInputs = chain.contains { $0.task.inputs != nil }
        let inputs = self.inputs(listed, isGiven: hasInputs, options)
        apply(inputs, at: last.evidence, to: &task)
        task.outputs = self.outputs(outputs, last.evidence, &task)
        let variables = environment(joined(.env, chain.compactMap(\.task.env)))
        task.env += variables.flatMap { MoonShell.variables(in: $0.value ?? "") }
        task.env = Array(Set(task.env)).sorted()
        let arguments = joined(
            .args,
            chain.compactMap { link in
                let list = (link.task.command?.arguments ?? []) + (link.task.arguments ?? [])
                return list.isEmpty ? nil : list
            })
        let body = self.body(chain, arguments, options)
        var tokens = MoonTokens(
            project: project, task: name, inputs: listed, outputs: outputs, fileGroups: patterns.fileGroups,
            runsFromRoot: options.runFromWorkspaceRoot ?? false)
        let isNothing = body == MoonTaskBuilder.nothing
        task.command = isNothing ? body : start(variables, options, &tokens) + tokens.expand(body)
        if let key = options.cacheKey { task.script = "# cacheKey \(key)" }
        task.persistent = options.persistent ?? false
        task.interactive = options.interactive ?? false
        task.timeoutSeconds = options.timeoutSeconds
        task.retries = options.retries ?? 0
        if !tokens.unknown.isEmpty {
            note(last.evidence, "the command holds \(tokens.unknown.joined(separator: ", ")), whose value is not known")
        }
        let mayCache = tokens.unknown.isEmpty && !chain.contains(where: \.task.isPartial)
        task.cache = task.cache && mayCache && !task.persistent && !task.interactive && (options.cache ?? true)
        task.origin = last.evidence
        return Built(definition: task, deps: dependencies(joined(.deps, chain.compactMap(ownDependencies))))
    }

    /// The command of a task that does nothing but to gather others.
    private static let nothing = "true"

    private func body(_ chain: [Link], _ arguments: [String], _ options: MoonOptions) -> String {
        if let systems = options.systems, !systems.contains("linux") { return MoonTaskBuilder.nothing }
        if let script = chain.last(where: { $0.task.script != nil })?.task.script { return script }
        guard let program = chain.last(where: { $0.task.command != nil })?.task.command?.program,
            !["noop", "no-op", "nop"].contains(program)
        else { return MoonTaskBuilder.nothing }
        return ([program] + arguments).joined(separator: " ")
    }

    private func options(_ name: String, _ chain: [Link]) -> MoonOptions {
        var options = MoonOptions()
        let isServer = ["dev", "serve", "start"].contains(name)
        switch chain.last(where: { $0.task.preset != nil })?.task.preset ?? (isServer ? "server" : nil) {
        case "server", "watcher":
            options.cache = false
            options.persistent = true
        case "utility":
            options.cache = false
            options.interactive = true
        default: break
        }
        for layer in layers { options.lay(layer.taskOptions) }
        options.lay(project.file.layer.taskOptions)
        for link in chain { options.lay(link.task.options) }
        return options
    }

    /// What the shell does before the command: moon finds programs of packages, and sets variables.
    private func start(_ variables: [MoonVariable], _ options: MoonOptions, _ tokens: inout MoonTokens) -> String {
        var text = ""
        var places = ["$PWD/node_modules/.bin"]
        if !project.path.isRoot {
            let up = project.path.components.map { _ in ".." }.joined(separator: "/")
            if options.runFromWorkspaceRoot == true {
                text += "cd \(up) || exit; "
                places.insert("$PWD/\(project.path)/node_modules/.bin", at: 0)
            } else {
                places.append("$PWD/\(up)/node_modules/.bin")
            }
        }
        if project.isJavaScript {
            text += "export PATH=\(MoonShell.doubleQuoted((places + ["$PATH"]).joined(separator: ":"))); "
        }
        let expanded = variables.map { MoonVariable(name: $0.name, value: $0.value.map { tokens.expand($0) }) }
        return text + MoonShell.assignments(expanded)
    }

    /// All variables that are set, a later value in place of an earlier one.
    private func environment(_ own: [MoonVariable]) -> [MoonVariable] {
        var result: [MoonVariable] = []
        for variable in layers.flatMap(\.env) + project.file.layer.env + own {
            result.removeAll { $0.name == variable.name }
            result.append(variable)
        }
        return result
    }

    // MARK: Inputs and outputs

    /// `nil` when the task reads no file at all.
    private func inputs(_ listed: [MoonInput], isGiven: Bool, _ options: MoonOptions) -> MoonPatterns.Selection? {
        // A task of the root reads nothing unless it says so.
        if listed.isEmpty, isGiven || project.path.isRoot { return nil }
        var inputs = listed.isEmpty ? [.glob("**/*")] : listed
        for layer in layers { inputs += layer.implicitInputs }
        inputs += (options.envFiles ?? []).map { .file($0) }
        if countsManifest, project.names.contains("package.json") { inputs.append(.file("package.json")) }
        return patterns.selection(inputs)
    }

    private mutating func apply(
        _ selection: MoonPatterns.Selection?, at evidence: Evidence, to task: inout TaskDefinition
    ) {
        guard let selection else {
            // Nothing says whether a stored result still holds.
            task.inputs = .patterns([], includesDefault: false)
            task.cache = false
            return
        }
        task.inputs = selection.rule
        task.env = selection.variables
        for text in selection.unknown {
            note(evidence, "\(text) is not understood; every file of the repository counts")
        }
    }

    private mutating func outputs(
        _ listed: [String], _ evidence: Evidence, _ task: inout TaskDefinition
    ) -> [String] {
        var included: [String] = [], excluded: [String] = []
        for text in listed.flatMap({ groupOutputs($0) }) {
            let isExclusion = text.hasPrefix("!")
            let body = isExclusion ? String(text.dropFirst()) : text
            let pattern = patterns.pattern(body, isGlob: body.contains { "*?[{".contains($0) }, of: project.path)
            let prefix = project.path.isRoot ? "/" : "/\(MoonPatterns.escaped(project.path.description))/"
            let relative = pattern.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
            guard let relative, !relative.hasPrefix("/"), (try? Pattern(relative)) != nil else {
                note(evidence, "the output '\(text)' is not one of the project's files; the task is not cached")
                task.cache = false
                continue
            }
            if isExclusion { excluded.append("!\(relative)") } else { included.append(relative) }
        }
        return included + excluded
    }

    /// The entries of a file group that a token among the outputs names.
    private func groupOutputs(_ text: String) -> [String] {
        guard case .group(let name, _) = MoonInput(parsing: text), let group = patterns.fileGroups[name] else {
            return [text]
        }
        return group.compactMap { input in
            switch input {
            case .file(let text), .glob(let text): text
            default: nil
            }
        }
    }

    // MARK: Dependencies

    /// The dependencies of one definition; inherited ones follow the names that the project gives inherited tasks.
    private func ownDependencies(_ link: Link) -> [MoonDependency]? {
        guard link.isInherited else { return link.task.deps }
        let rules = project.file.inheritance
        return link.task.deps?.compactMap { dependency in
            let name = dependency.target.hasPrefix("~:") ? String(dependency.target.dropFirst(2)) : dependency.target
            guard !name.contains(":") else { return dependency }
            if rules.exclude.contains(name) { return nil }
            var dependency = dependency
            dependency.target = rules.rename[name] ?? name
            return dependency
        }
    }

    private func dependencies(_ own: [MoonDependency]) -> [MoonDependency] {
        var result: [MoonDependency] = []
        for dependency in own + layers.flatMap(\.implicitDeps)
        where !result.contains(where: { $0.target == dependency.target }) {
            result.append(dependency)
        }
        return result
    }
}
