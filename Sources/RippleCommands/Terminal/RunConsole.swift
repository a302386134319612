internal import BuildPlanning
internal import BuildReports
internal import Glibc
internal import PlanExecution
internal import Synchronization

/// Shows a run: each task's log as one piece when it ends, a live line on a terminal, plain lines in a pipe.
final class RunConsole: RunObserver {
    private let console: Console
    private let style: TextStyle
    private let logs: Int32
    private let total: Int
    private let progress: ProgressLine?
    private var done = 0
    private var buffer: [UInt8] = []

    init(_ plan: BuildPlan, _ console: Console, logsToError: Bool) {
        self.console = console
        logs = logsToError ? STDERR_FILENO : STDOUT_FILENO
        style = logsToError ? console.noteStyle : console.answerStyle
        total = plan.tasks.count
        progress = console.showsProgress && plan.runCount > 0 ? ProgressLine(plan, style: console.noteStyle) : nil
    }

    func started(_ outcome: TaskOutcome) {
        flush()
        progress?.started(outcome.task.id)
    }

    func finished(_ outcome: TaskOutcome, log: [UInt8]) {
        done += 1
        let isFailure = outcome.state == .failed || outcome.state == .timedOut
        if !console.isQuiet || isFailure {
            append(headline(outcome))
            if outcome.state != .cancelled {
                buffer += log
                if let last = log.last, last != UInt8(ascii: "\n") { buffer.append(UInt8(ascii: "\n")) }
            }
            if let note = outcome.note { append("  \(style.note(note))") }
        }
        progress?.ended(outcome.task.id)
        // Reused results come in bursts: one write for many. What ran is shown at once.
        if outcome.attempts > 0 || buffer.count > 1 << 16 { flush() }
    }

    private func append(_ line: String) {
        buffer += line.utf8
        buffer.append(UInt8(ascii: "\n"))
    }

    private func flush() {
        guard !buffer.isEmpty else { return }
        progress?.clear()
        Console.write(buffer, to: logs)
        buffer.removeAll(keepingCapacity: true)
        progress?.draw()
    }

    private func headline(_ outcome: TaskOutcome) -> String {
        let seconds = durationText(outcome.endSeconds - outcome.startSeconds)
        let id = style.strong(outcome.task.id)
        switch outcome.state {
        case .succeeded:
            let flaky = outcome.isFlaky ? " \(style.note("(flaky: passed on attempt \(outcome.attempts))"))" : ""
            return "\(style.good("done"))      \(id)  \(seconds)\(flaky)"
        case .cachedLocal, .cachedRemote:
            return "\(style.faint("cached"))    \(id)  \(style.faint("saved \(durationText(outcome.savedSeconds))"))"
        case .cutOff:
            return
                "\(style.faint("cut off"))   \(id)  \(style.faint("its dependencies were rebuilt to the same bytes; saved \(durationText(outcome.savedSeconds))"))"
        case .failed:
            let code =
                outcome.exitCode.map { "exit code \($0)" } ?? outcome.signal.map { "signal \($0)" } ?? "not started"
            return "\(style.bad("failed"))    \(id)  \(code), \(seconds)"
        case .timedOut: return "\(style.bad("timed out")) \(id)  \(seconds)"
        case .skipped: return "\(style.faint("skipped"))   \(id)"
        case .cancelled: return "\(style.note("cancelled")) \(id)  \(seconds)"
        }
    }

    /// Shows what is left and sums up.
    func end(_ report: RunReport) {
        flush()
        progress?.stop()
        guard total > 0 else { return }
        var parts: [String] = []
        func add(_ count: Int, _ text: String) { if count > 0 { parts.append("\(count) \(text)") } }
        add(report.count(.succeeded), "done")
        add(report.count(.cachedLocal) + report.count(.cachedRemote), "cached")
        add(report.count(.cutOff), "cut off")
        add(report.count(.failed) + report.count(.timedOut), "failed")
        add(report.count(.cancelled), "cancelled")
        add(report.count(.skipped), "skipped")
        let saved = report.savedSeconds >= 0.05 ? ", \(durationText(report.savedSeconds)) saved" : ""
        let verdict =
            report.interruptedBy != nil
            ? style.note("interrupted")
            : report.succeeded ? style.good("ok") : style.bad("failed")
        let line = "\(verdict): \(parts.joined(separator: ", ")) in \(durationText(report.wallSeconds))\(saved)"
        Console.write(Array("\(line)\n".utf8), to: logs)
    }
}

/// One line at the bottom of a terminal that says how far the run is.
final class ProgressLine: Sendable {
    private struct State {
        var running: [String] = []
        var done = 0
        var isShown = false
        var isStopped = false
        /// Estimated seconds from each unfinished task's start to the end of the longest chain it heads.
        var levels: [String: Double]
        var starts: [String: Double] = [:]
    }

    private let state: Mutex<State>
    private let total: Int
    private let style: TextStyle
    private let began = ProcessContext.monotonicSeconds()

    init(_ plan: BuildPlan, style: TextStyle) {
        total = plan.tasks.count
        self.style = style
        state = Mutex(State(levels: Dictionary(plan.tasks.map { ($0.id, $0.priority) }, uniquingKeysWith: max)))
        Task.detached { [weak self] in
            while let self, !self.state.withLock({ $0.isStopped }) {
                self.draw()
                try? await Task.sleep(for: .milliseconds(120))
            }
        }
    }

    func started(_ id: String) {
        state.withLock {
            $0.running.append(id)
            $0.starts[id] = ProcessContext.monotonicSeconds()
        }
        draw()
    }

    func ended(_ id: String) {
        state.withLock {
            $0.running.removeAll { $0 == id }
            $0.levels[id] = nil
            $0.done += 1
        }
    }

    func stop() {
        state.withLock {
            $0.isStopped = true
            ProgressLine.erase(&$0)
        }
    }

    func clear() { state.withLock { ProgressLine.erase(&$0) } }

    private static func erase(_ state: inout State) {
        guard state.isShown else { return }
        Console.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
        state.isShown = false
    }

    func draw() {
        let now = ProcessContext.monotonicSeconds()
        state.withLock { state in
            guard !state.isStopped else { return }
            let remaining =
                state.levels.map { id, level in level - (state.starts[id].map { now - $0 } ?? 0) }.max() ?? 0
            var text = "[\(state.done)/\(total)] \(durationText(now - began))"
            if remaining >= 0.5 { text += ", about \(durationText(remaining)) left" }
            if !state.running.isEmpty { text += ": \(state.running.joined(separator: ", "))" }
            var size = winsize()
            let width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
            if text.count >= width { text = String(text.prefix(width - 2)) + "…" }
            Console.write(Array("\r\u{1B}[K\(style.faint(text))".utf8), to: STDERR_FILENO)
            state.isShown = true
        }
    }
}
