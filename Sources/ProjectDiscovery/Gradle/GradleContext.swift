internal import GitObjects
internal import WorkspaceModel

/// What one discovery knows of all builds together: the plugins that are defined in the repository, and the projects that
/// stand in for components from outside.
struct GradleContext {
    /// A project of an included build that defines plugins.
    struct Provider {
        var directory: RepoPath
        var logic: GradleLogic
    }

    let survey: GradleSurvey
    private(set) var providers: [Provider] = []
    /// Projects of included builds by name, with their group where it is known.
    private(set) var substitutes: [String: [(directory: RepoPath, group: String?)]] = [:]

    init(_ survey: GradleSurvey) throws(GitError) {
        self.survey = survey
        for (_, build) in survey.builds.sorted(by: { $0.key < $1.key }) where build.isIncluded {
            for member in build.sorted {
                let logic = try GradleLogic.read(member.directory, script: member.script, survey)
                if !logic.plugins.isEmpty || !logic.scripts.isEmpty || logic.isComputed || !logic.sources.isEmpty {
                    providers.append(Provider(directory: member.directory, logic: logic))
                }
                var group: String?
                if let script = member.script, case .success(let read)? = try survey.read(script) { group = read.group }
                substitutes[member.name, default: []].append((member.directory, group))
            }
        }
    }

    /// The projects that define the plugin.
    func providers(of plugin: String) -> [Provider] { providers.filter { $0.logic.plugins.contains(plugin) } }

    /// The projects of included builds that Gradle takes in place of a component from outside.
    func substitutes(for coordinates: String) -> [RepoPath] {
        let parts = coordinates.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return [] }
        return (substitutes[String(parts[1])] ?? []).filter { $0.group == nil || $0.group == String(parts[0]) }
            .map(\.directory)
    }

    /// The logic of the build's buildSrc, if it has one.
    func buildSource(of build: GradleBuild) throws(GitError) -> GradleLogic? {
        let directory = build.directory.appending("buildSrc")
        guard try survey.tree.directoryID(directory) != nil else { return nil }
        return try GradleLogic.read(directory, script: try survey.script("build", in: directory), survey)
    }

    /// The scripts that configure a project: its own, those of the projects around it, what they apply, and the build
    /// logic in scripts whose plugins they apply. Each once, in the order they are found.
    func sources(of member: GradleBuild.Member, in build: GradleBuild) throws(GitError) -> [GradleSource] {
        var found: [GradleSource] = []
        var seen: [RepoPath: Bool] = [:]
        let buildSource = try buildSource(of: build)
        func add(
            _ path: RepoPath, base: RepoPath, isWhole: Bool, isOwn: Bool = false, isAncestor: Bool = false
        ) throws(GitError) {
            if let known = seen[path], known || !isWhole { return }
            guard case .success(let script)? = try survey.read(path) else { return }
            seen[path] = isWhole
            found.append(
                GradleSource(
                    path: path, script: script, base: base, isWhole: isWhole, isOwn: isOwn, isAncestor: isAncestor,
                    build: build))
        }
        if let script = member.script { try add(script, base: member.directory, isWhole: true, isOwn: true) }
        for ancestor in member.ancestors {
            guard let outer = build.members[ancestor], let script = outer.script else { continue }
            try add(script, base: outer.directory, isWhole: false, isAncestor: true)
        }
        var at = 0
        while at < found.count {
            let source = found[at]
            at += 1
            for applied in source.script.scripts where source.concerns(member.path, applied.reach) {
                guard let text = applied.path else { continue }
                for path in paths(text, source.base, build) {
                    try add(path, base: source.base, isWhole: source.isWhole || applied.isShared)
                }
            }
            for plugin in source.script.plugins where source.concerns(member.path, plugin.reach) {
                var scripts = providers(of: plugin.id).compactMap { $0.logic.scripts[plugin.id] }
                if let script = buildSource?.scripts[plugin.id] { scripts.append(script) }
                for script in scripts {
                    try add(script, base: source.base, isWhole: source.isWhole || plugin.isShared)
                }
            }
        }
        return found
    }

    /// The paths that a text in a script may stand for.
    func paths(_ text: String, _ base: RepoPath, _ build: GradleBuild) -> [RepoPath] {
        guard !text.contains("://"), !text.hasPrefix("/"), GradlePaths.isReadable(text), !text.contains("\0") else {
            return []
        }
        let (path, isFromRoot) = GradlePaths.stripped(text)
        var found: [RepoPath] = []
        if !isFromRoot, let one = base.resolving(path) { found.append(one) }
        if isFromRoot || base != build.directory, let one = build.directory.resolving(path), !found.contains(one) {
            found.append(one)
        }
        return found
    }
}
