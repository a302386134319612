internal import GitObjects
internal import WorkspaceModel

/// The build logic that one directory holds: buildSrc, or a project of an included build.
struct GradleLogic {
    /// Precompiled script plugins by their id.
    var scripts: [String: RepoPath] = [:]
    /// The ids of all plugins defined here.
    var plugins: Set<String> = []
    /// Whether code decides the id of a plugin.
    var isComputed = false
    /// What the sources say that are no scripts: classes of plugins, and functions that scripts call.
    var sources: [(path: RepoPath, script: GradleScript)] = []

    /// More files than this are not read: the rest is widened.
    private static let mostFiles = 600

    static func read(_ directory: RepoPath, script: RepoPath?, _ survey: GradleSurvey) throws(GitError) -> GradleLogic {
        if let known = survey.logic[directory] { return known }
        var logic = GradleLogic()
        if let script, case .success(let build)? = try survey.read(script) {
            logic.plugins.formUnion(build.definedPlugins)
            logic.isComputed = build.definesComputedPlugins
        }
        var files = 0
        for place in [
            "src/main/kotlin", "src/main/groovy", "src/main/java", "src/main/resources/META-INF/gradle-plugins",
        ] {
            try logic.addFiles(directory.appending(RepoPath(place).bytes), survey, &files)
        }
        if files > mostFiles {
            survey.note(directory, nil, "more than \(mostFiles) files of build logic: not all are read")
        }
        survey.logic[directory] = logic
        return logic
    }

    private mutating func addFiles(
        _ directory: RepoPath, _ survey: GradleSurvey, _ files: inout Int
    ) throws(GitError) {
        guard let contents = try survey.tree.directory(directory) else { return }
        for entry in contents.entries {
            let path = directory.appending(contents.name(of: entry))
            if entry.mode == .directory {
                try addFiles(path, survey, &files)
                continue
            }
            guard entry.mode.isFile else { continue }
            files += 1
            if files > GradleLogic.mostFiles {
                isComputed = true
                return
            }
            try addFile(path, survey)
        }
    }

    private mutating func addFile(_ path: RepoPath, _ survey: GradleSurvey) throws(GitError) {
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        func without(_ ending: String) -> String? { name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : nil }
        if let id = without(".properties") {
            plugins.insert(id)
            return
        }
        if let id = without(".settings.gradle.kts") ?? without(".settings.gradle") {
            // A plugin of settings, whose projects are not read from it.
            plugins.insert(id)
            return
        }
        if let id = without(".gradle.kts") ?? without(".gradle") {
            var id = id
            if case .success(let script)? = try survey.read(path), !script.package.isEmpty {
                id = "\(script.package).\(id)"
            }
            plugins.insert(id)
            scripts[id] = path
            return
        }
        guard [".kt", ".groovy", ".java"].contains(where: name.hasSuffix) else { return }
        switch try survey.read(path) {
        case .success(let script)?: sources.append((path, script))
        case .failure(let problem)?:
            survey.note(path, problem.line, "\(problem.problem): what this code says of projects is not known")
        case nil: break
        }
    }
}

/// One script that takes part in the configuration of a project.
struct GradleSource {
    var path: RepoPath
    var script: GradleScript
    /// The directory its relative paths start from.
    var base: RepoPath
    /// Whether it is run for the project; else only what reaches other projects counts.
    var isWhole: Bool
    /// Whether it is the project's own build script.
    var isOwn: Bool
    /// Whether it is the build script of a project around it.
    var isAncestor: Bool
    /// The build whose projects it names.
    var build: GradleBuild

    /// Whether something in it is for the project at `path` alone.
    func isMeant(_ path: String, _ reach: GradleScript.Reach) -> Bool {
        guard case .project(let other) = reach else { return false }
        return other == path || build.member(path: other)?.path == path
    }

    /// Whether something in it concerns the project at `path`.
    func concerns(_ path: String, _ reach: GradleScript.Reach, isShared: Bool = false) -> Bool {
        switch reach {
        case .project: isMeant(path, reach)
        case .below: true
        case .own: isWhole || isShared
        }
    }
}
