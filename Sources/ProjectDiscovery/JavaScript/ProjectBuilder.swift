internal import GitObjects
internal import WorkspaceModel

/// Makes a `DiscoveredProject` of every package found, with its edges, tasks and what counts for it from its root.
struct ProjectBuilder {
    private let linker: DependencyLinker
    private let catalogue: PackageCatalogue
    /// The packages that each root uses itself, with the line that says so: its members use them undeclared.
    private let rootLinks: [[(target: RepoPath, evidence: Evidence)]]
    /// What the lockfile of each root resolves.
    private let locked: [LockedDependencies?]

    init(
        catalogue: PackageCatalogue, objects: ObjectStore, cache: ParsedManifestCache,
        rootDependencies: RootDependencies
    ) throws(GitError) {
        self.catalogue = catalogue
        let linker = DependencyLinker(catalogue: catalogue)
        self.linker = linker
        rootLinks = catalogue.roots.map { ProjectBuilder.links(of: $0, catalogue, linker, rootDependencies) }
        locked = try catalogue.roots.map { root throws(GitError) in
            try LockedDependencies(
                of: root, catalogue: catalogue, linker: linker, objects: objects, cache: cache.locks,
                rootDependencies: rootDependencies)
        }
    }

    /// The members that a gathering root depends on and that reach the others.
    private static func links(
        of root: WorkspaceRoot, _ catalogue: PackageCatalogue, _ linker: DependencyLinker,
        _ rootDependencies: RootDependencies
    ) -> [(target: RepoPath, evidence: Evidence)] {
        guard let index = catalogue.byPath[root.path], catalogue.packages[index].gathers,
            let manifest = catalogue.packages[index].manifest
        else { return [] }
        let package = catalogue.packages[index]
        var result: [(target: RepoPath, evidence: Evidence)] = []
        for dependency in manifest.dependencies
        where linker.mayLink(dependency, of: package) && rootDependencies.reachesMembers(dependency.name) {
            guard case .packages(let targets) = linker.resolve(dependency, of: package) else { continue }
            for target in targets where target != index {
                let path = catalogue.packages[target].path
                if result.contains(where: { $0.target == path }) { continue }
                result.append((path, Evidence(path: package.manifestPath, line: dependency.line)))
            }
        }
        return result
    }

    func addProjects(
        to discovery: inout Discovery, objects: ObjectStore, cache: ParsedManifestCache
    ) throws(GitError) {
        var digests: [[StructuralDigest]] = []
        for root in catalogue.roots {
            digests.append(root.patterns == nil ? [] : try root.structuralDigests(in: objects, cache: cache))
            note(root, in: &discovery)
        }
        for duplicate in catalogue.duplicates { report(duplicate, in: &discovery) }
        discovery.projects.reserveCapacity(catalogue.packages.count)
        for package in catalogue.packages {
            var project = project(for: package, &discovery)
            let root = catalogue.roots[package.root]
            project.structuralDigests = digests[package.root]
            if package.gathers, let scripts = try root.scriptsDigest(in: objects, cache: cache) {
                project.structuralDigests.append(scripts)
                project.structuralDigests.sort { ($0.field, $0.evidence.path) < ($1.field, $1.evidence.path) }
            }
            discovery.projects.append(project)
        }
        discovery.projects.sort { $0.path < $1.path }
    }

    /// Records the files of a workspace root that count through what is read from them.
    private func note(_ root: WorkspaceRoot, in discovery: inout Discovery) {
        if let lockfile = root.lockfile { discovery.structuralFiles.insert(lockfile.path) }
        if root.hasPnpmFile { discovery.structuralFiles.insert(root.pnpmPath) }
        // A package.json that cannot be read is reported with its package.
        if let problem = root.definitionProblem ?? root.pnpmProblem
            ?? (root.manifest == nil ? nil : root.memberListProblem)
        {
            let file =
                root.definitionProblem != nil
                ? root.patternsFile : root.pnpmProblem == nil ? root.manifestPath : root.pnpmPath
            let effect = root.memberListProblem == nil ? "" : ": every package below counts as one, and as changed"
            discovery.widenings.append(
                Widening(
                    code: "broken-manifest", scope: file.description,
                    message: "\(problem). The members of this workspace are not known\(effect)."))
        }
    }

    private func report(_ duplicate: (package: Int, first: Int), in discovery: inout Discovery) {
        let package = catalogue.packages[duplicate.package], first = catalogue.packages[duplicate.first]
        discovery.diagnostics.append(
            Diagnostic(
                evidence: Evidence(path: package.manifestPath, line: nil),
                message: "the name '\(package.linkName ?? "")' is taken by \(first.manifestPath); "
                    + "dependencies by name go there, and both are known by their paths"))
    }

    private func project(for package: FoundPackage, _ discovery: inout Discovery) -> DiscoveredProject {
        let root = catalogue.roots[package.root]
        var project = DiscoveredProject(path: package.path, manager: root.manager, manifest: package.manifestPath)
        project.onlyGathers = package.gathers
        if package.gathers { discovery.structuralFiles.insert(package.manifestPath) }
        if !package.gathers || package.manifest != nil {
            project.externals = locked[package.root]?.closures(of: package) ?? []
        }
        if let reason = package.brokenReason {
            project.brokenReason = reason
            discovery.widenings.append(
                Widening(
                    code: "broken-manifest", scope: package.manifestPath.description,
                    message: "\(reason). Everything in \(package.path) counts as changed."))
        } else if let problem = root.memberListProblem ?? (package.gathers ? root.pnpmProblem : nil) {
            project.brokenReason = problem
        }
        guard let manifest = package.manifest else { return project }
        for problem in manifest.problems {
            discovery.diagnostics.append(
                Diagnostic(evidence: Evidence(path: package.manifestPath, line: problem.line), message: problem.message)
            )
        }
        project.name = manifest.name
        project.tags = package.tags
        project.scripts = manifest.scriptNames
        project.scriptBodies = manifest.scriptBodies
        project.tasks = ScriptTasks.tasks(of: manifest, at: package.manifestPath, manager: root.manager)
        // A root's scripts read anything in the workspace, and no inputs of theirs are known.
        if package.gathers { for name in project.tasks.keys { project.tasks[name]?.cache = false } }
        if !package.gathers { classify(manifest, &project) }
        link(manifest, package, &project, &discovery)
        return project
    }

    /// A private package that can be started is an app; one that is either is an app when nobody depends on it.
    private func classify(_ manifest: PackageManifest, _ project: inout DiscoveredProject) {
        let starter = ["start", "serve", "deploy"].first { project.scripts.contains($0) }
        switch (manifest.isPrivate, starter) {
        case (true, let starter?):
            project.appEvidence = "\(project.manifest): private, and has a '\(starter)' script"
        case (true, nil):
            project.appUnlessDependedOn = "\(project.manifest): private, and no package depends on it"
        case (false, let starter?):
            project.appUnlessDependedOn = "\(project.manifest): has a '\(starter)' script, and no package depends on it"
        case (false, nil): break
        }
    }

    // MARK: Edges

    private func link(
        _ manifest: PackageManifest, _ package: FoundPackage, _ project: inout DiscoveredProject,
        _ discovery: inout Discovery
    ) {
        let peers = Set(manifest.dependencies.lazy.filter { $0.table == .peer }.map(\.name))
        var edges: [RepoPath: DiscoveredDependency] = [:]
        for dependency in manifest.dependencies where linker.mayLink(dependency, of: package) {
            let evidence = Evidence(path: package.manifestPath, line: dependency.line)
            switch linker.resolve(dependency, of: package) {
            case .external: break
            case .packages(let targets):
                let kind = dependency.table.edgeKind(isAlsoPeer: peers.contains(dependency.name))
                for target in targets.map({ catalogue.packages[$0].path }) where target != package.path {
                    if let known = edges[target], known.kind.linkRank <= kind.linkRank { continue }
                    edges[target] = DiscoveredDependency(target: target, kind: kind, evidence: evidence)
                }
            case .files(let path):
                if !project.namedFiles.contains(path) { project.namedFiles.append(path) }
            case .unknownCatalog(let catalog):
                discovery.diagnostics.append(
                    Diagnostic(
                        evidence: evidence,
                        message: "the catalog '\(catalog)' has no entry for '\(dependency.name)'; it counts as external"
                    ))
            case .missing(let problem):
                reportMissing(problem, dependency, package, &discovery)
            }
        }
        for link in package.gathers ? [] : rootLinks[package.root]
        where link.target != package.path && edges[link.target] == nil {
            edges[link.target] = DiscoveredDependency(target: link.target, kind: .development, evidence: link.evidence)
        }
        for member in locked[package.root]?.membersBehindExternals(of: package) ?? [] where edges[member.path] == nil {
            edges[member.path] = DiscoveredDependency(
                target: member.path, kind: .development, evidence: member.evidence)
        }
        project.dependencies = edges.values.sorted { $0.target < $1.target }
    }

    /// A dependency that must be in the workspace and is not.
    ///
    /// An error only where the workspace is fully known, and is not one of samples or tests within another one, which must
    /// not keep everybody from an answer.
    private func reportMissing(
        _ problem: String, _ dependency: PackageManifest.Dependency, _ package: FoundPackage,
        _ discovery: inout Discovery
    ) {
        let root = catalogue.roots[package.root]
        let text = "'\(dependency.name)' is '\(dependency.specifier)', but \(problem)"
        let isWithinAnother = catalogue.roots.contains {
            $0.patterns != nil && $0.path != root.path && root.path.isWithin($0.path)
        }
        if root.patterns != nil, root.pnpmProblem == nil, root.memberListProblem == nil, !isWithinAnother {
            discovery.errors.append(
                ConfigurationError(path: package.manifestPath, line: dependency.line, problem: text))
        } else {
            let evidence = Evidence(path: package.manifestPath, line: dependency.line)
            discovery.diagnostics.append(Diagnostic(evidence: evidence, message: text))
        }
    }
}
