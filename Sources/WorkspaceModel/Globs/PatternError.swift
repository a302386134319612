package import Diagnostics

/// Why a text is no pattern. It does not know where the pattern was written; the caller adds that.
package struct PatternError: Error, Hashable, Sendable {
    /// The pattern as it was written.
    package let pattern: String
    /// What is wrong, without a capital letter and a full stop: "the '{' is never closed".
    package let problem: String

    package init(pattern: String, problem: String) {
        self.pattern = pattern
        self.problem = problem
    }
}

extension PatternError: ClassifiedError {
    package var fault: FaultClass { .user }
    package var message: String { "Pattern '\(pattern)': \(problem)." }
}

/// A problem found while a part of a pattern is read; becomes a `PatternError` where the whole is known.
struct PatternProblem: Error {
    let text: String
}
