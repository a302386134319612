/// What a go.mod says of its module's place among others.
package struct GoModuleFacts: Sendable {
    package let module: String
    /// The paths of required modules, with their lines.
    package let requirements: [(path: String, line: Int)]

    /// `nil` when the file cannot be read or names no module.
    package init?(parsing bytes: [UInt8]) {
        guard let file = try? GoModFile(parsing: bytes), let module = file.module else { return nil }
        self.module = module
        requirements = file.requirements.map { ($0.path, $0.line) }
    }
}

/// What a Cargo.toml says of the names that code uses.
package struct CrateFacts: Sendable {
    /// The name of the library as code writes it.
    package let libraryName: String
    /// The names by which the crate's code calls what its manifest declares, each with the declared package.
    package let dependencies: [String: String]
    /// Those of them, with their lines, that are there for nothing but the code of the crate, whatever its features and
    /// its target: not optional, and with no features to turn on.
    package let plainDependencies: [String: Int?]
    /// Whether a build script may make code that uses dependencies.
    package let mayGenerateCode: Bool

    /// `nil` when the file cannot be read or holds no package.
    package init?(parsing bytes: [UInt8]) {
        guard let document = try? TOMLDocument(parsing: bytes), let manifest = try? CrateManifest(parsing: bytes),
            let package = manifest.package
        else { return nil }
        libraryName = CrateFacts.identifier(document.root["lib"]?.table?["name"]?.string ?? package.name)
        dependencies = Dictionary(
            manifest.dependencies.map { (CrateFacts.identifier($0.key), $0.package) },
            uniquingKeysWith: { one, _ in one }
        )
        let root = document.root
        mayGenerateCode =
            manifest.dependencies.contains { $0.section == .build } || root["package"]?.table?["build"] != nil
        let others = CrateFacts.texts(root["package"]?.table?["metadata"]) + CrateFacts.texts(root["features"])
        let mentioned = Set(others.map { $0.prefix { $0 != "/" && $0 != "?" } })
        var plain: [String: Int?] = [:]
        for section in ["dependencies", "dev-dependencies"] {
            for (key, node) in root[section]?.table ?? [:] where !mentioned.contains(key[...]) {
                let table = node.table ?? [:]
                guard table["optional"] == nil, table["features"] == nil, table["path"] == nil,
                    !key.hasSuffix("-sys"), !key.hasSuffix("-src")
                else { continue }
                plain[CrateFacts.identifier(key)] = document.lines.line(section, key)
            }
        }
        plainDependencies = plain
    }

    private static func texts(_ node: TOMLNode?) -> [String] {
        switch node {
        case .string(let text): [text]
        case .array(let nodes): nodes.flatMap { texts($0) }
        case .table(let entries): entries.values.flatMap { texts($0) }
        case .bool, .scalar, nil: []
        }
    }

    /// The name of a package as code writes it.
    package static func identifier(_ name: String) -> String { name.replacing("-", with: "_") }
}

/// What a pyproject.toml says of the distributions that a project may use.
package struct PythonFacts: Sendable {
    /// The normalised names of what the manifest requires in any table, with the normalised extras asked for.
    package let requirements: [(name: String, extras: [String])]
    /// The normalised names of what each extra of the project requires.
    package let extras: [String: [String]]
    /// The names that any text of the manifest begins with, normalised: tables of tools may hold requirements, too.
    package let mentions: Set<String>

    /// `nil` when the file cannot be read.
    package init?(parsing bytes: [UInt8]) {
        guard let document = try? TOMLDocument(parsing: bytes), let manifest = try? PythonManifest(parsing: bytes)
        else { return nil }
        var found = (requirements: manifest.requirements, extras: [String: [String]](), mentions: Set<String>())
        for requirement in manifest.requirements {
            if case .extra(let extra) = requirement.section {
                found.extras[extra, default: []].append(requirement.name)
            }
        }
        PythonFacts.collect(.table(document.root), key: "", into: &found)
        requirements = found.requirements.map { ($0.name, $0.extras) }
        extras = found.extras
        mentions = found.mentions
    }

    /// Plugins of build tools and managers of environments have tables of the same names as `[project]`.
    private static func collect(
        _ node: TOMLNode, key: String,
        into found: inout (requirements: [PythonRequirement], extras: [String: [String]], mentions: Set<String>)
    ) {
        switch node {
        case .string(let text):
            guard let requirement = PythonRequirement(parsing: text, .normal, line: nil) else { return }
            found.mentions.insert(requirement.name)
            if key == "dependencies" || !requirement.extras.isEmpty { found.requirements.append(requirement) }
        case .array(let nodes): for node in nodes { collect(node, key: key, into: &found) }
        case .table(let entries):
            for (name, value) in entries {
                let normalised = PythonRequirement.normalised(name)
                found.mentions.insert(normalised)
                collect(value, key: key == "optional-dependencies" ? "dependencies" : name, into: &found)
                guard key == "optional-dependencies" else { continue }
                found.extras[normalised, default: []] += (value.array ?? []).compactMap(\.string).compactMap {
                    PythonRequirement(parsing: $0, .normal, line: nil)?.name
                }
            }
        case .bool, .scalar: break
        }
    }

    /// A name in the form of PEP 503, in which equal distributions have equal names.
    package static func normalised(_ name: some StringProtocol) -> String { PythonRequirement.normalised(name) }
}
