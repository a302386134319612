internal import GitObjects
internal import JSONText

/// A tsconfig.json with what it extends: the fields that say which files a program has and what it writes.
///
/// Format: https://www.typescriptlang.org/tsconfig, JSON with comments.
struct TypeScriptProject {
    /// A value, and the directory of the file that says it, which paths are relative to.
    struct Setting {
        var node: JSONNode
        var directory: RepoPath
    }

    let path: RepoPath
    /// `compilerOptions` by name, and the fields `include`, `exclude` and `files`.
    private var options: [String: Setting] = [:]
    private var fields: [String: Setting] = [:]
    /// Projects it refers to, as files.
    private(set) var references: [RepoPath] = []
    /// The files it extends, outermost last.
    private(set) var bases: [RepoPath] = []
    /// Whether it extends something that is no file of the repository.
    private(set) var hasForeignBase = false
    /// `nx.addTypecheckTarget`.
    private(set) var wantsTypeCheck = true

    private static let depthLimit = 16

    var directory: RepoPath { path.parent ?? .root }

    /// `nil` when there is no such file, or it is no JSON.
    init?(at path: RepoPath, in files: ModuleFiles) throws(GitError) {
        self.init(path: path)
        guard try read(path, files, depth: 0) else { return nil }
    }

    private init(path: RepoPath) { self.path = path }

    private mutating func read(_ file: RepoPath, _ files: ModuleFiles, depth: Int) throws(GitError) -> Bool {
        guard depth < TypeScriptProject.depthLimit, let root = try files.json(file), root.object != nil else {
            return false
        }
        let directory = file.parent ?? .root
        for text in root["extends"]?.string.map({ [$0] }) ?? root["extends"]?.array?.compactMap(\.string) ?? [] {
            guard text.hasPrefix("."), let named = directory.resolving(text),
                let base = try TypeScriptProject.file(named, files), try read(base, files, depth: depth + 1)
            else {
                hasForeignBase = true
                continue
            }
            bases.append(base)
        }
        for option in root["compilerOptions"]?.object ?? [] {
            options[option.key] = Setting(node: option.node, directory: directory)
        }
        for name in ["include", "exclude", "files"] {
            if let node = root[name] { fields[name] = Setting(node: node, directory: directory) }
        }
        guard depth == 0 else { return true }
        if root["nx"]?["addTypecheckTarget"]?.bool == false { wantsTypeCheck = false }
        for entry in root["references"]?.array ?? [] {
            guard let text = entry["path"]?.string, let named = directory.resolving(text) else { continue }
            if let reference = try TypeScriptProject.file(named, files) { references.append(reference) }
        }
        return true
    }

    /// The configuration that `path` means: a file, perhaps without its extension, or a directory's tsconfig.json.
    private static func file(_ path: RepoPath, _ files: ModuleFiles) throws(GitError) -> RepoPath? {
        let entry = try files.entry(path)
        if path.isRoot || entry?.mode == .directory {
            let inner = path.appending("tsconfig.json")
            return try files.entry(inner) == nil ? nil : inner
        }
        if entry != nil { return path }
        guard let text = path.utf8Text else { return nil }
        let named = RepoPath(text + ".json")
        return try files.entry(named) == nil ? nil : named
    }

    func flag(_ name: String) -> Bool { options[name]?.node.bool ?? false }

    func has(_ name: String) -> Bool { options[name].map { !$0.node.isNull } ?? false }

    /// The path that an option names; `nil` when it is not set, or leads out of the repository.
    func place(_ name: String) -> RepoPath? {
        options[name].flatMap { setting in setting.node.string.flatMap { place($0, setting) } }
    }

    private static let directoryToken = "${configDir}"

    private func place(_ text: String, _ setting: Setting) -> RepoPath? {
        if text.hasPrefix(TypeScriptProject.directoryToken) {
            let rest = text.dropFirst(TypeScriptProject.directoryToken.count).drop { $0 == "/" }
            return rest.isEmpty ? directory : directory.resolving(rest)
        }
        return text.hasPrefix("/") ? nil : setting.directory.resolving(text)
    }

    /// The patterns of `include`, `exclude` or `files`, from the root of the repository; `nil` when the field is not there,
    /// and an empty list where one of them leads out of the repository.
    func patterns(_ name: String) -> [RepoPath?]? {
        guard let setting = fields[name] else { return nil }
        return setting.node.array?.compactMap(\.string).map { place($0, setting) }
    }

    /// Whether it only refers to others, and has no files of its own.
    var hasNoFiles: Bool {
        guard let files = fields["files"]?.node.array else { return fields["include"]?.node.array?.isEmpty ?? false }
        return files.isEmpty && (fields["include"]?.node.array?.isEmpty ?? true)
    }
}
