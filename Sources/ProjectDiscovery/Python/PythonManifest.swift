/// A pyproject.toml, as far as it shapes the workspace.
struct PythonManifest: Sendable {
    /// `[tool.uv.workspace]`.
    struct Workspace: Sendable {
        var members: [(pattern: String, line: Int?)]
        var exclude: [String]
    }

    /// A field that counts for projects below this one, with its canonical text.
    struct Setting: Sendable {
        var field: String
        var digest: String
        var line: Int?
    }

    /// The program that installs and builds the project, as far as the manifest tells.
    enum Tool: Sendable {
        case uv, poetry, plain
    }

    var name: String?
    /// Whether the manifest describes a project; others only configure tools.
    var isProject: Bool
    /// Whether there is something to install: `[project]` or Poetry's table, and uv is not told otherwise.
    var isPackage: Bool
    var hasBuildSystem: Bool
    var tool: Tool
    var requirements: [PythonRequirement]
    var workspace: Workspace?
    /// `[tool.uv.sources]` by normalised name.
    var sources: [String: (places: [PythonSource], setting: Setting)]
    /// The first entry of `scripts` or `gui-scripts`.
    var script: String?
    var configuresPytest: Bool
    /// Tables of `[tool]` that tools look for in directories above the one they run in.
    var toolSettings: [Setting]
    /// What the root of a uv workspace decides for its members beside `toolSettings`.
    var workspaceSettings: [Setting]
    /// Texts that start with `../`: files and directories outside the project that some tool may read.
    var outsidePaths: [String]
}

extension PythonManifest {
    /// Tables of `[tool]` that say how the package itself is built, which is nothing to the projects below it.
    private static let ownTables: Set<String> = [
        "uv", "poetry", "pdm", "hatch", "setuptools", "setuptools_scm", "setuptools-scm", "flit", "maturin",
        "scikit-build",
    ]

    init(parsing bytes: [UInt8]) throws(TOMLProblem) {
        let document = try TOMLDocument(parsing: bytes)
        let root = document.root, lines = document.lines
        let project = root["project"]?.table, tools = root["tool"]?.table ?? [:]
        let uv = tools["uv"]?.table, poetry = tools["poetry"]?.table
        let reader = RequirementReader(root: root, lines: lines)
        name = project?["name"]?.string ?? poetry?["name"]?.string
        hasBuildSystem = root["build-system"]?.table != nil
        isPackage = (project != nil || poetry != nil || hasBuildSystem) && uv?["package"]?.bool != false
        isProject = project != nil || poetry != nil || hasBuildSystem || uv?["workspace"]?.table != nil
        let backend = root["build-system"]?.table?["build-backend"]?.string ?? ""
        tool = uv != nil ? .uv : poetry != nil || backend.hasPrefix("poetry") ? .poetry : .plain
        requirements = reader.all()
        if let table = uv?["workspace"]?.table {
            workspace = Workspace(
                members: (table["members"]?.array ?? []).compactMap(\.string).map { pattern in
                    (pattern, lines.line("tool", "uv", "workspace", "members", pattern))
                },
                exclude: (table["exclude"]?.array ?? []).compactMap(\.string))
        }
        sources = [:]
        for (name, value) in uv?["sources"]?.table ?? [:] {
            let places = (value.array ?? [value]).map { entry -> PythonSource in
                if entry.table?["workspace"]?.bool == true { return .workspace }
                return entry.table?["path"]?.string.map { .path($0) } ?? .elsewhere
            }
            let setting = Setting(
                field: "tool.uv.sources.\(name)", digest: value.canonicalText,
                line: lines.line("tool", "uv", "sources", name))
            sources[PythonRequirement.normalised(name)] = (places, setting)
        }
        let scripts = [project?["scripts"], project?["gui-scripts"], poetry?["scripts"]]
        script = scripts.lazy.compactMap { $0?.table?.keys.min() }.first
        configuresPytest = tools["pytest"]?.table != nil
        toolSettings = tools.filter { !PythonManifest.ownTables.contains($0.key) }.sorted { $0.key < $1.key }
            .map { Setting(field: "tool.\($0.key)", digest: $0.value.canonicalText, line: lines.line("tool", $0.key)) }
        workspaceSettings = []
        if let version = project?["requires-python"] {
            workspaceSettings.append(
                Setting(
                    field: "project.requires-python", digest: version.canonicalText,
                    line: lines.line("project", "requires-python")))
        }
        // The lockfile and the edges say the rest.
        let resolved: Set<String> = ["workspace", "sources", "dev-dependencies", "package", "build-backend"]
        let shared = (uv ?? [:]).filter { !resolved.contains($0.key) }
        if !shared.isEmpty {
            workspaceSettings.append(
                Setting(
                    field: "tool.uv", digest: TOMLNode.table(shared).canonicalText, line: lines.line("tool", "uv")))
        }
        var texts: Set<String> = []
        PythonManifest.collect(.table(root), into: &texts)
        outsidePaths = texts.sorted()
    }

    private static func collect(_ node: TOMLNode, into texts: inout Set<String>) {
        switch node {
        case .string(let text): if text.hasPrefix("../") { texts.insert(text) }
        case .array(let nodes): for node in nodes { collect(node, into: &texts) }
        case .table(let entries):
            for (key, value) in entries {
                // Hatch's force-include has the files as keys.
                if key.hasPrefix("../") { texts.insert(key) }
                collect(value, into: &texts)
            }
        case .bool, .scalar: break
        }
    }
}

/// Reads every list of dependencies of a pyproject.toml.
private struct RequirementReader {
    let root: [String: TOMLNode]
    let lines: TOMLLineIndex

    func all() -> [PythonRequirement] {
        var found: [PythonRequirement] = []
        func read(_ node: TOMLNode?, _ section: PythonRequirement.Section, _ path: [String]) {
            for text in (node?.array ?? []).compactMap(\.string) {
                if let one = PythonRequirement(parsing: text, section, line: lines.line(path + [text])) {
                    found.append(one)
                }
            }
        }
        func lists(_ node: TOMLNode?, _ path: [String], _ section: (String) -> PythonRequirement.Section) {
            for (name, list) in (node?.table ?? [:]).sorted(by: { $0.key < $1.key }) {
                read(list, section(name), path + [name])
            }
        }
        let project = root["project"]?.table, tools = root["tool"]?.table
        read(project?["dependencies"], .normal, ["project", "dependencies"])
        lists(project?["optional-dependencies"], ["project", "optional-dependencies"]) {
            .extra(PythonRequirement.normalised($0))
        }
        // A group that includes another holds nothing that the other does not.
        lists(root["dependency-groups"], ["dependency-groups"]) { _ in .development }
        read(root["build-system"]?.table?["requires"], .build, ["build-system", "requires"])
        read(tools?["uv"]?.table?["dev-dependencies"], .development, ["tool", "uv", "dev-dependencies"])
        lists(tools?["pdm"]?.table?["dev-dependencies"], ["tool", "pdm", "dev-dependencies"]) { _ in .development }
        if let poetry = tools?["poetry"]?.table { found += readPoetry(poetry) }
        return found
    }

    private func readPoetry(_ poetry: [String: TOMLNode]) -> [PythonRequirement] {
        var found: [PythonRequirement] = []
        func read(_ node: TOMLNode?, _ section: PythonRequirement.Section, _ path: [String]) {
            for (name, value) in (node?.table ?? [:]).sorted(by: { $0.key < $1.key }) where name != "python" {
                for entry in value.array ?? [value] {
                    let table = entry.table
                    found.append(
                        PythonRequirement(
                            name: PythonRequirement.normalised(name),
                            extras: (table?["extras"]?.array ?? []).compactMap(\.string)
                                .map { PythonRequirement.normalised($0) },
                            path: table?["path"]?.string ?? table?["file"]?.string, section: section,
                            line: lines.line(path + [name])))
                }
            }
        }
        read(poetry["dependencies"], .normal, ["tool", "poetry", "dependencies"])
        read(poetry["dev-dependencies"], .development, ["tool", "poetry", "dev-dependencies"])
        for (group, value) in (poetry["group"]?.table ?? [:]).sorted(by: { $0.key < $1.key }) {
            read(value.table?["dependencies"], .development, ["tool", "poetry", "group", group, "dependencies"])
        }
        return found
    }
}
