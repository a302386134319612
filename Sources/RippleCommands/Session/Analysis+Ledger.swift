internal import AffectedAnalysis
internal import ChangeDetection
internal import ContentAddressing
internal import Diagnostics
internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

extension Analysis {
    /// At most this many versions are read to explain why tasks are no longer green.
    private static let explainedBases = 16

    /// Compares every task with the commit at which it last was green.
    ///
    /// - Parameter names: the tasks that count; `nil` for all that the ledger knows.
    static func compareSinceGreen(
        _ use: LedgerUse, names: Set<String>?, _ comparison: inout Comparison,
        _ versions: borrowing ComparedVersions, _ head: KeyedWorkspace, _ reader: WorkspaceReader, _ facts: KeyFacts
    ) throws -> AffectedAnalysis {
        try head.prepareKeys()
        let names = names ?? use.taskNames
        guard !names.isEmpty else {
            comparison.kind = .everything
            comparison.fallback = Comparison.Note(
                code: "no-base",
                message: "Nothing was green yet on \(use.branch), so everything was selected. "
                    + "What 'ripple run --ledger' builds there is recorded.")
            return .everything(head, because: .fallback(code: "no-base"))
        }
        var successes: [TaskIndex: GreenLedger.Success] = [:]
        var needed: Set<String> = []
        for (index, node) in head.graph.nodes.enumerated() where node.kind == .task && names.contains(node.task) {
            guard let success = use.lastSuccess("\(head.workspace[node.project].id)#\(node.task)") else { continue }
            successes[index] = success
            if success.key != head.keys[index].digest { needed.insert(success.commit) }
        }
        let commits = needed.sorted { (use.rank($0) ?? 0, $0) < (use.rank($1) ?? 0, $1) }
        var bases: [(workspace: KeyedWorkspace, changes: ChangeSet)?] = []
        for commit in commits.prefix(explainedBases) {
            bases.append(try? version(commit, &comparison, versions, reader, facts))
        }
        let places = Dictionary(uniqueKeysWithValues: commits.enumerated().map { ($1, $0) })
        let lastGreen = successes.mapValues { LastGreen(key: $0.key, base: places[$0.commit] ?? Int.max) }
        return try AffectedAnalysis.sinceGreen(head, names: names, lastGreen: lastGreen, bases: bases)
    }

    /// The workspace at a commit and what changed since; notes the commit as a base.
    private static func version(
        _ commit: String, _ comparison: inout Comparison, _ versions: borrowing ComparedVersions,
        _ reader: WorkspaceReader, _ facts: KeyFacts
    ) throws -> (workspace: KeyedWorkspace, changes: ChangeSet)? {
        guard let id = ObjectID(hex: commit) else { return nil }
        let tree = try versions.reader.tree(ofCommit: id)
        var submodules = Submodules(objects: versions.objects)
        let roots = try submodules.expand(
            Submodules.Versions(
                roots: [tree, comparison.head.tree], endsWithWorkingTree: versions.countsDisk),
            in: versions.reader.repository)
        // Where a submodule is here in one of them only, the two cannot be compared file by file.
        guard roots[1] == versions.headRoot else { return nil }
        let base = SourceTree(objects: versions.objects, root: roots[0])
        let changes = try TreeComparison.changes(from: base.root, to: versions.headRoot, in: versions.objects)
        comparison.bases.append(Comparison.Side(commit: id, tree: tree, ref: commit, how: "ledger"))
        return (try KeyedWorkspace(workspace: try reader.read(base), tree: base, facts: facts), changes)
    }
}
