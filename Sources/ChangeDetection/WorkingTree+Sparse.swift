internal import GitObjects
internal import Glibc

extension WorkingTree {
    /// Whether a sparse checkout is on. Git then takes back the skip-worktree bit of every file that is there.
    ///
    /// `git sparse-checkout` writes core.sparseCheckout into `config.worktree`, which libgit2 below 1.8 does not read.
    static func isSparse(_ repository: borrowing Repository) -> Bool {
        if repository.configuredBool("sparse.expectFilesOutsideOfPatterns", default: false) { return false }
        if repository.configuredBool("core.sparsecheckout", default: false) { return true }
        guard repository.configuredBool("extensions.worktreeconfig", default: false) else { return false }
        guard let text = contents(of: repository.gitDirectory + "config.worktree") else { return false }
        var isCore = false, isOn = false
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).lowercased()
                .split { $0 == " " || $0 == "\t" || $0 == "=" || $0 == "\r" }
            guard let first = words.first else { continue }
            if first.hasPrefix("[") {
                isCore = first == "[core]"
            } else if isCore, first == "sparsecheckout" {
                isOn = words.count == 1 || ["true", "yes", "on", "1"].contains(words[1])
            }
        }
        return isOn
    }

    /// Scans a directory that stands for `tree` in a sparse index but is there: what is absent counts as unchanged.
    mutating func scanSparse(_ tree: ObjectID, at path: RepoPath, rules: IgnoreRules) throws(GitError) {
        let descriptor = directories.open(path)
        guard descriptor >= 0, let stream = fdopendir(descriptor) else { throw unreadable(path) }
        defer { closedir(stream) }
        let found = DirectoryListing(stream)
        var rules = rules
        if found.contains(".gitignore") { rules.add(file: ".gitignore", in: descriptor, base: path) }
        let recorded = try objects.tree(tree)
        for i in 0..<found.count {
            let name = found.name(i), below = path.appending(name)
            guard let entry = recorded.entry(named: name), looksAtSkipped else {
                try visitUntracked(below, rules)
                continue
            }
            var status = stat()
            guard try self.status(of: name, in: descriptor, below, &status) else { continue }
            if entry.mode == .directory {
                if status.st_mode & S_IFMT == S_IFDIR {
                    let rules = rules.ignores(below, isDirectory: true) ? IgnoreRules.everything : rules
                    try scanSparse(entry.id, at: below, rules: rules)
                    continue
                }
            } else if entry.mode != .submodule {
                if let (mode, id) = try identify(below, status, recorded: Recorded(mode: entry.mode, id: entry.id)) {
                    if mode != entry.mode || id != entry.id { edits[below] = .set(mode, id) }
                    continue
                }
            } else {
                if let commit = nestedHead(below), commit != entry.id { edits[below] = .set(.submodule, commit) }
                continue
            }
            // A file where a directory was, or the other way round.
            edits[below] = .remove
            try visitUntracked(below, rules)
        }
    }

    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : Array(bytes[..<count])
    }
}
