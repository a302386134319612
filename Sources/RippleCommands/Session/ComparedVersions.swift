internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import Glibc
internal import ProjectDiscovery
internal import WorkspaceModel

/// The repository and the versions that a command compares.
struct ComparedVersions: ~Copyable {
    let reader: RepositoryReader
    let comparison: Comparison
    /// The trees of `comparison.bases`, with the files of submodules in place where they are here.
    let baseRoots: [ObjectID]
    /// The tree of the head, likewise.
    let headRoot: ObjectID
    /// When the working tree was looked at, in seconds since 1970.
    let snapshotSeconds: Double
    /// The ledger, with `--ledger` on the default branch.
    let ledger: LedgerUse?
    /// Whether files on disk count in submodules.
    let countsDisk: Bool

    var objects: ObjectStore { reader.objects }
    var head: SourceTree { SourceTree(objects: objects, root: headRoot) }

    /// What the command wants beyond the options.
    struct Purpose {
        /// The head must be what lies on disk, because tasks will run there.
        var runsOnDisk = false
        /// A file that is passed over if it is untracked, such as the plan that is about to run.
        var ignoredFile: String?
        /// Only the head is needed.
        var headOnly = false
        /// The names of the tasks that are asked for; `nil` for all.
        var tasks: Set<String>?
    }

    /// Chooses base and head. With `--deepen` fetches what a shallow clone lacks and chooses again.
    static func choose(
        _ options: ComparisonOptions, _ context: ProcessContext, _ console: Console, _ purpose: Purpose = Purpose()
    ) throws -> ComparedVersions {
        var request = options.request(context)
        request.runsOnDisk = purpose.runsOnDisk
        var deepening = Deepening(console: console)
        while true {
            let snapshotSeconds = ProcessContext.wallSeconds()
            let reader = try RepositoryReader(at: currentDirectory(), environment: context.environment)
            let head = try head(request, reader, context, purpose)
            if purpose.headOnly {
                let comparison = Comparison(
                    bases: [], head: head.side, kind: .files, fallback: nil, notes: [], chain: [])
                return try expanded(reader, comparison, snapshotSeconds, purpose, nil)
            }
            let tree = SourceTree(objects: reader.objects, root: head.side.tree)
            request.defaultBase = try WorkspaceReader.configuration(in: tree)?.defaultBase
            request.toolBranch = try WorkspaceReader.toolBranch(in: tree)
            var ledger: LedgerUse?, step: Comparison.Step?
            if options.ledger {
                (ledger, step) = try LedgerUse.open(
                    request, reader, head: head.side, headCommit: head.commit, context, console)
                if let step, ledger == nil { console.warn("--ledger does not count here: \(step.evidence).") }
            }
            if ledger != nil, let step, request.base == nil, !request.everything {
                let comparison = Comparison(
                    bases: [], head: head.side, kind: .direct, fallback: nil, notes: [], chain: [step])
                return try expanded(reader, comparison, snapshotSeconds, purpose, ledger)
            }
            var comparison = try ComparisonResolver.resolve(
                request, head: head.side, headCommit: head.commit, probe: reader)
            if let step, ledger == nil { comparison.chain.insert(step, at: 0) }
            guard request.deepen, let missing = comparison.missing else {
                return try expanded(reader, comparison, snapshotSeconds, purpose, ledger)
            }
            // The last answer, with what can be had, is given without the promise to fetch.
            request.deepen = try deepening.fetch(missing, comparison, in: reader.repository)
        }
    }

    private static func expanded(
        _ reader: consuming RepositoryReader, _ comparison: Comparison, _ snapshotSeconds: Double,
        _ purpose: Purpose, _ ledger: LedgerUse?
    ) throws(GitError) -> ComparedVersions {
        var comparison = comparison
        // Tasks see the files of submodules as they are, whatever way the head was chosen.
        let countsDisk = comparison.head.how == "working-tree" || purpose.runsOnDisk
        var submodules = Submodules(objects: reader.objects)
        var roots = try submodules.expand(
            Submodules.Versions(
                roots: comparison.bases.map(\.tree) + [comparison.head.tree], endsWithWorkingTree: countsDisk),
            in: reader.repository)
        comparison.notes += submodules.notes
        let head = roots.removeLast()
        return ComparedVersions(
            reader: reader, comparison: comparison, baseRoots: roots, headRoot: head, snapshotSeconds: snapshotSeconds,
            ledger: ledger, countsDisk: countsDisk)
    }

    /// The changes against every base.
    func changes() throws(GitError) -> ChangeSet {
        var changes: [Change] = []
        for base in baseRoots { changes += try TreeComparison.changes(from: base, to: headRoot, in: objects).changes }
        return baseRoots.count > 1 ? ChangeSet(union: changes) : ChangeSet(changes)
    }

    // MARK: The head

    /// The head and the commit whose history counts for it.
    private static func head(
        _ request: ComparisonRequest, _ reader: borrowing RepositoryReader, _ context: ProcessContext,
        _ purpose: Purpose
    ) throws(GitError) -> (side: Comparison.Side, commit: ObjectID?) {
        let current = reader.repository.headIsUnborn ? nil : try reader.resolve("HEAD")
        var request = request
        if request.head == nil, reader.repository.isBare, current != nil { request.environmentHead = "HEAD" }
        var side = try ComparisonResolver.head(request, probe: reader) { () throws(GitError) in
            Comparison.Side(commit: nil, tree: reader.emptyTree, ref: nil, how: "working-tree")
        }
        let isOnDisk = side.how == "working-tree"
        let isCheckedOut = side.how == "ci-event" && side.commit == current?.commit
        if isOnDisk || (isCheckedOut && purpose.runsOnDisk && !reader.repository.isBare) {
            // Tasks see the files as they are, with what earlier steps of the job wrote; so do their keys.
            side.tree = try workingTree(reader, current?.tree, context, purpose)
        }
        return (side, isOnDisk ? current?.commit : side.commit)
    }

    private static func workingTree(
        _ reader: borrowing RepositoryReader, _ headTree: ObjectID?, _ context: ProcessContext, _ purpose: Purpose
    ) throws(GitError) -> ObjectID {
        let committed = SourceTree(objects: reader.objects, root: headTree ?? reader.emptyTree)
        let tree = try WorkingTree.snapshot(
            of: reader.repository, headTree: committed.root, objects: reader.objects,
            environment: context.environment)
        guard let file = purpose.ignoredFile, let root = reader.repository.workingDirectory,
            let path = inside(root, file), try committed.entry(path) == nil
        else { return tree.root }
        return try tree.edited([path: .remove]).root
    }

    /// The tree that is on disk now.
    static func treeOnDisk(_ context: ProcessContext) throws -> ObjectID { try sourceOnDisk(context).root }

    /// The same, with the objects to read it from.
    static func sourceOnDisk(_ context: ProcessContext) throws -> SourceTree {
        let reader = try RepositoryReader(at: currentDirectory(), environment: context.environment)
        let head = reader.repository.headIsUnborn ? nil : try reader.resolve("HEAD")
        return SourceTree(objects: reader.objects, root: try workingTree(reader, head?.tree, context, Purpose()))
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
}
