internal import CLibgit2
internal import Diagnostics
internal import Glibc

/// An open repository, read only. Move-only, freed in `deinit`, used by one thread.
package struct Repository: ~Copyable {
    private let handle: OpaquePointer
    private let workTreeOverride: String?

    /// What a revision expression names.
    package struct Revision: Sendable, Equatable {
        /// The commit, or `nil` when the expression names a tree.
        package let commit: ObjectID?
        package let tree: ObjectID

        package init(commit: ObjectID?, tree: ObjectID) {
            self.commit = commit
            self.tree = tree
        }
    }

    /// Opens the repository that contains the directory `path`, or the one that the GIT_* variables name.
    ///
    /// The variables git sets for hooks are honoured (GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY,
    /// GIT_ALTERNATE_OBJECT_DIRECTORIES), so that a hook sees the objects of its quarantine. Failures: not a repository,
    /// or one that libgit2 cannot read.
    package static func open(at path: String, environment: [String: String]) throws(GitError) -> Repository {
        Libgit2.start()
        let names = ["GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"]
        let fromEnvironment = names.contains { environment[$0] != nil }
        // libgit2 1.5 refuses to open anything while GIT_WORK_TREE is set; so it is hidden and applied here.
        let workTree = environment["GIT_WORK_TREE"]
        if workTree != nil { unsetenv("GIT_WORK_TREE") }
        defer { if let workTree { setenv("GIT_WORK_TREE", workTree, 1) } }
        var handle: OpaquePointer?
        let status = ripple_git_repository_open(&handle, path, fromEnvironment)
        guard status == 0, let handle else { throw openingError(status, path, lastLibgit2Message()) }
        return Repository(handle: handle, workTreeOverride: workTree)
    }

    private static func openingError(_ status: Int32, _ path: String, _ reason: String) -> GitError {
        if status == Int32(RIPPLE_GIT_NOT_FOUND) {
            return GitError(
                .notRepository, .environment,
                "\(path) is not in a git repository. Go to one, name one with -C DIR, or start one with 'git init'.")
        }
        if reason.contains("extension") {
            return GitError(
                .unsupportedRepository, .environment,
                "The repository at \(path) uses a format that libgit2 \(libgit2Version) cannot read (\(reason)). "
                    + "SHA-256 and reftable repositories are not supported yet.")
        }
        return GitError(
            .unreadable, .environment, "The repository at \(path) cannot be opened: \(reason). Run 'git status' there.")
    }

    /// The version of libgit2 in use, such as `1.5.1`.
    package static var libgit2Version: String {
        let version = ripple_git_version()
        return "\(version / 10000).\(version / 100 % 100).\(version % 100)"
    }

    private init(handle: OpaquePointer, workTreeOverride: String?) {
        self.handle = handle
        self.workTreeOverride = workTreeOverride
    }

    deinit {
        ripple_git_repository_free(handle)
    }

    package var isBare: Bool { workTreeOverride == nil && ripple_git_repository_is_bare(handle) }

    /// The `.git` directory (of the linked worktree, if this is one), ending in a slash.
    package var gitDirectory: String { String(cString: ripple_git_repository_directory(handle)) }

    /// The `.git` directory that linked worktrees share, ending in a slash.
    package var commonDirectory: String { String(cString: ripple_git_repository_common_directory(handle)) }

    /// The root of the working tree without a trailing slash, or `nil` in a bare repository.
    package var workingDirectory: String? {
        let path = workTreeOverride ?? ripple_git_repository_working_directory(handle).map { String(cString: $0) }
        guard var path else { return nil }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// Whether the history is cut off. Read from the common directory: libgit2 looks in the wrong place in worktrees.
    package var isShallow: Bool { access(commonDirectory + "shallow", F_OK) == 0 }

    package var headIsUnborn: Bool { ripple_git_repository_head_unborn(handle) == 1 }

    /// The full name of the branch HEAD is on, or `nil` when detached.
    package var headBranch: String? { symbolicTarget("HEAD") }

    /// The full name that a symbolic reference points to, such as `refs/remotes/origin/main` for `origin/HEAD`.
    package func symbolicTarget(_ name: String) -> String? {
        copiedString { ripple_git_symbolic_target($0, $1, handle, name) }
    }

    package func configuredPath(_ name: String) -> String? {
        copiedString { ripple_git_config_path($0, $1, handle, name) }
    }

    package func configuredBool(_ name: String, default fallback: Bool) -> Bool {
        ripple_git_config_bool(handle, name, fallback)
    }

    private func copiedString(_ body: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let base = buffer.baseAddress, body(base, buffer.count) == 0 else { return nil }
            return String(cString: base)
        }
    }

    /// Resolves any revision expression git understands to a commit or a tree; `nil` when it names nothing.
    package func resolve(_ expression: String) throws(GitError) -> Revision? {
        var id = ripple_git_id()
        var kind: Int32 = 0
        let status = ripple_git_resolve(&id, &kind, handle, expression)
        guard status == 0 else { return nil }
        switch Int(kind) {
        case RIPPLE_GIT_OBJECT_COMMIT: return Revision(commit: ObjectID(id), tree: try tree(ofCommit: ObjectID(id)))
        case RIPPLE_GIT_OBJECT_TREE: return Revision(commit: nil, tree: ObjectID(id))
        default:
            throw GitError(.unknownRevision, .user, "'\(expression)' is a blob, not a commit or a tree.")
        }
    }

    package func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID {
        var id = commit.imported, tree = ripple_git_id()
        guard ripple_git_commit_tree(&tree, handle, &id) == 0 else { throw missingCommit(commit) }
        return ObjectID(tree)
    }

    /// The commit's parents, first parent first.
    package func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] {
        var id = commit.imported, count = 0
        var parents = [ripple_git_id](repeating: ripple_git_id(), count: 64)
        guard ripple_git_commit_parents(&parents, parents.count, &count, handle, &id) == 0 else {
            throw missingCommit(commit)
        }
        return parents.prefix(count).map { ObjectID($0) }
    }

    /// The best common ancestors of two commits; empty when the histories are unrelated.
    ///
    /// Where history is cut off (a shallow clone) libgit2 fails instead of answering: that is an `objectMissing` error.
    package func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        var first = one.imported, second = two.imported, count = 0
        var bases = [ripple_git_id](repeating: ripple_git_id(), count: 64)
        let status = ripple_git_merge_bases(&bases, bases.count, &count, handle, &first, &second)
        guard status == 0 else {
            let reason = lastLibgit2Message()
            // "object not found" means that a parent is absent; "no merge base found" that there is none.
            if status == Int32(RIPPLE_GIT_NOT_FOUND), reason.contains("merge base"), !isShallow { return [] }
            throw GitError(
                .objectMissing, .environment,
                "The common history of \(one) and \(two) is not in this repository (\(reason)).")
        }
        return bases.prefix(count).map { ObjectID($0) }.sorted()
    }

    private func missingCommit(_ commit: ObjectID) -> GitError {
        GitError(
            .objectMissing, .environment,
            "The commit \(commit) is not in this repository. If the clone is shallow, run: git fetch --unshallow")
    }

    /// A store that reads this repository's objects.
    package func objectStore() throws(GitError) -> ObjectStore {
        var database: OpaquePointer?
        guard ripple_git_odb_open(&database, handle) == 0, let database else {
            throw GitError(
                .unreadable, .environment, "The object database cannot be opened: \(lastLibgit2Message()).")
        }
        return ObjectStore(database: ObjectDatabase(taking: database))
    }

    /// What gives files on disk their blob ids. It must not outlive the repository.
    package var fileHasher: FileHasher { FileHasher(handle: handle) }
}

/// Gives files on disk the ids git would give them, by a repository's rules for line endings and ident.
///
/// External filter programs (clean filters, LFS) are not run. Borrows the repository it came from.
package struct FileHasher {
    fileprivate let handle: OpaquePointer

    /// The blob id of the file at absolute `path`, filtered as `repoPath` is; `nil` when it cannot be read.
    ///
    /// - Parameter recorded: the blob the index holds for the path. Where it has a CR, git converts no line endings.
    package func hash(_ path: [CChar], as repoPath: RepoPath, recorded: ObjectID?) -> ObjectID? {
        var id = ripple_git_id()
        let asPath = repoPath.bytes.map { CChar(bitPattern: $0) } + [0]
        let status: Int32
        if var blob = recorded?.imported {
            status = ripple_git_hash_file(&id, handle, path, asPath, &blob)
        } else {
            status = ripple_git_hash_file(&id, handle, path, asPath, nil)
        }
        return status == 0 ? ObjectID(id) : nil
    }
}
