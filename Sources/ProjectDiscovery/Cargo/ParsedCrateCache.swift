internal import GitObjects
internal import WorkspaceModel

/// The parsed Cargo.toml and Cargo.lock files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a manifest that did not change is parsed once. Belongs to one thread,
/// like the object store whose blobs it reads.
package final class ParsedCrateCache {
    private var parsed = ParsedFiles<ObjectID, CrateManifest, TOMLProblem>()
    private var locks = ParsedFiles<ObjectID, CargoLock, TOMLProblem>()
    private var configurations = ParsedFiles<ObjectID, CargoConfiguration, TOMLProblem>()
    private var graphs: [GraphKey: LockGraph] = [:]

    private struct GraphKey: Hashable {
        let lock: ObjectID
        let members: Set<Int>
    }

    package init() {}

    /// How many different manifests were parsed: the cost of discovery, for benchmarks and tests.
    package var count: Int { parsed.count }

    /// The manifest with this content; a failure to understand it is a value, and is remembered too.
    func manifest(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<CrateManifest, TOMLProblem> {
        try parsed.result(of: id, in: objects, CrateManifest.init(parsing:))
    }

    /// The lockfile with this content, likewise.
    func lock(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<CargoLock, TOMLProblem> {
        try locks.result(of: id, in: objects, CargoLock.init(parsing:))
    }

    /// The configuration of cargo with this content, likewise.
    func configuration(
        _ id: ObjectID, in objects: ObjectStore
    ) throws(GitError) -> Result<CargoConfiguration, TOMLProblem> {
        try configurations.result(of: id, in: objects, CargoConfiguration.init(parsing:))
    }

    /// The graph of the lockfile with this content, which ends at `members`.
    func graph(_ id: ObjectID, _ lock: CargoLock, endingAt members: Set<Int>) -> LockGraph {
        let key = GraphKey(lock: id, members: members)
        if let known = graphs[key] { return known }
        let graph = CrateClosures.graph(lock, endingAt: members)
        graphs[key] = graph
        return graph
    }
}
