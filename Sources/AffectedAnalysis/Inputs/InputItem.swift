package import ContentAddressing
package import GitObjects

/// One thing a task reads: a file, or a directory every file below which it reads.
package struct InputItem: Sendable, Hashable {
    /// Relative to the workspace root.
    package let path: RepoPath
    package let mode: FileMode
    package let id: ObjectID
}

/// Everything a task reads, and its digest.
package struct InputSet: Sendable {
    /// Sorted by path.
    package let items: [InputItem]
    package let digest: ContentDigest

    static let empty = InputSet([])

    init(_ unordered: [InputItem]) {
        items = unordered.sorted { $0.path < $1.path }
        var builder = DigestBuilder("ripple.inputs/1")
        builder.list("items", count: items.count)
        var id: [UInt8] = []
        for item in items {
            builder.add("path", item.path.bytes)
            builder.add("mode", Int(item.mode.rawValue))
            id.removeAll(keepingCapacity: true)
            item.id.append(to: &id)
            builder.add("id", id)
        }
        digest = builder.finish()
    }
}
