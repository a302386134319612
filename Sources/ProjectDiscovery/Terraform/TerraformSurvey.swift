internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: the modules of one tree, and which of them are projects.
///
/// Belongs to one thread and one tree.
final class TerraformSurvey {
    /// The configuration files of one directory, which Terraform reads as one module.
    struct Module {
        var files: [(path: RepoPath, file: TerraformFile)] = []
        var problems: [(path: RepoPath, problem: HCLProblem)] = []
        /// Files of values for variables (`*.tfvars`): only their paths count.
        var values: [(path: RepoPath, file: TerraformFile)] = []
        /// Where links among the files lead, outside of the directory.
        var linked: [RepoPath] = []
        var hasLock = false

        var isEmpty: Bool { files.isEmpty && problems.isEmpty }

        var calls: [(path: RepoPath, call: TerraformFile.Call)] {
            files.flatMap { file in file.file.calls.map { (file.path, $0) } }
        }
    }

    static let lockName = ".terraform.lock.hcl"

    let tree: SourceTree
    let cache: ParsedTerraformCache
    /// The projects of other ecosystems.
    let places: ProjectPlaces
    private var modules: [RepoPath: Module] = [:]
    /// The directories that are projects.
    private(set) var projects: Set<RepoPath> = []
    /// The modules of this repository that each project refers to.
    private(set) var targets: [RepoPath: Set<RepoPath>] = [:]
    var diagnostics: [Diagnostic] = []
    var widenings: [Widening] = []

    init(tree: SourceTree, cache: ParsedTerraformCache, places: ProjectPlaces) {
        self.tree = tree
        self.cache = cache
        self.places = places
    }

    func note(_ path: RepoPath, _ line: Int?, _ message: String) {
        let diagnostic = Diagnostic(evidence: Evidence(path: path, line: line), message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    /// Says that files are read which are not known one by one, so that more counts.
    ///
    /// - Parameter problem: a clause: what is not known.
    func widen(_ evidence: Evidence, _ problem: String) {
        let widening = Widening(
            code: "files-unknown", scope: evidence.path.description,
            message: "\(evidence.path):\(evidence.line ?? 1): \(problem): everything there counts.")
        if !widenings.contains(widening) { widenings.append(widening) }
    }

    /// Says that a file of a module or a unit cannot be read. Returns the reason, with its place.
    func broken(_ path: RepoPath, _ problem: HCLProblem, in kind: String) -> String {
        let reason = "\(problem.line.map { "\(path):\($0)" } ?? "\(path)"): \(problem.problem)"
        widenings.append(
            Widening(
                code: "broken-manifest", scope: path.description,
                message: "\(reason). Everything in this \(kind) counts as changed until the file is mended."))
        return reason
    }

    // MARK: Reading

    /// The paths of what lies in a directory.
    func entries(of directory: RepoPath) throws(GitError) -> [RepoPath] {
        let contents = try tree.directory(directory) ?? Tree.empty
        return contents.entries.map { directory.appending(contents.name(of: $0)) }
    }

    func module(at directory: RepoPath) throws(GitError) -> Module {
        if let known = modules[directory] { return known }
        var module = Module()
        if let contents = try tree.directory(directory) {
            for entry in contents.entries where entry.mode.isFile || entry.mode == .symlink {
                let name = String(decoding: contents.name(of: entry), as: UTF8.self)
                if name.hasSuffix(".tfvars"), entry.mode.isFile {
                    try readValues(directory.appending(contents.name(of: entry)), entry.id, into: &module)
                    continue
                }
                if name == TerraformSurvey.lockName { module.hasLock = true }
                guard let isJSON = TerraformSurvey.syntax(name) else { continue }
                try read(directory.appending(contents.name(of: entry)), isJSON: isJSON, in: directory, into: &module)
            }
        }
        modules[directory] = module
        return module
    }

    /// Takes the paths among the values of variables. A file of values alone makes no module.
    private func readValues(_ path: RepoPath, _ id: ObjectID, into module: inout Module) throws(GitError) {
        switch try cache.file(id, isJSON: false, in: tree.objects) {
        case .success(let file): module.values.append((path, file))
        case .failure(let problem):
            note(path, problem.line, "\(problem.problem): what these values name is not known")
        }
    }

    private func read(
        _ path: RepoPath, isJSON: Bool, in directory: RepoPath, into module: inout Module
    ) throws(GitError) {
        let place = try tree.following(path).last ?? path
        guard let entry = try tree.entry(place), entry.mode.isFile else {
            module.problems.append(
                (path, HCLProblem(line: nil, problem: "it is a link to a file that is not in the repository")))
            return
        }
        if place.parent != directory { module.linked.append(place) }
        switch try cache.file(entry.id, isJSON: isJSON, in: tree.objects) {
        case .success(let file): module.files.append((path, file))
        case .failure(let problem): module.problems.append((path, problem))
        }
    }

    /// Whether a configuration file is in JSON; `nil` for any other file.
    static func syntax(_ name: String) -> Bool? {
        // Editors' leftovers are passed over, as Terraform does.
        if name.hasPrefix(".") || name.hasSuffix("~") || name.hasPrefix("#") { return nil }
        if name.hasSuffix(".tf") || name.hasSuffix(".tofu") { return false }
        return name.hasSuffix(".tf.json") || name.hasSuffix(".tofu.json") ? true : nil
    }

    // MARK: Which directories are projects

    func run(_ scan: ManifestScan) throws(GitError) {
        var pending: [RepoPath] = []
        for (directory, names) in scan.directories where names.contains(where: { TerraformSurvey.syntax($0) != nil }) {
            if try standsAlone(directory) { pending.append(directory) }
        }
        // A project of another ecosystem may have a module in its own directory, below which no scan goes.
        for directory in places.directories where try !module(at: directory).isEmpty { pending.append(directory) }
        while let directory = pending.popLast() {
            guard projects.insert(directory).inserted else { continue }
            for (path, call) in try module(at: directory).calls {
                guard let local = call.localPath else {
                    if call.source == nil {
                        note(path, call.line, "the source of the module '\(call.name)' is not a plain text: no edge")
                    }
                    continue
                }
                guard
                    let target = try directory.resolving(local).flatMap({ (place) throws(GitError) in
                        try tree.following(place).last
                    }), try !module(at: target).isEmpty
                else {
                    note(path, call.line, "the module '\(call.name)' at '\(local)' has no configuration files")
                    continue
                }
                if target != directory { targets[directory, default: []].insert(target) }
                pending.append(target)
            }
        }
    }

    /// Whether a module that nothing refers to is a project. Inside a project of another ecosystem only what is deployed
    /// from there is one: examples and test data belong to the project around them.
    private func standsAlone(_ directory: RepoPath) throws(GitError) -> Bool {
        if directory.components.contains(where: { TerraformSurvey.isFixture($0) }) { return false }
        guard let owner = places.owner(of: directory) else { return true }
        if owner == directory { return true }
        let below = directory.relative(to: owner)?.components ?? []
        if below.contains(where: { TerraformSurvey.isExample($0) }) { return false }
        let module = try module(at: directory)
        return module.hasLock || module.files.contains { $0.file.backendLine != nil }
    }

    static func isFixture(_ component: ArraySlice<UInt8>) -> Bool {
        ["fixtures", "__fixtures__", "testdata", "test-fixtures", "templates", "vendor"]
            .contains { component.elementsEqual($0.utf8) }
    }

    private static func isExample(_ component: ArraySlice<UInt8>) -> Bool {
        ["example", "examples", "test", "tests", "testing", "e2e", "docs", "samples"]
            .contains { component.elementsEqual($0.utf8) }
    }

    /// The project and the modules of this repository that it reaches.
    func reached(from directory: RepoPath) -> Set<RepoPath> { TerraformSurvey.closure(directory) { targets[$0] ?? [] } }

    /// The project and those that reach it, from any of which it may be run.
    func callers(of directory: RepoPath) -> Set<RepoPath> {
        TerraformSurvey.closure(directory) { place in Set(targets.filter { $0.value.contains(place) }.keys) }
    }

    private static func closure(_ start: RepoPath, _ next: (RepoPath) -> Set<RepoPath>) -> Set<RepoPath> {
        var seen: Set<RepoPath> = [start], pending = [start]
        while let directory = pending.popLast() {
            for other in next(directory) where seen.insert(other).inserted { pending.append(other) }
        }
        return seen
    }
}
