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

    private var files = ParsedFiles<Key, TerraformFile, HCLProblem>()
    private var locks = ParsedFiles<ObjectID, TerraformLock, HCLProblem>()

    private var units = ParsedFiles<ObjectID, TerragruntFile, HCLProblem>()

    package init() {}

    /// The configuration file with this content; a failure to understand it is a value, and is remembered too.
    func file(
        _ id: ObjectID, isJSON: Bool, in objects: ObjectStore
    ) throws(GitError) -> Result<TerraformFile, HCLProblem> {
        try files.result(for: Key(id: id, isJSON: isJSON), of: id, in: objects) { (bytes) throws(HCLProblem) in
            try TerraformFile(parsing: bytes, isJSON: isJSON)
        }
    }

    func terragrunt(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<TerragruntFile, HCLProblem> {
        try units.result(of: id, in: objects, TerragruntFile.init(parsing:))
    }

    func lock(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<TerraformLock, HCLProblem> {
        try locks.result(of: id, in: objects, TerraformLock.init(parsing:))
    }
}
