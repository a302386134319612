internal import GitObjects
internal import Glibc

/// Decides from stat data alone whether a tracked file is what the index recorded, as git's `ie_match_stat` does.
struct StatCheck: Sendable {
    /// `core.trustctime`.
    let trustsChangeTime: Bool
    /// `core.checkStat` is not `minimal`: owner, inode and nanoseconds count.
    let checksAll: Bool
    /// `core.fileMode`.
    let trustsExecutableBit: Bool
    /// `core.symlinks`.
    let trustsSymlinks: Bool
    let emptyBlob: ObjectID

    init(_ repository: borrowing Repository) {
        trustsChangeTime = repository.configuredBool("core.trustctime", default: true)
        checksAll = repository.configuredString("core.checkstat")?.lowercased() != "minimal"
        trustsExecutableBit = repository.configuredBool("core.filemode", default: true)
        trustsSymlinks = repository.configuredBool("core.symlinks", default: true)
        emptyBlob = repository.objectFormat.emptyBlob
    }

    /// The kind a file on disk has, by what the repository trusts the file system to tell.
    func diskMode(_ status: borrowing stat, recorded: FileMode?) -> FileMode? {
        guard let mode = FileMode(rawMode: status.st_mode) else { return nil }
        guard mode.isFile else { return mode }
        if !trustsSymlinks, recorded == .symlink { return .symlink }
        if !trustsExecutableBit { return recorded == .executable ? .executable : .regular }
        return mode
    }

    /// Whether the stat data prove that the file is what the index recorded.
    func isClean(_ entry: IndexFile.Entry, _ status: borrowing stat, _ index: IndexFile.View) -> Bool {
        let recorded = index.recordedStat(of: entry)
        guard recorded.modificationSeconds == UInt32(truncatingIfNeeded: status.st_mtim.tv_sec),
            recorded.size == UInt32(truncatingIfNeeded: status.st_size)
        else { return false }
        if checksAll {
            guard recorded.modificationNanoseconds == UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec),
                recorded.inode == UInt32(truncatingIfNeeded: status.st_ino), recorded.userID == status.st_uid,
                recorded.groupID == status.st_gid
            else { return false }
            if trustsChangeTime {
                guard recorded.changeSeconds == UInt32(truncatingIfNeeded: status.st_ctim.tv_sec),
                    recorded.changeNanoseconds == UInt32(truncatingIfNeeded: status.st_ctim.tv_nsec)
                else { return false }
            }
        }
        // Git records size 0 for an entry it could not settle when it wrote the index.
        if recorded.size == 0, index.id(of: entry) != emptyBlob { return false }
        let mode = index.mode(of: entry)
        guard diskMode(status, recorded: mode) == mode else { return false }
        // Racy: written in the same tick as the index, so a later change may show the same stat data.
        let modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        return modified < (index.modification.seconds, index.modification.nanoseconds)
    }
}
