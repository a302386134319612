internal import GitObjects
internal import WorkspaceModel

/// Finds the images that tasks of other ecosystems build, so that what is copied into them counts for these tasks.
///
/// A package.json script runs `docker build`, itself or by a makefile. Such a task reads what the image is made from,
/// besides the files of its project.
struct TaskImages {
    private struct Found {
        /// The directory it is run in; `nil` when that is not known.
        var directory: RepoPath?
        var command: ImageCommand
        var evidence: Evidence
    }

    private let survey: DockerSurvey
    /// By position of discovery and project and by the task's name.
    private var commands: [(place: (Int, Int, String), found: [Found])] = []

    /// Reads the scripts of tasks whose inputs nobody chose.
    init(_ others: [Discovery], _ survey: DockerSurvey) throws(GitError) {
        self.survey = survey
        for (number, discovery) in others.enumerated() {
            for (position, project) in discovery.projects.enumerated() {
                for (name, task) in project.tasks.sorted(by: { $0.key < $1.key }) {
                    guard case .default = task.inputs, let script = task.script else { continue }
                    let found = try TaskImages.commands(script, of: project, survey)
                    if !found.isEmpty { commands.append(((number, position, name), found)) }
                }
            }
        }
    }

    private static func commands(
        _ script: String, of project: DiscoveredProject, _ survey: DockerSurvey
    ) throws(GitError) -> [Found] {
        var found: [Found] = [], pending = [script], seen: Set<String> = [script]
        let evidence = Evidence(path: project.manifest, line: nil)
        while let next = pending.popLast() {
            for command in ImageCommand.read(next) {
                found += try recipes(
                    Found(
                        directory: command.directory.flatMap { project.path.resolving($0) }, command: command,
                        evidence: evidence), survey)
            }
            for name in ScriptTasks.scripts(runBy: next, among: project.scripts) {
                guard let body = ScriptTasks.body(of: name, in: project.scriptBodies), seen.insert(body).inserted else {
                    continue
                }
                pending.append(body)
            }
        }
        return found
    }

    /// What `make` may run in place of itself: everything in its makefile, whatever the target.
    private static func recipes(_ make: Found, _ survey: DockerSurvey) throws(GitError) -> [Found] {
        guard case .make = make.command.tool else { return [make] }
        guard let directory = make.directory?.resolving(make.command.context ?? ".") else { return [] }
        let names = make.command.files.isEmpty ? ["GNUmakefile", "makefile", "Makefile"] : make.command.files
        for name in names {
            guard let path = directory.resolving(name), let entry = try survey.tree.entry(path), entry.mode.isFile
            else { continue }
            var found: [Found] = []
            for (number, line) in try survey.cache.makefile(entry.id, in: survey.tree.objects) {
                // Each line of a recipe starts in the makefile's directory; makefiles that call others are not followed.
                for command in ImageCommand.read(line) where command.tool != .make {
                    found.append(
                        Found(
                            directory: command.directory.flatMap { directory.resolving($0) }, command: command,
                            evidence: Evidence(path: path, line: number)))
                }
            }
            return found
        }
        return []
    }

    /// The compose and bake files that the commands name, to be read with the others.
    func files() throws(GitError) -> [RepoPath] {
        var found: Set<RepoPath> = []
        for one in commands.flatMap(\.found) {
            for path in try files(of: one) { found.insert(path) }
        }
        return found.sorted()
    }

    private func files(of found: Found) throws(GitError) -> [RepoPath] {
        guard let directory = found.directory else { return [] }
        var names = found.command.files
        switch found.command.tool {
        case .build, .make: return []
        case .compose where names.isEmpty:
            names = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"]
        case .bake where names.isEmpty: names = ["docker-bake.hcl", "docker-bake.json"]
        case .compose, .bake: break
        }
        var paths: [RepoPath] = []
        for name in names {
            guard let path = directory.resolving(name), try survey.tree.entry(path)?.mode.isFile == true else {
                continue
            }
            paths.append(path)
        }
        return paths
    }

    // MARK: What counts

    /// Adds what the images are made from to the inputs of the tasks that build them.
    func add(
        to others: inout [Discovery], _ builds: [RepoPath: ImageBuild], _ images: LocalImages
    ) throws(GitError) {
        for (place, found) in commands {
            var patterns: Set<String> = []
            for one in found {
                // What the makefile, the compose or the bake file says counts too.
                for path in try files(of: one) + [one.evidence.path] {
                    if let pattern = ContextPatterns.escaped(path) { patterns.insert("/\(pattern)") }
                }
                var pending = try self.builds(one, builds, &patterns), seen: Set<RepoPath> = []
                while let build = pending.popLast() {
                    patterns.formUnion(build.patterns(takesIgnored: true))
                    guard seen.insert(build.path).inserted else { continue }
                    let below = build.images.flatMap { images.builders(of: $0, for: build.path) } + build.services.keys
                    pending += below.filter { !seen.contains($0) }.compactMap { builds[$0] }
                }
            }
            if patterns.isEmpty { continue }
            let (discovery, project, name) = place
            // A root that only gathers owns no files: its tasks read none by default.
            let includesDefault = !others[discovery].projects[project].onlyGathers
            others[discovery].projects[project].tasks[name]?.inputs = .patterns(
                patterns.sorted(), includesDefault: includesDefault)
            others[discovery].projects[project].tasks[name]?.claimsInputs = false
        }
    }

    private func builds(
        _ found: Found, _ builds: [RepoPath: ImageBuild], _ patterns: inout Set<String>
    ) throws(GitError) -> [ImageBuild] {
        if case .build(let file) = found.command.tool { return try build(found, file: file, &patterns) }
        var paths: Set<RepoPath> = []
        for path in try files(of: found) {
            let services = survey.services[path] ?? [:]
            let named = found.command.names
            let isKnown = !named.isEmpty && named.allSatisfy { services[$0] != nil }
            // What is not known by name, such as a group, may be everything.
            for (name, dockerfiles) in services where !isKnown || named.contains(name) { paths.formUnion(dockerfiles) }
        }
        if found.directory == nil { widen(found, &patterns) }
        var result: [ImageBuild] = []
        for path in paths.sorted() {
            if let build = builds[path] {
                result.append(build)
            } else {
                result.append(try ImageBuild(path, survey: survey))
            }
        }
        return result
    }

    private func build(
        _ found: Found, file: String?, _ patterns: inout Set<String>
    ) throws(GitError) -> [ImageBuild] {
        guard let context = found.command.context else { return [] }
        if context.contains("://") || context.hasPrefix("git@") || context == "-" || context.hasPrefix("/") {
            return []
        }
        guard let directory = found.directory, !context.contains(DockerVariables.unknown),
            let root = directory.resolving(context), file?.contains(DockerVariables.unknown) != true
        else {
            widen(found, &patterns)
            return []
        }
        let path = file.map { directory.resolving($0) } ?? root.appending("Dockerfile")
        guard let path, try survey.dockerfile(path) != nil else {
            survey.note(
                found.evidence.path, found.evidence.line,
                "a command builds an image from '\(file ?? "\(context)/Dockerfile")', which is not in the repository")
            return []
        }
        var use = DockerSurvey.Use(context: root)
        use.arguments = found.command.arguments
        for (name, text) in found.command.contexts {
            if text.hasPrefix("docker-image://") {
                use.contexts[name] = .image(String(text.dropFirst("docker-image://".count)))
            } else {
                use.contexts[name] = directory.resolving(text).map { .directory($0) } ?? .elsewhere
            }
        }
        return [try ImageBuild(path, asked: [use], survey: survey)]
    }

    private func widen(_ found: Found, _ patterns: inout Set<String>) {
        survey.widen(
            found.evidence.path, "build-context-unknown",
            "\(found.evidence.path)\(found.evidence.line.map { ":\($0)" } ?? ""): "
                + "variables decide from where a command builds an image: every file counts for the task.")
        patterns.insert("/**")
    }
}
