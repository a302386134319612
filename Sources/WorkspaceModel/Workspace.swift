package import GitObjects

/// A project's place in `Workspace.projects`: dense, so that graph algorithms use arrays.
@usableFromInline package struct ProjectIndex: Hashable, Comparable, Sendable {
    @usableFromInline package let rawValue: Int

    package init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    @usableFromInline package static func < (left: ProjectIndex, right: ProjectIndex) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// One project's use of another, from the dependent to what it depends on.
package struct ProjectEdge: Sendable, Hashable {
    package var from: ProjectIndex
    package var to: ProjectIndex
    package var kind: EdgeKind
    /// False for edges that only the dependent's own tests use.
    package var passesToDependents: Bool
    /// The tasks of the dependent that follow the edge; `nil` is all of them. Empty for an edge that only tells people
    /// what the dependent's inputs already say, such as a `COPY` of another project's files.
    package var tasks: Set<String>?
    package var evidence: [Evidence]

    package init(
        from: ProjectIndex, to: ProjectIndex, kind: EdgeKind, passesToDependents: Bool, tasks: Set<String>? = nil,
        evidence: [Evidence]
    ) {
        self.from = from
        self.to = to
        self.kind = kind
        self.passesToDependents = passesToDependents
        self.tasks = tasks
        self.evidence = evidence
    }
}

/// Everything Ripple knows about one version of a repository: projects, edges, tasks, and which files count for what.
@usableFromInline package struct Workspace: Sendable {
    /// Sorted by path.
    @usableFromInline package let projects: [Project]
    /// Sorted by from, to, kind, whether it passes to dependents (those that do not come first), and tasks.
    package let edges: [ProjectEdge]
    package let ignore: [String]
    package let globalInputs: [String]
    /// Files that count through what is read from them, not as bytes.
    package let structuralFiles: Set<RepoPath>
    /// What configuration names that no project owns, by the directory of the configuration: it reaches whom that reaches.
    package let sharedFiles: [RepoPath: [NamedFile]]
    /// Where configuration says that a file is: if one comes or goes there, the workspace has to be read again. Whole paths,
    /// and paths without the extension of their file.
    package let namedPlaces: Set<RepoPath>
    package let widenings: [Widening]
    package let diagnostics: [Diagnostic]
    /// Whether the mere existence of a file that is no manifest can change projects or edges: Cargo finds targets by
    /// name, `projects` of ripple.yaml finds directories.
    package let followsFileNames: Bool
    /// Whether imports in JavaScript and TypeScript files make edges.
    package let followsImports: Bool
    /// The contents that were read to find all this, by id; more than these where one reading served several versions.
    package let contentsRead: Set<ObjectID>

    private let byPath: [RepoPath: ProjectIndex]
    private let byID: [String: ProjectIndex]

    package init(
        projects: [Project], edges: [ProjectEdge], ignore: [String] = [], globalInputs: [String] = [],
        structuralFiles: Set<RepoPath> = [], sharedFiles: [RepoPath: [NamedFile]] = [:],
        namedPlaces: Set<RepoPath> = [], widenings: [Widening] = [], diagnostics: [Diagnostic] = [],
        followsFileNames: Bool = true, followsImports: Bool = false, contentsRead: Set<ObjectID> = []
    ) {
        self.projects = projects
        self.edges = edges.sorted {
            if $0.from != $1.from { return $0.from < $1.from }
            if $0.to != $1.to { return $0.to < $1.to }
            if $0.kind != $1.kind { return $0.kind.rawValue < $1.kind.rawValue }
            if $0.passesToDependents != $1.passesToDependents { return !$0.passesToDependents }
            // All tasks come before none.
            let left = $0.tasks.map { [""] + $0.sorted() } ?? [], right = $1.tasks.map { [""] + $0.sorted() } ?? []
            return left.lexicographicallyPrecedes(right)
        }
        self.ignore = ignore
        self.globalInputs = globalInputs
        self.structuralFiles = structuralFiles
        self.sharedFiles = sharedFiles
        self.namedPlaces = namedPlaces
        self.widenings = widenings
        self.diagnostics = diagnostics
        self.followsFileNames = followsFileNames
        self.followsImports = followsImports
        self.contentsRead = contentsRead
        var byPath: [RepoPath: ProjectIndex] = [:], byID: [String: ProjectIndex] = [:]
        byPath.reserveCapacity(projects.count)
        byID.reserveCapacity(projects.count)
        for (index, project) in projects.enumerated() {
            byPath[project.path] = ProjectIndex(index)
            byID[project.id] = ProjectIndex(index)
        }
        self.byPath = byPath
        self.byID = byID
    }

    /// Inlined, so that asking for one field of a project does not copy all of it, which is many counted references.
    @inlinable package subscript(index: ProjectIndex) -> Project { projects[index.rawValue] }

    package var indices: some RandomAccessCollection<ProjectIndex> { projects.indices.lazy.map { ProjectIndex($0) } }

    package func project(at path: RepoPath) -> ProjectIndex? { byPath[path] }

    package func project(id: String) -> ProjectIndex? { byID[id] }

    /// Whether configuration may mean the file at `path`: by its whole path, without its extension, or by its directory.
    package func isNamedPlace(_ path: RepoPath) -> Bool {
        guard !namedPlaces.isEmpty, let directory = path.parent else { return false }
        if namedPlaces.contains(path) || namedPlaces.contains(directory) { return true }
        var name = path.lastComponent
        while let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex {
            name = name[..<dot]
            if namedPlaces.contains(directory.appending(name)) { return true }
        }
        return false
    }

    /// Finds a project by id, by declared name, or by path (with or without a leading `./`).
    package func project(named text: String) -> ProjectIndex? {
        byID[text] ?? byPath[RepoPath(text)].flatMap { text.isEmpty ? nil : $0 }
    }

    /// The innermost project whose directory holds `path`; `nil` for a file that no project owns.
    ///
    /// A root that only gathers owns its manifest alone. One that shares its files owns none: they are those of the project around it,
    /// or nobody's.
    package func owner(of path: RepoPath) -> ProjectIndex? {
        var directory = path.parent
        while let current = directory {
            if let index = byPath[current], !self[index].sharesFiles {
                let project = self[index]
                return project.onlyGathers && project.manifest != path ? nil : index
            }
            directory = current.parent
        }
        return nil
    }
}
