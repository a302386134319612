internal import ProjectGraph
internal import WorkspaceModel

/// Finds projects that need each other. A cycle is legal when development edges close it: planning cuts those.
struct CycleCheck {
    let workspace: Workspace

    /// One finding for each group of projects that need each other, with the shortest cycle through its first project.
    func findings() -> [Finding] {
        let all = graph(workspace.edges)
        let firm = graph(workspace.edges.filter { !CycleCheck.mayCut($0) })
        var findings = firm.cycles.map { finding(firm, $0, isLegal: false) }
        let broken = Set(firm.cycles.flatMap { $0 })
        findings += all.cycles.filter { broken.isDisjoint(with: $0) }.map { finding(all, $0, isLegal: true) }
        return findings
    }

    private func graph(_ edges: [ProjectEdge]) -> DependencyGraph {
        DependencyGraph(
            count: workspace.projects.count, edges: edges.map { ($0.from.rawValue, $0.to.rawValue) })
    }

    /// As the task graph decides: development edges, and imports between Go modules, whose packages make no cycle.
    private static func mayCut(_ edge: ProjectEdge) -> Bool {
        edge.kind == .development || edge.kind == .import || !edge.passesToDependents
    }

    private func finding(_ graph: DependencyGraph, _ members: [Int], isLegal: Bool) -> Finding {
        let cycle = graph.exampleCycle(in: members).map { ProjectIndex($0) }
        var evidence: [Evidence] = []
        for (from, to) in zip(cycle, cycle.dropFirst()) {
            let edges = workspace.edges.filter { $0.from == from && $0.to == to }
            // The edge that cannot be cut is the one to look at.
            let shown = isLegal ? edges.first : edges.first { !CycleCheck.mayCut($0) }
            if let place = shown?.evidence.first, !evidence.contains(place) { evidence.append(place) }
        }
        let names = cycle.map { workspace[$0].id }.joined(separator: " -> ")
        let others = members.count - Set(cycle).count
        let rest = others > 0 ? ", and \(others) more in the same knot" : ""
        return Finding(
            isLegal ? .developmentCycle : .cycle, isLegal ? .note : .error,
            project: cycle.first.map { workspace[$0].id },
            evidence: evidence,
            isLegal
                ? "a development edge closes the cycle \(names)\(rest)" : "projects need each other: \(names)\(rest)",
            advice: isLegal ? nil : "remove one of these dependencies, or declare it for development only")
    }
}
