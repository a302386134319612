internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// What Ripple reads of a rush.json: https://rushjs.io/pages/configs/rush_json/
struct RushFile {
    struct Entry {
        var name: String
        var folder: String
        var subspace: String?
        /// Names of local packages that are nevertheless installed from the registry.
        var decoupled: Set<String> = []
        var tags: [String] = []
        var line: Int
    }

    static let path = RepoPath("rush.json")

    var manager = PackageManager.npm
    var entries: [Entry] = []
    /// `repository.defaultBranch`.
    var defaultBranch: String?
    /// The version of the package manager, which decides what an installation looks like.
    var settings: [StructuralDigest] = []
    var diagnostics: [Diagnostic] = []

    static func parse(_ bytes: [UInt8]) throws(ConfigurationError) -> RushFile {
        let document = try RushFile.document(bytes, at: path)
        guard document.root.object != nil else {
            throw ConfigurationError(path: path, line: 1, problem: "rush.json must be an object")
        }
        var file = RushFile()
        for (key, manager) in [("pnpmVersion", PackageManager.pnpm), ("npmVersion", .npm), ("yarnVersion", .yarn)] {
            guard let member = document.root.member(key), let version = member.node.string else { continue }
            file.manager = manager
            let line = document.position(of: member.keyOffset).line
            file.settings = [StructuralDigest(path: path, line: line, field: key, digest: version)]
            break
        }
        file.defaultBranch = document.root["repository"]?["defaultBranch"]?.string
        guard let projects = document.root["projects"] else { return file }
        guard let nodes = projects.array else {
            let line = document.position(of: projects.offset).line
            throw ConfigurationError(
                path: path, line: line, problem: "'projects' must be an array, not \(projects.typeName)")
        }
        for node in nodes { file.add(node, line: document.position(of: node.offset).line) }
        return file
    }

    private mutating func add(_ node: JSONNode, line: Int) {
        guard let name = node["packageName"]?.string, let folder = node["projectFolder"]?.string else {
            let evidence = Evidence(path: RushFile.path, line: line)
            diagnostics.append(
                Diagnostic(
                    evidence: evidence, message: "a project needs 'packageName' and 'projectFolder'; it is ignored"))
            return
        }
        var entry = Entry(name: name, folder: folder, line: line)
        entry.subspace = node["subspaceName"]?.string
        for key in ["decoupledLocalDependencies", "cyclicDependencyProjects"] {
            entry.decoupled.formUnion((node[key]?.array ?? []).compactMap(\.string))
        }
        entry.tags = (node["tags"]?.array ?? []).compactMap(\.string)
        entries.append(entry)
    }

    /// JSON with comments, as all files of Rush are.
    static func document(_ bytes: [UInt8], at path: RepoPath) throws(ConfigurationError) -> JSONDocument {
        do {
            return try JSONDocument(parsing: bytes, allowingComments: true)
        } catch {
            throw ConfigurationError(path: path, line: error.line, column: error.column, problem: error.problem)
        }
    }
}
