internal import GitObjects
internal import WorkspaceModel

/// Turns one pom.xml into a discovered project.
struct MavenProjectBuilder {
    let survey: MavenSurvey
    let directory: RepoPath
    /// The directory of the pom.xml that the build starts at.
    let root: RepoPath
    private(set) var widenings: [Widening] = []
    /// Projects that a plugin leads to whose version may be said outside, so that it may be another than the one here.
    private(set) var assumed: Set<RepoPath> = []

    var manifestPath: RepoPath { MavenSurvey.manifestPath(directory) }

    init(survey: MavenSurvey, directory: RepoPath, root: RepoPath) {
        self.survey = survey
        self.directory = directory
        self.root = root
    }

    mutating func build() throws(GitError) -> DiscoveredProject {
        var project = DiscoveredProject(path: directory, manager: .maven, manifest: manifestPath)
        let hasSources = try survey.tree.directoryID(directory.appending("src")) != nil
        guard let manifest = try survey.manifest(at: directory).manifest else {
            if case .broken(let problem) = try survey.manifest(at: directory) {
                let reason = MavenProjectBuilder.reason(problem, directory)
                project.brokenReason = reason
                widenings.append(
                    Widening(
                        code: "broken-manifest", scope: manifestPath.description,
                        message:
                            "\(reason). Everything in this project counts as changed until the manifest is mended."))
            }
            project.onlyGathers = !hasSources
            return project
        }
        for ancestor in try survey.ancestors(of: directory) {
            if case .broken(let problem) = try survey.manifest(at: ancestor) {
                project.brokenReason = MavenProjectBuilder.reason(problem, ancestor)
            }
        }
        project.name = try survey.coordinates(of: directory)?.artifact
        // A parent or an aggregator without sources gathers; a bill of materials that gathers nothing is a library.
        if manifest.packaging == "pom", !hasSources, try gathers(manifest) {
            project.onlyGathers = true
            return project
        }
        if ["war", "ear"].contains(manifest.packaging) {
            project.appEvidence = "\(manifestPath): packaging \(manifest.packaging)"
        } else if let plugin = manifest.appPlugin {
            project.appEvidence = "\(manifestPath): the plugin \(plugin)"
        }
        try addEdges(&project)
        try addStructure(&project, manifest)
        try addNamedFiles(&project)
        addTasks(&project, manifest)
        return project
    }

    private func gathers(_ manifest: MavenManifest) throws(GitError) -> Bool {
        if !manifest.modules.isEmpty { return true }
        for other in survey.homes.keys where try survey.parent(of: other) == directory { return true }
        return false
    }

    private static func reason(_ problem: XMLProblem, _ directory: RepoPath) -> String {
        let path = MavenSurvey.manifestPath(directory)
        return "\(problem.line.map { "\(path):\($0)" } ?? "\(path)"): \(problem.problem)"
    }

    // MARK: Edges

    /// Edges to the projects of this repository that the manifest or its parents name. One that is named at another
    /// version than it has here comes from outside, as where a plugin is built with its own last release. An imported bill
    /// of materials counts entry by entry, and is an edge only where these are not all known.
    private mutating func addEdges(_ project: inout DiscoveredProject) throws(GitError) {
        var edges: Set<DiscoveredDependency> = []
        let properties = try survey.properties(of: directory)
        var uses = try survey.directUses(of: directory)
        for origin in [directory] + (try survey.ancestors(of: directory)) {
            for entry in try survey.manifest(at: origin).manifest?.entries ?? []
            where entry.role == .managed && entry.scope == "import" {
                let use = survey.use(entry, origin, properties)
                var seen: Set<RepoPath> = []
                if let materials = survey.named[use.name], try survey.isKnownByEntry(materials, &seen) { continue }
                uses.append(use)
            }
        }
        for use in uses {
            guard use.isComplete else {
                survey.note(
                    use.origin, use.entry.line,
                    "\(use.name.group):\(use.name.artifact) has a property that is not known here: no edge")
                continue
            }
            guard let target = survey.named[use.name], target != directory,
                try !isRelease(use, properties, of: target)
            else { continue }
            if use.entry.role == .plugin, try isManagedOutside(use, properties) { assumed.insert(target) }
            let scope = try scope(of: use, properties)
            let isTest = use.entry.role == .dependency && scope == "test"
            let kind: EdgeKind = isTest ? .development : use.entry.role == .dependency ? .runtime : .build
            edges.insert(
                DiscoveredDependency(
                    target: target, kind: kind, passesToDependents: !isTest,
                    evidence: Evidence(path: MavenSurvey.manifestPath(use.origin), line: use.entry.line)))
        }
        project.dependencies = edges.sorted {
            ($0.target, EdgeKind.allCases.firstIndex(of: $0.kind) ?? 0, $0.evidence.path, $0.evidence.line ?? 0)
                < ($1.target, EdgeKind.allCases.firstIndex(of: $1.kind) ?? 0, $1.evidence.path, $1.evidence.line ?? 0)
        }
    }

    /// Whether a project is surely named at another version than the one it has here. Maven takes it from the repository
    /// then, and not from the build. Ranges and versions with unknown properties may be the one here.
    private func isRelease(
        _ use: MavenSurvey.Use, _ properties: MavenProperties, of target: RepoPath
    ) throws(GitError) -> Bool {
        guard let version = try version(of: use, properties).map({ properties.resolve($0) }), version.isComplete,
            !version.text.contains(where: { "[](),".contains($0) })
        else { return false }
        let here = try survey.properties(of: target).resolve("${project.version}")
        return here.isComplete && here.text != version.text
    }

    /// The version of a use as it is written, by itself or by the nearest managed entry.
    private func version(of use: MavenSurvey.Use, _ properties: MavenProperties) throws(GitError) -> String? {
        if let version = use.entry.version { return version }
        let role: MavenManifest.Entry.Role = use.entry.role == .plugin ? .plugin : .managed
        for origin in [directory] + (try survey.ancestors(of: directory)) {
            let managed = try survey.manifest(at: origin).manifest?.entries.first {
                $0.role == role && $0.version != nil && survey.use($0, origin, properties).name == use.name
            }
            if let version = managed?.version { return version }
        }
        return nil
    }

    /// Whether nothing here says a version, or the property it is, and a parent from outside may.
    private func isManagedOutside(_ use: MavenSurvey.Use, _ properties: MavenProperties) throws(GitError) -> Bool {
        if let version = try version(of: use, properties), properties.resolve(version).isComplete { return false }
        let last = try survey.ancestors(of: directory).last ?? directory
        return try survey.manifest(at: last).manifest?.parent != nil
    }

    /// The scope of a dependency, which the nearest managed entry says where the dependency does not.
    private func scope(of use: MavenSurvey.Use, _ properties: MavenProperties) throws(GitError) -> String? {
        if let scope = use.entry.scope { return properties.resolve(scope).text }
        var scopes: Set<String> = []
        for origin in [directory] + (try survey.ancestors(of: directory)) {
            for entry in try survey.manifest(at: origin).manifest?.entries ?? [] where entry.role == .managed {
                guard survey.use(entry, origin, properties).name == use.name else { continue }
                scopes.insert(entry.scope.map { properties.resolve($0).text } ?? "compile")
            }
        }
        // Entries that do not agree, as for other types, leave it what counts more.
        return scopes.count == 1 ? scopes.first : nil
    }

    // MARK: Tasks

    /// `build` and `test`, run from where the build starts, together with the modules this one needs, which `build` of
    /// those has made before. Maven's target directory is not declared, so that only tests are cached.
    private func addTasks(_ project: inout DiscoveredProject, _ manifest: MavenManifest) {
        guard manifest.packaging != "pom" else { return }
        let name = project.name ?? manifest.artifact
        var start = "mvn -q -B"
        if root != directory {
            let depth = directory.components.count - root.components.count
            // A module may lie beside its root.
            guard directory.isWithin(root), depth > 0, !name.contains(where: { " '\"$`\\;&|<>()".contains($0) }) else {
                return
            }
            // Not by a path to the root's pom.xml: as a file that the command names it would count byte by byte.
            start = String(repeating: "cd .. && ", count: depth) + start + " -pl :\(name) -am"
        }
        var build = TaskDefinition(command: "\(start) -DskipTests package")
        build.dependsOn = [.dependencies("build")]
        build.cache = false
        var test = TaskDefinition(command: "\(start) test")
        test.dependsOn = [.dependencies("build"), .sameProject("build")]
        for (name, var task) in [("build", build), ("test", test)] {
            task.origin = Evidence(path: manifestPath, line: nil)
            project.tasks[name] = task
        }
    }

    // MARK: Files elsewhere

    private func addNamedFiles(_ project: inout DiscoveredProject) throws(GitError) {
        var found: Set<RepoPath> = []
        for origin in [directory] + (try survey.ancestors(of: directory)) {
            for text in try survey.manifest(at: origin).manifest?.outsidePaths ?? [] {
                let plain = text.split(separator: "/").prefix { !CargoGlob.isPattern(String($0)) }
                if let path = directory.resolving(plain.joined(separator: "/")) { found.insert(path) }
            }
        }
        // Of the repository's own .mvn the rules for ecosystems know.
        if !root.isRoot { found.insert(root.appending(".mvn")) }
        for path in found.sorted() where !path.isWithin(directory) && !directory.isWithin(path) {
            if try survey.tree.entry(path) != nil { project.namedFiles.append(path) }
        }
    }
}
