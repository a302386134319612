internal import Diagnostics
internal import GitObjects
package import ProjectGraph
package import WorkspaceModel

/// One task of one project, or a stand-in through which edges pass.
package struct TaskNode: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A task the project can run.
        case task
        /// The project lacks the task: nothing runs, but its files and dependencies count for who depends on it.
        case transit
        /// The project lacks a task that another task of its own waits for: the wait goes on to the same task of what the
        /// project depends on. The project's own files do not count here.
        case passage
        /// The project's sources, for tools that build dependencies themselves and for projects without tasks.
        case sources
    }

    package let project: ProjectIndex
    /// The task's name; empty for sources.
    package let task: String
    package let kind: Kind
}

/// A node's place in `TaskGraph.nodes`.
package typealias TaskIndex = Int

/// The tasks of a workspace and which must come before which.
///
/// Cycles that a development edge closes are cut there: the edge makes no task edge, and the other project's own inputs
/// and outside dependencies count instead. Any other cycle is an error.
package struct TaskGraph: Sendable {
    /// Sorted by project, then by task, so that the order of two nodes does not depend on any other project.
    package let nodes: [TaskNode]
    /// What each node depends on, in ascending order.
    package let graph: DependencyGraph
    /// For each node, what the edges that were cut stand for, by ascending target.
    let cutEdges: [TaskIndex: [CutEdge]]
    /// The nodes, dependencies first.
    package let order: [TaskIndex]

    /// Where the nodes of each project begin in `nodes`; one more at the end.
    private let firstNode: [TaskIndex]

    /// The node of a task or of its stand-in for other projects; `nil` when nothing refers to it.
    package func node(_ project: ProjectIndex, _ task: String) -> TaskIndex? {
        find(project, task, isPassage: false)
    }

    /// The node that is in `project` what `node`, of this or another version, is in its own.
    func counterpart(of node: TaskNode, in project: ProjectIndex) -> TaskIndex? {
        find(project, node.task, isPassage: node.kind == .passage)
    }

    /// The project's nodes: its sources, then its tasks and stand-ins by name.
    package func nodes(of project: ProjectIndex) -> Range<TaskIndex> {
        firstNode[project.rawValue]..<firstNode[project.rawValue + 1]
    }

    private func find(_ project: ProjectIndex, _ task: String, isPassage: Bool) -> TaskIndex? {
        var low = firstNode[project.rawValue], high = firstNode[project.rawValue + 1]
        let end = high
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle].task < task { low = middle + 1 } else { high = middle }
        }
        // A task and the passage of the same name are neighbours.
        while low < end, nodes[low].task == task {
            if (nodes[low].kind == .passage) == isPassage { return low }
            low += 1
        }
        return nil
    }

    /// The node of a project's sources, which every project has.
    package func sources(_ project: ProjectIndex) -> TaskIndex? { node(project, "") }

    package init(workspace: Workspace) throws(AnalysisError) {
        var builder = TaskGraphBuilder(workspace: workspace)
        try builder.addAll()
        nodes = builder.nodes
        firstNode = builder.firstNode
        let (graph, plain, cut) = try builder.cutCycles()
        self.graph = graph
        (order, cutEdges) = CutEdge.all(graph, cut, plain: plain)
    }
}
