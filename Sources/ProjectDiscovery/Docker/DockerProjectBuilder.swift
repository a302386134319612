internal import GitObjects
internal import WorkspaceModel

/// Makes what the Dockerfiles of one directory add to the project there.
struct DockerProjectBuilder {
    let survey: DockerSurvey
    let images: LocalImages
    /// All projects, those that only have a Dockerfile too.
    let places: ProjectPlaces
    let home: RepoPath
    let builds: [ImageBuild]

    /// Whether another ecosystem has a project here.
    private var isMerged: Bool { survey.places.contains(home) }

    func build() throws(GitError) -> DiscoveredProject {
        var project = DiscoveredProject(path: home, manager: .docker, manifest: builds[0].file)
        project.onlyGathers = survey.places.onlyGathers(home)
        // Files that projects around or below it read stay theirs.
        let isInside = home.parent.flatMap { survey.places.owner(of: $0) } != nil
        project.sharesFiles = !isMerged && (isInside || !places.below(home).isEmpty)
        project.appEvidence = appEvidence
        for build in builds { try add(build, to: &project) }
        // For tasks that ripple.yaml gives it. Other ecosystems' tasks read no more than before.
        if !isMerged { project.namedFiles = try namedFiles() }
        project.dependencies = Array(Set(project.dependencies)).sorted {
            ($0.target, $0.evidence.path, $0.evidence.line ?? 0, $0.tasks?.count ?? 0)
                < ($1.target, $1.evidence.path, $1.evidence.line ?? 0, $1.tasks?.count ?? 0)
        }
        return project
    }

    /// What lies outside the directory and is copied: the files and directories, or all that a directory around it holds.
    private func namedFiles() throws(GitError) -> [RepoPath] {
        var found: Set<RepoPath> = []
        if builds.contains(where: { $0.problem != nil }) { try addContents(of: .root, to: &found) }
        for group in builds.flatMap(\.groups) {
            for source in group.sources {
                let literal = DockerPath.literalPrefix(DockerPath.components(source.path))
                let place = literal.reduce(group.context) { $0.appending($1) }
                if place.isWithin(home) { continue }
                guard home.isWithin(place) else {
                    found.insert(place)
                    continue
                }
                try addContents(of: place, to: &found)
            }
        }
        return found.sorted()
    }

    private func addContents(of directory: RepoPath, to found: inout Set<RepoPath>) throws(GitError) {
        let contents = try survey.tree.directory(directory) ?? Tree.empty
        for entry in contents.entries { found.insert(directory.appending(contents.name(of: entry))) }
    }

    private var appEvidence: String? {
        guard !survey.places.onlyGathers(home) else { return nil }
        for build in builds {
            let name = String(decoding: build.path.lastComponent, as: UTF8.self)
            let isOwn = build.path.parent == home || build.path.parent?.parent == home
            let isTool = DockerNames.isForDevelopment(DockerNames.variant(name)) || !isOwn
            if let origin = survey.uses[build.path]?.first(where: { $0.context == home || !isTool })?.origin {
                return "\(build.file): the image of a service in \(origin.path)"
            }
            if !isTool { return "\(build.file): a Dockerfile" }
        }
        // Where there is nothing else, tools are what the directory makes.
        return isMerged ? nil : "\(builds[0].file): a Dockerfile"
    }

    private func add(_ build: ImageBuild, to project: inout DiscoveredProject) throws(GitError) {
        let name = images.task(of: build.path)
        guard let command = DockerCommand.text(build, survey, from: home) else { return }
        if let problem = build.problem {
            let place = problem.line.map { "\(build.file):\($0)" } ?? "\(build.file)"
            survey.widen(
                build.file, "broken-manifest",
                "\(place): \(problem.problem). Every file counts for the task '\(name)' until it is mended.")
        }
        var task = TaskDefinition(command: command)
        // An image is kept by the engine that builds it, where no cache of files can restore it.
        task.cache = false
        task.claimsInputs = false
        task.inputs = .patterns(build.patterns, includesDefault: false)
        task.origin = Evidence(path: build.file, line: nil)
        var edges = EdgeFinder(survey: survey, places: places, home: home, task: name)
        for group in build.groups { try edges.add(group, of: build.file) }
        for (path, line) in build.services.sorted(by: { $0.key < $1.key }) {
            edges.addImage(path, images, Evidence(path: build.file, line: line))
        }
        for image in build.images.sorted(by: { ($0.line, $0.reference) < ($1.line, $1.reference) }) {
            for path in images.builders(of: image, for: build.path) {
                edges.addImage(path, images, Evidence(path: build.file, line: image.line))
            }
        }
        task.dependsOn = edges.prerequisites(isMerged: isMerged)
        project.dependencies += edges.found
        project.tasks[name] = task
    }
}
