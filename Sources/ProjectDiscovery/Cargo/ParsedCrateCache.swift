internal import GitObjects

/// The parsed Cargo.toml files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a manifest that did not change is parsed once. Belongs to one thread,
/// like the object store whose blobs it reads.
package final class ParsedCrateCache {
    private var parsed: [ObjectID: Result<CrateManifest, TOMLProblem>] = [:]

    package init() {}

    /// How many different manifests were parsed: the cost of discovery, for benchmarks and tests.
    package var count: Int { parsed.count }

    /// The manifest with this content; a failure to understand it is a value, and is remembered too.
    func manifest(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<CrateManifest, TOMLProblem> {
        if let known = parsed[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(TOMLProblem) in try CrateManifest(parsing: bytes) }
        parsed[id] = result
        return result
    }
}
