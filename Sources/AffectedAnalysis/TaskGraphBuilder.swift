internal import Diagnostics
internal import GitObjects
internal import ProjectGraph
internal import WorkspaceModel

/// Makes the nodes and edges of a task graph.
struct TaskGraphBuilder {
    let workspace: Workspace
    var nodes: [TaskNode] = []
    var byName: [TaskGraph.NodeKey: TaskIndex] = [:]
    /// Whether an edge may be cut: it follows a development edge of the project graph, or imports between Go modules, which
    /// may go round although no package imports itself.
    var edges: [(from: TaskIndex, to: TaskIndex, mayCut: Bool)] = []
    private let outgoing: [[ProjectEdge]]
    private let purposes = TaskPurposes()
    private var pending: [TaskIndex] = []
    /// Of each node whether it is a task that does not end by itself.
    private var isPersistent: [Bool] = []

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
        renumber()
    }

    /// Sorts the nodes, which were numbered as they were come upon.
    private mutating func renumber() {
        let nodes = nodes
        let sorted = nodes.indices.sorted { TaskGraphBuilder.precedes(nodes[$0], nodes[$1]) }
        var numbers = [TaskIndex](repeating: 0, count: nodes.count)
        for (number, old) in sorted.enumerated() { numbers[old] = number }
        self.nodes = sorted.map { nodes[$0] }
        isPersistent = sorted.map { isPersistent[$0] }
        byName = byName.mapValues { numbers[$0] }
        edges = edges.map { (numbers[$0.from], numbers[$0.to], $0.mayCut) }
    }

    private static func precedes(_ left: TaskNode, _ right: TaskNode) -> Bool {
        if left.project != right.project { return left.project < right.project }
        if left.task != right.task { return left.task < right.task }
        return left.kind != .passage && right.kind == .passage
    }

    /// The node, made when it does not exist yet.
    private mutating func node(_ project: ProjectIndex, _ task: String, isPassage: Bool = false) -> TaskIndex {
        let key = TaskGraph.NodeKey(project: project, task: task, isPassage: isPassage)
        if let known = byName[key] { return known }
        var kind = isPassage ? TaskNode.Kind.passage : .sources, isPersistent = false
        if !isPassage, !task.isEmpty {
            kind = .transit
            if let place = workspace[project].tasks.index(forKey: task) {
                kind = .task
                isPersistent = workspace[project].tasks.values[place].persistent
            }
        }
        nodes.append(TaskNode(project: project, task: task, kind: kind))
        self.isPersistent.append(isPersistent)
        byName[key] = nodes.count - 1
        pending.append(nodes.count - 1)
        return nodes.count - 1
    }

    private mutating func connect(_ index: TaskIndex) throws(AnalysisError) {
        let node = nodes[index]
        guard node.kind == .task, let task = workspace[node.project].tasks[node.task] else {
            // Stand-ins pass the same question on to what the project depends on.
            return try follow(index, task: node.task, includingTests: false)
        }
        let tests = purposes.purpose(name: node.task, command: task.purposeText).tests
        for dependency in task.dependsOn {
            switch dependency {
            case .dependencies(let name): try follow(index, task: name, includingTests: tests)
            case .dependencySources: try follow(index, task: "", includingTests: tests)
            case .sameProject(let name):
                let isMissing = workspace[node.project].tasks[name] == nil
                if isMissing { try requireKnown(name, in: task, of: node.project) }
                try connect(index, to: self.node(node.project, name, isPassage: isMissing))
            case .task(let project, let name):
                try connect(index, to: try explicit(project, name, task, node.project))
            }
        }
    }

    private mutating func follow(_ index: TaskIndex, task: String, includingTests: Bool) throws(AnalysisError) {
        let dependent = nodes[index]
        for edge in outgoing[dependent.project.rawValue] where edge.passesToDependents || includingTests {
            if let tasks = edge.tasks, !tasks.contains(dependent.task), !standsForImage(dependent) { continue }
            if workspace[edge.to].onlyGathers { continue }
            try connect(
                index, to: node(edge.to, task),
                mayCut: edge.kind == .development || edge.kind == .import || !edge.passesToDependents
                    || edge.tasks != nil)
        }
    }

    /// Whether the node stands for a project that is nothing but an image, or is a task that somebody wrote for one: both
    /// need what goes into the image, although no manifest says so of them.
    private func standsForImage(_ node: TaskNode) -> Bool {
        let project = workspace[node.project]
        return project.managers == [.docker] && project.tasks[node.task]?.claimsInputs != false
    }

    private mutating func connect(_ from: TaskIndex, to: TaskIndex, mayCut: Bool = false) throws(AnalysisError) {
        if isPersistent[to] {
            throw AnalysisError(
                .user,
                "\(name(to)) is persistent (it does not end by itself), so nothing can wait for it, "
                    + "as \(name(from)) would: \(origin(from, to))")
        }
        edges.append((from, to, mayCut))
    }

    /// The file and line that make one node depend on another.
    private func origin(_ from: TaskIndex, _ to: TaskIndex) -> String {
        let node = nodes[from]
        if let task = workspace[node.project].tasks[node.task] { return place(task, node.project) }
        let evidence = outgoing[node.project.rawValue].first { $0.to == nodes[to].project }?.evidence.first
        guard let evidence else { return workspace[node.project].id }
        return evidence.line.map { "\(evidence.path):\($0)" } ?? "\(evidence.path)"
    }

    private mutating func explicit(
        _ project: String, _ name: String, _ task: TaskDefinition, _ owner: ProjectIndex
    ) throws(AnalysisError) -> TaskIndex {
        guard let target = workspace.project(named: project) else {
            let hint = TaskGraphBuilder.suggestion(project, workspace.projects.map(\.id))
            throw AnalysisError(
                .user, "\(place(task, owner)): 'dependsOn' names the project '\(project)', which does not exist.\(hint)"
            )
        }
        guard workspace[target].tasks[name] != nil else {
            let hint = TaskGraphBuilder.suggestion(name, Array(workspace[target].tasks.keys))
            throw AnalysisError(
                .user,
                "\(place(task, owner)): 'dependsOn' names the task '\(project)#\(name)', but \(project) has no task '\(name)'.\(hint)"
            )
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
            "\(place(task, owner)): 'dependsOn' names the task '\(name)', which no project has.\(TaskGraphBuilder.suggestion(name, known.sorted()))"
        )
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
            let edge = outgoing[one.project.rawValue].first(where: { $0.to == two.project }),
            let proof = edge.evidence.first
        {
            return " (\(proof.path)\(proof.line.map { ":\($0)" } ?? ""))"
        }
        if let origin = workspace[one.project].tasks[one.task]?.origin {
            return " (\(origin.path)\(origin.line.map { ":\($0)" } ?? ""))"
        }
        return ""
    }
}
