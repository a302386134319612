/// Who can mend a failure. It alone decides the exit code.
package enum FaultClass: Sendable, Hashable {
    /// The user must change something: a flag, the configuration, a name. Exit code 2.
    case user
    /// The environment must change: not a repository, history cut off, a missing tool. Exit code 3.
    case environment
    /// An outside service failed and the user asked that to be fatal. Exit code 4.
    case infrastructure
    /// A defect in Ripple. Exit code 70.
    case `internal`
}

/// An error that says what happened, what to do about it, and who can.
package protocol ClassifiedError: Error, CustomStringConvertible {
    var fault: FaultClass { get }
    /// One or more full sentences for the person at the terminal: what happened, where, and what to do.
    var message: String { get }
}

extension ClassifiedError {
    package var description: String { message }
}
