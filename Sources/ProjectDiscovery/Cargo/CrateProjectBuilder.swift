internal import GitObjects
internal import WorkspaceModel

/// Turns one crate into a discovered project.
struct CrateProjectBuilder {
    let survey: CargoSurvey
    let directory: RepoPath
    /// The workspace root; the crate's own directory when it stands alone.
    let root: RepoPath
    private(set) var widenings: [Widening] = []
    var errors: [ConfigurationError] = []
    private(set) var structuralFiles: Set<RepoPath> = []

    var manifestPath: RepoPath { CargoSurvey.manifestPath(directory) }

    init(survey: CargoSurvey, directory: RepoPath, root: RepoPath) {
        self.survey = survey
        self.directory = directory
        self.root = root
    }

    mutating func build() throws(GitError) -> DiscoveredProject {
        var project = DiscoveredProject(path: directory, manager: .cargo, manifest: manifestPath)
        let lockfile = root.appending("Cargo.lock")
        let lock = try survey.lockfile(of: root)
        if lock != nil { structuralFiles.insert(lockfile) }
        let manifest: CrateManifest
        switch try survey.crate(at: directory) {
        case .read(let read): manifest = read
        case .broken(let problem):
            keep(&project, in: problem)
            try addTasks(&project, package: nil)
            if let lock { addWhole(lock, "\(manifestPath) cannot be read", to: &project) }
            return project
        case .absent: return project
        }
        if directory != root, case .broken(let problem) = try survey.crate(at: root) {
            project.brokenReason = CrateProjectBuilder.reason(problem, in: CargoSurvey.manifestPath(root))
        }
        guard let package = manifest.package else {
            project.onlyGathers = true
            structuralFiles.insert(manifestPath)
            return project
        }
        project.name = package.name
        let rootManifest = directory == root ? manifest : try survey.crate(at: root).manifest
        if !survey.bystanders.contains(directory) { try addTasks(&project, package: package) }
        try addEdges(&project, manifest, rootManifest)
        if let lock { try addClosure(lock, manifest, rootManifest, to: &project) }
        try addNamedFiles(&project, package, rootManifest?.workspace)
        try addSources(&project)
        if let rootManifest, rootManifest.workspace != nil, directory != root {
            addStructure(&project, manifest, rootManifest, isLocked: lock != nil)
        }
        return project
    }

    private mutating func keep(_ project: inout DiscoveredProject, in problem: TOMLProblem) {
        let reason = CrateProjectBuilder.reason(problem, in: manifestPath)
        project.brokenReason = reason
        widenings.append(
            Widening(
                code: "broken-manifest", scope: manifestPath.description,
                message: "\(reason). Everything in this project counts as changed until the manifest is mended."))
    }

    private static func reason(_ problem: TOMLProblem, in manifest: RepoPath) -> String {
        let place = problem.line.map { "\(manifest):\($0)" } ?? manifest.description
        return "\(place): \(problem.problem)"
    }

    // MARK: Tasks

    /// `build`, `test` and `check`. Cargo builds a crate's dependencies itself, so they only count as inputs.
    ///
    /// A binary, or a library for other languages, lands in the workspace's shared target directory, where a cached
    /// result could not put it back: such a build is not cached. A broken manifest keeps the tasks.
    private func addTasks(_ project: inout DiscoveredProject, package: CratePackage?) throws(GitError) {
        let binary = try binary(package)
        if let binary { project.appEvidence = "\(manifestPath): a crate with the binary \(binary)" }
        let hasProduct = binary != nil || package?.buildsForeignLibrary ?? true
        for name in ["build", "test", "check"] {
            var task = TaskDefinition(command: "cargo \(name)")
            task.dependsOn = [.dependencySources]
            task.cache = name != "build" || !hasProduct
            task.origin = Evidence(path: manifestPath, line: nil)
            project.tasks[name] = task
        }
    }

    /// The first binary target: declared, or found where cargo looks for one.
    private func binary(_ package: CratePackage?) throws(GitError) -> String? {
        if let name = package?.binaries.first { return "'\(name)' ([[bin]])" }
        guard package?.autobins ?? true else { return nil }
        let objects = survey.tree.objects
        guard let source = try survey.tree.directory(directory.appending("src")) else { return nil }
        if source.entry(named: "main.rs")?.mode.isFile == true { return "src/main.rs" }
        guard let binaries = source.entry(named: "bin"), binaries.mode == .directory else { return nil }
        let files = try objects.tree(binaries.id)
        for entry in files.entries {
            let name = files.name(of: entry)
            guard name.first != UInt8(ascii: ".") else { continue }
            let text = String(decoding: name, as: UTF8.self)
            if entry.mode.isFile, name.count > 3, text.hasSuffix(".rs") { return "src/bin/\(text)" }
            if entry.mode == .directory, try objects.tree(entry.id).entry(named: "main.rs")?.mode.isFile == true {
                return "src/bin/\(text)/main.rs"
            }
        }
        return nil
    }

    // MARK: Files and fields elsewhere

    /// The files outside the package that its manifest names, or the workspace's on its behalf.
    private func addNamedFiles(
        _ project: inout DiscoveredProject, _ package: CratePackage, _ workspace: CrateWorkspace?
    ) throws(GitError) {
        var files: Set<RepoPath> = []
        for path in package.namedPaths {
            if let file = directory.resolving(path), !path.hasPrefix("/") { files.insert(file) }
        }
        for field in package.inheritedFields {
            if let path = workspace?.packageFiles[field], let file = root.resolving(path) { files.insert(file) }
        }
        for file in files.sorted() where !file.isWithin(directory) {
            if let entry = try survey.tree.entry(file), entry.mode.isFile { project.namedFiles.append(file) }
        }
    }

    /// What the workspace's root manifest contributes to this member: what it inherits, and what reaches every member.
    private func addStructure(
        _ project: inout DiscoveredProject, _ manifest: CrateManifest, _ rootManifest: CrateManifest, isLocked: Bool
    ) {
        guard let workspace = rootManifest.workspace, let package = manifest.package else { return }
        var settings = rootManifest.sharedSettings
        settings += package.inheritedFields.compactMap { workspace.package[$0] }
        if package.inheritsLints, let lints = workspace.lints { settings.append(lints) }
        var inherited: Set<String> = []
        for dependency in manifest.dependencies {
            guard case .inherited = dependency.source, let entry = workspace.dependencies[dependency.key],
                inherited.insert(dependency.key).inserted
            else { continue }
            // The lockfile says what the version requirement of an external package resolves to.
            let digest = isLocked && entry.path == nil ? entry.digestWithoutVersion : entry.digest
            settings.append(
                CrateSetting(field: "workspace.dependencies.\(dependency.key)", digest: digest, line: entry.line))
        }
        let path = CargoSurvey.manifestPath(root)
        project.structuralDigests = settings.sorted { $0.field < $1.field }.map {
            StructuralDigest(evidence: Evidence(path: path, line: $0.line), field: $0.field, digest: $0.digest)
        }
    }
}
