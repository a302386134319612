extension CrateManifestReader {
    private static let sections: [(key: String, section: CrateDependency.Section)] = [
        ("dependencies", .normal), ("dev-dependencies", .development), ("dev_dependencies", .development),
        ("build-dependencies", .build), ("build_dependencies", .build),
    ]

    /// All dependency tables: the plain ones, then those of each target, names in order.
    func dependencies() throws(TOMLProblem) -> [CrateDependency] {
        var result = try dependencies(in: document.root, at: [])
        for (name, target) in (try table("target") ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let target = target.table else { throw problem(["target", name], "is not a table") }
            result += try dependencies(in: target, at: ["target", name])
        }
        return result
    }

    private func dependencies(
        in table: [String: TOMLNode], at place: [String]
    ) throws(TOMLProblem) -> [CrateDependency] {
        var result: [CrateDependency] = []
        for (key, section) in CrateManifestReader.sections {
            guard let node = table[key] else { continue }
            guard let entries = node.table else { throw problem(place + [key], "is not a table") }
            for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
                result.append(try dependency(name, entry, section, at: place + [key, name]))
            }
        }
        return result
    }

    private func dependency(
        _ name: String, _ entry: TOMLNode, _ section: CrateDependency.Section, at place: [String]
    ) throws(TOMLProblem) -> CrateDependency {
        let line = document.lines.line(place)
        guard let table = entry.table else {
            guard entry.string != nil else { throw problem(place, "is neither a version nor a table") }
            return CrateDependency(key: name, package: name, section: section, source: .external, line: line)
        }
        let source: CrateDependency.Source =
            if table["workspace"]?.bool == true {
                .inherited
            } else if let path = table["path"]?.string {
                table["base"] == nil ? .path(path) : .unknownBase
            } else {
                .external
            }
        let package = table["package"]?.string ?? name
        return CrateDependency(key: name, package: package, section: section, source: source, line: line)
    }

    /// The entries of `[patch.SOURCE]` and `[replace]` that name a directory.
    func patches() -> [CratePatch] {
        var result: [CratePatch] = []
        for (source, entries) in (document.root["patch"]?.table ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (key, entry) in (entries.table ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let path = entry.table?["path"]?.string else { continue }
                let package = entry.table?["package"]?.string ?? key
                result.append(CratePatch(package: package, path: path, line: line("patch", source, key)))
            }
        }
        for (key, entry) in (document.root["replace"]?.table ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let path = entry.table?["path"]?.string else { continue }
            // The key is a package id: `foo:0.1.0`, `foo@0.1.0`, or an address that ends in `#foo@0.1.0`.
            let name = key.split(separator: "#").last ?? key[...]
            let package = name.split { $0 == ":" || $0 == "@" }.first.map(String.init) ?? key
            result.append(CratePatch(package: package, path: path, line: line("replace", key)))
        }
        return result
    }

    /// The fields of a root manifest that reach every member's build, whatever the member inherits; sorted.
    func sharedSettings() -> [CrateSetting] {
        var result: [CrateSetting] = []
        for key in ["cargo-features", "patch", "replace"] {
            guard let node = document.root[key] else { continue }
            result.append(CrateSetting(field: key, digest: node.canonicalText, line: line(key)))
        }
        for (name, profile) in (document.root["profile"]?.table ?? [:]).sorted(by: { $0.key < $1.key }) {
            let line = line("profile", name)
            result.append(CrateSetting(field: "profile.\(name)", digest: profile.canonicalText, line: line))
        }
        if let resolver {
            let line = line("workspace", "resolver")
            result.append(CrateSetting(field: "workspace.resolver", digest: resolver, line: line))
        }
        return result
    }

    /// The resolver's version: given, or what the edition of the root package implies.
    private var resolver: String? {
        let workspace = document.root["workspace"]?.table, package = document.root["package"]?.table
        if let given = workspace?["resolver"]?.string ?? package?["resolver"]?.string { return given }
        guard let edition = package?["edition"] else { return nil }
        switch edition.string ?? workspace?["package"]?.table?["edition"]?.string {
        case "2021": return "2"
        case "2024": return "3"
        default: return nil
        }
    }
}
