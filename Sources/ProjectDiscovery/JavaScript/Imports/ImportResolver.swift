internal import GitObjects
internal import JSONText

/// What the name of a module means in a repository.
enum ImportTarget: Hashable {
    /// Files or directories of the repository; several where it is not known which.
    case files([RepoPath])
    /// A package from outside, by its name.
    case external(String)
    /// A module of Node.js, without `node:`.
    case builtin(String)
    /// Nothing that can be found: a virtual module, a path outside the repository.
    case unknown
}

/// Resolves the names that source files import: relative paths, `imports` of a package.json, TypeScript's `paths` and
/// `baseUrl`, packages of the workspace, and else packages from outside, in this order.
///
/// Follows Node.js (https://nodejs.org/api/esm.html#resolution-algorithm) and TypeScript's `bundler` resolution as far as
/// the owner of a module depends on them. Belongs to one thread.
final class ImportResolver {
    let files: ModuleFiles
    /// The directories of the workspace's packages, by name.
    private let packages: [String: RepoPath]
    private var configurations: [RepoPath: TypeScriptPaths?] = [:]
    /// The configurations that hold in a directory, nearest first.
    private var inForce: [RepoPath: [TypeScriptPaths]] = [:]

    private static let extendsLimit = 16
    private static let names = ["tsconfig.json", "jsconfig.json"]
    /// What tools read besides, at the root; Nx makes the first.
    private static let rootNames = ["tsconfig.base.json", "tsconfig.json"]

    init(files: ModuleFiles, packages: [String: RepoPath]) {
        self.files = files
        self.packages = packages
    }

    /// - Parameter file: the importing file.
    func resolve(
        _ specifier: String, kind: JavaScriptImports.Kind, from file: RepoPath
    ) throws(GitError) -> ImportTarget {
        let name = ImportResolver.withoutRequest(specifier)
        let directory = file.parent ?? .root
        if name.isEmpty { return .unknown }
        if kind == .referencePath || ImportResolver.isRelative(name) {
            guard let path = directory.resolving(name) else { return .unknown }
            return .files([try files.locate(path) ?? path])
        }
        if name.hasPrefix("node:") { return .builtin(String(name.dropFirst(5))) }
        if name.hasPrefix("#") { return try packageImport(name, from: directory) ?? .unknown }
        let configurations = try configurations(for: directory)
        var mapped = Mapped()
        for configuration in configurations { try map(name, configuration, into: &mapped) }
        if !mapped.found.isEmpty { return .files(mapped.found) }
        if let found = try member(name) { return .files([found]) }
        for configuration in configurations {
            guard let base = configuration.baseURL?.resolving(name) else { continue }
            if let found = try files.locate(base) { return .files([found]) }
        }
        if !mapped.missing.isEmpty { return .files(mapped.missing) }
        if name.hasPrefix("/") || name.contains(":") { return .unknown }
        let package = ImportResolver.packageName(name)
        return NodeModules.contains(package) ? .builtin(name) : .external(package)
    }

    /// `./a?raw` and `!!style-loader!./a` are requests for `./a`.
    private static func withoutRequest(_ specifier: String) -> String {
        var text = specifier[...]
        if let mark = text.lastIndex(of: "!") { text = text[text.index(after: mark)...] }
        if let mark = text.firstIndex(of: "?") { text = text[..<mark] }
        return String(text)
    }

    private static func isRelative(_ name: String) -> Bool {
        name == "." || name == ".." || name.hasPrefix("./") || name.hasPrefix("../")
    }

    /// `@a/b` of `@a/b/c`, `a` of `a/b`.
    static func packageName(_ name: String) -> String {
        let parts = name.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.prefix(name.hasPrefix("@") ? 2 : 1).joined(separator: "/")
    }

    /// Where a package of the workspace, or a module in it, lies.
    private func member(_ name: String) throws(GitError) -> RepoPath? {
        let package = ImportResolver.packageName(name)
        guard let directory = packages[package] else { return nil }
        let rest = name.dropFirst(package.count + 1)
        guard !rest.isEmpty, let path = directory.resolving(rest) else { return directory }
        return try files.locate(path) ?? directory
    }

    // MARK: TypeScript

    /// What entries of `paths` make of a name: what is there, of every configuration because it is not known which one a
    /// tool reads, and what is not.
    private struct Mapped {
        var found: [RepoPath] = []
        var missing: [RepoPath] = []
    }

    private func map(
        _ name: String, _ configuration: TypeScriptPaths, into mapped: inout Mapped
    ) throws(GitError) {
        // TypeScript tries one entry, and the targets of that until one exists.
        for mapping in configuration.mappings {
            guard let middle = mapping.match(name) else { continue }
            let isCatchAll = mapping.prefix.isEmpty && mapping.suffix?.isEmpty == true
            for target in mapping.targets {
                let parts = target.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
                let start = configuration.baseURL ?? mapping.directory
                guard let path = start.resolving(parts.joined(separator: String(middle))) else { continue }
                if let found = try files.locate(path) {
                    if !mapped.found.contains(found) { mapped.found.append(found) }
                    return
                }
                let isInstalled = path.components.contains { $0.elementsEqual("node_modules".utf8) }
                if !isInstalled, !isCatchAll, !mapped.missing.contains(path) { mapped.missing.append(path) }
            }
            return
        }
    }

    private func configurations(for directory: RepoPath) throws(GitError) -> [TypeScriptPaths] {
        if let known = inForce[directory] { return known }
        var result: [TypeScriptPaths] = []
        for name in directory.isRoot ? ImportResolver.rootNames : ImportResolver.names {
            if let found = try configuration(directory.appending(name), depth: 0) { result.append(found) }
        }
        if let parent = directory.parent {
            let above = try configurations(for: parent)
            // The nearest says it all, except for what the tools take from the root.
            result += result.isEmpty ? above : try configurations(for: .root)
        }
        inForce[directory] = result
        return result
    }

    private func configuration(_ path: RepoPath, depth: Int) throws(GitError) -> TypeScriptPaths? {
        if let known = configurations[path] { return known }
        guard depth < ImportResolver.extendsLimit, let bytes = try files.read(path) else { return nil }
        let directory = path.parent ?? .root
        var result = TypeScriptPaths(parsing: bytes, in: directory)
        // The last one wins, so it is inherited first.
        for text in result.extended.reversed() {
            if let base = try extended(text, from: directory, depth: depth + 1) { result.inherit(base) }
        }
        configurations[path] = .some(result)
        return result
    }

    private func extended(_ text: String, from directory: RepoPath, depth: Int) throws(GitError) -> TypeScriptPaths? {
        let path: RepoPath?
        if ImportResolver.isRelative(text) { path = directory.resolving(text) } else { path = try member(text) }
        guard let path else { return nil }
        for candidate in [path, RepoPath(bytes: path.bytes + Array(".json".utf8)), path.appending("tsconfig.json")] {
            if try files.entry(candidate)?.mode.isFile == true {
                return try configuration(candidate, depth: depth)
            }
        }
        return nil
    }

    // MARK: Imports of a package

    /// `#name` by the `imports` of the nearest package.json: https://nodejs.org/api/packages.html#imports.
    private func packageImport(_ name: String, from directory: RepoPath) throws(GitError) -> ImportTarget? {
        var current: RepoPath? = directory
        while let place = current {
            if let manifest = try files.json(place.appending("package.json")) {
                guard let imports = manifest["imports"]?.object else { return nil }
                return try packageImport(name, imports, of: place)
            }
            current = place.parent
        }
        return nil
    }

    private func packageImport(
        _ name: String, _ imports: [JSONMember], of place: RepoPath
    ) throws(GitError) -> ImportTarget? {
        var found: [RepoPath] = []
        for entry in imports {
            let parts = entry.key.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
            let mapping = TypeScriptPaths.Mapping(
                prefix: String(parts[0]), suffix: parts.count > 1 ? String(parts[1]) : nil, targets: [],
                directory: place)
            guard let middle = mapping.match(name) else { continue }
            for target in ImportResolver.strings(entry.node) {
                let text = target.split(separator: "*", omittingEmptySubsequences: false).joined(
                    separator: String(middle))
                if !target.hasPrefix("./") {
                    if let path = try member(text) { found.append(path) }
                } else if let path = place.resolving(text) {
                    found.append(try files.locate(path) ?? path)
                }
            }
        }
        return found.isEmpty ? nil : .files(found)
    }

    /// The targets of all conditions, of which only the running program knows which hold.
    private static func strings(_ node: JSONNode) -> [String] {
        if let text = node.string { return [text] }
        if let nodes = node.array { return nodes.flatMap(strings) }
        return (node.object ?? []).flatMap { strings($0.node) }
    }
}

/// The modules of Node.js that need no `node:`: https://nodejs.org/api/module.html#modulebuiltinmodules.
enum NodeModules {
    static func contains(_ name: String) -> Bool { names.contains(name) }

    private static let names: Set<String> = [
        "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
        "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net",
        "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
        "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
        "worker_threads", "zlib",
    ]
}
