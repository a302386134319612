internal import GitObjects
internal import WorkspaceModel

/// Finds what the configuration of JavaScript tools names by relative path: TypeScript, ESLint, Babel, Jest, Vite and
/// whatever else keeps its settings in files that `StructureNames.isToolConfiguration` knows, and in package.json.
///
/// Reads the configuration in the directory of a project and in those of its tests, and in directories above projects
/// that no project owns. What these files load is followed. Imports of a project's sources are not.
struct ConfigurationSurvey {
    /// What was found in all projects so far.
    private(set) var sharedFiles: [RepoPath: [NamedFile]] = [:]
    /// See `Workspace.namedPlaces`.
    private(set) var namedPlaces: Set<RepoPath> = []
    private(set) var diagnostics: [Diagnostic] = []

    let files: ModuleFiles
    private let cache: ParsedConfigurationCache
    private let manifests: ParsedManifestCache
    private let ownership: Ownership
    /// The directories of the workspace's packages, by name.
    private let packages: [String: RepoPath]
    private var seenAbove: Set<RepoPath> = []

    /// - Parameter packages: the directories of the workspace's packages, by name.
    init(
        files: ModuleFiles, cache: ParsedConfigurationCache, manifests: ParsedManifestCache,
        packages: [String: RepoPath], ownership: Ownership
    ) {
        self.files = files
        self.cache = cache
        self.manifests = manifests
        self.packages = packages
        self.ownership = ownership
    }

    /// Directories of a project that often hold configuration of their own.
    private static let testDirectories = ["test", "tests", "__tests__", "e2e", "config", ".storybook", "scripts"]
        .map { Array($0.utf8) }

    /// The files outside the project at `path` that its configuration names, sorted.
    mutating func files(namedIn path: RepoPath) throws(GitError) -> [NamedFile] {
        var directory = path.parent
        while let current = directory {
            if !seenAbove.insert(current).inserted { break }
            if ownership.ownerOfFiles(in: current) == nil { try surveyShared(current) }
            directory = current.parent
        }
        guard let contents = try files.directory(path) else { return [] }
        var walk = ConfigurationWalk(survey: self, project: path, isShared: false)
        try walk.start(in: contents, at: path)
        for entry in contents.entries where entry.mode == .directory {
            let name = contents.name(of: entry)
            guard ConfigurationSurvey.testDirectories.contains(where: { name.elementsEqual($0) }) else { continue }
            let below = path.appending(name)
            if !ownership.isProject(below) { try walk.start(in: try files.tree.objects.tree(entry.id), at: below) }
        }
        return try finish(&walk)
    }

    private mutating func surveyShared(_ directory: RepoPath) throws(GitError) {
        guard let contents = try files.directory(directory) else { return }
        var walk = ConfigurationWalk(survey: self, project: directory, isShared: true)
        try walk.start(in: contents, at: directory)
        let found = try finish(&walk)
        if !found.isEmpty { sharedFiles[directory] = found }
    }

    private mutating func finish(_ walk: inout ConfigurationWalk) throws(GitError) -> [NamedFile] {
        guard walk.hasStarted else { return [] }
        try walk.run()
        namedPlaces.formUnion(walk.places)
        diagnostics += walk.diagnostics
        return walk.named.values.sorted { ($0.path, "\($0.role)") < ($1.path, "\($1.role)") }
    }

    // MARK: For the walk

    func references(
        of id: ObjectID, as form: ConfigurationReferences.Form
    ) throws(GitError) -> [ConfigurationReferences.Reference] {
        try cache.references(of: id, as: form, in: files.tree.objects)
    }

    /// What the sections of a package.json name that configure tools, by the name of the section.
    func sections(of manifest: ObjectID) throws(GitError) -> [(tool: String, references: ConfigurationReferences)] {
        guard case .manifest(let manifest) = try manifests.content(manifest, in: files.tree.objects) else { return [] }
        return manifest.toolSections
    }

    func projectOwning(_ path: RepoPath) -> RepoPath? { ownership.owner(of: path) }

    func reaches(_ project: RepoPath, _ other: RepoPath) -> Bool { ownership.depends(project, on: other) }

    /// Where a file of a package of the workspace lies: `@scope/name/base.json`; its tsconfig.json for the name alone.
    func member(_ name: String) -> RepoPath? {
        let package = ImportResolver.packageName(name)
        guard let directory = packages[package] else { return nil }
        let rest = name.dropFirst(package.count + 1)
        return rest.isEmpty ? directory.appending("tsconfig.json") : directory.resolving(rest)
    }
}
