package import AffectedAnalysis
package import BuildPlanning
package import ContentAddressing
internal import GitObjects
internal import Glibc
internal import WorkspaceModel

/// Runs a plan: reuses every stored result that is still valid, runs the rest in parallel, stores what they make.
///
/// Decisions are made in one place, in order; only processes run beside it. Cancelling the task that runs the executor
/// ends every process and gives a report of what was done.
package final class PlanExecutor {
    private let plan: BuildPlan
    private let workspace: KeyedWorkspace
    private let settings: RunSettings
    private let store: any ContentStore & ActionCache
    private let results: FaultTolerantStore
    private let tracker: any OutputTracking
    private let observer: any RunObserver
    private let clock: () -> Double
    private let began: Double

    private var keys: ExecutionKeys
    private var state: RunState
    private var outcomes: [TaskOutcome] = []
    private var outputPatterns: [Int: PatternList] = [:]
    private var rewrites: RewrittenFiles
    /// What each running task reads, as its key says.
    private var startInputs: [Int: (items: [InputItem], tree: SourceTree, isPlanned: Bool)] = [:]

    /// - Parameters:
    ///   - store: where results are kept; its faults are warnings through `results`, which wraps it.
    ///   - clock: seconds from any fixed instant, never going back.
    package init(
        plan: BuildPlan, workspace: KeyedWorkspace, settings: RunSettings, store: any ContentStore & ActionCache,
        results: FaultTolerantStore, tracker: any OutputTracking, observer: any RunObserver,
        clock: @escaping () -> Double
    ) {
        self.plan = plan
        self.workspace = workspace
        self.settings = settings
        self.store = store
        self.results = results
        self.tracker = tracker
        self.observer = observer
        self.clock = clock
        began = clock()
        keys = plan.keys
        rewrites = RewrittenFiles(workspace: workspace, root: settings.root)
        var numbers: [String: Int] = [:]
        for (number, task) in plan.tasks.enumerated() { numbers[task.id] = number }
        state = RunState(
            dependencies: plan.tasks.map { $0.dependsOn.compactMap { numbers[$0] } },
            priorities: plan.tasks.map(\.priority), keepsGoing: settings.keepsGoing)
    }

    /// What a finished process hands back to the decisions.
    private struct Finished: Sendable {
        let number: Int
        let key: ContentDigest
        let result: TaskProcessResult
        let attempts: Int
        let startSeconds: Double
        let logPath: String
    }

    /// Runs the plan to its end. Never throws: what goes wrong is in the report.
    package func run() async -> RunReport {
        await withTaskGroup(of: Finished.self) { group in
            var running = 0
            while true {
                if Task.isCancelled { for number in state.stop() { end(number, .skipped) } }
                while let number = state.next() {
                    if reuseStored(number) { continue }
                    guard running < settings.jobs else {
                        state.putBack(number)
                        break
                    }
                    guard let start = prepare(number) else { continue }
                    running += 1
                    let startSeconds = clock() - began
                    var outcome = TaskOutcome(
                        task: plan.tasks[number], state: .succeeded, startSeconds: startSeconds,
                        endSeconds: startSeconds)
                    outcome.attempts = 1
                    observer.started(outcome)
                    group.addTask { await PlanExecutor.attempt(start, startSeconds: startSeconds) }
                }
                if state.isStopping { group.cancelAll() }
                guard running > 0, let finished = await group.next() else { break }
                running -= 1
                settle(finished)
            }
        }
        for number in state.stop() { end(number, .skipped) }
        return RunReport(plan: plan, outcomes: outcomes, wallSeconds: clock() - began, interruptedBy: nil)
    }

    /// A task that is about to run.
    private struct Start: Sendable {
        let number: Int
        let key: ContentDigest
        let process: TaskProcess
        let removal: OutputRemoval?
        let retries: Int
        let logPath: String
    }

    /// Runs the command, again when it fails and retries are left. Each try starts without what the one before made.
    @concurrent
    private static func attempt(_ start: Start, startSeconds: Double) async -> Finished {
        var attempts = 0
        while true {
            attempts += 1
            let result = await run(start, isRetry: attempts > 1)
            let mayRetry =
                switch result.ending {
                case .exited(let code): code != 0
                case .signalled, .timedOut: true
                case .cancelled, .couldNotStart: false
                }
            if !mayRetry || attempts > start.retries {
                return Finished(
                    number: start.number, key: start.key, result: result, attempts: attempts,
                    startSeconds: startSeconds,
                    logPath: start.logPath)
            }
        }
    }

    private static func run(_ start: Start, isRetry: Bool) async -> TaskProcessResult {
        func refused(_ reason: String) -> TaskProcessResult {
            TaskProcessResult(ending: .couldNotStart(reason), wallSeconds: 0, peakMemoryBytes: nil)
        }
        if isRetry {
            do throws(OutputError) {
                try start.removal?.remove()
            } catch {
                return refused("What the last try made cannot be removed: \(error.message)")
            }
        }
        let descriptor = open(start.logPath, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            return refused("Its log file cannot be made: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        return await start.process.run(log: descriptor)
    }

    // MARK: Before a task runs

    /// Ends the task with its stored result when there is one that is valid now.
    private func reuseStored(_ number: Int) -> Bool {
        let task = plan.tasks[number]
        noteRewrites()
        let key = keys.key(task.node)
        // What was found when the run was planned holds unless something below was made anew since, and otherwise.
        if let record = task.record, !rewrites.isTainted(task.node), key == nil || key == record.key,
            reuse(record, number, .cachedLocal, key: key)
        {
            return true
        }
        guard task.definition.cache, !settings.force, let key, let record = results.record(for: key) else {
            return false
        }
        return reuse(record, number, task.state == .run && !task.dependsOn.isEmpty ? .cutOff : .cachedLocal, key: key)
    }

    /// Makes ready to run; `nil` when the task cannot and has ended.
    private func prepare(_ number: Int) -> Start? {
        let task = plan.tasks[number]
        if task.definition.interactive {
            end(number, .failed, note: "\(task.id) needs a terminal's input, which tasks do not get.")
            return nil
        }
        guard let key = keys.key(task.node) else {
            end(number, .failed, note: "The key of \(task.id) could not be computed. This is a defect in Ripple.")
            return nil
        }
        var removal: OutputRemoval?
        do throws(OutputError) {
            tracker.forget(task: task.id)
            removal = try patterns(number).map {
                OutputRemoval(project: outputDirectory(task), patterns: $0, isShared: outputPlace(task).isShared)
            }
            try removal?.remove()
        } catch {
            end(number, .failed, note: "The old outputs of \(task.id) cannot be removed: \(error.message)")
            return nil
        }
        let inputs = rewrites.inputs(of: task.node)
        startInputs[number] = (inputs.items, rewrites.tree, !rewrites.isTainted(task.node))
        return Start(
            number: number, key: key,
            process: TaskProcess(
                command: task.definition.command, directory: directory(task), environment: environment(of: task),
                timeout: task.definition.timeoutSeconds.map { .seconds($0) }, grace: settings.grace),
            removal: removal, retries: task.definition.retries, logPath: "\(settings.logDirectory)/\(number).log")
    }

    /// Exactly what the task declares, and what every task sees.
    private func environment(of task: PlannedTask) -> [String: String] {
        let declared = KeyFacts(environment: settings.environment)
        let names =
            declared.environmentNames(matching: task.definition.env)
            + declared.environmentNames(matching: task.definition.passThroughEnv) + RunSettings.alwaysVisible
        var environment: [String: String] = [:]
        for name in names { if let value = settings.environment[name] { environment[name] = value } }
        return environment
    }

    private func directory(_ task: PlannedTask) -> String {
        task.directory.isRoot ? settings.root : "\(settings.root)/\(task.directory)"
    }

    /// Where the output patterns of the task begin.
    private func outputPlace(_ task: PlannedTask) -> OutputPlace {
        OutputPlace(task.definition.outputs, project: task.directory)
    }

    private func outputDirectory(_ task: PlannedTask) -> String {
        let directory = outputPlace(task).directory
        return directory.isRoot ? settings.root : "\(settings.root)/\(directory)"
    }

    private func patterns(_ number: Int) throws(OutputError) -> PatternList? {
        let task = plan.tasks[number]
        guard !task.definition.outputs.isEmpty else { return nil }
        if let known = outputPatterns[number] { return known }
        // The planner compiled the same patterns already, so they are sound.
        guard let list = try? PatternList(outputPlace(task).patterns) else { return nil }
        outputPatterns[number] = list
        return list
    }

    /// Makes the outputs of `record` be on disk and ends the task. False when they cannot be had.
    private func reuse(
        _ record: ActionRecord, _ number: Int, _ state: TaskOutcome.State, key: ContentDigest?
    ) -> Bool {
        let task = plan.tasks[number]
        let started = clock() - began
        let own = ActionRecord(
            task: task.id, key: record.key, outputs: record.outputs, log: record.log,
            durationSeconds: record.durationSeconds)
        var log: [UInt8] = []
        if let digest = record.log, digest != PlanExecutor.emptyLog {
            guard let bytes = results.read(digest) else { return false }
            log = bytes
        }
        do {
            if let patterns = try patterns(number),
                !tracker.isCurrent(
                    task: task.id, outputDigest: own.outputDigest, projectDirectory: outputDirectory(task))
            {
                tracker.forget(task: task.id)
                let instant = tracker.instant()
                let restoration = OutputRestoration(
                    project: outputDirectory(task), patterns: patterns, isShared: outputPlace(task).isShared,
                    store: store)
                try restoration.restore(own.outputs)
                tracker.record(own, projectDirectory: outputDirectory(task), verifiedAt: instant)
            }
        } catch {
            return false
        }
        noteTracked(number)
        keys.record(own, of: task.node, key: key ?? record.key)
        var outcome = TaskOutcome(task: task, state: state, startSeconds: started, endSeconds: clock() - began)
        outcome.log = record.log
        outcome.savedSeconds = record.durationSeconds
        finish(number, outcome, log: log)
        return true
    }

    /// Most tasks that pass print nothing; their log need not be fetched.
    private static let emptyLog = ContentDigest.of([] as [UInt8])

    // MARK: After a task ran

    private func settle(_ finished: Finished) {
        let task = plan.tasks[finished.number]
        var outcome = TaskOutcome(
            task: task, state: .failed, startSeconds: finished.startSeconds, endSeconds: clock() - began)
        outcome.attempts = finished.attempts
        outcome.peakMemoryBytes = finished.result.peakMemoryBytes.map { Int($0) }
        let log = readLog(finished.logPath)
        unlink(finished.logPath)
        switch finished.result.ending {
        case .exited(0):
            outcome.exitCode = 0
            outcome.state = .succeeded
            outcome.log = results.write(log)
            outcome.note = keep(finished, log: outcome.log)
        case .exited(let code):
            outcome.exitCode = Int(code)
            if finished.result.ending.isCommandNotFound {
                outcome.note =
                    "A command was not found (exit code 127): install it, or correct 'command' of \(task.id)."
            } else if finished.result.ending.isCommandNotExecutable {
                outcome.note = "A command is not executable (exit code 126)."
            }
        case .signalled(let signal):
            outcome.signal = Int(signal)
            outcome.note = "It was ended by signal \(signal)."
        case .timedOut:
            outcome.state = .timedOut
            let limit = task.definition.timeoutSeconds ?? 0
            outcome.note = "It ran longer than its timeout of \(limit) s."
        case .cancelled:
            outcome.state = .cancelled
        case .couldNotStart(let reason):
            outcome.note = reason
        }
        finish(finished.number, outcome, log: log)
    }

    /// Stores the result of a task that succeeded. Returns why it was not stored, or `nil`.
    private func keep(_ finished: Finished, log: ContentDigest?) -> String? {
        let task = plan.tasks[finished.number]
        let instant = tracker.instant()
        let started = startInputs.removeValue(forKey: finished.number)
        var problem: String?
        var outputs: [OutputEntry]?
        do throws(OutputError) {
            outputs = try capture(finished.number, task, &problem)
        } catch {
            problem = error.message
        }
        let record = outputs.map {
            ActionRecord(
                task: task.id, key: finished.key, outputs: $0, log: log, durationSeconds: finished.result.wallSeconds)
        }
        keys.record(record, of: task.node, key: finished.key)
        noteTracked(finished.number)
        guard task.definition.cache else { return nil }
        if let problem { return "Its result is not stored: \(problem)" }
        guard let record, let started else { return nil }
        if let changed = changedInput(finished.number, started.items, started.tree) {
            return "Its result is not stored: \(changed) changed while the run was going on."
        }
        guard results.isWriting else { return nil }
        noteRewrites()
        // The planning key finds the result before anything below it is known, unless this run changed what it means.
        let isAsPlanned = started.isPlanned && !rewrites.isTainted(task.node)
        if results.store(record, under: isAsPlanned ? [finished.key, task.key] : [finished.key]),
            !record.outputs.isEmpty
        {
            tracker.record(record, projectDirectory: outputDirectory(task), verifiedAt: instant)
        }
        return nil
    }

    /// What the task made. A store that refuses is a problem of storing, not of knowing.
    private func capture(_ number: Int, _ task: PlannedTask, _ problem: inout String?) throws(OutputError)
        -> [OutputEntry]
    {
        guard let patterns = try patterns(number) else { return [] }
        let writable = results.isWriting && task.definition.cache
        let target: any ContentStore = writable ? store : DigestOnlyStore()
        do throws(OutputError) {
            return try OutputCapture(project: outputDirectory(task), patterns: patterns, store: target).capture()
        } catch {
            guard error.code == .store, writable else { throw error }
            problem = error.message
            return try OutputCapture(project: outputDirectory(task), patterns: patterns, store: DigestOnlyStore())
                .capture()
        }
    }

    /// The first input that is no longer what the key says, or that is new; `nil` when all is as it was.
    private func changedInput(_ number: Int, _ items: [InputItem], _ tree: SourceTree) -> RepoPath? {
        let task = plan.tasks[number]
        let check = InputCheck(root: settings.root, snapshotSeconds: settings.snapshotSeconds)
        do {
            if let changed = try check.changedInput(items, in: tree) { return changed }
            return try check.addedInput(below: task.directory, in: tree, ignoring: settings.ignoreRules) { path in
                try self.workspace.reads(task.node, path)
            }
        } catch {
            // What cannot be read cannot be vouched for.
            return task.directory
        }
    }

    private func readLog(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    private func end(_ number: Int, _ state: TaskOutcome.State, note: String? = nil) {
        let now = clock() - began
        var outcome = TaskOutcome(task: plan.tasks[number], state: state, startSeconds: now, endSeconds: now)
        outcome.note = note
        // What never started was taken off the books by whoever stopped it.
        if state == .skipped {
            outcomes.append(outcome)
            observer.finished(outcome, log: [])
        } else {
            finish(number, outcome, log: [])
        }
    }

    private func finish(_ number: Int, _ outcome: TaskOutcome, log: [UInt8]) {
        outcomes.append(outcome)
        observer.finished(outcome, log: log)
        for skipped in state.finish(number, succeeded: outcome.state.isSuccess) { end(skipped, .skipped) }
    }

    // MARK: Tracked files that tasks rewrite

    /// Notes the tracked files among the task's outputs that are no longer what the plan's tree holds.
    private func noteTracked(_ number: Int) {
        guard let patterns = try? patterns(number) else { return }
        rewrites.note(patterns, in: outputPlace(plan.tasks[number]).directory)
    }

    /// Lets the keys see what was rewritten.
    private func noteRewrites() {
        if let inputs = rewrites.takeChangedInputs() { keys.rewrite(inputs) }
    }
}
