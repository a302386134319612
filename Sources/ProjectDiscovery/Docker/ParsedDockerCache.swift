internal import GitObjects
internal import WorkspaceModel

/// The parsed Dockerfiles and compose files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a file that did not change is parsed once. Belongs to one thread, like
/// the object store whose blobs it reads.
package final class ParsedDockerCache {
    private var dockerfiles = ParsedFiles<ObjectID, Dockerfile, DockerProblem>()
    private var composeFiles: [ObjectID: Result<YAMLNode?, DockerProblem>] = [:]

    package init() {}

    /// The Dockerfile with this content; a failure to understand it is a value, and is remembered too.
    func dockerfile(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<Dockerfile, DockerProblem> {
        try dockerfiles.result(of: id, in: objects, Dockerfile.init(parsing:))
    }

    /// The document of a compose file.
    func compose(
        _ id: ObjectID, at path: RepoPath, in objects: ObjectStore
    ) throws(GitError) -> Result<YAMLNode?, DockerProblem> {
        if let known = composeFiles[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(DockerProblem) in
            do throws(ConfigurationError) {
                return try YAMLNode.compose(bytes, path: path)
            } catch {
                throw DockerProblem(line: error.line, problem: error.problem)
            }
        }
        composeFiles[id] = result
        return result
    }
}
