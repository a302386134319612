internal import GitObjects

/// The parsed files of Terraform modules of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a file that did not change is parsed once. Belongs to one thread, like
/// the object store whose blobs it reads.
package final class ParsedTerraformCache {
    private struct Key: Hashable {
        let id: ObjectID
        let isJSON: Bool
    }

    private var files: [Key: Result<TerraformFile, HCLProblem>] = [:]
    private var locks: [ObjectID: Result<TerraformLock, HCLProblem>] = [:]

    package init() {}

    /// The configuration file with this content; a failure to understand it is a value, and is remembered too.
    func file(
        _ id: ObjectID, isJSON: Bool, in objects: ObjectStore
    ) throws(GitError) -> Result<TerraformFile, HCLProblem> {
        let key = Key(id: id, isJSON: isJSON)
        if let known = files[key] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(HCLProblem) in try TerraformFile(parsing: bytes, isJSON: isJSON) }
        files[key] = result
        return result
    }

    func lock(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<TerraformLock, HCLProblem> {
        if let known = locks[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(HCLProblem) in try TerraformLock(parsing: bytes) }
        locks[id] = result
        return result
    }
}
