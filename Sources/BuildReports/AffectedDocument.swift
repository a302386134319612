package import AffectedAnalysis
package import ChangeDetection
internal import JSONText
internal import WorkspaceModel

/// `ripple.affected/1`: what a change affects, and why.
package struct AffectedDocument {
    private let analysis: AffectedAnalysis
    private let comparison: Comparison
    private let selection: AffectedSelection

    package init(_ analysis: AffectedAnalysis, comparison: Comparison, selection: AffectedSelection) {
        self.analysis = analysis
        self.comparison = comparison
        self.selection = selection
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.member("schema", "ripple.affected/1")
            document.comparison(comparison)
            document.changes(analysis.changes)
            document.array("projects") { list in
                for affected in selection.projects(of: analysis) {
                    let project = analysis.head.workspace[affected.project]
                    list.object {
                        $0.member("id", project.id)
                        $0.path("path", project.path)
                        $0.member("type", project.type.rawValue)
                        $0.reasons(affected.reasons)
                        $0.member("distance", affected.distance)
                        $0.array("tasks", affected.tasks)
                    }
                }
            }
            document.array("removed") { list in
                for project in analysis.removed {
                    list.object {
                        $0.member("id", project.id)
                        $0.path("path", project.path)
                    }
                }
            }
            document.fallback(comparison)
            document.widenings(comparison, analysis.widenings)
        }
        return writer.finish()
    }
}

/// Which of the affected projects are shown: all, only apps, only those with some tasks.
package struct AffectedSelection: Sendable {
    package var onlyApps: Bool
    /// Empty for all tasks.
    package var tasks: [String]

    package init(onlyApps: Bool, tasks: [String]) {
        self.onlyApps = onlyApps
        self.tasks = tasks
    }

    /// The projects to show, with the tasks and the reasons that concern them, in the analysis's order.
    package func projects(of analysis: AffectedAnalysis) -> [AffectedProject] {
        analysis.projects.compactMap { affected in
            if onlyApps, analysis.head.workspace[affected.project].type != .app { return nil }
            guard !tasks.isEmpty else { return affected }
            let kept = affected.tasks.filter { tasks.contains($0) }
            guard !kept.isEmpty else { return nil }
            var narrowed = affected
            narrowed.tasks = kept
            narrowed.reasons = affected.reasons.compactMap { reason in
                let concerned = reason.tasks.filter { kept.contains($0) }
                return concerned.isEmpty ? nil : Reason(reason.cause, tasks: concerned)
            }
            return narrowed
        }
    }
}
