/// A directed graph over dense node numbers, from the dependent to what it depends on.
///
/// Parallel edges are kept once; successors are in ascending order, so every walk is deterministic.
package struct DependencyGraph: Sendable {
    package let dependencies: AdjacencyLists
    package let dependents: AdjacencyLists

    /// - Parameter edges: pairs from the dependent to its dependency, over `0..<count`.
    package init(count: Int, edges: [(from: Int, to: Int)]) {
        dependencies = AdjacencyLists(count: count, edges: edges)
        dependents = dependencies.reversed
    }

    package var count: Int { dependencies.count }

    /// Every node reachable from `roots` over `direction`, the roots included.
    package func closure(of roots: some Sequence<Int>, _ direction: Direction = .dependencies) -> Set<Int> {
        let next = direction == .dependencies ? dependencies : dependents
        var seen = Set(roots)
        var pending = Array(seen)
        while let node = pending.popLast() {
            for neighbour in next[node] where seen.insert(neighbour).inserted { pending.append(neighbour) }
        }
        return seen
    }

    package enum Direction: Sendable { case dependencies, dependents }

    package var components: StronglyConnectedComponents { StronglyConnectedComponents(dependencies) }

    /// The cycles: strongly connected components of several nodes, or of one that depends on itself.
    package var cycles: [[Int]] { cycles(among: components) }

    /// - Parameter components: those of this graph.
    package func cycles(among components: StronglyConnectedComponents) -> [[Int]] {
        components.lazy
            .filter { $0.count > 1 || $0.contains(where: { node in dependencies[node].contains(node) }) }
            .map(Array.init).sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// One shortest cycle within a strongly connected component, starting at its smallest node; ends where it starts.
    package func exampleCycle(in component: [Int]) -> [Int] {
        guard let start = component.min() else { return [] }
        let members = Set(component)
        var previous: [Int: Int] = [:]
        var pending = [start]
        var position = 0
        while position < pending.count {
            let node = pending[position]
            position += 1
            for next in dependencies[node] where members.contains(next) {
                if next == start {
                    var path = [start]
                    var at = node
                    while at != start {
                        path.append(at)
                        at = previous[at] ?? start
                    }
                    path.append(start)
                    return path.reversed()
                }
                if previous[next] == nil {
                    previous[next] = node
                    pending.append(next)
                }
            }
        }
        return [start]
    }
}
