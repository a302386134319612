internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: which Dockerfiles there are, who builds them from where, and which project each belongs to.
///
/// Belongs to one thread and one tree.
final class DockerSurvey {
    /// One way in which something builds a Dockerfile.
    struct Use {
        var context: RepoPath
        var arguments: [String: String] = [:]
        var target: String?
        var image: String?
        var contexts: [String: NamedContext] = [:]
        /// The compose file and service that say so; `nil` for what goes without saying.
        var origin: Evidence?
        /// Whether `docker compose build` does it without being given other files.
        var isMain = false
    }

    /// What a name in `COPY --from` or `FROM` stands for when a compose file says so.
    enum NamedContext {
        case directory(RepoPath)
        case image(String)
        /// The image of another service: its Dockerfile.
        case service(RepoPath)
        /// A place outside the repository.
        case elsewhere
    }

    let tree: SourceTree
    let cache: ParsedDockerCache
    /// The projects of other ecosystems.
    let places: ProjectPlaces
    /// The Dockerfiles, each with the ways in which compose files build it.
    private(set) var uses: [RepoPath: [Use]] = [:]
    /// The Dockerfiles that lie in their project's own directory, or that something builds.
    private(set) var homes: [RepoPath: RepoPath] = [:]
    /// The Dockerfiles that stand in other files, by a place beside these where no file is.
    private(set) var inline: [RepoPath: InlineDockerfile] = [:]
    /// The Dockerfiles of each service or target, by the file that names it.
    private(set) var services: [RepoPath: [String: Set<RepoPath>]] = [:]
    /// Directories of compose files that cannot be read.
    var brokenCompose: [RepoPath] = []
    var widenings: [Widening] = []
    var diagnostics: [Diagnostic] = []

    init(tree: SourceTree, cache: ParsedDockerCache, places: ProjectPlaces) {
        self.tree = tree
        self.cache = cache
        self.places = places
    }

    func note(_ path: RepoPath, _ line: Int?, _ message: String) {
        let diagnostic = Diagnostic(evidence: Evidence(path: path, line: line), message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    func widen(_ path: RepoPath, _ code: String, _ message: String) {
        let widening = Widening(code: code, scope: path.description, message: message)
        if !widenings.contains(widening) { widenings.append(widening) }
    }

    /// The Dockerfile at `path`, through symbolic links; `nil` when there is no such file.
    func dockerfile(_ path: RepoPath) throws(GitError) -> Result<Dockerfile, DockerProblem>? {
        if let inline = inline[path] { return inline.content }
        guard let place = try tree.following(path).last, let entry = try tree.entry(place), entry.mode.isFile else {
            return nil
        }
        return try cache.dockerfile(entry.id, in: tree.objects)
    }

    /// Finds Dockerfiles and compose files in the scanned directories and in those of projects, which may lie deeper.
    ///
    /// - Parameter named: compose and bake files that something names, wherever they lie.
    func run(_ scan: ManifestScan, and named: [RepoPath]) throws(GitError) {
        var found: Set<RepoPath> = [], compose: [RepoPath] = []
        for directory in Set(scan.directories.map(\.path)).union(places.directories).sorted() {
            if directory.components.contains(where: { DockerNames.isFixture($0) }) { continue }
            let names = try fileNames(in: directory)
            for name in names where DockerNames.isDockerfile(name) { found.insert(directory.appending(name)) }
            compose += names.filter { DockerNames.isCompose($0) || DockerNames.isBake($0) }
                .map { directory.appending($0) }
            // A project's images may have a directory of their own.
            guard places.contains(directory) else { continue }
            for folder in ["docker", ".docker"] {
                let below = directory.appending(folder)
                for name in try fileNames(in: below) where DockerNames.isDockerfile(name) {
                    found.insert(below.appending(name))
                }
            }
        }
        for path in found { uses[path] = [] }
        try ComposeSurvey(survey: self).run(Array(Set(compose + named)).sorted())
        for path in uses.keys.sorted() { homes[path] = try home(of: path) }
    }

    /// - Parameter asked: the file and the service in it that say so.
    func add(_ use: Use, of dockerfile: RepoPath, asked: (file: RepoPath, service: String)) {
        uses[dockerfile, default: []].append(use)
        services[asked.file, default: [:]][asked.service, default: []].insert(dockerfile)
    }

    /// The file in which a Dockerfile is written.
    func file(of dockerfile: RepoPath) -> RepoPath { inline[dockerfile]?.file ?? dockerfile }

    /// The place that stands for a Dockerfile written in `file` itself; `nil` when the service has none.
    func inlineKey(of build: ComposeFile.Build, in file: RepoPath) throws(GitError) -> RepoPath? {
        guard let text = build.inline else { return nil }
        let plain = String(build.service.map { $0 == "/" || $0 == "\u{0}" ? "-" : $0 })
        var key = (file.parent ?? .root).appending("\(plain).Dockerfile"), number = 1
        while true {
            if let known = inline[key] {
                if known.file == file, known.name == build.service { return key }
            } else if try tree.entry(key) == nil {
                break
            }
            number += 1
            key = (file.parent ?? .root).appending("\(plain)-\(number).Dockerfile")
        }
        let content = Result { () throws(DockerProblem) in try Dockerfile(parsing: Array(text.utf8)) }
        inline[key] = InlineDockerfile(file: file, name: build.service, content: content)
        return key
    }

    private func fileNames(in directory: RepoPath) throws(GitError) -> [String] {
        guard let contents = try tree.directory(directory) else { return [] }
        return contents.entries.compactMap { entry in
            guard entry.mode.isFile || entry.mode == .symlink else { return nil }
            let name = String(decoding: contents.name(of: entry), as: UTF8.self)
            let isKnown = DockerNames.isDockerfile(name) || DockerNames.isCompose(name) || DockerNames.isBake(name)
            return isKnown ? name : nil
        }
    }

    // MARK: Which project builds it

    /// The directory of the project that a Dockerfile belongs to; `nil` for one deep inside a project that nothing is seen
    /// to build: it is a file like any other there.
    private func home(of path: RepoPath) throws(GitError) -> RepoPath? {
        guard let directory = path.parent else { return nil }
        let built = uses[path] ?? []
        if let owner = places.owner(of: directory) {
            if owner == directory || isImageFolder(directory, of: owner) { return owner }
            if built.isEmpty { return nil }
            return try isService(path, in: directory, built) ? directory : owner
        }
        // Dockerfiles kept apart from what they build.
        let contexts = Set(built.map(\.context))
        if contexts.count == 1, let context = contexts.first, context != directory, !context.isRoot,
            places.contains(context), !places.onlyGathers(context)
        {
            return context
        }
        if let parent = directory.parent, isImageFolder(directory, of: parent), places.onlyGathers(parent) {
            return parent
        }
        return directory
    }

    /// Whether a Dockerfile inside a project of another ecosystem makes a service that only lies there: something builds it
    /// for other ends than testing, and at least half of what it copies is beside it.
    private func isService(_ path: RepoPath, in directory: RepoPath, _ built: [Use]) throws(GitError) -> Bool {
        guard case .success(let file) = try dockerfile(path) else { return false }
        var beside = 0, elsewhere = 0, isTool = true
        for use in built {
            let name = use.origin.map { String(decoding: $0.path.lastComponent, as: UTF8.self) } ?? ""
            if DockerNames.isForDevelopment(name) { continue }
            isTool = false
            if use.context == directory { return true }
            for source in DockerBuild(file, arguments: use.arguments).sources {
                let literal = DockerPath.literalPrefix(DockerPath.components(source.path))
                let place = literal.reduce(use.context) { $0.appending($1) }
                if place.isWithin(directory) || (!literal.isEmpty && directory.isWithin(place)) {
                    beside += 1
                } else {
                    elsewhere += 1
                }
            }
        }
        return !isTool && beside >= elsewhere
    }

    private func isImageFolder(_ directory: RepoPath, of project: RepoPath) -> Bool {
        directory.parent == project
            && ["docker", ".docker"].contains { directory.lastComponent.elementsEqual($0.utf8) }
    }
}
