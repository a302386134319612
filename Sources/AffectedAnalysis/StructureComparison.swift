internal import ChangeDetection
internal import GitObjects
internal import ProjectGraph
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
    /// So when no manifest, lockfile or configuration file changed, by its name, nor any file whose content was read to find
    /// the workspace, nothing changed its type, and no file came or went where that could matter.
    static func isSameStructure(
        _ workspace: Workspace, _ changes: ChangeSet, from base: SourceTree, to head: SourceTree
    ) throws(GitError) -> Bool {
        guard isSameStructure(workspace, byNamesOf: changes) else { return false }
        let readsRust = workspace.projects.contains { $0.managers.contains(.cargo) }
        for change in changes.changes {
            let isRust = readsRust && change.path.lastComponent.suffix(3).elementsEqual(".rs".utf8)
            for tree in [base, head] {
                guard let entry = try tree.entry(change.path) else { continue }
                if workspace.contentsRead.contains(entry.id) { return false }
                // Rust sources name files outside of their crate by such paths; those without one were not noted as read.
                if isRust, entry.mode.isFile, ParentStep.first(in: try tree.objects.peek(blob: entry.id)) != nil {
                    return false
                }
            }
        }
        return true
    }

    private static func isSameStructure(_ workspace: Workspace, byNamesOf changes: ChangeSet) -> Bool {
        if changes.changes.isEmpty { return true }
        var lockfiles = Set<RepoPath>(), readsGo = false
        for index in workspace.indices {
            for external in workspace[index].externals { lockfiles.insert(external.lockfile) }
            if workspace[index].managers.contains(.go) { readsGo = true }
        }
        return changes.changes.allSatisfy { change in
            switch change.status {
            case .type, .submodule: return false
            case .added, .deleted:
                if workspace.followsFileNames || workspace.followsImports { return false }
                if workspace.isNamedPlace(change.path) { return false }
                if StructureNames.isToolConfiguration(change.path.lastComponent) { return false }
            case .modified, .mode: break
            }
            if workspace.structuralFiles.contains(change.path) || lockfiles.contains(change.path) { return false }
            // Imports decide what a Go program is built from.
            if readsGo, change.path.lastComponent.suffix(3).elementsEqual(".go".utf8) { return false }
            if workspace.followsImports, StructureNames.mayImport(change.path.lastComponent) { return false }
            return !StructureNames.isStructural(at: change.path)
        }
    }

    func run(into findings: inout NodeFindings) throws(AnalysisError) {
        var candidates = Candidates(head, changes)
        var isOwn = Propagation(head).broken(&findings)
        for index in head.graph.nodes.indices where head.graph.nodes[index].kind != .passage {
            let node = head.graph.nodes[index]
            let near = candidates.near(node.project)
            guard !near.isEmpty || !candidates.global.isEmpty || mayReachOut(node) else { continue }
            let selection = try head.selection(index)
            for change in near + candidates.global + candidates.far(selection) {
                guard let way = head.reader.reading(selection, change.path) else { continue }
                findings.causes[index].insert(.file(path: change.path, status: change.status, namedBy: way))
                isOwn[index] = true
            }
        }
        Propagation(head).spread(isOwn, into: &findings)
    }

    /// Whether the task may read files of other projects; cheap, and true too often rather than too seldom.
    private func mayReachOut(_ node: TaskNode) -> Bool {
        let project = head.workspace[node.project]
        if !project.namedFiles.isEmpty || project.sharesFiles { return true }
        if project.configuredFiles.contains(where: { !changes.within($0.path).isEmpty }) { return true }
        if case .patterns(let patterns, _) = project.inputRule(of: node.task) {
            if project.onlyGathers || patterns.contains(where: { !$0.hasPrefix("**") && !$0.hasPrefix("!") }) {
                return true
            }
        }
        return project.tasks[node.task]?.purposeText.utf8.contains(UInt8(ascii: "/")) ?? false
    }
}

/// The changes that a task may have to do with, found without asking every task about every change.
private struct Candidates {
    /// Those that `globalInputs` selects.
    let global: [Change]

    private let head: KeyedWorkspace
    private let changes: ChangeSet
    private var owned: [ProjectIndex: [Change]] = [:]
    /// Changes of files that projects below their directory may read without owning them, by directory.
    private var above: [RepoPath: [Change]] = [:]
    /// Changes in the directories that reach one ecosystem.
    private var ecosystem: [Change] = []
    private var rooted: [PatternList: [Change]] = [:]

    init(_ head: KeyedWorkspace, _ changes: ChangeSet) {
        self.head = head
        self.changes = changes
        global = changes.changes.filter { head.reader.isGlobalInput($0.path) }
        for change in changes.changes {
            let owner = head.workspace.owner(of: change.path)
            if let owner { owned[owner, default: []].append(change) }
            if let (role, directory) = FileRole.reach(of: change.path), owner == nil || role != .general {
                above[directory, default: []].append(change)
            }
            guard let first = change.path.components.first else { continue }
            if FileRole.ecosystemDirectories.contains(where: { $0.name.withUTF8Buffer { first.elementsEqual($0) } }) {
                ecosystem.append(change)
            }
        }
        for (directory, files) in head.workspace.sharedFiles {
            for file in files { above[directory, default: []] += changes.within(file.path) }
        }
    }

    /// What tasks of the project may read by default.
    func near(_ index: ProjectIndex) -> [Change] {
        var found = (owned[index] ?? []) + ecosystem
        guard !above.isEmpty else { return found }
        var directory = head.workspace[index].path.parent
        while let current = directory {
            if let here = above[current] { found += here }
            directory = current.parent
        }
        return found
    }

    /// What the selection may read elsewhere.
    mutating func far(_ selection: InputSelection) -> [Change] {
        var found: [Change] = []
        for path in selection.named { found += changes.within(path) }
        let sharesOwn = selection.project.onlyGathers || selection.project.sharesFiles
        if selection.nested != nil || (selection.includesOwn && sharesOwn) {
            found += changes.within(selection.project.path)
        }
        for path in selection.literals { found += changes.within(path) }
        if let patterns = selection.rooted {
            if rooted[patterns] == nil { rooted[patterns] = changes.changes.filter { patterns.matches($0.path) } }
            found += rooted[patterns] ?? []
        }
        return found
    }
}
