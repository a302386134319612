package import GitObjects

/// The two versions that are compared, and why these.
package struct Comparison: Sendable {
    /// One version of the repository.
    package struct Side: Sendable, Equatable {
        /// The commit, or `nil` for the working tree and for a bare tree.
        package var commit: ObjectID?
        package var tree: ObjectID
        /// What was asked for, such as `origin/main`; `nil` for the working tree.
        package var ref: String?
        /// Which rule chose it: `flag`, `env`, `merge-base`, `working-tree`, ...
        package var how: String

        package init(commit: ObjectID?, tree: ObjectID, ref: String?, how: String) {
            self.commit = commit
            self.tree = tree
            self.ref = ref
            self.how = how
        }
    }

    package enum Kind: String, Sendable {
        case direct
        case mergeBase = "merge-base"
        case mergedTree = "merged-tree"
        case workingTree = "working-tree"
        case files, everything
    }

    /// Several only when the histories have several merge bases; none when everything is selected.
    package var bases: [Side]
    package var head: Side
    package var kind: Kind
    /// Why everything was selected, or `nil`.
    package var fallback: Fallback?
    /// Widenings that still have a base, such as `history-cut`.
    package var notes: [Note]
    package var chain: [Step]

    /// A reason why everything, or more than asked, was selected.
    package struct Note: Sendable, Equatable {
        package var code: String
        package var message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    package typealias Fallback = Note

    package init(
        bases: [Side], head: Side, kind: Kind, fallback: Fallback?, notes: [Note], chain: [Step]
    ) {
        self.bases = bases
        self.head = head
        self.kind = kind
        self.fallback = fallback
        self.notes = notes
        self.chain = chain
    }

    /// One resolver's answer, for `ripple base`.
    package struct Step: Sendable, Equatable {
        package enum Answer: String, Sendable { case chosen, declined, failed }
        package var resolver: String
        package var answer: Answer
        package var evidence: String

        package init(_ resolver: String, _ answer: Answer, _ evidence: String) {
            self.resolver = resolver
            self.answer = answer
            self.evidence = evidence
        }
    }
}

/// What the user and the environment ask for.
package struct ComparisonRequest: Sendable {
    package enum OnUnknown: String, Sendable { case all, fail }

    package var baseFlag: String?
    package var headFlag: String?
    package var environmentBase: String?
    package var environmentHead: String?
    /// `defaultBase` of ripple.yaml.
    package var defaultBase: String?
    /// Compare the two trees themselves instead of the merge base and the head.
    package var direct = false
    package var everything = false
    package var onUnknown = OnUnknown.all

    package init() {}

    /// The head asked for, flags before environment, with the place it was asked in.
    package var head: (revision: String, how: String)? {
        if let headFlag { return (headFlag, "flag") }
        return environmentHead.map { ($0, "env") }
    }

    package var base: (revision: String, how: String)? {
        if let baseFlag { return (baseFlag, "flag") }
        return environmentBase.map { ($0, "env") }
    }
}

/// What the resolvers may ask of a repository. Implemented by `Repository` and by tables in tests.
package protocol RepositoryProbe: ~Copyable {
    var isShallow: Bool { get }
    func resolve(_ expression: String) throws(GitError) -> Repository.Revision?
    func symbolicTarget(_ name: String) -> String?
    func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID]
    func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID
}

extension Repository: RepositoryProbe {}
