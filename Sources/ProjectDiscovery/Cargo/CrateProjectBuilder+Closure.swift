internal import GitObjects
internal import WorkspaceModel

extension CrateProjectBuilder {
    private var lockfile: RepoPath { root.appending("Cargo.lock") }

    /// Adds what the crate resolves to by its workspace's lockfile, and the edges that only the lockfile knows.
    mutating func addClosure(
        _ lock: ObjectID, _ manifest: CrateManifest, _ rootManifest: CrateManifest?, to project: inout DiscoveredProject
    ) throws(GitError) {
        guard let result = try survey.closures(of: root) else { return }
        switch result {
        case .failure(let problem):
            let place = problem.line.map { "\(lockfile):\($0)" } ?? lockfile.description
            addWhole(lock, "\(place): \(problem.problem)", to: &project)
        case .success(let closures):
            guard let resolution = closures.resolution(of: directory) else {
                return addWhole(lock, "it has no entry for '\(project.name ?? directory.description)'", to: &project)
            }
            addEdges(closures, manifest, rootManifest?.workspace, to: &project)
            if let missing = missing(closures, manifest, rootManifest?.workspace) {
                addWhole(lock, missing, to: &project)
            } else {
                project.externals = [ExternalClosure(manager: .cargo, lockfile: lockfile, resolution: resolution)]
            }
        }
    }

    /// Adds the lockfile as a whole, and why.
    func addWhole(_ lock: ObjectID, _ problem: String, to project: inout DiscoveredProject) {
        project.externals = [
            ExternalClosure(
                manager: .cargo, lockfile: lockfile, digest: lock.description, isWholeLockfile: true, problem: problem)
        ]
    }

    /// Why the crate's entry does not say all that it uses: cargo would resolve a dependency that is not in it.
    ///
    /// A member's entry lists its optional dependencies and those of every platform. Of a crate that is no member, only
    /// what its users switch on is there.
    private func missing(
        _ closures: CrateClosures, _ manifest: CrateManifest, _ workspace: CrateWorkspace?
    ) -> String? {
        guard !survey.bystanders.contains(directory) else { return nil }
        let known = closures.dependencyNames(of: directory)
        for dependency in manifest.dependencies {
            switch dependency.source {
            case .external: break
            case .inherited where workspace?.dependencies[dependency.key]?.path == nil: break
            case .inherited, .path, .unknownBase: continue
            }
            let package = packageName(of: dependency, workspace)
            if known.contains(package) || package == manifest.package?.name { continue }
            let place = dependency.line.map { "\(manifestPath):\($0)" } ?? manifestPath.description
            return "it does not say what '\(package)' is, which \(place) names"
        }
        return nil
    }

    private func packageName(of dependency: CrateDependency, _ workspace: CrateWorkspace?) -> String {
        guard case .inherited = dependency.source else { return dependency.package }
        return workspace?.dependencies[dependency.key]?.package ?? dependency.package
    }

    /// Adds edges to projects that the lockfile says the crate uses and its manifest does not lead to: a patch, in the root
    /// manifest or in cargo's configuration, puts them in the place of packages from elsewhere.
    private func addEdges(
        _ closures: CrateClosures, _ manifest: CrateManifest, _ workspace: CrateWorkspace?,
        to project: inout DiscoveredProject
    ) {
        let used = closures.projectsUsed(by: directory)
        guard !used.isEmpty else { return }
        let kinds = Dictionary(grouping: manifest.dependencies) { packageName(of: $0, workspace) }
        var edges = project.dependencies
        for use in used where use.target != directory {
            let sections = Set((kinds[use.name] ?? []).map(\.section))
            for section in sections.isEmpty ? [.normal] : sections.sorted(by: { $0.rawValue < $1.rawValue }) {
                let passes = section != .development
                let isKnown = edges.contains { $0.target == use.target && ($0.passesToDependents || !passes) }
                if isKnown { continue }
                edges.append(
                    DiscoveredDependency(
                        target: use.target, kind: CrateProjectBuilder.edgeKind(section), passesToDependents: passes,
                        evidence: Evidence(path: lockfile, line: use.line)))
            }
        }
        project.dependencies = CrateProjectBuilder.sorted(edges)
    }
}
