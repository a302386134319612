internal import GitObjects
internal import Glibc
package import WorkspaceModel

/// Removes what a task made, before it runs again and before its outputs are restored.
package struct OutputRemoval: Sendable {
    private let project: [UInt8]
    private let selection: OutputSelection
    private let isShared: Bool

    /// `project` is the absolute path of the project's directory, which the patterns are relative to.
    ///
    /// - Parameter isShared: whether tasks of other projects write there, perhaps at this moment.
    package init(project: String, patterns: PatternList, isShared: Bool = false) {
        self.project = Array(project.utf8)
        self.isShared = isShared
        selection = OutputSelection(patterns: patterns)
    }

    /// Removes every file that the patterns select, whatever its type, and answers how many there were.
    ///
    /// Directories go when the patterns select them or, where nobody shares them, a file in them was removed, and nothing is
    /// left in them; the project's own stays. A symbolic link is removed, not what it points to; `.git` is not touched. Removes as much
    /// as it can and then throws the first failure.
    @discardableResult
    package func remove() throws(OutputError) -> Int {
        let verdict = selection.verdict(for: .root, in: .look)
        if verdict == .none { return 0 }
        guard let root = OpenDirectory(at: project) else { throw .fileSystem("read", .root, errno: errno) }
        var pass = RemovalPass(selection: selection, isShared: isShared)
        pass.clear(root, at: .root, verdict)
        if let failure = pass.failure { throw failure }
        return pass.count
    }
}

private struct RemovalPass {
    let selection: OutputSelection
    let isShared: Bool
    var count = 0
    var failure: OutputError?

    mutating func clear(_ directory: borrowing OpenDirectory, at place: RepoPath, _ verdict: PatternList.Verdict) {
        guard let names = directory.names() else { return note("read", place) }
        for name in names where !OutputSelection.isReserved(name) {
            let path = place.appending(name)
            guard let status = directory.status(of: name) else {
                // Gone meanwhile, as is right.
                if errno != ENOENT { note("read", path) }
                continue
            }
            if status.isDirectory {
                clearDirectory(name, in: directory, at: path, verdict)
            } else if selection.selects(path, in: verdict) {
                if unlink(name, in: directory, flags: 0) { count += 1 } else { note("remove", path) }
            }
        }
    }

    private mutating func clearDirectory(
        _ name: [UInt8], in outer: borrowing OpenDirectory, at path: RepoPath, _ outerVerdict: PatternList.Verdict
    ) {
        let verdict = selection.verdict(for: path, in: outerVerdict)
        let countBefore = count
        if verdict != .none {
            guard let directory = outer.directory(name) else { return note("read", path) }
            clear(directory, at: path, verdict)
        }
        // Another task may have made sure of a shared directory just now, to write to it next.
        let isEmptied = count > countBefore && !isShared
        guard isEmptied || selection.selects(directory: path, verdict: verdict) else { return }
        if !unlink(name, in: outer, flags: AT_REMOVEDIR), errno != ENOTEMPTY, errno != EEXIST { note("remove", path) }
    }

    /// Whether the name is gone. Outputs may hold directories without write permission (Go's module cache does); theirs
    /// is given back for the purpose.
    private func unlink(_ name: [UInt8], in directory: borrowing OpenDirectory, flags: CInt) -> Bool {
        if withName(name, { unlinkat(directory.descriptor, $0, flags) }) == 0 || errno == ENOENT { return true }
        guard errno == EACCES else { return false }
        var status = stat()
        guard fstat(directory.descriptor, &status) == 0,
            fchmod(directory.descriptor, status.st_mode & 0o7777 | S_IRWXU) == 0
        else {
            errno = EACCES
            return false
        }
        return withName(name) { unlinkat(directory.descriptor, $0, flags) } == 0
    }

    private mutating func note(_ action: String, _ path: RepoPath) {
        if failure == nil { failure = .fileSystem(action, path, errno: errno) }
    }
}
