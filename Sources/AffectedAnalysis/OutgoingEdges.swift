internal import WorkspaceModel

/// The edges of each project in a form that is cheap to walk.
struct OutgoingEdges {
    struct Edge {
        /// The edge's place in `Workspace.edges`.
        let index: Int
        let to: ProjectIndex
        let passesToDependents: Bool
        /// Whether only some tasks follow the edge.
        let hasTasks: Bool
        /// Whether a cycle may be cut here.
        let mayCut: Bool
        /// Whether it leads to a root that only gathers, which nothing waits for.
        let leadsToGathering: Bool
    }

    private let workspace: Workspace
    private let edges: [Edge]
    /// Where each project's edges begin, since edges are sorted by their origin; one more at the end.
    private let starts: [Int]

    init(of workspace: Workspace) {
        self.workspace = workspace
        let gathers = workspace.projects.map(\.onlyGathers)
        var starts = [Int](repeating: 0, count: workspace.projects.count + 1)
        edges = workspace.edges.indices.map { index in
            let edge = workspace.edges[index]
            starts[edge.from.rawValue + 1] += 1
            return Edge(
                index: index, to: edge.to, passesToDependents: edge.passesToDependents, hasTasks: edge.tasks != nil,
                mayCut: edge.kind == .development || edge.kind == .import || !edge.passesToDependents
                    || edge.tasks != nil,
                leadsToGathering: gathers[edge.to.rawValue])
        }
        for project in workspace.projects.indices { starts[project + 1] += starts[project] }
        self.starts = starts
    }

    subscript(project: ProjectIndex) -> ArraySlice<Edge> {
        edges[starts[project.rawValue]..<starts[project.rawValue + 1]]
    }

    /// The first edge between two projects.
    func edge(from: ProjectIndex, to: ProjectIndex) -> ProjectEdge? {
        self[from].first { $0.to == to }.map { workspace.edges[$0.index] }
    }
}
