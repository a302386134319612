internal import ArgumentParser
internal import BuildPlanning
internal import BuildReports
internal import ChangeDetection
internal import ProjectDiscovery
internal import WorkspaceChecks
internal import WorkspaceModel

struct CheckCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Find what is wrong with the workspace: cycles, undeclared dependencies, broken boundaries, unread files.",
        discussion: "Exits with 1 when there is an error; warnings and notes do not count unless --strict is given.")

    @Argument(
        help: ArgumentHelp("Show only what is about these projects. Default: everything.", valueName: "PROJECT"))
    var projects: [String] = []

    @Option(name: .customLong("head"), help: ArgumentHelp("Look at REV instead of the working tree.", valueName: "REV"))
    var head: String?

    @Flag(name: .customLong("strict"), help: "Fail for warnings too.")
    var strict = false

    @Option(name: .customLong("format"), help: ArgumentHelp("The form of the answer.", valueName: "text|json"))
    var format: TextOrJSON = .text

    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        // Of what the other commands compare, only the head counts.
        let options = try ComparisonOptions.parse(head.map { ["--head=\($0)"] } ?? [])
        let versions = try ComparedVersions.choose(
            options, context, console, ComparedVersions.Purpose(headOnly: true))
        let tree = versions.head
        let (workspace, errors) = try WorkspaceReader().readWithErrors(tree)
        let chosen = try chosen(in: workspace)
        var findings = try WorkspaceCheck.findings(
            in: workspace, tree, errors: errors,
            boundaries: try WorkspaceReader.configuration(in: tree)?.boundaries ?? [])
        if let chosen { findings = findings.filter { $0.project.map(chosen.contains) ?? false } }
        if format == .json {
            try console.answer(CheckDocument(findings, head: versions.comparison.head).json())
        } else {
            try console.answer(CheckText(findings, style: console.answerStyle, isVerbose: output.verbose).lines())
            console.note(CheckText.summary(findings))
        }
        let worst = findings.map(\.severity.rank).min() ?? Finding.Severity.note.rank
        let limit = strict ? Finding.Severity.warning : .error
        if worst <= limit.rank { throw ExitWith(code: 1) }
    }

    /// The ids of the projects that were asked for; `nil` for all.
    private func chosen(in workspace: Workspace) throws -> Set<String>? {
        guard !projects.isEmpty else { return nil }
        var ids: Set<String> = []
        for name in projects {
            guard let index = workspace.project(named: name) else {
                throw PlanRequest.unknownProject(name, workspace)
            }
            ids.insert(workspace[index].id)
        }
        return ids
    }
}
