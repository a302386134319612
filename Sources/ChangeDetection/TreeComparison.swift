package import GitObjects

/// Compares two trees by walking both in lock step and skipping equal entries.
///
/// The cost follows the changed directories: a subtree with equal id and mode is never opened, and no blob is read.
/// libgit2's own tree diff opens every tree on both sides, which is why the walk is ours.
package struct TreeComparison {
    private let objects: ObjectStore
    private var changes: [Change] = []

    private init(objects: ObjectStore) {
        self.objects = objects
    }

    /// The paths that differ between the trees `base` and `head`.
    package static func changes(from base: ObjectID, to head: ObjectID, in objects: ObjectStore) throws(GitError)
        -> ChangeSet
    {
        var comparison = TreeComparison(objects: objects)
        if base != head {
            prefetch(from: base, to: head, in: objects)
            try comparison.compare(base, head, at: .root)
        }
        return ChangeSet(comparison.changes)
    }

    private mutating func compare(_ base: ObjectID, _ head: ObjectID, at path: RepoPath) throws(GitError) {
        let left = try objects.tree(base), right = try objects.tree(head)
        var i = 0, j = 0
        while i < left.entries.count || j < right.entries.count {
            guard i < left.entries.count else {
                try listed(right.entries[j], in: right, at: path, as: .added)
                j += 1
                continue
            }
            guard j < right.entries.count else {
                try listed(left.entries[i], in: left, at: path, as: .deleted)
                i += 1
                continue
            }
            let one = left.entries[i], two = right.entries[j]
            let oneName = left.name(of: one), twoName = right.name(of: two)
            let sameKind = (one.mode == .directory) == (two.mode == .directory)
            if sameKind, oneName.elementsEqual(twoName) {
                if one.mode != two.mode || one.id != two.id {
                    try compareEntries(one, two, at: path.appending(oneName))
                }
                i += 1
                j += 1
            } else if Tree.precedes((oneName, one.mode), (twoName, two.mode)) {
                try listed(one, in: left, at: path, as: .deleted)
                i += 1
            } else {
                try listed(two, in: right, at: path, as: .added)
                j += 1
            }
        }
    }

    private mutating func compareEntries(_ one: Tree.Entry, _ two: Tree.Entry, at path: RepoPath) throws(GitError) {
        if one.mode == .directory {
            try compare(one.id, two.id, at: path)
        } else if one.mode == two.mode {
            changes.append(Change(path: path, status: one.mode == .submodule ? .submodule : .modified))
        } else if one.mode.isFile, two.mode.isFile {
            changes.append(Change(path: path, status: one.id == two.id ? .mode : .modified))
        } else {
            changes.append(Change(path: path, status: .type))
        }
    }

    /// Everything at or below an entry that exists on one side only.
    private mutating func listed(_ entry: Tree.Entry, in tree: Tree, at path: RepoPath, as status: Change.Status)
        throws(GitError)
    {
        let below = path.appending(tree.name(of: entry))
        guard entry.mode == .directory else {
            changes.append(Change(path: below, status: status))
            return
        }
        let subtree = try objects.tree(entry.id)
        for child in subtree.entries { try listed(child, in: subtree, at: below, as: status) }
    }
}
