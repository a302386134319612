internal import ArgumentParser
internal import BuildReports
internal import ChangeDetection
internal import ProjectDiscovery

struct BaseCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "base", abstract: "Show the base and head that would be compared, and the rules that chose them.")

    @Option(name: .customLong("format"), help: ArgumentHelp("The form of the answer.", valueName: "text|json"))
    var format: TextOrJSON = .text

    @Flag(name: .customLong("changes"), help: "Also list the files that differ between base and head.")
    var changes = false

    @OptionGroup var comparison: ComparisonOptions
    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let versions = try ComparedVersions.choose(comparison, context, console)
        let chosen = versions.comparison
        var projects: [BaseDocument.LastGreen]?
        if let ledger = versions.ledger {
            let workspace = try WorkspaceReader().read(versions.head)
            projects = ledger.bases(of: workspace, names: ledger.taskNames).map {
                BaseDocument.LastGreen(id: $0.id, path: $0.path, commit: $0.commit, tasks: $0.tasks)
            }
        }
        let document = BaseDocument(
            chosen, changes: changes ? try versions.changes() : nil, lastGreen: projects)
        if format == .json { try console.answer(document.json()) } else { try console.answer(document.lines()) }
        if let fallback = chosen.fallback { console.warn(fallback.message) }
        for note in chosen.notes { console.warn(note.message) }
    }
}
