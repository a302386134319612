internal import ProjectGraph
internal import WorkspaceModel

/// How the projects of a workspace are linked by their manifests and by ripple.yaml.
struct ProjectLinks {
    struct Pair: Hashable {
        let from: ProjectIndex
        let to: ProjectIndex
    }

    /// How one project is linked to another.
    enum Link {
        case direct([ProjectEdge])
        /// Through other projects, over edges that pass to dependents.
        case indirect(through: ProjectIndex)
        case none
    }

    let workspace: Workspace
    private let direct: [Pair: [ProjectEdge]]
    /// Only edges that pass to dependents.
    private let passing: DependencyGraph

    init(_ workspace: Workspace) {
        self.workspace = workspace
        direct = Dictionary(grouping: workspace.edges) { Pair(from: $0.from, to: $0.to) }
        passing = DependencyGraph(
            count: workspace.projects.count,
            edges: workspace.edges.filter(\.passesToDependents).map { ($0.from.rawValue, $0.to.rawValue) })
    }

    var edges: [ProjectEdge] { workspace.edges }

    func edges(from: ProjectIndex, to: ProjectIndex) -> [ProjectEdge] { direct[Pair(from: from, to: to)] ?? [] }

    func link(from: ProjectIndex, to: ProjectIndex) -> Link {
        let edges = edges(from: from, to: to)
        if !edges.isEmpty { return .direct(edges) }
        for next in passing.dependencies[from.rawValue] where passing.closure(of: [next]).contains(to.rawValue) {
            return .indirect(through: ProjectIndex(next))
        }
        return .none
    }

    /// The projects that `from` depends on over any number of edges, with a shortest way to each: the projects on it,
    /// from the first dependency to the project itself.
    func reached(from: ProjectIndex) -> [ProjectIndex: [ProjectIndex]] {
        var ways: [ProjectIndex: [ProjectIndex]] = [:]
        var pending: [(ProjectIndex, [ProjectIndex])] = [(from, [])]
        var position = 0
        while position < pending.count {
            let (current, way) = pending[position]
            position += 1
            let next =
                position == 1
                ? Set(workspace.edges.lazy.filter { $0.from == from }.map(\.to)).sorted()
                : passing.dependencies[current.rawValue].map { ProjectIndex($0) }
            for target in next where target != from && ways[target] == nil {
                ways[target] = way + [target]
                pending.append((target, way + [target]))
            }
        }
        return ways
    }
}
