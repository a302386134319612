internal import ChangeDetection
internal import GitObjects
internal import ProjectGraph
internal import WorkspaceModel

/// Turns what was found about nodes into reasons of projects, with the chains that lead to the root causes.
struct ReasonWalk {
    private let head: KeyedWorkspace
    private let findings: NodeFindings
    /// Project edges to the nearest root cause.
    private var distance: [Int]
    /// The next node on the way to the root cause, or the id of a project that is no longer there.
    private var next: [TaskIndex?]

    init(head: KeyedWorkspace, findings: NodeFindings) {
        self.head = head
        self.findings = findings
        distance = Array(repeating: Int.max, count: head.graph.nodes.count)
        next = Array(repeating: nil, count: head.graph.nodes.count)
        search()
    }

    /// Breadth first from every root cause along dependents; staying within a project costs nothing.
    private mutating func search() {
        let nodes = head.graph.nodes
        var levels: [[TaskIndex]] = [[], []]
        for index in nodes.indices where findings.isChanged[index] {
            if !findings.causes[index].isEmpty {
                distance[index] = 0
                levels[0].append(index)
            } else if !findings.edgeCauses[index].isEmpty {
                distance[index] = 1
                levels[1].append(index)
            }
        }
        var level = 0
        while level < levels.count {
            var position = 0
            while position < levels[level].count {
                let index = levels[level][position]
                position += 1
                guard distance[index] == level else { continue }
                for dependent in head.graph.graph.dependents[index] where findings.isChanged[dependent] {
                    let reached = level + (nodes[dependent].project == nodes[index].project ? 0 : 1)
                    guard reached < distance[dependent] else { continue }
                    distance[dependent] = reached
                    next[dependent] = index
                    while levels.count <= reached { levels.append([]) }
                    levels[reached].append(dependent)
                }
            }
            level += 1
        }
    }

    func projects() -> [AffectedProject] {
        let causes = allCauses()
        let nodes = head.graph.nodes
        var members = [[TaskIndex]](repeating: [], count: head.workspace.projects.count)
        for index in nodes.indices where findings.isChanged[index] && counts(nodes[index]) {
            members[nodes[index].project.rawValue].append(index)
        }
        var result: [AffectedProject] = []
        for (number, indices) in members.enumerated() where !indices.isEmpty {
            var tasks: [Reason.Cause: Set<String>] = [:]
            for index in indices {
                for cause in causes[index] { tasks[cause, default: []].insert(nodes[index].task) }
            }
            let reasons = ReasonWalk.withoutRoundTrips(tasks)
                .map { Reason($0, tasks: $1.filter { !$0.isEmpty }.sorted()) }
            let nearest = indices.map { distance[$0] }.min() ?? 0
            result.append(
                AffectedProject(
                    project: ProjectIndex(number), distance: nearest == Int.max ? 0 : nearest,
                    reasons: reasons.sorted { ReasonWalk.precedes($0.cause, $1.cause) },
                    tasks: indices.map { nodes[$0].task }.filter { !$0.isEmpty }.sorted()))
        }
        return result
    }

    /// Drops chains that lead back to the project, unless some task has no other reason.
    private static func withoutRoundTrips(_ tasks: [Reason.Cause: Set<String>]) -> [Reason.Cause: Set<String>] {
        tasks.filter { cause, names in
            guard case .dependency(_, let chain) = cause, let first = chain.first, chain.dropFirst().contains(first)
            else {
                return true
            }
            let explained = tasks.filter { $0.key != cause }.reduce(into: Set<String>()) { $0.formUnion($1.value) }
            return !names.isSubset(of: explained)
        }
    }

    /// Real tasks count; a project without any counts by its sources. A root that only gathers has no sources.
    private func counts(_ node: TaskNode) -> Bool {
        let project = head.workspace[node.project]
        switch node.kind {
        case .task: return true
        case .sources: return project.tasks.isEmpty && !project.onlyGathers
        case .transit, .passage: return false
        }
    }

    /// The causes of each node: its own, those of other tasks of the project it needs, and its changed dependencies.
    private func allCauses() -> [Set<Reason.Cause>] {
        let nodes = head.graph.nodes
        var causes = findings.causes
        var chains: [TaskIndex: [String]] = [:]
        for index in head.graph.order where findings.isChanged[index] {
            let id = head.workspace[nodes[index].project].id
            for project in findings.edgeCauses[index] {
                causes[index].insert(.dependency(project: project, chain: [id, project]))
            }
            for dependency in head.graph.graph.dependencies[index] where findings.isChanged[dependency] {
                if nodes[dependency].project == nodes[index].project {
                    causes[index].formUnion(causes[dependency])
                } else if distance[dependency] < Int.max {
                    let other = head.workspace[nodes[dependency].project].id
                    // The way that the node's own chain takes shares its array.
                    let chain =
                        next[index] == dependency
                        ? chain(from: index, &chains) : [id] + chain(from: dependency, &chains)
                    causes[index].insert(.dependency(project: other, chain: chain))
                }
            }
        }
        return causes
    }

    /// The ids from the node's project to the root cause, each project once. Every chain found is kept, since the next
    /// one mostly ends in it.
    private func chain(from start: TaskIndex, _ known: inout [TaskIndex: [String]]) -> [String] {
        var walked: [TaskIndex] = []
        var at: TaskIndex? = start
        while let index = at, known[index] == nil {
            walked.append(index)
            at = next[index]
        }
        var ids = at.flatMap { known[$0] } ?? []
        for index in walked.reversed() {
            if next[index] == nil, findings.causes[index].isEmpty, let gone = findings.edgeCauses[index].min() {
                ids = [gone]
            }
            let id = head.workspace[head.graph.nodes[index].project].id
            if ids.first != id { ids.insert(id, at: 0) }
            known[index] = ids
        }
        return ids
    }

    /// The order of reasons in documents: own causes by kind and path, then dependencies, nearest first.
    private static func precedes(_ left: Reason.Cause, _ right: Reason.Cause) -> Bool {
        let one = rank(left), two = rank(right)
        return one.0 != two.0 ? one.0 < two.0 : one.1.lexicographicallyPrecedes(two.1)
    }

    private static func rank(_ cause: Reason.Cause) -> (Int, [UInt8]) {
        switch cause {
        case .newProject: (0, [])
        case .moved(let from): (1, from.bytes)
        case .file(let path, let status, let namedBy):
            (2, path.bytes + [0] + status.rawValue.utf8 + [0] + namedBy.flatMap { $0.path.bytes + [0] })
        case .external(let package, let from, let to, let via):
            // A package may be reached in one way by all tasks and in another by those that lint.
            (3, Array(([package, from ?? "", to ?? ""] + via).joined(separator: "\u{0}").utf8))
        case .config(let path, let field): (4, path.bytes + [0] + field.utf8)
        case .tool(let name, let path, _, _): (4, path.bytes + [1] + name.utf8)
        case .environment(let name): (5, Array(name.utf8))
        case .toolchain(let command): (6, Array(command.utf8))
        case .image(let name): (7, Array(name.utf8))
        case .fallback(let code): (8, Array(code.utf8))
        case .requested: (9, [])
        case .dependency(let project, let chain):
            (10, [UInt8(min(chain.count, 255))] + "\(project)\u{0}\(chain.joined(separator: "\u{0}"))".utf8)
        }
    }
}
