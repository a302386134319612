internal import ArgumentParser
internal import BuildPlanning
internal import BuildReports
internal import Glibc

struct PlanCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Write the least work that makes the affected tasks.")

    @Argument(
        help: ArgumentHelp(
            "TASK: that task of every affected project; PROJECT#TASK: that one, affected or not. Default: build.",
            valueName: "TASK"))
    var tasks: [String] = []

    @Option(name: .customShort("o"), help: ArgumentHelp("Write the plan as JSON to FILE.", valueName: "FILE"))
    var file: String?

    @Option(name: .customLong("agents"), help: ArgumentHelp("Schedule for N agents.", valueName: "N"))
    var agents: Int?

    @Flag(name: .customLong("force"), help: "Plan as if no result were stored.")
    var force = false

    @Flag(
        name: .customLong("verify"),
        help: "Fail when a task is left out that is not known green by its key: stored, or in the ledger.")
    var verify = false

    @Option(name: .customLong("format"), help: ArgumentHelp("The form of the answer.", valueName: "text|json"))
    var format: TextOrJSON = .text

    @OptionGroup var comparison: ComparisonOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let agents, agents < 1 { throw ValidationError("--agents takes a whole number from 1.") }
    }

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let analysis = try Analysis.make(
            comparison, context, console, ComparedVersions.Purpose(tasks: PlanCommand.names(tasks)))
        let planning = try Planning(
            analysis, tasks: tasks.isEmpty ? nil : tasks, all: comparison.all, force: force, agents: agents, context,
            console)
        analysis.warn(console)
        if let file {
            try Planning.write(PlanDocument(planning.plan).json(), to: file)
        }
        if format == .json {
            if file == nil { try console.answer(PlanDocument(planning.plan).json()) }
        } else if !planning.plan.tasks.isEmpty {
            try console.answer(PlanText(planning.plan, style: console.answerStyle, isVerbose: output.verbose).lines())
        }
        if planning.plan.tasks.isEmpty { console.note(planning.emptyText) }
        if verify { try planning.verify(analysis, names: PlanCommand.names(tasks), console) }
    }

    /// The task names in TASK arguments; `build` when there are none.
    static func names(_ arguments: [String]) -> Set<String> {
        arguments.isEmpty
            ? ["build"] : Set(arguments.map { $0.split(separator: "#").last.map { String($0) } ?? $0 })
    }
}
