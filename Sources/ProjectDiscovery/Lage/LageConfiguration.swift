internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// One entry of `pipeline`, as written; `nil` is a field that is not there.
struct LageTarget {
    var evidence: Evidence
    /// `npmScript` when it is not given.
    var kind: String?
    var dependsOn: [String]?
    var inputs: [String]?
    var outputs: [String]?
    var environmentGlob: [String]?
    var cache: Bool?
    /// The file of a worker, from the directory of the configuration.
    var worker: String?
    /// How many of lage's workers the target takes up.
    var weight: Double?
    /// Set when a part that may change the result is not known: the task reads every file and is not cached.
    var isPartial = false
}

/// What Ripple reads of a lage.config.js: https://microsoft.github.io/lage/docs/reference/config
///
/// The file is code; what is written out in it is read, and the rest is noted with its line.
struct LageConfiguration {
    var path: RepoPath
    /// By name as written: `build`, `web#build`, `#lint`.
    var targets: [String: LageTarget] = [:]
    var environmentGlob: [String]?
    var outputGlob: [String]?
    /// Set when not all targets are known.
    var isPartial = false
    var diagnostics: [Diagnostic] = []

    static let names = ["lage.config.js", "lage.config.cjs", "lage.config.mjs", "lage.config.json"]

    /// Keys that do not change what a target makes.
    private static let idle: Set<String> = [
        "npmClient", "ignore", "repoWideChanges", "priorities", "loggerOptions", "runners", "workerIdleMemoryLimit",
        "concurrency", "allowNoTargetRuns", "enableTargetConfigMerging", "enablePhantomTargetOptimization", "reporter",
        "reporters", "$schema",
    ]
    private static let idleTargetKeys: Set<String> = [
        "maxWorkers", "priority", "id", "description",
    ]

    /// `nil` when the file exports nothing that can be read.
    static func parse(_ bytes: [UInt8], at path: RepoPath) -> LageConfiguration? {
        let isJSON = path.lastComponent.suffix(5).elementsEqual(".json".utf8)
        guard let root = isJSON ? JSNode(json: bytes) : JSModule.exports(of: bytes), root.properties != nil else {
            return nil
        }
        var configuration = LageConfiguration(path: path)
        configuration.read(root)
        return configuration
    }

    private mutating func note(_ line: Int, _ message: String) {
        diagnostics.append(Diagnostic(evidence: Evidence(path: path, line: line), message: message))
    }

    private mutating func read(_ root: JSNode) {
        for property in root.properties ?? [] {
            switch property.key {
            case "pipeline": readPipeline(property)
            case "cacheOptions":
                environmentGlob = globs(property.node["environmentGlob"], "environmentGlob")
                outputGlob = globs(property.node["outputGlob"], "outputGlob")
                if property.node.properties == nil { notKnown("cacheOptions", property.line) }
            case let key?:
                if !LageConfiguration.idle.contains(key) {
                    note(property.line, "'\(key)' is not understood; it is ignored")
                }
            case nil: notKnown("a part of the configuration", property.line)
            }
        }
        if root["pipeline"] == nil { isPartial = true }
    }

    private mutating func notKnown(_ what: String, _ line: Int) {
        isPartial = true
        note(line, "\(what) is not written out: every task reads all files and is not cached")
    }

    private mutating func readPipeline(_ property: JSProperty) {
        guard let entries = property.node.properties else { return notKnown("'pipeline'", property.line) }
        for entry in entries {
            guard let name = entry.key, !name.isEmpty else {
                notKnown("a part of 'pipeline'", entry.line)
                continue
            }
            targets[name] = target(name, entry)
        }
    }

    private mutating func target(_ name: String, _ entry: JSProperty) -> LageTarget {
        var target = LageTarget(evidence: Evidence(path: path, line: entry.line))
        if entry.node.items != nil {
            target.dependsOn = texts(entry.node, "'\(name)'", &target)
            return target
        }
        guard let fields = entry.node.properties else {
            target.isPartial = true
            note(entry.line, "the target '\(name)' is not written out: it reads all files and is not cached")
            return target
        }
        for field in fields { read(field, of: name, into: &target) }
        return target
    }

    private mutating func read(_ field: JSProperty, of name: String, into target: inout LageTarget) {
        let what = "'\(field.key ?? "...")' of the target '\(name)'"
        switch field.key {
        case "type":
            target.kind = field.node.string
            if target.kind == nil { isNotKnown(what, field.line, &target) }
        case "dependsOn", "deps": target.dependsOn = texts(field.node, what, &target)
        case "inputs": target.inputs = texts(field.node, what, &target)
        case "outputs": target.outputs = texts(field.node, what, &target)
        case "environmentGlob": target.environmentGlob = texts(field.node, what, &target)
        case "cache":
            target.cache = field.node.bool
            if target.cache == nil { isNotKnown(what, field.line, &target) }
        case "options":
            target.worker = (field.node["worker"] ?? field.node["script"])?.string
        case "stagedTarget":
            // What lage runs in place of the target while only few files are changed and not committed.
            note(field.line, "\(what) has no effect: the target itself is planned")
        case "weight":
            target.weight = field.node.number
            if target.weight == nil, !field.node.isUnknown {
                note(field.line, "\(what) must be a number; it is ignored")
            }
        case "cacheKey", "shouldRun":
            // A function that decides whether the target runs at all: it may always run.
            if field.key == "cacheKey" { isNotKnown(what, field.line, &target) }
        case let key?:
            if !LageConfiguration.idleTargetKeys.contains(key) {
                note(field.line, "\(what) is not understood; it is ignored")
            }
        case nil: isNotKnown(what, field.line, &target)
        }
    }

    private mutating func isNotKnown(_ what: String, _ line: Int, _ target: inout LageTarget) {
        target.isPartial = true
        note(line, "\(what) is not written out: the target reads all files and is not cached")
    }

    private mutating func texts(_ node: JSNode, _ what: String, _ target: inout LageTarget) -> [String] {
        if let strings = node.strings { return strings }
        isNotKnown(what, node.line, &target)
        return node.items?.compactMap(\.string) ?? []
    }

    private mutating func globs(_ node: JSNode?, _ name: String) -> [String]? {
        guard let node else { return nil }
        if let strings = node.strings { return strings }
        notKnown("'\(name)'", node.line)
        return nil
    }
}

extension JSNode {
    /// The value of a JSON text; `nil` when it is none.
    init?(json bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes, allowingComments: true) else { return nil }
        self.init(document.root, document)
    }

    private init(_ node: JSONNode, _ document: JSONDocument) {
        let value: JSLiteral =
            switch node.value {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .number(let text): .number(text)
            case .string(let text): .string(text)
            case .array(let items): .array(items.map { JSNode($0, document) })
            case .object(let members):
                .object(
                    members.map { member in
                        JSProperty(
                            key: member.key, line: document.position(of: member.keyOffset).line,
                            node: JSNode(member.node, document))
                    })
            }
        self.init(value: value, line: document.position(of: node.offset).line)
    }
}
