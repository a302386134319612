internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// What the paths in Rust files say of crates.
struct RustUses {
    private let links: ProjectLinks
    private let facts: [ProjectIndex: CrateFacts]
    /// Crates by the name of their library; names that several have are left out.
    private let byLibrary: [String: ProjectIndex]
    /// The modules that each crate declares, with whether only tests compile them.
    private var modules: [ProjectIndex: [String: Bool]] = [:]
    private var found = LanguageUses()

    private var workspace: Workspace { links.workspace }

    static func read(
        _ files: [ScannedFile], _ links: ProjectLinks, in tree: SourceTree
    ) throws(GitError) -> LanguageUses {
        let files = files.filter { $0.language == .rust }
        guard !files.isEmpty else { return LanguageUses() }
        var reader = try RustUses(links, tree)
        for file in files {
            reader.modules[file.project, default: [:]].merge(file.names.modules) { $0 && $1 }
            reader.found.complete.insert(file.project)
        }
        for file in files {
            for entry in file.imports { reader.add(entry, of: file) }
        }
        reader.found.findings = try RustCrates.findings(files, reader.facts, links.workspace, in: tree)
        return reader.found
    }

    private init(_ links: ProjectLinks, _ tree: SourceTree) throws(GitError) {
        self.links = links
        let workspace = links.workspace
        var facts: [ProjectIndex: CrateFacts] = [:], byLibrary: [String: ProjectIndex?] = [:]
        for index in workspace.indices where workspace[index].managers.contains(.cargo) {
            guard let bytes = try tree.read(workspace[index].path.appending("Cargo.toml")),
                let own = CrateFacts(parsing: bytes)
            else { continue }
            facts[index] = own
            byLibrary.updateValue(byLibrary[own.libraryName] == nil ? index : nil, forKey: own.libraryName)
        }
        self.facts = facts
        self.byLibrary = byLibrary.compactMapValues { $0 }
    }

    private mutating func add(_ entry: SourceImport, of file: ScannedFile) {
        guard let own = facts[file.project], entry.name != own.libraryName,
            let target = target(of: entry.name, in: own), target != file.project
        else { return }
        if own.dependencies[entry.name] != nil {
            // A name that is declared and makes no edge is a version from a registry.
            if links.edges(from: file.project, to: target).isEmpty { return }
        } else {
            // What the crate or the file calls so itself is meant first.
            if modules[file.project]?[entry.name] != nil || file.names.bound.contains(entry.name) { return }
            if entry.kind == .documentation { return }
        }
        found.uses.append(
            ProjectUse(
                from: file.project, to: target, evidence: Evidence(path: file.path, line: entry.line),
                kind: isTestModule(file) && entry.kind == .plain ? .test : entry.kind, isAside: file.isAside,
                name: entry.name))
    }

    /// The project behind a name in the crate's code: what its manifest calls so, else the library of that name.
    private func target(of name: String, in own: CrateFacts) -> ProjectIndex? {
        guard let package = own.dependencies[name] else { return byLibrary[name] }
        return byLibrary[CrateFacts.identifier(package)]
            ?? facts.first { workspace[$0.key].name == package }?.key ?? byLibrary[name]
    }

    /// Whether the file is, or lies below, a module that only tests compile.
    private func isTestModule(_ file: ScannedFile) -> Bool {
        guard let below = file.path.relative(to: workspace[file.project].path), let modules = modules[file.project]
        else {
            return false
        }
        return below.components.contains { component in
            let name = component.hasEnd(".rs") ? component.dropLast(3) : component
            return modules[String(decoding: name, as: UTF8.self)] == true
        }
    }
}
