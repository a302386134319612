internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// What one configuration file of a JavaScript tool says about other files.
struct ConfigurationReferences: Sendable {
    enum Kind: Sendable, Hashable {
        /// `extends` of a tsconfig.json: a path with or without `.json`, or a file of a package.
        case typeScriptBase
        /// `references` of a tsconfig.json: a tsconfig.json, or the directory of one.
        case typeScriptProject
        /// A module that code loads, or that a key such as `extends` or `setupFiles` names: it is followed.
        case module
        /// A text that looks like a relative path: it counts when something is there.
        case text
    }

    struct Reference: Sendable, Hashable {
        /// As written.
        var text: String
        var kind: Kind
        /// Counted from 1.
        var line: Int?
    }

    enum Form: Sendable, Hashable {
        case typeScript
        /// JSON with comments, or else YAML.
        case data
        case code
        case codeWithTags
    }

    var references: [Reference] = []

    /// The form of the configuration called `name`.
    static func form(of name: some BidirectionalCollection<UInt8>) -> Form {
        switch JavaScriptImports.dialect(of: name) {
        case .jsx: return .codeWithTags
        case .typeScript: return .code
        case .component, nil: break
        }
        let isTypeScript = name.starts(with: "tsconfig".utf8) || name.starts(with: "jsconfig".utf8)
        return isTypeScript ? .typeScript : .data
    }

    /// Reads a whole file; what cannot be understood names nothing.
    init(reading bytes: [UInt8], as form: Form) {
        switch form {
        case .code, .codeWithTags: readCode(ConfigurationCode(scanning: bytes, readsJSX: form == .codeWithTags))
        case .typeScript:
            if let document = try? JSONDocument(parsing: bytes, allowingComments: true) { readTypeScript(document) }
        case .data:
            if let document = try? JSONDocument(parsing: bytes, allowingComments: true) {
                read(document.root, under: [], in: document)
            } else if let node = try? YAMLNode.compose(bytes, path: .root) {
                read(node, under: [])
            }
        }
    }

    /// Reads the section of a package.json that holds the settings of one tool.
    init(section: JSONMember, in document: JSONDocument) {
        read(section.node, under: [], in: document)
    }

    // MARK: TypeScript, https://www.typescriptlang.org/tsconfig

    private mutating func readTypeScript(_ document: JSONDocument) {
        func add(_ node: JSONNode?, _ kind: Kind) {
            guard let node, let text = node.string else { return }
            references.append(Reference(text: text, kind: kind, line: document.position(of: node.offset).line))
        }
        let root = document.root
        add(root["extends"], .typeScriptBase)
        for node in root["extends"]?.array ?? [] { add(node, .typeScriptBase) }
        for node in root["references"]?.array ?? [] { add(node["path"], .typeScriptProject) }
        // `paths` is left out: it lists what may be imported, and edges say what is.
        let options = root["compilerOptions"]
        for list in [root["files"], root["include"], options?["typeRoots"], options?["rootDirs"]] {
            for node in list?.array ?? [] where node.string?.hasPrefix("..") == true { add(node, .text) }
        }
    }

    // MARK: Other tools

    /// Keys whose values a tool loads.
    private static let loading: Set<String> = [
        "URL", "extends", "preset", "presets", "plugins", "setupFiles", "setupFilesAfterEnv", "globalSetup",
        "globalTeardown", "testEnvironment", "transform", "resolver", "runner", "testRunner", "reporters",
        "snapshotSerializers", "snapshotResolver", "snapshotFormat", "testSequencer", "parser", "processor", "require",
        "import", "loader", "use", "configFile", "config", "setup", "dependencyExtractor", "customSyntax",
    ]
    /// Keys whose values are places to look at, also where they stand below one that loads.
    private static let listing: Set<String> = [
        "alias", "moduleNameMapper", "projects", "content", "include", "exclude", "roots", "modulePaths", "workspace",
        "references", "ignores", "ignorePatterns", "files", "external", "paths",
    ]

    private static func kind(under labels: [String]) -> Kind {
        labels.contains(where: loading.contains) && !labels.contains(where: listing.contains) ? .module : .text
    }

    private static func looksLikePath(_ text: String) -> Bool {
        text.hasPrefix("./") || text.hasPrefix("../") || text.hasPrefix("/..") || text.contains("<rootDir>")
            || text == ".."
    }

    private mutating func readCode(_ code: ConfigurationCode) {
        for entry in code.imports {
            guard let text = entry.specifier, text.hasPrefix("."), entry.kind != .typeOnly else { continue }
            references.append(Reference(text: text, kind: .module, line: entry.line))
        }
        for (text, line) in code.texts where ConfigurationReferences.looksLikePath(text.value) {
            references.append(
                Reference(text: text.value, kind: ConfigurationReferences.kind(under: text.labels), line: line))
        }
    }

    private mutating func read(_ node: JSONNode, under labels: [String], in document: JSONDocument) {
        if let text = node.string {
            guard ConfigurationReferences.looksLikePath(text) else { return }
            references.append(
                Reference(
                    text: text, kind: ConfigurationReferences.kind(under: labels),
                    line: document.position(of: node.offset).line))
        }
        for inner in node.array ?? [] { read(inner, under: labels, in: document) }
        for member in node.object ?? [] { read(member.node, under: labels + [member.key], in: document) }
    }

    private mutating func read(_ node: YAMLNode, under labels: [String]) {
        if let text = node.text, ConfigurationReferences.looksLikePath(text) {
            references.append(
                Reference(text: text, kind: ConfigurationReferences.kind(under: labels), line: node.line))
        }
        for inner in node.items ?? [] { read(inner, under: labels) }
        for entry in node.entries ?? [] { read(entry.value, under: labels + [entry.key]) }
    }
}

/// The references of configuration files by the id of their bytes. Belongs to one thread.
final class ParsedConfigurationCache {
    private struct Key: Hashable {
        let id: ObjectID
        let form: ConfigurationReferences.Form
    }

    private var files = ParsedFiles<Key, ConfigurationReferences, Never>()

    func references(
        of id: ObjectID, as form: ConfigurationReferences.Form, in objects: ObjectStore
    ) throws(GitError) -> [ConfigurationReferences.Reference] {
        let result = try files.result(for: Key(id: id, form: form), of: id, in: objects) { bytes in
            ConfigurationReferences(reading: bytes, as: form)
        }
        return try result.get().references
    }
}
