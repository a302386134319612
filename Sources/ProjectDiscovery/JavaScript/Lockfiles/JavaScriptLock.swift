internal import GitObjects
internal import WorkspaceModel

/// A lockfile of npm, pnpm, Yarn or Bun: the graph it describes, and where each member's dependencies enter it.
struct JavaScriptLock: Sendable {
    /// Why a lockfile cannot be read entry by entry: a clause with the line when it is known.
    struct Problem: Error, Equatable {
        var text: String
        var line: Int?

        init(_ text: String, line: Int? = nil) {
            self.text = text
            self.line = line
        }

        var description: String { line.map { "\(text) (line \($0))" } ?? text }
    }

    /// Packages and members by the name that a member uses them under; none for a link to neither.
    typealias Uses = [String: [LockGraph.Use]]

    /// How the lockfile is asked what a dependency of a member resolves to.
    enum Entry: Sendable {
        /// By the member's path from the directory of the lockfile, then by name.
        ///
        /// `listsDependencies` when the lockfile says what the member depends on; then all of it counts, the manifest's
        /// own or not, because a hook or an override may have added to it.
        case importers([String: Uses], listsDependencies: Bool)
        /// By `name@range`, whichever member asks.
        case descriptors(YarnClassicLock.Descriptors)
    }

    var graph: LockGraph
    var entry: Entry
    /// The numbers in the graph that are members of the workspace or alike, with their paths.
    var members: [Int: String] = [:]
    /// Names that packages of the graph use and that are not locked, by number: Yarn 1 links a member and does not say so.
    var unlocked: [Int: [String]] = [:]

    /// Reads the lockfile called `name`. A pure function; linear in the bytes but for the sorting of what is found.
    static func parse(_ bytes: [UInt8], name: String, settings: LockSettings) throws(Problem) -> JavaScriptLock {
        if let line = LockText.conflictMarker(in: bytes) {
            throw Problem("there is a merge conflict marker", line: line)
        }
        switch name {
        case "package-lock.json", "npm-shrinkwrap.json": return try NpmLock.parse(bytes)
        case "pnpm-lock.yaml": return try PnpmLock.parse(bytes)
        case "bun.lock": return try BunLock.parse(bytes)
        case "yarn.lock":
            return LockText.isBerry(bytes)
                ? try YarnBerryLock.parse(bytes, settings) : try YarnClassicLock.parse(bytes, settings)
        case "bun.lockb":
            throw Problem("the binary format of Bun is not read; 'bun install --save-text-lockfile' writes text")
        default: throw Problem("the format is not known")
        }
    }
}

/// What the workspace around a lockfile sets that the lockfile does not say.
struct LockSettings: Sendable, Hashable {
    /// `resolutions` in the root manifest, in their order.
    var resolutions: [YarnResolution] = []
    /// What `catalog:` means in Yarn, by catalog and package; `default` is the one without a name.
    var catalogs: [String: [String: String]] = [:]
    /// What `packageExtensions` of Yarn adds to packages, by name.
    var extensions: [String: Set<String>] = [:]

    /// Reads `catalog` and `catalogs` of .yarnrc.yml, which Yarn 4.10 brought.
    mutating func add(catalog: LockNode?, catalogs more: LockNode?) {
        func add(_ table: LockNode, to name: String) {
            for entry in table.entries { catalogs[name, default: [:]][entry.key] = entry.value.text }
        }
        if let catalog { add(catalog, to: "default") }
        for entry in more?.entries ?? [] { add(entry.value, to: entry.key) }
    }

    /// Reads `packageExtensions` of .yarnrc.yml: what is added to each `name@range`.
    mutating func add(extensions node: LockNode?) {
        for entry in node?.entries ?? [] {
            let name = LockText.nameAndRest(entry.key)?.name ?? entry.key
            for table in ["dependencies", "optionalDependencies", "peerDependencies"] {
                extensions[name, default: []].formUnion((entry.value[table]?.entries ?? []).map(\.key))
            }
        }
    }
}

/// Numbers the packages of a lockfile while it is read.
struct LockGraphBuilder {
    private(set) var packages: [LockGraph.Package] = []

    mutating func add(_ name: String, _ version: String, identity: String) -> Int {
        packages.append(LockGraph.Package(name: name, version: version, identity: identity))
        return packages.count - 1
    }

    mutating func use(_ name: String, _ target: Int, by package: Int) {
        packages[package].dependencies.append(LockGraph.Use(name, target))
    }

    func graph() -> LockGraph { LockGraph(packages) }
}
