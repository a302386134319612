package import Diagnostics
internal import GitObjects
internal import WorkspaceModel

/// A failure to work out what a workspace's tasks are or read.
package struct AnalysisError: ClassifiedError, Sendable {
    package let fault: FaultClass
    package let message: String

    package init(_ fault: FaultClass, _ message: String) {
        self.fault = fault
        self.message = message
    }

    package init(_ error: any ClassifiedError) {
        self.init(error.fault, error.message)
    }

    init(pattern error: PatternError, place: String, field: String) {
        self.init(.user, "\(place): the pattern '\(error.pattern)' in '\(field)' cannot be used: \(error.problem)")
    }
}
