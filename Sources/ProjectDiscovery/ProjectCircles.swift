internal import GitObjects
internal import ProjectGraph
internal import WorkspaceModel

/// Circles of projects that a tool accepts, or refuses where the rest of the workspace is still to be answered for.
enum ProjectCircles {
    /// Gives the edges within circles a kind that may be cut, so that a circle is no error.
    ///
    /// - Parameter counts: which edges close a circle; the others stay what they are.
    /// - Returns: the places of the projects of each circle in `projects`, ascending.
    @discardableResult
    static func loosen(
        _ projects: inout [DiscoveredProject], as kind: EdgeKind,
        where counts: (DiscoveredDependency) -> Bool = { _ in true }
    ) -> [[Int]] {
        var positions: [RepoPath: Int] = [:]
        for (index, project) in projects.enumerated() { positions[project.path] = index }
        let edges = projects.map { $0.dependencies.compactMap { counts($0) ? positions[$0.target] : nil } }
        let circles = StronglyConnectedComponents(AdjacencyLists(edges)).filter { $0.count > 1 }.map(Array.init)
        for members in circles {
            let paths = Set(members.map { projects[$0].path })
            for index in members {
                for edge in projects[index].dependencies.indices
                where paths.contains(projects[index].dependencies[edge].target)
                    && counts(projects[index].dependencies[edge])
                {
                    projects[index].dependencies[edge].kind = kind
                }
            }
        }
        return circles
    }
}
