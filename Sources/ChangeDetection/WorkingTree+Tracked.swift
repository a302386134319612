internal import GitObjects
internal import Glibc

extension WorkingTree {
    private static let emptyBlobID = ObjectStore.id(of: [], kind: .blob)

    mutating func visitTrackedDirectory(
        _ name: ArraySlice<UInt8>, _ entries: Range<Int>, present: Bool, in path: RepoPath, _ descriptor: Int32,
        _ rules: IgnoreRules
    ) throws(GitError) {
        guard let index else { return }
        let below = path.appending(name)
        let opened = present ? openDirectory(name, in: descriptor) : -1
        if opened < 0, present, errno != ENOTDIR, errno != ELOOP, errno != ENOENT { throw unreadable(below) }
        let first = index.entries[entries.lowerBound]
        if index.mode(of: first) == .directory {
            // A sparse index holds one entry for a directory that is not checked out; what is absent there is clean.
            if opened >= 0 { try scanSparse(index.id(of: first), at: below, descriptor: opened, rules: rules) }
            return
        }
        if opened >= 0 {
            // Nothing untracked below an ignored directory counts, whatever the rules inside it say.
            let rules = rules.ignores(below, isDirectory: true) ? IgnoreRules.everything : rules
            return try scan(entries, at: below, descriptor: opened, rules: rules)
        }
        for at in entries where index.entries[at].flags.isDisjoint(with: [.skipWorktree, .assumeUnchanged]) {
            edits[index.path(of: index.entries[at])] = .remove
        }
        if present { try visitUntracked(name, type: UInt8(DT_UNKNOWN), in: path, descriptor, rules) }
    }

    /// - Parameter besideDirectory: the index also has entries below this name, so a directory was scanned already.
    mutating func visitTrackedFile(
        _ name: ArraySlice<UInt8>, _ at: Int, besideDirectory: Bool, present: Bool, in path: RepoPath,
        _ descriptor: Int32, _ rules: IgnoreRules
    ) throws(GitError) {
        guard let index else { return }
        let entry = index.entries[at]
        let below = path.appending(name)
        var status = stat()
        if entry.flags.contains(.assumeUnchanged) || (entry.flags.contains(.skipWorktree) && !looksAtSkipped) {
            return try visitBelowUnchanged(name, present: present, in: path, descriptor, rules)
        }
        if entry.flags.contains(.skipWorktree), !present { return }
        guard present, try self.status(of: name, in: descriptor, below, &status) else {
            edits[below] = .remove
            return
        }
        let isSettled = !entry.flags.contains(.unmerged) && !entry.flags.contains(.intentToAdd)
        let mode = index.mode(of: entry)
        if mode == .submodule {
            try visitSubmodule(below, index.id(of: entry), status, isSettled: isSettled)
        } else if isSettled, isClean(entry, status, index) {
            return
        } else if status.st_mode & S_IFMT == S_IFDIR {
            edits[below] = .remove
            if besideDirectory { return }
            // A repository takes the file's place in the index, ignored or not.
            if let commit = nestedHead(below) {
                edits[below] = .set(.submodule, commit)
                return
            }
            try visitUntracked(name, type: UInt8(DT_DIR), in: path, descriptor, rules)
        } else if let (found, id) = try identify(below, status, recorded: recorded(at)) {
            if isSettled, found == mode, id == index.id(of: entry) { return }
            edits[below] = .set(found, id)
        } else {
            // Vanished or not a file between the listing and the reading.
            edits[below] = .remove
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
        _ name: ArraySlice<UInt8>, present: Bool, in path: RepoPath, _ descriptor: Int32, _ rules: IgnoreRules
    ) throws(GitError) {
        let below = path.appending(name)
        var status = stat()
        guard present, try self.status(of: name, in: descriptor, below, &status), status.st_mode & S_IFMT == S_IFDIR,
            nestedHead(below) == nil
        else { return }
        let count = edits.count
        try visitUntracked(name, type: UInt8(DT_DIR), in: path, descriptor, rules)
        if edits.count > count { edits[below] = .remove }
    }

    /// Whether the stat data prove that the file is what the index recorded.
    func isClean(_ entry: IndexFile.Entry, _ status: stat, _ index: IndexFile) -> Bool {
        let recorded = index.recordedStat(of: entry)
        guard recorded.modificationSeconds == UInt32(truncatingIfNeeded: status.st_mtim.tv_sec),
            recorded.modificationNanoseconds == UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec),
            recorded.size == UInt32(truncatingIfNeeded: status.st_size),
            recorded.inode == UInt32(truncatingIfNeeded: status.st_ino), recorded.userID == status.st_uid,
            recorded.groupID == status.st_gid
        else { return false }
        // Git records size 0 for an entry it could not settle when it wrote the index.
        if recorded.size == 0, index.id(of: entry) != WorkingTree.emptyBlobID { return false }
        if trustsChangeTime {
            guard recorded.changeSeconds == UInt32(truncatingIfNeeded: status.st_ctim.tv_sec),
                recorded.changeNanoseconds == UInt32(truncatingIfNeeded: status.st_ctim.tv_nsec)
            else { return false }
        }
        guard diskMode(status, recorded: index.mode(of: entry)) == index.mode(of: entry) else { return false }
        // Racy: written in the same tick as the index, so a later change may show the same stat data.
        let modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        return modified < (index.modification.seconds, index.modification.nanoseconds)
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
