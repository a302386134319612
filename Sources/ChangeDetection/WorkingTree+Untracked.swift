internal import GitObjects
internal import Glibc

extension WorkingTree {
    mutating func visitUntracked(
        _ name: ArraySlice<UInt8>, type: UInt8, in path: RepoPath, _ descriptor: Int32, _ rules: IgnoreRules
    ) throws(GitError) {
        if name.elementsEqual(".git".utf8) { return }
        let below = path.appending(name)
        var status = stat()
        var isDirectory = type == UInt8(DT_DIR)
        if type == UInt8(DT_UNKNOWN) {
            guard try self.status(of: name, in: descriptor, below, &status) else { return }
            isDirectory = status.st_mode & S_IFMT == S_IFDIR
        }
        if rules.ignores(below, isDirectory: isDirectory) { return }
        if isDirectory {
            if isRepository(below) {
                // A nested repository is one thing, named by its commit, as `git add` would record it.
                if let commit = nestedHead(below) { edits[below] = .set(.submodule, commit) }
                return
            }
            let opened = openDirectory(name, in: descriptor)
            guard opened >= 0 else {
                if errno == ENOENT { return }
                throw unreadable(below)
            }
            return try scan(0..<0, at: below, descriptor: opened, rules: rules)
        }
        guard try self.status(of: name, in: descriptor, below, &status),
            let (mode, id) = try identify(below, status, recorded: nil)
        else { return }
        edits[below] = .set(mode, id)
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

    private static func isSameDirectory(_ one: String, _ two: String) -> Bool {
        var left = stat(), right = stat()
        guard stat(one, &left) == 0, stat(two, &right) == 0 else { return false }
        return left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }
}
