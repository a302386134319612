internal import CLibgit2
internal import Diagnostics

/// Reads trees and blobs by id: from a repository's object database, and from objects that exist only in memory.
///
/// Objects in memory are how the working tree, a file list or a test becomes one more git tree: they have the ids that
/// git would give them, and nothing is written to the repository. Trees are cached, because discovery, comparison and
/// keys read the same ones. Belongs to one thread.
package final class ObjectStore {
    private let database: ObjectDatabase?
    private var trees: [ObjectID: Tree] = [:]
    private var memoryBlobs: [ObjectID: [UInt8]] = [:]
    private var readers: [ObjectID: () throws(GitError) -> [UInt8]] = [:]

    /// How many trees were read from the object database: the cost of an analysis, for benchmarks and tests.
    package private(set) var treesRead = 0

    /// A store over `database`, or over memory alone when there is none.
    init(database: consuming ObjectDatabase?) {
        self.database = database
        trees[ObjectStore.emptyTreeID] = .empty
    }

    /// A store that holds only what is added to it.
    package static func inMemory() -> ObjectStore { ObjectStore(database: nil) }

    /// The id of the tree without entries, which every repository is taken to hold.
    package static let emptyTreeID = ObjectStore.id(of: [], kind: .tree)

    package enum Kind: Sendable { case blob, tree }

    /// The id that git would give an object with these bytes.
    package static func id(of bytes: [UInt8], kind: Kind) -> ObjectID {
        Libgit2.start()
        var out = ripple_git_id()
        let type = kind == .blob ? RIPPLE_GIT_OBJECT_BLOB : RIPPLE_GIT_OBJECT_TREE
        let status = bytes.withUnsafeBufferPointer { ripple_git_hash(&out, $0.baseAddress, $0.count, Int32(type)) }
        // Hashing bytes in memory can only fail when memory is exhausted.
        precondition(status == 0, "hashing failed: \(lastLibgit2Message())")
        return ObjectID(out)
    }

    package func tree(_ id: ObjectID) throws(GitError) -> Tree {
        if let tree = trees[id] { return tree }
        guard let tree = try database?.tree(id) else { throw ObjectStore.missing(id, "tree") }
        treesRead += 1
        trees[id] = tree
        return tree
    }

    package func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
        if let bytes = memoryBlobs[id] { return bytes }
        if let reader = readers[id] { return try reader() }
        guard let bytes = try database?.blob(id) else { throw ObjectStore.missing(id, "blob") }
        return bytes
    }

    /// Makes `bytes` readable under the id git would give them.
    @discardableResult
    package func add(blob bytes: [UInt8]) -> ObjectID {
        let id = ObjectStore.id(of: bytes, kind: .blob)
        memoryBlobs[id] = bytes
        return id
    }

    /// Makes a blob readable that is known by id and can be fetched when someone asks, such as a file on disk.
    package func add(blob id: ObjectID, reader: @escaping () throws(GitError) -> [UInt8]) {
        readers[id] = reader
    }

    /// Makes `tree` readable under the id git would give it.
    @discardableResult
    package func add(tree: Tree) -> ObjectID {
        let id = ObjectStore.id(of: tree.rawObject, kind: .tree)
        trees[id] = tree
        return id
    }

    private static func missing(_ id: ObjectID, _ kind: String) -> GitError {
        GitError(
            .objectMissing, .environment,
            "The \(kind) \(id) is not in the repository. If this is a partial or shallow clone, fetch it: git fetch --refetch."
        )
    }
}
