internal import WorkspaceModel

/// Reads pnpm-lock.yaml, versions 5, 6, 7 and 9: https://github.com/pnpm/spec/tree/master/lockfile
///
/// A package is named by its place in `packages`, or since version 9 in `snapshots`; there its peers are among its
/// dependencies, so the peers in its key are left out of its identity. Overrides, catalogs and hooks act through what
/// is resolved.
struct PnpmLock {
    typealias Problem = JavaScriptLock.Problem

    private let patches: [String: String]
    /// What `packages` says of each key of version 9.
    private var contents: [String: LockNode] = [:]
    private var builder = LockGraphBuilder()
    private var numbers: [String: Int] = [:]
    private var isVersion9 = false

    static func parse(_ bytes: [UInt8]) throws(Problem) -> JavaScriptLock {
        // Since pnpm 11 a first document holds what pnpm itself needs.
        let documents = try LockYAML.documents(bytes)
        guard let document = documents.last(where: { $0["importers"] != nil }) ?? documents.last else {
            throw Problem("the file is empty")
        }
        guard let version = document["lockfileVersion"]?.text else { throw Problem("'lockfileVersion' is missing") }
        let major = version.prefix { $0 != "." && $0 != "-" }
        guard ["5", "6", "7", "9"].contains(String(major)) else {
            throw Problem("version \(version) of the format is not known")
        }
        var lock = PnpmLock(document, isVersion9: major == "9")
        return try lock.read(document)
    }

    private init(_ document: LockNode, isVersion9: Bool) {
        var patches: [String: String] = [:]
        for entry in document["patchedDependencies"]?.entries ?? [] {
            patches[entry.key] = entry.value["hash"]?.text ?? entry.value.text ?? ""
        }
        self.patches = patches
        self.isVersion9 = isVersion9
    }

    private mutating func read(_ document: LockNode) throws(Problem) -> JavaScriptLock {
        let packages = document["packages"]?.entries ?? []
        let used = isVersion9 ? document["snapshots"]?.entries ?? [] : packages
        if isVersion9 {
            contents = Dictionary(packages.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
        for entry in used { try add(entry) }
        let importers = document["importers"]?.entries ?? [LockEntry(key: ".", line: 1, value: document)]
        for importer in importers {
            numbers[PnpmLock.member(importer.key)] = builder.add(
                importer.key, "", identity: "member \(importer.key)")
        }
        for (number, entry) in used.enumerated() {
            for table in ["dependencies", "optionalDependencies"] {
                for dependency in entry.value[table]?.entries ?? [] {
                    guard let reference = dependency.value.text else {
                        throw Problem("the version of '\(dependency.key)' must be text", line: dependency.line)
                    }
                    if let target = try target(dependency.key, reference, from: "", line: dependency.line) {
                        builder.use(dependency.key, target, by: number)
                    }
                }
            }
        }
        var uses: [String: JavaScriptLock.Uses] = [:]
        for importer in importers { uses[PnpmLock.path(importer.key)] = try read(importer) }
        var members: [Int: String] = [:]
        for path in uses.keys { if let number = numbers["link:\(path)"] { members[number] = path } }
        return JavaScriptLock(
            graph: builder.graph(), entry: .importers(uses, listsDependencies: true), members: members)
    }

    private static func member(_ path: String) -> String { "link:\(PnpmLock.path(path))" }
    private static func path(_ importer: String) -> String { importer == "." ? "" : importer }

    private mutating func read(_ importer: LockEntry) throws(Problem) -> JavaScriptLock.Uses {
        var uses: JavaScriptLock.Uses = [:]
        let own = numbers[PnpmLock.member(importer.key)]
        for table in ["dependencies", "devDependencies", "optionalDependencies"] {
            for dependency in importer.value[table]?.entries ?? [] {
                guard let reference = dependency.value.text ?? dependency.value["version"]?.text else {
                    throw Problem("'\(dependency.key)' has no version", line: dependency.line)
                }
                let target = try target(
                    dependency.key, reference, from: PnpmLock.path(importer.key), line: dependency.line)
                if let target, let own { builder.use(dependency.key, target, by: own) }
                uses[dependency.key] = target.map { [LockGraph.Use(dependency.key, $0)] } ?? []
            }
        }
        return uses
    }

    /// The number of the package that `reference` means; `nil` for a link to what is no member.
    private func target(
        _ name: String, _ reference: String, from directory: String, line: Int
    ) throws(Problem) -> Int? {
        if reference.hasPrefix("link:") {
            var parts = directory.split(separator: "/").map(String.init)
            for part in reference.dropFirst(5).split(separator: "/") where part != "." {
                if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(String(part)) }
            }
            return numbers["link:\(parts.joined(separator: "/"))"]
        }
        // Version 9: name@version; 6: /name@version; 5: /name/version; else the whole key.
        if isVersion9 {
            if let number = numbers["\(name)@\(reference)"] ?? numbers[reference] { return number }
        } else if let number = numbers["/\(name)@\(reference)"] ?? numbers["/\(name)/\(reference)"]
            ?? numbers[reference] ?? numbers["/\(reference)"]
        {
            return number
        }
        throw Problem("'\(name)' is '\(reference)', which the file does not describe", line: line)
    }

    private mutating func add(_ entry: LockEntry) throws(Problem) {
        let bracket = entry.key.utf8.firstIndex(of: UInt8(ascii: "("))
        let plain = bracket.map { String(entry.key[..<$0]) } ?? entry.key
        let content = isVersion9 ? contents[plain] : entry.value
        guard let content else {
            throw Problem("'\(plain)' is not among 'packages'", line: entry.line)
        }
        var (name, version) = PnpmLock.nameAndVersion(plain, isVersion9: isVersion9)
        if let text = content["name"]?.text { name = text }
        if let text = content["version"]?.text { version = text }
        guard let resolution = content["resolution"] else {
            throw Problem("'\(entry.key)' has no 'resolution'", line: entry.line)
        }
        var identity = resolution.canonical
        if let bracket, let patch = PnpmLock.patchHash(entry.key[bracket...]) {
            identity += "\u{1}patch \(patch)"
        } else if !patches.isEmpty, let patch = patches["\(name)@\(version)"] ?? patches[name] {
            identity += "\u{1}patch \(patch)"
        }
        numbers[entry.key] = builder.add(name, version, identity: identity)
    }

    private static func patchHash(_ suffix: Substring) -> String? {
        let mark = "(patch_hash="
        guard let start = suffix.utf8.firstIndex(of: UInt8(ascii: "(")), suffix[start...].hasPrefix(mark) else {
            return nil
        }
        return String(suffix[start...].dropFirst(mark.count).prefix { $0 != ")" })
    }

    /// The name and the version in a key without peers in brackets.
    private static func nameAndVersion(_ key: String, isVersion9: Bool) -> (name: String, version: String) {
        if isVersion9 {
            guard let (name, rest) = LockText.nameAndRest(key) else { return (key, "") }
            return (name, LockText.withoutCredentials(rest))
        }
        guard key.hasPrefix("/") else { return (LockText.withoutCredentials(key), "") }
        let body = String(key.dropFirst())
        // /name@version of version 6, where a name has no other '@' than its first character.
        if let (name, rest) = LockText.nameAndRest(body),
            name.split(separator: "/").count == (name.hasPrefix("@") ? 2 : 1)
        {
            return (name, rest)
        }
        // /name/version_peers of version 5.
        let parts = body.split(separator: "/", omittingEmptySubsequences: false)
        let count = body.hasPrefix("@") ? 2 : 1
        guard parts.count > count else { return (body, "") }
        let version = parts[count].prefix { $0 != "_" }
        return (parts[..<count].joined(separator: "/"), String(version))
    }
}
