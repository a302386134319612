internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: which directories hold .NET projects, and what their files say.
///
/// Belongs to one thread and one tree.
final class DotNetSurvey {
    enum Found {
        /// There is no such file.
        case absent
        case broken(XMLProblem)
        case read(MSBuildFile)
    }

    let tree: SourceTree
    let cache: ParsedDotNetCache
    let places: DotNetPlaces
    /// The directories that are projects, and the project files in each, sorted.
    private(set) var homes: [RepoPath: [RepoPath]] = [:]
    /// The solutions that gather projects.
    private(set) var solutions: [RepoPath: DotNetSolution] = [:]
    /// The projects that a solution lists, with the directories of these solutions.
    private var listed: [RepoPath: Set<RepoPath>] = [:]
    /// All project files seen, by name in lower case.
    private var byName: [String: Set<RepoPath>] = [:]
    private var evaluations: [RepoPath: MSBuildEvaluation] = [:]
    private var references: [RepoPath: [DotNetReference]] = [:]
    private var notes: Set<Diagnostic> = []
    /// Sorted by place.
    var diagnostics: [Diagnostic] {
        notes.sorted {
            ($0.evidence.path, $0.evidence.line ?? 0, $0.message) < (
                $1.evidence.path, $1.evidence.line ?? 0, $1.message
            )
        }
    }

    init(tree: SourceTree, cache: ParsedDotNetCache) {
        self.tree = tree
        self.cache = cache
        places = DotNetPlaces(tree: tree)
    }

    func note(_ diagnostic: Diagnostic) { notes.insert(diagnostic) }

    // MARK: Files

    func file(_ path: RepoPath) -> Found {
        guard let found = places.file(path),
            let result = places.read({ () throws(GitError) in try self.cache.file(found.id, in: self.tree.objects) })
        else { return .absent }
        switch result {
        case .success(let file): return .read(file)
        case .failure(let problem): return .broken(problem)
        }
    }

    func evaluation(of project: RepoPath) -> MSBuildEvaluation {
        if let known = evaluations[project] { return known }
        let result = MSBuildEvaluator.evaluate(project, self)
        evaluations[project] = result
        for diagnostic in result.diagnostics { note(diagnostic) }
        return result
    }

    /// What a project references, each with its place.
    func references(of project: RepoPath) -> [DotNetReference] {
        if let known = references[project] { return known }
        let found = DotNetReference.all(in: evaluation(of: project), self)
        references[project] = found
        return found
    }

    /// What `$(SolutionDir)` may be: where the solutions are that list a project, else those above it.
    func solutionDirectories(of project: RepoPath) -> [RepoPath] {
        if let found = listed[project], !found.isEmpty { return found.sorted() }
        return Set(solutions.keys.compactMap(\.parent)).filter { project.isWithin($0) }.sorted()
    }

    /// The projects whose file names match; `*` stands for any characters.
    func projects(named pattern: String) -> [RepoPath] {
        let pattern = Array(pattern.lowercased().utf8)
        return byName.filter { CargoGlob.matches(pattern[...], Array($0.key.utf8)[...]) }.flatMap(\.value).sorted()
    }

    /// The innermost project around a file.
    func home(around path: RepoPath) -> RepoPath? {
        var at = path.parent
        while let current = at {
            if homes[current] != nil { return current }
            at = current.parent
        }
        return nil
    }

    func isProject(_ file: RepoPath) -> Bool {
        guard let directory = file.parent else { return false }
        return homes[directory]?.contains(file) == true
    }

    // MARK: Which directories are projects

    func run(_ scan: ManifestScan) {
        var scanned: [RepoPath] = [], found: [RepoPath] = []
        for directory in scan.directories {
            let names = directory.manifests.filter { DotNetNames.isProject($0) || DotNetNames.isSolution($0) }
            if names.isEmpty || isFixture(directory.path) { continue }
            for name in names.sorted() {
                if DotNetNames.isProject(name) { scanned.append(directory.path.appending(name)) }
                if DotNetNames.isSolution(name) { found.append(directory.path.appending(name)) }
            }
        }
        for project in scanned { index(project) }
        // The outermost first: what lies inside one of its projects is test data of that.
        for path in found.sorted(by: { $0.components.count < $1.components.count }) { gather(path) }
        for project in listed.keys.sorted() { join(project) }
        for project in scanned.sorted() where standsAlone(project) { join(project) }
    }

    private func index(_ project: RepoPath) {
        byName[String(decoding: project.lastComponent, as: UTF8.self).lowercased(), default: []].insert(project)
    }

    /// Whether a directory holds test data, templates, or what a build makes rather than projects of its own.
    private func isFixture(_ directory: RepoPath) -> Bool {
        let names: Set<String> = ["fixtures", "testdata", "testassets", "templates", "bin", "obj"]
        if directory.components.contains(where: { names.contains(String(decoding: $0, as: UTF8.self).lowercased()) }) {
            return true
        }
        var at: RepoPath? = directory
        while let current = at {
            if places.find(current.appending(".template.config"))?.mode == .directory { return true }
            at = current.parent
        }
        return false
    }

    private func gather(_ path: RepoPath) {
        let base = path.parent ?? .root
        var outer = base.parent
        while let current = outer {
            if listed.keys.contains(where: { $0.parent == current }) { return }
            outer = current.parent
        }
        guard let found = places.file(path),
            let solution = places.read({ () throws(GitError) in
                try self.cache.solution(found.id, isXML: path.description.hasSuffix("x"), in: self.tree.objects)
            })
        else { return }
        solutions[path] = solution
        if let problem = solution.problem {
            note(Diagnostic(evidence: Evidence(path: path, line: problem.line), message: problem.problem))
        }
        for project in solution.projects {
            guard DotNetNames.isProject(project.path) else { continue }
            let evidence = Evidence(path: path, line: project.line)
            guard let target = file(named: project.path, from: base, evidence) else {
                note(Diagnostic(evidence: evidence, message: "the project '\(project.path)' does not exist"))
                continue
            }
            listed[target, default: []].insert(base)
        }
    }

    /// The file that a path names, as the tree spells it.
    func file(named text: String, from base: RepoPath, _ evidence: Evidence) -> RepoPath? {
        guard case .inside(let path) = places.place(text, from: base), let found = places.find(path),
            found.mode.isFile || found.mode == .symlink
        else { return nil }
        if found.isRespelled {
            note(Diagnostic(evidence: evidence, message: "'\(path)' is spelled '\(found.path)' here"))
        }
        return found.path
    }

    /// Makes a project, and all it leads to, projects of the workspace.
    private func join(_ start: RepoPath) {
        var pending = [start]
        while let project = pending.popLast() {
            guard let directory = project.parent, homes[directory]?.contains(project) != true else { continue }
            homes[directory, default: []].append(project)
            homes[directory]?.sort()
            index(project)
            for reference in references(of: project) {
                for target in reference.projects { pending.append(target) }
            }
        }
    }

    /// Whether a project that nothing names is one: unless it lies inside one that a solution gathers without it.
    private func standsAlone(_ project: RepoPath) -> Bool {
        var at = project.parent?.parent
        while let current = at {
            if let files = homes[current] { return !files.contains { listed[$0] != nil } }
            at = current.parent
        }
        return true
    }
}
