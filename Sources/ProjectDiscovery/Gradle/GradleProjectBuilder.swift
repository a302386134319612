internal import GitObjects
internal import WorkspaceModel

/// Turns one project of a Gradle build into a discovered project.
struct GradleProjectBuilder {
    let context: GradleContext
    let build: GradleBuild
    let member: GradleBuild.Member
    var widenings: [Widening] = []
    /// Files that count through what was read of them for this project.
    var structuralFiles: Set<RepoPath> = []
    var sources: [GradleSource] = []
    /// The build logic of classes and functions that the project's scripts may call.
    var logic: [(path: RepoPath, script: GradleScript)] = []
    /// Projects whose tests this one uses.
    var usedTests: Set<RepoPath> = []

    var survey: GradleSurvey { context.survey }
    /// Where the project is declared.
    var manifest: RepoPath { member.script ?? build.settingsPath ?? member.directory }

    init(_ context: GradleContext, _ build: GradleBuild, _ member: GradleBuild.Member) {
        self.context = context
        self.build = build
        self.member = member
    }

    /// - Parameter isUsed: whether another project depends on this one by name.
    mutating func build(isUsed: Bool) throws(GitError) -> DiscoveredProject {
        var project = DiscoveredProject(path: member.directory, manager: .gradle, manifest: manifest)
        project.name = member.name.isEmpty ? nil : member.name
        let hasSources = try survey.tree.directoryID(member.directory.appending("src")) != nil
        project.onlyGathers = !hasSources && !isUsed && gathers
        if project.onlyGathers, member.path == ":", let settings = build.settingsPath { project.manifest = settings }
        try findProblems(&project)
        if project.onlyGathers {
            try addRootFiles(hasSources: false)
            return project
        }
        sources = try context.sources(of: member, in: build)
        if member.path == ":" { try addRootFiles(hasSources: hasSources) }
        try addEdges(&project)
        try addStructure(&project)
        try addLockfile(&project)
        try addNamedFiles(&project)
        addApp(&project)
        try addTasks(&project)
        return project
    }

    /// A root with other projects gathers, as does a directory of the path to others without a script of its own.
    private var gathers: Bool {
        if member.path == ":" { return build.settingsPath != nil && build.members.count > 1 }
        return member.script == nil && build.members.values.contains { $0.path.hasPrefix(member.path + ":") }
    }

    // MARK: Problems

    private mutating func findProblems(_ project: inout DiscoveredProject) throws(GitError) {
        if let problem = build.problem, let path = build.settingsPath {
            let reason = GradleProjectBuilder.reason(problem, path)
            project.brokenReason = reason
            if member.path == ":" { widen(path, reason, "every project of this build") }
        }
        if let link = member.link {
            let reason = "\(link): the script is a link, which is not followed"
            project.brokenReason = reason
            widen(link, reason, "this project")
        }
        let outer = member.ancestors.compactMap { build.members[$0]?.script }
        for script in ([member.script].compactMap { $0 } + outer) {
            guard case .failure(let problem)? = try survey.read(script) else { continue }
            let reason = GradleProjectBuilder.reason(problem, script)
            if project.brokenReason == nil { project.brokenReason = reason }
            if script == member.script { widen(script, reason, "this project and those below it") }
        }
    }

    private mutating func widen(_ path: RepoPath, _ reason: String, _ what: String) {
        widenings.append(
            Widening(
                code: "broken-manifest", scope: path.description,
                message: "\(reason). Everything in \(what) counts as changed until the script is mended."))
    }

    private static func reason(_ problem: GradleProblem, _ path: RepoPath) -> String {
        "\(problem.line.map { "\(path):\($0)" } ?? "\(path)"): \(problem.problem)"
    }

    /// The scripts at the root count statement by statement where they are read.
    private mutating func addRootFiles(hasSources: Bool) throws(GitError) {
        guard build.problem == nil, let settings = build.settingsPath else { return }
        structuralFiles.insert(settings)
        // A root with sources is built from its own script.
        guard !hasSources, member.path == ":", let script = member.script, case .success? = try survey.read(script)
        else { return }
        if build.members.count > 1 { structuralFiles.insert(script) }
    }

    // MARK: Kind and tasks

    private static let appPlugins: Set<String> = [
        "application", "war", "ear", "org.springframework.boot", "com.android.application", "io.ktor.plugin",
        "io.quarkus", "io.micronaut.application", "com.google.cloud.tools.jib", "com.github.johnrengelman.shadow",
        "org.jetbrains.compose.desktop.application",
    ]

    /// The plugins that its own script, shared blocks and the build logic they apply put on the project.
    var plugins: [(id: String, evidence: Evidence)] {
        var found: [(String, Evidence)] = []
        for source in sources {
            for plugin in source.script.plugins
            where source.concerns(member.path, plugin.reach) && (source.isWhole || plugin.isShared) {
                found.append((plugin.id, Evidence(path: source.path, line: plugin.line)))
            }
            for chain in source.script.chains where source.isWhole && chain.names.count > 2 {
                if case .entry(let entry, _)? = catalogUse(chain.names), entry.kind == .plugins, let id = entry.id {
                    found.append((id, Evidence(path: source.path, line: chain.line)))
                }
            }
        }
        return found.sorted { ($0.0, $0.1.path, $0.1.line ?? 0) < ($1.0, $1.1.path, $1.1.line ?? 0) }
    }

    private func addApp(_ project: inout DiscoveredProject) {
        guard let plugin = plugins.first(where: { GradleProjectBuilder.appPlugins.contains($0.id) }) else { return }
        project.appEvidence = "\(plugin.evidence.path): the plugin \(plugin.id)"
    }

    /// `build` and `test`, run from the root of the build. Gradle builds what the project needs along, which `build` of
    /// those has made before. Its output directory is not declared, so that only tests are cached.
    private func addTasks(_ project: inout DiscoveredProject) throws(GitError) {
        guard member.script != nil || !plugins.isEmpty else { return }
        let depth = member.directory.components.count - build.directory.components.count
        // A project may lie beside its build; a path that a shell would read otherwise is left out.
        guard member.directory.isWithin(build.directory), depth >= 0,
            !member.path.contains(where: { " '\"$`\\;&|<>()*?[]{}!#~\n".contains($0) })
        else { return }
        let hasWrapper = try survey.tree.entry(build.directory.appending("gradlew"))?.mode == .executable
        let start = String(repeating: "cd .. && ", count: depth) + (hasWrapper ? "./gradlew" : "gradle") + " -q "
        let prefix = member.path == ":" ? ":" : member.path + ":"
        var made = TaskDefinition(command: "\(start)\(prefix)assemble")
        made.dependsOn = [.dependencies("build")]
        made.cache = false
        made.origin = Evidence(path: manifest, line: nil)
        project.tasks["build"] = made
        guard try hasTests() else { return }
        let isMultiplatform = plugins.contains { $0.id == "org.jetbrains.kotlin.multiplatform" }
        var test = TaskDefinition(command: "\(start)\(prefix)\(isMultiplatform ? "allTests" : "test")")
        test.dependsOn = [.dependencies("build"), .sameProject("build")]
        test.origin = made.origin
        project.tasks["test"] = test
    }

    /// Whether a source set looks like one of tests: `src/test`, `src/commonTest`.
    private func hasTests() throws(GitError) -> Bool {
        guard let contents = try survey.tree.directory(member.directory.appending("src")) else { return false }
        return contents.entries.contains { entry in
            let name = String(decoding: contents.name(of: entry), as: UTF8.self)
            return entry.mode == .directory && (name.hasPrefix("test") || name.hasSuffix("Test"))
        }
    }
}
