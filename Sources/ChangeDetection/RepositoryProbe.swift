internal import Diagnostics
package import GitObjects

/// What the resolvers may ask of a repository. Implemented by `RepositoryReader` and by tables in tests.
package protocol RepositoryProbe: ~Copyable {
    var isShallow: Bool { get }
    var emptyTree: ObjectID { get }
    /// What a revision expression names, or `nil`.
    func resolve(_ expression: String) throws(GitError) -> Repository.Revision?
    func symbolicTarget(_ name: String) -> String?
    /// The best common ancestors; none when the histories are unrelated. Throws `objectMissing` where history is cut off.
    func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID]
    func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID
    /// The parents, first parent first; none for a first commit and where a shallow clone is cut off.
    func parents(of commit: ObjectID) throws(GitError) -> [ObjectID]
    /// Whether a shallow clone leaves out the commit's parents.
    func isCut(_ commit: ObjectID) -> Bool
    /// Whether `ancestor` is `commit` or before it. Throws `objectMissing` where history is cut off.
    func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool
    /// The tree that merging `head` into `target` makes; nothing is written to the repository.
    func mergedTree(target: ObjectID, head: ObjectID) throws(GitError) -> MergeOutcome
}

/// What a merge in memory came to.
package typealias MergeOutcome = Repository.MergeOutcome
