internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// What the imports of Python files say of projects.
///
/// Here only imports of what projects of the workspace provide are judged; `PythonPackages` judges the others.
struct PythonUses {
    private struct Provider {
        let project: ProjectIndex
        /// The directory that is on Python's path: the project's own, or `src` in it.
        let root: RepoPath
    }

    private let workspace: Workspace
    private let tree: SourceTree
    /// Who provides a top-level module.
    private let providers: [String: [Provider]]
    private var found = LanguageUses()

    /// Directories beside a project's packages that Python code runs in, but nobody imports from another project.
    private static let localNames: Set<String> = [
        "test", "tests", "testing", "docs", "doc", "examples", "example", "scripts", "script", "benchmarks", "bench",
        "tools", "src", "setup", "conftest", "noxfile", "tasks", "main", "app", "utils", "config", "build",
    ]

    static func read(
        _ files: [ScannedFile], _ links: ProjectLinks, in tree: SourceTree
    ) throws(GitError) -> LanguageUses {
        var reader = try PythonUses(links.workspace, tree)
        for file in files where file.language == .python {
            for entry in file.imports where !entry.name.hasPrefix(".") { try reader.add(entry, of: file) }
            if !file.imports.isEmpty { reader.found.complete.insert(file.project) }
        }
        reader.found.findings = try PythonPackages.findings(files, links.workspace, in: tree)
        return reader.found
    }

    private init(_ workspace: Workspace, _ tree: SourceTree) throws(GitError) {
        self.workspace = workspace
        self.tree = tree
        var providers: [String: [Provider]] = [:]
        for index in workspace.indices where workspace[index].managers.contains(.python) {
            let directory = workspace[index].path
            for root in [directory, directory.appending("src")] {
                guard workspace.project(at: root) == nil || root == directory else { continue }
                for name in try PythonUses.modules(in: root, of: tree, workspace)
                where !PythonUses.localNames.contains(name) {
                    providers[name, default: []].append(Provider(project: index, root: root))
                }
            }
        }
        self.providers = providers
    }

    /// The names of the modules and packages directly in `root`. A directory without `__init__.py` is a namespace when
    /// there is Python below it.
    private static func modules(
        in root: RepoPath, of tree: SourceTree, _ workspace: Workspace
    ) throws(GitError) -> [String] {
        guard let contents = try tree.directory(root) else { return [] }
        var names: [String] = []
        for entry in contents.entries {
            let name = contents.name(of: entry)
            if entry.mode.isFile {
                if name.hasEnd(".py") { names.append(String(decoding: name.dropLast(3), as: UTF8.self)) }
            } else if entry.mode == .directory, name.first != UInt8(ascii: ".") {
                let path = root.appending(name)
                guard workspace.project(at: path) == nil else { continue }
                if try holdsPython(path, tree, depth: 0) { names.append(String(decoding: name, as: UTF8.self)) }
            }
        }
        return names
    }

    private static func holdsPython(_ path: RepoPath, _ tree: SourceTree, depth: Int) throws(GitError) -> Bool {
        guard let contents = try tree.directory(path) else { return false }
        if contents.entries.contains(where: { $0.mode.isFile && contents.name(of: $0).hasEnd(".py") }) { return true }
        guard depth < 2 else { return false }
        for entry in contents.entries where entry.mode == .directory {
            if try holdsPython(path.appending(contents.name(of: entry)), tree, depth: depth + 1) { return true }
        }
        return false
    }

    private mutating func add(_ entry: SourceImport, of file: ScannedFile) throws(GitError) {
        let parts = entry.name.split(separator: ".")
        guard let first = parts.first, let candidates = providers[String(first)] else { return }
        // Beside the file itself lies what Python finds first when it runs the file.
        if let directory = file.path.parent {
            if try tree.entry(directory.appending(String(first) + ".py")) != nil { return }
            if try tree.directory(directory.appending(String(first))) != nil { return }
        }
        var best: [ProjectIndex] = [], longest = 0
        for candidate in candidates {
            let length = try depth(of: parts, members: entry.members, below: candidate.root)
            if length > longest { (best, longest) = ([], length) }
            if length == longest, longest > 0 { best.append(candidate.project) }
        }
        // Several that fit equally well tell nothing, least of all when one is the project itself.
        guard Set(best).count == 1, let target = best.first, target != file.project else { return }
        found.uses.append(
            ProjectUse(
                from: file.project, to: target, evidence: Evidence(path: file.path, line: entry.line), kind: entry.kind,
                isAside: file.isAside, name: String(first)))
    }

    /// How many segments of a dotted name lead to something below `root`.
    private func depth(of parts: [Substring], members: [String], below root: RepoPath) throws(GitError) -> Int {
        var directory = root, count = 0
        for part in parts {
            if let entry = try tree.entry(directory.appending(part.utf8)), entry.mode == .directory {
                directory = directory.appending(part.utf8)
                count += 1
            } else {
                return try tree.entry(directory.appending(String(part) + ".py")) == nil ? count : count + 1
            }
        }
        for member in members {
            if try tree.entry(directory.appending(member)) != nil { return count + 1 }
            if try tree.entry(directory.appending(member + ".py")) != nil { return count + 1 }
        }
        return count
    }
}
