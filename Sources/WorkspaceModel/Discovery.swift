package import Diagnostics
package import GitObjects

/// What one adapter found in one tree. Adapters are pure: the same tree gives the same discovery.
package struct Discovery: Sendable {
    package var projects: [DiscoveredProject] = []
    /// Manifests, lockfiles and tool configuration that count through what is read from them, not as bytes.
    package var structuralFiles: Set<RepoPath> = []
    /// Files that reach projects below a directory because something names them there, such as patches of dependencies.
    package var sharedFiles: [(directory: RepoPath, file: NamedFile)] = []
    /// What had to be widened because it could not be understood exactly.
    package var widenings: [Widening] = []
    /// What was not understood, with the place; shown by `doctor` and in `graph --format json`.
    package var diagnostics: [Diagnostic] = []
    /// What the user must mend before the graph can be trusted, such as a dependency on a project that does not exist.
    package var errors: [ConfigurationError] = []
    /// Whether the mere existence of a file that is no manifest can make a project or change a task.
    package var followsFileNames = false
    /// Whether imports in JavaScript and TypeScript files make edges, so that any of these files can change the graph.
    package var followsImports = false

    package init() {}
}

/// A project as one manifest describes it, before names are made unique and managers are merged.
package struct DiscoveredProject: Sendable {
    package var path: RepoPath
    package var name: String?
    package var manager: PackageManager
    /// False for a directory that only a task runner knows as a project: then `manager` says nothing.
    package var isManaged = true
    package var manifest: RepoPath
    package var tags: [String] = []
    package var onlyGathers = false
    /// True when the project reads the files around it without owning them; see `Project.sharesFiles`.
    package var sharesFiles = false
    /// Set when the manifest itself makes the project runnable or deployable; the text says why.
    package var appEvidence: String?
    /// Set when the project is an app unless some project depends on it (a private npm package); the text says why.
    package var appUnlessDependedOn: String?
    package var tasks: [String: TaskDefinition] = [:]
    /// Names of package.json scripts, also those that are not tasks; used to tell whether `npm run x` can work.
    package var scripts: Set<String> = []
    /// What these scripts run, by name.
    package var scriptBodies: [String: String] = [:]
    /// True when another tool's configuration defines the tasks: what it says of caching is no guess.
    package var definesCaching = false
    package var dependencies: [DiscoveredDependency] = []
    package var externals: [ExternalClosure] = []
    package var namedFiles: [RepoPath] = []
    /// Parts of structural files that count for this project, such as the workspace fields it inherits; sorted by field.
    package var structuralDigests: [StructuralDigest] = []
    /// True when unowned files above the project are no default inputs of its tasks, as under turbo.json.
    package var inputsExcludeUnowned = false
    /// Set when the manifest could not be read: the project is kept, and everything in it counts as changed.
    package var brokenReason: String?

    package init(path: RepoPath, manager: PackageManager, manifest: RepoPath) {
        self.path = path
        self.manager = manager
        self.manifest = manifest
    }
}

/// One field of a manifest or configuration that is read for structure, so that keys change exactly when the field
/// does and the reason can name it.
package struct StructuralDigest: Sendable, Hashable {
    package var path: RepoPath
    /// The line of the field, when it is known.
    package var line: Int?
    /// The field's name, such as `overrides` or `workspace.dependencies.serde`.
    package var field: String
    /// The field's value as canonical text.
    package var digest: String

    package init(path: RepoPath, line: Int? = nil, field: String, digest: String) {
        self.path = path
        self.line = line
        self.field = field
        self.digest = digest
    }

    package init(evidence: Evidence, field: String, digest: String) {
        self.init(path: evidence.path, line: evidence.line, field: field, digest: digest)
    }

    package var evidence: Evidence { Evidence(path: path, line: line) }
}

/// An edge to another project of the workspace, as a manifest declares it.
package struct DiscoveredDependency: Sendable, Hashable {
    /// The directory of the project depended on.
    package var target: RepoPath
    package var kind: EdgeKind
    /// False for edges that only the project's own tests use (Cargo dev-dependencies): they do not pass to dependents.
    package var passesToDependents: Bool
    /// The tasks of this project that follow the edge; `nil` is all of them. See `ProjectEdge.tasks`.
    package var tasks: Set<String>?
    package var evidence: Evidence

    package init(
        target: RepoPath, kind: EdgeKind, passesToDependents: Bool = true, tasks: Set<String>? = nil,
        evidence: Evidence
    ) {
        self.target = target
        self.kind = kind
        self.passesToDependents = passesToDependents
        self.tasks = tasks
        self.evidence = evidence
    }
}

/// A part of the workspace for which more was selected than strictly needed, and why.
package struct Widening: Sendable, Hashable {
    /// A stable word, such as `lockfile-changed` or `broken-manifest`.
    package var code: String
    /// What was widened: a package manager's name, or a manifest's path.
    package var scope: String
    package var message: String

    package init(code: String, scope: String, message: String) {
        self.code = code
        self.scope = scope
        self.message = message
    }
}

/// Something in a configuration that was understood only in part.
package struct Diagnostic: Sendable, Hashable {
    package var evidence: Evidence
    package var message: String

    package init(evidence: Evidence, message: String) {
        self.evidence = evidence
        self.message = message
    }
}

/// The directories of a tree that hold manifests, found in one pruned walk and shared by all adapters.
///
/// The walk descends from the root through directories that are not projects, and stops below one that has a manifest:
/// what lies there is a member of some workspace, which member globs find, or a fixture, which is no project.
/// A limit follows: a directory below a package that has nothing but a ripple.yaml is found only when `projects` of the
/// root's ripple.yaml lists it, because looking for it would open every directory of every package.
package struct ManifestScan: Sendable {
    /// Directory and names of the manifest files in it (package.json, Cargo.toml, ripple.yaml, ...), sorted by path.
    package var directories: [(path: RepoPath, manifests: Set<String>)]

    package init(directories: [(path: RepoPath, manifests: Set<String>)]) {
        self.directories = directories
    }
}

/// An error in a manifest or configuration that the user must mend, with its place.
package struct ConfigurationError: ClassifiedError, Sendable {
    package let path: RepoPath
    package let line: Int?
    package let column: Int?
    package let problem: String

    package var fault: FaultClass { .user }

    package init(path: RepoPath, line: Int? = nil, column: Int? = nil, problem: String) {
        self.path = path
        self.line = line
        self.column = column
        self.problem = problem
    }

    /// `ripple.yaml:4:3: unknown key 'imputs'. Did you mean 'inputs'?`
    package var message: String {
        var place = path.description
        if let line { place += ":\(line)" }
        if let column, line != nil { place += ":\(column)" }
        return "\(place): \(problem)"
    }
}
