internal import GitObjects
internal import WorkspaceModel

/// A directory that becomes a project, with its parsed package.json and the workspace it belongs to.
struct FoundPackage {
    var path: RepoPath
    var manifestPath: RepoPath
    /// `nil` for a workspace root without a package.json.
    var content: ParsedManifestCache.Content?
    /// Its root in `PackageCatalogue.roots`; a package that stands alone is its own.
    var root: Int
    /// Whether it is the root of a workspace with members, or of one whose definition cannot be read.
    var gathers = false
    /// Names of packages of the workspace that are nevertheless installed from outside; Rush's.
    var decoupled: Set<String> = []
    var tags: [String] = []

    var manifest: PackageManifest? {
        if case .manifest(let manifest) = content { manifest } else { nil }
    }

    /// The name that other packages reach it by; of a broken manifest, the name that it seems to have.
    var linkName: String? {
        switch content {
        case .manifest(let manifest): manifest.name
        case .broken(_, _, _, let name): name
        case nil: nil
        }
    }

    /// Why its manifest could not be read, as `path:line:column: problem`.
    var brokenReason: String? {
        guard case .broken(let line, let column, let problem, _) = content else { return nil }
        return "\(manifestPath):\(line):\(column): \(problem)"
    }
}

/// All packages of a tree, found by path, and by name within their workspace.
struct PackageCatalogue {
    var roots: [WorkspaceRoot] = []
    private(set) var packages: [FoundPackage] = []
    private(set) var byPath: [RepoPath: Int] = [:]
    /// One table of names a root; the first by path wins.
    private var names: [[String: Int]] = []
    /// Packages that share the name of an earlier one in their workspace, with that one.
    private(set) var duplicates: [(package: Int, first: Int)] = []

    func contains(_ path: RepoPath) -> Bool { byPath[path] != nil }

    /// Adds the packages of `root`, its own first and the others sorted by path.
    mutating func add(_ root: WorkspaceRoot, _ found: [FoundPackage]) {
        roots.append(root)
        var table: [String: Int] = [:]
        // The root is reached last by name: a member of the same name is what a dependency means.
        for package in found where byPath[package.path] == nil {
            byPath[package.path] = packages.count
            packages.append(package)
        }
        for package in found.dropFirst() + found.prefix(1) {
            guard let name = package.linkName, let index = byPath[package.path] else { continue }
            if let first = table[name] {
                if !package.gathers { duplicates.append((index, first)) }
            } else {
                table[name] = index
            }
        }
        names.append(table)
    }

    /// Lets packages of these roots reach each other by name, as the subspaces of Rush do; the first of a name wins.
    mutating func shareNames(among roots: Range<Int>) {
        var shared: [String: Int] = [:]
        for root in roots { shared.merge(names[root]) { first, _ in first } }
        for root in roots { names[root] = shared }
    }

    func package(named name: String, inRoot root: Int) -> Int? { names[root][name] }

    func names(inRoot root: Int) -> some Sequence<String> { names[root].keys.sorted() }

    /// Packages of a workspace that may have any name, because their manifest is broken beyond recognition.
    func namelessBroken(inRoot root: Int) -> [Int] {
        packages.indices.filter {
            packages[$0].root == root && packages[$0].brokenReason != nil && packages[$0].linkName == nil
        }
    }

    /// The package whose directory is `path` or the innermost one around it that owns what lies there.
    func package(around path: RepoPath) -> Int? {
        var directory: RepoPath? = path
        while let current = directory {
            if let index = byPath[current], !packages[index].gathers || current == path { return index }
            directory = current.parent
        }
        return nil
    }
}
