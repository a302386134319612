/// One program to be run for a task: what, where, with which environment, and for how long at most.
package struct TaskProcess: Sendable {
    /// The absolute path of the program.
    package var program: String
    /// Without the program's own name.
    package var arguments: [String]
    /// The absolute path of the working directory.
    package var directory: String
    /// Everything the program sees; nothing is added from Ripple's own environment.
    package var environment: [String: String]
    /// How long it may run; `nil` is as long as it likes. A time in which Ripple was suspended counts.
    package var timeout: Duration?
    /// How long the processes may take to end after they were asked to (SIGTERM), before they are killed.
    package var grace: Duration

    package init(
        program: String, arguments: [String], directory: String, environment: [String: String],
        timeout: Duration? = nil, grace: Duration = .seconds(5)
    ) {
        self.program = program
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.timeout = timeout
        self.grace = grace
    }

    /// Runs `command` with `/bin/sh -c`.
    package init(
        command: String, directory: String, environment: [String: String],
        timeout: Duration? = nil, grace: Duration = .seconds(5)
    ) {
        self.init(
            program: "/bin/sh", arguments: ["-c", command], directory: directory, environment: environment,
            timeout: timeout, grace: grace)
    }
}

/// How a task's process ended. None of these is an error of Ripple's.
package enum TaskProcessEnding: Sendable, Hashable {
    case exited(Int32)
    /// A signal that Ripple did not send ended it.
    case signalled(Int32)
    /// It ran longer than it may and was ended.
    case timedOut
    /// The run was cancelled and it was ended, or it was not started for that reason.
    case cancelled
    /// It never ran: a sentence for the person at the terminal.
    case couldNotStart(String)
}

extension TaskProcessEnding {
    package var isSuccess: Bool { self == .exited(0) }

    /// Whether the shell found no program of the command's name (POSIX, "Exit Status for Commands": 127).
    package var isCommandNotFound: Bool { self == .exited(127) }

    /// Whether the shell found the program and could not execute it (126).
    package var isCommandNotExecutable: Bool { self == .exited(126) }
}

/// How a task's process ended and what it took.
package struct TaskProcessResult: Sendable, Hashable {
    package var ending: TaskProcessEnding
    package var wallSeconds: Double
    /// The peak resident size of the largest single process that the task waited for, as the kernel counts it; never
    /// below Ripple's own size at the start. `nil` when the process did not run or the kernel does not say.
    package var peakMemoryBytes: Int64?
}
