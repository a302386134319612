internal import AffectedAnalysis
package import BuildPlanning
internal import WorkspaceModel

/// A plan as lines for a terminal.
package struct PlanText {
    private let plan: BuildPlan
    private let style: TextStyle
    private let isVerbose: Bool

    package init(_ plan: BuildPlan, style: TextStyle, isVerbose: Bool) {
        self.plan = plan
        self.style = style
        self.isVerbose = isVerbose
    }

    /// The tasks in order, then what the schedule promises.
    package func lines() -> [String] {
        var lines: [String] = []
        let width = min(plan.tasks.map(\.id.count).max() ?? 0, 50)
        for task in plan.tasks {
            let state = task.state == .run ? style.strong("run   ") : style.faint("cached")
            var line = "\(state)  \(task.id.padded(to: width))"
            if task.state == .run { line += "  \(style.faint(durationText(task.estimateSeconds).padded(to: 8)))" }
            if let reason = task.reasons.first {
                line += "  \(ReasonText.describe(reason.cause))"
            } else if task.state == .run {
                line += "  needed, and in no cache"
            } else {
                line += "  needed"
            }
            lines.append(line)
            if isVerbose { lines.append("        \(style.faint("$ \(task.definition.command)"))") }
        }
        lines.append(summary())
        return lines
    }

    private func summary() -> String {
        let run = plan.runCount, cached = plan.tasks.count - run
        var text = "\(counted(run, "task")) to run, \(cached) cached"
        if run > 0 {
            let schedule = plan.schedule
            text +=
                "; about \(durationText(schedule.makespanSeconds)) on \(counted(schedule.agents, "agent"))"
                + " (lower bound \(durationText(schedule.lowerBoundSeconds)))"
        }
        return text
    }
}
