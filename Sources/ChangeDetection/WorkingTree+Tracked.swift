internal import GitObjects
internal import Glibc

extension WorkingTree {
    /// Looks at a name that stat data alone could not settle.
    mutating func visit(_ name: DirectoryScan.Irregular, in path: RepoPath, _ rules: IgnoreRules) throws(GitError) {
        let below = path.appending(name.name)
        guard name.file != nil || name.directory != nil else {
            return try visitUntracked(below, rules)
        }
        var status = stat()
        let present = try self.status(of: name.name[...], in: directory(path), below, &status)
        if let entries = name.directory {
            try visitTrackedDirectory(below, entries, present ? status : nil, rules)
        }
        if let file = name.file {
            try visitTrackedFile(below, file, besideDirectory: name.directory != nil, present ? status : nil, rules)
        }
    }

    /// Marks the files of a directory that is gone, except those that count as unchanged whatever is on disk.
    mutating func removeEntries(_ entries: Range<Int>) {
        guard let index else { return }
        for at in entries where index.entries[at].flags.isDisjoint(with: [.skipWorktree, .assumeUnchanged]) {
            edits[index.path(of: index.entries[at])] = .remove
        }
    }

    private mutating func visitTrackedDirectory(
        _ path: RepoPath, _ entries: Range<Int>, _ status: stat?, _ rules: IgnoreRules
    ) throws(GitError) {
        guard let index else { return }
        let isDirectory = status.map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
        let first = index.entries[entries.lowerBound]
        // Nothing untracked below an ignored directory counts, whatever the rules inside it say.
        let inner = rules.ignores(path, isDirectory: true) ? IgnoreRules.everything : rules
        if index.mode(of: first) == .directory {
            // A sparse index holds one entry for a directory that is not checked out; what is absent there is clean.
            if isDirectory { try scanSparse(index.id(of: first), at: path, rules: inner) }
            return
        }
        if isDirectory {
            return try scan([DirectoryScan.Job(path: path, entries: entries, rules: inner, isUntracked: false)])
        }
        removeEntries(entries)
        if status != nil { try visitUntracked(path, rules) }
    }

    /// Reads the tracked files whose stat data do not prove them unchanged.
    mutating func judge(_ suspects: [(entry: Int, status: stat)]) throws(GitError) {
        guard let index else { return }
        for (at, status) in suspects {
            let entry = index.entries[at]
            try compareContent(index.path(of: entry), at, status, isSettled: true)
        }
    }

    private mutating func compareContent(
        _ path: RepoPath, _ at: Int, _ status: stat, isSettled: Bool
    ) throws(GitError) {
        guard let index else { return }
        let entry = index.entries[at]
        if let (found, id) = try identify(path, status, recorded: recorded(at)) {
            if isSettled, found == index.mode(of: entry), id == index.id(of: entry) { return }
            edits[path] = .set(found, id)
        } else {
            // Vanished or not a file between the listing and the reading.
            edits[path] = .remove
        }
    }

    /// - Parameter besideDirectory: the index also has entries below this name, so a directory was scanned already.
    private mutating func visitTrackedFile(
        _ path: RepoPath, _ at: Int, besideDirectory: Bool, _ status: stat?, _ rules: IgnoreRules
    ) throws(GitError) {
        guard let index else { return }
        let entry = index.entries[at]
        if entry.flags.contains(.assumeUnchanged) || (entry.flags.contains(.skipWorktree) && !looksAtSkipped) {
            return try visitBelowUnchanged(path, status, rules)
        }
        if entry.flags.contains(.skipWorktree), status == nil { return }
        guard let status else {
            edits[path] = .remove
            return
        }
        let isSettled = entry.flags.isDisjoint(with: [.unmerged, .intentToAdd])
        if index.mode(of: entry) == .submodule {
            try visitSubmodule(path, index.id(of: entry), status, isSettled: isSettled)
        } else if isSettled, check.isClean(entry, status, index.view) {
            return
        } else if status.st_mode & S_IFMT == S_IFDIR {
            edits[path] = .remove
            if besideDirectory { return }
            // A repository takes the file's place in the index, ignored or not.
            if let commit = nestedHead(path) {
                edits[path] = .set(.submodule, commit)
                return
            }
            try visitUntracked(path, rules)
        } else {
            try compareContent(path, at, status, isSettled: isSettled)
        }
    }

    /// What the index holds for the path of the entry at `at`: of an unmerged path the second stage, which is ours.
    private func recorded(_ at: Int) -> Recorded? {
        guard let index else { return nil }
        let first = index.entries[at]
        guard first.flags.contains(.unmerged) else {
            return Recorded(mode: index.mode(of: first), id: index.id(of: first))
        }
        let stages = index.entries[at...].prefix { index.name(of: $0).elementsEqual(index.name(of: first)) }
        return stages.first { index.stage(of: $0) == 2 }.map {
            Recorded(mode: index.mode(of: $0), id: index.id(of: $0))
        }
    }

    /// A file that counts as unchanged whatever is on disk gives way only to untracked files below its own name.
    private mutating func visitBelowUnchanged(
        _ path: RepoPath, _ status: stat?, _ rules: IgnoreRules
    ) throws(GitError) {
        guard let status, status.st_mode & S_IFMT == S_IFDIR else { return }
        if let commit = nestedHead(path) {
            edits[path] = .set(.submodule, commit)
            return
        }
        let count = edits.count
        try visitUntracked(path, rules)
        if edits.count > count { edits[path] = .remove }
    }

    /// A submodule counts by the commit its own HEAD names; one that is not checked out is unchanged.
    private mutating func visitSubmodule(
        _ path: RepoPath, _ recorded: ObjectID, _ status: stat, isSettled: Bool
    ) throws(GitError) {
        guard status.st_mode & S_IFMT == S_IFDIR else {
            if let (mode, id) = try identify(path, status, recorded: nil) {
                edits[path] = .set(mode, id)
            } else {
                edits[path] = .remove
            }
            return
        }
        let commit = nestedHead(path) ?? recorded
        if commit != recorded || !isSettled { edits[path] = .set(.submodule, commit) }
    }
}
