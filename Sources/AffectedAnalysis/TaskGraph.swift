internal import GitObjects
internal import Diagnostics
package import ProjectGraph
package import WorkspaceModel

/// One task of one project, or a stand-in through which edges pass.
package struct TaskNode: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A task the project can run.
        case task
        /// The project lacks the task: nothing runs, but its files and dependencies count for who depends on it.
        case transit
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
    package let nodes: [TaskNode]
    /// What each node depends on, in ascending order.
    package let graph: DependencyGraph
    /// For each node, the nodes whose own inputs count although the edge to them was cut.
    package let cut: [TaskIndex: [TaskIndex]]
    /// The nodes, dependencies first.
    package let order: [TaskIndex]

    private let byName: [NodeKey: TaskIndex]

    fileprivate struct NodeKey: Hashable {
        let project: ProjectIndex
        let task: String
    }

    /// The node of a task or of its stand-in; `nil` when nothing refers to it.
    package func node(_ project: ProjectIndex, _ task: String) -> TaskIndex? {
        byName[NodeKey(project: project, task: task)]
    }

    /// The node of a project's sources, which every project has.
    package func sources(_ project: ProjectIndex) -> TaskIndex? { node(project, "") }

    package init(workspace: Workspace) throws(AnalysisError) {
        var builder = TaskGraphBuilder(workspace: workspace)
        try builder.addAll()
        nodes = builder.nodes
        byName = builder.byName
        (graph, cut) = try builder.cutCycles()
        order = TaskGraph.order(graph, cut)
    }

    /// The nodes, dependencies first. What a cut edge stands for comes first too, where that leads to no new cycle.
    private static func order(_ graph: DependencyGraph, _ cut: [TaskIndex: [TaskIndex]]) -> [TaskIndex] {
        stronglyConnectedComponents(count: graph.count) { node in
            guard let targets = cut[node] else { return graph.dependencies[node] }
            let behind = targets.flatMap { graph.dependencies[$0] }.filter { !graph.closure(of: [$0]).contains(node) }
            return graph.dependencies[node] + behind
        }.flatMap { $0 }
    }
}

private struct TaskGraphBuilder {
    let workspace: Workspace
    var nodes: [TaskNode] = []
    var byName: [TaskGraph.NodeKey: TaskIndex] = [:]
    /// Whether an edge may be cut: it follows a development edge of the project graph.
    var edges: [(from: TaskIndex, to: TaskIndex, mayCut: Bool)] = []
    private let outgoing: [[ProjectEdge]]
    private let purposes = TaskPurposes()
    private var pending: [TaskIndex] = []

    init(workspace: Workspace) {
        self.workspace = workspace
        var outgoing = [[ProjectEdge]](repeating: [], count: workspace.projects.count)
        for edge in workspace.edges { outgoing[edge.from.rawValue].append(edge) }
        self.outgoing = outgoing
    }

    mutating func addAll() throws(AnalysisError) {
        for index in workspace.indices {
            _ = node(index, "")
            for name in workspace[index].tasks.keys.sorted() { _ = node(index, name) }
        }
        while let next = pending.popLast() { try connect(next) }
    }

    /// The node, made when it does not exist yet.
    private mutating func node(_ project: ProjectIndex, _ task: String) -> TaskIndex {
        let key = TaskGraph.NodeKey(project: project, task: task)
        if let known = byName[key] { return known }
        let kind: TaskNode.Kind = task.isEmpty ? .sources : workspace[project].tasks[task] == nil ? .transit : .task
        nodes.append(TaskNode(project: project, task: task, kind: kind))
        byName[key] = nodes.count - 1
        pending.append(nodes.count - 1)
        return nodes.count - 1
    }

    private mutating func connect(_ index: TaskIndex) throws(AnalysisError) {
        let node = nodes[index]
        guard node.kind == .task, let task = workspace[node.project].tasks[node.task] else {
            // Stand-ins pass the same question on to what the project depends on.
            return follow(index, task: node.task, includingTests: false)
        }
        let tests = purposes.purpose(name: node.task, command: task.command).tests
        for dependency in task.dependsOn {
            switch dependency {
            case .dependencies(let name): follow(index, task: name, includingTests: tests)
            case .dependencySources: follow(index, task: "", includingTests: tests)
            case .sameProject(let name):
                if workspace[node.project].tasks[name] != nil {
                    edges.append((index, self.node(node.project, name), false))
                } else {
                    try requireKnown(name, in: task, of: node.project)
                }
            case .task(let project, let name):
                edges.append((index, try explicit(project, name, task, node.project), false))
            }
        }
    }

    private mutating func follow(_ index: TaskIndex, task: String, includingTests: Bool) {
        for edge in outgoing[nodes[index].project.rawValue] where edge.passesToDependents || includingTests {
            if workspace[edge.to].onlyGathers { continue }
            edges.append((index, node(edge.to, task), edge.kind == .development || !edge.passesToDependents))
        }
    }

    private mutating func explicit(
        _ project: String, _ name: String, _ task: TaskDefinition, _ owner: ProjectIndex
    ) throws(AnalysisError) -> TaskIndex {
        guard let target = workspace.project(named: project) else {
            let hint = TaskGraphBuilder.suggestion(project, workspace.projects.map(\.id))
            throw AnalysisError(.user, "\(place(task, owner)): 'dependsOn' names the project '\(project)', which does not exist.\(hint)")
        }
        guard workspace[target].tasks[name] != nil else {
            let hint = TaskGraphBuilder.suggestion(name, Array(workspace[target].tasks.keys))
            throw AnalysisError(
                .user, "\(place(task, owner)): 'dependsOn' names the task '\(project)#\(name)', but \(project) has no task '\(name)'.\(hint)")
        }
        return node(target, name)
    }

    /// A task some projects lack is normal; one that no project has is a slip of the pen.
    private func requireKnown(_ name: String, in task: TaskDefinition, of owner: ProjectIndex) throws(AnalysisError) {
        guard task.origin?.path.lastComponent.elementsEqual("ripple.yaml".utf8) == true else { return }
        if workspace.projects.contains(where: { $0.tasks[name] != nil }) { return }
        let known = Set(workspace.projects.flatMap { $0.tasks.keys })
        throw AnalysisError(
            .user,
            "\(place(task, owner)): 'dependsOn' names the task '\(name)', which no project has.\(TaskGraphBuilder.suggestion(name, known.sorted()))")
    }

    private func place(_ task: TaskDefinition, _ owner: ProjectIndex) -> String {
        guard let origin = task.origin else { return workspace[owner].id }
        return origin.line.map { "\(origin.path):\($0)" } ?? "\(origin.path)"
    }

    private static func suggestion(_ word: String, _ known: [String]) -> String {
        nearest(to: word, among: known.sorted()).map { " Did you mean '\($0)'?" } ?? ""
    }

    /// The graph after development edges were cut until no cycle was left, and what was cut.
    func cutCycles() throws(AnalysisError) -> (DependencyGraph, [TaskIndex: [TaskIndex]]) {
        var removed: [TaskIndex: [TaskIndex]] = [:]
        var current = edges
        while true {
            let graph = DependencyGraph(count: nodes.count, edges: current.lazy.map { ($0.from, $0.to) })
            let cycles = graph.cycles
            guard !cycles.isEmpty else { return (graph, removed.mapValues { Array(Set($0)).sorted() }) }
            var component = [Int](repeating: -1, count: nodes.count)
            for (number, members) in cycles.enumerated() { for member in members { component[member] = number } }
            var kept: [(from: TaskIndex, to: TaskIndex, mayCut: Bool)] = []
            for edge in current {
                if edge.mayCut, component[edge.from] >= 0, component[edge.from] == component[edge.to] {
                    removed[edge.from, default: []].append(edge.to)
                } else {
                    kept.append(edge)
                }
            }
            guard kept.count < current.count else { throw cycleError(graph, cycles[0]) }
            current = kept
        }
    }

    private func cycleError(_ graph: DependencyGraph, _ members: [TaskIndex]) -> AnalysisError {
        let cycle = graph.exampleCycle(in: members)
        var lines = ["The tasks depend on each other in a cycle:"]
        for (from, to) in zip(cycle, cycle.dropFirst()) {
            lines.append("  \(name(from)) needs \(name(to))\(evidence(from, to))")
        }
        lines.append("Remove one of these dependencies.")
        return AnalysisError(.user, lines.joined(separator: "\n"))
    }

    private func name(_ index: TaskIndex) -> String {
        let node = nodes[index]
        return workspace[node.project].id + (node.task.isEmpty ? "" : "#\(node.task)")
    }

    private func evidence(_ from: TaskIndex, _ to: TaskIndex) -> String {
        let one = nodes[from], two = nodes[to]
        if one.project != two.project,
            let edge = outgoing[one.project.rawValue].first(where: { $0.to == two.project }), let proof = edge.evidence.first
        {
            return " (\(proof.path)\(proof.line.map { ":\($0)" } ?? ""))"
        }
        if let origin = workspace[one.project].tasks[one.task]?.origin {
            return " (\(origin.path)\(origin.line.map { ":\($0)" } ?? ""))"
        }
        return ""
    }
}
