/// One list of node numbers for each node of `0..<count`, all in one array.
///
/// A graph of tens of thousands of nodes is then three allocations rather than one a node, and walks read memory in order.
package struct AdjacencyLists: Sendable {
    /// Where each node's list begins in `values`; one more at the end.
    private let starts: [Int]
    private let values: [Int]

    private init(starts: [Int], values: [Int]) {
        self.starts = starts
        self.values = values
    }

    package init(_ lists: [[Int]]) {
        var starts = [0], values: [Int] = []
        starts.reserveCapacity(lists.count + 1)
        values.reserveCapacity(lists.reduce(0) { $0 + $1.count })
        for list in lists {
            values += list
            starts.append(values.count)
        }
        self.init(starts: starts, values: values)
    }

    /// Of each node those it has an edge to, ascending and each once; O(nodes + edges).
    ///
    /// - Parameter edges: pairs over `0..<count`, in any order.
    package init(count: Int, edges: [(from: Int, to: Int)]) {
        // Sorting by target and then, keeping that order, by origin is sorting by both.
        let byTarget = AdjacencyLists.bucketed(count: count, edges.count) { body in
            for edge in edges { body(edge.to, edge.from) }
        }
        self = byTarget.reversed.withoutRepeats
    }

    package var count: Int { starts.count - 1 }

    package subscript(node: Int) -> ArraySlice<Int> { values[starts[node]..<starts[node + 1]] }

    /// Of each node those that have it in their list, ascending.
    package var reversed: AdjacencyLists {
        AdjacencyLists.bucketed(count: count, values.count) { body in
            for node in 0..<count {
                for position in starts[node]..<starts[node + 1] { body(values[position], node) }
            }
        }
    }

    /// Puts each value into its node's list in the order of coming. `pairs` is asked twice and must answer the same.
    private static func bucketed(count: Int, _ size: Int, _ pairs: ((Int, Int) -> Void) -> Void) -> AdjacencyLists {
        var starts = [Int](repeating: 0, count: count + 1)
        pairs { node, _ in starts[node + 1] += 1 }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var next = starts
        let values = [Int](unsafeUninitializedCapacity: size) { buffer, filled in
            buffer.initialize(repeating: 0)
            pairs { node, value in
                buffer[next[node]] = value
                next[node] += 1
            }
            filled = size
        }
        return AdjacencyLists(starts: starts, values: values)
    }

    /// Each neighbour of an ascending list once.
    private var withoutRepeats: AdjacencyLists {
        var starts = [0], values: [Int] = []
        starts.reserveCapacity(count + 1)
        values.reserveCapacity(self.values.count)
        for node in 0..<count {
            let start = values.count
            for value in self[node] where values.count == start || values[values.count - 1] != value {
                values.append(value)
            }
            starts.append(values.count)
        }
        return AdjacencyLists(starts: starts, values: values)
    }
}
