internal import CProcessGuard
internal import Glibc
internal import Subprocess
internal import SystemPackage

extension TaskProcess {
    /// Runs the program to its end, with `log` as its standard output and error and nothing to read.
    ///
    /// `log` is an open file descriptor that stays open; both streams share its position, so their order is kept. When
    /// this returns, no process of the program's group is alive: what it left in the background was killed.
    ///
    /// When the calling task is cancelled, or the time is up, every process of the group is asked to end (SIGTERM) and,
    /// after the grace period, killed.
    package func run(log: CInt) async -> TaskProcessResult {
        let start = ContinuousClock.now
        // Subprocess answers the cancellation of the task it runs in by killing the program alone and at once. Run in a
        // task of its own, it never sees the cancellation, which comes through this stream instead.
        let (cancellation, request) = AsyncStream.makeStream(of: Void.self)
        let isCancelled = Task.isCancelled
        let run = Task { await runToEnd(log: log, isCancelled: isCancelled, cancellation: cancellation) }
        var result = await withTaskCancellationHandler {
            await run.value
        } onCancel: {
            request.yield()
        }
        request.finish()
        result.wallSeconds = start.duration(to: .now) / .seconds(1)
        return result
    }

    private func runToEnd(
        log: CInt, isCancelled: Bool, cancellation: AsyncStream<Void>
    ) async -> TaskProcessResult {
        if isCancelled { return .notStarted(.cancelled) }
        if let reason = refusal { return .notStarted(.couldNotStart(reason)) }
        // A session of its own makes a process group of its own, and takes the terminal away: a program that would ask
        // there for a password fails at once, where in a mere background group it would be stopped for ever.
        var options = PlatformOptions()
        options.createSession = true
        let output = FileDescriptorOutput.fileDescriptor(
            FileDescriptor(rawValue: log), closeAfterSpawningProcess: false)
        do {
            let outcome = try await Subprocess.run(
                .path(FilePath(program)), arguments: Arguments(arguments),
                environment: .custom(subprocessEnvironment), workingDirectory: FilePath(directory),
                platformOptions: options, input: .none, output: output, error: .combinedWithOutput
            ) { execution in
                await supervise(execution, cancellation: cancellation)
            }
            let supervised = outcome.closureResult
            await awaitEnd(ofGroup: outcome.processIdentifier.value)
            return TaskProcessResult(
                ending: supervised.stopped ?? TaskProcessEnding(outcome.terminationStatus),
                wallSeconds: 0, peakMemoryBytes: supervised.peakMemoryBytes)
        } catch {
            return .notStarted(.couldNotStart(startFailure(error)))
        }
    }

    private var subprocessEnvironment: [Subprocess.Environment.Key: String] {
        var result: [Subprocess.Environment.Key: String] = [:]
        for (name, value) in environment { result[Subprocess.Environment.Key(stringLiteral: name)] = value }
        return result
    }
}

// MARK: - While it runs

private struct Supervised: Sendable {
    /// Why Ripple ended it; `nil` when it ended by itself.
    var stopped: TaskProcessEnding?
    var peakMemoryBytes: Int64?
}

extension TaskProcess {
    /// Waits until the program has ended, by itself or because it had to, and kills what is left of its group.
    ///
    /// The program's process is not reaped before this returns, so that its id, which is the group's, cannot have
    /// passed to a stranger when the group is killed.
    private func supervise<Input, Output, Failure>(
        _ execution: Execution<Input, Output, Failure>, cancellation: AsyncStream<Void>
    ) async -> Supervised {
        let group = execution.processIdentifier.value
        let timeout = timeout
        let stopped = await withTaskGroup(of: TaskProcessEnding?.self) { events in
            events.addTask {
                // The only way the package offers to wait in the body: a teardown whose first step sends nothing
                // (signal 0) and allows ten years.
                await execution.teardown(using: [
                    .send(signal: Signal(rawValue: 0), allowedDurationToNextStep: .seconds(10 * 365 * 86_400))
                ])
                return nil
            }
            events.addTask {
                for await _ in cancellation { return .cancelled }
                return nil
            }
            if let timeout {
                events.addTask {
                    do { try await Task.sleep(for: timeout, clock: .continuous) } catch { return nil }
                    return .timedOut
                }
            }
            let first = await events.next() ?? nil
            if first != nil { await askToEnd(group: group) }
            kill(-group, SIGKILL)
            events.cancelAll()
            return first
        }
        let peak = ripple_guard_peak_memory(group)
        return Supervised(stopped: stopped, peakMemoryBytes: peak < 0 ? nil : peak)
    }

    /// Sends SIGTERM to the group and waits until all of it has ended or the grace period is over.
    ///
    /// The whole group matters, not only the shell, which SIGTERM ends at once while its children still clean up.
    private func askToEnd(group: pid_t) async {
        kill(-group, SIGTERM)
        // A stopped process takes the signal only when it goes on.
        kill(-group, SIGCONT)
        let deadline = ContinuousClock.now + grace
        while ripple_guard_group_is_alive(group), ContinuousClock.now < deadline {
            try? await Task.sleep(for: min(.milliseconds(10), grace))
        }
    }

    /// Waits until the processes killed with the group are gone: a signal is sent in an instant, and death takes
    /// longer.
    ///
    /// Gives up after five seconds; only a process that the kernel cannot interrupt lasts that long.
    private func awaitEnd(ofGroup group: pid_t) async {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            // Orphans of the group fall to a guarded Ripple (a child subreaper), which has to reap them.
            while waitpid(-group, nil, WNOHANG) > 0 {}
            // No such group, in nearly every case: no need to look through all processes.
            if kill(-group, 0) != 0, errno == ESRCH { return }
            if !ripple_guard_group_is_alive(group) || ContinuousClock.now > deadline { return }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }
}

extension TaskProcessEnding {
    fileprivate init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signalled(signal)
        }
    }
}

extension TaskProcessResult {
    fileprivate static func notStarted(_ ending: TaskProcessEnding) -> TaskProcessResult {
        TaskProcessResult(ending: ending, wallSeconds: 0, peakMemoryBytes: nil)
    }
}
