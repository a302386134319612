internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// What the imports of JavaScript and TypeScript files say of projects and packages.
///
/// A name that a bundler, a test runner or the compiler may give another meaning is passed over: silence rather than noise.
struct JavaScriptUses {
    private let links: ProjectLinks
    private let tree: SourceTree
    /// Names that turbo.json lets a project use without declaring them.
    private let implicit: ImplicitDependencies
    private let manifests: [ProjectIndex: PackageFile]
    /// Projects by the names of their packages; names that several have are left out.
    private let byName: [String: ProjectIndex]
    private var environments: [ProjectIndex: JavaScriptEnvironment] = [:]
    private var found = LanguageUses()
    /// Places where an external package is used that nobody declares.
    private var undeclared: [ProjectIndex: [String: [Evidence]]] = [:]
    private var directories: [RepoPath: Tree?] = [:]
    private var ignoreRules: [RepoPath: IgnoreRules] = [:]

    static func read(
        _ files: [ScannedFile], _ links: ProjectLinks, in tree: SourceTree, implicit: ImplicitDependencies
    ) throws(GitError) -> LanguageUses {
        var reader = try JavaScriptUses(links, tree, implicit)
        for file in files where file.language == .javaScript {
            for entry in file.imports { try reader.add(entry, of: file) }
            if !file.imports.isEmpty { reader.found.complete.insert(file.project) }
        }
        reader.reportUndeclared()
        try reader.addMentions()
        return reader.found
    }

    private var workspace: Workspace { links.workspace }

    private init(_ links: ProjectLinks, _ tree: SourceTree, _ implicit: ImplicitDependencies) throws(GitError) {
        let workspace = links.workspace
        self.links = links
        self.tree = tree
        self.implicit = implicit
        var manifests: [ProjectIndex: PackageFile] = [:], byName: [String: ProjectIndex?] = [:]
        for index in workspace.indices {
            let path = workspace[index].path.appending("package.json")
            guard let bytes = try tree.read(path), let manifest = PackageFile(parsing: bytes) else { continue }
            manifests[index] = manifest
            if let name = manifest.name, !workspace[index].onlyGathers {
                byName.updateValue(byName[name] == nil ? index : nil, forKey: name)
            }
        }
        self.manifests = manifests
        self.byName = byName.compactMapValues { $0 }
    }

    private mutating func environment(of project: ProjectIndex) throws(GitError) -> JavaScriptEnvironment {
        if let known = environments[project] { return known }
        let made = try JavaScriptEnvironment(of: workspace[project].path, in: tree)
        environments[project] = made
        return made
    }

    // MARK: One import

    private mutating func add(_ entry: SourceImport, of file: ScannedFile) throws(GitError) {
        let specifier = String(entry.name.prefix { $0 != "?" })
        guard !specifier.isEmpty, !specifier.contains("!"), !specifier.contains("\0") else { return }
        let evidence = Evidence(path: file.path, line: entry.line)
        if specifier.hasPrefix(".") { return try addRelative(specifier, entry, of: file, evidence) }
        if let path = try environment(of: file.project).resolve(specifier) {
            return addUse(of: try home(of: path), entry, file, evidence, name: specifier)
        }
        guard let name = ModuleName.package(of: specifier), !ModuleName.builtins.contains(name),
            let own = manifests[file.project], name != own.name
        else { return }
        if let target = byName[name] {
            // A name that is declared and makes no edge is a version from the registry.
            let isForeign = own.declared[name] != nil && links.edges(from: file.project, to: target).isEmpty
            if !isForeign { addUse(of: target, entry, file, evidence, name: name) }
        } else if entry.kind == .plain, try !isKnown(name, in: file.project) {
            undeclared[file.project, default: [:]][name, default: []].append(evidence)
        }
    }

    private mutating func addUse(
        of target: ProjectIndex?, _ entry: SourceImport, _ file: ScannedFile, _ evidence: Evidence, name: String
    ) {
        guard let target, target != file.project, !workspace[target].onlyGathers else { return }
        found.uses.append(
            ProjectUse(
                from: file.project, to: target, evidence: evidence, kind: entry.kind, isAside: file.isAside, name: name)
        )
    }

    /// The project that is at `path` or owns what is there.
    private func home(of path: RepoPath) throws(GitError) -> ProjectIndex? {
        workspace.project(at: path) ?? workspace.owner(of: path)
    }

    // MARK: Relative paths

    private mutating func addRelative(
        _ specifier: String, _ entry: SourceImport, of file: ScannedFile, _ evidence: Evidence
    ) throws(GitError) {
        guard let path = file.path.parent?.resolving(specifier) else { return }
        if let target = try home(of: path), target != file.project {
            // What is not there is made, or nothing.
            if try exists(path) { addUse(of: target, entry, file, evidence, name: specifier) }
            return
        }
        guard entry.kind == .plain, !file.isAside, !specifier.contains("*"), try !exists(path),
            try isUnlikelyMade(path)
        else { return }
        found.findings.append(
            Finding(
                .unresolvedImport, .warning, project: workspace[file.project].id, target: specifier,
                evidence: [evidence],
                "'\(specifier)' names no file of the repository",
                advice: "correct the path; if a task makes the file, this is to be expected"))
    }

    private mutating func directory(_ path: RepoPath) throws(GitError) -> Tree? {
        if let known = directories[path] { return known }
        let contents = try tree.directory(path)
        directories[path] = .some(contents)
        return contents
    }

    /// Whether the path names a file, a directory, or a file with one of the extensions that tools try.
    private mutating func exists(_ path: RepoPath) throws(GitError) -> Bool {
        guard let parent = path.parent else { return true }
        guard let contents = try directory(parent) else { return false }
        let name = path.lastComponent
        if contents.entry(named: name) != nil { return true }
        var stem = name
        // TypeScript writes the extension of what will be made.
        for made: StaticString in [".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx"] where name.hasEnd(made) {
            stem = name.dropLast(made.utf8CodeUnitCount)
        }
        return contents.entries.contains { entry in
            let candidate = contents.name(of: entry)
            return [stem, name].contains {
                candidate.count > $0.count && candidate.starts(with: $0)
                    && candidate.dropFirst($0.count).first == UInt8(ascii: ".")
            }
        }
    }

    /// Whether its directory is there with sources in it, and nothing says that files there are generated.
    private mutating func isUnlikelyMade(_ path: RepoPath) throws(GitError) -> Bool {
        guard let parent = path.parent, let contents = try directory(parent) else { return false }
        let text = path.description.lowercased()
        guard
            !["generated", "dist", ".gen", "gen/", "build", "/out/", "/lib/", ".wasm", ".node", ".css", "types"]
                .contains(where: text.contains)
        else { return false }
        guard contents.entries.contains(where: { SourceImport.isJavaScript(contents.name(of: $0)) }),
            contents.entry(named: ".gitignore".utf8) == nil
        else { return false }
        return try !isIgnored(path)
    }

    /// Whether git passes over the path, or over it with an extension that tools try: then a task makes it.
    private mutating func isIgnored(_ path: RepoPath) throws(GitError) -> Bool {
        guard let parent = path.parent else { return false }
        let rules = try ignoreRules(in: parent)
        for end in ["", ".ts", ".js", ".tsx", ".json"] {
            if rules.ignores(RepoPath(bytes: path.bytes + end.utf8), isDirectory: false) { return true }
        }
        var directory = parent
        while let above = directory.parent {
            if rules.ignores(directory, isDirectory: true) { return true }
            directory = above
        }
        return false
    }

    private mutating func ignoreRules(in directory: RepoPath) throws(GitError) -> IgnoreRules {
        if let known = ignoreRules[directory] { return known }
        var rules = IgnoreRules()
        if let parent = directory.parent { rules = try ignoreRules(in: parent) }
        if let text = try tree.read(directory.appending(".gitignore")) { rules.add(text, base: directory) }
        ignoreRules[directory] = rules
        return rules
    }

    // MARK: External packages

    /// Whether something declares the package, or may give the name another meaning.
    private mutating func isKnown(_ name: String, in project: ProjectIndex) throws(GitError) -> Bool {
        let types = "@types/" + (name.hasPrefix("@") ? String(name.dropFirst()).replacing("/", with: "__") : name)
        var directory: RepoPath? = workspace[project].path
        while let current = directory {
            if let index = workspace.project(at: current), let manifest = manifests[index] {
                if manifest.declared[name] != nil || manifest.declared[types] != nil || manifest.name == name {
                    return true
                }
            }
            directory = current.parent
        }
        if isFromDocusaurus(name, in: project) { return true }
        if implicit.allows(name, in: workspace[project].path) { return true }
        return try environment(of: project).mentions(name)
    }

    /// Whether Docusaurus gives the name its meaning: aliases, and the components of its core.
    private func isFromDocusaurus(_ name: String, in project: ProjectIndex) -> Bool {
        guard manifests[project]?.declared["@docusaurus/core"] != nil else { return false }
        if ["@site/", "@generated/", "@theme/", "@theme-original/", "@theme-init/"].contains(where: name.hasPrefix) {
            return true
        }
        return ModuleName.docusaurus.contains(name)
    }

    private mutating func reportUndeclared() {
        for (project, names) in undeclared {
            let manifest = workspace[project].path.appending("package.json")
            for (name, evidence) in names {
                found.findings.append(
                    Finding(
                        .undeclaredDependency, .warning, project: workspace[project].id, target: name,
                        evidence: evidence.inOrder,
                        "\(workspace[project].id) uses the package '\(name)', which no package.json of it or above declares",
                        advice: "add \"\(name)\" to \(manifest)"))
            }
        }
    }

    // MARK: Uses that are no imports

    /// Notes which declared projects scripts, configuration or other files name.
    private mutating func addMentions() throws(GitError) {
        let used = Set(found.uses.map { ProjectLinks.Pair(from: $0.from, to: $0.to) })
        for edge in workspace.edges {
            let pair = ProjectLinks.Pair(from: edge.from, to: edge.to)
            guard !used.contains(pair), !found.mentioned.contains(pair), found.complete.contains(edge.from),
                let own = manifests[edge.from], let target = manifests[edge.to], let name = target.name
            else { continue }
            let words = [name] + target.programs
            let isNamed =
                own.texts.contains { $0.contains(name) }
                || own.scripts.contains { script in words.contains { script.contains($0) } }
            // Assets and styles are often named by the path from the workspace root.
            let search = MentionSearch(tree: tree, workspace: workspace)
            let path = workspace[edge.to].path.description
            let isMentioned = isNamed ? true : try search.finds([name, path], in: edge.from)
            if isMentioned { found.mentioned.insert(pair) }
        }
    }
}
