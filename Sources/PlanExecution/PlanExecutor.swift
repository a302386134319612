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
    /// Tracked files that tasks of this run rewrote.
    private var rewritten: [RepoPath: TreeEdit] = [:]
    private var rekeyed: InputReader?

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
                var blocked: [Int] = []
                while let number = state.next() {
                    guard let start = prepare(number) else { continue }
                    guard running < settings.jobs else {
                        blocked.append(number)
                        break
                    }
                    running += 1
                    let process = start.process, retries = plan.tasks[number].definition.retries
                    let began = self.began, startSeconds = clock() - began, key = start.key, logPath = start.logPath
                    var outcome = TaskOutcome(
                        task: plan.tasks[number], state: .succeeded, startSeconds: startSeconds, endSeconds: startSeconds)
                    outcome.attempts = 1
                    observer.started(outcome)
                    group.addTask {
                        await PlanExecutor.attempt(
                            number, process, key: key, retries: retries, logPath: logPath, startSeconds: startSeconds)
                    }
                }
                for number in blocked { state.putBack(number) }
                guard running > 0, let finished = await group.next() else { break }
                running -= 1
                settle(finished)
                if state.isStopping { group.cancelAll() }
            }
        }
        for number in state.stop() { end(number, .skipped) }
        return RunReport(plan: plan, outcomes: outcomes, wallSeconds: clock() - began, interruptedBy: nil)
    }

    /// Runs the command, again when it fails and retries are left.
    @concurrent
    private static func attempt(
        _ number: Int, _ process: TaskProcess, key: ContentDigest, retries: Int, logPath: String, startSeconds: Double
    ) async -> Finished {
        var attempts = 0
        while true {
            attempts += 1
            let descriptor = open(logPath, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
            let result: TaskProcessResult
            if descriptor < 0 {
                let reason = String(cString: strerror(errno))
                result = TaskProcessResult(
                    ending: .couldNotStart("Its log file cannot be made: \(reason)."), wallSeconds: 0, peakMemoryBytes: nil)
            } else {
                result = await process.run(log: descriptor)
                close(descriptor)
            }
            let mayRetry = switch result.ending {
            case .exited(let code): code != 0
            case .signalled, .timedOut: true
            case .cancelled, .couldNotStart: false
            }
            if !mayRetry || attempts > retries {
                return Finished(
                    number: number, key: key, result: result, attempts: attempts, startSeconds: startSeconds,
                    logPath: logPath)
            }
        }
    }

    // MARK: Before a task runs

    /// Reuses the stored result when there is one; else says how to run the task. `nil` when the task has ended.
    private func prepare(_ number: Int) -> (process: TaskProcess, key: ContentDigest, logPath: String)? {
        let task = plan.tasks[number]
        if task.definition.interactive {
            end(number, .failed, note: "\(task.id) needs a terminal's input, which tasks do not get.")
            return nil
        }
        if let record = task.record, !isRewritten(task), reuse(record, number, .cachedLocal) { return nil }
        guard let key = currentKey(task) else {
            end(number, .failed, note: "The key of \(task.id) could not be computed. This is a defect in Ripple.")
            return nil
        }
        let mayReuse = task.definition.cache && !settings.force
        if mayReuse, let record = results.record(for: key),
            reuse(record, number, task.state == .run && !task.dependsOn.isEmpty ? .cutOff : .cachedLocal, key: key)
        {
            return nil
        }
        do throws(OutputError) {
            tracker.forget(task: task.id)
            if let patterns = try patterns(number) { try OutputRemoval(project: directory(task), patterns: patterns).remove() }
        } catch {
            end(number, .failed, note: "The old outputs of \(task.id) cannot be removed: \(error.message)")
            return nil
        }
        var environment: [String: String] = [:]
        let declared = KeyFacts(environment: settings.environment)
        let names = declared.environmentNames(matching: task.definition.env)
            + declared.environmentNames(matching: task.definition.passThroughEnv) + RunSettings.alwaysVisible
        for name in names { if let value = settings.environment[name] { environment[name] = value } }
        let process = TaskProcess(
            command: task.definition.command, directory: directory(task), environment: environment,
            timeout: task.definition.timeoutSeconds.map { .seconds($0) }, grace: settings.grace)
        return (process, key, "\(settings.logDirectory)/\(number).log")
    }

    private func directory(_ task: PlannedTask) -> String {
        task.directory.isRoot ? settings.root : "\(settings.root)/\(task.directory)"
    }

    private func patterns(_ number: Int) throws(OutputError) -> PatternList? {
        let outputs = plan.tasks[number].definition.outputs
        guard !outputs.isEmpty else { return nil }
        if let known = outputPatterns[number] { return known }
        // The planner compiled the same patterns already, so they are sound.
        guard let list = try? PatternList(outputs) else { return nil }
        outputPatterns[number] = list
        return list
    }

    /// Makes the outputs of `record` be on disk and ends the task. False when they cannot be had.
    private func reuse(_ record: ActionRecord, _ number: Int, _ state: TaskOutcome.State, key: ContentDigest? = nil) -> Bool {
        let task = plan.tasks[number]
        let started = clock() - began
        let own = ActionRecord(
            task: task.id, key: record.key, outputs: record.outputs, log: record.log, durationSeconds: record.durationSeconds)
        var log: [UInt8] = []
        if let digest = record.log {
            guard let bytes = results.read(digest) else { return false }
            log = bytes
        }
        do {
            if let patterns = try patterns(number),
                !tracker.isCurrent(task: task.id, outputDigest: own.outputDigest, projectDirectory: directory(task))
            {
                tracker.forget(task: task.id)
                let instant = tracker.instant()
                try OutputRestoration(project: directory(task), patterns: patterns, store: store).restore(own.outputs)
                tracker.record(own, projectDirectory: directory(task), verifiedAt: instant)
            }
        } catch {
            return false
        }
        noteRewritten(task, own.outputs)
        keys.record(own, of: task.node, key: key ?? record.key)
        var outcome = TaskOutcome(task: task, state: state, startSeconds: started, endSeconds: clock() - began)
        outcome.log = record.log
        outcome.savedSeconds = record.durationSeconds
        finish(number, outcome, log: log)
        return true
    }

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
                outcome.note = "A command was not found (exit code 127): install it, or correct 'command' of \(task.id)."
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
        var problem: String?
        var outputs: [OutputEntry] = []
        do throws(OutputError) {
            if let patterns = try patterns(finished.number) {
                let writable = results.isWriting && task.definition.cache
                let target: any ContentStore = writable ? store : DigestOnlyStore()
                do throws(OutputError) {
                    outputs = try OutputCapture(project: directory(task), patterns: patterns, store: target).capture()
                } catch {
                    guard error.code == .store, writable else { throw error }
                    problem = error.message
                    outputs = try OutputCapture(
                        project: directory(task), patterns: patterns, store: DigestOnlyStore()).capture()
                }
            }
        } catch {
            problem = error.message
        }
        let record = ActionRecord(
            task: task.id, key: finished.key, outputs: outputs, log: log, durationSeconds: finished.result.wallSeconds)
        keys.record(record, of: task.node, key: finished.key)
        noteRewritten(task, outputs)
        guard task.definition.cache else { return nil }
        if let problem { return "Its result is not stored: \(problem)" }
        let check = InputCheck(root: settings.root, snapshotSeconds: settings.snapshotSeconds)
        do throws(GitError) {
            let (items, tree) = currentInputs(task)
            if let changed = try check.changedInput(items, in: tree) {
                return "Its result is not stored: \(changed) changed while the run was going on."
            }
        } catch {
            return "Its result is not stored: \(error.message)"
        }
        guard results.isWriting else { return nil }
        // The planning key finds the result before anything below it is known, unless this run changed what it means.
        let names = isRewritten(task) ? [finished.key] : [finished.key, task.key]
        if results.store(record, under: names), !outputs.isEmpty {
            tracker.record(record, projectDirectory: directory(task), verifiedAt: instant)
        }
        return nil
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

    /// Notes outputs that are tracked files with other content than in the plan's tree: whoever reads them gets a new key.
    private func noteRewritten(_ task: PlannedTask, _ outputs: [OutputEntry]) {
        for output in outputs {
            let path = task.directory.appending(output.path)
            guard case .some(.some(let entry)) = try? workspace.tree.entry(path), entry.mode != .directory else { continue }
            let file = (Array(settings.root.utf8) + [UInt8(ascii: "/")] + path.bytes).map { CChar(bitPattern: $0) } + [0]
            var status = stat()
            guard lstat(file, &status) == 0, let (mode, id) = DiskFile.identity(file, status) else { continue }
            if mode == entry.mode, id == entry.id {
                if rewritten.removeValue(forKey: path) != nil { rekeyed = nil }
            } else {
                rewritten[path] = .set(mode, id)
                rekeyed = nil
            }
        }
    }

    /// Whether this run rewrote something the task reads.
    private func isRewritten(_ task: PlannedTask) -> Bool {
        guard !rewritten.isEmpty else { return false }
        return currentInputs(task).items != workspace.keys[task.node].inputs.items
    }

    private func currentKey(_ task: PlannedTask) -> ContentDigest? {
        guard !rewritten.isEmpty else { return keys.key(task.node) }
        return keys.key(task.node, inputs: inputs(task).digest)
    }

    private func currentInputs(_ task: PlannedTask) -> (items: [InputItem], tree: SourceTree) {
        guard !rewritten.isEmpty else { return (workspace.keys[task.node].inputs.items, workspace.tree) }
        return (inputs(task).items, rekeyed?.sourceTree ?? workspace.tree)
    }

    private func inputs(_ task: PlannedTask) -> InputSet {
        if rekeyed == nil { rekeyed = try? workspace.reader(afterEdits: rewritten) }
        return (try? rekeyed?.inputs(of: task.node, in: workspace)) ?? workspace.keys[task.node].inputs
    }
}
