internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// What the imports of .go files say of modules.
///
/// Edges between Go projects come from imports, so none is missing; what may be missing is the requirement in go.mod,
/// without which a module builds only inside its workspace.
struct GoUses {
    private struct Module {
        let project: ProjectIndex
        let directory: RepoPath
        let facts: GoModuleFacts
    }

    private let links: ProjectLinks
    private let tree: SourceTree
    /// Sorted by path of the module, longest first, so that the first that fits is the innermost.
    private let modules: [Module]
    private var required: [ProjectLinks.Pair: [Evidence]] = [:]
    private var external: [ProjectIndex: [String: [Evidence]]] = [:]
    private var found = LanguageUses()
    private var packages: [RepoPath: Bool] = [:]

    static func read(
        _ files: [ScannedFile], _ links: ProjectLinks, in tree: SourceTree
    ) throws(GitError) -> LanguageUses {
        var reader = try GoUses(links, tree)
        for file in files where file.language == .go {
            guard let module = reader.module(around: file.path) else { continue }
            for entry in file.imports where entry.kind == .plain { try reader.add(entry, of: file, in: module) }
            reader.found.complete.insert(module.project)
        }
        reader.report()
        return reader.found
    }

    private var workspace: Workspace { links.workspace }

    private init(_ links: ProjectLinks, _ tree: SourceTree) throws(GitError) {
        self.links = links
        let workspace = links.workspace
        self.tree = tree
        var modules: [Module] = []
        for index in workspace.indices where workspace[index].managers.contains(.go) {
            let directory = workspace[index].path
            guard let bytes = try tree.read(directory.appending("go.mod")), let facts = GoModuleFacts(parsing: bytes)
            else { continue }
            modules.append(Module(project: index, directory: directory, facts: facts))
        }
        self.modules = modules.sorted {
            ($1.facts.module.utf8.count, $0.facts.module) < ($0.facts.module.utf8.count, $1.facts.module)
        }
    }

    private func module(around path: RepoPath) -> Module? {
        modules.filter { path.isWithin($0.directory) }.max { $0.directory.bytes.count < $1.directory.bytes.count }
    }

    private static func isWithin(_ path: String, _ module: String) -> Bool {
        path == module || path.hasPrefix(module + "/")
    }

    private mutating func add(_ entry: SourceImport, of file: ScannedFile, in own: Module) throws(GitError) {
        let path = entry.name
        // Packages of the standard library have no dot in their first element.
        guard let first = path.split(separator: "/").first else { return }
        let evidence = Evidence(path: file.path, line: entry.line)
        guard let target = modules.first(where: { GoUses.isWithin(path, $0.facts.module) }) else {
            guard first.contains("."), !own.facts.requirements.contains(where: { GoUses.isWithin(path, $0.path) })
            else {
                return
            }
            return external[own.project, default: [:]][path, default: []].append(evidence)
        }
        if target.project != own.project {
            found.uses.append(
                ProjectUse(
                    from: own.project, to: target.project, evidence: evidence, kind: .plain, isAside: file.isAside,
                    name: path))
            // Without an edge the use itself is a finding.
            if !own.facts.requirements.contains(where: { $0.path == target.facts.module }),
                !links.edges(from: own.project, to: target.project).isEmpty
            {
                required[ProjectLinks.Pair(from: own.project, to: target.project), default: []].append(evidence)
            }
        } else if !file.isAside {
            try checkPackage(path, in: target, evidence)
        }
    }

    /// An import of a package of the module itself must find a directory with .go files.
    private mutating func checkPackage(_ path: String, in module: Module, _ evidence: Evidence) throws(GitError) {
        let directory = module.directory.appending(String(path.dropFirst(module.facts.module.count + 1)))
        let isThere: Bool
        if let known = packages[directory] {
            isThere = known
        } else {
            let contents = try tree.directory(directory)
            isThere =
                contents.map { contents in contents.entries.contains { contents.name(of: $0).hasEnd(".go") } } ?? false
            packages[directory] = isThere
        }
        guard !isThere else { return }
        found.findings.append(
            Finding(
                .unresolvedImport, .warning, project: workspace[module.project].id, target: path, evidence: [evidence],
                "the package '\(path)' has no .go file in the repository",
                advice: "correct the path; if a task makes the package, this is to be expected"))
    }

    private mutating func report() {
        for (pair, evidence) in required {
            let from = workspace[pair.from], to = workspace[pair.to]
            let name = modules.first { $0.project == pair.to }?.facts.module ?? to.id
            found.findings.append(
                Finding(
                    .undeclaredWorkspaceDependency, .warning, project: from.id, target: to.id,
                    evidence: evidence.inOrder,
                    "\(from.id) imports \(to.id), which its go.mod does not require: it builds only in the workspace",
                    advice: "add 'require \(name)' to \(from.path.appending("go.mod")), or run 'go mod tidy' there"))
        }
        for (project, paths) in external {
            for (path, evidence) in paths {
                found.findings.append(
                    Finding(
                        .undeclaredDependency, .warning, project: workspace[project].id, target: path,
                        evidence: evidence.inOrder, "no module that go.mod requires provides the package '\(path)'",
                        advice: "run 'go mod tidy' in \(workspace[project].path)"))
            }
        }
    }
}
