internal import GitObjects

/// A Dockerfile that stands in the compose or bake file that builds it.
struct InlineDockerfile {
    /// The file it stands in.
    var file: RepoPath
    /// What the file calls the service or target.
    var name: String
    var content: Result<Dockerfile, DockerProblem>

    /// Builds it from the directory `top`, which is around the file.
    func command(from top: RepoPath) -> String? {
        guard let directory = file.parent?.relative(to: top)?.utf8Text else { return nil }
        let text = String(decoding: file.lastComponent, as: UTF8.self)
        let start = directory.isEmpty ? "" : "cd \(ScriptTasks.quoted(directory)) && "
        let tool = DockerNames.isBake(text) ? "docker buildx bake -f" : "docker compose -f"
        let verb = DockerNames.isBake(text) ? "" : " build"
        return "\(start)\(tool) \(ScriptTasks.quoted(text))\(verb) \(ScriptTasks.quoted(name))"
    }
}
