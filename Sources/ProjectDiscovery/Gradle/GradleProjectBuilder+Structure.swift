internal import GitObjects
internal import WorkspaceModel

extension GradleProjectBuilder {
    enum CatalogUse {
        case entry(GradleCatalog.Entry, RepoPath)
        /// The catalog, of which the entry is not known.
        case whole(GradleCatalog, RepoPath)
    }

    /// What a chain of names takes from a version catalog of the build; `nil` when it names none.
    func catalogUse(_ names: [String]) -> CatalogUse? {
        // `rootProject.libs.x` and its like come to the same.
        guard let at = names.prefix(3).firstIndex(where: { build.readCatalogs[$0] != nil }),
            let (path, catalog) = build.readCatalogs[names[at]]
        else { return nil }
        let rest = names[(at + 1)...]
        if let entry = catalog.entry(rest) { return .entry(entry, path) }
        return .whole(catalog, path)
    }

    /// What files elsewhere contribute to this project: the scripts of the projects around it, statement by statement, the
    /// settings, and what it uses of the version catalogs, entry by entry.
    mutating func addStructure(_ project: inout DiscoveredProject) throws(GitError) {
        var found = StructuralFields()
        if let settings = build.settingsPath {
            found.add(settings, build.settings.statements)
        }
        for source in sources where source.isAncestor {
            found.add(
                source.path, source.script.statements.filter { source.concerns(member.path, $0.reach) })
        }
        try addCatalogs(&found)
        try addVerification(&found)
        project.structuralDigests = found.digests
    }

    private mutating func addCatalogs(_ found: inout StructuralFields) throws(GitError) {
        var scripts = sources.map { (path: $0.path, script: $0.script, source: Optional($0)) }
        scripts += logic.map { ($0.path, $0.script, nil) }
        for (path, script, source) in scripts {
            let project = member.path
            let isRead = { (reach: GradleScript.Reach) in source?.concerns(project, reach) ?? true }
            for chain in script.chains where isRead(chain.reach) {
                add(catalogUse(chain.names), path, chain.line, &found)
            }
            for find in script.finds where isRead(find.reach) { add(find.name, path, find.line, &found) }
        }
        try addBuildSource(&found)
        structuralFiles.formUnion(build.readCatalogs.values.map(\.path))
    }

    private func add(_ use: CatalogUse?, _ path: RepoPath, _ line: Int, _ found: inout StructuralFields) {
        switch use {
        case .entry(let entry, let file)?:
            found.add(file, "\(entry.kind.rawValue).\(entry.alias)", entry.line ?? 1, entry.text)
        case .whole(let catalog, let file)?:
            survey.note(path, line, "code decides what is used of '\(file)': all its entries count")
            found.add(file, "catalog", 1, catalog.wholeText)
        case nil: break
        }
    }

    private func add(_ find: String?, _ path: RepoPath, _ line: Int, _ found: inout StructuralFields) {
        for (file, catalog) in build.readCatalogs.values.sorted(by: { $0.path < $1.path }) {
            let entries = find.map { catalog.entries(named: $0) } ?? []
            for entry in entries { add(.entry(entry, file), path, line, &found) }
            if entries.isEmpty { add(.whole(catalog, file), path, line, &found) }
        }
    }

    /// What the build script of buildSrc uses of catalogs counts for every project of the build. Its own settings may give
    /// them other names.
    private func addBuildSource(_ found: inout StructuralFields) throws(GitError) {
        let directory = build.directory.appending("buildSrc")
        guard let script = try survey.script("build", in: directory), case .success(let read)? = try survey.read(script)
        else { return }
        let settings = try survey.script("settings", in: directory)
        let named: [GradleSettings.Catalog]
        if let settings, case .success(let read)? = try survey.settings(settings) {
            named = read.catalogs
        } else {
            named = []
        }
        for chain in read.chains { add(catalogUse(chain.names), script, chain.line, &found) }
        for catalog in named where build.readCatalogs[catalog.name] == nil {
            guard let file = catalog.file, let path = directory.resolving(GradlePaths.stripped(file).path) else {
                continue
            }
            for (known, content) in build.readCatalogs.values where known == path {
                for chain in read.chains where chain.names.first == catalog.name {
                    let entry = content.entry(chain.names.dropFirst())
                    add(entry.map { .entry($0, path) } ?? .whole(content, path), script, chain.line, &found)
                }
            }
        }
    }

    // MARK: Lockfiles and verification

    /// The project's own lockfile, and the parsed form where it can be read.
    private func lockfile() throws(GitError) -> (path: RepoPath, id: ObjectID, Result<GradleLockfile, GradleProblem>)? {
        let path = member.directory.appending("gradle.lockfile")
        guard let entry = try survey.tree.entry(path), entry.mode.isFile else { return nil }
        return (path, entry.id, try survey.cache.lockfile(entry.id, in: survey.tree.objects))
    }

    mutating func addLockfile(_ project: inout DiscoveredProject) throws(GitError) {
        guard let (path, id, result) = try lockfile() else { return }
        switch result {
        case .success(let lockfile):
            project.externals.append(
                ExternalClosure(manager: .gradle, lockfile: path, resolution: lockfile.resolution))
            structuralFiles.insert(path)
        case .failure(let problem):
            let place = problem.line.map { "\(path):\($0)" } ?? "\(path)"
            project.externals.append(
                ExternalClosure(
                    manager: .gradle, lockfile: path, digest: id.description, isWholeLockfile: true,
                    problem: "\(place): \(problem.problem)"))
        }
    }

    /// The checks of the components that the project is not known to do without: those in its own lockfile, and those that
    /// are in nobody's.
    private mutating func addVerification(_ found: inout StructuralFields) throws(GitError) {
        let path = build.directory.appending(RepoPath("gradle/verification-metadata.xml").bytes)
        guard let entry = try survey.tree.entry(path), entry.mode.isFile,
            case .success(let verification) = try survey.cache.verification(entry.id, in: survey.tree.objects)
        else { return }
        structuralFiles.insert(path)
        if let settings = verification.settings {
            found.add(path, "configuration", settings.line, settings.text)
        }
        var own: Set<String>?
        if case .success(let lockfile)? = try lockfile()?.2 { own = Set(lockfile.components.map(\.coordinates)) }
        let others = own == nil ? [] : try lockedAnywhere()
        for component in verification.components {
            if let own, !own.contains(component.coordinates), others.contains(component.coordinates) { continue }
            found.add(path, "components.\(component.coordinates)", component.line, component.text)
        }
    }

    /// The coordinates of all components that are in a lockfile of the build.
    private func lockedAnywhere() throws(GitError) -> Set<String> {
        var found: Set<String> = []
        for other in build.members.values {
            let path = other.directory.appending("gradle.lockfile")
            guard let entry = try survey.tree.entry(path), entry.mode.isFile,
                case .success(let lockfile) = try survey.cache.lockfile(entry.id, in: survey.tree.objects)
            else { continue }
            found.formUnion(lockfile.components.map(\.coordinates))
        }
        return found
    }
}
