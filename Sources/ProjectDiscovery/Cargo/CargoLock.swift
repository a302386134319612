/// The packages of one Cargo.lock and which of them each one uses.
///
/// Format: cargo's `core/resolver/encode.rs` (cargo 1.95), versions 1 to 4. A dependency is written `name`, with its version
/// when the name is not enough, and with its source when that is not enough either. Before version 2 the checksums
/// stood in `[metadata]`.
struct CargoLock: Sendable {
    struct Package: Sendable, Equatable {
        var name = ""
        var version = ""
        /// Where it comes from; `nil` for a package in a directory.
        var source: String?
        var checksum: String?
        /// The package that `[replace]` puts in its place, written like a dependency.
        var replacement: String?
        /// As written.
        var dependencies: [String] = []
        var line: Int?
    }

    let packages: [Package]
    /// For each package the numbers of those it uses, in the order they are written.
    let uses: [[Int]]
    private let byName: [String: [Int]]

    /// Reads a lockfile's text; throws when it is not one, or a dependency in it leads nowhere.
    init(parsing bytes: [UInt8]) throws(TOMLProblem) {
        // Nearly every lockfile is as cargo writes it.
        if let packages = CargoLockLines.packages(in: bytes) {
            try self.init(packages)
        } else {
            try self.init(CargoLock.packages(in: TOMLDocument(parsing: bytes)))
        }
    }

    init(_ packages: [Package]) throws(TOMLProblem) {
        var byName: [String: [Int]] = [:]
        byName.reserveCapacity(packages.count)
        for (number, package) in packages.enumerated() {
            for other in byName[package.name] ?? []
            where packages[other].version == package.version && packages[other].source == package.source {
                let problem = "'\(package.name) \(package.version)' is listed twice"
                throw TOMLProblem(line: package.line, problem: problem)
            }
            byName[package.name, default: []].append(number)
        }
        self.packages = packages
        self.byName = byName
        var uses: [[Int]] = []
        uses.reserveCapacity(packages.count)
        for package in packages {
            var targets: [Int] = []
            targets.reserveCapacity(package.dependencies.count)
            for text in package.dependencies {
                targets.append(try CargoLock.package(named: text, usedBy: package, packages, byName))
            }
            if let text = package.replacement {
                targets.append(try CargoLock.package(named: text, usedBy: package, packages, byName))
            }
            uses.append(targets)
        }
        self.uses = uses
    }

    /// The packages in a directory that have this name: a workspace's members, and what they use by path.
    func local(named name: String) -> [Int] { (byName[name] ?? []).filter { packages[$0].source == nil } }

    // MARK: Dependencies

    private static func package(
        named text: String, usedBy user: Package, _ packages: [Package], _ byName: [String: [Int]]
    ) throws(TOMLProblem) -> Int {
        // Most dependencies are a name that only one package has.
        if let known = byName[text], known.count == 1 { return known[0] }
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        var candidates = byName[String(parts.first ?? "")] ?? []
        if parts.count > 1 { candidates = candidates.filter { packages[$0].version == parts[1] } }
        if parts.count > 2 {
            let source = parts[2]
            guard source.hasPrefix("("), source.hasSuffix(")") else {
                throw TOMLProblem(line: user.line, problem: "the dependency '\(text)' cannot be read")
            }
            let wanted = source.dropFirst().dropLast()
            let exact = candidates.filter { packages[$0].source?[...] == wanted }
            // Since version 2 a dependency names a git repository without the commit.
            candidates =
                exact.isEmpty
                ? candidates.filter { packages[$0].source.map(withoutCommit) == withoutCommit(wanted) } : exact
        } else if candidates.count > 1, parts.count > 1 {
            // A package in a directory has no source that could be written.
            let local = candidates.filter { packages[$0].source == nil }
            if local.count == 1 { candidates = local }
        }
        guard candidates.count == 1 else {
            let what = candidates.isEmpty ? "is not listed" : "could be any of \(candidates.count) packages"
            let problem = "the dependency '\(text)' of '\(user.name) \(user.version)' \(what)"
            throw TOMLProblem(line: user.line, problem: problem)
        }
        return candidates[0]
    }

    private static func withoutCommit(_ source: some StringProtocol) -> String {
        String(source.prefix { $0 != "#" })
    }

    // MARK: Any TOML

    /// The packages of a lockfile that is not laid out as cargo does it.
    static func packages(in document: TOMLDocument) throws(TOMLProblem) -> [Package] {
        func problem(_ path: String, _ text: String) -> TOMLProblem {
            TOMLProblem(line: document.lines.line(path), problem: "\(path) \(text)")
        }
        var tables: [TOMLNode] = []
        if let root = document.root["root"] { tables.append(root) }
        if let list = document.root["package"] {
            guard let list = list.array else { throw problem("package", "is not a list of tables") }
            tables += list
        }
        var packages: [Package] = []
        for node in tables {
            guard let table = node.table, let name = table["name"]?.string, let version = table["version"]?.string
            else {
                throw problem("package", "has an entry without a name or a version")
            }
            var package = Package(name: name, version: version)
            for (key, value) in table where key != "dependencies" && value.string == nil {
                throw problem("package", "has an entry whose '\(key)' is no text: '\(name)'")
            }
            package.source = table["source"]?.string
            package.checksum = table["checksum"]?.string
            package.replacement = table["replace"]?.string
            if let list = table["dependencies"] {
                guard let texts = list.array, texts.allSatisfy({ $0.string != nil }) else {
                    throw problem("package", "has an entry whose dependencies are no texts: '\(name)'")
                }
                package.dependencies = texts.compactMap(\.string)
            }
            packages.append(package)
        }
        var sums: [String: String] = [:]
        for (key, value) in document.root["metadata"]?.table ?? [:] { sums[key] = value.string }
        return withChecksums(sums, packages)
    }

    /// The packages with the checksums that `[metadata]` lists.
    static func withChecksums(_ sums: [String: String], _ packages: [Package]) -> [Package] {
        guard !sums.isEmpty else { return packages }
        return packages.map { package in
            guard package.checksum == nil, let source = package.source else { return package }
            var package = package
            package.checksum = sums["checksum \(package.name) \(package.version) (\(source))"]
            return package
        }
    }
}
