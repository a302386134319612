internal import ProjectGraph
internal import ChangeDetection
internal import GitObjects
internal import WorkspaceModel

/// Compares two versions whose projects, edges and tasks are the same, without computing a key.
///
/// With equal structure two keys differ exactly when a changed file is among the inputs, or the key of something the task
/// depends on differs. So the cost follows the change; the answer is that of `KeyComparison`, and tests hold it to that.
struct StructureComparison {
    private let head: KeyedWorkspace
    private let changes: ChangeSet

    init(head: KeyedWorkspace, changes: ChangeSet) {
        self.head = head
        self.changes = changes
    }

    /// Whether a version from which `changes` lead to `workspace` has the same projects, edges and tasks.
    ///
    /// Judged by names alone: no manifest, lockfile or configuration file changed, nothing changed its type, and no file
    /// came or went where that could matter.
    static func isSameStructure(_ workspace: Workspace, _ changes: ChangeSet) -> Bool {
        let lockfiles = Set(workspace.projects.flatMap { $0.externals.map(\.lockfile) })
        return changes.changes.allSatisfy { change in
            switch change.status {
            case .type, .submodule: return false
            case .added, .deleted: if workspace.followsFileNames { return false }
            case .modified, .mode: break
            }
            if workspace.structuralFiles.contains(change.path) || lockfiles.contains(change.path) { return false }
            return !structuralNames.contains(String(decoding: change.path.lastComponent, as: UTF8.self))
        }
    }

    /// Every name that an adapter opens, whichever directory it lies in.
    private static let structuralNames: Set<String> = [
        "package.json", "package.yaml", "package.json5", "pnpm-workspace.yaml", "lerna.json", "turbo.json", "turbo.jsonc",
        ".yarnrc.yml", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb",
        "Cargo.toml", "Cargo.lock", "ripple.yaml",
    ]

    func run(into findings: inout NodeFindings) throws(AnalysisError) {
        var own: [ProjectIndex: [Change]] = [:], wide: [Change] = []
        for change in changes.changes {
            if let owner = head.workspace.owner(of: change.path) { own[owner, default: []].append(change) }
            if isWide(change) { wide.append(change) }
        }
        var isOwn = [Bool](repeating: false, count: head.graph.nodes.count)
        for index in head.graph.nodes.indices {
            let node = head.graph.nodes[index]
            let mine = own[node.project] ?? []
            guard !mine.isEmpty || !wide.isEmpty || mayReachOut(node) else { continue }
            let selection = try head.selection(index)
            let reachesOut = selection.rooted != nil || !selection.named.isEmpty || head.reader.hasGlobalInputs
                || selection.entersNested
            for change in reachesOut ? changes.changes : mine + wide where head.reader.reads(selection, change.path) {
                findings.causes[index].insert(.file(path: change.path, status: change.status))
                isOwn[index] = true
            }
        }
        for index in head.graph.order {
            var isChanged = isOwn[index]
            for dependency in head.graph.graph.dependencies[index] where findings.isChanged[dependency] { isChanged = true }
            for target in head.graph.cut[index] ?? [] where isCutChanged(target, of: index, isOwn, findings) {
                isChanged = true
                findings.edgeCauses[index].insert(head.workspace[head.graph.nodes[target].project].id)
            }
            if isChanged { findings.isChanged[index] = true }
        }
    }

    /// Whether a file can be read by projects that do not own it without being named.
    private func isWide(_ change: Change) -> Bool {
        if head.workspace.owner(of: change.path) == nil { return true }
        if FileRole.of(change.path.lastComponent) != .general { return true }
        guard let first = change.path.components.first else { return false }
        return FileRole.ecosystemDirectories.contains { name, _ in name.withUTF8Buffer { first.elementsEqual($0) } }
    }

    /// Whether the task may read files of other projects; cheap, and true too often rather than too seldom.
    private func mayReachOut(_ node: TaskNode) -> Bool {
        let project = head.workspace[node.project]
        if head.reader.hasGlobalInputs || !project.namedFiles.isEmpty { return true }
        guard let task = project.tasks[node.task] else { return false }
        if case .patterns(let patterns, _) = task.inputs, patterns.contains(where: { !$0.hasPrefix("**") }) { return true }
        return task.command.utf8.contains(UInt8(ascii: "/"))
    }

    /// What a cut edge stands for: the target's own inputs and what it depends on.
    private func isCutChanged(
        _ target: TaskIndex, of index: TaskIndex, _ isOwn: [Bool], _ findings: NodeFindings
    ) -> Bool {
        if isOwn[target] { return true }
        return head.graph.graph.dependencies[target].contains { dependency in
            guard dependency != index else { return false }
            return head.graph.reaches(dependency, index) ? isOwn[dependency] : findings.isChanged[dependency]
        }
    }
}
