internal import AffectedAnalysis
internal import ArgumentParser
internal import BuildPlanning
internal import BuildReports
internal import ChangeDetection
internal import ContentAddressing
internal import LocalStore
internal import WorkspaceModel

struct WhyCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Explain why a project or task is affected, or is not.")

    @Argument(help: ArgumentHelp("A project, or one of its tasks.", valueName: "PROJECT[#TASK]"))
    var target: String

    @OptionGroup var comparison: ComparisonOptions
    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let analysis = try Analysis.make(comparison, context, console)
        analysis.warn(console)
        let workspace = analysis.workspace
        var taskName: String?
        // A project's own name may hold a '#'; only then is the whole text the project.
        var project = workspace.project(named: target)
        if project == nil, let hash = target.lastIndex(of: "#") {
            project = workspace.project(named: String(target[..<hash]))
            taskName = String(target[target.index(after: hash)...])
        }
        guard let project else {
            throw PlanRequest.unknownProject(String(target.split(separator: "#").first ?? ""), workspace)
        }
        if let taskName {
            _ = try PlanRequest(selectors: [.exactly(project: workspace[project].id, task: taskName)]).resolved(
                in: workspace)
        }
        try analysis.head.prepareKeys()
        try console.answer(lines(analysis, project, taskName, context, console))
    }

    private func lines(
        _ analysis: Analysis, _ project: ProjectIndex, _ task: String?, _ context: ProcessContext, _ console: Console
    ) -> [String] {
        let name = analysis.workspace[project].id + (task.map { "#\($0)" } ?? "")
        var lines: [String] = []
        let found = analysis.affected.affectedProject(project)
        let reasons = found?.reasons.filter { reason in task.map { reason.tasks.contains($0) } ?? true } ?? []
        if let found, task.map({ found.tasks.contains($0) }) ?? true {
            lines.append("\(console.answerStyle.strong(name)) is affected:")
            for reason in reasons {
                let tasks = task == nil && !reason.tasks.isEmpty ? "  [\(reason.tasks.joined(separator: ", "))]" : ""
                lines.append("  \(ReasonText.describe(reason.cause))\(console.answerStyle.faint(tasks))")
                if case .dependency(_, let chain) = reason.cause, let root = rootCause(chain, analysis) {
                    lines.append("    because \(chain.last ?? ""): \(root)")
                }
            }
        } else {
            lines.append("\(console.answerStyle.strong(name)) is not affected: no task key differs from the base.")
        }
        guard let task, let index = analysis.head.graph.node(project, task) else { return lines }
        return lines + cacheLines(analysis, index, context, console)
    }

    /// Whether a result is stored, and if not, what the key is made of.
    private func cacheLines(
        _ analysis: Analysis, _ index: TaskIndex, _ context: ProcessContext, _ console: Console
    ) -> [String] {
        let node = analysis.head.graph.nodes[index]
        guard let definition = analysis.workspace[node.project].tasks[node.task] else { return [] }
        let key = analysis.head.keys[index]
        guard definition.cache else {
            let reason = definition.outputs.isEmpty ? " Declare its outputs in ripple.yaml to let it be." : ""
            return ["It is never cached: its definition says so, or its outputs are not known.\(reason)"]
        }
        let store = LocalStore(root: context.cacheDirectory)
        let results = FaultTolerantStore(store, name: "cache directory", warn: { console.warn($0) })
        if let record = results.record(for: key.digest) {
            return [
                "Its result is in the local cache (key \(key.digest), made in \(durationText(record.durationSeconds)))."
            ]
        }
        var lines = ["No result is stored for its key \(key.digest), which is made of:"]
        for component in key.components where component.name != "salt" {
            lines.append(
                "  \(component.kind.rawValue) \(component.name.replacing("\u{0}", with: " ")): \(component.value)")
        }
        return lines
    }

    private func rootCause(_ chain: [String], _ analysis: Analysis) -> String? {
        guard let last = chain.last, let index = analysis.workspace.project(id: last) else {
            return chain.last.map { "\($0) is no longer there" }
        }
        return analysis.affected.affectedProject(index)?.reasons.first { $0.isOwn }.map {
            ReasonText.describe($0.cause)
        }
            ?? analysis.sourceCause(index)
    }
}

extension Analysis {
    /// A changed file of a project that has no affected task of its own but whose files count for others.
    func sourceCause(_ index: ProjectIndex) -> String? {
        let changed = affected.changes.within(workspace[index].path).first { workspace.owner(of: $0.path) == index }
        return changed.map { "\($0.path) \($0.status.rawValue)" }
    }
}
