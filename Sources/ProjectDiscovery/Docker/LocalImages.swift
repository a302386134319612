internal import GitObjects
internal import WorkspaceModel

/// The images that the repository builds itself: their names, and the tasks that build them.
struct LocalImages {
    private var named: [(reference: ImageReference, dockerfile: RepoPath)] = []
    private var tasks: [RepoPath: String] = [:]
    private let survey: DockerSurvey

    /// - Parameter taken: the names of tasks that other manifests of a directory define.
    init(survey: DockerSurvey, taken: [RepoPath: Set<String>]) {
        self.survey = survey
        for (dockerfile, uses) in survey.uses.sorted(by: { $0.key < $1.key }) where survey.homes[dockerfile] != nil {
            for image in uses.compactMap(\.image) {
                let reference = ImageReference(image)
                if !reference.isUnknown { named.append((reference, dockerfile)) }
            }
        }
        var used = taken
        // The plainest name goes to the Dockerfile that lies nearest.
        let order = survey.homes.sorted { ($0.key.components.count, $0.key) < ($1.key.components.count, $1.key) }
        for (dockerfile, home) in order {
            var name = LocalImages.name(dockerfile, home)
            while !used[home, default: []].insert(name).inserted { name += "-image" }
            tasks[dockerfile] = name
        }
    }

    /// `docker`, or `docker:VARIANT` where a project has several Dockerfiles.
    private static func name(_ dockerfile: RepoPath, _ home: RepoPath) -> String {
        let variant = DockerNames.variant(String(decoding: dockerfile.lastComponent, as: UTF8.self))
        var parts: [String] = []
        if let directory = dockerfile.parent, directory != home {
            if directory.parent != home
                || ![Array("docker".utf8), Array(".docker".utf8)].contains(Array(directory.lastComponent))
            {
                parts = (directory.relative(to: home) ?? directory).components.map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
        }
        if !variant.isEmpty { parts.append(variant) }
        return parts.isEmpty ? "docker" : "docker:\(parts.joined(separator: "-"))"
    }

    /// The task that builds the image of a Dockerfile.
    func task(of dockerfile: RepoPath) -> String { tasks[dockerfile] ?? "docker" }

    /// The Dockerfiles of this repository that may build the image, without the one that asks.
    func builders(of image: DockerBuild.Image, for dockerfile: RepoPath) -> [RepoPath] {
        let wanted = ImageReference(image.reference)
        guard !wanted.isUnknown else {
            let all = Set(named.map(\.dockerfile)).subtracting([dockerfile]).sorted()
            survey.note(
                dockerfile, image.line,
                all.isEmpty
                    ? "the image depends on an argument without a default"
                    : "the image depends on an argument without a default: it may be any that is built here")
            return all
        }
        return Set(named.filter { wanted.mayBe($0.reference) }.map(\.dockerfile)).subtracting([dockerfile]).sorted()
    }
}
