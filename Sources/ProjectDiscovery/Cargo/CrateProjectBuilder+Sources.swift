internal import GitObjects
internal import WorkspaceModel

extension CrateProjectBuilder {
    /// Adds cargo's configuration around the crate, and what it puts in the place of packages from elsewhere.
    ///
    /// Of vendored packages those count that the lockfile leads to, of the rest everything.
    func addSources(_ project: inout DiscoveredProject) throws(GitError) {
        var found: Set<RepoPath> = [], place: RepoPath? = directory
        while let holder = place {
            place = holder.parent
            let configurations = try survey.configurations(in: holder)
            if configurations.isEmpty { continue }
            // Of the repository's own .cargo the rules for ecosystems know.
            if holder != directory, !holder.isRoot { found.insert(holder.appending(".cargo")) }
            for configuration in configurations {
                for path in configuration.whole {
                    if let target = holder.resolving(path), !target.isRoot { found.insert(target) }
                }
                for path in configuration.vendored {
                    guard let target = holder.resolving(path), !target.isRoot else { continue }
                    found.formUnion(try vendored(in: target, for: project))
                }
            }
        }
        for path in found.sorted() where !path.isWithin(directory) && !directory.isWithin(path) {
            if try survey.tree.entry(path) != nil { project.namedFiles.append(path) }
        }
        project.namedFiles = Array(Set(project.namedFiles)).sorted()
    }

    /// `cargo vendor` names the directory of a package by its name, or its name and version.
    private func vendored(in directory: RepoPath, for project: DiscoveredProject) throws(GitError) -> [RepoPath] {
        guard let resolution = project.externals.first?.resolution else { return [directory] }
        guard let contents = try survey.tree.directory(directory) else { return [] }
        var found: [RepoPath] = []
        for number in resolution.reached {
            let package = resolution.graph.packages[number]
            for name in [package.name, "\(package.name)-\(package.version)"]
            where contents.entry(named: name.utf8) != nil {
                found.append(directory.appending(name))
            }
        }
        return found
    }
}

extension CargoSurvey {
    /// What the files of `.cargo` in a directory say; empty when there are none.
    func configurations(in directory: RepoPath) throws(GitError) -> [CargoConfiguration] {
        if let known = configurations[directory] { return known }
        var found: [CargoConfiguration] = []
        for name in ["config", "config.toml"] {
            let path = directory.appending(".cargo").appending(name)
            guard let entry = try tree.entry(path), entry.mode.isFile else { continue }
            switch try cache.configuration(entry.id, in: tree.objects) {
            case .success(let configuration): found.append(configuration)
            case .failure(let problem):
                diagnostics.append(
                    Diagnostic(
                        evidence: Evidence(path: path, line: problem.line),
                        message: "\(problem.problem): what it puts in the place of packages is not known"))
                found.append(CargoConfiguration())
            }
        }
        configurations[directory] = found
        return found
    }
}
