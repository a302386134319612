internal import GitObjects
internal import WorkspaceModel

/// A directory whose package.json or pnpm-workspace.yaml gathers members, or a package that stands alone.
struct WorkspaceRoot {
    var path: RepoPath
    var manager: PackageManager
    /// The blob of its package.json and what that says; pnpm allows a root without one.
    var manifestID: ObjectID?
    var content: ParsedManifestCache.Content?
    var pnpm: PnpmWorkspace?
    /// Why pnpm-workspace.yaml could not be read, as `path:line:column: problem`.
    var pnpmProblem: String?
    /// Why it is not known which packages below are members, with the place; then all of them are.
    var memberListProblem: String?
    /// `nil` for a package that gathers no members.
    var patterns: [PackageManifest.Pattern]?
    /// Where the patterns are written.
    var patternsFile: RepoPath
    var lockfile: (path: RepoPath, id: ObjectID)?
    /// The directory that the paths in the lockfile start from, when it is not that of the root: Rush's.
    var lockBase: RepoPath?
    /// Settings of a rush.json that count for every member.
    var settings: [StructuralDigest] = []
    /// Why the rush.json that lists the members could not be read.
    var definitionProblem: String?
    var hasPnpmFile = false
    /// What the manifest and .yarnrc.yml say about the lockfile; why the latter cannot be read.
    var lockSettings = LockSettings()
    var lockSettingsProblem: String?
    /// Whether a plain range may mean a member; `enableTransparentWorkspaces` of Yarn 2 and later.
    var linksByRange = true

    /// Whether only a broken package.json suggests that there may be members.
    var isGuess: Bool { memberListProblem != nil && !hasPnpmFile }

    var manifestPath: RepoPath { path.appending("package.json") }
    var pnpmPath: RepoPath { path.appending("pnpm-workspace.yaml") }

    var manifest: PackageManifest? {
        if case .manifest(let manifest) = content { manifest } else { nil }
    }

    /// A root whose members another file lists: nothing else below it is a member.
    init(rushAt path: RepoPath, manager: PackageManager) {
        self.path = path
        self.manager = manager
        patterns = []
        patternsFile = path.appending("rush.json")
    }

    /// Reads the directory at `path`; `nil` when it has neither file.
    init?(at path: RepoPath, in tree: SourceTree, cache: ParsedManifestCache) throws(GitError) {
        guard let directory = try tree.directory(path) else { return nil }
        self.path = path
        manager = .npm
        patternsFile = path.appending("package.json")
        if let entry = directory.entry(named: "package.json"), entry.mode.isFile {
            manifestID = entry.id
            content = try cache.content(entry.id, in: tree.objects)
        }
        if let entry = directory.entry(named: "pnpm-workspace.yaml"), entry.mode.isFile {
            hasPnpmFile = true
            do {
                pnpm = try PnpmWorkspace(parsing: try tree.objects.blob(entry.id))
            } catch let error as PnpmWorkspace.SyntaxError {
                pnpmProblem = "\(pnpmPath):\(error.line):\(error.column): \(error.problem)"
            } catch let error as GitError {
                throw error
            } catch {
                pnpmProblem = "\(pnpmPath):1:1: this is no YAML"
            }
        }
        guard content != nil || hasPnpmFile else { return nil }
        manager = WorkspaceRoot.manager(declared: manifest?.packageManager, directory, hasPnpmFile: hasPnpmFile)
        if manager == .pnpm, let packages = pnpm?.packages {
            patterns = packages
            patternsFile = pnpmPath
        } else {
            patterns = manifest?.workspaces
        }
        findMemberListProblem()
        lockfile = WorkspaceRoot.lockfile(of: manager, directory, path)
        try readLockSettings(directory, tree.objects)
    }

    /// A list of members that cannot be read may hold any package below: all of them are taken.
    private mutating func findMemberListProblem() {
        if manager == .pnpm, pnpm?.packages != nil { return }
        if case .broken(let line, let column, let problem, _) = content {
            memberListProblem = "\(manifestPath):\(line):\(column): \(problem)"
        }
        if manager != .pnpm, let problem = manifest?.workspacesProblem {
            memberListProblem = "\(manifestPath):\(problem.line): \(problem.message)"
        }
        if let pnpmProblem { memberListProblem = pnpmProblem }
        guard memberListProblem != nil else { return }
        patterns = [PackageManifest.Pattern(text: "**", line: 1)]
    }

    /// The package manager: what the manifest declares decides first, then the files that only one of them writes.
    private static func manager(declared: String?, _ directory: Tree, hasPnpmFile: Bool) -> PackageManager {
        if let name = declared?.prefix(while: { $0 != "@" }), let manager = PackageManager(rawValue: String(name)),
            manager.isJavaScript
        {
            return manager
        }
        if hasPnpmFile || directory.entry(named: "pnpm-lock.yaml") != nil { return .pnpm }
        if directory.entry(named: "yarn.lock") != nil { return .yarn }
        if directory.entry(named: "bun.lock") != nil || directory.entry(named: "bun.lockb") != nil { return .bun }
        return .npm
    }

    /// The lockfile that the manager reads, or else any that is there: it says more than none.
    private static func lockfile(
        of manager: PackageManager, _ directory: Tree, _ path: RepoPath
    ) -> (path: RepoPath, id: ObjectID)? {
        let byManager: [(PackageManager, String)] = [
            (.npm, "npm-shrinkwrap.json"), (.npm, "package-lock.json"), (.pnpm, "pnpm-lock.yaml"), (.yarn, "yarn.lock"),
            (.bun, "bun.lock"), (.bun, "bun.lockb"),
        ]
        let inOrder = byManager.filter { $0.0 == manager } + byManager.filter { $0.0 != manager }
        for (_, name) in inOrder {
            if let entry = directory.entry(named: name.utf8), entry.mode.isFile {
                return (path.appending(name), entry.id)
            }
        }
        return nil
    }

    private mutating func readLockSettings(_ directory: Tree, _ objects: ObjectStore) throws(GitError) {
        guard manager == .yarn else { return }
        lockSettings.resolutions = manifest?.resolutions ?? []
        guard let entry = directory.entry(named: ".yarnrc.yml"), entry.mode.isFile else { return }
        let bytes = try objects.blob(entry.id)
        do throws(JavaScriptLock.Problem) {
            for document in try LockYAML.documents(bytes) {
                lockSettings.add(extensions: document["packageExtensions"])
                lockSettings.add(catalog: document["catalog"], catalogs: document["catalogs"])
                if document["enableTransparentWorkspaces"]?.text == "false" { linksByRange = false }
            }
        } catch {
            lockSettingsProblem = ".yarnrc.yml cannot be read: \(error.description)"
        }
    }

    /// Ranges by catalog: pnpm and Yarn keep them in files of their own, Bun in the root manifest.
    var catalogs: [String: [String: String]] {
        if manager == .yarn, !lockSettings.catalogs.isEmpty { return lockSettings.catalogs }
        return pnpm?.catalogs ?? manifest?.catalogs ?? [:]
    }

    /// What the root puts in place of every member's own specifier, as far as that is local.
    var localOverrides: [String: String] {
        (manifest?.localOverrides ?? [:]).merging(pnpm?.localOverrides ?? [:]) { $1 }
    }
}
