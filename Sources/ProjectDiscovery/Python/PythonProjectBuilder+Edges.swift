internal import GitObjects
internal import WorkspaceModel

extension PythonProjectBuilder {
    /// The edges that the manifest declares.
    ///
    /// The project's own extras may close circles that no installation has, since each is asked for apart: their edges
    /// pass to dependents and can be cut, as those of npm's devDependencies. Whoever asks for an extra of a project
    /// uses what that extra uses.
    mutating func addEdges(_ project: inout DiscoveredProject, _ manifest: PythonManifest) throws(GitError) {
        var edges: Set<DiscoveredDependency> = []
        for requirement in manifest.requirements {
            let kind: EdgeKind =
                switch requirement.section {
                case .normal: .runtime
                case .extra, .development: .development
                case .build: .build
                }
            let evidence = Evidence(path: manifestPath, line: requirement.line)
            for place in try survey.places(of: requirement, in: directory) {
                guard let target = try target(of: place, requirement, &project) else { continue }
                var reached: Set<RepoPath> = [target]
                var asked: Set<String> = []
                try follow(requirement.extras, of: target, &reached, &asked)
                for target in reached where target != directory {
                    edges.insert(
                        DiscoveredDependency(
                            target: target, kind: kind, passesToDependents: requirement.section != .development,
                            evidence: evidence))
                }
            }
        }
        project.dependencies = PythonProjectBuilder.sorted(edges)
    }

    /// Adds the projects that extras of a project use.
    private func follow(
        _ extras: [String], of target: RepoPath, _ reached: inout Set<RepoPath>, _ asked: inout Set<String>
    ) throws(GitError) {
        for extra in extras where asked.insert("\(target)\u{0}\(extra)").inserted {
            for requirement in try survey.manifest(at: target).manifest?.requirements ?? []
            where requirement.section == .extra(extra) {
                for place in try survey.places(of: requirement, in: target) {
                    let next: RepoPath
                    switch place {
                    case .member(let path?), .local(_, let path?), .unlinked(let path): next = path
                    case .member(nil), .local(_, nil): continue
                    }
                    guard survey.homes[next] != nil else { continue }
                    reached.insert(next)
                    try follow(requirement.extras, of: next, &reached, &asked)
                }
                // `all = ["itself[fast]"]` asks for another extra of the same project.
                if requirement.name == (try ownName(of: target)) {
                    try follow(requirement.extras, of: target, &reached, &asked)
                }
            }
        }
    }

    private func ownName(of directory: RepoPath) throws(GitError) -> String? {
        try survey.manifest(at: directory).manifest?.name.map { PythonRequirement.normalised($0) }
    }

    /// The project that a dependency leads to, or what it makes of one that leads to none.
    private mutating func target(
        of place: PythonSurvey.Place, _ requirement: PythonRequirement, _ project: inout DiscoveredProject
    ) throws(GitError) -> RepoPath? {
        switch place {
        case .member(let member?): return member
        case .unlinked(let member):
            let advice = "[tool.uv.sources] does not say so, as uv wants it"
            survey.note(
                directory, requirement.line, "'\(requirement.name)' is a member of the workspace, but \(advice)")
            return member
        case .member(nil):
            if requirement.name == (try ownName(of: directory)) { return nil }
            errors.append(
                ConfigurationError(
                    path: manifestPath, line: requirement.line,
                    problem: "the dependency '\(requirement.name)' is a member of the workspace by [tool.uv.sources], "
                        + "but no member has that name. Correct the source, or add the member."))
        case .local(let path, nil):
            survey.note(
                directory, requirement.line,
                "the dependency '\(requirement.name)' has the path '\(path)', outside the repository: no edge")
        case .local(let path, let target?):
            if survey.homes[target] != nil { return target }
            // A directory without pyproject.toml, a wheel, a link or a submodule: it counts as it is.
            if let stand = try standIn(for: target) {
                project.namedFiles.append(stand)
            } else {
                errors.append(
                    ConfigurationError(
                        path: manifestPath, line: requirement.line,
                        problem: "the dependency '\(requirement.name)' is a project that does not exist: at '\(path)' "
                            + "(\(target)) there is nothing. Correct the path, or remove the dependency."))
            }
        }
        return nil
    }

    /// The file or directory at `path`, or the submodule or link on the way to it.
    private func standIn(for path: RepoPath) throws(GitError) -> RepoPath? {
        var at = RepoPath.root
        for component in path.components {
            at = at.appending(component)
            guard let entry = try survey.tree.entry(at) else { return nil }
            if entry.mode == .submodule || entry.mode == .symlink { return at }
        }
        return at
    }

    /// Adds edges to the projects that the lockfile installs for this one and no manifest shows.
    func addEdges(
        _ project: inout DiscoveredProject, lockedTo closure: PythonClosures.Closure, _ lockfile: RepoPath
    ) {
        let known = Set(project.dependencies.map(\.target))
        let passing = Set(project.dependencies.filter(\.passesToDependents).map(\.target))
        let runtime = Set(project.dependencies.filter { $0.kind == .runtime }.map(\.target))
        let hidden = closure.projects.filter { target in
            if closure.named.contains(target) { return target != directory && !runtime.contains(target) }
            return target != directory && !(closure.passing.contains(target) ? passing : known).contains(target)
        }
        project.dependencies = PythonProjectBuilder.sorted(
            Set(project.dependencies).union(
                hidden.map {
                    DiscoveredDependency(
                        target: $0, kind: closure.named.contains($0) ? .runtime : .development,
                        passesToDependents: closure.passing.contains($0),
                        evidence: Evidence(path: lockfile, line: nil))
                }))
    }

    private static func sorted(_ edges: Set<DiscoveredDependency>) -> [DiscoveredDependency] {
        edges.sorted {
            ($0.target, EdgeKind.allCases.firstIndex(of: $0.kind) ?? 0, $0.evidence.line ?? 0)
                < ($1.target, EdgeKind.allCases.firstIndex(of: $1.kind) ?? 0, $1.evidence.line ?? 0)
        }
    }
}
