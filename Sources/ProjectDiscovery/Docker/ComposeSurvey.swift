internal import GitObjects
internal import WorkspaceModel

/// Reads the compose and bake files of one tree and tells the survey which Dockerfiles they build, and how.
///
/// Files are read one by one, as if each were used alone; where one leaves out the context or the Dockerfile of a service,
/// those that the files beside it give to a service of that name count too, since compose lays such files over each other.
final class ComposeSurvey {
    private let survey: DockerSurvey
    private var files: [RepoPath: ComposeFile] = [:]

    init(survey: DockerSurvey) {
        self.survey = survey
    }

    func run(_ paths: [RepoPath]) throws(GitError) {
        var pending = paths
        var seen = Set(paths)
        while let path = pending.popLast() {
            guard let file = try read(path), let directory = path.parent else { continue }
            files[path] = file
            for other in file.others {
                guard let target = directory.resolving(other.path), !other.path.hasPrefix("/"),
                    try survey.tree.entry(target)?.mode.isFile == true
                else {
                    survey.note(path, other.line, "the compose file '\(shown(other.path))' is not in the repository")
                    continue
                }
                if seen.insert(target).inserted { pending.append(target) }
            }
        }
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            for build in file.builds { try add(build, of: path) }
        }
    }

    private func read(_ path: RepoPath) throws(GitError) -> ComposeFile? {
        guard let place = try survey.tree.following(path).last, let entry = try survey.tree.entry(place),
            entry.mode.isFile, let directory = path.parent
        else { return nil }
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        if DockerNames.isBake(name) {
            switch try survey.cache.bake(entry.id, isJSON: name.hasSuffix(".json"), in: survey.tree.objects) {
            case .success(let file): return file
            case .failure(let problem):
                broken(path, problem)
                return nil
            }
        }
        switch try survey.cache.compose(entry.id, at: path, in: survey.tree.objects) {
        case .success(let root):
            let settings = try survey.tree.read(directory.appending(".env"))
            return ComposeFile(root, variables: settings.map(ComposeFile.variables) ?? [:])
        case .failure(let problem):
            broken(path, problem)
            return nil
        }
    }

    private func broken(_ path: RepoPath, _ problem: DockerProblem) {
        survey.brokenCompose.append(path.parent ?? .root)
        let place = problem.line.map { "\(path):\($0)" } ?? "\(path)"
        survey.widen(
            path, "broken-manifest",
            "\(place): \(problem.problem). Images below its directory count as built from there as well.")
    }

    private func shown(_ text: String) -> String { text.replacing(String(DockerVariables.unknown), with: "?") }

    // MARK: Builds

    private func add(_ build: ComposeFile.Build, of path: RepoPath) throws(GitError) {
        guard let directory = path.parent else { return }
        let (contexts, dockerfiles) = places(of: build, in: directory)
        for context in contexts {
            guard let root = localContext(context, directory, path, build.line) else { continue }
            if let key = try survey.inlineKey(of: build, in: path) {
                survey.add(try use(build, root, path), of: key, asked: (path, build.service))
                continue
            }
            for dockerfile in dockerfiles {
                guard let file = root.resolving(dockerfile), !dockerfile.hasPrefix("/"),
                    !dockerfile.contains(DockerVariables.unknown), try survey.dockerfile(file) != nil
                else {
                    survey.note(
                        path, build.line,
                        "the service '\(build.service)' is built from '\(shown(dockerfile))', which is not in the repository"
                    )
                    continue
                }
                survey.add(try use(build, root, path), of: file, asked: (path, build.service))
            }
        }
    }

    /// The contexts and Dockerfiles that a service may have once compose has laid the files beside each other.
    private func places(of build: ComposeFile.Build, in directory: RepoPath) -> ([String], [String]) {
        var contexts = [build.context].compactMap { $0 }, dockerfiles = [build.dockerfile].compactMap { $0 }
        let others = files.filter { $0.key.parent == directory }.sorted { $0.key < $1.key }
            .flatMap { $0.value.builds.filter { $0.service == build.service } }
        if contexts.isEmpty { contexts = Set(others.compactMap(\.context)).sorted() }
        if dockerfiles.isEmpty { dockerfiles = Set(others.compactMap(\.dockerfile)).sorted() }
        return (contexts.isEmpty ? ["."] : contexts, dockerfiles.isEmpty ? ["Dockerfile"] : dockerfiles)
    }

    /// The directory that a context names; `nil`, with a note, when it is none of the repository.
    private func localContext(_ text: String, _ directory: RepoPath, _ path: RepoPath, _ line: Int) -> RepoPath? {
        if text.contains("://") || text.hasPrefix("git@") { return nil }
        guard !text.hasPrefix("/"), !text.hasPrefix("~"), !text.contains(DockerVariables.unknown),
            let root = directory.resolving(text)
        else {
            survey.note(path, line, "the build context '\(shown(text))' is not known to be in the repository")
            return nil
        }
        return root
    }

    private func use(
        _ build: ComposeFile.Build, _ root: RepoPath, _ path: RepoPath
    ) throws(GitError) -> DockerSurvey.Use {
        var use = DockerSurvey.Use(context: root)
        use.arguments = build.arguments
        use.target = build.target
        use.image = build.image
        use.origin = Evidence(path: path, line: build.line)
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        use.isMain =
            DockerNames.isMainCompose(name)
            || (DockerNames.isBake(name) && files[path]?.isDefault(build.service) == true)
        for (name, text) in build.contexts {
            use.contexts[name] = try named(text, path, build.line)
        }
        return use
    }

    private func named(_ text: String, _ path: RepoPath, _ line: Int) throws(GitError) -> DockerSurvey.NamedContext {
        let directory = path.parent ?? .root
        if text.hasPrefix("docker-image://") { return .image(String(text.dropFirst("docker-image://".count))) }
        if text.hasPrefix("service:") {
            let service = text.dropFirst("service:".count)
            for build in files[path]?.builds ?? [] where build.service == service {
                if let key = try survey.inlineKey(of: build, in: path) { return .service(key) }
                let (contexts, dockerfiles) = places(of: build, in: directory)
                if let root = localContext(contexts[0], directory, path, line),
                    let file = root.resolving(dockerfiles[0])
                {
                    return .service(file)
                }
            }
            survey.note(path, line, "no service '\(service)' is built here")
            return .elsewhere
        }
        return localContext(text, directory, path, line).map { .directory($0) } ?? .elsewhere
    }
}
