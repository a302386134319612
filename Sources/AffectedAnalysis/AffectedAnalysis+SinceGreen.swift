package import ChangeDetection
package import ContentAddressing
internal import ProjectGraph
internal import WorkspaceModel

/// When a task last was green, for a comparison against many bases at once.
package struct LastGreen: Sendable {
    /// The task's planning key there.
    package let key: ContentDigest
    /// Which of the bases it was.
    package let base: Int

    package init(key: ContentDigest, base: Int) {
        self.key = key
        self.base = base
    }
}

extension AffectedAnalysis {
    /// Compares every task with the version at which it last was green.
    ///
    /// A task is affected when its key is another than it was there, or when it never was green. The bases only explain:
    /// what each green key was made from.
    ///
    /// - Parameters:
    ///   - names: the tasks that count; others are not affected.
    ///   - lastGreen: by node of the head's task graph; none for what never was green.
    ///   - bases: the versions that `lastGreen` refers to; `nil` where one was too costly or could not be read.
    package static func sinceGreen(
        _ head: KeyedWorkspace, names: Set<String>, lastGreen: [TaskIndex: LastGreen],
        bases: [(workspace: KeyedWorkspace, changes: ChangeSet)?]
    ) throws(AnalysisError) -> AffectedAnalysis {
        try head.prepareKeys()
        var explained: [Int: NodeFindings] = [:]
        var removed = Set<RemovedProject>(), changes: [Change] = []
        for (number, base) in bases.enumerated() {
            guard let base else { continue }
            try base.workspace.prepareKeys()
            let comparison = KeyComparison(base: base.workspace, head: head, changes: base.changes)
            var findings = NodeFindings(count: head.graph.nodes.count)
            try comparison.run(into: &findings)
            explained[number] = findings
            removed.formUnion(comparison.removedProjects)
            changes += base.changes.changes
        }
        var findings = NodeFindings(count: head.graph.nodes.count)
        for (index, node) in head.graph.nodes.enumerated() where node.kind == .task && names.contains(node.task) {
            guard let green = lastGreen[index] else {
                findings.isChanged[index] = true
                findings.causes[index] = [.fallback(code: "never-green")]
                continue
            }
            findings.isChanged[index] = head.keys[index].digest != green.key
        }
        for index in head.graph.nodes.indices where findings.isChanged[index] {
            guard let green = lastGreen[index] else { continue }
            guard let known = explained[green.base], known.isChanged[index] else {
                // The versions agree and the keys do not: the environment, the tools or Ripple itself were others then.
                findings.causes[index] = [.fallback(code: "other-circumstances")]
                continue
            }
            findings.causes[index] = known.causes[index]
            findings.edgeCauses[index] = known.edgeCauses[index]
            // What the task waits for may have been built, and be green, since the task itself last was.
            for dependency in head.graph.graph.dependencies[index]
            where known.isChanged[dependency] && !findings.isChanged[dependency] {
                let project = head.graph.nodes[dependency].project
                if project == head.graph.nodes[index].project {
                    findings.causes[index].formUnion(known.causes[dependency])
                    findings.edgeCauses[index].formUnion(known.edgeCauses[dependency])
                } else {
                    findings.edgeCauses[index].insert(head.workspace[project].id)
                }
            }
            if findings.causes[index].isEmpty, findings.edgeCauses[index].isEmpty,
                !head.graph.graph.dependencies[index].contains(where: { findings.isChanged[$0] })
            {
                findings.causes[index] = [.fallback(code: "other-circumstances")]
            }
        }
        return assembled(head, findings, removed, Set(head.workspace.widenings), changes)
    }
}
