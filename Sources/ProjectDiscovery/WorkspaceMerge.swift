internal import Diagnostics
internal import GitObjects
internal import WorkspaceModel

/// Makes one workspace of what the adapters found and what ripple.yaml says.
struct WorkspaceMerge {
    private let tree: SourceTree
    private let configuration: WorkspaceConfiguration?
    private let discoveries: [Discovery]
    /// Everything found at a directory, in the order of package managers, which decides the name.
    private var found: [RepoPath: [DiscoveredProject]] = [:]
    private var configurations: [RepoPath: ProjectConfiguration] = [:]
    private var structuralFiles: Set<RepoPath> = []

    init(
        tree: SourceTree, scan: ManifestScan, configuration: WorkspaceConfiguration?, discoveries: [Discovery]
    ) throws(WorkspaceError) {
        self.tree = tree
        self.configuration = configuration
        self.discoveries = discoveries
        for discovery in discoveries {
            structuralFiles.formUnion(discovery.structuralFiles)
            for project in discovery.projects { found[project.path, default: []].append(project) }
        }
        if configuration != nil { structuralFiles.insert("ripple.yaml") }
        try chooseProjects(scan)
        try readProjectConfigurations()
        try checkPatterns()
    }

    /// Refuses patterns that cannot be used, naming the line of their task.
    private func checkPatterns() throws(WorkspaceError) {
        var overrides = Array((configuration?.tasks ?? [:]).values)
        for own in configurations.values { overrides += own.tasks.values }
        for override in overrides.sorted(by: { ($0.origin.path, $0.origin.line ?? 0) < ($1.origin.path, $1.origin.line ?? 0) }) {
            let fields = [("inputs", override.inputs ?? []), ("outputs", override.outputs ?? [])]
            for (field, patterns) in fields where !patterns.isEmpty {
                let relative = patterns.map { pattern in
                    // Patterns from the workspace root are compiled without their slash.
                    pattern.hasPrefix("/") ? String(pattern.dropFirst())
                        : pattern.hasPrefix("!/") ? "!" + pattern.dropFirst(2) : pattern
                }
                do throws(PatternError) {
                    _ = try PatternList(relative)
                } catch {
                    throw WorkspaceError(ConfigurationError(
                        path: override.origin.path, line: override.origin.line,
                        problem: "the pattern '\(error.pattern)' in '\(field)' cannot be used: \(error.problem)"))
                }
            }
        }
        if let ignore = configuration?.ignore, !ignore.isEmpty {
            do throws(PatternError) {
                _ = try PatternList(ignore)
            } catch {
                throw WorkspaceError(ConfigurationError(
                    path: "ripple.yaml", problem: "the pattern '\(error.pattern)' in 'ignore' cannot be used: \(error.problem)"))
            }
        }
    }

    // MARK: Which directories are projects

    private mutating func chooseProjects(_ scan: ManifestScan) throws(WorkspaceError) {
        for (path, manifests) in scan.directories where manifests.contains("ripple.yaml") && !path.isRoot {
            if found[path] == nil { found[path] = [] }
        }
        guard let patterns = configuration?.projects else { return }
        let list: PatternList
        do throws(PatternError) {
            list = try PatternList(patterns)
        } catch {
            throw WorkspaceError(ConfigurationError(
                path: "ripple.yaml", problem: "the pattern '\(error.pattern)' in 'projects' cannot be used: \(error.problem)"))
        }
        // Listed patterns replace discovery; the root stays, because it is no directory that a pattern can name.
        let discovered = found
        found = discovered.filter { $0.key.isRoot && $0.value.allSatisfy(\.onlyGathers) }
        // Without wildcards for depth every directory that matches is meant; `**` means those with a manifest.
        let deep = patterns.contains { $0.contains("**") }
        var pending: [(path: RepoPath, id: ObjectID)] = [(.root, tree.root)]
        while let (path, id) = pending.popLast() {
            let contents = try git { () throws(GitError) in try self.tree.objects.tree(id) }
            for entry in contents.entries where entry.mode == .directory {
                let name = contents.name(of: entry)
                if name.first == UInt8(ascii: ".") || name.elementsEqual("node_modules".utf8) { continue }
                let below = path.appending(name)
                let matches = list.matches(below)
                if matches, discovered[below] != nil || !deep || isExactMatch(below, patterns) {
                    found[below] = discovered[below] ?? []
                }
                if list.verdict(forDirectory: below) != .none { pending.append((below, entry.id)) }
            }
        }
    }

    /// Whether a pattern without `**` selects the directory.
    private func isExactMatch(_ path: RepoPath, _ patterns: [String]) -> Bool {
        let shallow = patterns.filter { !$0.contains("**") }
        return (try? PatternList(shallow))?.matches(path) ?? false
    }

    private mutating func readProjectConfigurations() throws(WorkspaceError) {
        for path in found.keys where !path.isRoot {
            let directory = try git { () throws(GitError) in try self.tree.directory(path) }
            guard let directory, let entry = directory.entry(named: "ripple.yaml"), entry.mode.isFile else { continue }
            let file = path.appending("ripple.yaml")
            let bytes = try git { () throws(GitError) in try self.tree.objects.blob(entry.id) }
            do throws(ConfigurationError) {
                configurations[path] = try ProjectConfiguration.parse(bytes, path: file)
            } catch {
                throw WorkspaceError(error)
            }
            structuralFiles.insert(file)
        }
    }

    // MARK: Projects, edges, types

    mutating func workspace() throws(WorkspaceError) -> Workspace {
        let paths = found.keys.sorted()
        var projects = paths.map { project(at: $0) }
        nameProjects(&projects)
        var positions: [RepoPath: Int] = [:]
        for (index, project) in projects.enumerated() { positions[project.path] = index }
        let edges = try edges(projects, positions)
        classify(&projects, edges)
        // A gathering root without tasks of its own is not listed, but it still owns its manifest.
        return Workspace(
            projects: projects, edges: edges, ignore: configuration?.ignore ?? [],
            globalInputs: configuration?.globalInputs ?? [], structuralFiles: structuralFiles,
            widenings: discoveries.flatMap(\.widenings).sorted { ($0.code, $0.scope) < ($1.code, $1.scope) },
            diagnostics: discoveries.flatMap(\.diagnostics).sorted {
                ($0.evidence.path, $0.evidence.line ?? 0) < ($1.evidence.path, $1.evidence.line ?? 0)
            },
            followsFileNames: configuration?.projects != nil
                || projects.contains { !$0.namedFiles.isEmpty || !$0.managers.allSatisfy(\.isJavaScript) })
    }

    private func project(at path: RepoPath) -> Project {
        let parts = found[path] ?? []
        let own = configurations[path]
        var project = Project(path: path)
        project.name = own?.name ?? parts.lazy.compactMap(\.name).first
        project.managers = parts.map(\.manager)
        project.manifest = parts.first?.manifest
        project.tags = (own?.tags ?? []).sorted()
        project.externals = parts.flatMap(\.externals)
        project.structuralDigests = parts.flatMap(\.structuralDigests)
        project.namedFiles = Array(Set(parts.flatMap(\.namedFiles))).sorted()
        project.brokenReason = parts.lazy.compactMap(\.brokenReason).first
        project.inputsExcludeUnowned = parts.contains(where: \.inputsExcludeUnowned)
        // A directory is a mere gatherer only when nothing in it is a package.
        project.onlyGathers = !parts.isEmpty && parts.allSatisfy(\.onlyGathers)
        for part in parts { project.tasks.merge(part.tasks) { first, _ in first } }
        applyTasks(to: &project, parts, own)
        return project
    }

    /// Lays the tasks of ripple.yaml over those the manifests tell.
    private func applyTasks(to project: inout Project, _ parts: [DiscoveredProject], _ own: ProjectConfiguration?) {
        // A gathering root runs its own scripts; the workspace's defaults are for its members.
        if !project.onlyGathers {
            for (name, override) in configuration?.tasks ?? [:] {
                let inferred = project.tasks[name]
                // A new task starts from the default that its dependencies are built first.
                var base = inferred
                if base == nil, let command = override.command, canRun(command, parts) {
                    var task = TaskDefinition(command: command)
                    task.dependsOn = [.dependencies("build")]
                    base = task
                }
                if base == nil { continue }
                if let command = override.command, !canRun(command, parts) { continue }
                project.tasks[name] = override.applied(to: base)
            }
        }
        for (name, override) in own?.tasks ?? [:] {
            var base = project.tasks[name]
            if base == nil, let command = override.command {
                var task = TaskDefinition(command: command)
                task.dependsOn = [.dependencies("build")]
                base = task
            }
            if let task = override.applied(to: base) { project.tasks[name] = task }
        }
    }

    /// Whether a workspace-wide command can work in this project: `npm run x` needs a script `x` there.
    private func canRun(_ command: String, _ parts: [DiscoveredProject]) -> Bool {
        let words = command.split(separator: " ").map(String.init)
        guard let tool = words.first, ["npm", "pnpm", "yarn", "bun"].contains(tool), words.count >= 2 else { return true }
        let scripts = parts.reduce(into: Set<String>()) { $0.formUnion($1.scripts) }
        if words[1] == "run" || words[1] == "run-script" { return words.count > 2 && scripts.contains(words[2]) }
        if words[1] == "test" || words[1] == "start" { return scripts.contains(words[1]) }
        return true
    }

    /// Gives each project its id: the declared name when it is unique, else the path.
    private func nameProjects(_ projects: inout [Project]) {
        var uses: [String: Int] = [:]
        for project in projects {
            if let name = project.name, !project.onlyGathers { uses[name, default: 0] += 1 }
        }
        let paths = Set(projects.map { $0.path.description })
        for index in projects.indices {
            let project = projects[index]
            if project.onlyGathers { continue }
            if let name = project.name, uses[name] == 1, name == project.path.description || !paths.contains(name) {
                projects[index].id = name
            }
        }
    }

    private func edges(_ projects: [Project], _ positions: [RepoPath: Int]) throws(WorkspaceError) -> [ProjectEdge] {
        struct Key: Hashable {
            let from, to: Int
            let kind: EdgeKind
            let passes: Bool
        }
        var evidence: [Key: [Evidence]] = [:]
        for (index, project) in projects.enumerated() {
            for part in found[project.path] ?? [] {
                for dependency in part.dependencies {
                    guard let target = positions[dependency.target], target != index else { continue }
                    evidence[
                        Key(from: index, to: target, kind: dependency.kind, passes: dependency.passesToDependents),
                        default: []
                    ].append(dependency.evidence)
                }
            }
            for reference in configurations[project.path]?.dependsOn ?? [] {
                let (name, line) = (reference.name, reference.line)
                let file = project.path.appending("ripple.yaml")
                guard let target = projects.firstIndex(where: { $0.id == name }) ?? positions[RepoPath(name)] else {
                    let hint = nearest(to: name, among: projects.map(\.id)).map { " Did you mean '\($0)'?" } ?? ""
                    throw WorkspaceError(ConfigurationError(
                        path: file, line: line, problem: "'dependsOn' names the project '\(name)', which does not exist.\(hint)"))
                }
                guard target != index else { continue }
                evidence[Key(from: index, to: target, kind: .declared, passes: true), default: []]
                    .append(Evidence(path: file, line: line))
            }
        }
        return evidence.map { key, evidence in
            ProjectEdge(
                from: ProjectIndex(key.from), to: ProjectIndex(key.to), kind: key.kind, passesToDependents: key.passes,
                evidence: Array(Set(evidence)).sorted { ($0.path, $0.line ?? 0) < ($1.path, $1.line ?? 0) })
        }
    }

    private func classify(_ projects: inout [Project], _ edges: [ProjectEdge]) {
        var isDependedOn = Set<Int>()
        for edge in edges { isDependedOn.insert(edge.to.rawValue) }
        for index in projects.indices {
            let parts = found[projects[index].path] ?? []
            let own = configurations[projects[index].path]
            if projects[index].onlyGathers {
                projects[index].type = .root
                projects[index].typeEvidence = "\(projects[index].manifest ?? projects[index].path): gathers the workspace's members"
            } else if let type = own?.type {
                projects[index].type = type
                projects[index].typeEvidence = "\(projects[index].path.appending("ripple.yaml")): type: \(type.rawValue)"
            } else if let reason = parts.lazy.compactMap(\.appEvidence).first {
                projects[index].type = .app
                projects[index].typeEvidence = reason
            } else if !isDependedOn.contains(index), let reason = parts.lazy.compactMap(\.appUnlessDependedOn).first {
                projects[index].type = .app
                projects[index].typeEvidence = reason
            } else {
                projects[index].type = .library
                projects[index].typeEvidence = "nothing makes it runnable or deployable"
            }
        }
    }
}
