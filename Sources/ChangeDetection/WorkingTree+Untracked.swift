internal import GitObjects
internal import Glibc

extension WorkingTree {
    /// A path without an entry in the index: it counts unless it is ignored.
    mutating func visitUntracked(_ path: RepoPath, _ rules: IgnoreRules) throws(GitError) {
        if path.lastComponent.elementsEqual(".git".utf8) { return }
        var status = stat()
        guard try self.status(of: path.lastComponent, in: directory(path.parent ?? .root), path, &status) else {
            return
        }
        let isDirectory = status.st_mode & S_IFMT == S_IFDIR
        if rules.ignores(path, isDirectory: isDirectory) { return }
        if isDirectory {
            try scan([DirectoryScan.Job(path: path, entries: 0..<0, rules: rules, isUntracked: true)])
        } else {
            try setUntracked(path, status)
        }
    }

    mutating func setUntracked(_ path: RepoPath, _ status: stat) throws(GitError) {
        if let (mode, id) = try identify(path, status, recorded: nil) { edits[path] = .set(mode, id) }
    }

    /// An untracked directory with a `.git` inside.
    mutating func visitRepository(_ job: DirectoryScan.Job) throws(GitError) {
        guard isRepository(job.path) else {
            return try scan([
                DirectoryScan.Job(path: job.path, entries: job.entries, rules: job.rules, isUntracked: false)
            ])
        }
        // A nested repository is one thing, named by its commit, as `git add` would record it.
        if let commit = nestedHead(job.path) { edits[job.path] = .set(.submodule, commit) }
    }

    /// Whether git would take the directory at `path` for a repository of its own rather than for a plain directory.
    private func isRepository(_ path: RepoPath) -> Bool {
        var status = stat()
        guard lstat(absolute(path, "/.git"), &status) == 0 else { return false }
        // A `.git` file names the repository: of a submodule or a linked worktree.
        guard stat(absolute(path, "/.git"), &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return nestedHead(path) != nil
        }
        return access(absolute(path, "/.git/HEAD"), F_OK) == 0 && access(absolute(path, "/.git/refs"), X_OK) == 0
            && access(absolute(path, "/.git/objects"), X_OK) == 0
    }

    /// The commit that HEAD of the repository at `path` names, or `nil` when there is no repository or no commit.
    func nestedHead(_ path: RepoPath) -> ObjectID? {
        guard access(absolute(path, "/.git"), F_OK) == 0 else { return nil }
        let directory = String(decoding: absolute(path).dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            let nested = try Repository.open(at: directory, environment: [:])
            // Without a usable `.git` the search ends at the repository around it.
            guard let found = nested.workingDirectory, Self.isSameDirectory(found, directory) else { return nil }
            return try nested.resolve("HEAD")?.commit
        } catch {
            return nil
        }
    }

    /// Whether two paths lead to one directory; `false` when either leads nowhere.
    static func isSameDirectory(_ one: String?, _ two: String) -> Bool {
        var left = stat(), right = stat()
        guard let one, stat(one, &left) == 0, stat(two, &right) == 0 else { return false }
        return left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }
}
