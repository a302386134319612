internal import GitObjects
internal import WorkspaceModel

/// What Ripple reads of .moon/workspace.yml: https://moonrepo.dev/docs/config/workspace (moon 1 and 2).
struct MoonWorkspaceFile {
    /// A project given by its directory, with the id it is called by.
    struct Source {
        var id: String
        var directory: String
        var line: Int
    }

    var globs: [(text: String, line: Int)] = []
    var sources: [Source] = []
    /// Whether a project found by a glob is called by its whole path rather than by the name of its directory.
    var namesByPath = false
    /// `vcs.defaultBranch`.
    var defaultBranch: String?
    /// The file whose settings hold where this one has none.
    var extends: String?
    /// Whether the file is one of moon 2.
    var isVersion2 = false
    var diagnostics: [Diagnostic] = []

    static func parse(_ bytes: [UInt8], at path: RepoPath) throws(ConfigurationError) -> MoonWorkspaceFile {
        var file = MoonWorkspaceFile()
        var reader = MoonReader(path: path)
        for field in try MoonFile.fields(bytes, path: path) {
            switch field.key {
            case "projects": file.readProjects(field, &reader)
            case "vcs": file.defaultBranch = field.value["defaultBranch"]?.text
            case "extends":
                file.extends = reader.text(field)
            case "versionConstraint":
                let major = (field.value.text ?? "").drop { !$0.isNumber }.prefix(while: \.isNumber)
                file.isVersion2 = Int(major).map { $0 >= 2 } ?? false
            // What is left concerns moon's own caches, services and checks.
            default: break
            }
        }
        file.diagnostics = reader.diagnostics
        return file
    }

    /// Takes over what this file does not say itself.
    mutating func extend(_ base: MoonWorkspaceFile) {
        if globs.isEmpty, sources.isEmpty {
            globs = base.globs
            sources = base.sources
            namesByPath = namesByPath || base.namesByPath
        }
        defaultBranch = defaultBranch ?? base.defaultBranch
        isVersion2 = isVersion2 || base.isVersion2
    }

    private mutating func readProjects(_ field: YAMLEntry, _ reader: inout MoonReader) {
        if let entries = field.value.entries {
            let isStructured = entries.contains { ["globs", "sources", "globFormat"].contains($0.key) }
            guard isStructured else { return readSources(entries, &reader) }
            for entry in entries {
                switch entry.key {
                case "globs": readGlobs(entry, &reader)
                case "sources": readSources(reader.mapping(entry), &reader)
                case "globFormat": namesByPath = reader.text(entry) == "source-path"
                default: reader.unknown(entry)
                }
            }
        } else {
            readGlobs(field, &reader)
        }
    }

    private mutating func readGlobs(_ entry: YAMLEntry, _ reader: inout MoonReader) {
        guard let items = entry.value.items else {
            if !entry.value.isNull { reader.expected("a list or a mapping", entry) }
            return
        }
        for item in items { if let text = item.text { globs.append((text, item.line)) } }
    }

    private mutating func readSources(_ entries: [YAMLEntry], _ reader: inout MoonReader) {
        for entry in entries {
            guard let directory = reader.text(entry) else { continue }
            sources.append(Source(id: entry.key, directory: directory, line: entry.line))
        }
    }
}
