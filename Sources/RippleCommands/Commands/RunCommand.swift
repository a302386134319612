internal import AffectedAnalysis
internal import ArgumentParser
internal import BuildPlanning
internal import BuildReports
internal import CProcessGuard
internal import ChangeDetection
internal import ContentAddressing
internal import Diagnostics
internal import GitObjects
internal import LocalStore
internal import PlanExecution

struct RunCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Plan and run the affected tasks, reusing every result that is still valid.")

    @Argument(
        help: ArgumentHelp(
            "TASK: that task of every affected project; PROJECT#TASK: that one, affected or not. Default: build.",
            valueName: "TASK"))
    var tasks: [String] = []

    @Option(name: .customLong("plan"), help: ArgumentHelp("Run the plan in FILE.", valueName: "FILE"))
    var planFile: String?

    @Option(name: .customLong("shard"), help: ArgumentHelp("Run the part of agent I of N.", valueName: "I/N"))
    var shard: Shard?

    @Option(
        name: .customLong("jobs"),
        help: ArgumentHelp(
            "Run at most N tasks at once. Default: RIPPLE_JOBS, else one for each processor.", valueName: "N"))
    var jobs: Int?

    @Flag(name: .customLong("keep-going"), help: "After a failure go on with what does not need the failed task.")
    var keepGoing = false

    @Flag(name: .customLong("force"), help: "Ignore stored results.")
    var force = false

    @Option(name: .customLong("report"), help: ArgumentHelp("Write the run report as JSON to FILE.", valueName: "FILE"))
    var report: String?

    @Flag(
        name: .customLong("verify"),
        help: "Fail when a task is left out that is not known green by its key: stored, or in the ledger.")
    var verify = false

    @Option(name: .customLong("format"), help: ArgumentHelp("The form of the answer.", valueName: "text|json"))
    var format: TextOrJSON = .text

    @OptionGroup var comparison: ComparisonOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs takes a whole number from 1.") }
        if planFile != nil, !tasks.isEmpty {
            throw ValidationError("--plan FILE says which tasks run; name none beside it.")
        }
    }

    func answer(_ context: ProcessContext, _ console: Console) throws {
        let arguments = self
        let signals = try SignalWatch()
        let code = try waitFor(register: signals.onSignal) { try await arguments.execute(context, console, signals) }
        // Whatever a task left behind ends with the run.
        ripple_guard_kill_descendants()
        if code != 0 { throw ExitWith(code: code) }
    }

    private func execute(_ context: ProcessContext, _ console: Console, _ signals: SignalWatch) async throws -> Int32 {
        var options = comparison
        let file = try planFile.map { try PlanFile(reading: $0) }
        // The file says what to run, so nothing is compared.
        if file != nil { options.all = true }
        let analysis = try Analysis.make(
            options, context, console,
            ComparedVersions.Purpose(
                runsOnDisk: true, ignoredFile: planFile, tasks: PlanCommand.names(tasks)))
        let root = try workingDirectory(analysis)
        try file?.check(analysis.comparison.head.tree)
        let planning = try Planning(
            analysis, tasks: file?.taskIDs ?? (tasks.isEmpty ? nil : tasks), all: comparison.all, force: force,
            agents: jobs, context, console)
        try file?.check(planning.plan)
        analysis.warn(console)
        if verify, file == nil { try planning.verify(analysis, names: PlanCommand.names(tasks), console) }
        let plan = try shard.map { try $0.part(of: planning.plan, file) } ?? planning.plan
        if plan.tasks.isEmpty {
            console.note(file == nil ? planning.emptyText : "Nothing to do: the plan lists no task.")
        }

        let temporary = try TemporaryDirectory(context)
        let outputs = OutputState(root: context.cacheDirectory, workspace: root, warn: { console.warn($0) })
        let observer = RunConsole(plan, console, logsToError: format == .json)
        let executor = PlanExecutor(
            plan: plan, workspace: analysis.head,
            settings: RunSettings(
                root: root, jobs: try jobs ?? Planning.jobs(context), keepsGoing: keepGoing, force: force,
                environment: context.environment, logDirectory: temporary.path,
                snapshotSeconds: analysis.snapshotSeconds,
                ignoreRules: analysis.ignoreRules),
            store: planning.store, results: planning.results, tracker: outputs, observer: observer,
            clock: ProcessContext.monotonicSeconds)
        var result = await executor.run()
        result.interruptedBy = signals.received
        observer.end(result)
        try finish(result, planning, outputs, console)
        // Red and cancelled tasks are not recorded: they stay to be done.
        analysis.ledger?.record(
            result.outcomes.filter(\.state.isSuccess).map { ($0.task.id, $0.task.key) }, console)
        if let signal = signals.received { return 128 + signal }
        return result.succeeded ? 0 : 1
    }

    /// Writes the report, the history and what lies on disk.
    private func finish(
        _ result: RunReport, _ planning: Planning, _ outputs: OutputState, _ console: Console
    ) throws {
        let document = RunDocument(result)
        if format == .json { try console.answer(document.json()) }
        if let report { try Planning.write(document.json(), to: report) }
        if planning.results.isWriting {
            do throws(StoreError) { try outputs.save() } catch { console.warn(error.message) }
        }
        let now = ProcessContext.wallSeconds()
        let runs = result.outcomes.compactMap { outcome -> TaskRun? in
            guard outcome.attempts > 0 else { return nil }
            let kind: TaskRun.Outcome? =
                switch outcome.state {
                case .succeeded: .succeeded
                case .failed: .failed
                case .timedOut: .timedOut
                default: nil
                }
            guard let kind else { return nil }
            return TaskRun(
                task: outcome.task.id, command: nil, seconds: outcome.endSeconds - outcome.startSeconds, outcome: kind,
                peakMemoryBytes: outcome.peakMemoryBytes, at: now)
        }
        if !runs.isEmpty, planning.results.isWriting { planning.history.record(runs) }
    }

    /// The working tree that the plan is for; it must be on disk.
    private func workingDirectory(_ analysis: Analysis) throws -> String {
        guard let root = analysis.workingDirectory else {
            throw CommandError(
                .environment, "A bare repository has no files to run tasks on. Run in a clone with a working tree.")
        }
        if analysis.comparison.head.how != "working-tree" {
            let onDisk = try ComparedVersions.treeOnDisk(ProcessContext.current())
            guard onDisk == analysis.comparison.head.tree else {
                throw CommandError(
                    .user,
                    "The working tree is not at \(analysis.comparison.head.ref ?? "the head that was named"): check it out, "
                        + "or leave --head away to run on the files as they are.")
            }
        }
        return root
    }
}

/// `I/N`: one agent's part of a plan.
struct Shard: ExpressibleByArgument {
    let number: Int
    let count: Int

    init?(argument: String) {
        let parts = argument.split(separator: "/")
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), count >= 1,
            (1...count).contains(number)
        else { return nil }
        self.number = number
        self.count = count
    }

    /// This agent's tasks and everything they need.
    ///
    /// All agents must cut alike, whatever their caches and histories hold: by the plan file's assignments, or without a
    /// file by dealing out the tasks that were asked for in the order of their ids.
    func part(of plan: BuildPlan, _ file: PlanFile?) throws -> BuildPlan {
        var wanted: Set<String>
        let selected = plan.tasks.filter(\.isSelected).map(\.id).sorted()
        if let file {
            guard file.assignments.count == count else {
                throw CommandError(
                    .user,
                    "--shard \(number)/\(count): the plan is made for \(file.assignments.count) agents. "
                        + "Make it with 'ripple plan --agents \(count)'.")
            }
            wanted = Set(file.assignments[number - 1])
            // What was stored already when the plan was made is nobody's work; the first agent puts it on disk.
            if number == 1 { wanted.formUnion(Set(selected).subtracting(file.assignments.joined())) }
        } else {
            wanted = Set(selected.enumerated().lazy.filter { $0.offset % count == number - 1 }.map(\.element))
        }
        var byID: [String: PlannedTask] = [:]
        for task in plan.tasks { byID[task.id] = task }
        var pending = Array(wanted)
        while let id = pending.popLast() {
            for dependency in byID[id]?.dependsOn ?? [] where wanted.insert(dependency).inserted {
                pending.append(dependency)
            }
        }
        var part = plan
        part.tasks = plan.tasks.filter { wanted.contains($0.id) }
        return part
    }
}

extension OutputState: OutputTracking {
    package func instant() -> Int64 { OutputState.now() }
}
