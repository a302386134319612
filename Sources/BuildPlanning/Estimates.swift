internal import AffectedAnalysis
internal import WorkspaceModel

/// How long tasks are expected to take: their own history, else tasks of the same name, else a guess from size.
struct Estimates {
    private let history: [String: Double]
    private let similar: [String: Double]
    private let analysis: AffectedAnalysis

    init(history: [String: Double], analysis: AffectedAnalysis) {
        self.history = history
        self.analysis = analysis
        var byTask: [String: [Double]] = [:]
        for (id, seconds) in history {
            guard let hash = id.lastIndex(of: "#") else { continue }
            byTask[String(id[id.index(after: hash)...]), default: []].append(seconds)
        }
        similar = byTask.mapValues { $0.sorted()[$0.count / 2] }
    }

    /// The expected seconds of the task at `index`, to the millisecond, and where the figure comes from.
    func seconds(_ index: TaskIndex) -> (Double, PlannedTask.EstimateSource) {
        let head = analysis.head
        let node = head.graph.nodes[index]
        if let known = history["\(head.workspace[node.project].id)#\(node.task)"] {
            return (Self.rounded(known), .history)
        }
        if let typical = similar[node.task] { return (Self.rounded(typical), .similar) }
        // Nothing has run yet: one second, and a little for everything the task reads.
        return (Self.rounded(1 + 0.01 * Double(head.keys[index].inputs.items.count)), .guess)
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
