package import GitObjects
package import WorkspaceModel

/// One thing that `ripple check` has to say of a workspace.
package struct Finding: Sendable, Hashable {
    /// How much it matters. Only errors make the check fail, unless the user asks for more.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        /// A change may go unnoticed, a rule is broken, or a manifest cannot be right.
        case error
        /// Likely a mistake; nothing that is shipped is built too little because of it.
        case warning
        /// Worth knowing.
        case note
    }

    /// What kind of thing it is; the order is that of the answer.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// A manifest or a configuration that discovery refuses, such as a dependency on a project that does not exist.
        case invalidConfiguration = "invalid-configuration"
        /// A manifest that cannot be read.
        case brokenManifest = "broken-manifest"
        /// Projects that need each other, with no development edge to cut.
        case cycle
        /// Projects that need each other only through development edges.
        case developmentCycle = "development-cycle"
        /// Code uses a project of the workspace that its own does not declare.
        case undeclaredWorkspaceDependency = "undeclared-workspace-dependency"
        /// Code uses an external package that no manifest declares.
        case undeclaredDependency = "undeclared-dependency"
        /// An import of something that does not exist.
        case unresolvedImport = "unresolved-import"
        /// Code that is shipped uses what is declared for development only.
        case developmentDependency = "development-dependency-in-production"
        /// A project of the workspace is declared and nothing names it.
        case unusedDependency = "unused-dependency"
        /// An edge that a boundary rule forbids.
        case boundary
        /// Boundary rules that are code and were not read.
        case boundariesUnread = "boundaries-unread"
        /// Something in a manifest that was understood only in part.
        case notUnderstood = "not-understood"
        /// Tracked files that no task reads.
        case unreadFiles = "unread-files"
    }

    package var code: Code
    package var severity: Severity
    /// The id of the project it is about; `nil` when it is about the workspace.
    package var project: String?
    /// The id of the other project, or the name of the package or module.
    package var target: String?
    /// Where it was found, the most telling place first.
    package var evidence: [Evidence]
    /// One sentence without a full stop.
    package var message: String
    /// What to do about it, when there is something to do; one sentence.
    package var advice: String?
    /// The files it is about, when it is about files; sorted.
    package var files: [RepoPath] = []

    package init(
        _ code: Code, _ severity: Severity, project: String? = nil, target: String? = nil, evidence: [Evidence],
        _ message: String, advice: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.project = project
        self.target = target
        self.evidence = evidence
        self.message = message
        self.advice = advice
    }
}

extension Finding: Comparable {
    /// By kind, then by project, place and target: the order in which they are shown.
    package static func < (left: Finding, right: Finding) -> Bool {
        if left.code != right.code { return left.code.rank < right.code.rank }
        if left.severity != right.severity { return left.severity.rank < right.severity.rank }
        let one = left.evidence.first, two = right.evidence.first
        return (left.project ?? "", left.target ?? "", one?.path ?? .root, one?.line ?? 0, left.message)
            < (right.project ?? "", right.target ?? "", two?.path ?? .root, two?.line ?? 0, right.message)
    }
}

extension Finding.Code {
    fileprivate var rank: Int { Finding.Code.allCases.firstIndex(of: self) ?? 0 }
}

extension Finding.Severity {
    package var rank: Int { Finding.Severity.allCases.firstIndex(of: self) ?? 0 }
}
