internal import GitObjects

/// The go.mod, go.work, go.sum and .go files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one. Belongs to one thread, like the object store whose blobs it reads.
package final class ParsedGoCache {
    private var manifests: [ObjectID: Result<GoModFile, GoProblem>] = [:]
    private var sums: [ObjectID: Result<GoSumFile, GoProblem>] = [:]
    private var sources: [ObjectID: GoSource] = [:]

    package init() {}

    func manifest(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GoModFile, GoProblem> {
        if let known = manifests[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(GoProblem) in try GoModFile(parsing: bytes) }
        manifests[id] = result
        return result
    }

    func sum(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GoSumFile, GoProblem> {
        if let known = sums[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(GoProblem) in try GoSumFile(parsing: bytes) }
        sums[id] = result
        return result
    }

    func source(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> GoSource {
        if let known = sources[id] { return known }
        let source = GoSource(scanning: try objects.blob(id))
        sources[id] = source
        return source
    }
}
