extension CrateManifest {
    /// Reads a manifest's text; throws when it is not TOML or not a manifest.
    init(parsing bytes: [UInt8]) throws(TOMLProblem) {
        let document = try TOMLDocument(parsing: bytes)
        let reader = CrateManifestReader(document: document)
        package = try reader.package()
        workspace = try reader.workspace()
        guard package != nil || workspace != nil else {
            throw TOMLProblem(line: nil, problem: "the manifest has neither a [package] nor a [workspace] table")
        }
        dependencies = try reader.dependencies()
        patches = reader.patches()
        if workspace != nil { sharedSettings = reader.sharedSettings() }
    }
}

/// Takes a manifest's parts out of its document.
struct CrateManifestReader {
    let document: TOMLDocument

    func line(_ path: String...) -> Int? { document.lines.line(path) }

    func problem(_ path: [String], _ text: String) -> TOMLProblem {
        TOMLProblem(line: document.lines.line(path), problem: "\(path.joined(separator: ".")) \(text)")
    }

    /// The table at a top-level key; `nil` when the key is absent.
    func table(_ key: String) throws(TOMLProblem) -> [String: TOMLNode]? {
        guard let node = document.root[key] else { return nil }
        guard let table = node.table else { throw problem([key], "is not a table") }
        return table
    }

    // MARK: [package]

    func package() throws(TOMLProblem) -> CratePackage? {
        // `[project]` is the name that [package] had before Cargo 1.0; cargo still reads it.
        let section = document.root["package"] == nil ? "project" : "package"
        guard let table = try table(section) else { return nil }
        guard let name = table["name"]?.string, !name.isEmpty else {
            throw problem([section, "name"], "is missing or not a string")
        }
        var package = CratePackage(name: name)
        // Without a version a crate has this one.
        package.version = table["version"] == nil ? "0.0.0" : table["version"]?.string
        package.workspace = table["workspace"]?.string
        package.autobins = table["autobins"]?.bool ?? true
        package.inheritedFields = table.filter { $0.value.table?["workspace"]?.bool == true }.keys.sorted()
        package.inheritsLints = document.root["lints"]?.table?["workspace"]?.bool == true
        for key in ["build", "license-file", "readme"] {
            guard let node = table[key] else { continue }
            package.namedPaths += node.array?.compactMap(\.string) ?? [node.string].compactMap(\.self)
        }
        if let library = document.root["lib"]?.table {
            if let path = library["path"]?.string { package.namedPaths.append(path) }
            let types = library["crate-type"] ?? library["crate_type"]
            let foreign: Set<String> = ["cdylib", "staticlib", "dylib"]
            package.buildsForeignLibrary = types?.array?.contains { foreign.contains($0.string ?? "") } ?? false
        }
        for kind in ["bin", "example", "test", "bench"] {
            for target in document.root[kind]?.array ?? [] {
                if let path = target.table?["path"]?.string { package.namedPaths.append(path) }
                if kind == "bin" { package.binaries.append(target.table?["name"]?.string ?? name) }
            }
        }
        return package
    }

    // MARK: [workspace]

    func workspace() throws(TOMLProblem) -> CrateWorkspace? {
        guard let table = try table("workspace") else { return nil }
        var workspace = CrateWorkspace()
        for pattern in try strings(table["members"], ["workspace", "members"]) {
            workspace.members.append((pattern, line("workspace", "members", pattern)))
        }
        workspace.exclude = try strings(table["exclude"], ["workspace", "exclude"])
        for (key, value) in table["package"]?.table ?? [:] {
            workspace.package[key] = CrateSetting(
                field: "workspace.package.\(key)", digest: value.canonicalText, line: line("workspace", "package", key))
            if key == "readme" || key == "license-file" { workspace.packageFiles[key] = value.string }
        }
        workspace.version = table["package"]?.table?["version"]?.string
        workspace.lints = table["lints"].map {
            CrateSetting(field: "workspace.lints", digest: $0.canonicalText, line: line("workspace", "lints"))
        }
        for (key, value) in table["dependencies"]?.table ?? [:] {
            guard value.string != nil || value.table != nil else {
                throw problem(["workspace", "dependencies", key], "is neither a version nor a table")
            }
            var entry = value.table ?? [:]
            entry["version"] = nil
            workspace.dependencies[key] = CrateWorkspace.Dependency(
                package: entry["package"]?.string ?? key,
                path: entry["path"]?.string,
                line: line("workspace", "dependencies", key),
                digest: value.canonicalText,
                digestWithoutVersion: TOMLNode.table(entry).canonicalText)
        }
        return workspace
    }

    private func strings(_ node: TOMLNode?, _ path: [String]) throws(TOMLProblem) -> [String] {
        guard let node else { return [] }
        guard let array = node.array else { throw problem(path, "is not an array of strings") }
        var result: [String] = []
        for element in array {
            guard let text = element.string else { throw problem(path, "is not an array of strings") }
            result.append(text)
        }
        return result
    }
}
