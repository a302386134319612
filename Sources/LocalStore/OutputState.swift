package import ContentAddressing
internal import Glibc
internal import Synchronization

/// What tasks left on disk in one workspace, so that outputs which are still there are neither restored nor read.
///
/// When numbers prove content. A stamp holds a file's size, mode, inode, modification and change time. Every write
/// moves the change time to the current tick of the file system's clock, and no program can set it back. So if a
/// file's content was known at an instant that lies at least one tick after its change time, then any later write
/// gives it another change time: equal numbers mean equal content, and the stamp is trusted. A file that was written
/// within a tick of that instant (the racy files of git's index) is not trusted: it is read once by the next
/// `isCurrent`, and by then its stamp can be. `OutputStamp` says how long a tick is taken to be.
///
/// The directories that outputs lie in are stamped too, as the digest of their names, except for the project's own
/// directory: so a stray file among the outputs shows as well.
///
/// One file per workspace: `ROOT/workspaces/DIGEST-OF-PATH/outputs`. It is read once and written by `save`; when two
/// processes save, the last wins, and what the other knew is learned anew. A damaged file is an empty one.
package final class OutputState: Sendable {
    struct Entry: Equatable {
        var outputDigest: ContentDigest
        var stamps: [OutputStamp]
    }

    private struct State {
        var entries: [String: Entry]
        var isChanged = false
        var filesRead = 0
    }

    private let path: [UInt8]
    private let state: Mutex<State>

    /// Loads the state of the workspace at the absolute path `workspace` from the store at `root`.
    package init(root: String, workspace: String, warn: @Sendable (String) -> Void) {
        path = Array("\(root)/workspaces/\(ContentDigest.of(Array(workspace.utf8)))/outputs".utf8)
        var entries: [String: Entry] = [:]
        do throws(StoreError) {
            let file = try OpenFile(reading: path)
            let bytes = try file.readAll(sizeHint: try file.regularFileSize())
            if let decoded = OutputState.decode(bytes) {
                entries = decoded
            } else {
                warn("\(displayText(path)) is damaged and not used; outputs on disk are checked by reading them.")
            }
        } catch {
            if error.code != .missing { warn(error.message) }
        }
        state = Mutex(State(entries: entries))
    }

    /// The instant for `record`: nanoseconds since 1970 by the clock that file systems stamp with.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return nanoseconds(time)
    }

    /// How many files and directories `isCurrent` had to read because numbers proved nothing.
    package var filesRead: Int { state.withLock { $0.filesRead } }

    /// Whether the outputs on disk are exactly those of the record with `outputDigest` that was last written there.
    ///
    /// Costs one `lstat` per output when nothing was touched. Files whose stamp proves nothing are read, which costs
    /// less than restoring them would.
    package func isCurrent(task: String, outputDigest: ContentDigest, projectDirectory: String) -> Bool {
        guard let entry = state.withLock({ $0.entries[task] }), entry.outputDigest == outputDigest else { return false }
        if entry.stamps.isEmpty { return true }
        guard let directory = ProjectDirectory(projectDirectory) else { return false }
        var doubtful: [Int] = []
        for (index, stamp) in entry.stamps.enumerated() {
            guard let status = directory.status(stamp.path), stamp.isPossible(status) else { return false }
            if !stamp.isTrusted || !stamp.matches(status) { doubtful.append(index) }
        }
        if doubtful.isEmpty { return true }

        var renewed = entry
        for index in doubtful {
            let old = entry.stamps[index]
            let instant = OutputState.now()
            guard let status = directory.status(old.path), old.isPossible(status),
                directory.content(old.path, old.kind) == old.content
            else { return false }
            renewed.stamps[index] = OutputStamp(
                path: old.path, kind: old.kind, content: old.content, status: status, verifiedAt: instant)
        }
        state.withLock { state in
            state.filesRead += doubtful.count
            if state.entries[task] == entry && renewed != entry {
                state.entries[task] = renewed
                state.isChanged = true
            }
        }
        return true
    }

    /// Notes that the outputs of `record` are what is on disk now.
    ///
    /// - Parameter verifiedAt: `now()` from just before the outputs were read into the store, or restored from it.
    package func record(_ record: ActionRecord, projectDirectory: String, verifiedAt: Int64) {
        guard let stamps = stamps(of: record, projectDirectory: projectDirectory, verifiedAt: verifiedAt) else {
            return forget(task: record.task)
        }
        state.withLock { state in
            state.entries[record.task] = Entry(outputDigest: record.outputDigest, stamps: stamps)
            state.isChanged = true
        }
    }

    /// Notes that nothing is known about the task's outputs; called before they are removed or made anew.
    package func forget(task: String) {
        state.withLock { state in
            if state.entries.removeValue(forKey: task) != nil { state.isChanged = true }
        }
    }

    /// Writes what changed, as a whole or not at all.
    package func save() throws(StoreError) {
        let snapshot = state.withLock { $0.isChanged ? $0.entries : nil }
        guard let snapshot else { return }
        let temporary = path + Array(".\(getpid()).\(UInt64.random(in: 0...UInt64.max))".utf8)
        try createFile(at: temporary, executable: false) { (file) throws(StoreError) in
            try file.write(OutputState.encode(snapshot))
            let result = withPath(temporary) { source in withPath(path) { rename(source, $0) } }
            guard result == 0 else { throw StoreError.writing(displayText(path), errno: errno) }
        }
        state.withLock { if $0.entries == snapshot { $0.isChanged = false } }
    }

    /// `nil` when what is on disk is visibly not what the record says.
    private func stamps(
        of record: ActionRecord, projectDirectory: String, verifiedAt: Int64
    ) -> [OutputStamp]? {
        guard let directory = ProjectDirectory(projectDirectory) else { return nil }
        var stamps: [OutputStamp] = []
        var directories: Set<[UInt8]> = []
        for output in record.outputs {
            for (index, byte) in output.path.enumerated() where byte == UInt8(ascii: "/") {
                directories.insert(Array(output.path[..<index]))
            }
            let kind: OutputStamp.Kind
            let content: ContentDigest
            let size: Int
            switch output.kind {
            case .file(let digest, let bytes, _): (kind, content, size) = (.file, digest, bytes)
            case .symlink(let target): (kind, content, size) = (.symlink, .of(target), target.count)
            case .directory:
                directories.insert(output.path)
                continue
            }
            guard let status = directory.status(output.path), OutputStamp.kind(of: status) == kind,
                Int(status.st_size) == size
            else { return nil }
            if case .file(_, _, let executable) = output.kind, executable != (status.st_mode & 0o100 != 0) {
                return nil
            }
            stamps.append(
                OutputStamp(
                    path: output.path, kind: kind, content: content, status: status, verifiedAt: verifiedAt))
        }
        for path in directories.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let instant = OutputState.now()
            guard let status = directory.status(path), OutputStamp.kind(of: status) == .directory,
                let names = directory.content(path, .directory)
            else { return nil }
            stamps.append(
                OutputStamp(
                    path: path, kind: .directory, content: names, status: status, verifiedAt: instant))
        }
        return stamps
    }
}
