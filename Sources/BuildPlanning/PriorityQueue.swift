/// A binary heap whose order is given by a closure.
///
/// Written here because the heap of swift-collections orders by `Comparable` alone, and levels live beside the items.
package struct PriorityQueue<Element> {
    private var heap: [Element] = []
    private let precedes: (Element, Element) -> Bool

    package init(by precedes: @escaping (Element, Element) -> Bool) {
        self.precedes = precedes
    }

    package var isEmpty: Bool { heap.isEmpty }
    package var count: Int { heap.count }
    package var first: Element? { heap.first }

    package mutating func insert(_ element: Element) {
        heap.append(element)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    package mutating func popFirst() -> Element? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(heap[child], heap[best])
            {
                best = child
            }
            guard best != parent else { return first }
            heap.swapAt(parent, best)
            parent = best
        }
    }
}
