internal import GitObjects
internal import WorkspaceModel

/// moon's files by path and by the id of their bytes, so that both sides of a comparison parse an unchanged one once.
///
/// Belongs to one thread.
package final class ParsedMoonCache {
    private struct Key: Hashable {
        var path: RepoPath
        var id: ObjectID
    }

    private var projects = ParsedFiles<Key, MoonProjectFile, ConfigurationError>()
    private var tasks = ParsedFiles<Key, MoonTasksFile, ConfigurationError>()

    package init() {}

    func project(
        _ id: ObjectID, at path: RepoPath, in objects: ObjectStore
    ) throws(GitError) -> Result<MoonProjectFile, ConfigurationError> {
        try projects.result(for: Key(path: path, id: id), of: id, in: objects) { (bytes) throws(ConfigurationError) in
            try MoonProjectFile.parse(bytes, at: path)
        }
    }

    func tasks(
        _ id: ObjectID, at path: RepoPath, in objects: ObjectStore
    ) throws(GitError) -> Result<MoonTasksFile, ConfigurationError> {
        try tasks.result(for: Key(path: path, id: id), of: id, in: objects) { (bytes) throws(ConfigurationError) in
            try MoonTasksFile.parse(bytes, at: path)
        }
    }
}
