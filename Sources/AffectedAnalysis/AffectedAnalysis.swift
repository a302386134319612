package import ChangeDetection
package import GitObjects
package import WorkspaceModel

/// Which tasks and projects a change affects, and why: the tasks whose keys differ between base and head.
package struct AffectedAnalysis {
    package let head: KeyedWorkspace
    /// Whether each node of the head's task graph has another key than in base.
    package let isAffected: [Bool]
    /// Sorted by path.
    package let projects: [AffectedProject]
    /// Sorted by path.
    package let removed: [RemovedProject]
    /// What was selected more broadly than needed, and why.
    package let widenings: [Widening]
    /// The union of the changes against every base.
    package let changes: ChangeSet

    /// Compares `head` with each base; a task is affected when its key differs from any of them.
    ///
    /// - Parameter bases: usually one; several when the histories have several merge bases. Not empty. A base whose
    ///   structure is that of the head (`isSameStructure`) needs no workspace: `nil`.
    package static func compare(
        _ bases: [(workspace: KeyedWorkspace?, changes: ChangeSet)], with head: KeyedWorkspace
    ) throws(AnalysisError) -> AffectedAnalysis {
        var findings = NodeFindings(count: head.graph.nodes.count)
        var removed = Set<RemovedProject>()
        var changes: [Change] = []
        var widenings = Set(head.workspace.widenings)
        for base in bases {
            changes += base.changes.changes
            guard let workspace = base.workspace else {
                try StructureComparison(head: head, changes: base.changes).run(into: &findings)
                continue
            }
            try workspace.prepareKeys()
            try head.prepareKeys()
            let comparison = KeyComparison(base: workspace, head: head, changes: base.changes)
            try comparison.run(into: &findings)
            widenings.formUnion(comparison.widenings(findings))
            removed.formUnion(comparison.removedProjects)
        }
        return assembled(head, findings, removed, widenings, changes)
    }

    static func assembled(
        _ head: KeyedWorkspace, _ findings: NodeFindings, _ removed: Set<RemovedProject>, _ widenings: Set<Widening>,
        _ changes: [Change]
    ) -> AffectedAnalysis {
        AffectedAnalysis(
            head: head, isAffected: findings.isChanged, projects: ReasonWalk(head: head, findings: findings).projects(),
            removed: removed.sorted { ($0.path, $0.id) < ($1.path, $1.id) }, widenings: sorted(widenings),
            changes: ChangeSet(union: changes))
    }

    /// Whether `base`, from which `changes` lead to `head`, surely has the same projects, edges and tasks. Both ways: `workspace` may be that of
    /// either.
    package static func isSameStructure(
        _ workspace: Workspace, _ changes: ChangeSet, from base: SourceTree, to head: SourceTree
    ) throws(GitError) -> Bool {
        try StructureComparison.isSameStructure(workspace, changes, from: base, to: head)
    }

    /// Selects every task of `head` for one cause.
    package static func everything(_ head: KeyedWorkspace, because cause: Reason.Cause) -> AffectedAnalysis {
        var findings = NodeFindings(count: head.graph.nodes.count)
        for index in head.graph.nodes.indices {
            findings.isChanged[index] = true
            findings.causes[index] = [cause]
        }
        return assembled(head, findings, [], Set(head.workspace.widenings), [])
    }

    /// By code, then scope, then message: the order must not depend on how a set happens to lie in memory.
    private static func sorted(_ widenings: Set<Widening>) -> [Widening] {
        widenings.sorted { ($0.code, $0.scope, $0.message) < ($1.code, $1.scope, $1.message) }
    }

    package func affectedProject(_ index: ProjectIndex) -> AffectedProject? {
        projects.first { $0.project == index }
    }
}

/// What comparing keys found about each node of the head's task graph.
struct NodeFindings {
    var isChanged: [Bool]
    /// Causes in the node itself.
    var causes: [Set<Reason.Cause>]
    /// Projects the node no longer depends on, newly depends on, or reaches over a cut edge, by id.
    var edgeCauses: [Set<String>]

    init(count: Int) {
        isChanged = Array(repeating: false, count: count)
        causes = Array(repeating: [], count: count)
        edgeCauses = Array(repeating: [], count: count)
    }
}
