internal import AffectedAnalysis
internal import ArgumentParser
internal import BuildPlanning
internal import BuildReports
internal import ChangeDetection
internal import ContentAddressing
internal import LocalStore
internal import WorkspaceModel

struct AffectedCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "affected", abstract: "List the projects a change affects, with a reason each.")

    @Flag(name: .customLong("apps"), help: "List only apps.")
    var apps = false

    @Option(
        name: .customLong("tasks"),
        help: ArgumentHelp(
            "List only projects in which one of these tasks is affected.", valueName: "TASK,..."))
    var tasks: String?

    @Flag(name: .customLong("exit-code"), help: "Exit with 1 when something is affected, with 0 when nothing is.")
    var exitCode = false

    @Flag(
        name: .customLong("verify"),
        help: "Fail when a task is left out that is not known green by its key: stored, or in the ledger.")
    var verify = false

    @Option(name: .customLong("format"), help: ArgumentHelp("The form of the answer.", valueName: "text|json"))
    var format: TextOrJSON = .text

    @OptionGroup var comparison: ComparisonOptions
    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let names = tasks?.split(separator: ",").map { String($0) } ?? []
        let analysis = try Analysis.make(
            comparison, context, console, ComparedVersions.Purpose(tasks: names.isEmpty ? nil : Set(names)))
        for name in names where !analysis.workspace.projects.contains(where: { $0.tasks[name] != nil }) {
            throw PlanRequest.unknownTask(name, analysis.workspace)
        }
        let selection = AffectedSelection(onlyApps: apps, tasks: names)
        analysis.warn(console)
        switch format {
        case .json:
            try console.answer(
                AffectedDocument(analysis.affected, comparison: analysis.comparison, selection: selection).json())
        case .text:
            try console.answer(
                AffectedText(
                    analysis.affected, selection: selection, style: console.answerStyle, isVerbose: output.verbose
                ).lines())
        }
        if verify {
            let root = context.cacheDirectory
            let results = FaultTolerantStore(
                LocalStore(root: root), name: "cache directory \(root)", warn: { console.warn($0) })
            try Verification(analysis, names: names.isEmpty ? nil : Set(names), results: results) {
                analysis.affected.isAffected[$0]
            }.conclude(console)
        }
        let count = selection.projects(of: analysis.affected).count
        console.note(analysis.summary(count, noun: apps ? "app" : "project"))
        if exitCode, count > 0 || !analysis.affected.removed.isEmpty { throw ExitWith(code: 1) }
    }
}

extension Analysis {
    /// Tells what was selected more broadly than the change needs.
    func warn(_ console: Console) {
        if let fallback = comparison.fallback { console.warn(fallback.message) }
        for note in comparison.notes { console.warn(note.message) }
        for widening in affected.widenings { console.warn(widening.message) }
    }

    /// One line on what was compared and how much of it is affected.
    func summary(_ count: Int, noun: String) -> String {
        let total = workspace.projects.count { project in
            noun == "app" ? project.type == .app : !(project.onlyGathers && project.tasks.isEmpty)
        }
        let versus: String
        switch comparison.kind {
        case .everything: versus = "everything selected"
        case .files: versus = "listed files"
        case _ where ledger != nil && comparison.bases.allSatisfy { $0.how == "ledger" }:
            versus = "since each was last green on \(ledger?.branch ?? "the default branch")"
        default:
            let base =
                comparison.bases.first.map { $0.ref ?? "\($0.commit.map { "\($0)" } ?? "the empty tree")" } ?? "nothing"
            let head = comparison.head.ref ?? "the working tree"
            versus = "\(counted(affected.changes.changes.count, "changed file")) between \(base) and \(head)"
        }
        return "\(count) of \(counted(total, noun)) affected (\(versus))"
    }
}
