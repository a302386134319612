/// The strongly connected components of a graph over `0..<count`, dependencies first.
///
/// Tarjan's algorithm (1972), iterative, so that long chains cannot exhaust the stack; O(nodes + edges). A component
/// comes after every component its members reach. Members are in ascending order.
package func stronglyConnectedComponents(count: Int, successors: (Int) -> [Int]) -> [[Int]] {
    var order = [Int](repeating: -1, count: count)
    var low = [Int](repeating: 0, count: count)
    var onStack = [Bool](repeating: false, count: count)
    var stack: [Int] = []
    var components: [[Int]] = []
    var next = 0
    for root in 0..<count where order[root] < 0 {
        var work: [(node: Int, successors: [Int], position: Int)] = []
        func enter(_ node: Int) {
            order[node] = next
            low[node] = next
            next += 1
            stack.append(node)
            onStack[node] = true
            work.append((node, successors(node), 0))
        }
        enter(root)
        while let frame = work.last {
            if frame.position < frame.successors.count {
                work[work.count - 1].position += 1
                let successor = frame.successors[frame.position]
                if order[successor] < 0 {
                    enter(successor)
                } else if onStack[successor] {
                    low[frame.node] = min(low[frame.node], order[successor])
                }
            } else {
                work.removeLast()
                if let parent = work.last { low[parent.node] = min(low[parent.node], low[frame.node]) }
                if low[frame.node] == order[frame.node] {
                    var component: [Int] = []
                    while let member = stack.popLast() {
                        onStack[member] = false
                        component.append(member)
                        if member == frame.node { break }
                    }
                    components.append(component.sorted())
                }
            }
        }
    }
    return components
}
