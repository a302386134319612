internal import GitObjects
internal import WorkspaceModel

extension CrateProjectBuilder {
    /// The edges of a crate: path dependencies, inherited ones with a path, and external ones that a patch redirects.
    mutating func addEdges(
        _ project: inout DiscoveredProject, _ manifest: CrateManifest, _ rootManifest: CrateManifest?
    ) throws(GitError) {
        let workspace = rootManifest?.workspace
        let patches = Dictionary(grouping: rootManifest?.patches ?? [], by: \.package)
        var edges: Set<DiscoveredDependency> = []
        for dependency in manifest.dependencies {
            if case .unknownBase = dependency.source {
                survey.note(
                    directory, dependency.line,
                    "the dependency '\(dependency.key)' has a path base, which cargo's configuration defines: no edge")
            } else if let place = CargoSurvey.place(of: dependency, in: directory, root: root, workspace: workspace) {
                let isInherited = if case .inherited = dependency.source { true } else { false }
                let line = isInherited ? workspace?.dependencies[dependency.key]?.line : dependency.line
                let origin = Evidence(path: CargoSurvey.manifestPath(place.base), line: line)
                let name = "the dependency '\(dependency.key)'"
                try add(dependency, to: place.target, place.path, name, origin, &edges, &project)
            } else {
                let package = try package(of: dependency, workspace)
                for patch in patches[package] ?? [] {
                    let origin = Evidence(path: CargoSurvey.manifestPath(root), line: patch.line)
                    let target = patch.path.hasPrefix("/") ? nil : root.resolving(patch.path)
                    try add(dependency, to: target, patch.path, "the patch of '\(package)'", origin, &edges, &project)
                }
            }
        }
        project.dependencies = CrateProjectBuilder.sorted(edges)
    }

    static func sorted(_ edges: some Sequence<DiscoveredDependency>) -> [DiscoveredDependency] {
        edges.sorted {
            ($0.target, EdgeKind.allCases.firstIndex(of: $0.kind) ?? 0, $0.evidence.line ?? 0)
                < ($1.target, EdgeKind.allCases.firstIndex(of: $1.kind) ?? 0, $1.evidence.line ?? 0)
        }
    }

    static func edgeKind(_ section: CrateDependency.Section) -> EdgeKind {
        switch section {
        case .normal: .runtime
        case .development: .development
        case .build: .build
        }
    }

    /// The name of the package a dependency without a path means.
    private func package(of dependency: CrateDependency, _ workspace: CrateWorkspace?) throws(GitError) -> String {
        guard case .inherited = dependency.source else { return dependency.package }
        guard let entry = workspace?.dependencies[dependency.key] else {
            survey.note(
                directory, dependency.line,
                "the dependency '\(dependency.key)' is inherited, but [workspace.dependencies] does not define it")
            return dependency.package
        }
        return entry.package
    }

    /// Adds the edge to `target`, or says why there is none. `origin` is where the path was read.
    private mutating func add(
        _ dependency: CrateDependency, to target: RepoPath?, _ path: String, _ name: String, _ origin: Evidence,
        _ edges: inout Set<DiscoveredDependency>, _ project: inout DiscoveredProject
    ) throws(GitError) {
        guard let target else {
            survey.diagnostics.append(
                Diagnostic(evidence: origin, message: "\(name) has the path '\(path)', outside the repository: no edge")
            )
            return
        }
        guard target != directory else { return }
        let crate = try survey.crate(at: target)
        if survey.homes[target] != nil, crate.manifest == nil || crate.manifest?.package != nil {
            edges.insert(
                DiscoveredDependency(
                    target: target, kind: CrateProjectBuilder.edgeKind(dependency.section),
                    passesToDependents: dependency.section != .development,
                    evidence: Evidence(path: manifestPath, line: dependency.line)))
        } else if let barrier = try barrier(on: target) {
            // What lies behind is not in this tree: the entry itself stands for it.
            if !project.namedFiles.contains(barrier) { project.namedFiles.append(barrier) }
            survey.diagnostics.append(
                Diagnostic(
                    evidence: origin,
                    message: "\(name) leads through the submodule or link '\(barrier)': no edge, but an input"))
        } else {
            let what = crate.manifest == nil ? "there is no Cargo.toml" : "there is a workspace without a package"
            errors.append(
                ConfigurationError(
                    path: origin.path, line: origin.line,
                    problem: "\(name) is a project that does not exist: at '\(path)' (\(target)) \(what). "
                        + "Correct the path, or remove the dependency."))
        }
    }

    /// The first submodule or symbolic link on the way to `directory`.
    private func barrier(on directory: RepoPath) throws(GitError) -> RepoPath? {
        var path = RepoPath.root
        for component in directory.components {
            path = path.appending(component)
            guard let entry = try survey.tree.entry(path) else { return nil }
            if entry.mode == .submodule || entry.mode == .symlink { return path }
        }
        return nil
    }
}
