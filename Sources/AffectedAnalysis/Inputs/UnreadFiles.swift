package import GitObjects
package import WorkspaceModel

/// The files of a workspace that no task reads and that nothing else uses either.
package struct UnreadFiles {
    /// Unread files that are shown together.
    package struct Group: Sendable, Hashable {
        package let directory: RepoPath
        /// Whether nothing at all below the directory is read; else the files lie directly in it.
        package let isWhole: Bool
        /// Sorted.
        package let files: [RepoPath]
    }

    private let workspace: Workspace
    private let tree: SourceTree
    private let ignored: PatternList?
    /// The files and whole directories that some task reads.
    private let read: Set<RepoPath>
    private var groups: [Group] = []

    /// Finds them, sorted by directory. A file counts as used when a task reads it, when structure is read from it, or when
    /// it is ignored: by `ignore` of ripple.yaml or by its role, as files for CI, editors and people are.
    package static func groups(of workspace: Workspace, in tree: SourceTree) throws(AnalysisError) -> [Group] {
        var unread = try UnreadFiles(workspace, tree)
        do throws(GitError) {
            _ = try unread.walk(tree.root, at: .root)
        } catch {
            throw AnalysisError(error)
        }
        return unread.groups.sorted { $0.directory < $1.directory }
    }

    private init(_ workspace: Workspace, _ tree: SourceTree) throws(AnalysisError) {
        self.workspace = workspace
        self.tree = tree
        let reader = try InputReader(workspace: workspace, tree: tree)
        var read: Set<RepoPath> = []
        for index in workspace.indices {
            // The sources too: a project without tasks counts for those who depend on it.
            var selections = [try reader.selection(of: index, taskName: "", task: nil)]
            for (name, task) in workspace[index].tasks.sorted(by: { $0.key < $1.key }) {
                selections.append(try reader.selection(of: index, taskName: name, task: task))
            }
            for selection in selections {
                for item in try reader.inputs(selection).items { read.insert(item.path) }
            }
            if let manifest = workspace[index].manifest { read.insert(manifest) }
        }
        self.read = read
        ignored = try? PatternList(workspace.ignore)
    }

    /// What was found below a directory: its unread files, and whether anything there is used.
    private struct Found {
        var unread: [RepoPath] = []
        var isUsed = false
    }

    private mutating func walk(_ id: ObjectID, at directory: RepoPath) throws(GitError) -> Found {
        let contents = try tree.objects.tree(id)
        var direct: [RepoPath] = [], below: [(path: RepoPath, found: Found)] = []
        var isUsed = false
        for entry in contents.entries {
            let name = contents.name(of: entry)
            let path = directory.appending(name)
            if read.contains(path) || workspace.structuralFiles.contains(path) {
                isUsed = true
            } else if entry.mode == .directory {
                if FileRole.isIgnoredDirectory(name) || ignored?.verdict(forDirectory: path) == .all { continue }
                below.append((path, try walk(entry.id, at: path)))
            } else if !isIgnored(path) {
                direct.append(path)
            }
        }
        isUsed = isUsed || below.contains { $0.found.isUsed }
        // The root is never shown as one: the answer would be that nothing reads anything.
        guard isUsed || directory.isRoot else {
            return Found(unread: (direct + below.flatMap(\.found.unread)).sorted())
        }
        for (path, found) in below where !found.isUsed && !found.unread.isEmpty {
            groups.append(Group(directory: path, isWhole: true, files: found.unread))
        }
        if !direct.isEmpty { groups.append(Group(directory: directory, isWhole: false, files: direct.sorted())) }
        return Found(isUsed: true)
    }

    private func isIgnored(_ path: RepoPath) -> Bool {
        if ignored?.matches(path) == true { return true }
        if case .ignored = FileRole.of(path.lastComponent) { return ignored?.takesOut(path) != true }
        return false
    }
}
