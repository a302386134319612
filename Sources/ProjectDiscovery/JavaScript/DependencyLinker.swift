internal import Diagnostics
internal import GitObjects
internal import WorkspaceModel

/// Decides which dependencies of a package are packages of the same repository.
struct DependencyLinker {
    /// What one dependency is.
    enum Resolution {
        case packages([Int])
        case external
        /// Files of the repository that are in no project, such as a vendored tarball.
        case files(RepoPath)
        case unknownCatalog(String)
        /// It must be in the workspace and is not; the sentence says what to do.
        case missing(String)
    }

    let catalogue: PackageCatalogue
    /// Every range is parsed once: a workspace writes the same few hundred again and again.
    private let ranges = ParsedRanges()

    /// `localOverrides` of each root.
    private let overrides: [[String: String]]
    /// The version of each package, beside the packages because it is compared once an edge.
    private let versions: [SemanticVersion?]

    init(catalogue: PackageCatalogue) {
        self.catalogue = catalogue
        overrides = catalogue.roots.map(\.localOverrides)
        versions = catalogue.packages.map { $0.manifest?.semanticVersion }
    }

    /// Whether a dependency needs a closer look: most are plain ranges of packages from outside.
    func mayLink(_ dependency: PackageManifest.Dependency, of package: FoundPackage) -> Bool {
        if package.decoupled.contains(dependency.name) { return false }
        if catalogue.package(named: dependency.name, inRoot: package.root) != nil { return true }
        let overrides = overrides[package.root]
        if !overrides.isEmpty, overrides[dependency.name] != nil { return true }
        return dependency.specifier.utf8.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
    }

    func resolve(_ dependency: PackageManifest.Dependency, of package: FoundPackage) -> Resolution {
        let overrides = overrides[package.root]
        if !overrides.isEmpty, let override = overrides[dependency.name],
            let owner = catalogue.byPath[catalogue.roots[package.root].path]
        {
            // The paths of an override are the root's.
            return resolve(DependencySpecifier(parsing: override), dependency, of: catalogue.packages[owner])
        }
        let specifier = DependencySpecifier(parsing: dependency.specifier)
        guard case .catalog(let name) = specifier else { return resolve(specifier, dependency, of: package) }
        guard let entry = catalogue.roots[package.root].catalogs[name]?[dependency.name] else {
            return .unknownCatalog(name)
        }
        return resolve(DependencySpecifier(parsing: entry), dependency, of: package)
    }

    private func resolve(
        _ specifier: DependencySpecifier, _ dependency: PackageManifest.Dependency, of package: FoundPackage
    ) -> Resolution {
        switch specifier {
        case .external: return .external
        case .catalog(let name): return .unknownCatalog(name)
        case .workspace: return member(dependency.name, dependency, of: package)
        case .workspaceAlias(let name): return member(name, dependency, of: package)
        case .workspacePath(let text):
            // Relative to the package for pnpm, to the workspace root for Yarn.
            for start in [package.path, catalogue.roots[package.root].path] {
                if let path = start.resolving(text), let index = catalogue.byPath[path] { return .packages([index]) }
            }
            return missing("there is no package at '\(text)'", of: package)
        case .path(let text):
            guard let path = package.path.resolving(text) else { return .external }
            guard let index = catalogue.package(around: path) else { return .files(path) }
            return .packages([index])
        case .range(let range, let name):
            guard let index = catalogue.package(named: name ?? dependency.name, inRoot: package.root) else {
                return .external
            }
            let isPeer = dependency.table == .peer
            guard isPeer || isSoughtAmongMembers(range, alias: name != nil && name != dependency.name, of: package)
            else {
                return .external
            }
            return accepts(range, index) ? .packages([index]) : .external
        }
    }

    /// Whether the package manager looks for a range, or a tag, among the members at all. A peer is what others provide.
    ///
    /// npm and Yarn look for the name a dependency is used under, and a tag is the registry's; pnpm looks for the name
    /// behind an alias, and takes any version for a tag.
    private func isSoughtAmongMembers(_ range: String, alias isAlias: Bool, of package: FoundPackage) -> Bool {
        let root = catalogue.roots[package.root]
        guard root.linksByRange else { return false }
        guard root.manager == .npm || root.manager == .yarn else { return true }
        return !isAlias && !DependencySpecifier.isTag(range)
    }

    /// Whether `range` links to `candidate`; what cannot be compared does, because an edge too many only costs work.
    private func accepts(_ range: String, _ candidate: Int) -> Bool {
        if range.isEmpty || range == "*" { return true }
        // Yarn counts a local prerelease as satisfying a range; npm, pnpm and Bun follow node-semver's rule.
        let includesPrereleases = catalogue.roots[catalogue.packages[candidate].root].manager == .yarn
        guard let range = ranges.range(range, includesPrereleases: includesPrereleases),
            let version = versions[candidate]
        else { return true }
        return range.contains(version)
    }

    private func member(
        _ name: String, _ dependency: PackageManifest.Dependency, of package: FoundPackage
    ) -> Resolution {
        if let index = catalogue.package(named: name, inRoot: package.root) { return .packages([index]) }
        var problem = "there is no package '\(name)' in the workspace"
        if let near = nearest(to: name, among: catalogue.names(inRoot: package.root)) {
            problem += ". Did you mean '\(near)'?"
        }
        return missing(problem, of: package)
    }

    private func missing(_ problem: String, of package: FoundPackage) -> Resolution {
        let broken = catalogue.namelessBroken(inRoot: package.root)
        return broken.isEmpty ? .missing(problem) : .packages(broken)
    }
}

/// Ranges by their text. Belongs to one thread, as what it serves does.
private final class ParsedRanges {
    private var plain: [String: VersionRange?] = [:]
    private var withPrereleases: [String: VersionRange?] = [:]

    func range(_ text: String, includesPrereleases: Bool) -> VersionRange? {
        if let known = includesPrereleases ? withPrereleases[text] : plain[text] { return known }
        let range = VersionRange(text, includesPrereleases: includesPrereleases)
        if includesPrereleases { withPrereleases[text] = .some(range) } else { plain[text] = .some(range) }
        return range
    }
}

extension PackageManifest.Table {
    /// The kind of edge a table makes. `isAlsoPeer` when the same name is among the peer dependencies: a package lists
    /// its peers among its devDependencies too, to have them in its own tests.
    func edgeKind(isAlsoPeer: Bool) -> EdgeKind {
        switch self {
        case .dependencies, .optional: .runtime
        case .peer: .peer
        case .development: isAlsoPeer ? .peer : .development
        }
    }
}

extension EdgeKind {
    /// Which of several edges between the same packages is kept: the lowest.
    var linkRank: Int {
        switch self {
        case .runtime: 0
        case .peer: 1
        default: 2
        }
    }
}
