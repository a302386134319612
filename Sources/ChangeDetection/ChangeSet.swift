package import GitObjects

/// What happened to one path between two trees.
package struct Change: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable {
        case added, modified, deleted
        /// Only the executable bit changed.
        case mode
        /// A file became a symbolic link, a submodule, or the other way round.
        case type
        /// The commit of a submodule changed.
        case submodule
    }

    package var path: RepoPath
    package var status: Status

    package init(path: RepoPath, status: Status) {
        self.path = path
        self.status = status
    }
}

/// The paths that differ between two trees, sorted. A rename is a deletion and an addition.
package struct ChangeSet: Sendable, Equatable {
    package var changes: [Change]

    package init(_ changes: [Change]) {
        self.changes = changes.sorted { $0.path < $1.path }
    }

    /// Several sets as one, without repetition; a path that changed in several ways has them in a fixed order.
    package init(union changes: [Change]) {
        self.changes = Set(changes).sorted { ($0.path, $0.status.rawValue) < ($1.path, $1.status.rawValue) }
    }

    /// The changes at or below `directory`.
    package func within(_ directory: RepoPath) -> [Change] {
        guard !directory.isRoot else { return changes }
        let low = firstIndex { !$0.lexicographicallyPrecedes(directory.bytes) }
        // '0' follows '/', so this is past everything below the directory. Siblings such as foo-bar sort in between.
        let bound = directory.bytes + [UInt8(ascii: "/") + 1]
        let high = firstIndex { !$0.lexicographicallyPrecedes(bound) }
        return changes[low..<max(low, high)].filter { $0.path.isWithin(directory) }
    }

    private func firstIndex(where isPast: ([UInt8]) -> Bool) -> Int {
        var low = 0, high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if isPast(changes[middle].path.bytes) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
