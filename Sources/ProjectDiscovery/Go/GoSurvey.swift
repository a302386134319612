internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: modules, workspaces and packages of one tree. Belongs to one thread.
final class GoSurvey {
    let tree: SourceTree
    let cache: ParsedGoCache
    private var manifests: [RepoPath: Result<GoModFile, GoProblem>?] = [:]
    private var packages: [RepoPath: GoPackage?] = [:]
    private var contexts: [RepoPath: GoContext] = [:]
    /// The directories of modules, in the order they were found.
    private(set) var modules: [RepoPath] = []
    /// The directories with a go.work.
    private(set) var workspaces: [RepoPath] = []
    var diagnostics: [Diagnostic] = []

    init(tree: SourceTree, cache: ParsedGoCache) {
        self.tree = tree
        self.cache = cache
    }

    /// The go.mod or go.work at `path`; `nil` when there is none.
    func manifest(_ path: RepoPath) throws(GitError) -> Result<GoModFile, GoProblem>? {
        if let known = manifests[path] { return known }
        var result: Result<GoModFile, GoProblem>?
        if let entry = try tree.entry(path), entry.mode.isFile {
            result = try cache.manifest(entry.id, in: tree.objects)
        }
        manifests[path] = .some(result)
        return result
    }

    func module(in directory: RepoPath) throws(GitError) -> GoModFile? {
        guard case .success(let file) = try manifest(directory.appending("go.mod")) else { return nil }
        return file
    }

    func workspace(in directory: RepoPath) throws(GitError) -> GoModFile? {
        guard case .success(let file) = try manifest(directory.appending("go.work")) else { return nil }
        return file
    }

    /// Finds the modules that the scanned directories lead to, those that a go.work uses, and those that replace others.
    func run(_ scan: ManifestScan) throws(GitError) {
        for (directory, names) in scan.directories where !GoSurvey.isSkipped(directory) {
            if names.contains("go.work") {
                workspaces.append(directory)
                for use in try workspace(in: directory)?.uses ?? [] {
                    try adopt(directory.resolving(use.path), use.path, at: directory.appending("go.work"), use.line)
                }
                try adopt(replacementsOf: workspace(in: directory), in: directory, "go.work")
            }
            if names.contains("go.mod") { try adopt(directory, "", at: directory, nil) }
        }
        var next = 0
        while next < modules.count {
            let directory = modules[next]
            next += 1
            try adopt(replacementsOf: module(in: directory), in: directory, "go.mod")
        }
    }

    private func adopt(replacementsOf file: GoModFile?, in directory: RepoPath, _ name: String) throws(GitError) {
        for replacement in file?.replacements ?? [] where replacement.targetVersion == nil {
            let target = directory.resolving(replacement.target)
            try adopt(target, replacement.target, at: directory.appending(name), replacement.line)
        }
    }

    private func adopt(_ directory: RepoPath?, _ text: String, at file: RepoPath, _ line: Int?) throws(GitError) {
        guard let directory, !text.hasPrefix("/") else {
            let evidence = Evidence(path: file, line: line)
            let message = "the module at '\(text)' lies outside the repository: no edge"
            diagnostics.append(Diagnostic(evidence: evidence, message: message))
            return
        }
        if modules.contains(directory) { return }
        if try manifest(directory.appending("go.mod")) != nil {
            modules.append(directory)
        } else {
            let evidence = Evidence(path: file, line: line)
            diagnostics.append(Diagnostic(evidence: evidence, message: "there is no go.mod at '\(text)': no edge"))
        }
    }

    /// Whether Go's patterns leave the directory out.
    private static func isSkipped(_ directory: RepoPath) -> Bool { directory.components.contains { skips($0) } }

    private static func skips(_ name: some Collection<UInt8>) -> Bool {
        name.first == UInt8(ascii: "_") || name.first == UInt8(ascii: ".") || name.elementsEqual("testdata".utf8)
            || name.elementsEqual("vendor".utf8)
    }

    // MARK: Packages

    /// The package in a directory; `nil` when it holds no .go file.
    func package(in directory: RepoPath) throws(GitError) -> GoPackage? {
        if let known = packages[directory] { return known }
        var package: GoPackage?
        if let contents = try tree.directory(directory) {
            package = try GoPackage(directory: directory, contents: contents, objects: tree.objects, cache: cache)
        }
        packages[directory] = .some(package)
        return package
    }

    /// The packages that `./...` names in `directory`: those of nested modules are not among them.
    func packages(below directory: RepoPath) throws(GitError) -> [GoPackage] {
        guard let start = try tree.directoryID(directory) else { return [] }
        var found: [GoPackage] = [], pending = [(path: directory, id: start)]
        while let (path, id) = pending.popLast() {
            let contents = try tree.objects.tree(id)
            if let package = try package(in: path) { found.append(package) }
            for entry in contents.entries where entry.mode == .directory {
                let name = contents.name(of: entry)
                if GoSurvey.skips(name) { continue }
                if try tree.objects.tree(entry.id).entry(named: "go.mod") != nil { continue }
                pending.append((path.appending(name), entry.id))
            }
        }
        return found.sorted { $0.directory < $1.directory }
    }

    /// The module whose directory is the innermost above `directory`.
    func moduleDirectory(of directory: RepoPath) throws(GitError) -> RepoPath? {
        var current: RepoPath? = directory
        while let candidate = current {
            if try manifest(candidate.appending("go.mod")) != nil { return candidate }
            current = candidate.parent
        }
        return nil
    }

    // MARK: Contexts

    /// How imports are resolved when Go runs in the module: by the go.work above that uses it, else by its go.mod.
    func context(of module: RepoPath) throws(GitError) -> GoContext {
        if let known = contexts[module] { return known }
        var above: RepoPath? = module, workspace: RepoPath?
        while let candidate = above {
            if let file = try self.workspace(in: candidate) {
                // Go takes the first go.work, and refuses a module that this does not use.
                if file.uses.contains(where: { candidate.resolving($0.path) == module }) { workspace = candidate }
                break
            }
            above = candidate.parent
        }
        let context = try GoContext(survey: self, module: module, workspace: workspace)
        contexts[module] = context
        return context
    }
}
