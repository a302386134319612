internal import GitObjects
internal import WorkspaceModel

/// One moon.yml: https://moonrepo.dev/docs/config/project (moon 1 and 2).
struct MoonProjectFile {
    /// A project that this one depends on.
    struct Reference {
        var id: String
        var kind: EdgeKind
        var line: Int
    }

    /// `workspace.inheritedTasks`: which tasks are inherited, and under which name.
    struct Inheritance {
        /// `nil` is all of them.
        var include: Set<String>?
        var exclude: Set<String> = []
        var rename: [String: String] = [:]
    }

    var layer: MoonLayer
    var id: String?
    var language: String?
    /// `layer`; `type` in moon 1.
    var kind: (name: String, line: Int)?
    var stack: String?
    var tags: [String] = []
    var dependsOn: [Reference] = []
    /// `toolchains.default`; `platform` in moon 1.
    var toolchains: [String] = []
    var inheritance = Inheritance()
    /// Settings of tools, whose effect on tasks is not known: they count as text.
    var settings: [StructuralDigest] = []
    var diagnostics: [Diagnostic] = []

    private static let idle: Set<String> = ["$schema", "docker", "owners", "project", "metadata"]

    init(path: RepoPath) { layer = MoonLayer(path: path) }

    static func parse(_ bytes: [UInt8], at path: RepoPath) throws(ConfigurationError) -> MoonProjectFile {
        var file = MoonProjectFile(path: path)
        var reader = MoonReader(path: path)
        for field in try MoonFile.fields(bytes, path: path) where !file.layer.read(field, &reader) {
            file.read(field, &reader)
        }
        file.diagnostics = reader.diagnostics
        return file
    }

    private mutating func read(_ field: YAMLEntry, _ reader: inout MoonReader) {
        switch field.key {
        case "id": id = reader.text(field)
        case "language": language = reader.text(field)
        case "layer", "type": kind = reader.text(field).map { ($0, field.line) }
        case "stack": stack = reader.text(field)
        case "tags": tags = reader.texts(field)
        case "dependsOn", "deps": readDependencies(field, &reader)
        case "platform": toolchains = reader.texts(field)
        case "toolchain", "toolchains": readToolchains(field, &reader)
        case "workspace":
            for entry in reader.mapping(field) {
                if entry.key == "inheritedTasks" { readInheritance(entry, &reader) } else { reader.unknown(entry) }
            }
        default: if !MoonProjectFile.idle.contains(field.key) { reader.unknown(field) }
        }
    }

    private mutating func readDependencies(_ field: YAMLEntry, _ reader: inout MoonReader) {
        guard let items = field.value.items else {
            if !field.value.isNull { reader.expected("a list", field) }
            return
        }
        for item in items {
            guard let id = item.text ?? item["id"]?.text else {
                reader.note(item.line, "a dependency must be an id or have one; it is ignored")
                continue
            }
            let kind: EdgeKind
            switch item["scope"]?.text {
            // The root is no dependency that tasks follow.
            case "root": continue
            case "development": kind = .development
            case "build": kind = .build
            case "peer": kind = .peer
            default: kind = .runtime
            }
            dependsOn.append(Reference(id: id, kind: kind, line: item.line))
        }
    }

    private mutating func readToolchains(_ field: YAMLEntry, _ reader: inout MoonReader) {
        for entry in reader.mapping(field) {
            if entry.key == "default" { toolchains = reader.texts(entry) }
            settings.append(
                StructuralDigest(
                    path: reader.path, line: entry.line, field: "\(field.key).\(entry.key)",
                    digest: entry.value.canonical))
        }
    }

    private mutating func readInheritance(_ field: YAMLEntry, _ reader: inout MoonReader) {
        for entry in reader.mapping(field) {
            switch entry.key {
            case "include": inheritance.include = entry.value.isNull ? nil : Set(reader.texts(entry))
            case "exclude": inheritance.exclude = Set(reader.texts(entry))
            case "rename":
                for name in reader.mapping(entry) { inheritance.rename[name.key] = reader.text(name) }
            default: reader.unknown(entry)
            }
        }
    }
}
