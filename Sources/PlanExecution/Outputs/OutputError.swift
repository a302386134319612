package import ContentAddressing
package import Diagnostics
package import GitObjects
internal import Glibc

/// Why outputs could not be stored, removed or restored.
///
/// None of these is worth failing a build for: outputs that could not be stored are not reused later, and outputs that
/// could not be restored are made again by running the task.
package struct OutputError: ClassifiedError, Equatable {
    package enum Code: Sendable, Hashable {
        /// A record names a path that no task can have made: it is absolute, leaves the project, or is not selected by
        /// the task's outputs.
        case unsafePath
        /// A directory on the way to an output is a link or a file, or what is no output is in the place of one.
        case obstructed
        /// A socket, FIFO or device lies among the outputs.
        case notStorable
        /// The file system refused.
        case fileSystem
        /// The store refused, or does not have a blob.
        case store
    }

    package let code: Code
    /// Relative to the project; the root is the project itself.
    package let path: RepoPath
    package let message: String
    /// The store's own error, when it is the cause.
    package let cause: StoreError?

    package var fault: FaultClass { .environment }

    private init(_ code: Code, _ path: RepoPath, _ message: String, cause: StoreError? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.cause = cause
    }

    static func unsafePath(_ path: RepoPath, _ problem: String) -> OutputError {
        OutputError(.unsafePath, path, "The stored output \"\(path)\" is not used: \(problem).")
    }

    static func obstructed(_ path: RepoPath) -> OutputError {
        OutputError(
            .obstructed, path,
            "Nothing is written below \(path), because something is there that is not one of the task's outputs. "
                + "Move it away or change the outputs.")
    }

    static func notStorable(_ path: RepoPath) -> OutputError {
        OutputError(
            .notStorable, path,
            "The output \(path) is a socket, a FIFO or a device, which cannot be stored. Exclude it from the outputs.")
    }

    /// From `errno` after `action`, such as `remove`.
    static func fileSystem(_ action: String, _ path: RepoPath, errno code: CInt) -> OutputError {
        let place = path.isRoot ? "the project's directory" : "\(path)"
        return OutputError(.fileSystem, path, "Cannot \(action) \(place): \(systemMessage(code)).")
    }

    static func store(_ error: StoreError, _ path: RepoPath) -> OutputError {
        OutputError(.store, path, error.message, cause: error)
    }
}
