internal import AffectedAnalysis
internal import BuildPlanning
internal import BuildReports
internal import ContentAddressing
internal import LocalStore
internal import WorkspaceModel

/// `--verify`: holds the selection to a second opinion that does not depend on git's history.
///
/// A task may be left out only when a task with its very key is known to be green: its result is stored, or the ledger saw
/// it succeed. Whatever went wrong in choosing the base, a task that fails this is named.
struct Verification {
    /// The ids of tasks that were left out and are not known green, sorted.
    let unproven: [String]
    /// How many tasks were left out.
    let leftOutCount: Int

    /// - Parameters:
    ///   - names: the tasks that count; `nil` for all.
    ///   - isSelected: whether a node of the head's task graph was selected.
    init(
        _ analysis: Analysis, names: Set<String>?, results: FaultTolerantStore, isSelected: (TaskIndex) -> Bool
    ) throws(AnalysisError) {
        let head = analysis.head
        try head.prepareKeys()
        var unproven: [String] = [], leftOut = 0
        for (index, node) in head.graph.nodes.enumerated()
        where node.kind == .task && names?.contains(node.task) != false && !isSelected(index) {
            let project = head.workspace[node.project]
            // A root's scripts run only by name; they are in no plan of everything.
            if project.onlyGathers { continue }
            leftOut += 1
            let id = "\(project.id)#\(node.task)", key = head.keys[index].digest
            let isStored = project.tasks[node.task]?.cache == true && results.record(for: key) != nil
            if !isStored, analysis.ledger?.isGreen(id, key: key) != true { unproven.append(id) }
        }
        self.unproven = unproven.sorted()
        leftOutCount = leftOut
    }

    /// Says what was found; ends the command with 1 when a task was left out that is not known green.
    func conclude(_ console: Console) throws {
        guard !unproven.isEmpty else {
            console.note("Verified: \(counted(leftOutCount, "task")) left out, all known green.")
            return
        }
        let shown = unproven.prefix(20).joined(separator: ", ")
        let more = unproven.count > 20 ? " and \(unproven.count - 20) more" : ""
        console.warn(
            "\(counted(unproven.count, "task")) left out, but not known green: neither a stored result nor the ledger has "
                + "their key: \(shown)\(more). Build them: ripple run --all")
        throw ExitWith(code: 1)
    }
}
