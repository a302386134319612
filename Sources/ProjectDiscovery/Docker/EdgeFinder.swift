internal import GitObjects
internal import WorkspaceModel

/// Finds the projects that one image takes files or images from.
///
/// Files that are copied are inputs of the task by themselves, so their edges are followed by no task; what is made before
/// it can be copied, and images built here, are waited for.
struct EdgeFinder {
    let survey: DockerSurvey
    let places: ProjectPlaces
    let home: RepoPath
    /// The task that builds the image.
    let task: String
    private(set) var found: [DiscoveredDependency] = []
    /// Tasks that must be done before, in this project and in those depended on.
    private var own: Set<String> = [], others: Set<String> = []

    init(survey: DockerSurvey, places: ProjectPlaces, home: RepoPath, task: String) {
        self.survey = survey
        self.places = places
        self.home = home
        self.task = task
    }

    /// Adds the projects that the sources of a context lie in, or that lie in them.
    mutating func add(_ group: ImageBuild.Group, of path: RepoPath) throws(GitError) {
        for source in group.sources {
            let components = DockerPath.components(source.path)
            let literal = DockerPath.literalPrefix(components)
            let place = literal.reduce(group.context) { $0.appending($1) }
            let evidence = Evidence(path: path, line: source.line)
            let isLiteral = literal.count == components.count
            let exists = try ContextChoice.has(components, in: group.context, survey.tree)
            let isMissing = isLiteral && !literal.isEmpty && !exists
            // A directory around the project says nothing about one neighbour rather than another.
            if home.isWithin(place) { continue }
            if let owner = places.owner(of: place) {
                if owner == home {
                    if isMissing { own.insert("build") }
                } else if survey.places.contains(owner) || places.below(owner).isEmpty {
                    // An image around others shares its files: they are nobody's.
                    add(owner, made: isMissing, evidence)
                }
            }
            guard isLiteral else { continue }
            for below in places.below(place) where below != home { add(below, made: false, evidence) }
        }
    }

    private mutating func add(_ target: RepoPath, made: Bool, _ evidence: Evidence) {
        if made { others.insert("build") }
        found.append(
            DiscoveredDependency(target: target, kind: .build, tasks: made ? [task] : [], evidence: evidence))
    }

    /// Adds the project that builds the image of the Dockerfile at `path`.
    mutating func addImage(_ path: RepoPath, _ images: LocalImages, _ evidence: Evidence) {
        guard let target = survey.homes[path] else { return }
        if target == home {
            own.insert(images.task(of: path))
            return
        }
        others.insert(images.task(of: path))
        found.append(DiscoveredDependency(target: target, kind: .build, tasks: [task], evidence: evidence))
    }

    func prerequisites(isMerged: Bool) -> [TaskDependency] {
        // A directory with nothing but a Dockerfile has no `build` of its own.
        let before = own.filter { $0 != task && (isMerged || $0 != "build") }
        return before.sorted().map { .sameProject($0) } + others.sorted().map { .dependencies($0) }
    }
}
