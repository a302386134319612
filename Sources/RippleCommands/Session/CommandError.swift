internal import Diagnostics

/// A mistake in how a command was called, or in a file it was given.
struct CommandError: ClassifiedError {
    let fault: FaultClass
    let message: String

    init(_ fault: FaultClass, _ message: String) {
        self.fault = fault
        self.message = message
    }
}

/// Ends the command with an exit code after its answer was given.
struct ExitWith: Error {
    let code: Int32
}

extension FaultClass {
    /// The exit code of the product's contract.
    var exitCode: Int32 {
        switch self {
        case .user: 2
        case .environment: 3
        case .infrastructure: 4
        case .internal: 70
        }
    }
}
