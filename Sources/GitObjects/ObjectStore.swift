internal import Diagnostics

/// Where objects of a repository are read from. Belongs to one thread.
protocol ObjectSource: AnyObject {
    /// The error is `objectMissing` when the source does not hold the object.
    func tree(_ id: ObjectID) throws(GitError) -> Tree
    func blob(_ id: ObjectID) throws(GitError) -> [UInt8]
    /// Whether the object is known to be here; cheap, and `false` where that would have to be found out.
    func holds(_ id: ObjectID) -> Bool
    /// Whether reading an object may fetch it.
    var fetchesLazily: Bool { get }
    /// Fetches these objects all at once, where that is cheaper than one by one.
    func prefetch(_ ids: [ObjectID])
    /// When it is asked: those that look into files of this machine before those that start a program, and those last that
    /// may go out to a remote.
    var turn: Int { get }
}

extension ObjectSource {
    func holds(_ id: ObjectID) -> Bool { false }
    var fetchesLazily: Bool { false }
    func prefetch(_ ids: [ObjectID]) {}
    var turn: Int { 0 }
}

/// Reads trees and blobs by id: from a repository's object database, and from objects that exist only in memory.
///
/// Objects in memory are how the working tree, a file list or a test becomes one more git tree: they have the ids that
/// git would give them, and nothing is written to the repository. Trees are cached, because discovery, comparison and
/// keys read the same ones. Belongs to one thread.
package final class ObjectStore {
    package let format: ObjectFormat
    /// Asked one after the other until one holds the object; in the order of `turn`.
    private var sources: [any ObjectSource]
    private var trees: [ObjectID: Tree] = [:]
    /// Those of `trees` that were made here.
    private var madeTrees: Set<ObjectID> = []
    private var memoryBlobs: [ObjectID: [UInt8]] = [:]
    private var readers: [ObjectID: () throws(GitError) -> [UInt8]] = [:]

    /// How many trees were read from the object database: the cost of an analysis, for benchmarks and tests.
    package private(set) var treesRead = 0

    /// The blobs that were asked for, found or not.
    package private(set) var blobsRead: Set<ObjectID> = []

    /// A store over `sources`, or over memory alone when there are none.
    init(_ sources: [any ObjectSource], format: ObjectFormat) {
        self.format = format
        self.sources = sources
        trees[format.emptyTree] = .empty
    }

    /// A store that holds only what is added to it.
    package static func inMemory(format: ObjectFormat = .sha1) -> ObjectStore { ObjectStore([], format: format) }

    /// The id of SHA-1's tree without entries.
    package static var emptyTreeID: ObjectID { ObjectFormat.sha1.emptyTree }

    package enum Kind: Sendable { case blob, tree }

    /// The id of this store's tree without entries.
    package var emptyTree: ObjectID { format.emptyTree }

    func add(source: any ObjectSource) {
        sources.insert(source, at: sources.firstIndex { $0.turn > source.turn } ?? sources.endIndex)
    }

    package func tree(_ id: ObjectID) throws(GitError) -> Tree {
        if let tree = trees[id] { return tree }
        let tree = try read(id, "tree") { source throws(GitError) in try source.tree(id) }
        treesRead += 1
        trees[id] = tree
        return tree
    }

    package func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
        note(blob: id)
        return try peek(blob: id)
    }

    /// Notes that something was made of the blob.
    package func note(blob id: ObjectID) { blobsRead.insert(id) }

    /// The bytes of a blob, without noting it in `blobsRead`: for a reader that makes nothing of most.
    package func peek(blob id: ObjectID) throws(GitError) -> [UInt8] {
        if let bytes = memoryBlobs[id] { return bytes }
        if let reader = readers[id] { return try reader() }
        return try read(id, "blob") { source throws(GitError) in try source.blob(id) }
    }

    /// Whether the tree can be read.
    package func holds(tree id: ObjectID) -> Bool { (try? tree(id)) != nil }

    /// Whether the tree comes from the repository, and will be there for another process; when in doubt it does not.
    package func isStored(tree id: ObjectID) -> Bool {
        !sources.isEmpty && !madeTrees.contains(id) && id != format.emptyTree && holds(tree: id)
    }

    /// Whether objects may have to be fetched before they can be read, so that announcing them saves exchanges.
    package var fetchesLazily: Bool { sources.contains { $0.fetchesLazily } }

    /// Tells that these objects will be read: a partial clone fetches those it lacks in one go.
    package func prefetch(_ ids: [ObjectID]) {
        guard fetchesLazily else { return }
        let missing = ids.filter { id in
            trees[id] == nil && memoryBlobs[id] == nil && readers[id] == nil && !sources.contains { $0.holds(id) }
        }
        if !missing.isEmpty { for source in sources { source.prefetch(missing) } }
    }

    private func read<Value>(
        _ id: ObjectID, _ kind: String, _ body: (any ObjectSource) throws(GitError) -> Value
    ) throws(GitError) -> Value {
        var missing: GitError?
        for source in sources {
            do throws(GitError) {
                return try body(source)
            } catch {
                guard error.code == .objectMissing else { throw error }
                missing = missing ?? error
            }
        }
        throw missing
            ?? GitError(
                .objectMissing, .environment,
                "The \(kind) \(id) is not in the repository. If this is a partial or shallow clone, fetch it: "
                    + "git fetch --refetch")
    }

    /// Makes `bytes` readable under the id git would give them.
    @discardableResult
    package func add(blob bytes: [UInt8]) -> ObjectID {
        let id = format.id(of: bytes, kind: .blob)
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
        let id = format.id(of: tree.rawObject, kind: .tree)
        madeTrees.insert(id)
        trees[id] = tree
        return id
    }
}
