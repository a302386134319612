/// A directed graph over dense node numbers, from the dependent to what it depends on.
///
/// Parallel edges are kept once; successors are in ascending order, so every walk is deterministic.
package struct DependencyGraph: Sendable {
    package let dependencies: [[Int]]
    package let dependents: [[Int]]

    /// - Parameter edges: pairs (from the dependent, to its dependency) over `0..<count`.
    package init(count: Int, edges: some Sequence<(Int, Int)>) {
        var dependencies = [[Int]](repeating: [], count: count)
        for (from, to) in edges { dependencies[from].append(to) }
        var dependents = [[Int]](repeating: [], count: count)
        for node in 0..<count where !dependencies[node].isEmpty {
            DependencyGraph.sortUniquely(&dependencies[node])
            for dependency in dependencies[node] { dependents[dependency].append(node) }
        }
        self.dependencies = dependencies
        self.dependents = dependents
    }

    /// Lists are short and mostly in order already.
    private static func sortUniquely(_ list: inout [Int]) {
        guard list.count > 1 else { return }
        list.sort()
        var kept = 1
        for position in 1..<list.count where list[position] != list[kept - 1] {
            list[kept] = list[position]
            kept += 1
        }
        list.removeSubrange(kept...)
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

    /// The cycles: strongly connected components of several nodes, or of one that depends on itself.
    package var cycles: [[Int]] {
        stronglyConnectedComponents(count: count) { dependencies[$0] }
            .filter { $0.count > 1 || dependencies[$0[0]].contains($0[0]) }
            .sorted { $0.lexicographicallyPrecedes($1) }
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
