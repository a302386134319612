internal import GitObjects
internal import WorkspaceModel

/// Turns one pyproject.toml into a discovered project.
struct PythonProjectBuilder {
    let survey: PythonSurvey
    let directory: RepoPath
    /// The root of the uv workspace; `nil` when the project stands alone.
    let root: RepoPath?
    private(set) var widenings: [Widening] = []
    var errors: [ConfigurationError] = []
    var structuralFiles: Set<RepoPath> = []

    var manifestPath: RepoPath { PythonSurvey.manifestPath(directory) }

    init(survey: PythonSurvey, directory: RepoPath, root: RepoPath?) {
        self.survey = survey
        self.directory = directory
        self.root = root
    }

    mutating func build() throws(GitError) -> DiscoveredProject {
        var project = DiscoveredProject(path: directory, manager: .python, manifest: manifestPath)
        project.brokenReason = try brokenReason()
        guard let manifest = try survey.manifest(at: directory).manifest else {
            let reason = project.brokenReason ?? "\(manifestPath): it cannot be read"
            widenings.append(
                Widening(
                    code: "broken-manifest", scope: manifestPath.description,
                    message: "\(reason). Everything in this project counts as changed until the manifest is mended."))
            project.onlyGathers = try !hasSources(name: nil)
            try addLock(&project, nil)
            return project
        }
        project.name = manifest.name
        // A root that is no package and has no code owns its manifest alone.
        if manifest.workspace != nil, !manifest.isPackage, try !hasSources(name: manifest.name) {
            project.onlyGathers = true
            structuralFiles.insert(manifestPath)
            try addLock(&project, manifest)
            project.externals = []
            project.structuralDigests = []
            project.dependencies = []
            return project
        }
        if let script = manifest.script {
            project.appEvidence = "\(manifestPath): a project with the script '\(script)'"
        }
        try addEdges(&project, manifest)
        try addLock(&project, manifest)
        try addStructure(&project, manifest)
        try addNamedFiles(&project, manifest)
        try addTasks(&project, manifest)
        return project
    }

    /// Why the manifest, or one above it that would have to say whether this is a member, cannot be read.
    private func brokenReason() throws(GitError) -> String? {
        var at: RepoPath? = directory
        while let candidate = at {
            let isNear = candidate == directory || root == nil || root == candidate
            if isNear, survey.homes[candidate] != nil, case .broken(let problem) = try survey.manifest(at: candidate) {
                let path = PythonSurvey.manifestPath(candidate)
                return "\(problem.line.map { "\(path):\($0)" } ?? "\(path)"): \(problem.problem)"
            }
            at = candidate.parent
        }
        return nil
    }

    /// Whether the directory itself holds Python code, where build backends look for it.
    private func hasSources(name: String?) throws(GitError) -> Bool {
        guard let contents = try survey.tree.directory(directory) else { return false }
        let package = name.map { PythonRequirement.normalised($0).split(separator: "-").joined(separator: "_") }
        for entry in contents.entries {
            let file = String(decoding: contents.name(of: entry), as: UTF8.self)
            if entry.mode == .directory, file == "src" || file.lowercased() == package { return true }
            if entry.mode.isFile, file.hasSuffix(".py"), file != "conftest.py" { return true }
        }
        return false
    }

    // MARK: Lockfile

    /// The project's lockfile: uv's of its workspace, or its own.
    private func lockfile() throws(GitError) -> (path: RepoPath, id: ObjectID, isPoetry: Bool)? {
        for (path, isPoetry) in [
            ((root ?? directory).appending("uv.lock"), false), (directory.appending("poetry.lock"), true),
        ] {
            if let entry = try survey.tree.entry(path), entry.mode.isFile { return (path, entry.id, isPoetry) }
        }
        return nil
    }

    private mutating func addLock(_ project: inout DiscoveredProject, _ manifest: PythonManifest?) throws(GitError) {
        guard let (path, id, isPoetry) = try lockfile() else { return }
        structuralFiles.insert(path)
        let home = path.parent ?? .root
        func whole(_ problem: String) {
            project.externals = [
                ExternalClosure(
                    manager: .python, lockfile: path, digest: id.description, isWholeLockfile: true, problem: problem)
            ]
        }
        let lock: PythonLock
        switch try survey.cache.lock(id, isPoetry: isPoetry, in: survey.tree.objects) {
        case .success(let read): lock = read
        case .failure(let problem):
            return whole("\(problem.line.map { "\(path):\($0)" } ?? "\(path)"): \(problem.problem)")
        }
        guard let manifest else { return whole("\(manifestPath) cannot be read") }
        let closures = survey.closures[path] ?? closures(of: lock, at: home, isPoetry: isPoetry)
        survey.closures[path] = closures
        var closure: PythonClosures.Closure
        if isPoetry {
            // Poetry locks no entry for the project itself: its manifest says what it uses.
            func uses(_ isIncluded: (PythonRequirement.Section) -> Bool) -> [PythonLock.Dependency] {
                manifest.requirements.filter { isIncluded($0.section) }
                    .map { PythonLock.Dependency(name: $0.name, extras: $0.extras) }
            }
            closure = closures.closure(
                of: uses { $0 != .build && $0 != .development }, development: uses { $0 == .development })
        } else if let own = closures.closure(of: directory) {
            closure = own
            if let root, root != directory { closure.uses.formUnion(closures.tools(of: root).uses) }
        } else {
            if project.onlyGathers || manifest.workspace != nil && manifest.name == nil { return }
            return whole("it has no entry for '\(directory)'")
        }
        project.externals = [
            ExternalClosure(manager: .python, lockfile: path, resolution: closures.resolution(of: closure))
        ]
        project.structuralDigests.append(
            StructuralDigest(path: path, field: "conditions", digest: closure.conditions))
        addEdges(&project, lockedTo: closure, path)
    }

    private func closures(of lock: PythonLock, at home: RepoPath, isPoetry: Bool) -> PythonClosures {
        PythonClosures(lock) { text in
            guard !isPoetry, !text.hasPrefix("/"), let place = home.resolving(text) else { return nil }
            // Only what has a closure from this lockfile ends the walk.
            let isMember = survey.homes[place] == .some(.some(home)) || place == home
            return isMember ? place : nil
        }
    }

    // MARK: Fields and files elsewhere

    /// What manifests above contribute: configuration that tools look for upwards, and the workspace's own.
    private func addStructure(_ project: inout DiscoveredProject, _ manifest: PythonManifest) throws(GitError) {
        let isLocked = !project.externals.isEmpty
        var above = directory.parent
        while let candidate = above {
            above = candidate.parent
            guard survey.homes[candidate] != nil, let outer = try survey.manifest(at: candidate).manifest else {
                continue
            }
            var settings = outer.toolSettings
            if candidate == root {
                settings += outer.workspaceSettings
                let used = Set(manifest.requirements.map(\.name)).sorted()
                if !isLocked { settings += used.compactMap { outer.sources[$0]?.setting } }
            }
            let path = PythonSurvey.manifestPath(candidate)
            project.structuralDigests += settings.map {
                StructuralDigest(path: path, line: $0.line, field: $0.field, digest: $0.digest)
            }
        }
        project.structuralDigests.sort { ($0.field, $0.path) < ($1.field, $1.path) }
    }

    /// Files and directories outside the project that its manifest or its requirements files name.
    private func addNamedFiles(_ project: inout DiscoveredProject, _ manifest: PythonManifest) throws(GitError) {
        var found: Set<RepoPath> = Set(project.namedFiles)
        let edges = Set(project.dependencies.map(\.target))
        for text in manifest.outsidePaths {
            // A pattern names what lies above its first wildcard.
            let plain = text.split(separator: "/").prefix { !CargoGlob.isPattern(String($0)) }.joined(separator: "/")
            if let path = directory.resolving(plain) { found.insert(path) }
        }
        found.formUnion(try requirementsFiles())
        project.namedFiles = []
        for path in found.sorted() where !path.isWithin(directory) && !directory.isWithin(path) {
            if !edges.contains(path), try survey.tree.entry(path) != nil { project.namedFiles.append(path) }
        }
    }

    /// What requirements*.txt in the project's directory include from elsewhere with `-r` and `-c`.
    private func requirementsFiles() throws(GitError) -> Set<RepoPath> {
        guard let contents = try survey.tree.directory(directory) else { return [] }
        var pending: [RepoPath] = []
        for entry in contents.entries where entry.mode.isFile {
            let name = String(decoding: contents.name(of: entry), as: UTF8.self)
            if name.hasPrefix("requirements"), name.hasSuffix(".txt") { pending.append(directory.appending(name)) }
        }
        var seen = Set(pending)
        while let file = pending.popLast() {
            guard let bytes = try survey.tree.read(file), bytes.count < 1 << 20, let base = file.parent else {
                continue
            }
            for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
                let words = String(decoding: line, as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "=" })
                guard words.count > 1, ["-r", "-c", "--requirement", "--constraint", "-e"].contains(words[0]),
                    !words[1].hasPrefix("/"), !words[1].contains(":"), let target = base.resolving(words[1])
                else { continue }
                if seen.insert(target).inserted, words[0] != "-e" { pending.append(target) }
            }
        }
        return seen
    }

    // MARK: Tasks

    /// `test` where pytest is configured, and `build` where there is something to build. Both take what they depend on
    /// from its sources. What a build makes is not known, so only tests are cached.
    private func addTasks(_ project: inout DiscoveredProject, _ manifest: PythonManifest) throws(GitError) {
        let hasUvLock = try survey.hasFile("uv.lock", in: root ?? directory)
        let usesUv = root != nil || manifest.tool == .uv || hasUvLock
        func add(_ name: String, _ command: String, cache: Bool) {
            var task = TaskDefinition(command: command)
            task.dependsOn = [.dependencySources]
            task.cache = cache
            task.origin = Evidence(path: manifestPath, line: nil)
            project.tasks[name] = task
        }
        if try usesPytest(manifest) {
            // Frozen, so that no test run rewrites the lockfile.
            let uv = hasUvLock ? "uv run --frozen pytest" : "uv run pytest"
            add("test", usesUv ? uv : manifest.tool == .poetry ? "poetry run pytest" : "python -m pytest", cache: true)
        }
        if manifest.isPackage, manifest.hasBuildSystem {
            let plain = manifest.tool == .poetry ? "poetry build" : "python -m build"
            add("build", usesUv ? "uv build" : plain, cache: false)
        }
    }

    /// Whether pytest is configured here, or above and there are tests here.
    private func usesPytest(_ manifest: PythonManifest) throws(GitError) -> Bool {
        if manifest.configuresPytest { return true }
        if try survey.hasFile("pytest.ini", in: directory) { return true }
        var hasTests = false
        for name in ["tests", "test"] where try survey.tree.directoryID(directory.appending(name)) != nil {
            hasTests = true
        }
        guard hasTests else { return false }
        var above = directory.parent
        while let candidate = above {
            if survey.homes[candidate] != nil, try survey.manifest(at: candidate).manifest?.configuresPytest == true {
                return true
            }
            above = candidate.parent
        }
        return false
    }
}
