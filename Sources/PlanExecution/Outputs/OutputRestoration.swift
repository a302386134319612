package import ContentAddressing
internal import GitObjects
internal import Glibc
package import WorkspaceModel

/// Puts stored outputs of a task back into its project.
package struct OutputRestoration: Sendable {
    private let project: String
    private let selection: OutputSelection
    private let isShared: Bool
    private let store: any ContentStore

    /// `project` is the absolute path of the project's directory, which the patterns are relative to.
    ///
    /// - Parameter isShared: whether tasks of other projects write there, perhaps at this moment.
    package init(project: String, patterns: PatternList, isShared: Bool = false, store: any ContentStore) {
        self.project = project
        self.isShared = isShared
        selection = OutputSelection(patterns: patterns)
        self.store = store
    }

    /// Replaces the outputs on the disk by `entries`.
    ///
    /// Everything is first made in a directory beside, so that a missing blob or a full disk leaves the old outputs as
    /// they were. Then the old ones are removed and the new ones renamed into place; when that fails, there are none.
    /// The caller answers an error by running the task. Entries come from a cache and are not trusted: one that the
    /// patterns do not select, or that would be written outside the project, is refused before anything is touched.
    package func restore(_ entries: [OutputEntry]) throws(OutputError) {
        try check(entries)
        guard let root = OpenDirectory(at: Array(project.utf8)) else { throw .fileSystem("read", .root, errno: errno) }
        StagingDirectory.removeAbandoned(in: root)
        try checkParents(of: entries, in: root)
        let removal = OutputRemoval(project: project, patterns: selection.patterns, isShared: isShared)
        if entries.isEmpty {
            try removal.remove()
            return
        }
        let staging = try StagingDirectory(in: root, project: project)
        for entry in entries { try stage(entry, in: staging) }
        try removal.remove()
        do throws(OutputError) {
            try staging.moveContents(to: root)
        } catch {
            // Half of the outputs would look like all of them.
            _ = try? removal.remove()
            throw error
        }
    }

    // MARK: Before anything is touched

    private func check(_ entries: [OutputEntry]) throws(OutputError) {
        var leaves: Set<[UInt8]> = []
        for entry in entries {
            let path = RepoPath(bytes: entry.path)
            if let problem = problem(of: entry.path) { throw .unsafePath(path, problem) }
            if !selection.permits(entry) { throw .unsafePath(path, "the task does not declare it as an output") }
            if case .symlink(let target) = entry.kind, target.isEmpty || target.contains(0) {
                throw .unsafePath(path, "it is a link to a place that cannot exist")
            }
            let isNew = leaves.insert(entry.path).inserted
            if !isNew { throw .unsafePath(path, "it is listed twice") }
        }
        for entry in entries {
            var parent = RepoPath(bytes: entry.path).parent
            while let directory = parent, !directory.isRoot {
                if leaves.contains(directory.bytes) {
                    let problem = "\(directory) is listed as an output that holds nothing"
                    throw .unsafePath(RepoPath(bytes: entry.path), problem)
                }
                parent = directory.parent
            }
        }
    }

    private func problem(of path: [UInt8]) -> String? {
        if path.isEmpty { return "its path is empty" }
        if path.contains(0) { return "its path contains a NUL" }
        if path.first == UInt8(ascii: "/") { return "its path is absolute" }
        for component in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if component.isEmpty { return "its path has an empty component" }
            if component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8) {
                return "its path has the component \(String(decoding: component, as: UTF8.self))"
            }
            if OutputSelection.isReserved(component) { return "it lies in a place that no task may write to" }
        }
        return nil
    }

    /// Refuses to go through anything but directories on the way to an output. A link that is itself an old output is
    /// fine: it is removed before.
    private func checkParents(of entries: [OutputEntry], in root: borrowing OpenDirectory) throws(OutputError) {
        var checked: Set<RepoPath> = []
        for entry in entries {
            guard let parent = RepoPath(bytes: entry.path).parent, checked.insert(parent).inserted else { continue }
            try checkWay(parent.components.map { Array($0) }[...], below: root, at: .root)
        }
    }

    private func checkWay(
        _ names: ArraySlice<[UInt8]>, below directory: borrowing OpenDirectory, at place: RepoPath
    ) throws(OutputError) {
        guard let name = names.first else { return }
        let path = place.appending(name)
        guard let status = directory.status(of: name) else {
            if errno == ENOENT { return }
            throw .fileSystem("read", path, errno: errno)
        }
        if !status.isDirectory {
            if selection.patterns.matches(path) { return }
            throw .obstructed(path)
        }
        guard let next = directory.directory(name) else { throw .fileSystem("read", path, errno: errno) }
        try checkWay(names.dropFirst(), below: next, at: path)
    }

    // MARK: Staging

    private func stage(_ entry: OutputEntry, in staging: borrowing StagingDirectory) throws(OutputError) {
        let path = RepoPath(bytes: entry.path)
        let place = staging.path + [UInt8(ascii: "/")] + entry.path
        do throws(StoreError) {
            switch entry.kind {
            case .file(let digest, _, let executable):
                try store.materialize(digest, at: place, executable: executable)
            case .symlink(let target):
                try makeParentDirectories(of: place)
                let result = withName(target) { target in withName(place) { symlink(target, $0) } }
                if result != 0 { throw StoreError.writing(displayText(place), errno: errno) }
            case .directory:
                try makeDirectory(place)
            }
        } catch {
            throw .store(error, path)
        }
    }
}
