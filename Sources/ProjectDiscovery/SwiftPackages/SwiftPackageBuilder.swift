internal import GitObjects
internal import WorkspaceModel

/// Turns one Swift package into a discovered project.
struct SwiftPackageBuilder {
    let survey: SwiftPackageSurvey
    let directory: RepoPath
    private(set) var widenings: [Widening] = []
    var errors: [ConfigurationError] = []
    private(set) var structuralFiles: Set<RepoPath> = []

    var manifestPath: RepoPath { SwiftPackageSurvey.manifestPath(directory) }

    init(survey: SwiftPackageSurvey, directory: RepoPath) {
        self.survey = survey
        self.directory = directory
    }

    mutating func build() throws(GitError) -> DiscoveredProject {
        var project = DiscoveredProject(path: directory, manager: .swiftpm, manifest: manifestPath)
        guard let package = try survey.package(at: directory) else { return project }
        let main = package.manifests.first { $0.path == manifestPath } ?? package.manifests.last
        project.name = main?.manifest.name
        for problem in package.problems { keep(&project, problem, code: "broken-manifest") }
        for (path, manifest) in package.manifests {
            for unknown in manifest.unknownPaths {
                keep(&project, "\(path):\(unknown.line): \(unknown.message)", code: "unknown-dependency")
            }
            for note in manifest.notes { survey.note(Evidence(path: path, line: note.line), note.message) }
            if path != manifestPath {
                survey.note(
                    Evidence(path: path, line: nil),
                    "which manifest counts depends on the version of SwiftPM: this one and Package.swift both do here")
            }
        }
        try addTasks(&project, package)
        try addEdges(&project, package)
        try addPins(&project)
        try addNamedFiles(&project, package)
        project.namedFiles = Array(Set(project.namedFiles)).sorted()
        return project
    }

    private mutating func keep(_ project: inout DiscoveredProject, _ reason: String, code: String) {
        if project.brokenReason == nil { project.brokenReason = reason }
        widenings.append(
            Widening(
                code: code, scope: manifestPath.description,
                message: "\(reason). Everything in this project counts as changed until the manifest says it plainly."))
    }

    // MARK: Tasks

    /// `build`, and `test` where there are tests. SwiftPM builds the packages beside this one itself, so they only count
    /// as inputs. A program lands in .build, where a cached result could not put it back: such a build is not cached. A
    /// broken manifest keeps the tasks.
    private func addTasks(_ project: inout DiscoveredProject, _ package: SwiftPackageSurvey.Package) throws(GitError) {
        let program = try program(package)
        project.appEvidence = program
        var hasTests = !package.problems.isEmpty || package.manifests.contains { $0.manifest.mentionsTests }
        if !hasTests, !package.isComplete {
            hasTests = try survey.tree.directoryID(directory.appending("Tests")) != nil
        }
        for name in hasTests ? ["build", "test"] : ["build"] {
            var task = TaskDefinition(command: "swift \(name)")
            task.dependsOn = [.dependencySources]
            task.cache = name != "build" || (program == nil && package.problems.isEmpty)
            task.origin = Evidence(path: manifestPath, line: nil)
            project.tasks[name] = task
        }
    }

    /// Why the package is an app: a product that runs, or a target that does in a package that offers no library.
    private func program(_ package: SwiftPackageSurvey.Package) throws(GitError) -> String? {
        for (path, manifest) in package.manifests {
            if let product = manifest.products.first(where: { $0.kind == .executable }) {
                return "\(path):\(product.line): the executable product '\(product.name)'"
            }
        }
        for (path, manifest) in package.manifests where !manifest.products.contains(where: { $0.kind == .library }) {
            for target in manifest.targets where try isProgram(target, manifest) {
                return "\(path):\(target.line): the executable target '\(target.name ?? "?")', and no library"
            }
        }
        return nil
    }

    /// Whether a target runs: it says so, or, before tools version 5.4, it has a main.swift.
    private func isProgram(_ target: SwiftManifest.Target, _ manifest: SwiftManifest) throws(GitError) -> Bool {
        if target.kind == .executableTarget { return true }
        guard target.kind == .target, manifest.toolsVersion.lexicographicallyPrecedes([5, 4]), let name = target.name
        else { return false }
        let place = target.path ?? "Sources/\(name)"
        guard let file = directory.resolving(place + "/main.swift") else { return false }
        return try survey.tree.entry(file)?.mode.isFile == true
    }

    // MARK: Packages from elsewhere

    /// Adds what Package.resolved pins: which pin a package reaches is not written there, so all count, unless nothing
    /// that it uses comes from elsewhere. Pins of Xcode's workspaces above count byte by byte.
    private mutating func addPins(_ project: inout DiscoveredProject) throws(GitError) {
        let reaches = try survey.reachesRemote(directory)
        if reaches {
            var above = directory.parent
            while let current = above {
                project.namedFiles += try survey.xcodePins(in: current)
                above = current.parent
            }
        }
        let lockfile = directory.appending("Package.resolved")
        guard let entry = try survey.tree.entry(lockfile), entry.mode.isFile else { return }
        structuralFiles.insert(lockfile)
        guard reaches else { return }
        switch try survey.cache.resolved(entry.id, in: survey.tree.objects) {
        case .success(let resolved):
            project.externals = [ExternalClosure(manager: .swiftpm, lockfile: lockfile, resolution: resolved.all)]
        case .failure(let problem):
            let place = problem.line.map { "\(lockfile):\($0)" } ?? lockfile.description
            project.externals = [
                ExternalClosure(
                    manager: .swiftpm, lockfile: lockfile, digest: entry.id.description, isWholeLockfile: true,
                    problem: "\(place): \(problem.problem)")
            ]
        }
    }
}
