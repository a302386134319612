internal import GitObjects
internal import WorkspaceModel

/// A project of a moon workspace: its directory, what its moon.yml says, and what decides which tasks it inherits.
struct MoonProject {
    var path: RepoPath
    var id: String
    var file: MoonProjectFile
    /// Why its moon.yml could not be read.
    var brokenReason: String?
    /// Where the workspace says that it is a project.
    var listed: Evidence
    var language: String
    var toolchains: Set<String>
    /// The files and directories directly in it.
    var names: Set<String>
    /// Names by which other projects may refer to it, such as that of its package.
    var aliases: Set<String> = []

    var isJavaScript: Bool { ["javascript", "typescript"].contains(language) }
    var kind: String { file.kind?.name ?? "unknown" }

    init(path: RepoPath, id: String, file: MoonProjectFile, listed: Evidence, names: Set<String>, tools: MoonToolchains)
    {
        self.path = path
        self.id = file.id ?? id
        self.file = file
        self.listed = listed
        self.names = names
        language = file.language ?? MoonProject.language(names)
        toolchains = file.toolchains.isEmpty ? tools.toolchains(language: language, names) : Set(file.toolchains)
    }

    /// The language that the files of a directory tell; moon looks for the same names.
    private static func language(_ names: Set<String>) -> String {
        if names.contains("Cargo.toml") { return "rust" }
        if names.contains("go.mod") { return "go" }
        if names.contains("composer.json") { return "php" }
        if names.contains("pyproject.toml") || names.contains("requirements.txt") { return "python" }
        if names.contains("Gemfile") { return "ruby" }
        if names.contains("tsconfig.json") { return "typescript" }
        if names.contains("package.json") { return "javascript" }
        return "unknown"
    }

    /// Whether moon 2 lets the project inherit from a file with this condition.
    func meets(_ condition: MoonCondition) -> Bool {
        func holds(_ clause: MoonCondition.Clause?, _ values: Set<String>) -> Bool { clause?.matches(values) ?? true }
        let languages: Set = language == "typescript" ? ["typescript", "javascript"] : [language]
        return holds(condition.languages, languages) && holds(condition.layers, [kind])
            && holds(condition.stacks, [file.stack ?? "unknown"]) && holds(condition.tags, Set(file.tags))
            && holds(condition.toolchains, toolchains)
            && (condition.files?.contains { names.contains(String($0.prefix { $0 != "/" })) } ?? true)
    }

    /// The names of files below .moon/tasks from which moon 1 lets the project inherit, most general first.
    var inheritedNames: [String] {
        let platforms = toolchains.isEmpty ? ["system"] : toolchains.sorted()
        let languages = language == "typescript" ? ["javascript", "typescript"] : [language]
        let bases = platforms + languages.filter { !platforms.contains($0) }
        let stack = file.stack ?? "unknown"
        var names = bases + [stack] + bases.map { "\($0)-\(stack)" } + ["\(stack)-\(kind)"]
        names += bases.map { "\($0)-\(kind)" } + bases.map { "\($0)-\(stack)-\(kind)" }
        return names + file.tags.map { "tag-\($0)" }
    }
}

/// What .moon/toolchain.yml (moon 1) or .moon/toolchains.yml (moon 2) says.
struct MoonToolchains {
    /// The settings of each tool, as text.
    var settings: [StructuralDigest] = []
    /// Files whose settings hold where this one has none.
    private(set) var extends: [String] = []
    private var enabled: Set<String> = []
    private var packageManagers: Set<String> = []
    var diagnostics: [Diagnostic] = []

    private static let javaScript: Set<String> = [
        "node", "npm", "pnpm", "yarn", "bun", "deno", "javascript", "typescript",
    ]
    private static let others: [String: Set<String>] = [
        "rust": ["rust"], "go": ["go"], "python": ["python", "unstable_python", "pip", "uv", "poetry"],
        "ruby": ["ruby"], "php": ["php"],
    ]

    init() {}

    init(parsing bytes: [UInt8], at path: RepoPath) throws(ConfigurationError) {
        for field in try MoonFile.fields(bytes, path: path) where field.key != "$schema" && field.key != "moon" {
            if field.key == "extends" {
                extends = field.value.text.map { [$0] } ?? field.value.items?.compactMap(\.text) ?? []
                continue
            }
            enabled.insert(field.key)
            if let manager = field.value["packageManager"]?.text { packageManagers.insert(manager) }
            settings.append(
                StructuralDigest(path: path, line: field.line, field: field.key, digest: field.value.canonical))
        }
        settings.sort { $0.field < $1.field }
    }

    /// Takes over the tools that this file does not set itself, and counts what both say.
    mutating func extend(_ base: MoonToolchains) {
        settings = (settings + base.settings).sorted { ($0.field, $0.path) < ($1.field, $1.path) }
        enabled.formUnion(base.enabled)
        packageManagers.formUnion(base.packageManagers)
    }

    /// Pins the versions of tools, one `NAME = "VERSION"` a line before the first table: https://moonrepo.dev/docs/proto/config
    static let versionsFile = RepoPath(".prototools")

    /// Adds the versions of .prototools, each a setting of its tool; what stands in tables is one that all projects have.
    mutating func addVersions(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let path = MoonToolchains.versionsFile
        let tables = lines.firstIndex { $0.drop(while: \.isWhitespace).hasPrefix("[") } ?? lines.count
        for (index, line) in lines[..<tables].enumerated() {
            let sides = line.split(separator: "=", maxSplits: 1).map { String($0.filter { !$0.isWhitespace }) }
            guard sides.count == 2, sides[0] != "moon", !sides[0].hasPrefix("#") else { continue }
            settings.append(StructuralDigest(path: path, line: index + 1, field: sides[0], digest: sides[1]))
        }
        if tables < lines.count {
            let text = lines[tables...].joined(separator: "\n")
            settings.append(StructuralDigest(path: path, line: tables + 1, field: "tables", digest: text))
        }
        settings.sort { ($0.field, $0.path) < ($1.field, $1.path) }
    }

    /// The toolchains of a project. Where several may be meant all are taken: a project then rather inherits too much.
    func toolchains(language: String, _ names: Set<String>) -> Set<String> {
        switch language {
        case "javascript", "typescript":
            let runtimes = enabled.intersection(["node", "bun", "deno"])
            var found = runtimes.isEmpty ? ["node"] : runtimes
            found.formUnion(packageManagers)
            found.insert("javascript")
            if language == "typescript" { found.insert("typescript") }
            return found
        case "unknown", "bash", "batch": return ["system"]
        default: return (MoonToolchains.others[language] ?? []).union([language])
        }
    }

    /// The settings that may matter to the tasks of a project: those of its tools, and of tools that are not known.
    func settings(for project: MoonProject) -> [StructuralDigest] {
        settings.filter { setting in
            if MoonToolchains.javaScript.contains(setting.field) {
                return project.isJavaScript || !project.toolchains.isDisjoint(with: MoonToolchains.javaScript)
            }
            for (language, tools) in MoonToolchains.others where tools.contains(setting.field) {
                return project.language == language || project.toolchains.contains(setting.field)
            }
            return true
        }
    }
}
