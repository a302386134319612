internal import CLibgit2
internal import Diagnostics
internal import Glibc

/// A repository as libgit2 reads it.
final class Libgit2Engine: RepositoryEngine {
    private let repository: Libgit2Repository
    let location: Repository.Location
    private lazy var source = try? Libgit2Objects(repository)

    /// Opens the `.git` directory at `path` without its working tree.
    convenience init(bareAt path: String) throws(GitError) {
        try self.init(taking: Libgit2Repository(bareAt: path), environment: [:])
    }

    convenience init(path: String, environment: [String: String]) throws(GitError) {
        try self.init(taking: Libgit2Repository(path: path, environment: environment), environment: environment)
    }

    private init(taking opened: consuming Libgit2Repository, environment: [String: String]) {
        repository = opened
        var workTree = environment["GIT_WORK_TREE"]
        if workTree == nil {
            workTree = ripple_git_repository_working_directory(repository.handle).map { String(cString: $0) }
        }
        if var path = workTree {
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            workTree = path
        }
        let isBare = environment["GIT_WORK_TREE"] == nil && ripple_git_repository_is_bare(repository.handle)
        location = Repository.Location(
            gitDirectory: String(cString: ripple_git_repository_directory(repository.handle)),
            commonDirectory: String(cString: ripple_git_repository_common_directory(repository.handle)),
            workingDirectory: isBare ? nil : workTree)
    }

    static var version: String {
        let version = ripple_git_version()
        return "\(version / 10000).\(version / 100 % 100).\(version % 100)"
    }

    var headIsUnborn: Bool { ripple_git_repository_head_unborn(repository.handle) == 1 }

    func symbolicTarget(_ name: String) -> String? {
        copiedString { ripple_git_symbolic_target($0, $1, repository.handle, name) }
    }

    func configuredPath(_ name: String) -> String? {
        copiedString { ripple_git_config_path($0, $1, repository.handle, name) }
    }

    func configuredString(_ name: String) -> String? {
        copiedString { ripple_git_config_string($0, $1, repository.handle, name) }
    }

    func configuredBool(_ name: String) -> Bool? {
        // Two fallbacks tell "not set" from either answer.
        let low = ripple_git_config_bool(repository.handle, name, false)
        return low == ripple_git_config_bool(repository.handle, name, true) ? low : nil
    }

    private func copiedString(_ body: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let base = buffer.baseAddress, body(base, buffer.count) == 0 else { return nil }
            return String(cString: base)
        }
    }

    func resolve(_ expression: String) throws(GitError) -> Repository.Revision? {
        var id = ripple_git_id()
        var kind: Int32 = 0
        guard ripple_git_resolve(&id, &kind, repository.handle, expression) == 0 else {
            let reason = lastLibgit2Message()
            // A branch is there although its commit cannot be read; another one must not take its place.
            guard let named = target(of: expression) else { return nil }
            _ = try commit(named)
            throw GitError(
                .corrupt, .environment,
                "'\(expression)' names \(named), which cannot be read: \(reason). Run: git fsck --full")
        }
        switch Int(kind) {
        case RIPPLE_GIT_OBJECT_COMMIT:
            return Repository.Revision(commit: ObjectID(id), tree: try commit(ObjectID(id)).tree)
        case RIPPLE_GIT_OBJECT_TREE: return Repository.Revision(commit: nil, tree: ObjectID(id))
        default: throw GitError(.unknownRevision, .user, "'\(expression)' is a blob, not a commit or a tree.")
        }
    }

    /// The id that a reference holds, or a whole id that is here, whether or not its object can be read.
    private func target(of name: String) -> ObjectID? {
        var id = ripple_git_id()
        if ripple_git_reference_id(&id, repository.handle, name) == 0 { return ObjectID(id) }
        return ObjectID(hex: name).flatMap { source?.holds($0) == true ? $0 : nil }
    }

    func commit(_ id: ObjectID) throws(GitError) -> CommitRecord {
        guard let source else { throw databaseError() }
        return try source.commit(id)
    }

    func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        var first = one.imported, second = two.imported, count = 0
        var bases = [ripple_git_id](repeating: ripple_git_id(), count: 64)
        let status = ripple_git_merge_bases(&bases, bases.count, &count, repository.handle, &first, &second)
        guard status == 0 else {
            let reason = lastLibgit2Message()
            // "object not found" means that a parent is absent; "no merge base found" that there is none.
            if status == Int32(RIPPLE_GIT_NOT_FOUND), reason.contains("merge base") { return [] }
            throw GitError(
                .objectMissing, .environment,
                "The common history of \(one) and \(two) is not in this repository (\(reason)).")
        }
        return bases.prefix(count).map { ObjectID($0) }
    }

    func objects() throws(GitError) -> any ObjectSource {
        guard let source else { throw databaseError() }
        return source
    }

    private func databaseError() -> GitError {
        GitError(.unreadable, .environment, "The object database cannot be opened: \(lastLibgit2Message()).")
    }

    func hash(_ path: [CChar], as repoPath: RepoPath, recorded: ObjectID?) -> ObjectID? {
        var id = ripple_git_id()
        let asPath = repoPath.bytes.map { CChar(bitPattern: $0) } + [0]
        let status: Int32
        if var blob = recorded?.imported {
            status = ripple_git_hash_file(&id, repository.handle, path, asPath, &blob)
        } else {
            status = ripple_git_hash_file(&id, repository.handle, path, asPath, nil)
        }
        return status == 0 ? ObjectID(id) : nil
    }

    func needsProgram(_ repoPath: RepoPath) -> Bool {
        let asPath = repoPath.bytes.map { CChar(bitPattern: $0) } + [0]
        return ripple_git_has_external_filter(repository.handle, asPath)
    }

    /// What merging two commits gives, as libgit2 sees it, with the merged objects in memory: the tree, or `nil` when
    /// they conflict.
    func mergedTree(_ ours: ObjectID, _ theirs: ObjectID) throws(GitError) -> ObjectID? {
        var one = ours.imported, two = theirs.imported, tree = ripple_git_id(), conflicted = false
        guard ripple_git_merge_in_memory(&tree, &conflicted, repository.handle, &one, &two) == 0 else {
            throw GitError(
                .objectMissing, .environment, "\(ours) and \(theirs) cannot be merged: \(lastLibgit2Message()).")
        }
        return conflicted ? nil : ObjectID(tree)
    }
}

/// A libgit2 repository handle. Move-only; freed in `deinit`.
struct Libgit2Repository: ~Copyable {
    let handle: OpaquePointer

    init(bareAt path: String) throws(GitError) {
        Libgit2.start()
        var handle: OpaquePointer?
        let status = ripple_git_repository_open_bare(&handle, path)
        guard status == 0, let handle else {
            throw Libgit2Repository.openingError(status, path, lastLibgit2Message())
        }
        self.handle = handle
    }

    init(path: String, environment: [String: String]) throws(GitError) {
        Libgit2.start()
        let names = ["GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"]
        let fromEnvironment = names.contains { environment[$0] != nil }
        // libgit2 1.5 refuses to open anything while GIT_WORK_TREE is set; so it is hidden and applied by the caller.
        let workTree = environment["GIT_WORK_TREE"]
        if workTree != nil { unsetenv("GIT_WORK_TREE") }
        defer { if let workTree { setenv("GIT_WORK_TREE", workTree, 1) } }
        var handle: OpaquePointer?
        let status = ripple_git_repository_open(&handle, path, fromEnvironment)
        guard status == 0, let handle else {
            throw Libgit2Repository.openingError(status, path, lastLibgit2Message())
        }
        self.handle = handle
    }

    deinit { ripple_git_repository_free(handle) }

    private static func openingError(_ status: Int32, _ path: String, _ reason: String) -> GitError {
        if status == Int32(RIPPLE_GIT_NOT_FOUND) {
            return GitError(
                .notRepository, .environment,
                "\(path) is not in a git repository. Go to one, name one with -C DIR, or start one with 'git init'.")
        }
        if reason.contains("extension") || reason.contains("repository version") || reason.contains("object format") {
            return GitError(
                .unsupportedRepository, .environment,
                "libgit2 \(Libgit2Engine.version) cannot read the format of the repository at \(path) (\(reason)), "
                    + "and the git program, which may, is not installed. Install git.")
        }
        return GitError(
            .unreadable, .environment, "The repository at \(path) cannot be opened: \(reason). Run 'git status' there.")
    }
}
