internal import ProjectGraph
internal import WorkspaceModel

/// Carries what changed in nodes themselves on to the nodes that depend on them.
struct Propagation {
    static let brokenCode = "broken-manifest"

    private let head: KeyedWorkspace

    init(_ head: KeyedWorkspace) {
        self.head = head
    }

    /// The nodes of projects whose manifest cannot be read, each with that as a cause: whatever the manifest says may
    /// have changed.
    func broken(_ findings: inout NodeFindings) -> [Bool] {
        var isOwn = [Bool](repeating: false, count: head.graph.nodes.count)
        for index in head.graph.nodes.indices {
            let node = head.graph.nodes[index]
            guard node.kind != .passage, head.workspace[node.project].brokenReason != nil else { continue }
            isOwn[index] = true
            findings.causes[index].insert(.fallback(code: Propagation.brokenCode))
        }
        return isOwn
    }

    /// Marks the nodes that `isOwn` names and all that depend on them or reach them over cut edges.
    func spread(_ isOwn: [Bool], into findings: inout NodeFindings) {
        guard isOwn.contains(true) else { return }
        for index in head.graph.order {
            var isChanged = isOwn[index]
            for dependency in head.graph.graph.dependencies[index] where findings.isChanged[dependency] {
                isChanged = true
            }
            for edge in head.graph.cutEdges[index] ?? [] {
                guard edge.own.contains(where: { isOwn[$0] }) || edge.keyed.contains(where: { findings.isChanged[$0] })
                else { continue }
                isChanged = true
                let project = head.graph.nodes[edge.target].project
                if project != head.graph.nodes[index].project {
                    findings.edgeCauses[index].insert(head.workspace[project].id)
                }
            }
            if isChanged { findings.isChanged[index] = true }
        }
    }
}
