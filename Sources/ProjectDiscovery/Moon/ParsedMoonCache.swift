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

    private var projects: [Key: Result<MoonProjectFile, ConfigurationError>] = [:]
    private var tasks: [Key: Result<MoonTasksFile, ConfigurationError>] = [:]

    package init() {}

    func project(
        _ id: ObjectID, at path: RepoPath, in objects: ObjectStore
    ) throws(GitError) -> Result<MoonProjectFile, ConfigurationError> {
        let key = Key(path: path, id: id)
        if let known = projects[key] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(ConfigurationError) in try MoonProjectFile.parse(bytes, at: path) }
        projects[key] = result
        return result
    }

    func tasks(
        _ id: ObjectID, at path: RepoPath, in objects: ObjectStore
    ) throws(GitError) -> Result<MoonTasksFile, ConfigurationError> {
        let key = Key(path: path, id: id)
        if let known = tasks[key] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(ConfigurationError) in try MoonTasksFile.parse(bytes, at: path) }
        tasks[key] = result
        return result
    }
}
