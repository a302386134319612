package import GitObjects

/// A directory with a manifest, or one that ripple.yaml names: the unit that is affected, built and drawn.
@usableFromInline package struct Project: Sendable {
    /// The project's directory; the root project's is the root.
    package var path: RepoPath
    /// The name its manifest or its ripple.yaml declares.
    package var name: String?
    /// The name when it is unique in the workspace, else the path. What the user types and documents print.
    package var id: String
    package var type: ProjectType
    /// Why it has this type, such as `package.json: private, and no package depends on it`.
    package var typeEvidence: String
    /// The package managers that see the project, in the order that decides its name.
    package var managers: [PackageManager]
    package var tags: [String]
    /// The manifest that declared the project, or `nil` when only ripple.yaml did.
    package var manifest: RepoPath?
    /// The tasks the project can run, by name.
    package var tasks: TaskTable
    /// What the project gets from outside the workspace, one digest a package manager.
    package var externals: [ExternalClosure]
    /// Fields of manifests above the project that it reads for structure, such as the root's `overrides`.
    package var structuralDigests: [StructuralDigest]
    /// True when the tool whose configuration was borrowed does not let unowned files above the project count.
    package var inputsExcludeUnowned: Bool
    /// Files outside the project's directory that its manifests name, such as a crate's `readme = "../README.md"`.
    package var namedFiles: [RepoPath]
    /// Files outside the project's directory that the configuration of tools in it names, or Rust sources do by literal
    /// paths; sorted by path and role.
    package var configuredFiles: [NamedFile]
    /// The tools whose versions are pinned for the project, file by file, each with its version; what else such a file sets
    /// is there under its own name. The field of an entry is the tool as written, the digest its version.
    package var toolVersions: [StructuralDigest]
    /// Why the manifest could not be read, with its place; the project is kept and whatever depends on it is widened.
    package var brokenReason: String?
    /// True for a workspace root that only gathers members: it owns its manifest and nothing else.
    package var onlyGathers: Bool
    /// True for a project that reads the files in its directory without owning them: they stay those of the project around
    /// it, or inputs of the projects below it, as where a Dockerfile lies above or inside packages of other ecosystems.
    package var sharesFiles: Bool

    package init(path: RepoPath) {
        self.path = path
        name = nil
        id = path.description
        type = .library
        typeEvidence = ""
        managers = []
        tags = []
        manifest = nil
        tasks = TaskTable()
        externals = []
        structuralDigests = []
        inputsExcludeUnowned = false
        namedFiles = []
        configuredFiles = []
        toolVersions = []
        brokenReason = nil
        onlyGathers = false
        sharesFiles = false
    }
}

/// What users care about most: apps are deployed or run, libraries serve them, the root gathers.
package enum ProjectType: String, Sendable, Hashable, CaseIterable {
    case app, library, root
}

/// The tool whose manifests and lockfile describe a project.
package enum PackageManager: String, Sendable, Hashable, CaseIterable {
    case npm, pnpm, yarn, bun, cargo, go, python, maven, gradle, swiftpm, dotnet, docker, terraform

    /// Whether the manager reads package.json.
    package var isJavaScript: Bool {
        switch self {
        case .npm, .pnpm, .yarn, .bun: true
        case .cargo, .go, .python, .maven, .gradle, .swiftpm, .dotnet, .docker, .terraform: false
        }
    }
}

/// The digest of what a project resolves to outside the workspace.
package struct ExternalClosure: Sendable, Hashable {
    package var manager: PackageManager
    /// The lockfile the digest was taken from.
    package var lockfile: RepoPath
    /// The tasks of the project that get it.
    package var audience = Audience.everyTask
    /// Identifies the content; equal content, equal text.
    package var digest: String
    /// True when the digest covers the lockfile of the whole package manager rather than this project's closure.
    package var isWholeLockfile: Bool
    /// Why it does, when the lockfile could not be read entry by entry: a sentence.
    package var problem: String?
    /// What the digest was made from, to explain a change; `nil` for a whole lockfile.
    package var resolution: LockResolution?

    /// Which tasks read what was resolved.
    package enum Audience: String, Sendable, Hashable, CaseIterable {
        case everyTask
        /// Those that lint, format or spell: a workspace root's tools for these.
        case lintTasks
    }

    /// What tells the closures of one project apart: the manager, and the audience where it is not every task.
    package var name: String {
        switch audience {
        case .everyTask: manager.rawValue
        case .lintTasks: "\(manager.rawValue) of lint tasks"
        }
    }

    /// The lockfile as a whole.
    ///
    /// - Parameter problem: why it is not read entry by entry.
    package init(
        manager: PackageManager, lockfile: RepoPath, digest: String, isWholeLockfile: Bool, problem: String? = nil
    ) {
        self.manager = manager
        self.lockfile = lockfile
        self.digest = digest
        self.isWholeLockfile = isWholeLockfile
        self.problem = problem
    }

    /// What one project resolves to.
    package init(manager: PackageManager, lockfile: RepoPath, resolution: LockResolution) {
        self.manager = manager
        self.lockfile = lockfile
        digest = resolution.graph.digest(of: resolution.uses)
        isWholeLockfile = false
        self.resolution = resolution
    }

    package static func == (left: ExternalClosure, right: ExternalClosure) -> Bool {
        left.manager == right.manager && left.audience == right.audience && left.lockfile == right.lockfile
            && left.digest == right.digest && left.isWholeLockfile == right.isWholeLockfile
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(manager)
        hasher.combine(lockfile)
        hasher.combine(digest)
    }
}

/// How one project uses another.
package enum EdgeKind: String, Sendable, Hashable, CaseIterable {
    case runtime, development, build, peer, declared, `import`
}

/// Where a fact was read: a file, and the line in it when it is known (counted from 1).
package struct Evidence: Sendable, Hashable {
    package var path: RepoPath
    package var line: Int?

    package init(path: RepoPath, line: Int?) {
        self.path = path
        self.line = line
    }
}
