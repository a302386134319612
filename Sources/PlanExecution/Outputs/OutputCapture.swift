package import ContentAddressing
internal import GitObjects
internal import Glibc
package import WorkspaceModel

/// Stores what a task made: every file, symbolic link and empty directory that its output patterns select.
package struct OutputCapture: Sendable {
    private let project: [UInt8]
    private let selection: OutputSelection
    private let store: any ContentStore

    /// `project` is the absolute path of the project's directory, which the patterns are relative to.
    package init(project: String, patterns: PatternList, store: any ContentStore) {
        self.project = Array(project.utf8)
        selection = OutputSelection(patterns: patterns)
        self.store = store
    }

    /// The outputs that are on the disk, sorted by path, with the content of files put into the store.
    ///
    /// Links are stored as links, wherever they point. `.git` is never an output. A directory is listed when the
    /// patterns select it and no output lies in it. What vanishes meanwhile, or is neither file, link nor directory, is
    /// an error: such a result cannot be reused.
    package func capture() throws(OutputError) -> [OutputEntry] {
        let verdict = selection.verdict(for: .root, in: .look)
        if verdict == .none { return [] }
        guard let root = OpenDirectory(at: project) else { throw .fileSystem("read", .root, errno: errno) }
        var entries: [OutputEntry] = []
        try capture(root, at: .root, verdict, into: &entries)
        // The walk's order differs: `a.b` comes before `a/b` in byte order, after the directory `a` in the walk.
        entries.sort { $0.path.lexicographicallyPrecedes($1.path) }
        return entries
    }

    private func capture(
        _ directory: borrowing OpenDirectory, at place: RepoPath, _ verdict: PatternList.Verdict,
        into entries: inout [OutputEntry]
    ) throws(OutputError) {
        guard let names = directory.names() else { throw .fileSystem("read", place, errno: errno) }
        for name in names where !OutputSelection.isReserved(name) {
            let path = place.appending(name)
            guard let status = directory.status(of: name) else { throw .fileSystem("read", path, errno: errno) }
            if status.isDirectory {
                try captureDirectory(name, in: directory, at: path, verdict, into: &entries)
            } else if selection.selects(path, in: verdict) {
                entries.append(OutputEntry(path: path.bytes, kind: try kind(of: name, status, in: directory, at: path)))
            }
        }
    }

    private func captureDirectory(
        _ name: [UInt8], in outer: borrowing OpenDirectory, at path: RepoPath, _ outerVerdict: PatternList.Verdict,
        into entries: inout [OutputEntry]
    ) throws(OutputError) {
        let verdict = selection.verdict(for: path, in: outerVerdict)
        let count = entries.count
        if verdict != .none {
            guard let directory = outer.directory(name) else { throw .fileSystem("read", path, errno: errno) }
            try capture(directory, at: path, verdict, into: &entries)
        }
        if entries.count == count, selection.selects(directory: path, verdict: verdict) {
            entries.append(OutputEntry(path: path.bytes, kind: .directory))
        }
    }

    private func kind(
        of name: [UInt8], _ status: stat, in directory: borrowing OpenDirectory, at path: RepoPath
    ) throws(OutputError) -> OutputKind {
        if status.isLink {
            guard let target = directory.linkTarget(name) else { throw .fileSystem("read", path, errno: errno) }
            return .symlink(target: target)
        }
        guard status.isRegularFile else { throw .notStorable(path) }
        do throws(StoreError) {
            let (digest, size) = try store.ingest(file: project + [UInt8(ascii: "/")] + path.bytes)
            return .file(digest: digest, size: size, executable: status.isExecutable)
        } catch {
            throw .store(error, path)
        }
    }
}
