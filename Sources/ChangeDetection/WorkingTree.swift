internal import Diagnostics
package import GitObjects
internal import Glibc

/// Turns the working tree into one more git tree: what `git add --all && git write-tree` would give, writing nothing.
///
/// Index and stat data first: a file's contents are read only where the stat data differ from the index or are racy.
/// Untracked files count unless ignored. The result agrees with `git status --porcelain=v2 -z --untracked-files=all`.
package struct WorkingTree {
    let root: String
    let index: IndexFile?
    /// Valid while the repository is borrowed, which is as long as the scan lasts.
    let hasher: FileHasher
    let objects: ObjectStore
    let check: StatCheck
    let directories: DirectoryScan
    /// Whether files outside a sparse checkout that are there all the same count, as they do for git.
    let looksAtSkipped: Bool
    var edits: [RepoPath: TreeEdit] = [:]
    /// The directory that was opened last, for the names in it.
    private var opened: (path: RepoPath, descriptor: Int32)?

    /// The working tree of `repository` as a tree in memory, on top of the tree of HEAD.
    ///
    /// - Parameter headTree: the tree of HEAD; the empty tree when HEAD is unborn.
    package static func snapshot(
        of repository: borrowing Repository, headTree: ObjectID, objects: ObjectStore, environment: [String: String]
    ) throws(GitError) -> SourceTree {
        guard let root = repository.workingDirectory else {
            throw GitError(
                .unreadable, .environment,
                "A bare repository has no working tree. Name the version to look at with --head REV.")
        }
        if repository.asksProgramForStatus {
            let tree = try repository.workingTreeByProgram(
                root: root, indexPath: indexPath(of: repository, root: root, environment), in: objects)
            return SourceTree(objects: objects, root: tree)
        }
        let index = try IndexFile(
            path: indexPath(of: repository, root: root, environment), idBytes: repository.objectFormat.byteCount,
            gitDirectory: repository.gitDirectory)
        let rules = globalRules(repository, environment: environment)
        var edits: [RepoPath: TreeEdit] = [:]
        if let index {
            var staged = StagedComparison(index: index, objects: objects)
            try staged.compare(index.entries.indices, at: .root, headTree: headTree)
            edits = staged.edits
        } else {
            let tree = try objects.tree(headTree)
            for entry in tree.entries { edits[RepoPath(bytes: Array(tree.name(of: entry)))] = .remove }
        }
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw GitError(
                .unreadable, .environment,
                "The working tree \(root) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        let check = StatCheck(repository)
        var scan = WorkingTree(
            root: root, index: index, hasher: repository.fileHasher, objects: objects, check: check,
            directories: DirectoryScan(rootDescriptor: descriptor, index: index?.view, check: check),
            looksAtSkipped: isSparse(repository), edits: edits)
        defer { scan.closeDirectory() }
        try scan.scan([
            DirectoryScan.Job(path: .root, entries: index?.entries.indices ?? 0..<0, rules: rules, isUntracked: false)
        ])
        return try SourceTree(objects: objects, root: headTree).edited(scan.edits)
    }

    private init(
        root: String, index: IndexFile?, hasher: FileHasher, objects: ObjectStore, check: StatCheck,
        directories: DirectoryScan, looksAtSkipped: Bool, edits: [RepoPath: TreeEdit]
    ) {
        self.root = root
        self.index = index
        self.hasher = hasher
        self.objects = objects
        self.check = check
        self.directories = directories
        self.looksAtSkipped = looksAtSkipped
        self.edits = edits
    }

    /// GIT_INDEX_FILE counts from the root of the working tree, where git runs hooks.
    private static func indexPath(
        of repository: borrowing Repository, root: String, _ environment: [String: String]
    ) -> String {
        guard let named = environment["GIT_INDEX_FILE"] else { return repository.gitDirectory + "index" }
        return named.hasPrefix("/") ? named : root + "/" + named
    }

    /// The ignore rules that lie outside the working tree: the user's and the repository's own.
    package static func globalRules(_ repository: borrowing Repository, environment: [String: String]) -> IgnoreRules {
        var rules = IgnoreRules()
        let users = repository.configuredPath("core.excludesfile") ?? defaultExcludes(environment)
        if let users { rules.add(file: users, base: .root) }
        rules.add(file: repository.commonDirectory + "info/exclude", base: .root)
        return rules
    }

    private static func defaultExcludes(_ environment: [String: String]) -> String? {
        if let base = environment["XDG_CONFIG_HOME"], !base.isEmpty { return base + "/git/ignore" }
        return environment["HOME"].map { $0 + "/.config/git/ignore" }
    }

    /// Scans directories and all below them: stat data first, on all processors; then what these leave open, one by one.
    mutating func scan(_ jobs: [DirectoryScan.Job]) throws(GitError) {
        // The scan's view of the index lives as long as the index.
        let found = withExtendedLifetime(index) { directories.run(jobs) }
        for (job, error) in found.unopened {
            // A directory that vanished in the meantime holds nothing.
            guard error == ENOENT || error == ENOTDIR || error == ELOOP else {
                errno = error
                throw unreadable(job.path)
            }
            removeEntries(job.entries)
        }
        try judge(found.suspects)
        for path in found.untracked {
            var status = stat()
            guard try self.status(of: path.lastComponent, in: directory(path.parent ?? .root), path, &status) else {
                continue
            }
            try setUntracked(path, status)
        }
        for job in found.repositories { try visitRepository(job) }
        for (directory, rules, name) in found.irregular { try visit(name, in: directory, rules) }
    }

    /// An open descriptor of a directory; it stays open until another one is asked for.
    mutating func directory(_ path: RepoPath) throws(GitError) -> Int32 {
        if let opened, opened.path == path { return opened.descriptor }
        closeDirectory()
        let descriptor = directories.open(path)
        guard descriptor >= 0 else { throw unreadable(path) }
        opened = (path, descriptor)
        return descriptor
    }

    private mutating func closeDirectory() {
        if let opened { close(opened.descriptor) }
        opened = nil
    }

    func unreadable(_ path: RepoPath) -> GitError {
        GitError(.unreadable, .environment, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }

    /// The absolute path as a C string; bytes, because names need not be UTF-8.
    func absolute(_ path: RepoPath, _ suffix: String = "") -> [CChar] {
        let below = path.isRoot ? [] : [UInt8(ascii: "/")] + path.bytes
        return (Array(root.utf8) + below + suffix.utf8).map { CChar(bitPattern: $0) } + [0]
    }
}
