internal import AffectedAnalysis
internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import Glibc
internal import ProjectDiscovery
internal import WorkspaceModel

/// Everything between the command line and an answer: the repository, the two versions, the analysis.
struct Analysis {
    let comparison: Comparison
    let affected: AffectedAnalysis
    /// The root of the working tree; `nil` in a bare repository.
    let workingDirectory: String?
    /// When the working tree was looked at, in seconds since 1970.
    let snapshotSeconds: Double
    /// Ignore rules from outside the working tree.
    let ignoreRules: IgnoreRules

    var head: KeyedWorkspace { affected.head }
    var workspace: Workspace { affected.head.workspace }

    /// Reads the repository around the current directory and compares what `options` ask for.
    ///
    /// - Parameter ignoredFile: a file that is passed over if it is untracked, such as the plan that is about to run.
    static func make(
        _ options: ComparisonOptions, _ context: ProcessContext, ignoredFile: String? = nil
    ) throws -> Analysis {
        let repository = try Repository.open(at: currentDirectory(), environment: context.environment)
        let objects = try repository.objectStore()
        let snapshotSeconds = ProcessContext.wallSeconds()
        var request = options.request(context)
        let head = try head(request, repository, objects, context, ignoredFile: ignoredFile)
        let headTree = SourceTree(objects: objects, root: head.side.tree)
        request.defaultBase = try WorkspaceReader.configuration(in: headTree)?.defaultBase
        let reader = WorkspaceReader()

        if let source = options.filesFrom {
            return try files(
                try ListedFiles.read(source), head.side, headTree, reader, repository.workingDirectory, snapshotSeconds,
                context)
        }
        var comparison = try ComparisonResolver.resolve(
            request, head: head.side, headCommit: head.commit, probe: repository)
        // The tree of a merge in memory, where the resolver made one.
        let comparedTree = SourceTree(objects: objects, root: comparison.head.tree)
        let headWorkspace = try reader.read(comparedTree)
        let facts = try KeyFacts(
            environment: context.environment,
            toolchain: ToolchainFacts.gather(headWorkspace, directory: repository.workingDirectory, context))
        let keyed = try KeyedWorkspace(workspace: headWorkspace, tree: comparedTree, facts: facts)
        let affected = try compare(&comparison, keyed, objects, reader, facts, request)
        return Analysis(
            comparison: comparison, affected: affected, workingDirectory: repository.workingDirectory,
            snapshotSeconds: snapshotSeconds,
            ignoreRules: WorkingTree.globalRules(repository, environment: context.environment))
    }

    /// Chooses base and head without reading the workspace, for `ripple base`.
    ///
    /// - Parameter listsChanges: also gives what differs between them, against every base.
    static func comparison(
        _ options: ComparisonOptions, _ context: ProcessContext, listsChanges: Bool
    ) throws -> (Comparison, ChangeSet?) {
        let repository = try Repository.open(at: currentDirectory(), environment: context.environment)
        let objects = try repository.objectStore()
        var request = options.request(context)
        let head = try head(request, repository, objects, context)
        let tree = SourceTree(objects: objects, root: head.side.tree)
        request.defaultBase = try WorkspaceReader.configuration(in: tree)?.defaultBase
        let comparison = try ComparisonResolver.resolve(
            request, head: head.side, headCommit: head.commit, probe: repository)
        guard listsChanges else { return (comparison, nil) }
        var changes: [Change] = []
        for base in comparison.bases {
            changes += try TreeComparison.changes(from: base.tree, to: comparison.head.tree, in: objects).changes
        }
        return (comparison, comparison.bases.count > 1 ? ChangeSet(union: changes) : ChangeSet(changes))
    }

    /// The head and the commit whose history counts for it.
    private static func head(
        _ request: ComparisonRequest, _ repository: borrowing Repository, _ objects: ObjectStore,
        _ context: ProcessContext, ignoredFile: String? = nil
    ) throws(GitError) -> (side: Comparison.Side, commit: ObjectID?) {
        let current = repository.headIsUnborn ? nil : try repository.resolve("HEAD")
        let isBare = repository.isBare
        var request = request
        if request.head == nil, isBare, current != nil { request.environmentHead = "HEAD" }
        var side: Comparison.Side
        if request.head != nil {
            side = try ComparisonResolver.head(request, probe: repository) { () throws(GitError) in
                throw GitError(.unknownRevision, .internal, "A head was asked for and not looked at.")
            }
        } else {
            var tree = try WorkingTree.snapshot(
                of: repository, headTree: current?.tree ?? ObjectStore.emptyTreeID, objects: objects,
                environment: context.environment)
            if let ignoredFile, let root = repository.workingDirectory, let path = inside(root, ignoredFile) {
                let committed = SourceTree(objects: objects, root: current?.tree ?? ObjectStore.emptyTreeID)
                if try committed.entry(path) == nil { tree = try tree.edited([path: .remove]) }
            }
            side = Comparison.Side(commit: nil, tree: tree.root, ref: nil, how: "working-tree")
        }
        return (side, side.how == "working-tree" ? current?.commit : side.commit)
    }

    /// The path of `file` below the directory `root`, or `nil`. Links on the way are resolved.
    private static func inside(_ root: String, _ file: String) -> RepoPath? {
        guard let one = realpath(root, nil), let two = realpath(file, nil) else { return nil }
        defer {
            free(one)
            free(two)
        }
        let base = String(cString: one), path = String(cString: two)
        return path.hasPrefix(base + "/") ? RepoPath(path.dropFirst(base.count + 1)) : nil
    }

    private static func compare(
        _ comparison: inout Comparison, _ head: KeyedWorkspace, _ objects: ObjectStore, _ reader: WorkspaceReader,
        _ facts: KeyFacts, _ request: ComparisonRequest
    ) throws -> AffectedAnalysis {
        if comparison.bases.isEmpty {
            let cause = comparison.fallback.map { Reason.Cause.fallback(code: $0.code) } ?? .requested
            return .everything(head, because: cause)
        }
        var bases: [(workspace: KeyedWorkspace?, changes: ChangeSet)] = []
        do {
            for side in comparison.bases {
                let tree = SourceTree(objects: objects, root: side.tree)
                let changes = try TreeComparison.changes(from: side.tree, to: comparison.head.tree, in: objects)
                // The base is read only when the change can have touched the structure: a manifest, a lockfile, a task.
                if AffectedAnalysis.isSameStructure(head.workspace, changes) {
                    bases.append((nil, changes))
                } else {
                    bases.append(
                        (try KeyedWorkspace(workspace: try reader.read(tree), tree: tree, facts: facts), changes))
                }
            }
        } catch let error as any ClassifiedError {
            // A base that cannot be read tells nothing: more work, and the reason.
            if request.onUnknown == .fail { throw error }
            comparison.fallback = Comparison.Note(
                code: "base-unreadable",
                message: "The base version cannot be read, so everything was selected. \(error.message)")
            comparison.kind = .everything
            return .everything(head, because: .fallback(code: "base-unreadable"))
        }
        return try AffectedAnalysis.compare(bases, with: head)
    }

    // MARK: --files-from

    /// Takes the listed files as changed, whatever git says.
    private static func files(
        _ paths: [RepoPath], _ head: Comparison.Side, _ tree: SourceTree, _ reader: WorkspaceReader,
        _ workingDirectory: String?, _ snapshotSeconds: Double, _ context: ProcessContext
    ) throws -> Analysis {
        let workspace = try reader.read(tree)
        let facts = try KeyFacts(
            environment: context.environment,
            toolchain: ToolchainFacts.gather(workspace, directory: workingDirectory, context))
        let keyed = try KeyedWorkspace(workspace: workspace, tree: tree, facts: facts)
        var comparison = Comparison(
            bases: [], head: head, kind: .files, fallback: nil, notes: [],
            chain: [.init("flags", .chosen, "--files-from lists \(paths.count) paths")])
        let affected: AffectedAnalysis
        if let structural = paths.first(where: { ListedFiles.isStructural($0, workspace) }) {
            comparison.fallback = Comparison.Note(
                code: "files-structural",
                message: "\(structural) shapes the workspace, and a list of files does not say what it was before, so "
                    + "everything was selected.")
            affected = .everything(keyed, because: .fallback(code: "files-structural"))
        } else {
            let base = try ListedFiles.base(of: tree, changing: paths)
            let changes = try TreeComparison.changes(from: base.root, to: tree.root, in: tree.objects)
            affected = try AffectedAnalysis.compare([(nil, changes)], with: keyed)
        }
        return Analysis(
            comparison: comparison, affected: affected, workingDirectory: workingDirectory,
            snapshotSeconds: snapshotSeconds, ignoreRules: IgnoreRules())
    }
}
