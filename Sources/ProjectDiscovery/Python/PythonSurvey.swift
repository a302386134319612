internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: which directories hold Python projects, and which uv workspace each belongs to.
///
/// Belongs to one thread and one tree.
final class PythonSurvey {
    enum Found {
        /// There is no pyproject.toml.
        case absent
        case broken(TOMLProblem)
        case read(PythonManifest)

        var manifest: PythonManifest? { if case .read(let manifest) = self { manifest } else { nil } }
        var isAbsent: Bool { if case .absent = self { true } else { false } }
    }

    let tree: SourceTree
    let cache: ParsedPythonCache
    private var manifests: [RepoPath: Found] = [:]
    /// The projects: each directory and the root of its uv workspace; `nil` when it stands alone.
    private(set) var homes: [RepoPath: RepoPath?] = [:]
    private var order: [RepoPath] = []
    /// The members of each workspace by normalised name.
    private(set) var members: [RepoPath: [String: RepoPath]] = [:]
    var closures: [RepoPath: PythonClosures] = [:]
    var diagnostics: [Diagnostic] = []

    init(tree: SourceTree, cache: ParsedPythonCache) {
        self.tree = tree
        self.cache = cache
    }

    static func manifestPath(_ directory: RepoPath) -> RepoPath { directory.appending("pyproject.toml") }

    /// The manifest in `directory`, read once.
    func manifest(at directory: RepoPath) throws(GitError) -> Found {
        if let known = manifests[directory] { return known }
        var found = Found.absent
        if let entry = try tree.entry(PythonSurvey.manifestPath(directory)), entry.mode.isFile {
            switch try cache.manifest(entry.id, in: tree.objects) {
            case .success(let manifest): found = .read(manifest)
            case .failure(let problem): found = .broken(problem)
            }
        }
        manifests[directory] = found
        return found
    }

    func hasFile(_ name: String, in directory: RepoPath) throws(GitError) -> Bool {
        try tree.entry(directory.appending(name))?.mode.isFile == true
    }

    func note(_ directory: RepoPath, _ line: Int?, _ message: String) {
        let evidence = Evidence(path: PythonSurvey.manifestPath(directory), line: line)
        diagnostics.append(Diagnostic(evidence: evidence, message: message))
    }

    // MARK: Which directories are projects

    /// Finds all projects that the scanned directories lead to.
    func run(_ scan: ManifestScan) throws(GitError) {
        let scanned = scan.directories.filter { $0.manifests.contains("pyproject.toml") }.map(\.path)
            .filter { !PythonSurvey.isFixture($0) }
        for directory in scanned where try manifest(at: directory).manifest?.workspace != nil {
            try survey(workspace: directory)
        }
        for directory in scanned where homes[directory] == nil {
            if try standsAlone(directory) { adopt(directory, nil) }
        }
        try followDependencies()
    }

    /// Whether a manifest here is test data or a template rather than a project of its own.
    private static func isFixture(_ directory: RepoPath) -> Bool {
        let names: Set<String> = ["fixtures", "testdata", "templates", "site-packages"]
        return directory.components.contains { names.contains(String(decoding: $0, as: UTF8.self)) }
    }

    /// Whether a manifest that no workspace gathers is a project.
    ///
    /// One that the patterns of a workspace leave out belongs to what is around it, unless it has a lockfile of its own,
    /// and so does one among the tests of another project.
    private func standsAlone(_ directory: RepoPath) throws(GitError) -> Bool {
        if case .read(let manifest) = try manifest(at: directory), !manifest.isProject { return false }
        for name in ["uv.lock", "poetry.lock", "pdm.lock"] where try hasFile(name, in: directory) { return true }
        var above = directory.parent
        while let candidate = above {
            if members[candidate] != nil { return false }
            if homes[candidate] != nil, let rest = directory.relative(to: candidate) {
                let tests = ["test", "tests"].map { Array($0.utf8) }
                if rest.components.contains(where: { tests.contains(Array($0)) }) { return false }
            }
            above = candidate.parent
        }
        return true
    }

    /// Finds the members of the uv workspace whose root is `root`, as uv does: directories that a pattern of `members`
    /// selects and none of `exclude`. There are no workspaces in workspaces.
    private func survey(workspace root: RepoPath) throws(GitError) {
        guard let manifest = try manifest(at: root).manifest, let workspace = manifest.workspace,
            members[root] == nil
        else { return }
        members[root] = [:]
        join(root, root, manifest)
        let glob = CargoGlob(tree: tree)
        for (pattern, line) in workspace.members {
            let directories = try glob.directories(pattern, below: root)
            if directories.isEmpty { note(root, line, "no directory matches the workspace member '\(pattern)'") }
            for directory in directories where directory != root {
                guard let rest = directory.relative(to: root), !PythonSurvey.matches(workspace.exclude, rest) else {
                    continue
                }
                switch try self.manifest(at: directory) {
                case .absent:
                    // uv passes over directories that are hidden or hold nothing of its concern.
                    if !CargoGlob.isPattern(pattern) {
                        note(root, line, "the workspace member '\(directory)' has no pyproject.toml")
                    }
                case .read(let member) where member.workspace != nil: try survey(workspace: directory)
                case .read(let member): join(directory, root, member)
                case .broken: adopt(directory, root)
                }
            }
        }
    }

    private func join(_ directory: RepoPath, _ root: RepoPath, _ manifest: PythonManifest) {
        adopt(directory, root)
        guard let name = manifest.name.map({ PythonRequirement.normalised($0) }) else { return }
        if let other = members[root]?[name], other != directory {
            note(
                directory, nil, "the workspace member '\(other)' has the name '\(name)' too: it is the one that counts")
        } else {
            members[root]?[name] = directory
        }
    }

    /// Whether a pattern of `exclude` takes the directory out. As in uv, `*` matches separators here.
    static func matches(_ patterns: [String], _ path: RepoPath) -> Bool {
        patterns.contains { pattern in
            let pattern = pattern.hasPrefix("./") ? String(pattern.dropFirst(2)) : pattern
            let trimmed = Array(pattern.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.reversed())
            if CargoGlob.matches(trimmed[...], path.bytes[...]) { return true }
            // `**/` also stands for no directory at all.
            let short = String(decoding: trimmed, as: UTF8.self).split(
                separator: "**/", omittingEmptySubsequences: false
            )
            .joined()
            return short.utf8.count != trimmed.count && CargoGlob.matches(Array(short.utf8)[...], path.bytes[...])
        }
    }

    /// Makes every directory with a manifest a project that some project depends on by path.
    private func followDependencies() throws(GitError) {
        var next = 0
        while next < order.count {
            let directory = order[next]
            next += 1
            guard let manifest = try manifest(at: directory).manifest else { continue }
            for requirement in manifest.requirements {
                for place in try places(of: requirement, in: directory) {
                    guard case .local(_, let target?) = place, homes[target] == nil else { continue }
                    switch try self.manifest(at: target) {
                    case .absent: continue
                    case .read(let found) where found.workspace != nil: try survey(workspace: target)
                    case .read, .broken: adopt(target, nil)
                    }
                }
            }
        }
    }

    private func adopt(_ directory: RepoPath, _ root: RepoPath?) {
        if homes.updateValue(root, forKey: directory) == nil { order.append(directory) }
    }

    // MARK: Where a dependency leads

    enum Place: Hashable {
        /// A member of the workspace that a source names; `nil` when there is none of that name.
        case member(RepoPath?)
        /// A path as written, and where it leads; `nil` when that is outside the repository.
        case local(String, RepoPath?)
        /// A member whose name is used without a source, which uv refuses.
        case unlinked(RepoPath)
    }

    /// Where a dependency leads in this repository; nowhere for an external one.
    func places(of requirement: PythonRequirement, in directory: RepoPath) throws(GitError) -> [Place] {
        func local(_ path: String, from base: RepoPath) -> Place {
            .local(path, path.hasPrefix("/") ? nil : base.resolving(path))
        }
        if let path = requirement.path { return [local(path, from: directory)] }
        let root = homes[directory] ?? nil
        var base = directory
        var places = try manifest(at: directory).manifest?.sources[requirement.name]?.places
        if places == nil, let root, root != directory {
            base = root
            places = try manifest(at: root).manifest?.sources[requirement.name]?.places
        }
        let named = root.flatMap { members[$0]?[requirement.name] }
        guard let places else {
            guard let named, requirement.section != .build else { return [] }
            return [.unlinked(named)]
        }
        return places.compactMap { place in
            switch place {
            case .workspace: .member(named)
            case .path(let path): local(path, from: base)
            case .elsewhere: nil
            }
        }
    }
}
