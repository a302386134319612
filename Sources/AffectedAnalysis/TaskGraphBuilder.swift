internal import Diagnostics
internal import GitObjects
internal import ProjectGraph
internal import WorkspaceModel

/// Makes the nodes and edges of a task graph.
///
/// Every task is looked up once, when its node is made; from then on projects, names and tasks are numbers.
struct TaskGraphBuilder {
    let workspace: Workspace
    private(set) var nodes: [TaskNode] = []
    /// Where the nodes of each project begin; one more at the end.
    private(set) var firstNode: [TaskIndex] = []
    private var edges: [(from: TaskIndex, to: TaskIndex)] = []
    /// Whether an edge may be cut: it follows a development edge of the project graph, or imports between Go modules, which
    /// may go round although no package imports itself.
    private var mayCut: [Bool] = []
    /// Of each node what else is known of it.
    private var details: [Detail] = []
    /// Nodes that no project has as a task or as its sources: they are made when something refers to them.
    private var standIns: [StandIn: TaskIndex] = [:]
    private let names: TaskNames
    private let outgoing: OutgoingEdges
    private let purposes = TaskPurposes()

    private struct Detail {
        /// The number of the task's name in `TaskNames`.
        let name: Int
        /// The task's place in the project's `TaskTable`.
        let place: Int?
        /// Whether it is a task that does not end by itself.
        let isPersistent: Bool
    }

    private struct StandIn: Hashable {
        let project: ProjectIndex
        let name: Int
        let isPassage: Bool
    }

    init(workspace: Workspace) {
        self.workspace = workspace
        names = TaskNames(of: workspace)
        outgoing = OutgoingEdges(of: workspace)
    }

    mutating func addAll() throws(AnalysisError) {
        addTasks()
        // Following a node can make more of them.
        var next = 0
        while next < nodes.count {
            try connect(next)
            next += 1
        }
        if !standIns.isEmpty { renumber() }
    }

    /// The sources of each project, then its tasks by name.
    private mutating func addTasks() {
        firstNode.reserveCapacity(workspace.projects.count + 1)
        for index in workspace.indices {
            firstNode.append(nodes.count)
            append(TaskNode(project: index, task: "", kind: .sources), TaskNames.sources)
            let tasks = workspace[index].tasks
            for place in tasks.keys.indices {
                nodes.append(TaskNode(project: index, task: tasks.keys[place], kind: .task))
                details.append(
                    Detail(
                        name: names.number(tasks.keys[place]), place: place,
                        isPersistent: tasks.values[place].persistent))
            }
        }
        firstNode.append(nodes.count)
    }

    private mutating func append(_ node: TaskNode, _ name: Int) {
        nodes.append(node)
        details.append(Detail(name: name, place: nil, isPersistent: false))
    }

    /// Sorts the nodes, the last of which were numbered as they were come upon.
    private mutating func renumber() {
        let nodes = nodes, details = details
        func rank(_ index: TaskIndex) -> (ProjectIndex, Int, Int) {
            (nodes[index].project, details[index].name, nodes[index].kind == .passage ? 1 : 0)
        }
        let sorted = nodes.indices.sorted { rank($0) < rank($1) }
        var numbers = [TaskIndex](repeating: 0, count: nodes.count)
        for (number, old) in sorted.enumerated() { numbers[old] = number }
        self.nodes = sorted.map { nodes[$0] }
        self.details = sorted.map { details[$0] }
        edges = edges.map { (numbers[$0.from], numbers[$0.to]) }
        firstNode = [TaskIndex](repeating: 0, count: workspace.projects.count + 1)
        for node in nodes { firstNode[node.project.rawValue + 1] += 1 }
        for project in workspace.indices { firstNode[project.rawValue + 1] += firstNode[project.rawValue] }
    }

    /// The node, made when it does not exist yet.
    private mutating func node(_ project: ProjectIndex, _ name: Int, isPassage: Bool = false) -> TaskIndex {
        if !isPassage, let known = task(project, name) { return known }
        let key = StandIn(project: project, name: name, isPassage: isPassage)
        if let known = standIns[key] { return known }
        standIns[key] = nodes.count
        append(TaskNode(project: project, task: names.texts[name], kind: isPassage ? .passage : .transit), name)
        return nodes.count - 1
    }

    /// The project's own task of that name, or its sources.
    private func task(_ project: ProjectIndex, _ name: Int) -> TaskIndex? {
        var low = firstNode[project.rawValue], high = firstNode[project.rawValue + 1]
        while low < high {
            let middle = (low + high) / 2
            if details[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < firstNode[project.rawValue + 1] && details[low].name == name ? low : nil
    }

    /// What the node's task is, when it is one.
    private func definition(_ index: TaskIndex) -> TaskDefinition? {
        details[index].place.map { workspace[nodes[index].project].tasks.values[$0] }
    }

    private mutating func connect(_ index: TaskIndex) throws(AnalysisError) {
        let project = nodes[index].project
        guard let place = details[index].place else {
            // Stand-ins pass the same question on to what the project depends on.
            return try follow(index, details[index].name, includingTests: false)
        }
        for dependency in workspace[project].tasks.values[place].dependsOn {
            switch dependency {
            case .dependencies(let name): try follow(index, names.number(name), includingTests: nil)
            case .dependencySources: try follow(index, TaskNames.sources, includingTests: nil)
            case .sameProject(let name):
                let number = names.number(name)
                let isMissing = task(project, number) == nil
                if isMissing { try requireKnown(name, in: index) }
                try connect(index, to: node(project, number, isPassage: isMissing))
            case .task(let other, let name):
                try connect(index, to: try explicit(other, name, index))
            }
        }
    }

    /// - Parameter includingTests: whether edges count that only tests use; `nil` when the task itself says.
    private mutating func follow(_ index: TaskIndex, _ name: Int, includingTests: Bool?) throws(AnalysisError) {
        var includingTests = includingTests
        for edge in outgoing[nodes[index].project] where !edge.leadsToGathering {
            if !edge.passesToDependents {
                includingTests = includingTests ?? isTest(index)
                if includingTests == false { continue }
            }
            if edge.hasTasks, workspace.edges[edge.index].tasks?.contains(nodes[index].task) == false,
                !standsForImage(nodes[index])
            {
                continue
            }
            try connect(index, to: node(edge.to, name), mayCut: edge.mayCut)
        }
    }

    private func isTest(_ index: TaskIndex) -> Bool {
        definition(index).map { purposes.purpose(name: nodes[index].task, command: $0.purposeText).tests } ?? false
    }

    /// Whether the node stands for a project that is nothing but an image, or is a task that somebody wrote for one: both
    /// need what goes into the image, although no manifest says so of them.
    private func standsForImage(_ node: TaskNode) -> Bool {
        let project = workspace[node.project]
        return project.managers == [.docker] && project.tasks[node.task]?.claimsInputs != false
    }

    private mutating func connect(_ from: TaskIndex, to: TaskIndex, mayCut: Bool = false) throws(AnalysisError) {
        if details[to].isPersistent {
            throw AnalysisError(
                .user,
                "\(name(to)) is persistent (it does not end by itself), so nothing can wait for it, "
                    + "as \(name(from)) would: \(origin(from, to))")
        }
        edges.append((from, to))
        self.mayCut.append(mayCut)
    }

    /// The file and line that make one node depend on another.
    private func origin(_ from: TaskIndex, _ to: TaskIndex) -> String {
        let node = nodes[from]
        if let task = definition(from) { return place(task, node.project) }
        let evidence = outgoing.edge(from: node.project, to: nodes[to].project)?.evidence.first
        guard let evidence else { return workspace[node.project].id }
        return evidence.line.map { "\(evidence.path):\($0)" } ?? "\(evidence.path)"
    }

    private func explicit(_ project: String, _ name: String, _ from: TaskIndex) throws(AnalysisError) -> TaskIndex {
        guard let target = workspace.project(named: project) else {
            let hint = TaskGraphBuilder.suggestion(project, workspace.projects.map(\.id))
            throw AnalysisError(
                .user, "\(place(from)): 'dependsOn' names the project '\(project)', which does not exist.\(hint)")
        }
        guard let node = task(target, names.number(name)) else {
            let hint = TaskGraphBuilder.suggestion(name, workspace[target].tasks.keys)
            throw AnalysisError(
                .user,
                "\(place(from)): 'dependsOn' names the task '\(project)#\(name)', but \(project) has no task '\(name)'.\(hint)"
            )
        }
        return node
    }

    /// A task some projects lack is normal; one that no project has is a slip of the pen.
    private func requireKnown(_ name: String, in from: TaskIndex) throws(AnalysisError) {
        let origin = definition(from)?.origin
        guard origin?.path.lastComponent.elementsEqual("ripple.yaml".utf8) == true else { return }
        if names.isTask(name) { return }
        throw AnalysisError(
            .user,
            "\(place(from)): 'dependsOn' names the task '\(name)', which no project has."
                + TaskGraphBuilder.suggestion(name, names.tasks))
    }

    private func place(_ index: TaskIndex) -> String {
        let owner = nodes[index].project
        return definition(index).map { place($0, owner) } ?? workspace[owner].id
    }

    private func place(_ task: TaskDefinition, _ owner: ProjectIndex) -> String {
        guard let origin = task.origin else { return workspace[owner].id }
        return origin.line.map { "\(origin.path):\($0)" } ?? "\(origin.path)"
    }

    private static func suggestion(_ word: String, _ known: [String]) -> String {
        nearest(to: word, among: known.sorted()).map { " Did you mean '\($0)'?" } ?? ""
    }

    /// The graph after development edges were cut until no cycle was left, its nodes with dependencies first, and what was
    /// cut.
    func cutCycles() throws(AnalysisError) -> (DependencyGraph, order: [TaskIndex], cut: [TaskIndex: [TaskIndex]]) {
        var removed: [TaskIndex: [TaskIndex]] = [:]
        var current = edges, mayCut = mayCut
        while true {
            let graph = DependencyGraph(count: nodes.count, edges: current)
            let components = graph.components
            let cycles = graph.cycles(among: components)
            guard !cycles.isEmpty else {
                return (graph, components.members, removed.mapValues { Array(Set($0)).sorted() })
            }
            var component = [Int](repeating: -1, count: nodes.count)
            for (number, members) in cycles.enumerated() { for member in members { component[member] = number } }
            var kept: [(from: TaskIndex, to: TaskIndex)] = [], keptMayCut: [Bool] = []
            for (edge, mayCut) in zip(current, mayCut) {
                if mayCut, component[edge.from] >= 0, component[edge.from] == component[edge.to] {
                    removed[edge.from, default: []].append(edge.to)
                } else {
                    kept.append(edge)
                    keptMayCut.append(mayCut)
                }
            }
            guard kept.count < current.count else { throw cycleError(graph, cycles[0]) }
            (current, mayCut) = (kept, keptMayCut)
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
            let proof = outgoing.edge(from: one.project, to: two.project)?.evidence.first
        {
            return " (\(proof.path)\(proof.line.map { ":\($0)" } ?? ""))"
        }
        if let origin = definition(from)?.origin {
            return " (\(origin.path)\(origin.line.map { ":\($0)" } ?? ""))"
        }
        return ""
    }
}
