internal import AffectedAnalysis
internal import ContentAddressing
internal import GitObjects
internal import Glibc
internal import ProjectGraph
internal import WorkspaceModel

/// Tracked files that tasks of a run rewrote: whoever reads them has other inputs than the plan says.
///
/// The plan's tree is what was there when the run began. A task that generates a committed file changes it; from then on
/// the keys of its readers, and of everything above them, mean something else.
struct RewrittenFiles {
    private let workspace: KeyedWorkspace
    private let root: String
    private var edits: [RepoPath: TreeEdit] = [:]
    private var isCurrent = true
    private var inputSets: [TaskIndex: InputSet] = [:]
    private var tainted: Set<TaskIndex> = []
    /// The plan's tree with the rewritten files.
    private(set) var tree: SourceTree

    init(workspace: KeyedWorkspace, root: String) {
        self.workspace = workspace
        self.root = root
        tree = workspace.tree
    }

    /// Compares the tracked files that `patterns` select below `directory` with the disk.
    mutating func note(_ patterns: PatternList, in directory: RepoPath) {
        guard let id = try? workspace.tree.directoryID(directory) else { return }
        note(patterns, directory, RepoPath.root, id)
    }

    private mutating func note(_ patterns: PatternList, _ directory: RepoPath, _ below: RepoPath, _ id: ObjectID) {
        guard let contents = try? workspace.tree.objects.tree(id) else { return }
        for entry in contents.entries {
            let relative = below.appending(contents.name(of: entry))
            if entry.mode == .directory {
                if patterns.verdict(forDirectory: relative) != .none { note(patterns, directory, relative, entry.id) }
            } else if patterns.matches(relative) {
                compare(directory.appending(relative.bytes), entry)
            }
        }
    }

    private mutating func compare(_ path: RepoPath, _ entry: Tree.Entry) {
        let file = (Array(root.utf8) + [UInt8(ascii: "/")] + path.bytes).map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        let found = lstat(file, &status) == 0 ? DiskFile.identity(file, status, tree.objects.format) : nil
        if let found, found.mode == entry.mode, found.id == entry.id {
            if edits.removeValue(forKey: path) != nil { isCurrent = false }
        } else {
            edits[path] = found.map { .set($0.mode, $0.id) } ?? .remove
            isCurrent = false
        }
    }

    /// What the task reads now.
    func inputs(of index: TaskIndex) -> InputSet { inputSets[index] ?? workspace.keys[index].inputs }

    /// Whether the planning key of the task no longer says what the task is made from.
    func isTainted(_ index: TaskIndex) -> Bool { tainted.contains(index) }

    /// The digests of all inputs that differ from the plan's, if anything was noted since the last call.
    mutating func takeChangedInputs() -> [TaskIndex: ContentDigest]? {
        guard !isCurrent else { return nil }
        isCurrent = true
        inputSets = [:]
        tainted = []
        tree = workspace.tree
        guard !edits.isEmpty else { return [:] }
        // Reading trees that were read before, or made in memory just now, does not fail.
        guard let edited = try? workspace.tree.edited(edits), let reader = try? workspace.reader(afterEdits: edits)
        else {
            return [:]
        }
        tree = edited
        for index in workspace.graph.order {
            if let set = try? reader.inputs(of: index, in: workspace), set.digest != workspace.keys[index].inputs.digest
            {
                inputSets[index] = set
                tainted.insert(index)
            } else if workspace.graph.graph.dependencies[index].contains(where: { tainted.contains($0) }) {
                tainted.insert(index)
            }
        }
        return inputSets.mapValues(\.digest)
    }
}
