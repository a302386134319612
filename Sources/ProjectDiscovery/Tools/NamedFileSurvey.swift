internal import GitObjects
internal import WorkspaceModel

/// What is kept of files that are read for what they name, so that each is read once.
struct NamedFileCaches {
    let tools: ParsedToolVersionCache
    let configurations: ParsedConfigurationCache
    let manifests: ParsedManifestCache
    let rust: OutsidePathCache
}

/// Gives projects what files around them say that are no manifests: versions of tools, and files that configuration names.
struct NamedFileSurvey {
    struct Found {
        var sharedFiles: [RepoPath: [NamedFile]] = [:]
        var places: Set<RepoPath> = []
        var diagnostics: [Diagnostic] = []
        /// Files that count through the versions read from them.
        var structuralFiles: Set<RepoPath> = []
    }

    private(set) var found = Found()
    private let ownership: Ownership
    private var versions: ToolVersionSurvey
    private var configurations: ConfigurationSurvey
    private var crates: OutsidePathSurvey

    /// - Parameter shared: what adapters found that reaches projects below a directory.
    init(
        tree: SourceTree, projects: [Project], edges: [ProjectEdge],
        shared: [(directory: RepoPath, file: NamedFile)], caches: NamedFileCaches
    ) {
        let ownership = Ownership(projects, edges)
        self.ownership = ownership
        let files = ModuleFiles(tree: tree)
        versions = ToolVersionSurvey(files: files, cache: caches.tools)
        var packages: [String: RepoPath] = [:]
        for project in projects where project.managers.contains(where: \.isJavaScript) {
            if let name = project.name, packages[name] == nil { packages[name] = project.path }
        }
        configurations = ConfigurationSurvey(
            files: files, cache: caches.configurations, manifests: caches.manifests,
            packages: packages, ownership: ownership)
        crates = OutsidePathSurvey(files: files, cache: caches.rust, ownership: ownership)
        for (directory, file) in shared { found.sharedFiles[directory, default: []].append(file) }
    }

    mutating func run(_ projects: inout [Project]) throws(GitError) {
        for index in projects.indices {
            let project = projects[index]
            let pinned = try versions.versions(for: project)
            if !pinned.isEmpty { projects[index].toolVersions = pinned }
            guard !project.onlyGathers, !project.sharesFiles else { continue }
            var named: [NamedFile] = []
            // Configuration of these tools lies beside a package.json, or in a project of no known kind.
            if project.managers.isEmpty || project.managers.contains(where: \.isJavaScript) {
                named = try configurations.files(namedIn: project.path)
            }
            if project.managers.contains(.cargo) { named += try crates.files(namedIn: project.path) }
            if !named.isEmpty { projects[index].configuredFiles = named }
        }
        for (directory, files) in configurations.sharedFiles { found.sharedFiles[directory, default: []] += files }
        found.places = configurations.namedPlaces.union(crates.places)
        found.diagnostics = versions.diagnostics + configurations.diagnostics
        // Where a project owns the directory of such a file, the directory counts as bytes.
        found.structuralFiles = versions.structuralFiles.filter { file in
            guard let parent = file.parent else { return false }
            return ownership.isProject(parent) || ownership.owner(of: file) == nil
        }
    }
}

/// Who owns which files, and who depends on whom, before the workspace is put together.
final class Ownership {
    private var places = ProjectPlaces()
    private var numbers: [RepoPath: Int] = [:]
    private let paths: [RepoPath]
    private var dependencies: [[Int]] = []
    private let edges: [ProjectEdge]
    /// The directories of projects and those above them.
    private var above: Set<RepoPath> = []
    /// What the project that was asked about last depends on.
    private var reached: (from: Int, projects: Set<Int>)?

    init(_ projects: [Project], _ edges: [ProjectEdge]) {
        paths = projects.map(\.path)
        self.edges = edges
        numbers.reserveCapacity(projects.count)
        for (number, project) in projects.enumerated() where !project.sharesFiles {
            numbers[project.path] = number
            places.add(project.path, onlyGathers: project.onlyGathers)
        }
    }

    /// Whether a project is at or below the directory.
    func holdsProjects(_ directory: RepoPath) -> Bool {
        if above.isEmpty {
            for path in paths {
                var current: RepoPath? = path
                while let place = current, above.insert(place).inserted { current = place.parent }
            }
        }
        return above.contains(directory)
    }

    func isProject(_ directory: RepoPath) -> Bool { numbers[directory] != nil }

    /// The project that owns the file at `path`; `nil` where none does, or one that only gathers.
    func owner(of path: RepoPath) -> RepoPath? { path.parent.flatMap { ownerOfFiles(in: $0) } }

    func ownerOfFiles(in directory: RepoPath) -> RepoPath? { places.owner(of: directory) }

    /// Whether one project depends on another, directly or through others.
    func depends(_ project: RepoPath, on other: RepoPath) -> Bool {
        guard let from = numbers[project], let to = numbers[other] else { return false }
        if dependencies.isEmpty {
            dependencies = Array(repeating: [], count: paths.count)
            for edge in edges where edge.tasks == nil { dependencies[edge.from.rawValue].append(edge.to.rawValue) }
        }
        if dependencies[from].contains(to) { return true }
        if let reached, reached.from == from { return reached.projects.contains(to) }
        var found: Set<Int> = [], pending = [from]
        while let current = pending.popLast() {
            for next in dependencies[current] where found.insert(next).inserted { pending.append(next) }
        }
        reached = (from, found)
        return found.contains(to)
    }
}
