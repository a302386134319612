internal import GitObjects
internal import WorkspaceModel

/// The parsed Dockerfiles and compose files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a file that did not change is parsed once. Belongs to one thread, like
/// the object store whose blobs it reads.
package final class ParsedDockerCache {
    private var dockerfiles = ParsedFiles<ObjectID, Dockerfile, DockerProblem>()
    private var bakeFiles = ParsedFiles<ObjectID, ComposeFile, DockerProblem>()
    private var makefiles: [ObjectID: [(line: Int, text: String)]] = [:]
    private var composeFiles: [ObjectID: Result<YAMLNode?, DockerProblem>] = [:]

    package init() {}

    /// The Dockerfile with this content; a failure to understand it is a value, and is remembered too.
    func dockerfile(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<Dockerfile, DockerProblem> {
        try dockerfiles.result(of: id, in: objects, Dockerfile.init(parsing:))
    }

    /// What a bake file says. A text is never both JSON and HCL.
    func bake(
        _ id: ObjectID, isJSON: Bool, in objects: ObjectStore
    ) throws(GitError) -> Result<ComposeFile, DockerProblem> {
        try bakeFiles.result(of: id, in: objects) { bytes throws(DockerProblem) in
            try BakeFile.read(bytes, isJSON: isJSON)
        }
    }

    /// The lines of a makefile's recipes that may build an image, with their numbers.
    func makefile(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> [(line: Int, text: String)] {
        if let known = makefiles[id] { return known }
        var found: [(line: Int, text: String)] = [], text = "", start = 0, number = 0
        let bytes = try objects.blob(id)
        for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if text.isEmpty { start = number }
            text += String(decoding: raw, as: UTF8.self)
            if text.hasSuffix("\\") {
                text.removeLast()
                continue
            }
            if text.hasPrefix("\t"), !ImageCommand.read(text).isEmpty { found.append((start, text)) }
            text = ""
        }
        makefiles[id] = found
        return found
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
