internal import Diagnostics
internal import Glibc

/// An open repository, read only. Move-only, used by one thread.
///
/// Reads through libgit2 where that gives git's own answer, else through the git program: `reading` says which, and why.
package struct Repository: ~Copyable {
    /// Where the repository lies.
    struct Location: Sendable {
        /// Both end in a slash.
        var gitDirectory: String
        var commonDirectory: String
        /// Without a slash at its end; `nil` when bare.
        var workingDirectory: String?
    }

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

    /// What answers for the repository.
    package enum Reading: Sendable, Equatable {
        case libgit2
        /// The git program, for this reason.
        case program(because: String)
    }

    package let reading: Reading
    package let objectFormat: ObjectFormat
    /// The git program in this repository, for what libgit2 cannot do.
    package let program: GitProgram
    let engine: any RepositoryEngine
    let location: Location
    let environment: [String: String]

    /// The value of RIPPLE_GIT that makes the git program answer everything.
    package static let programChoice = "program"

    /// Opens the repository that contains the directory `path`, or the one that the GIT_* variables name.
    ///
    /// The variables git sets for hooks are honoured (GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY,
    /// GIT_ALTERNATE_OBJECT_DIRECTORIES), so that a hook sees the objects of its quarantine. With RIPPLE_GIT=program the
    /// git program answers everything. Failures: not a repository, or one that neither libgit2 nor git can read.
    package static func open(at path: String, environment: [String: String]) throws(GitError) -> Repository {
        if environment["RIPPLE_GIT"] == programChoice {
            return try Repository(path, environment, because: "RIPPLE_GIT=program asks for it")
        }
        let engine: Libgit2Engine
        do throws(GitError) {
            engine = try Libgit2Engine(path: path, environment: environment)
        } catch {
            // A format that libgit2 does not know may be one that git does.
            guard error.code == .unsupportedRepository else { throw error }
            return try Repository(path, environment, because: error.message, failing: error)
        }
        if let reason = RepositoryShape.whatLibgit2Ignores(engine.location.commonDirectory, environment) {
            return try Repository(path, environment, because: reason)
        }
        return Repository(
            reading: .libgit2, objectFormat: .sha1, engine: engine, location: engine.location, path, environment)
    }

    /// Opens the `.git` directory at `path` for its objects, whether or not there is a working tree.
    package static func open(bareAt path: String) throws(GitError) -> Repository {
        // Git would go to the working tree that the configuration names.
        let environment = ["GIT_DIR": path, "GIT_WORK_TREE": path]
        let engine: Libgit2Engine
        do throws(GitError) {
            engine = try Libgit2Engine(bareAt: path)
        } catch {
            guard error.code == .unsupportedRepository else { throw error }
            return try Repository(path, environment, because: error.message, failing: error)
        }
        if let reason = RepositoryShape.whatLibgit2Ignores(engine.location.commonDirectory, [:]) {
            return try Repository(path, environment, because: reason)
        }
        return Repository(
            reading: .libgit2, objectFormat: .sha1, engine: engine, location: engine.location, path, environment)
    }

    /// Opens the repository through the git program.
    ///
    /// - Parameter failing: what to throw when there is no git program.
    private init(
        _ path: String, _ environment: [String: String], because reason: String, failing: GitError? = nil
    ) throws(GitError) {
        let engine: ProgramEngine
        do throws(GitError) {
            engine = try ProgramEngine(path: path, environment: environment)
        } catch {
            guard let failing, error.code == .unsupportedRepository else { throw error }
            throw failing
        }
        self.init(
            reading: .program(because: reason), objectFormat: engine.objectFormat, engine: engine,
            location: engine.location, path, environment)
    }

    private init(
        reading: Reading, objectFormat: ObjectFormat, engine: any RepositoryEngine, location: Location, _ path: String,
        _ environment: [String: String]
    ) {
        self.reading = reading
        self.objectFormat = objectFormat
        self.engine = engine
        self.location = location
        self.environment = environment
        program = GitProgram(directory: path, environment: environment)
    }

    /// The version of libgit2 in use, such as `1.5.1`.
    package static var libgit2Version: String { Libgit2Engine.version }

    package var isBare: Bool { location.workingDirectory == nil }

    /// The `.git` directory (of the linked worktree, if this is one), ending in a slash.
    package var gitDirectory: String { location.gitDirectory }

    /// The `.git` directory that linked worktrees share, ending in a slash.
    package var commonDirectory: String { location.commonDirectory }

    /// The root of the working tree without a trailing slash, or `nil` in a bare repository.
    package var workingDirectory: String? { location.workingDirectory }

    /// Whether the history is cut off. Read from the common directory: libgit2 looks in the wrong place in worktrees.
    package var isShallow: Bool { access(commonDirectory + "shallow", F_OK) == 0 }

    package var headIsUnborn: Bool { engine.headIsUnborn }

    /// The full name of the branch HEAD is on, or `nil` when detached.
    package var headBranch: String? { symbolicTarget("HEAD") }

    /// The full name that a symbolic reference points to, such as `refs/remotes/origin/main` for `origin/HEAD`.
    package func symbolicTarget(_ name: String) -> String? { engine.symbolicTarget(name) }

    package func configuredString(_ name: String) -> String? { engine.configuredString(name) }

    /// A path with `~` expanded.
    package func configuredPath(_ name: String) -> String? { engine.configuredPath(name) }

    package func configuredBool(_ name: String, default fallback: Bool) -> Bool {
        engine.configuredBool(name) ?? fallback
    }

    /// Whether the working tree is read by the git program rather than by our own scan.
    package var asksProgramForStatus: Bool {
        if case .program = reading { return true }
        // Names that differ only in case are one file to git here; our scan compares bytes.
        return configuredBool("core.ignorecase", default: false)
    }

    /// Resolves any revision expression git understands to a commit or a tree; `nil` when it names nothing.
    package func resolve(_ expression: String) throws(GitError) -> Revision? { try engine.resolve(expression) }

    package func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID { try engine.commit(commit).tree }

    /// The commit's parents, first parent first; none where history is cut off.
    package func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] {
        isCut(commit) ? [] : try engine.commit(commit).parents
    }

    /// The commits whose parents a shallow clone does not have.
    package var cutCommits: Set<ObjectID> { RepositoryShape.shallowCommits(commonDirectory) }

    /// Whether the parents of `commit` are unknown here because the clone is shallow.
    package func isCut(_ commit: ObjectID) -> Bool { isShallow && cutCommits.contains(commit) }

    /// The best common ancestors of two commits, sorted; empty when the histories are unrelated.
    ///
    /// Where the answer may lie beyond what a shallow clone has, that is an `objectMissing` error.
    package func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        guard isShallow else { return try engine.mergeBases(one, two).sorted() }
        var walk = HistoryWalk(cut: cutCommits) { [engine] id throws(GitError) in try engine.commit(id) }
        return try walk.mergeBases(one, two).sorted()
    }

    /// Whether `ancestor` is `descendant` or comes before it. An `objectMissing` error where that cannot be known.
    package func isAncestor(_ ancestor: ObjectID, of descendant: ObjectID) throws(GitError) -> Bool {
        if ancestor == descendant { return true }
        return try mergeBases(ancestor, descendant) == [ancestor]
    }

    /// Those of `commits` that are `head` or come before it, the newest first. Commits that are not here are passed over.
    package func ancestors(among commits: Set<ObjectID>, of head: ObjectID) throws(GitError) -> [ObjectID] {
        var walk = HistoryWalk(cut: isShallow ? cutCommits : []) { [engine] id throws(GitError) in
            try engine.commit(id)
        }
        return try walk.ancestors(among: commits, of: head)
    }

    /// A store that reads this repository's objects.
    package func objectStore() throws(GitError) -> ObjectStore {
        ObjectStore(try sources(), format: objectFormat)
    }

    private func sources() throws(GitError) -> [any ObjectSource] {
        var sources = [try engine.objects()]
        if reading == .libgit2, RepositoryShape.isPartial(commonDirectory, engine) {
            sources.append(PromisedObjects(program))
        }
        return sources
    }

    /// Makes this repository's objects readable through another one's store, as those of a submodule.
    package func lendObjects(to store: ObjectStore) {
        guard objectFormat == store.format, let sources = try? sources() else { return }
        for source in sources { store.add(source: source) }
    }

    /// What gives files on disk their blob ids. It must not outlive the repository.
    package var fileHasher: FileHasher {
        FileHasher(
            engine: engine, program: workingDirectory.map { GitProgram(directory: $0, environment: environment) })
    }
}
