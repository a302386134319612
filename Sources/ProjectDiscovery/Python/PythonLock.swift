internal import WorkspaceModel

/// A lockfile of uv or Poetry: its packages and what each one uses, whichever projects are in the tree.
struct PythonLock: Sendable {
    struct Dependency: Sendable, Hashable {
        /// The normalised name.
        var name: String
        /// Given where several versions of the package are locked.
        var version: String?
        var source: String?
        /// The normalised names of the extras asked for.
        var extras: [String] = []
        var marker: String?
    }

    struct Package: Sendable {
        var name: String
        var version: String
        /// Source and contents as text, without the place of the file.
        var source: String
        var identity: String
        /// The path of a package that lies beside the lockfile, relative to it.
        var localPath: String?
        var dependencies: [Dependency]
        var extras: [String: [Dependency]]
        /// What its dependency groups use: for development of the package itself.
        var development: [Dependency]
    }

    var packages: [Package]
    /// What the groups of a workspace root without a package use.
    var rootDevelopment: [Dependency]
    /// Conditions of the whole resolution, such as the versions of Python.
    var conditions: String
    let byName: [String: [Int]]

    /// - Throws: when something is used that is not locked; `isStrict` says that the format allows no such thing.
    private init(
        _ packages: [Package], rootDevelopment: [Dependency], conditions: String, isStrict: Bool
    ) throws(TOMLProblem) {
        self.packages = packages
        self.rootDevelopment = rootDevelopment
        self.conditions = conditions
        byName = Dictionary(grouping: packages.indices, by: { packages[$0].name })
        guard isStrict else { return }
        for package in packages {
            for use in package.dependencies + package.development + package.extras.values.joined()
            where byName[use.name] == nil {
                throw TOMLProblem(line: nil, problem: "'\(package.name)' uses '\(use.name)', which is not locked")
            }
        }
    }

    /// The numbers of the packages that a dependency can mean: all that agree with what it says.
    func packages(for use: Dependency) -> [Int] {
        let named = byName[use.name] ?? []
        if named.count < 2 { return named }
        let exact = named.filter {
            (use.version == nil || packages[$0].version == use.version)
                && (use.source == nil || packages[$0].source == use.source)
        }
        return exact.isEmpty ? named : exact
    }

    private static func packageTables(_ document: TOMLDocument) throws(TOMLProblem) -> [[String: TOMLNode]] {
        guard let node = document.root["package"] else { return [] }
        guard let list = node.array else {
            throw TOMLProblem(line: document.lines.line("package"), problem: "'package' is no list of tables")
        }
        var tables: [[String: TOMLNode]] = []
        for entry in list {
            guard let table = entry.table, table["name"]?.string != nil else {
                throw TOMLProblem(line: nil, problem: "a package has no name")
            }
            tables.append(table)
        }
        return tables
    }

    /// The hashes of a package's files, sorted; what has none counts by all that is said of it.
    private static func contents(_ nodes: [TOMLNode?]) -> String {
        nodes.compactMap(\.self).flatMap { $0.array ?? [$0] }
            .map { $0.table?["hash"]?.string ?? $0.canonicalText }.sorted().joined(separator: " ")
    }
}

// MARK: uv

extension PythonLock {
    /// Reads uv.lock, version 1 of any revision.
    init(parsingUv bytes: [UInt8]) throws(TOMLProblem) {
        let document = try TOMLDocument(parsing: bytes)
        let root = document.root
        guard case .scalar("1")? = root["version"], root["distribution"] == nil else {
            throw TOMLProblem(line: document.lines.line("version"), problem: "only version 1 of uv.lock is known here")
        }
        var packages: [Package] = []
        for table in try PythonLock.packageTables(document) {
            let source = table["source"]?.table ?? [:]
            let local = ["editable", "virtual", "directory"].lazy.compactMap { source[$0]?.string }.first
            let contents = PythonLock.contents([table["sdist"], table["wheels"]])
            let text = source.canonicalTable
            packages.append(
                Package(
                    name: PythonRequirement.normalised(table["name"]?.string ?? ""),
                    version: local == nil ? table["version"]?.string ?? "" : "", source: text,
                    identity: local == nil
                        ? "\(text) \(contents) \(table["resolution-markers"]?.canonicalText ?? "")" : "local",
                    localPath: local, dependencies: PythonLock.uvUses(table["dependencies"]),
                    extras: (table["optional-dependencies"]?.table ?? [:]).reduce(into: [:]) {
                        $0[PythonRequirement.normalised($1.key)] = PythonLock.uvUses($1.value)
                    },
                    development: ["dev-dependencies", "dependency-groups"].flatMap { field in
                        (table[field]?.table ?? [:]).values.flatMap { PythonLock.uvUses($0) }
                    }))
        }
        let manifest = root["manifest"]?.table
        let conditions = ["requires-python", "resolution-markers", "supported-markers", "required-markers"]
            .compactMap { key in root[key].map { "\(key) = \($0.canonicalText)" } }.joined(separator: "\n")
        try self.init(
            packages,
            rootDevelopment: (manifest?["dependency-groups"]?.table ?? [:]).values.flatMap {
                PythonLock.uvUses($0)
            }, conditions: conditions, isStrict: true)
    }

    private static func uvUses(_ node: TOMLNode?) -> [Dependency] {
        (node?.array ?? []).compactMap(\.table).map { table in
            Dependency(
                name: PythonRequirement.normalised(table["name"]?.string ?? ""), version: table["version"]?.string,
                source: table["source"]?.table?.canonicalTable,
                extras: (table["extra"]?.array ?? table["extras"]?.array ?? []).compactMap(\.string)
                    .map { PythonRequirement.normalised($0) },
                marker: table["marker"]?.string)
        }
    }
}

// MARK: Poetry

extension PythonLock {
    /// Reads poetry.lock, versions 1 and 2. What a package uses is named there without a version: all locked versions
    /// of that name count, and a name that is not locked is one that no platform of the project needs.
    init(parsingPoetry bytes: [UInt8]) throws(TOMLProblem) {
        let document = try TOMLDocument(parsing: bytes)
        let metadata = document.root["metadata"]?.table
        let version = metadata?["lock-version"]?.string ?? ""
        guard version.hasPrefix("1.") || version.hasPrefix("2.") else {
            throw TOMLProblem(
                line: document.lines.line("metadata", "lock-version"),
                problem: "only versions 1 and 2 of poetry.lock are known here")
        }
        // Version 1 has the hashes of all packages at the end.
        let files = metadata?["files"]?.table ?? [:]
        var packages: [Package] = []
        for table in try PythonLock.packageTables(document) {
            let name = table["name"]?.string ?? "", source = table["source"]?.table ?? [:]
            let local = source["type"]?.string == "directory" ? source["url"]?.string : nil
            let uses = PythonLock.poetryUses(table["dependencies"])
            var extras: [String: [Dependency]] = [:]
            var inExtras: Set<String> = []
            for (extra, list) in table["extras"]?.table ?? [:] {
                let names = (list.array ?? []).compactMap(\.string).compactMap {
                    PythonRequirement(parsing: $0, .normal, line: nil)
                }
                inExtras.formUnion(names.map(\.name))
                extras[PythonRequirement.normalised(extra)] = names.map { Dependency(name: $0.name, extras: $0.extras) }
            }
            let contents = PythonLock.contents([table["files"] ?? files[name]])
            let texts = [TOMLNode.table(source), table["dependencies"], table["markers"], table["python-versions"]]
            packages.append(
                Package(
                    name: PythonRequirement.normalised(name),
                    version: local == nil ? table["version"]?.string ?? "" : "", source: source.canonicalTable,
                    identity: local == nil
                        ? texts.compactMap { $0?.canonicalText }.joined(separator: " ") + " " + contents : "local",
                    localPath: local,
                    dependencies: uses.filter { !$0.isOptional || !inExtras.contains($0.use.name) }.map(\.use),
                    extras: extras, development: []))
        }
        let python = metadata?["python-versions"]?.canonicalText ?? ""
        try self.init(packages, rootDevelopment: [], conditions: "python-versions = \(python)", isStrict: false)
    }

    private static func poetryUses(_ node: TOMLNode?) -> [(use: Dependency, isOptional: Bool)] {
        (node?.table ?? [:]).map { name, value in
            let tables = (value.array ?? [value]).map(\.table)
            let extras = tables.flatMap { $0?["extras"]?.array ?? [] }.compactMap(\.string)
            return (
                Dependency(
                    name: PythonRequirement.normalised(name), extras: extras.map { PythonRequirement.normalised($0) }),
                tables.allSatisfy { $0?["optional"]?.bool == true }
            )
        }
    }
}

extension [String: TOMLNode] {
    fileprivate var canonicalTable: String { TOMLNode.table(self).canonicalText }
}
