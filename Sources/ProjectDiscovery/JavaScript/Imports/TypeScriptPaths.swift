internal import GitObjects
internal import JSONText

/// What one tsconfig.json, or jsconfig.json, says about names of modules: `compilerOptions.baseUrl` and `paths`.
///
/// Format: https://www.typescriptlang.org/tsconfig, JSON with comments and trailing commas.
struct TypeScriptPaths: Sendable {
    /// One entry of `paths`: a name, with at most one `*`, and where it may lie.
    struct Mapping: Sendable {
        var prefix: String
        /// What stands after the `*`; `nil` for an exact name.
        var suffix: String?
        /// In the order in which they are tried.
        var targets: [String]
        /// The directory of the configuration, which targets are relative to when no `baseUrl` holds.
        var directory: RepoPath

        /// What the `*` stands for; empty for an exact name, `nil` when the entry does not match.
        func match(_ name: String) -> Substring? {
            guard let suffix else { return name == prefix ? "" : nil }
            guard name.utf8.count >= prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix),
                name.hasSuffix(suffix)
            else { return nil }
            return name.dropFirst(prefix.count).dropLast(suffix.count)
        }
    }

    /// Exact names first, then those with the longest text before the `*`, as TypeScript tries them.
    var mappings: [Mapping] = []
    var baseURL: RepoPath?
    /// Configurations whose settings hold where this one has none, as written.
    var extended: [String] = []
    private var hasMappings = false

    /// Reads a configuration in `directory`; what is no JSON, or has another form, maps nothing.
    init(parsing bytes: [UInt8], in directory: RepoPath) {
        guard let root = try? JSONDocument(parsing: bytes, allowingComments: true).root else { return }
        extended = root["extends"]?.string.map { [$0] } ?? root["extends"]?.array?.compactMap(\.string) ?? []
        let options = root["compilerOptions"]
        baseURL = options?["baseUrl"]?.string.flatMap { directory.resolving($0) }
        guard let entries = options?["paths"]?.object else { return }
        hasMappings = true
        for entry in entries {
            let targets = entry.node.array?.compactMap(\.string) ?? []
            var prefix = entry.key, suffix: String?
            if let star = entry.key.firstIndex(of: "*") {
                prefix = String(entry.key[..<star])
                suffix = String(entry.key[entry.key.index(after: star)...])
            }
            mappings.append(Mapping(prefix: prefix, suffix: suffix, targets: targets, directory: directory))
        }
        mappings.sort { one, two in
            if (one.suffix == nil) != (two.suffix == nil) { return one.suffix == nil }
            return one.prefix.utf8.count > two.prefix.utf8.count
        }
    }

    /// Takes over what this configuration does not say itself; `paths` is replaced as a whole.
    mutating func inherit(_ base: TypeScriptPaths) {
        if baseURL == nil { baseURL = base.baseURL }
        guard !hasMappings else { return }
        mappings = base.mappings
        hasMappings = base.hasMappings
    }
}
