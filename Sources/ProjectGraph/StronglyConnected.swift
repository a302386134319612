/// The strongly connected components of a graph, dependencies first: a component comes after every component its members
/// reach. Members are in ascending order.
///
/// Tarjan's algorithm (1972), iterative, so that long chains cannot exhaust the stack; O(nodes + edges).
package struct StronglyConnectedComponents: RandomAccessCollection, Sendable {
    /// The nodes, component by component: an order in which each comes after what it depends on, but for cycles.
    package private(set) var members: [Int] = []
    /// Where each component begins in `members`; one more at the end.
    private var starts = [0]

    package init(_ successors: AdjacencyLists) {
        let count = successors.count
        members.reserveCapacity(count)
        starts.reserveCapacity(count + 1)
        var order = [Int](repeating: -1, count: count)
        var low = [Int](repeating: 0, count: count)
        var onStack = [Bool](repeating: false, count: count)
        var stack: [Int] = []
        var work: [(node: Int, rest: ArraySlice<Int>)] = []
        var next = 0
        func enter(_ node: Int) {
            order[node] = next
            low[node] = next
            next += 1
            stack.append(node)
            onStack[node] = true
            work.append((node, successors[node]))
        }
        for root in 0..<count where order[root] < 0 {
            enter(root)
            while !work.isEmpty {
                let node = work[work.count - 1].node
                if let successor = work[work.count - 1].rest.popFirst() {
                    if order[successor] < 0 {
                        enter(successor)
                    } else if onStack[successor] {
                        low[node] = Swift.min(low[node], order[successor])
                    }
                    continue
                }
                work.removeLast()
                if let parent = work.last?.node { low[parent] = Swift.min(low[parent], low[node]) }
                guard low[node] == order[node] else { continue }
                let start = members.count
                while let member = stack.popLast() {
                    onStack[member] = false
                    members.append(member)
                    if member == node { break }
                }
                if members.count - start > 1 { members[start...].sort() }
                starts.append(members.count)
            }
        }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { starts.count - 1 }
    package subscript(position: Int) -> ArraySlice<Int> { members[starts[position]..<starts[position + 1]] }
}
