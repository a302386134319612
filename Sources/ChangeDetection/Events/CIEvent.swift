package import GitObjects

/// What a CI system says about one run: which branch, which commits, and what set it off.
///
/// Made by an adapter from environment variables and, for GitHub Actions, the event's payload. Ids are well formed and
/// names are valid branch names, but nothing is known to exist: that is for the repository to say.
package struct CIEvent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case pullRequest(PullRequest)
        /// A group of pull requests that is tested before it joins the target branch.
        case mergeQueue(base: ObjectID, head: ObjectID?)
        case push(Push)
        /// A run that no change of a branch set off.
        case unspecific(Occasion)
        /// What is wrong with what the system says, as a clause: "pull_request.head.sha is a number".
        case unreadable(String)
    }

    package struct PullRequest: Sendable, Equatable {
        /// What the CI system puts into the working directory.
        package enum Checkout: Sendable, Equatable {
            /// Either the branch's head or a merge; the commit itself must tell.
            case unknown
            /// A merge of the head into the target branch, with the target as first parent.
            case merge
            /// The target branch: the head has to be looked up.
            case target
        }

        package var targetBranch: String
        /// The commit of the target branch that the checkout was merged with.
        package var targetCommit: ObjectID?
        /// Where the target branch was when the request was opened. Not where it is now.
        package var frozenTarget: ObjectID?
        package var head: ObjectID?
        /// The merge base, as the system computed it.
        package var mergeBaseHint: ObjectID?
        package var checkout = Checkout.unknown
        /// The reference a remote keeps for the head, such as `refs/pull/7/head`.
        package var headReference: String?

        package init(targetBranch: String) {
            self.targetBranch = targetBranch
        }
    }

    package struct Push: Sendable, Equatable {
        /// Where the branch was before; `nil` when it is new or when the system does not say.
        package var before: ObjectID?
        package var after: ObjectID?
        package var forced = false
        package var created = false
        package var branch: String?

        package init() {}
    }

    package enum Occasion: Sendable, Equatable {
        case tag, schedule
        /// Started by a person, a program or another pipeline, on a branch.
        case manual
        /// Anything else, which says nothing about a branch.
        case other
    }

    /// The system's name, as its makers write it.
    package var system: String
    package var kind: Kind
    package var branch: String?
    package var defaultBranch: String?
    /// What happened, as the beginning of a sentence: "GitHub Actions push to main".
    package var evidence: String

    package init(system: String, kind: Kind, branch: String?, defaultBranch: String?, evidence: String) {
        self.system = system
        self.kind = kind
        self.branch = branch
        self.defaultBranch = defaultBranch
        self.evidence = evidence
    }

    /// Answers with the event, or with `nil` when the environment is not its system's.
    package typealias Adapter = @Sendable ([String: String], ComparisonRequest.Payload) -> CIEvent?

    /// Every adapter, the one that claims any CI system last.
    package static let adapters: [Adapter] = [
        gitHubActions, gitLab, buildkite, circleCI, jenkins, azurePipelines, codeBuild, generic,
    ]
}
