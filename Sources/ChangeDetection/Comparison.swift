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
    /// What a fetch could bring that would make the answer exact, or `nil`.
    package var missing: Missing?

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

    /// What is absent from a clone. Ask again after fetching it.
    package enum Missing: Sendable, Equatable {
        /// Commits before the ones that a shallow clone holds.
        case history
        /// The tip of a branch, as `refs/remotes/origin/NAME`; a valid name without `refs/heads/`.
        case branch(String)
        case commit(ObjectID)
    }

    package init(
        bases: [Side], head: Side, kind: Kind, fallback: Fallback?, notes: [Note], chain: [Step],
        missing: Missing? = nil
    ) {
        self.bases = bases
        self.head = head
        self.kind = kind
        self.fallback = fallback
        self.notes = notes
        self.chain = chain
        self.missing = missing
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
