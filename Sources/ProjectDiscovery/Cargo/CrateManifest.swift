/// What discovery needs of one Cargo.toml, in the terms of its own directory: nothing resolved, nothing inherited.
///
/// Format: the Cargo book, "The Manifest Format" and "Workspaces" (cargo 1.95).
struct CrateManifest: Sendable {
    var package: CratePackage?
    var workspace: CrateWorkspace?
    /// The entries of all dependency tables, in a fixed order.
    var dependencies: [CrateDependency] = []
    /// `[patch]` and `[replace]`; they count in the workspace root only.
    var patches: [CratePatch] = []
    /// What counts for every member of the workspace this manifest is the root of: profiles, patches, the resolver.
    var sharedSettings: [CrateSetting] = []
}

/// `[package]` and the target tables beside it.
struct CratePackage: Sendable {
    var name: String
    /// `nil` when it is inherited from the workspace.
    var version: String?
    /// `package.workspace`: where the workspace root is, when it is not above.
    var workspace: String?
    /// The keys of `[package]` that say `workspace = true`, sorted.
    var inheritedFields: [String] = []
    var inheritsLints = false
    /// Files the manifest names, relative to the package: readme, licence, build script, target paths.
    var namedPaths: [String] = []
    /// False when binaries are only those that `[[bin]]` declares.
    var autobins = true
    /// The names that `[[bin]]` tables declare.
    var binaries: [String] = []
    /// True when the library is made for other languages (`cdylib`, `staticlib`, `dylib`): its file is the product.
    var buildsForeignLibrary = false
}

/// One dependency as a table of the manifest declares it.
struct CrateDependency: Sendable {
    enum Source: Sendable {
        /// A directory, relative to the package.
        case path(String)
        /// What `[workspace.dependencies]` says under the same key.
        case inherited
        /// A registry or a git repository.
        case external
        /// `base = "..."`, an unstable feature: the directory depends on the user's configuration.
        case unknownBase
    }

    enum Section: Int, Sendable { case normal, development, build }

    /// The name on the left, which the crate's code uses.
    var key: String
    /// The name of the package, which differs from the key when the dependency is renamed.
    var package: String
    var section: Section
    var source: Source
    var line: Int?
}

/// A `[patch]` or `[replace]` entry with a path.
struct CratePatch: Sendable {
    var package: String
    var path: String
    var line: Int?
}

/// A field of a workspace root's manifest, its canonical text, and its line.
struct CrateSetting: Sendable {
    var field: String
    var digest: String
    var line: Int?
}

/// `[workspace]` of a root manifest.
struct CrateWorkspace: Sendable {
    struct Dependency: Sendable {
        var package: String
        var path: String?
        var line: Int?
        /// Canonical text of the entry, and of the entry without its version requirement.
        var digest: String
        var digestWithoutVersion: String
    }

    var members: [(pattern: String, line: Int?)] = []
    var exclude: [String] = []
    /// `[workspace.package]` by key.
    var package: [String: CrateSetting] = [:]
    /// `[workspace.package] version`.
    var version: String?
    /// Files `[workspace.package]` names, relative to the workspace root: `readme` and `license-file`, by key.
    var packageFiles: [String: String] = [:]
    var dependencies: [String: Dependency] = [:]
    var lints: CrateSetting?
}
