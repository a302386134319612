internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// Puts one Nx workspace together and lays it over what the JavaScript adapter found.
struct NxWorkspaceBuilder {
    let root: RepoPath
    let configuration: NxConfiguration
    let files: ModuleFiles
    let cache: ParsedNxCache
    let manifests: ParsedManifestCache

    /// Packages whose presence makes Nx read imports when nx.json does not say.
    private static let analyzing: Set<String> = ["workspace", "js", "node", "next", "react", "angular", "web"]

    func build(into discovery: inout Discovery) throws(GitError) {
        let followsImports = try readsImports()
        let survey = try NxSurvey(of: root, in: files, readsSources: followsImports)
        discovery.followsImports = discovery.followsImports || followsImports
        // Plugins infer targets from files that are there.
        discovery.followsFileNames = true
        discovery.diagnostics += configuration.diagnostics + NxInferredTargets.diagnostics(configuration)
        let projects = try NxProjectCollector(self, survey).projects(in: &discovery)
        guard !projects.isEmpty else { return }
        var workspace = NxWorkspace(root: root, configuration: configuration, projects: projects)
        workspace.sharedInputs = try sharedInputs()
        report(projects, &discovery)
        let usesReferences = try readsReferences()
        let packages = Set(projects.compactMap(\.packageName))
        workspace.setTargets(
            try projects.map { (project) throws(GitError) -> [String: NxTarget] in
                let place = try NxPlace(
                    root: root, project: project, configuration: configuration, files: files, cache: cache,
                    usesReferences: usesReferences, packages: packages)
                let inferred = try NxInferredTargets.targets(of: place)
                return targets(of: project, discovery.projects[project.index], inferred: inferred)
            })
        try addEdges(survey, workspace, &discovery)
        try addTasks(workspace, &discovery)
    }

    /// Whether members are tied by references of TypeScript: the root's tsconfig.json only lists them, above a
    /// tsconfig.base.json for composite projects.
    private func readsReferences() throws(GitError) -> Bool {
        let manifest = try files.json(root.appending("package.json"))
        let hasMembers = manifest?["workspaces"] != nil
        let listsMembers = try files.entry(root.appending("pnpm-workspace.yaml")) != nil
        guard hasMembers || listsMembers,
            let list = try files.json(root.appending("tsconfig.json")),
            let base = try files.json(root.appending("tsconfig.base.json"))
        else { return false }
        return list["extends"]?.string == "./tsconfig.base.json" && list["files"]?.array?.isEmpty == true
            && list["references"]?.array != nil && list["include"]?.array?.isEmpty != false
            && base["compilerOptions"]?["composite"]?.bool == true
            && base["compilerOptions"]?["declaration"]?.bool == true
    }

    /// Whether imports make edges: what nx.json says, or else whether the workspace uses a plugin for JavaScript, as Nx
    /// decides it.
    private func readsImports() throws(GitError) -> Bool {
        if let decided = configuration.analyzesSourceFiles { return decided }
        guard let manifest = try files.json(root.appending("package.json")) else { return false }
        for table in ["dependencies", "devDependencies"] {
            for member in manifest[table]?.object ?? [] {
                for scope in ["@nx/", "@nrwl/"] where member.key.hasPrefix(scope) {
                    if NxWorkspaceBuilder.analyzing.contains(String(member.key.dropFirst(scope.count))) { return true }
                }
            }
        }
        return false
    }

    /// What Nx counts for every task: the root's TypeScript configuration. nx.json counts through what is read from it.
    private func sharedInputs() throws(GitError) -> [String] {
        var inputs: [String] = []
        for name in ["tsconfig.base.json", "tsconfig.json"] {
            let path = root.appending(name)
            guard try files.entry(path)?.mode.isFile == true else { continue }
            inputs.append("/" + NxGlob.literal(path.description))
            break
        }
        return inputs
    }

    private func report(_ projects: [NxProject], _ discovery: inout Discovery) {
        var taken: [String: RepoPath] = [:]
        for project in projects {
            discovery.diagnostics += project.file.diagnostics
            let manifest = discovery.projects[project.index].manifest
            if let first = taken[project.name] {
                discovery.diagnostics.append(
                    Diagnostic(
                        evidence: Evidence(path: manifest, line: nil),
                        message: "the name '\(project.name)' is taken by the project in \(first); names lead there"))
            } else {
                taken[project.name] = project.path
            }
            guard let declared = project.file.root, let path = root.resolving(declared.path), path != project.path
            else {
                continue
            }
            discovery.diagnostics.append(
                Diagnostic(
                    evidence: declared.evidence,
                    message: "'root' is '\(declared.path)', but the file lies in \(project.path), which counts"))
        }
    }

    // MARK: Targets

    /// Inferred targets and scripts, defaults over them, and over both what the project says.
    private func targets(
        of project: NxProject, _ discovered: DiscoveredProject, inferred: [String: NxTarget]
    ) -> [String: NxTarget] {
        var base = inferred
        for script in discovered.scripts where isTask(script, of: project) {
            var target = NxTarget(evidence: Evidence(path: project.path.appending("package.json"), line: nil))
            target.executor = "nx:run-script"
            target.options = [
                JSONMember(key: "script", keyOffset: 0, node: JSONNode(value: .string(script), offset: 0))
            ]
            base[script] = target
        }
        var result: [String: NxTarget] = [:]
        for name in Set(base.keys).union(project.file.targets.keys) {
            let own = project.file.targets[name]
            let executor = own?.effectiveExecutor ?? base[name]?.effectiveExecutor
            var layered = base[name]
            if let defaults = configuration.defaults(of: name, executor: executor) {
                let isForeign =
                    executor != nil && defaults.effectiveExecutor != nil && defaults.effectiveExecutor != executor
                if !isForeign { layered = defaults.merged(onto: layered) }
            }
            var target = own?.merged(onto: layered) ?? layered
            if let evidence = own?.evidence ?? base[name]?.evidence { target?.evidence = evidence }
            result[name] = target
        }
        return result
    }

    private func isTask(_ script: String, of project: NxProject) -> Bool {
        if let included = project.file.includedScripts, !included.contains(script) { return false }
        return !script.isEmpty && !script.contains("#") && !script.contains(where: \.isWhitespace)
    }

    // MARK: Edges and tasks

    private func addEdges(
        _ survey: NxSurvey, _ workspace: NxWorkspace, _ discovery: inout Discovery
    ) throws(GitError) {
        var packages: [String: RepoPath] = [:]
        for project in workspace.projects {
            if let name = project.packageName, packages[name] == nil { packages[name] = project.path }
        }
        let resolver = ImportResolver(files: files, packages: packages)
        let edges = NxEdges(workspace: workspace, resolver: resolver, cache: cache)
        let reached = try edges.imports(of: survey.sources)
        let rootManifest = root.appending("package.json")
        for project in workspace.projects {
            if discovery.followsImports, project.path != root {
                // What a member uses of the root's own dependencies shows in its imports.
                discovery.projects[project.index].dependencies.removeAll { $0.evidence.path == rootManifest }
            }
            if configuration.analyzesManifests {
                try addManifestEdges(of: project, workspace, &discovery.projects[project.index])
            }
            edges.add(reached[project.path], of: project, to: &discovery.projects[project.index])
        }
    }

    /// Dependencies of a package.json on projects by their package's name, where no workspace of a package manager links
    /// them.
    private func addManifestEdges(
        of project: NxProject, _ workspace: NxWorkspace, _ discovered: inout DiscoveredProject
    ) throws(GitError) {
        let path = project.path.appending("package.json")
        guard let entry = try files.entry(path), entry.mode.isFile,
            case .manifest(let manifest) = try manifests.content(entry.id, in: files.tree.objects)
        else { return }
        var known = Set(discovered.dependencies.map(\.target))
        for dependency in manifest.dependencies {
            guard let target = workspace.project(named: dependency.name), target.packageName == dependency.name,
                target.path != project.path, known.insert(target.path).inserted
            else { continue }
            discovered.dependencies.append(
                DiscoveredDependency(
                    target: target.path, kind: dependency.table.edgeKind(isAlsoPeer: false),
                    evidence: Evidence(path: path, line: dependency.line)))
        }
    }

    private func addTasks(_ workspace: NxWorkspace, _ discovery: inout Discovery) throws(GitError) {
        var tasks = try NxTasks(workspace: workspace, files: files)
        var made: [[String: TaskDefinition]] = []
        for project in workspace.projects {
            made.append(try tasks.tasks(of: project, in: discovery.projects[project.index]))
        }
        try NxOutputConflicts(workspace: workspace, files: files).resolve(&made, &tasks)
        for (position, project) in workspace.projects.enumerated() {
            addImplicitFiles(to: &made[position], of: project, workspace)
            discovery.projects[project.index].tasks = made[position]
            discovery.projects[project.index].inputsExcludeUnowned = true
            discovery.projects[project.index].definesCaching = true
        }
        discovery.diagnostics += tasks.summary
    }

    /// The files that nx.json declares as implicit dependencies count for the tasks of their projects.
    private func addImplicitFiles(
        to tasks: inout [String: TaskDefinition], of project: NxProject, _ workspace: NxWorkspace
    ) {
        var patterns: [String] = []
        for (file, projects) in configuration.implicitFiles
        where projects.contains(where: { workspace.projects(matching: $0).contains { $0.path == project.path } }) {
            let prefix = root.isRoot ? "/" : "/\(NxGlob.literal(root.description))/"
            if let pattern = NxGlob.pattern(file, isExclusion: false) { patterns.append(prefix + pattern) }
        }
        guard !patterns.isEmpty else { return }
        for name in tasks.keys {
            guard case .patterns(let own, let includesDefault)? = tasks[name]?.inputs else { continue }
            tasks[name]?.inputs = .patterns(own + patterns, includesDefault: includesDefault)
        }
    }
}
