internal import GitObjects

/// A workspace as bytes, to be read again by the same program without looking at the repository.
///
/// What a lockfile resolves to is kept as its digest alone: `ExternalClosure.resolution`, which only explains a change of
/// it, is `nil` in a workspace that was read back.
package enum WorkspaceSnapshot {
    /// Equal workspaces give equal bytes.
    package static func encode(_ workspace: Workspace) -> [UInt8] {
        var coder = SnapshotEncoder()
        var contents = Contents(workspace)
        contents.code(&coder)
        return coder.bytes
    }

    /// `nil` for bytes that no workspace was encoded as.
    package static func decode(_ bytes: UnsafeRawBufferPointer) -> Workspace? {
        var coder = SnapshotDecoder(bytes)
        var contents = Contents(Workspace(projects: [], edges: []))
        contents.code(&coder)
        guard coder.isComplete else { return nil }
        return contents.workspace
    }
}

/// The stored fields of a workspace.
private struct Contents {
    var projects: [Project]
    var edges: [ProjectEdge]
    var ignore: [String]
    var globalInputs: [String]
    var structuralFiles: [RepoPath]
    var sharedDirectories: [RepoPath]
    /// One list a directory.
    var sharedFiles: [[NamedFile]]
    var namedPlaces: [RepoPath]
    var widenings: [Widening]
    var diagnostics: [Diagnostic]
    var followsFileNames: Bool
    var followsImports: Bool
    /// As their bytes.
    var contentsRead: [[UInt8]]

    init(_ workspace: Workspace) {
        projects = workspace.projects
        edges = workspace.edges
        ignore = workspace.ignore
        globalInputs = workspace.globalInputs
        structuralFiles = workspace.structuralFiles.sorted()
        sharedDirectories = workspace.sharedFiles.keys.sorted()
        sharedFiles = sharedDirectories.map { workspace.sharedFiles[$0] ?? [] }
        namedPlaces = workspace.namedPlaces.sorted()
        widenings = workspace.widenings
        diagnostics = workspace.diagnostics
        followsFileNames = workspace.followsFileNames
        followsImports = workspace.followsImports
        contentsRead = workspace.contentsRead.map { Array($0.bytes) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// `nil` when an edge leads nowhere, or bytes are no id.
    var workspace: Workspace? {
        let known = 0..<projects.count
        guard edges.allSatisfy({ known.contains($0.from.rawValue) && known.contains($0.to.rawValue) }) else {
            return nil
        }
        let ids = contentsRead.compactMap { ObjectID($0) }
        guard ids.count == contentsRead.count else { return nil }
        return Workspace(
            projects: projects, edges: edges, ignore: ignore, globalInputs: globalInputs,
            structuralFiles: Set(structuralFiles),
            sharedFiles: Dictionary(zip(sharedDirectories, sharedFiles)) { first, _ in first },
            namedPlaces: Set(namedPlaces), widenings: widenings, diagnostics: diagnostics,
            followsFileNames: followsFileNames, followsImports: followsImports, contentsRead: Set(ids))
    }

    mutating func code(_ coder: inout some SnapshotCoder) {
        coder.list(&projects, blank: Project(path: .root)) { $0.fields(of: &$1) }
        let blank = ProjectEdge(
            from: ProjectIndex(0), to: ProjectIndex(0), kind: .runtime, passesToDependents: true, evidence: [])
        coder.list(&edges, blank: blank) { $0.fields(of: &$1) }
        coder.texts(&ignore)
        coder.texts(&globalInputs)
        coder.list(&structuralFiles, blank: .root) { $0.path(&$1) }
        coder.list(&sharedDirectories, blank: .root) { $0.path(&$1) }
        coder.list(&sharedFiles, blank: []) { $0.files(&$1) }
        coder.list(&namedPlaces, blank: .root) { $0.path(&$1) }
        coder.list(&widenings, blank: Widening(code: "", scope: "", message: "")) {
            $0.text(&$1.code)
            $0.text(&$1.scope)
            $0.text(&$1.message)
        }
        coder.list(&diagnostics, blank: Diagnostic(evidence: Evidence(path: .root, line: nil), message: "")) {
            $0.fields(of: &$1.evidence)
            $0.text(&$1.message)
        }
        coder.flag(&followsFileNames)
        coder.flag(&followsImports)
        coder.list(&contentsRead, blank: []) { $0.bytes(&$1) }
    }
}

extension SnapshotCoder {
    fileprivate mutating func fields(of project: inout Project) {
        path(&project.path)
        optionalText(&project.name)
        text(&project.id)
        word(&project.type)
        text(&project.typeEvidence)
        list(&project.managers, blank: .npm) { $0.word(&$1) }
        texts(&project.tags)
        optionalPath(&project.manifest)
        tasks(&project.tasks)
        list(
            &project.externals,
            blank: ExternalClosure(manager: .npm, lockfile: .root, digest: "", isWholeLockfile: false)
        ) { $0.fields(of: &$1) }
        structuralDigests(&project.structuralDigests)
        flag(&project.inputsExcludeUnowned)
        list(&project.namedFiles, blank: .root) { $0.path(&$1) }
        files(&project.configuredFiles)
        structuralDigests(&project.toolVersions)
        optionalText(&project.brokenReason)
        flag(&project.onlyGathers)
        flag(&project.sharesFiles)
    }

    private mutating func tasks(_ table: inout TaskTable) {
        var names = table.keys, definitions = table.values
        texts(&names)
        list(&definitions, blank: TaskDefinition(command: "")) {
            $0.task(&$1)
            $0.optional(&$1.origin, blank: Evidence(path: .root, line: nil)) { $0.fields(of: &$1) }
        }
        guard let tasks = TaskTable(keys: names, values: definitions) else { return refuse() }
        table = tasks
    }

    fileprivate mutating func files(_ files: inout [NamedFile]) {
        list(&files, blank: NamedFile(path: .root, role: .general, chain: [])) {
            $0.path(&$1.path)
            $0.fields(of: &$1.role)
            $0.list(&$1.chain, blank: Evidence(path: .root, line: nil)) { $0.fields(of: &$1) }
        }
    }

    private mutating func fields(of role: inout FileRole) {
        // The word of a role, and for one of an ecosystem that one's.
        var name = "", ecosystem: Ecosystem?
        switch role {
        case .general: name = "general"
        case .lint: name = "lint"
        case .test: name = "test"
        case .testCode: name = "testCode"
        case .container: name = "container"
        case .ignored: name = "ignored"
        case .toolchain(let of): (name, ecosystem) = ("toolchain", of)
        case .testTool(let of): (name, ecosystem) = ("testTool", of)
        }
        text(&name)
        optional(&ecosystem, blank: .other) { $0.word(&$1) }
        switch (name, ecosystem) {
        case ("lint", _): role = .lint
        case ("test", _): role = .test
        case ("testCode", _): role = .testCode
        case ("container", _): role = .container
        case ("ignored", _): role = .ignored
        case ("toolchain", let of?): role = .toolchain(of)
        case ("testTool", let of?): role = .testTool(of)
        default: role = .general
        }
    }

    private mutating func fields(of closure: inout ExternalClosure) {
        word(&closure.manager)
        path(&closure.lockfile)
        word(&closure.audience)
        text(&closure.digest)
        flag(&closure.isWholeLockfile)
        optionalText(&closure.problem)
    }

    fileprivate mutating func fields(of edge: inout ProjectEdge) {
        var from = edge.from.rawValue, to = edge.to.rawValue
        integer(&from)
        integer(&to)
        (edge.from, edge.to) = (ProjectIndex(from), ProjectIndex(to))
        word(&edge.kind)
        flag(&edge.passesToDependents)
        var tasks = edge.tasks?.sorted()
        optional(&tasks, blank: []) { $0.texts(&$1) }
        edge.tasks = tasks.map { Set($0) }
        list(&edge.evidence, blank: Evidence(path: .root, line: nil)) { $0.fields(of: &$1) }
    }
}
