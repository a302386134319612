package import ChangeDetection
package import GitObjects
package import WorkspaceModel

/// Why a task is affected: a fact about the change, never about the algorithm.
package struct Reason: Sendable, Hashable {
    package enum Cause: Sendable, Hashable {
        /// A file the task reads; where only others name it, how: the first of them names the second, the last names it.
        case file(path: RepoPath, status: Change.Status, namedBy: [Evidence] = [])
        /// Another project; the chain leads from this project to the one where the change is, by ids.
        case dependency(project: String, chain: [String])
        /// A package from outside the workspace, with its versions before and now; equal ones mean that its content or what
        /// it uses changed. The names lead from the project's own dependency to it.
        case external(package: String, from: String?, to: String?, via: [String])
        /// A field of a manifest or configuration.
        case config(path: RepoPath, field: String)
        /// The version of a tool that a file pins for the project, before and now; `nil` where it pins none.
        case tool(name: String, path: RepoPath, from: String?, to: String?)
        case newProject
        case moved(from: RepoPath)
        case environment(name: String)
        case toolchain(command: String)
        case image(name: String)
        /// Everything, or more than needed, was selected; the code says why.
        case fallback(code: String)
        /// The user asked for it.
        case requested
    }

    package var cause: Cause
    /// The tasks it concerns, sorted; empty for a project without tasks.
    package var tasks: [String]

    package init(_ cause: Cause, tasks: [String]) {
        self.cause = cause
        self.tasks = tasks
    }

    /// Whether the cause lies in the project itself rather than in what it depends on.
    package var isOwn: Bool {
        if case .dependency = cause { return false }
        return true
    }
}

/// A project some task of which has another key than in base.
package struct AffectedProject: Sendable {
    package var project: ProjectIndex
    /// How many project edges lie between it and the nearest project with a cause of its own; 0 for its own cause.
    package var distance: Int
    /// Sorted: own causes first, then dependencies.
    package var reasons: [Reason]
    /// The affected tasks, sorted; empty for a project without tasks.
    package var tasks: [String]
}

/// A project that exists only in base.
package struct RemovedProject: Sendable, Hashable {
    package var id: String
    package var path: RepoPath
}
