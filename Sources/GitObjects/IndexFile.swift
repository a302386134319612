internal import Diagnostics
internal import Glibc

/// Git's index, read from a memory map without libgit2.
///
/// Format: `gitformat-index(5)`, versions 2, 3 and 4, SHA-1 and SHA-256, with the extensions TREE, `link` (split index)
/// and `sdir` (sparse index); others that a reader may skip are skipped. libgit2 loads an index about a hundred times
/// slower than a scan and refuses sparse and split ones. The trailing checksum is not verified (git's own
/// `index.skipHash` leaves it zero); the structure is. Immutable once made.
package final class IndexFile {
    /// Where one entry lies; its fields are decoded on demand. 16 bytes, because there may be millions.
    package struct Entry {
        let offset: UInt32
        let nameStart: UInt32
        let nameCount: UInt32
        package let flags: Flags
    }

    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let assumeUnchanged = Flags(rawValue: 1)
        package static let skipWorktree = Flags(rawValue: 2)
        package static let intentToAdd = Flags(rawValue: 4)
        package static let unmerged = Flags(rawValue: 8)
        /// Whether the file's content and stat data alone say whether it changed.
        package var isPlain: Bool { rawValue & 15 == 0 }
        /// The entry's record lies in the shared file of a split index.
        static let sharedRecord = Flags(rawValue: 16)
        /// The entry's name lies in the shared file of a split index.
        static let sharedName = Flags(rawValue: 32)
    }

    /// The stat data git recorded when the entry was last known to be clean.
    package struct RecordedStat: Equatable {
        package let changeSeconds, changeNanoseconds, modificationSeconds, modificationNanoseconds: UInt32
        package let inode, userID, groupID, size: UInt32
    }

    /// Sorted by path, then stage. Valid as long as this index lives.
    package var entries: UnsafeBufferPointer<Entry> { view.entries }
    /// The same as plain pointers, for loops over millions of entries. Valid as long as this index lives.
    package let view: View
    /// Directories whose tree id the index knows (TREE extension): path to id.
    package let validTrees: [RepoPath: ObjectID]
    /// When the index was written: entries modified at or after it may be dirty although their stat data match.
    package var modification: (seconds: Int, nanoseconds: Int) { view.modification }
    /// Whether part of the entries lies in a shared file.
    package var isSplit: Bool { shared != nil }
    /// Whether the format allows entries that stand for whole directories.
    package let isSparse: Bool
    package let version: Int

    private let own: IndexMap
    private let shared: IndexMap?

    /// Opens the index at `path`; `nil` when there is none, which is an empty index.
    ///
    /// - Parameters:
    ///   - idBytes: how long an object id is: 20, or 32 in SHA-256 repositories.
    ///   - gitDirectory: where the shared file of a split index lies, ending in a slash.
    package init?(path: String, idBytes: Int = 20, gitDirectory: String? = nil) throws(GitError) {
        guard let own = try IndexMap(path: path, idBytes: idBytes) else { return nil }
        if let problem = own.parse() { throw IndexFile.corrupt(path, problem) }
        var merged = own.entries
        var shared: IndexMap?
        if let link = own.link {
            let directory = gitDirectory ?? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)])
            let base = try IndexFile.sharedFile(directory + "sharedindex.\(link.base)", path, idBytes)
            guard let entries = link.merge(own, onto: base) else {
                throw IndexFile.corrupt(path, "it does not fit its shared index \(link.base)")
            }
            merged = entries
            shared = base
        } else if own.lacksName {
            throw IndexFile.corrupt(path, "an entry has no name")
        }
        own.releaseEntries()
        self.own = own
        self.shared = shared
        view = View(merged, own, shared ?? own, idBytes: idBytes)
        validTrees = own.validTrees
        isSparse = own.isSparse
        version = own.version
    }

    deinit { view.deallocate() }

    private static func sharedFile(_ path: String, _ index: String, _ idBytes: Int) throws(GitError) -> IndexMap {
        guard let map = try IndexMap(path: path, idBytes: idBytes) else {
            throw GitError(
                .corrupt, .environment,
                "The index \(index) is split and its shared part \(path) is gone. "
                    + "Make it anew: rm '\(index)' && git reset --mixed HEAD")
        }
        if let problem = map.parse() { throw corrupt(path, problem) }
        if map.lacksName || map.link != nil { throw corrupt(path, "it is no shared index") }
        return map
    }

    private static func corrupt(_ path: String, _ problem: String) -> GitError {
        GitError(
            .corrupt, .environment,
            "The index \(path) is damaged: \(problem). Make it anew: rm '\(path)' && git reset --mixed HEAD")
    }

    /// The entry's path as it lies in memory; valid as long as this index lives.
    package func name(of entry: Entry) -> UnsafeRawBufferPointer { view.name(of: entry) }

    package func path(of entry: Entry) -> RepoPath { RepoPath(bytes: Array(view.name(of: entry))) }

    package func mode(of entry: Entry) -> FileMode? { view.mode(of: entry) }

    package func id(of entry: Entry) -> ObjectID { view.id(of: entry) }

    package func recordedStat(of entry: Entry) -> RecordedStat { view.recordedStat(of: entry) }

    /// 0, or 1 to 3 of an unmerged entry: base, ours, theirs.
    package func stage(of entry: Entry) -> UInt16 { view.stage(of: entry) }
}

// Nothing changes after `init`, and the maps are private, read-only and live as long as the object.
extension IndexFile: @unchecked Sendable {}
