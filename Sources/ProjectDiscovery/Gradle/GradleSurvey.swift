internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: which builds there are, and which projects each has.
///
/// Belongs to one thread and one tree.
final class GradleSurvey {
    let tree: SourceTree
    let cache: ParsedGradleCache
    /// The builds by their directory.
    private(set) var builds: [RepoPath: GradleBuild] = [:]
    /// The projects: each directory, the build it belongs to and its path there.
    private(set) var homes: [RepoPath: (build: GradleBuild, path: String)] = [:]
    var diagnostics: [Diagnostic] = []
    var logic: [RepoPath: GradleLogic] = [:]
    var namedCache: [String: [RepoPath]] = [:]

    init(tree: SourceTree, cache: ParsedGradleCache) {
        self.tree = tree
        self.cache = cache
    }

    func note(_ path: RepoPath, _ line: Int?, _ message: String) {
        let diagnostic = Diagnostic(evidence: Evidence(path: path, line: line), message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    // MARK: Files

    /// The script that would be read of `name`.gradle and `name`.gradle.kts.
    func script(_ name: String, in directory: RepoPath) throws(GitError) -> RepoPath? {
        for ending in [".gradle", ".gradle.kts"] {
            let path = directory.appending(name + ending)
            if let entry = try tree.entry(path), entry.mode.isFile { return path }
        }
        return nil
    }

    static func isKotlin(_ path: RepoPath) -> Bool {
        let name = path.lastComponent
        return name.suffix(4).elementsEqual(".kts".utf8) || name.suffix(3).elementsEqual(".kt".utf8)
            || name.suffix(5).elementsEqual(".java".utf8)
    }

    /// What a script says; `nil` when there is none.
    func read(_ path: RepoPath) throws(GitError) -> Result<GradleScript, GradleProblem>? {
        guard let entry = try tree.entry(path), entry.mode.isFile else { return nil }
        return try cache.script(entry.id, isKotlin: GradleSurvey.isKotlin(path), in: tree.objects)
    }

    func settings(_ path: RepoPath) throws(GitError) -> Result<GradleSettings, GradleProblem>? {
        guard let entry = try tree.entry(path), entry.mode.isFile else { return nil }
        return try cache.settings(entry.id, isKotlin: GradleSurvey.isKotlin(path), in: tree.objects)
    }

    func catalog(_ path: RepoPath) throws(GitError) -> Result<GradleCatalog, TOMLProblem>? {
        guard let entry = try tree.entry(path), entry.mode.isFile else { return nil }
        return try cache.catalog(entry.id, in: tree.objects)
    }

    // MARK: Which directories are projects

    func run(_ scan: ManifestScan) throws(GitError) {
        let scripts = scan.directories.filter { !GradleSurvey.isFixture($0.path) }
        // The outermost first: what a build includes is not looked at again.
        for (directory, names) in scripts where !names.isDisjoint(with: ["settings.gradle", "settings.gradle.kts"]) {
            if homes[directory] == nil { _ = try open(directory) }
        }
        for (directory, names) in scripts where !names.isDisjoint(with: ["build.gradle", "build.gradle.kts"]) {
            // What the builds around it leave out is no project.
            if homes[directory] == nil, !isInsideBuild(directory) { try openAlone(directory) }
        }
    }

    private func isInsideBuild(_ directory: RepoPath) -> Bool {
        builds.keys.contains { directory.isWithin($0) }
    }

    /// Whether scripts here are test data, templates or build logic rather than a build of their own.
    static func isFixture(_ directory: RepoPath) -> Bool {
        let names: Set<String> = [
            "fixtures", "testdata", "templates", "build", "resources", "src", "buildSrc", "test-projects", "gradle",
        ]
        return directory.components.contains { names.contains(String(decoding: $0, as: UTF8.self)) }
    }

    private func openAlone(_ directory: RepoPath) throws(GitError) {
        let build = GradleBuild(directory: directory, settingsPath: nil)
        builds[directory] = build
        try addRoot(build)
        try findCatalogs(build)
    }

    private func addRoot(_ build: GradleBuild) throws(GitError) {
        let last = String(decoding: build.directory.lastComponent, as: UTF8.self)
        try add(
            GradleBuild.Member(
                path: ":", name: build.settings.rootName ?? last, directory: build.directory, script: nil, link: nil,
                line: nil),
            to: build)
    }

    /// Reads the build whose settings script lies in `directory`, and those it includes.
    @discardableResult
    private func open(_ directory: RepoPath) throws(GitError) -> GradleBuild? {
        if let known = builds[directory] { return known }
        guard let path = try script("settings", in: directory) else {
            if try script("build", in: directory) != nil { try openAlone(directory) }
            return builds[directory]
        }
        let build = GradleBuild(directory: directory, settingsPath: path)
        builds[directory] = build
        try readSettings(build, path)
        try addRoot(build)
        for include in build.settings.includes { try self.include(include, in: build, path) }
        for one in build.settings.computed {
            build.isComputed = true
            note(
                path, one.line,
                "code decides \(one.what): every directory with a build script below counts as a project")
        }
        if build.problem != nil { build.isComputed = true }
        for one in build.settings.builds { try includeBuild(one, in: build, path) }
        if build.isComputed { try addAllBelow(build) }
        try findCatalogs(build)
        return build
    }

    private func readSettings(_ build: GradleBuild, _ path: RepoPath) throws(GitError) {
        switch try settings(path) {
        case .success(let settings)?: build.settings = settings
        case .failure(let problem)?: build.problem = problem
        case nil: return
        }
        var pending = build.settings.scripts, seen: Set<RepoPath> = [path]
        while let (text, line) = pending.popLast() {
            guard let applied = build.directory.resolving(GradlePaths.stripped(text).path) else { continue }
            guard seen.insert(applied).inserted else { continue }
            switch try settings(applied) {
            case .success(let more)?:
                build.settings.add(more)
                build.settingsScripts.append(applied)
                pending += more.scripts
            case .failure(let problem)?:
                build.settingsScripts.append(applied)
                build.settings.computed.append(
                    GradleSettings.Computed(what: "what '\(applied)' says (\(problem.problem))", line: line))
            case nil: note(path, line, "the script '\(text)' is not in the repository")
            }
        }
    }

    private func include(
        _ include: GradleSettings.Include, in build: GradleBuild, _ settings: RepoPath
    ) throws(GitError) {
        let names = include.path.split(separator: ":").map(String.init)
        guard names.count <= 64 else { return note(settings, include.line, "the path '\(include.path)' is too long") }
        var path = "", parent: RepoPath? = build.directory
        for (depth, name) in names.enumerated() {
            path += ":" + name
            if let known = build.members[path] {
                parent = known.directory
                continue
            }
            var directory = include.isFlat ? build.directory.resolving("../\(name)") : parent?.resolving(name)
            if let given = build.settings.directories[path] { directory = build.directory.resolving(given.path) }
            guard let directory, try tree.directoryID(directory) != nil else {
                parent = directory
                if depth == names.count - 1 {
                    note(settings, include.line, "the project '\(path)' has no directory in the repository")
                }
                continue
            }
            try add(
                GradleBuild.Member(
                    path: path, name: build.settings.names[path] ?? name, directory: directory, script: nil,
                    line: include.line),
                to: build)
            parent = directory
        }
    }

    private func add(_ member: GradleBuild.Member, to build: GradleBuild) throws(GitError) {
        var member = member
        let last = String(decoding: member.directory.lastComponent, as: UTF8.self)
        for name in ["build", member.name, last] where member.script == nil && !name.contains("/") && !name.isEmpty {
            member.script = try script(name, in: member.directory)
        }
        for name in ["build.gradle", "build.gradle.kts"] where member.script == nil {
            let path = member.directory.appending(name)
            if try tree.entry(path)?.mode == .symlink { member.link = path }
        }
        build.members[member.path] = member
        if let other = homes[member.directory] {
            if other.path == member.path, other.build === build { return }
            return note(
                build.settingsPath ?? member.directory, member.line,
                "'\(member.directory)' is the directory of another project too: it counts as one")
        }
        homes[member.directory] = (build, member.path)
    }

    /// Takes every directory with a build script below the build for a project, up to other builds.
    private func addAllBelow(_ build: GradleBuild) throws(GitError) {
        var pending: [(RepoPath, ObjectID)] = []
        if let id = try tree.directoryID(build.directory) { pending.append((build.directory, id)) }
        while let (directory, id) = pending.popLast() {
            let contents = try tree.objects.tree(id)
            for entry in contents.entries where entry.mode == .directory {
                let name = contents.name(of: entry)
                guard name.first != UInt8(ascii: "."), !name.elementsEqual("node_modules".utf8) else { continue }
                let below = directory.appending(name)
                guard !GradleSurvey.isFixture(RepoPath(bytes: Array(name))), try script("settings", in: below) == nil
                else { continue }
                pending.append((below, entry.id))
                let own = String(decoding: name, as: UTF8.self)
                var found = try script("build", in: below)
                if found == nil { found = try script(own, in: below) }
                guard let found, homes[below] == nil, let relative = below.relative(to: build.directory) else {
                    continue
                }
                let path = ":" + relative.description.replacing("/", with: ":")
                guard build.members[path] == nil else { continue }
                try add(
                    GradleBuild.Member(path: path, name: own, directory: below, script: found, link: nil, line: nil),
                    to: build)
            }
        }
    }

    private func includeBuild(
        _ include: GradleSettings.IncludedBuild, in build: GradleBuild, _ settings: RepoPath
    ) throws(GitError) {
        guard let directory = build.directory.resolving(GradlePaths.stripped(include.path).path),
            let other = try open(directory)
        else {
            return note(settings, include.line, "the included build '\(include.path)' is not in the repository")
        }
        guard other !== build else { return }
        other.isIncluded = true
        build.included.append((directory, include.line))
    }

    private func findCatalogs(_ build: GradleBuild) throws(GitError) {
        let own = build.directory.appending(RepoPath("gradle/libs.versions.toml").bytes)
        if try tree.entry(own)?.mode.isFile == true { build.catalogs["libs"] = .some(own) }
        for catalog in build.settings.catalogs {
            build.catalogs[catalog.name] = catalog.file.flatMap {
                build.directory.resolving(GradlePaths.stripped($0).path)
            }
        }
        for (name, path) in build.catalogs {
            guard let path, case .success(let catalog)? = try catalog(path) else { continue }
            build.readCatalogs[name] = (path, catalog)
        }
    }
}
