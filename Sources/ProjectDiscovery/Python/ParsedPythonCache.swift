internal import GitObjects

/// The parsed pyproject.toml files and lockfiles of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a file that did not change is parsed once. Belongs to one thread, like
/// the object store whose blobs it reads.
package final class ParsedPythonCache {
    private var manifests = ParsedFiles<ObjectID, PythonManifest, TOMLProblem>()
    private var locks: [ObjectID: Result<PythonLock, TOMLProblem>] = [:]

    package init() {}

    /// The manifest with this content; a failure to understand it is a value, and is remembered too.
    func manifest(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<PythonManifest, TOMLProblem> {
        try manifests.result(of: id, in: objects, PythonManifest.init(parsing:))
    }

    /// The lockfile with this content, in uv's format or in Poetry's.
    func lock(_ id: ObjectID, isPoetry: Bool, in objects: ObjectStore) throws(GitError) -> Result<
        PythonLock, TOMLProblem
    > {
        if let known = locks[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(TOMLProblem) in
            try isPoetry ? PythonLock(parsingPoetry: bytes) : PythonLock(parsingUv: bytes)
        }
        locks[id] = result
        return result
    }
}
