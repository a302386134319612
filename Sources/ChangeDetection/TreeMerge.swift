package import GitObjects

/// Merges two trees over their common base where no file was touched by both sides.
///
/// The result then is that of `git merge-tree --write-tree`, renames included: git follows a rename only when the other side
/// changed the file under its old name, or put something into a directory that was moved away, and in both cases a path is
/// touched by both sides. The cost follows the changed directories.
package struct TreeMerge {
    private let objects: ObjectStore

    package init(objects: ObjectStore) {
        self.objects = objects
    }

    /// The tree of the merge, in memory; `nil` when a path was touched by both sides and git has to look at contents.
    package func merged(base: ObjectID, ours: ObjectID, theirs: ObjectID) throws(GitError) -> ObjectID? {
        do throws(Contested) {
            return try directory(base, ours, theirs) ?? objects.emptyTree
        } catch {
            switch error {
            case .path: return nil
            case .unreadable(let problem): throw problem
            }
        }
    }

    private enum Contested: Error {
        case path
        case unreadable(GitError)
    }

    /// One thing at a path.
    private struct Item: Equatable {
        let mode: FileMode
        let id: ObjectID
    }

    private func items(_ id: ObjectID?) throws(Contested) -> [[UInt8]: Item] {
        guard let id else { return [:] }
        let tree: Tree
        do throws(GitError) { tree = try objects.tree(id) } catch { throw .unreadable(error) }
        var items: [[UInt8]: Item] = [:]
        for entry in tree.entries { items[Array(tree.name(of: entry))] = Item(mode: entry.mode, id: entry.id) }
        return items
    }

    /// The merged directory, or `nil` when nothing is left in it.
    private func directory(_ base: ObjectID?, _ ours: ObjectID?, _ theirs: ObjectID?) throws(Contested) -> ObjectID? {
        let bases = try items(base), ourItems = try items(ours), theirItems = try items(theirs)
        var result: [(name: [UInt8], mode: FileMode, id: ObjectID)] = []
        for name in Set(bases.keys).union(ourItems.keys).union(theirItems.keys) {
            if let item = try merge(bases[name], ourItems[name], theirItems[name]) {
                result.append((name, item.mode, item.id))
            }
        }
        return result.isEmpty ? nil : objects.add(tree: Tree(result))
    }

    private func merge(_ base: Item?, _ ours: Item?, _ theirs: Item?) throws(Contested) -> Item? {
        if ours == base { return theirs }
        if theirs == base { return ours }
        if let ours, let theirs, ours.mode == .directory, theirs.mode == .directory,
            base == nil || base?.mode == .directory
        {
            return try directory(base?.id, ours.id, theirs.id).map { Item(mode: .directory, id: $0) }
        }
        // Both made the same file of it. Where both removed one, each may have moved it elsewhere.
        if let ours, ours == theirs { return ours }
        throw .path
    }
}
