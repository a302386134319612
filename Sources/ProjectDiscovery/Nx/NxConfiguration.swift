internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// One nx.json: https://nx.dev/reference/nx-json, Nx 13 to 22.
struct NxConfiguration: Sendable {
    /// A plugin that may infer targets.
    struct Plugin: Sendable {
        var name: String
        /// Its options, with the globs that limit it to some projects.
        var options: JSONNode?
        var include: [String] = []
        var exclude: [String] = []
        var evidence: Evidence
    }

    var path: RepoPath
    /// The file of the repository that it extends.
    var preset: RepoPath?
    var namedInputs: [String: [NxInput]] = [:]
    /// Defaults by executor, target's name, or glob.
    var targetDefaults: [String: NxTarget] = [:]
    var plugins: [Plugin] = []
    /// Files that count for projects besides the named inputs (`implicitDependencies`, Nx 15 and before).
    var implicitFiles: [(pattern: String, projects: [String])] = []
    /// Targets of which Nx 15 and before stores results.
    var cacheableTargets: Set<String> = []
    /// Whether imports make edges; `nil` leaves that to what the workspace depends on.
    var analyzesSourceFiles: Bool?
    var analyzesManifests = true
    /// Fields that are not read and may change what a task does.
    var opaque: [StructuralDigest] = []
    var diagnostics: [Diagnostic] = []

    /// The defaults of a target: those of its executor, else of its name, else of the longest glob that matches.
    func defaults(of name: String, executor: String?) -> NxTarget? {
        if let executor, let found = targetDefaults[executor] { return found }
        if let found = targetDefaults[name] { return found }
        let globs = targetDefaults.keys.filter { key in
            key.contains("*") && NxNames.matches(name, key)
        }
        return globs.max { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.flatMap { targetDefaults[$0] }
    }
}

extension NxConfiguration {
    /// Fields that change no task.
    private static let idleFields: Set<String> = [
        "$schema", "affected", "defaultBase", "npmScope", "cli", "generators", "workspaceLayout", "defaultProject",
        "release", "nxCloudAccessToken", "nxCloudId", "nxCloudUrl", "nxCloudEncryptionKey", "parallel",
        "cacheDirectory",
        "useDaemonProcess", "useInferencePlugins", "neverConnectToCloud", "sync", "tui", "maxCacheSize", "version",
        "projects", "conformance", "analytics",
    ]

    /// Reads nx.json. What is not understood becomes a diagnostic.
    ///
    /// - Parameter preset: the file that it `extends`, when that lies in the repository. A member of nx.json takes the place of
    ///   the preset's.
    static func parse(
        _ bytes: [UInt8], at path: RepoPath, preset: (path: RepoPath, bytes: [UInt8])? = nil
    ) throws(ConfigurationError) -> NxConfiguration {
        let document = try NxConfiguration.document(bytes, path)
        var reader = NxReader(path: path, document: document)
        var result = NxConfiguration(path: path)
        result.preset = preset?.path
        let members = document.root.object ?? []
        if let preset {
            let base = try NxConfiguration.document(preset.bytes, preset.path)
            var reader = NxReader(path: preset.path, document: base)
            for member in base.root.object ?? [] where !members.contains(where: { $0.key == member.key }) {
                result.read(member, &reader)
            }
            result.diagnostics += reader.diagnostics
        }
        for member in members { result.read(member, &reader) }
        result.opaque.sort { $0.field < $1.field }
        result.diagnostics += reader.diagnostics
        return result
    }

    /// The file that an nx.json extends by a relative path.
    static func presetPath(_ bytes: [UInt8], at path: RepoPath) -> RepoPath? {
        guard let text = (try? document(bytes, path))?.root["extends"]?.string, text.hasPrefix(".") else { return nil }
        return (path.parent ?? .root).resolving(text)
    }

    /// A JSON object with comments.
    static func document(_ bytes: [UInt8], _ path: RepoPath) throws(ConfigurationError) -> JSONDocument {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, allowingComments: true)
        } catch {
            throw ConfigurationError(path: path, line: error.line, column: error.column, problem: error.problem)
        }
        guard document.root.object != nil else {
            throw ConfigurationError(
                path: path, line: 1, problem: "it must be an object, not \(document.root.typeName)")
        }
        return document
    }

    private mutating func read(_ member: JSONMember, _ reader: inout NxReader) {
        switch member.key {
        case "namedInputs": namedInputs = reader.namedInputs(member)
        case "targetDefaults": targetDefaults = reader.targets(member)
        case "targetDependencies":
            // Nx 13 and 14: only `dependsOn`, by target.
            for entry in member.node.object ?? [] where targetDefaults[entry.key] == nil {
                var target = NxTarget(evidence: reader.evidence(entry.keyOffset))
                target.dependsOn = reader.dependencies(entry)
                targetDefaults[entry.key] = target
            }
        case "implicitDependencies": readImplicit(member)
        case "tasksRunnerOptions": readRunners(member, &reader)
        case "plugins": readPlugins(member, &reader)
        case "pluginsConfig": readPluginsConfig(member)
        case "extends":
            if preset != nil {
                break
            } else if member.node.string?.hasSuffix("nx/presets/core.json") == true {
                // What Nx 13 to 15 ships under that name.
                implicitFiles.append((".eslintrc.json", ["*"]))
                if targetDefaults["build"] == nil {
                    var target = NxTarget(evidence: reader.evidence(member.keyOffset))
                    target.dependsOn = [NxTargetDependency(target: "build", ofDependencies: true)]
                    targetDefaults["build"] = target
                }
            } else if member.node.string?.hasSuffix("nx/presets/npm.json") == true {
                analyzesSourceFiles = analyzesSourceFiles ?? false
            } else {
                addOpaque(member, &reader)
                reader.note(member.keyOffset, "the preset in 'extends' is not read")
            }
        default:
            if !NxConfiguration.idleFields.contains(member.key) {
                addOpaque(member, &reader)
                reader.note(
                    member.keyOffset, "'\(member.key)' is not understood; every project depends on its text")
            }
        }
    }

    private mutating func addOpaque(_ member: JSONMember, _ reader: inout NxReader) {
        opaque.append(
            StructuralDigest(
                evidence: reader.evidence(member.keyOffset), field: "nx.\(member.key)",
                digest: CanonicalText.of(member.node)))
    }

    /// `"file": "*"`, `"file": ["project"]`, or `"package.json": { "field": "*" }`.
    private mutating func readImplicit(_ member: JSONMember) {
        for entry in member.node.object ?? [] {
            if let projects = entry.node.array {
                implicitFiles.append((entry.key, projects.compactMap(\.string)))
            } else if entry.node.string == "*" {
                implicitFiles.append((entry.key, ["*"]))
            }
            // Fields of package.json count through the lockfile, and through the root manifest's own digests.
        }
    }

    private mutating func readRunners(_ member: JSONMember, _ reader: inout NxReader) {
        for runner in member.node.object ?? [] {
            let names = runner.node["options"]?["cacheableOperations"]?.array ?? []
            cacheableTargets.formUnion(names.compactMap(\.string))
            for name in ["runtimeCacheInputs", "cacheableFileExtensions"] {
                guard let inputs = runner.node["options"]?.member(name), inputs.node.array?.isEmpty == false else {
                    continue
                }
                reader.note(inputs.keyOffset, "'\(name)' is not understood")
            }
        }
    }

    private mutating func readPlugins(_ member: JSONMember, _ reader: inout NxReader) {
        for node in member.node.array ?? [] {
            let name = node.string ?? node["plugin"]?.string
            guard let name else { continue }
            let texts = { (key: String) in node[key]?.array?.compactMap(\.string) ?? [] }
            plugins.append(
                Plugin(
                    name: name, options: node["options"], include: texts("include"), exclude: texts("exclude"),
                    evidence: reader.evidence(node.offset)))
        }
        // Options of a plugin that is not known decide what its targets run.
        let unknown = (member.node.array ?? []).filter { node in
            (node.string ?? node["plugin"]?.string).map { !NxInferredTargets.isKnown($0) } ?? true
        }
        guard !unknown.isEmpty else { return }
        let node = JSONNode(value: .array(unknown), offset: member.node.offset)
        addOpaque(JSONMember(key: member.key, keyOffset: member.keyOffset, node: node), &reader)
    }

    private mutating func readPluginsConfig(_ member: JSONMember) {
        for name in ["@nx/js", "@nrwl/js"] {
            guard let settings = member.node[name] else { continue }
            analyzesSourceFiles = settings["analyzeSourceFiles"]?.bool ?? true
            analyzesManifests = settings["analyzePackageJson"]?.bool ?? true
            return
        }
    }
}
