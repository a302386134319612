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
        for project in head.workspace.indices {
            let near = candidates.near(project) + candidates.global
            let isNear = !near.isEmpty || reachesOut(project)
            for index in head.graph.nodes(of: project) where head.graph.nodes[index].kind != .passage {
                guard isNear || reachesOut(project, head.graph.nodes[index].task) else { continue }
                let selection = try head.selection(index)
                for change in near + candidates.far(selection) {
                    guard let way = head.reader.reading(selection, change.path) else { continue }
                    findings.causes[index].insert(.file(path: change.path, status: change.status, namedBy: way))
                    isOwn[index] = true
                }
            }
        }
        Propagation(head).spread(isOwn, into: &findings)
    }

    /// Whether any task of the project may read files of other projects.
    private func reachesOut(_ project: ProjectIndex) -> Bool {
        !head.workspace[project].namedFiles.isEmpty || head.workspace[project].sharesFiles
            || head.workspace[project].configuredFiles.contains { !changes.within($0.path).isEmpty }
    }

    /// Whether the task may read files of other projects; cheap, and true too often rather than too seldom.
    private func reachesOut(_ project: ProjectIndex, _ task: String) -> Bool {
        // In place: a definition has many fields that are counted references, and this is asked of every task.
        let tasks = head.workspace[project].tasks
        guard let place = tasks.place(of: Project.inputTask(of: task)) else { return false }
        if case .patterns(let patterns, _) = tasks.values[place].inputs,
            head.workspace[project].onlyGathers
                || patterns.contains(where: { !$0.utf8.starts(with: "**".utf8) && $0.utf8.first != UInt8(ascii: "!") })
        {
            return true
        }
        return !task.isEmpty && tasks.values[place].namesPaths
    }
}

extension TaskDefinition {
    /// Whether what is run may name a file elsewhere.
    fileprivate var namesPaths: Bool {
        let slash = UInt8(ascii: "/")
        return command.utf8.contains(slash) || script?.utf8.contains(slash) == true
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
