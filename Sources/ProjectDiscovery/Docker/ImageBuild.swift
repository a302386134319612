internal import GitObjects
internal import WorkspaceModel

/// One Dockerfile with everything that building it reads, in all the ways in which it is built.
struct ImageBuild {
    /// What is read from one context in one way of building.
    struct Group {
        var context: RepoPath
        var sources: [DockerBuild.Source]
        var ignore: DockerIgnore
    }

    let path: RepoPath
    /// The file that it is written in.
    let file: RepoPath
    private(set) var groups: [Group] = []
    private(set) var images: Set<DockerBuild.Image> = []
    /// Dockerfiles of services whose images are named as contexts.
    private(set) var services: [RepoPath: Int] = [:]
    private(set) var hasTriggers = false
    /// The ways to build it that a task runs, sorted.
    private(set) var commands: [DockerSurvey.Use] = []
    /// Where links lead from the Dockerfile's place.
    private let linked: [RepoPath]
    /// Set when the file cannot be read.
    private(set) var problem: DockerProblem?

    /// - Parameter asked: the ways in which a command builds it, in place of those that compose files name.
    init(_ path: RepoPath, asked: [DockerSurvey.Use]? = nil, survey: DockerSurvey) throws(GitError) {
        self.path = path
        self.file = survey.file(of: path)
        linked = Array(try survey.tree.following(path).dropFirst())
        let dockerfile: Dockerfile
        switch try survey.dockerfile(path) {
        case .success(let read): dockerfile = read
        case .failure(let problem):
            self.problem = problem
            commands = [DockerSurvey.Use(context: path.parent ?? .root)]
            return
        case nil:
            problem = DockerProblem(line: nil, problem: "it is a link to a file that is not in the repository")
            commands = [DockerSurvey.Use(context: path.parent ?? .root)]
            return
        }
        var uses = asked ?? survey.uses[path] ?? []
        let isTold = !uses.isEmpty
        if !isTold { uses = try ImageBuild.guessed(path, dockerfile, survey) }
        if let directory = path.parent {
            for broken in survey.brokenCompose where asked == nil && directory.isWithin(broken) {
                uses.append(DockerSurvey.Use(context: broken))
            }
        }
        for use in uses { try add(use, dockerfile, survey) }
        let main = uses.filter(\.isMain)
        commands = Array(isTold ? (main.isEmpty ? uses.prefix(1) : main[...]) : uses.suffix(1))
    }

    private static func guessed(
        _ path: RepoPath, _ file: Dockerfile, _ survey: DockerSurvey
    ) throws(GitError) -> [DockerSurvey.Use] {
        let choice = try ContextChoice(path, DockerBuild(file), in: survey.tree)
        if let doubt = choice.doubt {
            if choice.contexts.count > 1 {
                survey.widen(
                    path, "build-context-unknown",
                    "\(path): nothing says from which directory it is built, and \(doubt): both count. "
                        + "A compose file, or a .dockerignore beside it, would tell.")
            } else {
                survey.note(path, nil, "nothing says from which directory it is built, and \(doubt)")
            }
        }
        return choice.contexts.map { DockerSurvey.Use(context: $0) }
    }

    private mutating func add(
        _ use: DockerSurvey.Use, _ file: Dockerfile, _ survey: DockerSurvey
    ) throws(GitError) {
        let build = DockerBuild(file, arguments: use.arguments, contexts: Set(use.contexts.keys))
        hasTriggers = hasTriggers || build.hasTriggers
        images.formUnion(build.images)
        try read(build.sources, from: use.context, survey)
        for (name, sources) in build.named {
            let line = sources.first?.line ?? 1
            switch use.contexts[name] {
            case .directory(let directory): try read(sources, from: directory, survey)
            case .image(let reference): images.insert(DockerBuild.Image(reference: reference, line: line))
            case .service(let dockerfile): services[dockerfile] = line
            case .elsewhere, nil: break
            }
        }
    }

    /// Counts all of the context: an image below says that it copies from whoever builds on it.
    mutating func readWholeContexts(line: Int, survey: DockerSurvey) throws(GitError) {
        for context in Set(groups.map(\.context)).sorted() {
            try read([DockerBuild.Source(path: "", line: line)], from: context, survey)
        }
    }

    private mutating func read(
        _ sources: [DockerBuild.Source], from context: RepoPath, _ survey: DockerSurvey
    ) throws(GitError) {
        var sources = sources
        for source in sources {
            let components = DockerPath.components(source.path)
            let literal = DockerPath.literalPrefix(components)
            let place = literal.reduce(context) { $0.appending($1) }
            // What a link leads to is read along with the link.
            for target in try survey.tree.following(place).dropFirst() {
                guard let inside = target.relative(to: context)?.utf8Text else { continue }
                let rest = components.dropFirst(literal.count)
                sources.append(
                    DockerBuild.Source(path: ([inside] + rest).joined(separator: "/"), line: source.line))
            }
        }
        var ignore = DockerIgnore()
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        if let own = try survey.tree.read((path.parent ?? .root).appending("\(name).dockerignore")) {
            ignore = DockerIgnore(parsing: own)
        } else if let shared = try survey.tree.read(context.appending(".dockerignore")) {
            ignore = DockerIgnore(parsing: shared)
        }
        if let index = groups.firstIndex(where: { $0.context == context }) {
            for source in sources where !groups[index].sources.contains(source) { groups[index].sources.append(source) }
        } else {
            groups.append(Group(context: context, sources: sources, ignore: ignore))
        }
    }

    /// The files that building reads, as patterns from the workspace root.
    var patterns: [String] { patterns(takesIgnored: false) }

    /// - Parameter takesIgnored: also what .dockerignore leaves out, so that no pattern takes anything back.
    func patterns(takesIgnored: Bool) -> [String] {
        guard problem == nil else { return ["/**"] }
        // Where one context holds another, what the one leaves out the other may want.
        let isNested =
            takesIgnored
            || groups.indices.contains { first in
                groups.indices.contains { first != $0 && groups[first].context.isWithin(groups[$0].context) }
            }
        var result: [String] = []
        for group in groups.sorted(by: { $0.context < $1.context }) {
            result += ContextPatterns(context: group.context, sources: group.sources, ignore: group.ignore)
                .patterns(usesIgnore: !isNested)
        }
        return result + ([file] + linked).map { ContextPatterns.escaped($0).map { "/\($0)" } ?? "/**" }
    }
}
