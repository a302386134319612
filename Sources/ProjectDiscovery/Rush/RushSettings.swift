internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// What a project's config/rush-project.json says, with what it inherits from a rig or by `extends`:
/// https://rushjs.io/pages/configs/rush-project_json/
struct RushSettings {
    /// One entry of `operationSettings`.
    struct Operation {
        var outputFolders: [String] = []
        var environment: [String] = []
        var additionalFiles: [String] = []
        var dependsOnNode = false
        var isCached = true
        /// How many parts Rush splits the operation into; `nil` is one.
        var shards: Int?
    }

    var operations: [String: Operation] = [:]
    /// Globs of files that change nothing, as in a .gitignore.
    var ignored: [String] = []
    var isCached = true

    /// Lays the settings of `document` over what was inherited: lists of an operation grow, the rest is replaced.
    mutating func lay(_ root: JSONNode) {
        if let globs = root["incrementalBuildIgnoredGlobs"]?.array { ignored = globs.compactMap(\.string) }
        if let flag = root["disableBuildCacheForProject"]?.bool { isCached = !flag }
        for node in root["operationSettings"]?.array ?? [] {
            guard let name = node["operationName"]?.string else { continue }
            var operation = operations[name] ?? Operation()
            func texts(_ key: String) -> [String]? { node[key]?.array?.compactMap(\.string) }
            operation.outputFolders += texts("outputFolderNames") ?? []
            operation.environment += texts("dependsOnEnvVars") ?? []
            operation.additionalFiles = texts("dependsOnAdditionalFiles") ?? operation.additionalFiles
            if let node = node["dependsOnNodeVersion"] { operation.dependsOnNode = node.bool ?? true }
            if let count = node["sharding"]?["count"]?.number { operation.shards = Int(count) }
            if let flag = node["disableBuildCacheForOperation"]?.bool { operation.isCached = !flag }
            operations[name] = operation
        }
    }
}

/// Finds the settings of projects, following `extends` and rigs within the repository.
struct RushSettingsReader {
    let tree: SourceTree
    /// The directories of local packages, by name.
    let packages: [String: RepoPath]
    private(set) var diagnostics: [Diagnostic] = []
    /// Files that were read, other than those whose name says what they are.
    private(set) var files: Set<RepoPath> = []

    private static let chainLimit = 16

    init(tree: SourceTree, packages: [String: RepoPath]) {
        self.tree = tree
        self.packages = packages
    }

    /// The settings of the project at `directory`; `nil` when they are not all known, which is noted.
    mutating func settings(of directory: RepoPath) throws(GitError) -> RushSettings? {
        var chain: [JSONNode] = []
        var next: RepoPath? = directory.appending("config/rush-project.json".utf8)
        if let own = next, try tree.entry(own) == nil {
            guard let rig = try rig(of: directory) else { return RushSettings() }
            switch rig {
            case .success(let path): next = path
            case .failure: return nil
            }
        }
        var seen: Set<RepoPath> = []
        while let path = next, seen.insert(path).inserted, seen.count <= RushSettingsReader.chainLimit {
            guard let bytes = try tree.read(path) else {
                note(path, nil, "this file does not exist, and settings of operations are inherited from it")
                return nil
            }
            if !path.lastComponent.elementsEqual("rush-project.json".utf8) { files.insert(path) }
            let document: JSONDocument
            do throws(ConfigurationError) {
                document = try RushFile.document(bytes, at: path)
            } catch {
                note(path, error.line, "the file cannot be read: \(error.problem)")
                return nil
            }
            chain.append(document.root)
            guard let base = document.root.member("extends"), let text = base.node.string else { break }
            guard let target = resolve(text, from: path.parent ?? .root) else {
                note(path, document.position(of: base.keyOffset).line, "'\(text)' is no file of this repository")
                return nil
            }
            next = target
        }
        var settings = RushSettings()
        for root in chain.reversed() { settings.lay(root) }
        return settings
    }

    private struct Outside: Error {}

    /// Where config/rig.json sends a project without settings of its own; `nil` when there is none.
    private mutating func rig(of directory: RepoPath) throws(GitError) -> Result<RepoPath, Outside>? {
        let file = directory.appending("config/rig.json".utf8)
        guard let bytes = try tree.read(file), let document = try? RushFile.document(bytes, at: file),
            let package = document.root.member("rigPackageName"), let name = package.node.string
        else { return nil }
        guard let rig = packages[name] else {
            note(file, document.position(of: package.keyOffset).line, "the rig '\(name)' is not in this repository")
            return .failure(Outside())
        }
        let profile = document.root["rigProfile"]?.string ?? "default"
        guard let path = rig.resolving("profiles/\(profile)/config/rush-project.json") else {
            return .failure(Outside())
        }
        // A rig need not say anything about operations.
        return try tree.entry(path) == nil ? nil : .success(path)
    }

    private func resolve(_ text: String, from directory: RepoPath) -> RepoPath? {
        if text.hasPrefix("./") || text.hasPrefix("../") { return directory.resolving(text) }
        let parts = text.split(separator: "/", maxSplits: text.hasPrefix("@") ? 2 : 1).map(String.init)
        guard parts.count == (text.hasPrefix("@") ? 3 : 2), let rest = parts.last else { return nil }
        return packages[parts.dropLast().joined(separator: "/")]?.resolving(rest)
    }

    private mutating func note(_ path: RepoPath, _ line: Int?, _ problem: String) {
        let message = "\(problem); tasks that depend on these settings are not cached"
        let diagnostic = Diagnostic(evidence: Evidence(path: path, line: line), message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }
}
