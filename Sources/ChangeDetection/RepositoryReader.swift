internal import Diagnostics
package import GitObjects

/// A repository together with the store of its objects, in which trees that exist only in memory are kept too. Move-only,
/// used by one thread.
package struct RepositoryReader: ~Copyable {
    package let repository: Repository
    package let objects: ObjectStore

    /// Opens the repository that contains the directory `path`, or the one that the GIT_* variables name.
    package init(at path: String, environment: [String: String]) throws(GitError) {
        let opened = try Repository.open(at: path, environment: environment)
        let store = try opened.objectStore()
        repository = opened
        objects = store
    }
}

extension RepositoryReader: RepositoryProbe {
    package var isShallow: Bool { repository.isShallow }
    package var emptyTree: ObjectID { objects.emptyTree }

    package func resolve(_ expression: String) throws(GitError) -> Repository.Revision? {
        try repository.resolve(expression)
    }

    package func symbolicTarget(_ name: String) -> String? { repository.symbolicTarget(name) }

    package func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        try repository.mergeBases(one, two)
    }

    package func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID {
        try repository.tree(ofCommit: commit)
    }

    package func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] { try repository.parents(of: commit) }

    package func isCut(_ commit: ObjectID) -> Bool { repository.isCut(commit) }

    package func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool {
        try repository.isAncestor(ancestor, of: commit)
    }

    /// Directories that only one side changed are taken as they are, in memory. Only where both sides touched the same file
    /// is git's own merge asked.
    package func mergedTree(target: ObjectID, head: ObjectID) throws(GitError) -> MergeOutcome {
        let bases = try mergeBases(target, head)
        guard !bases.isEmpty else {
            throw GitError(
                .noMergeBase, .environment, "\(target) and \(head) have no common ancestor, so git does not merge them."
            )
        }
        if bases.count == 1 {
            let merge = TreeMerge(objects: objects)
            let trees = (try tree(ofCommit: bases[0]), try tree(ofCommit: target), try tree(ofCommit: head))
            if let tree = try merge.merged(base: trees.0, ours: trees.1, theirs: trees.2) { return .clean(tree: tree) }
        }
        return try repository.mergedTree(target: target, head: head, in: objects)
    }
}
