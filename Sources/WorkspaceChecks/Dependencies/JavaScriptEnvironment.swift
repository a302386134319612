internal import GitObjects
internal import JSONText
internal import ProjectDiscovery
internal import WorkspaceModel

/// What gives names another meaning for the files of one directory: `paths` of tsconfig.json files, and the texts of
/// configuration files, which may hold aliases.
struct JavaScriptEnvironment {
    /// One pattern of `paths`, cut at its `*`, with what it stands for.
    private struct Alias {
        let prefix: String
        /// `nil` when the pattern has no `*`.
        let suffix: String?
        let targets: [(prefix: String, suffix: String?)]
        /// Where the targets are relative to.
        let base: RepoPath
    }

    private let tree: SourceTree
    private var aliases: [Alias] = []
    /// Directories that names without a dot may be relative to.
    private var baseDirectories: [RepoPath] = []
    /// The contents of files that may define aliases or ambient modules.
    private var texts: [[UInt8]] = []
    private var seen: Set<RepoPath> = []

    /// A chain of `extends` longer than this goes in a circle.
    private static let longestChain = 16

    init(of directory: RepoPath, in tree: SourceTree) throws(GitError) {
        self.tree = tree
        var current: RepoPath? = directory
        while let place = current {
            try readConfigurations(in: place)
            current = place.parent
        }
        try readAmbientModules(in: directory, depth: 0)
    }

    private mutating func readConfigurations(in directory: RepoPath) throws(GitError) {
        guard let contents = try tree.directory(directory) else { return }
        for entry in contents.entries where entry.mode.isFile {
            let name = contents.name(of: entry)
            if name.hasEnd(".json"), name.starts(with: "tsconfig".utf8) || name.starts(with: "jsconfig".utf8) {
                try readCompilerOptions(directory.appending(name), depth: 0)
            } else if JavaScriptEnvironment.mayAlias(name) {
                texts.append(try tree.objects.blob(entry.id))
            }
        }
    }

    private static func mayAlias(_ name: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: name, as: UTF8.self)
        return text.contains(".config.") || text.hasPrefix(".babelrc") || text.hasPrefix("babel.config")
            || text.hasPrefix("webpack") || text == "package.json" || text == "deno.json" || text == "import_map.json"
    }

    /// `declare module "x"` in declaration files names modules that need no package.
    private mutating func readAmbientModules(in directory: RepoPath, depth: Int) throws(GitError) {
        guard depth < 4, let contents = try tree.directory(directory) else { return }
        for entry in contents.entries {
            let name = contents.name(of: entry)
            if entry.mode == .directory {
                if name.first == UInt8(ascii: ".") || name.elementsEqual("node_modules".utf8) { continue }
                try readAmbientModules(in: directory.appending(name), depth: depth + 1)
            } else if entry.mode.isFile, name.hasEnd(".d.ts") {
                texts.append(try tree.objects.blob(entry.id))
            }
        }
    }

    // MARK: tsconfig.json

    private mutating func readCompilerOptions(_ path: RepoPath, depth: Int) throws(GitError) {
        guard depth < JavaScriptEnvironment.longestChain, seen.insert(path).inserted, let directory = path.parent,
            let bytes = try tree.read(path),
            let root = (try? JSONDocument(parsing: bytes, allowingComments: true))?.root
        else { return }
        let options = root["compilerOptions"]
        var base = directory
        if let text = options?["baseUrl"]?.string, let resolved = directory.resolving(text) {
            base = resolved
            baseDirectories.append(resolved)
        }
        for member in options?["paths"]?.object ?? [] {
            let (prefix, suffix) = JavaScriptEnvironment.cut(member.key)
            let targets = (member.node.array ?? []).compactMap(\.string).map { JavaScriptEnvironment.cut($0) }
            aliases.append(Alias(prefix: prefix, suffix: suffix, targets: targets, base: base))
        }
        let extended = root["extends"].map { $0.array ?? [$0] } ?? []
        for text in extended.compactMap(\.string) where text.hasPrefix(".") {
            guard let next = directory.resolving(text) else { continue }
            let file = next.lastComponent.hasEnd(".json") ? next : RepoPath(bytes: next.bytes + ".json".utf8)
            try readCompilerOptions(file, depth: depth + 1)
        }
    }

    private static func cut(_ pattern: String) -> (prefix: String, suffix: String?) {
        guard let star = pattern.firstIndex(of: "*") else { return (pattern, nil) }
        return (String(pattern[..<star]), String(pattern[pattern.index(after: star)...]))
    }

    /// The path that an alias makes of the name; `nil` when none does. The pattern with the longest text before its `*` wins.
    func resolve(_ specifier: String) -> RepoPath? {
        var best: (alias: Alias, rest: Substring)?
        for alias in aliases {
            let rest: Substring
            if let suffix = alias.suffix {
                // A pattern that matches everything only adds places to look in.
                guard !(alias.prefix.isEmpty && suffix.isEmpty), specifier.hasPrefix(alias.prefix),
                    specifier.hasSuffix(suffix), specifier.count >= alias.prefix.count + suffix.count
                else { continue }
                rest = specifier.dropFirst(alias.prefix.count).dropLast(suffix.count)
            } else {
                guard specifier == alias.prefix else { continue }
                rest = ""
            }
            if let known = best, known.alias.prefix.count >= alias.prefix.count { continue }
            best = (alias, rest)
        }
        guard let best, let target = best.alias.targets.first else { return nil }
        return best.alias.base.resolving(target.prefix + (target.suffix.map { best.rest + $0 } ?? ""))
    }

    // MARK: Mentions

    /// Whether configuration holds the name as a text of its own, or `baseUrl` leads to something called so.
    func mentions(_ name: String) throws(GitError) -> Bool {
        let wanted = ["\"", "'", "`"].map { Array(($0 + name).utf8) } + [Array("@/\(name)".utf8)]
        if texts.contains(where: { text in wanted.contains { ByteSearch.holds($0, in: text) } }) { return true }
        let first = name.prefix { $0 != "/" }
        for directory in baseDirectories {
            guard let contents = try tree.directory(directory) else { continue }
            let isThere = contents.entries.contains { entry in
                let candidate = contents.name(of: entry)
                return candidate.starts(with: first.utf8)
                    && (candidate.count == first.utf8.count
                        || candidate.dropFirst(first.utf8.count).first == UInt8(ascii: "."))
            }
            if isThere { return true }
        }
        return false
    }
}

/// Searching bytes for bytes.
enum ByteSearch {
    static func holds(_ wanted: [UInt8], in text: [UInt8]) -> Bool { position(of: wanted, in: text, from: 0) != nil }

    static func position(of wanted: String, in text: [UInt8], from start: Int) -> Int? {
        position(of: Array(wanted.utf8), in: text, from: start)
    }

    private static func position(of wanted: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard let first = wanted.first, text.count - start >= wanted.count else { return nil }
        return text.withUnsafeBufferPointer { text in
            wanted.withUnsafeBufferPointer { wanted in
                for position in start...(text.count - wanted.count) where text[position] == first {
                    var matched = 1
                    while matched < wanted.count, text[position + matched] == wanted[matched] { matched += 1 }
                    if matched == wanted.count { return position }
                }
                return nil
            }
        }
    }
}
