package import BuildPlanning
package import ContentAddressing

/// What happened to one task of a run.
package struct TaskOutcome: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case succeeded, failed
        /// Its result was in the local cache when the run was planned.
        case cachedLocal = "cached-local"
        case cachedRemote = "cached-remote"
        /// It was planned to run, but what it depends on was rebuilt to the same bytes.
        case cutOff = "cut-off"
        /// Something it needs failed, or the run stopped before it.
        case skipped
        /// It was running when the run stopped.
        case cancelled
        case timedOut = "timed-out"

        /// Whether the task's result is there.
        package var isSuccess: Bool {
            switch self {
            case .succeeded, .cachedLocal, .cachedRemote, .cutOff: true
            case .failed, .skipped, .cancelled, .timedOut: false
            }
        }
    }

    package var task: PlannedTask
    package var state: State
    /// Seconds since the run began.
    package var startSeconds: Double
    package var endSeconds: Double
    package var exitCode: Int?
    package var signal: Int?
    /// How often the command was started.
    package var attempts: Int
    package var log: ContentDigest?
    package var peakMemoryBytes: Int?
    /// The seconds the stored run took that this one did not have to.
    package var savedSeconds: Double
    /// Why the result was not stored, why a task failed to start, and the like: a sentence, or `nil`.
    package var note: String?

    package init(task: PlannedTask, state: State, startSeconds: Double, endSeconds: Double) {
        self.task = task
        self.state = state
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
        attempts = 0
        savedSeconds = 0
    }

    /// A task that failed once and then passed.
    package var isFlaky: Bool { state == .succeeded && attempts > 1 }
}

/// What a run did.
package struct RunReport {
    package var plan: BuildPlan
    /// In the order in which the tasks ended.
    package var outcomes: [TaskOutcome]
    package var wallSeconds: Double
    /// The signal that stopped the run, or `nil`.
    package var interruptedBy: Int32?

    package var succeeded: Bool { interruptedBy == nil && outcomes.allSatisfy { $0.state.isSuccess } }

    package func count(_ state: TaskOutcome.State) -> Int { outcomes.count { $0.state == state } }

    /// The seconds of work that was done, added over all processes.
    package var workSeconds: Double {
        outcomes.reduce(0) { $0 + ($1.attempts > 0 ? $1.endSeconds - $1.startSeconds : 0) }
    }

    /// The seconds of work that stored results saved.
    package var savedSeconds: Double { outcomes.reduce(0) { $0 + $1.savedSeconds } }
}
