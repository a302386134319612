package import GitObjects
package import WorkspaceModel

/// Reads Gradle builds: their projects, the edges between them, what they share, and their tasks.
package enum GradleAdapter {
    /// Finds the projects that the scanned directories lead to. Projects are sorted by path.
    ///
    /// Scripts are read, not run: conditions count as met, and where code decides, more is taken, with a note. A script that
    /// cannot be read is a project with a `brokenReason`; only a failure to read the repository throws.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedGradleCache
    ) throws(GitError) -> Discovery {
        let survey = GradleSurvey(tree: tree, cache: cache)
        try survey.run(scan)
        let context = try GradleContext(survey)
        var discovery = Discovery(), usedTests: Set<RepoPath> = []
        for (_, home) in survey.homes.sorted(by: { $0.key < $1.key }) {
            guard let member = home.build.members[home.path] else { continue }
            var builder = GradleProjectBuilder(context, home.build, member)
            discovery.projects.append(try builder.build(isUsed: try isUsed(member, home.build, survey)))
            discovery.widenings += builder.widenings
            discovery.structuralFiles.formUnion(builder.structuralFiles)
            usedTests.formUnion(builder.usedTests)
        }
        passTestEdges(of: usedTests, in: &discovery.projects)
        // Gradle orders tasks, not projects, so that two projects may use each other, one in its tests, as a platform, or for
        // a part of the other. Where an edge of tests closes the circle, that edge is cut, and the others stay what they are.
        ProjectCircles.loosen(&discovery.projects, as: .import) { $0.kind != .development }
        try widenBrokenFiles(survey, &discovery)
        discovery.diagnostics = survey.diagnostics
        return discovery
    }

    /// Whether another project of the build depends on the root, which then is more than a place to gather.
    private static func isUsed(
        _ member: GradleBuild.Member, _ build: GradleBuild, _ survey: GradleSurvey
    ) throws(GitError) -> Bool {
        guard member.path == ":" else { return false }
        for other in build.members.values where other.path != ":" {
            guard let path = other.script, case .success(let script)? = try survey.read(path) else { continue }
            let uses = script.projects.filter(\.isInDependencies)
            if uses.contains(where: { use in
                switch use.target {
                case .path(let path): path == ":"
                case .accessor(let names): build.member(accessor: names)?.path == ":"
                case .task, .prefix: false
                }
            }) {
                return true
            }
        }
        return false
    }

    /// What a project's tests use reaches those who use its tests.
    private static func passTestEdges(of used: Set<RepoPath>, in projects: inout [DiscoveredProject]) {
        for index in projects.indices where used.contains(projects[index].path) {
            for edge in projects[index].dependencies.indices {
                projects[index].dependencies[edge].passesToDependents = true
            }
        }
    }

    /// Catalogs and verification files that cannot be read stay inputs as a whole.
    private static func widenBrokenFiles(_ survey: GradleSurvey, _ discovery: inout Discovery) throws(GitError) {
        var seen: Set<RepoPath> = []
        for build in survey.builds.values.sorted(by: { $0.directory < $1.directory }) {
            for path in Set(build.catalogs.values.compactMap { $0 }).sorted() where seen.insert(path).inserted {
                guard case .failure(let problem)? = try survey.catalog(path) else { continue }
                widen(path, problem.line, problem.problem, &discovery)
            }
            let path = build.directory.appending(RepoPath("gradle/verification-metadata.xml").bytes)
            guard let entry = try survey.tree.entry(path), entry.mode.isFile,
                case .failure(let problem) = try survey.cache.verification(entry.id, in: survey.tree.objects)
            else { continue }
            widen(path, problem.line, problem.problem, &discovery)
        }
    }

    private static func widen(_ path: RepoPath, _ line: Int?, _ problem: String, _ discovery: inout Discovery) {
        let place = line.map { "\(path):\($0)" } ?? "\(path)"
        discovery.widenings.append(
            Widening(
                code: "broken-manifest", scope: path.description,
                message: "\(place): \(problem). The whole file counts for every project of its build."))
    }
}
