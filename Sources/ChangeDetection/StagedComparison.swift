internal import GitObjects

/// What the index says differs from the tree of HEAD.
///
/// Directories whose tree id the index still knows (TREE extension) and that equal HEAD's are skipped, so the cost
/// follows what was staged.
struct StagedComparison {
    private let index: IndexFile
    private let objects: ObjectStore
    private(set) var edits: [RepoPath: TreeEdit] = [:]

    init(index: IndexFile, objects: ObjectStore) {
        self.index = index
        self.objects = objects
    }

    /// Compares the index entries in `range`, which lie below `path`, with the tree `headTree`.
    mutating func compare(_ range: Range<Int>, at path: RepoPath, headTree: ObjectID?) throws(GitError) {
        if let headTree, index.validTrees[path] == headTree { return }
        let tree = if let headTree { try objects.tree(headTree) } else { Tree.empty }
        var remaining: [[UInt8]: Tree.Entry] = [:]
        for entry in tree.entries { remaining[Array(tree.name(of: entry))] = entry }
        let depth = path.isRoot ? 0 : path.bytes.count + 1
        var at = range.lowerBound
        while at < range.upperBound {
            let entry = index.entries[at]
            let full = index.name(of: entry)
            let rest = full.dropFirst(depth)
            if let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
                let start = at
                at = index.view.end(ofPrefix: UnsafeRawBufferPointer(rebasing: full[...slash]), from: at, in: range)
                let name = Array(rest[..<slash])
                let below = path.appending(name)
                let head = remaining[name]
                if index.mode(of: entry) == .directory {
                    // A sparse directory entry stands for the tree it names.
                    if head?.id != index.id(of: entry) { edits[below] = .set(.directory, index.id(of: entry)) }
                } else {
                    try compare(start..<at, at: below, headTree: head?.mode == .directory ? head?.id : nil)
                }
                if head?.mode == .directory { remaining[name] = nil }
                continue
            }
            at += 1
            // The scan of the disk decides about these.
            let name = Array(rest)
            if entry.flags.contains(.unmerged) || entry.flags.contains(.intentToAdd) {
                remaining[name] = nil
                continue
            }
            let head = remaining.removeValue(forKey: name)
            if let mode = index.mode(of: entry), head?.mode != mode || head?.id != index.id(of: entry) {
                edits[path.appending(name)] = .set(mode, index.id(of: entry))
            }
        }
        for name in remaining.keys {
            let below = path.appending(name)
            // A file that gave way to a directory is replaced by what is staged below it.
            if edits[below] == nil { try remove(below, remaining[name]) }
        }
    }

    private mutating func remove(_ path: RepoPath, _ entry: Tree.Entry?) throws(GitError) {
        guard let entry, entry.mode == .directory else {
            edits[path] = .remove
            return
        }
        let tree = try objects.tree(entry.id)
        for child in tree.entries { try remove(path.appending(tree.name(of: child)), child) }
    }
}
