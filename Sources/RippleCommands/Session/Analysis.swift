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
    /// The ledger, with `--ledger` on the default branch.
    let ledger: LedgerUse?

    var head: KeyedWorkspace { affected.head }
    var workspace: Workspace { affected.head.workspace }

    /// Reads the repository around the current directory and compares what `options` ask for.
    static func make(
        _ options: ComparisonOptions, _ context: ProcessContext, _ console: Console,
        _ purpose: ComparedVersions.Purpose = ComparedVersions.Purpose()
    ) throws -> Analysis {
        var purpose = purpose
        purpose.headOnly = options.filesFrom != nil
        let versions = try ComparedVersions.choose(options, context, console, purpose)
        let reader = WorkspaceReader()
        let workspace = try workspace(of: versions, reader, context)
        let facts = try KeyFacts(
            environment: context.environment,
            toolchain: ToolchainFacts.gather(
                workspace, directory: versions.reader.repository.workingDirectory, context))
        let keyed = try KeyedWorkspace(workspace: workspace, tree: versions.head, facts: facts)
        // Kept until the process ends, which is soon: taking ten thousand projects apart would be a tenth of its time.
        _ = Unmanaged.passRetained(keyed)
        var comparison = versions.comparison
        let affected: AffectedAnalysis
        if let source = options.filesFrom {
            affected = try compareListed(try ListedFiles.read(source), &comparison, keyed)
        } else if let ledger = versions.ledger, comparison.kind != .everything, comparison.bases.isEmpty {
            affected = try compareSinceGreen(
                ledger, names: purpose.tasks, &comparison, versions, keyed, reader, facts)
        } else {
            affected = try compare(&comparison, versions, keyed, reader, facts, options.request(context))
        }
        return Analysis(
            comparison: comparison, affected: affected,
            workingDirectory: versions.reader.repository.workingDirectory, snapshotSeconds: versions.snapshotSeconds,
            ignoreRules: WorkingTree.globalRules(versions.reader.repository, environment: context.environment),
            ledger: versions.ledger)
    }

    /// The workspace of the head, remembered or read.
    private static func workspace(
        of versions: borrowing ComparedVersions, _ reader: WorkspaceReader, _ context: ProcessContext
    ) throws -> Workspace {
        // The ledger compares each project with a version of its own, and lists of files need no second version.
        let remembered =
            versions.ledger == nil ? RememberedWorkspace(versions.reader.repository, context) : nil
        if let known = remembered?.workspace(of: versions) { return known }
        let workspace = try reader.read(
            versions.head, before: versions.baseRoots.map { SourceTree(objects: versions.objects, root: $0) })
        remembered?.remember(workspace, of: versions)
        return workspace
    }

    private static func compare(
        _ comparison: inout Comparison, _ versions: borrowing ComparedVersions, _ head: KeyedWorkspace,
        _ reader: WorkspaceReader, _ facts: KeyFacts, _ request: ComparisonRequest
    ) throws -> AffectedAnalysis {
        if comparison.bases.isEmpty {
            let cause = comparison.fallback.map { Reason.Cause.fallback(code: $0.code) } ?? .requested
            return .everything(head, because: cause)
        }
        var bases: [(workspace: KeyedWorkspace?, changes: ChangeSet)] = []
        do {
            let objects = versions.objects
            for root in versions.baseRoots {
                let tree = SourceTree(objects: objects, root: root)
                let changes = try TreeComparison.changes(from: root, to: versions.headRoot, in: objects)
                // The base is read only when the change can have touched the structure: a manifest, a lockfile, a task.
                if try AffectedAnalysis.isSameStructure(head.workspace, changes, from: tree, to: head.tree) {
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

    /// Takes the listed files as changed, whatever git says.
    private static func compareListed(
        _ paths: [RepoPath], _ comparison: inout Comparison, _ head: KeyedWorkspace
    ) throws -> AffectedAnalysis {
        comparison.chain = [.init("flags", .chosen, "--files-from lists \(paths.count) paths")]
        if let structural = paths.first(where: { ListedFiles.isStructural($0, head.workspace) }) {
            comparison.fallback = Comparison.Note(
                code: "files-structural",
                message: "\(structural) shapes the workspace, and a list of files does not say what it was before, so "
                    + "everything was selected.")
            return .everything(head, because: .fallback(code: "files-structural"))
        }
        let base = try ListedFiles.base(of: head.tree, changing: paths)
        let changes = try TreeComparison.changes(from: base.root, to: head.tree.root, in: head.tree.objects)
        return try AffectedAnalysis.compare([(nil, changes)], with: head)
    }
}
