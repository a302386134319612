internal import GitObjects

extension TreeComparison {
    /// In a partial clone without trees, fetches those that the walk will open: level by level, each with one exchange.
    ///
    /// A failure shows when the tree is read. Elsewhere this does nothing.
    static func prefetch(from base: ObjectID, to head: ObjectID, in objects: ObjectStore) {
        guard objects.fetchesLazily else { return }
        var level: [(base: ObjectID?, head: ObjectID?)] = [(base, head)]
        while !level.isEmpty {
            objects.prefetch(level.flatMap { [$0.base, $0.head].compactMap { $0 } })
            var next: [(base: ObjectID?, head: ObjectID?)] = []
            for (base, head) in level {
                let left = directories(base, objects), right = directories(head, objects)
                for name in Set(left.keys).union(right.keys) where left[name] != right[name] {
                    next.append((left[name], right[name]))
                }
            }
            level = next
        }
    }

    private static func directories(_ id: ObjectID?, _ objects: ObjectStore) -> [[UInt8]: ObjectID] {
        guard let id, let tree = try? objects.tree(id) else { return [:] }
        var found: [[UInt8]: ObjectID] = [:]
        for entry in tree.entries where entry.mode == .directory { found[Array(tree.name(of: entry))] = entry.id }
        return found
    }
}
