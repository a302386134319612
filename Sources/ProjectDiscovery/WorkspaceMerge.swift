internal import Diagnostics
internal import GitObjects
internal import WorkspaceModel

/// Makes one workspace of what the adapters found and what ripple.yaml says.
struct WorkspaceMerge {
    private let tree: SourceTree
    private let configuration: WorkspaceConfiguration?
    private let caches: NamedFileCaches
    private let discoveries: [Discovery]
    /// Everything found at a directory, in the order of package managers, which decides the name.
    private var found: [RepoPath: [DiscoveredProject]] = [:]
    private var configurations: [RepoPath: ProjectConfiguration] = [:]
    private var structuralFiles: Set<RepoPath> = []

    init(
        tree: SourceTree, scan: ManifestScan, configuration: WorkspaceConfiguration?, discoveries: [Discovery],
        caches: NamedFileCaches
    ) throws(WorkspaceError) {
        self.tree = tree
        self.configuration = configuration
        self.discoveries = discoveries
        self.caches = caches
        for discovery in discoveries {
            structuralFiles.formUnion(discovery.structuralFiles)
            for project in discovery.projects { found[project.path, default: []].append(project) }
        }
        if configuration != nil { structuralFiles.insert("ripple.yaml") }
        try chooseProjects(scan)
        try readProjectConfigurations(scan)
        try checkPatterns()
    }

    /// Refuses patterns that cannot be used, naming the line of their task.
    private func checkPatterns() throws(WorkspaceError) {
        var overrides = Array((configuration?.tasks ?? [:]).values)
        for own in configurations.values { overrides += own.tasks.values }
        overrides.sort { ($0.origin.path, $0.origin.line ?? 0) < ($1.origin.path, $1.origin.line ?? 0) }
        for override in overrides {
            let fields = [("inputs", override.inputs ?? []), ("outputs", override.outputs ?? [])]
            for (field, patterns) in fields where !patterns.isEmpty {
                let relative = patterns.map { pattern in
                    // Patterns from the workspace root are compiled without their slash.
                    pattern.hasPrefix("/")
                        ? String(pattern.dropFirst())
                        : pattern.hasPrefix("!/") ? "!" + pattern.dropFirst(2) : pattern
                }
                do throws(PatternError) {
                    _ = try PatternList(relative)
                } catch {
                    throw WorkspaceError(
                        ConfigurationError(
                            path: override.origin.path, line: override.origin.line,
                            problem: "the pattern '\(error.pattern)' in '\(field)' cannot be used: \(error.problem)"))
                }
            }
        }
        if let ignore = configuration?.ignore, !ignore.isEmpty {
            do throws(PatternError) {
                _ = try PatternList(ignore)
            } catch {
                throw WorkspaceError(
                    ConfigurationError(
                        path: "ripple.yaml",
                        problem: "the pattern '\(error.pattern)' in 'ignore' cannot be used: "
                            + error.problem))
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
            throw WorkspaceError(
                ConfigurationError(
                    path: "ripple.yaml",
                    problem: "the pattern '\(error.pattern)' in 'projects' cannot be used: "
                        + error.problem))
        }
        // Listed patterns replace discovery; the root stays, because it is no directory that a pattern can name.
        let discovered = found
        found = discovered.filter { $0.key.isRoot && $0.value.allSatisfy(\.onlyGathers) }
        let listing = ProjectListing(list)
        var pending: [(path: RepoPath, id: ObjectID, depth: Int)] = [(.root, tree.root, 0)]
        while let (path, id, depth) = pending.popLast() {
            let contents = try git { () throws(GitError) in try self.tree.objects.tree(id) }
            if !path.isRoot {
                let isKnown = discovered[path] != nil || contents.entry(named: "ripple.yaml")?.mode.isFile == true
                if listing.lists(path, hasManifest: isKnown) { found[path] = discovered[path] ?? [] }
            }
            for entry in contents.entries where entry.mode == .directory {
                let name = contents.name(of: entry)
                if name.first == UInt8(ascii: ".") || name.elementsEqual("node_modules".utf8) { continue }
                let below = path.appending(name)
                if listing.reaches(below, depth: depth + 1) { pending.append((below, entry.id, depth + 1)) }
            }
        }
    }

    private mutating func readProjectConfigurations(_ scan: ManifestScan) throws(WorkspaceError) {
        // The scan has seen most directories; only the others are opened.
        var scanned: [RepoPath: Bool] = [:]
        scanned.reserveCapacity(scan.directories.count)
        for directory in scan.directories { scanned[directory.path] = directory.manifests.contains("ripple.yaml") }
        for path in found.keys where !path.isRoot && scanned[path] != false {
            let file = path.appending("ripple.yaml")
            let bytes = try git { () throws(GitError) in try self.tree.read(file) }
            guard let bytes else { continue }
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
        ProjectNames.assign(to: &projects)
        var positions: [RepoPath: Int] = [:]
        for (index, project) in projects.enumerated() { positions[project.path] = index }
        let edges = try edges(projects, positions)
        classify(&projects, edges)
        let named = try git { () throws(GitError) in
            try self.addNamedFiles(to: &projects, edges)
        }
        // A gathering root without tasks of its own is not listed, but it still owns its manifest.
        return Workspace(
            projects: projects, edges: edges, ignore: configuration?.ignore ?? [],
            globalInputs: configuration?.globalInputs ?? [], structuralFiles: structuralFiles,
            sharedFiles: named.sharedFiles, namedPlaces: named.places,
            widenings: discoveries.flatMap(\.widenings).sorted {
                ($0.code, $0.scope, $0.message) < ($1.code, $1.scope, $1.message)
            },
            diagnostics: (discoveries.flatMap(\.diagnostics) + named.diagnostics).sorted {
                ($0.evidence.path, $0.evidence.line ?? 0, $0.message)
                    < ($1.evidence.path, $1.evidence.line ?? 0, $1.message)
            },
            followsFileNames: configuration?.projects != nil || discoveries.contains(where: \.followsFileNames)
                || projects.contains { !$0.namedFiles.isEmpty || !$0.managers.allSatisfy(\.isJavaScript) },
            followsImports: discoveries.contains(where: \.followsImports), contentsRead: tree.objects.blobsRead)
    }

    /// Gives the projects the versions of their tools and what configuration names, which no manifest tells.
    private mutating func addNamedFiles(
        to projects: inout [Project], _ edges: [ProjectEdge]
    ) throws(GitError) -> NamedFileSurvey.Found {
        var survey = NamedFileSurvey(
            tree: tree, projects: projects, edges: edges, shared: discoveries.flatMap(\.sharedFiles), caches: caches)
        try survey.run(&projects)
        structuralFiles.formUnion(survey.found.structuralFiles)
        return survey.found
    }

    private func project(at path: RepoPath) -> Project {
        let parts = found[path] ?? []
        let own = configurations[path]
        var project = Project(path: path)
        project.name = own?.name ?? parts.lazy.compactMap(\.name).first
        project.managers = parts.filter(\.isManaged).map(\.manager)
        project.manifest = parts.first?.manifest
        project.tags = Set(parts.flatMap(\.tags) + (own?.tags ?? [])).sorted()
        if parts.count == 1 {
            // Members share these arrays, which a copy would not.
            project.externals = parts[0].externals
            project.structuralDigests = parts[0].structuralDigests
        } else {
            project.externals = parts.flatMap(\.externals)
            project.structuralDigests = parts.flatMap(\.structuralDigests)
        }
        let named = parts.flatMap(\.namedFiles)
        project.namedFiles = named.count < 2 ? named : Array(Set(named)).sorted()
        project.brokenReason = parts.lazy.compactMap(\.brokenReason).first
        project.inputsExcludeUnowned = parts.contains(where: \.inputsExcludeUnowned)
        // A directory is a mere gatherer only when nothing in it is a package.
        project.onlyGathers = !parts.isEmpty && parts.allSatisfy(\.onlyGathers)
        let packages = parts.lazy.filter { !$0.onlyGathers }
        project.sharesFiles = !packages.isEmpty && packages.allSatisfy(\.sharesFiles)
        // A gathering root runs its own scripts; the workspace's defaults are for its members.
        let shared = project.onlyGathers ? [:] : configuration?.tasks ?? [:]
        var tasks = parts.first?.tasks ?? [:]
        for part in parts.dropFirst() { tasks.merge(part.tasks) { first, _ in first } }
        TaskLayers(parts: parts, gathers: project.onlyGathers).apply(shared, own?.tasks ?? [:], to: &tasks)
        project.tasks = TaskTable(tasks)
        return project
    }

    private func edges(_ projects: [Project], _ positions: [RepoPath: Int]) throws(WorkspaceError) -> [ProjectEdge] {
        struct Key: Hashable {
            let from, to: Int
            let kind: EdgeKind
            let passes: Bool
            let tasks: Set<String>?
        }
        var evidence: [Key: [Evidence]] = [:]
        var byID: [String: Int] = [:]
        if !configurations.isEmpty {
            for (index, project) in projects.enumerated() where byID[project.id] == nil { byID[project.id] = index }
        }
        for (index, project) in projects.enumerated() {
            for part in found[project.path] ?? [] {
                for dependency in part.dependencies {
                    guard let target = positions[dependency.target], target != index else { continue }
                    evidence[
                        Key(
                            from: index, to: target, kind: dependency.kind, passes: dependency.passesToDependents,
                            tasks: dependency.tasks),
                        default: []
                    ].append(dependency.evidence)
                }
            }
            for reference in configurations[project.path]?.dependsOn ?? [] {
                let (name, line) = (reference.name, reference.line)
                let file = project.path.appending("ripple.yaml")
                guard let target = byID[name] ?? positions[RepoPath(name)] else {
                    let hint = nearest(to: name, among: projects.map(\.id)).map { " Did you mean '\($0)'?" } ?? ""
                    throw WorkspaceError(
                        ConfigurationError(
                            path: file, line: line,
                            problem: "'dependsOn' names the project '\(name)', which does not exist."
                                + hint))
                }
                guard target != index else { continue }
                evidence[Key(from: index, to: target, kind: .declared, passes: true, tasks: nil), default: []]
                    .append(Evidence(path: file, line: line))
            }
        }
        return evidence.map { key, evidence in
            let unique =
                evidence.count == 1
                ? evidence
                : Array(Set(evidence)).sorted { ($0.path, $0.line ?? 0) < ($1.path, $1.line ?? 0) }
            return ProjectEdge(
                from: ProjectIndex(key.from), to: ProjectIndex(key.to), kind: key.kind, passesToDependents: key.passes,
                tasks: key.tasks, evidence: unique)
        }
    }

    private func classify(_ projects: inout [Project], _ edges: [ProjectEdge]) {
        var isDependedOn = Set<Int>()
        // Being copied into somebody's image makes no library.
        for edge in edges where edge.tasks == nil { isDependedOn.insert(edge.to.rawValue) }
        for index in projects.indices {
            let parts = found[projects[index].path] ?? []
            let own = configurations[projects[index].path]
            if projects[index].onlyGathers {
                let file = projects[index].manifest ?? projects[index].path
                projects[index].type = .root
                projects[index].typeEvidence = "\(file): gathers the workspace's members"
            } else if let type = own?.type {
                let file = projects[index].path.appending("ripple.yaml")
                projects[index].type = type
                projects[index].typeEvidence = "\(file): type: \(type.rawValue)"
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
