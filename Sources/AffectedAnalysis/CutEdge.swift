internal import ProjectGraph

/// What an edge stands for that was cut to break a cycle: the target, without waiting for it.
///
/// Nodes on the way back to the dependent count by their own inputs, since their keys hold the dependent's; whatever lies
/// behind them counts by its key.
struct CutEdge: Sendable {
    let target: TaskIndex
    /// The nodes that count by their own inputs, ascending.
    let own: [TaskIndex]
    /// The nodes that count by their keys, ascending. They come before the dependent in the graph's order.
    let keyed: [TaskIndex]

    /// The nodes of the graph in an order in which every key can be made, and what each cut edge stands for.
    ///
    /// Where cut edges lead in a circle among themselves, no key can be had first: all nodes of the circle count by
    /// their own inputs to each other.
    ///
    /// - Parameter plain: the nodes in an order that the edges which are left allow.
    static func all(
        _ graph: DependencyGraph, _ cut: [TaskIndex: [TaskIndex]], plain: [TaskIndex]
    ) -> (order: [TaskIndex], edges: [TaskIndex: [CutEdge]]) {
        guard !cut.isEmpty else { return (plain, [:]) }
        var ancestors: [TaskIndex: Set<TaskIndex>] = [:], behind: [TaskIndex: [TaskIndex]] = [:]
        for (index, targets) in cut {
            let above = graph.closure(of: [index], .dependents)
            ancestors[index] = above
            behind[index] = walk(from: targets, graph, [:], above, stop: index).keyed
        }
        let strata = StronglyConnectedComponents(
            AdjacencyLists((0..<graph.count).map { graph.dependencies[$0] + (behind[$0] ?? []) }))
        var position = [Int](repeating: 0, count: graph.count)
        for (place, node) in plain.enumerated() { position[node] = place }
        var order: [TaskIndex] = [], edges: [TaskIndex: [CutEdge]] = [:]
        order.reserveCapacity(graph.count)
        for members in strata {
            order += members.count == 1 ? Array(members) : members.sorted { position[$0] < position[$1] }
            var circle: [TaskIndex: [TaskIndex]] = [:]
            if members.count > 1 { for member in members { circle[member] = cut[member] } }
            let shared = members.count == 1 ? nil : graph.closure(of: members, .dependents)
            for index in members {
                guard let targets = cut[index], let above = shared ?? ancestors[index] else { continue }
                edges[index] = targets.map { target in
                    let found = walk(from: [target], graph, circle, above, stop: index)
                    return CutEdge(target: target, own: found.own, keyed: found.keyed)
                }
            }
        }
        return (order, edges)
    }

    /// Everything below `start` up to the first nodes that are not among `above`.
    private static func walk(
        from start: [TaskIndex], _ graph: DependencyGraph, _ cut: [TaskIndex: [TaskIndex]], _ above: Set<TaskIndex>,
        stop: TaskIndex
    ) -> (own: [TaskIndex], keyed: [TaskIndex]) {
        var seen = Set(start), pending = start
        seen.insert(stop)
        var own: [TaskIndex] = [], keyed: [TaskIndex] = []
        while let node = pending.popLast() {
            guard node != stop else { continue }
            guard above.contains(node) else {
                keyed.append(node)
                continue
            }
            own.append(node)
            for next in graph.dependencies[node] where seen.insert(next).inserted { pending.append(next) }
            for next in cut[node] ?? [] where seen.insert(next).inserted { pending.append(next) }
        }
        return (own.sorted(), keyed.sorted())
    }
}
