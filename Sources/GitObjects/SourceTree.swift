/// One version of the whole repository: a root tree and the store that reads what is below it.
///
/// A commit, the working tree and a test's files all look like this, so nothing above can tell them apart.
package struct SourceTree {
    package let objects: ObjectStore
    package let root: ObjectID

    package init(objects: ObjectStore, root: ObjectID) {
        self.objects = objects
        self.root = root
    }

    /// A tree of text files, for tests: path to content. A path that ends in `*` is executable, one whose content
    /// starts with `-> ` is a symbolic link.
    package static func inMemory(_ files: [String: String], in objects: ObjectStore = .inMemory()) -> SourceTree {
        var changes: [RepoPath: TreeEdit] = [:]
        for (path, content) in files {
            if content.hasPrefix("-> ") {
                changes[RepoPath(path)] = .set(.symlink, objects.add(blob: Array(content.dropFirst(3).utf8)))
            } else if path.hasSuffix("*") {
                changes[RepoPath(path.dropLast())] = .set(.executable, objects.add(blob: Array(content.utf8)))
            } else {
                changes[RepoPath(path)] = .set(.regular, objects.add(blob: Array(content.utf8)))
            }
        }
        let empty = SourceTree(objects: objects, root: objects.emptyTree)
        // Reading the empty tree and trees made here cannot fail.
        return (try? empty.edited(changes)) ?? empty
    }

    /// The tree of the directory at `path`, or `nil` when there is none.
    package func directory(_ path: RepoPath) throws(GitError) -> Tree? {
        guard let id = try directoryID(path) else { return nil }
        return try objects.tree(id)
    }

    package func directoryID(_ path: RepoPath) throws(GitError) -> ObjectID? {
        guard !path.isRoot else { return root }
        guard let entry = try entry(path), entry.mode == .directory else { return nil }
        return entry.id
    }

    /// The entry at `path`, of any kind; symbolic links are not followed.
    package func entry(_ path: RepoPath) throws(GitError) -> Tree.Entry? {
        var tree = try objects.tree(root)
        let components = path.components
        for (depth, component) in components.enumerated() {
            guard let entry = tree.entry(named: component) else { return nil }
            if depth == components.count - 1 { return entry }
            guard entry.mode == .directory else { return nil }
            tree = try objects.tree(entry.id)
        }
        return nil
    }

    /// The bytes of the regular file at `path`, or `nil` when there is no such file.
    package func read(_ path: RepoPath) throws(GitError) -> [UInt8]? {
        guard let entry = try entry(path), entry.mode.isFile else { return nil }
        return try objects.blob(entry.id)
    }
}

/// What a file becomes in an edited tree.
package enum TreeEdit: Sendable {
    case set(FileMode, ObjectID)
    case remove
}

extension SourceTree {
    /// This tree with some files set or removed: only the directories on the way are made anew, in memory.
    ///
    /// Directories that become empty vanish, as in git. Setting a file where a directory was replaces the directory,
    /// and the other way round. Removing a directory removes everything in it that the edits do not set; setting one
    /// to a tree puts that tree there, with the edits below it applied on top.
    package func edited(_ edits: [RepoPath: TreeEdit]) throws(GitError) -> SourceTree {
        guard !edits.isEmpty else { return self }
        let node = EditNode()
        for (path, edit) in edits { node.insert(path.components[...], edit) }
        let id = try rebuild(root, node)
        return SourceTree(objects: objects, root: id ?? objects.emptyTree)
    }

    /// The id of the edited directory, or `nil` when nothing is left in it.
    private func rebuild(_ id: ObjectID?, _ node: EditNode) throws(GitError) -> ObjectID? {
        let original = if let id { try objects.tree(id) } else { Tree.empty }
        var result: [(name: [UInt8], mode: FileMode, id: ObjectID)] = []
        var seen = Set<[UInt8]>()
        for entry in original.entries {
            let name = Array(original.name(of: entry))
            guard let child = node.children[name] else {
                result.append((name, entry.mode, entry.id))
                continue
            }
            seen.insert(name)
            var below = entry.mode == .directory ? entry.id : nil
            switch child.edit {
            case .set(.directory, let id):
                below = id
            case .set(let mode, let id):
                result.append((name, mode, id))
                continue
            case .remove:
                // What was here goes; a directory of the same name may take its place.
                below = nil
            case nil:
                // Removing paths below a file touches nothing.
                if entry.mode != .directory, !child.setsSomething {
                    result.append((name, entry.mode, entry.id))
                    continue
                }
            }
            if child.children.isEmpty {
                if let below { result.append((name, .directory, below)) }
            } else if let id = try rebuild(below, child) {
                result.append((name, .directory, id))
            }
        }
        for (name, child) in node.children where !seen.contains(name) {
            var below: ObjectID?
            if case .set(let mode, let id) = child.edit {
                guard mode == .directory, !child.children.isEmpty else {
                    result.append((name, mode, id))
                    continue
                }
                below = id
            }
            if !child.children.isEmpty, let id = try rebuild(below, child) { result.append((name, .directory, id)) }
        }
        return result.isEmpty ? nil : objects.add(tree: Tree(result))
    }
}

/// The edits of one directory, by name.
private final class EditNode {
    var edit: TreeEdit?
    var children: [[UInt8]: EditNode] = [:]

    /// Whether something is set here or below.
    var setsSomething: Bool {
        if case .set = edit { return true }
        return children.values.contains { $0.setsSomething }
    }

    func insert(_ components: ArraySlice<ArraySlice<UInt8>>, _ edit: TreeEdit) {
        guard let first = components.first else {
            self.edit = edit
            return
        }
        let name = Array(first)
        let child = children[name] ?? EditNode()
        children[name] = child
        child.insert(components.dropFirst(), edit)
    }
}
