internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: which directories hold crates, and which workspace each belongs to.
///
/// Belongs to one thread and one tree.
final class CargoSurvey {
    enum Crate {
        /// There is no Cargo.toml.
        case absent
        case broken(TOMLProblem)
        case read(CrateManifest)

        var manifest: CrateManifest? { if case .read(let manifest) = self { manifest } else { nil } }
        var isAbsent: Bool { if case .absent = self { true } else { false } }
    }

    let tree: SourceTree
    let cache: ParsedCrateCache
    private var crates: [RepoPath: Crate] = [:]
    /// The projects: each crate's directory and the root of its workspace, which is itself when it stands alone.
    private(set) var homes: [RepoPath: RepoPath] = [:]
    /// The projects in the order they were found.
    private var found: [RepoPath] = []
    /// Crates that lie in a workspace without being members, and count because something depends on them: cargo builds
    /// them as dependencies but refuses to run in their directories.
    private(set) var bystanders: Set<RepoPath> = []
    private var surveyed: Set<RepoPath> = []
    private var lockfiles: [RepoPath: ObjectID?] = [:]
    private var closures: [RepoPath: Result<CrateClosures, TOMLProblem>] = [:]
    var configurations: [RepoPath: [CargoConfiguration]] = [:]
    var diagnostics: [Diagnostic] = []

    init(tree: SourceTree, cache: ParsedCrateCache) {
        self.tree = tree
        self.cache = cache
    }

    static func manifestPath(_ directory: RepoPath) -> RepoPath { directory.appending("Cargo.toml") }

    /// The crate in `directory`, read once.
    func crate(at directory: RepoPath) throws(GitError) -> Crate {
        if let known = crates[directory] { return known }
        var crate = Crate.absent
        if let entry = try tree.entry(CargoSurvey.manifestPath(directory)), entry.mode.isFile {
            switch try cache.manifest(entry.id, in: tree.objects) {
            case .success(let manifest): crate = .read(manifest)
            case .failure(let problem): crate = .broken(problem)
            }
        }
        crates[directory] = crate
        return crate
    }

    /// The id of the lockfile in a workspace's root, if there is one.
    func lockfile(of root: RepoPath) throws(GitError) -> ObjectID? {
        if let known = lockfiles[root] { return known }
        let entry = try tree.entry(root.appending("Cargo.lock"))
        let id = entry?.mode.isFile == true ? entry?.id : nil
        lockfiles[root] = .some(id)
        return id
    }

    /// What the crates of a workspace resolve to by its lockfile, or why that is not known. Only after all were found.
    func closures(of root: RepoPath) throws(GitError) -> Result<CrateClosures, TOMLProblem>? {
        if let known = closures[root] { return known }
        guard let id = try lockfile(of: root) else { return nil }
        let result: Result<CrateClosures, TOMLProblem>
        switch try cache.lock(id, in: tree.objects) {
        case .failure(let problem): result = .failure(problem)
        case .success(let lock):
            let workspace = try crate(at: root).manifest?.workspace
            var crates: [(directory: RepoPath, name: String, version: String?)] = []
            for directory in found where homes[directory] == root {
                guard let package = try crate(at: directory).manifest?.package else { continue }
                crates.append((directory, package.name, package.version ?? workspace?.version))
            }
            result = .success(
                CrateClosures(lock: lock, crates: crates) { cache.graph(id, lock, endingAt: $0) })
        }
        closures[root] = result
        return result
    }

    func note(_ directory: RepoPath, _ line: Int?, _ message: String) {
        let evidence = Evidence(path: CargoSurvey.manifestPath(directory), line: line)
        diagnostics.append(Diagnostic(evidence: evidence, message: message))
    }

    // MARK: Which directories are projects

    /// Finds all projects that the scanned directories lead to.
    func run(_ scan: ManifestScan) throws(GitError) {
        let scanned = scan.directories.filter { $0.manifests.contains("Cargo.toml") && !CargoSurvey.isFixture($0.path) }
            .map(\.path)
        for directory in scanned where try crate(at: directory).manifest?.workspace != nil {
            try survey(workspace: directory)
        }
        for directory in scanned where homes[directory] == nil && surveyed.allSatisfy({ !directory.isWithin($0) }) {
            let root = try workspaceRoot(of: directory) ?? directory
            adopt(directory, root)
            // What cannot be read may be a workspace: the crates below are projects, as broken as their root.
            if root == directory, case .broken = try crate(at: directory) { try adoptEverything(below: directory) }
        }
        try followDependencies()
    }

    /// Whether a crate here is test data or a template rather than a project of its own.
    private static func isFixture(_ directory: RepoPath) -> Bool {
        let names: Set<String> = ["fixtures", "testdata", "templates", "target"]
        return directory.components.contains { names.contains(String(decoding: $0, as: UTF8.self)) }
    }

    private func adoptEverything(below root: RepoPath) throws(GitError) {
        guard let start = try tree.directoryID(root) else { return }
        var pending = [(path: root, id: start)]
        while let (path, id) = pending.popLast() {
            let contents = try tree.objects.tree(id)
            for entry in contents.entries where entry.mode == .directory {
                let name = contents.name(of: entry)
                let below = path.appending(name)
                if name.first == UInt8(ascii: ".") || CargoSurvey.isFixture(below) { continue }
                pending.append((below, entry.id))
                let crate = try crate(at: below)
                if crate.isAbsent || homes[below] != nil { continue }
                if crate.manifest?.workspace != nil { try survey(workspace: below) } else { adopt(below, root) }
            }
        }
    }

    /// Finds the members of the workspace whose root is `root`.
    private func survey(workspace root: RepoPath) throws(GitError) {
        guard let manifest = try crate(at: root).manifest, let workspace = manifest.workspace,
            surveyed.insert(root).inserted
        else { return }
        adopt(root, root)
        let glob = CargoGlob(tree: tree)
        for (pattern, line) in workspace.members {
            let directories = try glob.directories(pattern, below: root)
            var missing = directories.isEmpty ? ["'\(pattern)'"] : []
            for directory in directories {
                if try crate(at: directory).isAbsent, try !isExcluded(directory, by: root) {
                    missing.append("'\(directory)'")
                }
                try join(directory, root)
            }
            for name in missing { note(root, line, "the workspace member \(name) has no Cargo.toml") }
        }
        try join(dependenciesOf: root, root)
        for path in workspace.exclude {
            if let directory = root.resolving(path), try crate(at: directory).manifest?.workspace != nil {
                try survey(workspace: directory)
            }
        }
    }

    /// Makes `directory` and the crates it reaches by path members of the workspace at `root`.
    ///
    /// As cargo does (`Workspace::find_path_deps`), a path dependency outside the root's directory is a member only
    /// when it names this root itself.
    private func join(_ directory: RepoPath, _ root: RepoPath) throws(GitError) {
        var pending = [(directory: directory, isDependency: false)]
        while let (directory, isDependency) = pending.popLast() {
            guard homes[directory] == nil else { continue }
            let crate = try crate(at: directory)
            guard !crate.isAbsent, try !isExcluded(directory, by: root) else { continue }
            if crate.manifest?.workspace != nil {
                try survey(workspace: directory)
                continue
            }
            if isDependency, !directory.isWithin(root), try workspaceRoot(of: directory) != root { continue }
            adopt(directory, root)
            for target in try pathTargets(of: directory, in: root) { pending.append((target, true)) }
        }
    }

    private func join(dependenciesOf directory: RepoPath, _ root: RepoPath) throws(GitError) {
        for target in try pathTargets(of: directory, in: root) {
            let isMember = try target.isWithin(root) ? true : workspaceRoot(of: target) == root
            if isMember { try join(target, root) }
        }
    }

    /// Finds workspaces of their own in the directories right below a project, such as `fuzz` or `examples`.
    ///
    /// The shared scan stops at a manifest, and member patterns leave these out. One level, so that the cost follows
    /// the number of projects.
    private func surveyWorkspaces(in directory: RepoPath) throws(GitError) {
        guard let entries = try tree.directory(directory) else { return }
        for entry in entries.entries where entry.mode == .directory {
            let child = directory.appending(entries.name(of: entry))
            guard homes[child] == nil, !CargoSurvey.isFixture(child) else { continue }
            guard try tree.objects.tree(entry.id).entry(named: "Cargo.toml") != nil else { continue }
            if try crate(at: child).manifest?.workspace != nil { try survey(workspace: child) }
        }
    }

    /// Makes every crate a project that some project depends on by path: it is built from this tree, so it must count.
    private func followDependencies() throws(GitError) {
        var next = 0
        while next < found.count {
            let directory = found[next]
            next += 1
            guard let home = homes[directory] else { continue }
            try surveyWorkspaces(in: directory)
            var targets = try pathTargets(of: directory, in: home)
            if directory == home, let manifest = try crate(at: directory).manifest {
                targets += manifest.patches.compactMap { directory.resolving($0.path) }
            }
            for target in targets where homes[target] == nil {
                guard try !crate(at: target).isAbsent else { continue }
                let root = try workspaceRoot(of: target)
                if let root, !surveyed.contains(root) { try survey(workspace: root) }
                guard homes[target] == nil else { continue }
                adopt(target, root ?? target)
                if let root {
                    bystanders.insert(target)
                    let why = "it is a project without tasks, because '\(directory)' depends on it"
                    note(target, nil, "the crate lies in the workspace '\(root)' but is not a member: \(why)")
                }
            }
        }
    }

    private func adopt(_ directory: RepoPath, _ root: RepoPath) {
        if homes.updateValue(root, forKey: directory) == nil { found.append(directory) }
    }

    // MARK: Cargo's rules

    /// The root of the workspace that a crate belongs to, as `cargo` run in its directory finds it.
    func workspaceRoot(of directory: RepoPath) throws(GitError) -> RepoPath? {
        let manifest = try crate(at: directory).manifest
        if manifest?.workspace != nil { return directory }
        if let named = manifest?.package?.workspace {
            guard let root = directory.resolving(named) else { return nil }
            return try crate(at: root).manifest?.workspace == nil ? nil : root
        }
        var above = directory.parent
        while let candidate = above {
            if try crate(at: candidate).manifest?.workspace != nil, try !isExcluded(directory, by: candidate) {
                return candidate
            }
            above = candidate.parent
        }
        return nil
    }

    /// Whether `workspace.exclude` takes the directory out, and no member entry names it literally.
    private func isExcluded(_ directory: RepoPath, by root: RepoPath) throws(GitError) -> Bool {
        guard let workspace = try crate(at: root).manifest?.workspace else { return false }
        func covers(_ path: String) -> Bool { root.resolving(path).map { directory.isWithin($0) } ?? false }
        guard workspace.exclude.contains(where: covers) else { return false }
        return !workspace.members.contains { covers($0.pattern) }
    }

    /// The directories the crate's path dependencies name, in this repository, whether or not a crate is there.
    private func pathTargets(of directory: RepoPath, in root: RepoPath) throws(GitError) -> [RepoPath] {
        guard let manifest = try crate(at: directory).manifest else { return [] }
        let workspace = try crate(at: root).manifest?.workspace
        return manifest.dependencies.compactMap { dependency in
            CargoSurvey.place(of: dependency, in: directory, root: root, workspace: workspace)?.target
        }
    }

    /// The path a dependency names, as written, and where it leads; `nil` when it has none. A path that is absolute or
    /// leaves the repository has no target.
    static func place(
        of dependency: CrateDependency, in directory: RepoPath, root: RepoPath, workspace: CrateWorkspace?
    ) -> (path: String, base: RepoPath, target: RepoPath?)? {
        let path: String, base: RepoPath
        switch dependency.source {
        case .path(let text): (path, base) = (text, directory)
        case .inherited:
            guard let text = workspace?.dependencies[dependency.key]?.path else { return nil }
            (path, base) = (text, root)
        case .external, .unknownBase: return nil
        }
        return (path, base, path.hasPrefix("/") ? nil : base.resolving(path))
    }
}
