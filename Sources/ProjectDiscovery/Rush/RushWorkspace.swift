internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// The roots that a rush.json makes of its projects: one for each subspace, with the lockfile that Rush keeps for it.
///
/// The importers of such a lockfile are relative to common/temp, where Rush installs.
struct RushWorkspace {
    /// A root and its projects, itself first.
    struct Part {
        var root: WorkspaceRoot
        var packages: [FoundPackage]
    }

    private(set) var parts: [Part] = []
    private(set) var diagnostics: [Diagnostic] = []

    static let folder = RepoPath("common/config/rush")

    /// `nil` without a rush.json at the root of the tree.
    ///
    /// - Parameter firstRoot: the number that the first root will have.
    init?(in tree: SourceTree, cache: ParsedManifestCache, firstRoot: Int) throws(GitError) {
        guard let entry = try tree.entry(RushFile.path), entry.mode.isFile else { return nil }
        let file: RushFile
        do throws(ConfigurationError) {
            file = try RushFile.parse(try RushWorkspace.bytes(entry.id, tree))
        } catch {
            try readBroken(error.message, tree, cache, firstRoot)
            return
        }
        diagnostics = file.diagnostics
        let usesSubspaces = try RushWorkspace.usesSubspaces(tree)
        let groups = Dictionary(grouping: file.entries) { usesSubspaces ? $0.subspace ?? "default" : "" }
        let others = groups.keys.filter { $0 != "default" }.sorted()
        for name in (groups["default"] == nil ? [] : ["default"]) + others {
            let number = firstRoot + parts.count
            let root = try RushWorkspace.root(file, subspace: name, tree)
            var packages: [FoundPackage] = []
            if parts.isEmpty { packages.append(RushWorkspace.gatherer(number)) }
            for entry in groups[name] ?? [] {
                if let package = try package(entry, root: number, tree, cache) { packages.append(package) }
            }
            // Sorted by path, after the root itself.
            packages.sort { $0.gathers != $1.gathers ? $0.gathers : $0.path < $1.path }
            parts.append(Part(root: root, packages: packages))
        }
        if parts.isEmpty {
            let root = try RushWorkspace.root(file, subspace: "", tree)
            parts.append(Part(root: root, packages: [RushWorkspace.gatherer(firstRoot)]))
        }
    }

    private static func bytes(_ id: ObjectID, _ tree: SourceTree) throws(ConfigurationError) -> [UInt8] {
        do throws(GitError) {
            return try tree.objects.blob(id)
        } catch {
            throw ConfigurationError(path: RushFile.path, problem: "the file cannot be read from the repository")
        }
    }

    private static func gatherer(_ root: Int) -> FoundPackage {
        var package = FoundPackage(path: .root, manifestPath: RushFile.path, content: nil, root: root)
        package.gathers = true
        return package
    }

    /// A rush.json that cannot be read: every package below may be a project, and counts as changed.
    private mutating func readBroken(
        _ problem: String, _ tree: SourceTree, _ cache: ParsedManifestCache, _ firstRoot: Int
    ) throws(GitError) {
        var root = WorkspaceRoot(rushAt: .root, manager: .pnpm)
        root.memberListProblem = problem
        root.definitionProblem = problem
        var packages = [RushWorkspace.gatherer(firstRoot)]
        let patterns = WorkspacePattern.list(["**"], manager: .pnpm)
        for member in try MemberWalk.members(of: .root, in: tree, patterns: patterns, manager: .pnpm) {
            packages.append(
                FoundPackage(
                    path: member.path, manifestPath: member.path.appending("package.json"),
                    content: try cache.content(member.manifest, in: tree.objects), root: firstRoot))
        }
        parts = [Part(root: root, packages: packages)]
    }

    private mutating func package(
        _ entry: RushFile.Entry, root: Int, _ tree: SourceTree, _ cache: ParsedManifestCache
    ) throws(GitError) -> FoundPackage? {
        let evidence = Evidence(path: RushFile.path, line: entry.line)
        guard !entry.folder.hasPrefix("/"), let path = RepoPath.root.resolving(entry.folder), !path.isRoot else {
            let message = "the folder '\(entry.folder)' of '\(entry.name)' is not below rush.json; it is ignored"
            diagnostics.append(Diagnostic(evidence: evidence, message: message))
            return nil
        }
        let manifest = path.appending("package.json")
        guard let file = try tree.entry(manifest), file.mode.isFile else {
            diagnostics.append(
                Diagnostic(evidence: evidence, message: "'\(entry.name)' has no \(manifest); it is no project"))
            return nil
        }
        var package = FoundPackage(
            path: path, manifestPath: manifest, content: try cache.content(file.id, in: tree.objects), root: root)
        package.decoupled = entry.decoupled
        package.tags = entry.tags
        return package
    }

    // MARK: Roots

    private static func usesSubspaces(_ tree: SourceTree) throws(GitError) -> Bool {
        let path = folder.appending("subspaces.json")
        guard let bytes = try tree.read(path), let document = try? RushFile.document(bytes, at: path) else {
            return false
        }
        return document.root["subspacesEnabled"]?.bool ?? false
    }

    private static func root(_ file: RushFile, subspace: String, _ tree: SourceTree) throws(GitError) -> WorkspaceRoot {
        var root = WorkspaceRoot(rushAt: .root, manager: file.manager)
        root.settings = file.settings
        let isShared = subspace.isEmpty
        let place = isShared ? folder : RepoPath("common/config/subspaces").appending(subspace)
        root.lockBase = isShared ? RepoPath("common/temp") : RepoPath("common/temp").appending(subspace)
        for name in ["pnpm-lock.yaml", "npm-shrinkwrap.json", "yarn.lock"] {
            let path = place.appending(name)
            guard let entry = try tree.entry(path), entry.mode.isFile else { continue }
            root.lockfile = (path, entry.id)
            break
        }
        // The settings of pnpm are those of the subspace, else those of the repository.
        for path in [place.appending("pnpm-config.json"), folder.appending("pnpm-config.json")] {
            guard let bytes = try tree.read(path), let document = try? RushFile.document(bytes, at: path) else {
                continue
            }
            root.pnpm = PnpmWorkspace(rush: document.root)
            break
        }
        return root
    }
}

extension PnpmWorkspace {
    /// What Rush's pnpm-config.json says in place of pnpm-workspace.yaml.
    init(rush root: JSONNode) {
        self.init()
        for catalog in root["globalCatalogs"]?.object ?? [] {
            for entry in catalog.node.object ?? [] {
                catalogs[catalog.key, default: [:]][entry.key] = entry.node.string
            }
        }
        for entry in root["globalOverrides"]?.object ?? [] {
            if let text = entry.node.string, DependencySpecifier.isLocal(text) { localOverrides[entry.key] = text }
        }
    }
}
