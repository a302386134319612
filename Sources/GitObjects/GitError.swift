internal import CLibgit2
package import Diagnostics

/// A failure to read a repository, with the sentence a person can act on.
package struct GitError: ClassifiedError, Sendable {
    /// What went wrong, for programs. Opaque, so that codes can be added.
    package struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }

        package static let notRepository = Code("not-repository")
        package static let unsupportedRepository = Code("unsupported-repository")
        package static let unknownRevision = Code("unknown-revision")
        package static let objectMissing = Code("object-missing")
        package static let noMergeBase = Code("no-merge-base")
        package static let corrupt = Code("corrupt")
        package static let unreadable = Code("unreadable")
    }

    package let code: Code
    package let fault: FaultClass
    package let message: String

    package init(_ code: Code, _ fault: FaultClass, _ message: String) {
        self.code = code
        self.fault = fault
        self.message = message
    }
}

/// Libgit2's explanation of the failure that just happened on this thread.
///
/// Must be called at once after the failing call: the error is thread-local and the next call replaces it.
func lastLibgit2Message() -> String {
    ripple_git_last_error().map { String(cString: $0) } ?? "no further explanation"
}
