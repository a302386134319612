internal import Diagnostics
internal import GitObjects

/// The rules for CI events. Whatever an event says is checked against the repository before it is believed, and no rule
/// ever compares a commit with itself: that would be an empty plan.
extension ComparisonResolver {
    /// How the commit that an event is about stands to the commit that is looked at.
    enum Relation { case same, parentOfMerge, earlier, unrelated, unknown }

    /// The commit that `event` is about; `nil` when HEAD has none.
    static func head(
        of event: CIEvent, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison.Side? {
        guard let current = try probe.resolve("HEAD"), let commit = current.commit else { return nil }
        let checkedOut = Comparison.Side(commit: commit, tree: current.tree, ref: "HEAD", how: "ci-event")
        guard case .pullRequest(let request) = event.kind, let wanted = request.head,
            try isElsewhere(request, from: commit, probe: probe),
            let found = revision(wanted, probe: probe)
        else { return checkedOut }
        return Comparison.Side(commit: wanted, tree: found.tree, ref: request.headReference, how: "ci-event")
    }

    mutating func answer(
        _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        switch event.kind {
        case .unreadable(let problem):
            return try everything(event, head, problem, "Name a base with --base REV, or mend the event.")
        case .pullRequest(let request):
            return try pullRequest(request, event, head, headCommit, probe: probe)
        case .mergeQueue(let base, let queued):
            return try since(base, "base", until: queued, forced: false, event, head, headCommit, probe: probe)
        case .push(let push):
            guard let before = push.before, !push.created else {
                return try newBranch(push, event, head, headCommit, probe: probe)
            }
            return try since(
                before, "before", until: push.after, forced: push.forced, event, head, headCommit, probe: probe)
        case .unspecific(.manual):
            return try sinceDefault(event, head, headCommit, probe: probe)
        case .unspecific(let occasion):
            let what =
                switch occasion {
                case .tag: "a tag names no earlier commit"
                case .schedule: "a scheduled run has no earlier commit"
                case .manual, .other: "it names no earlier commit"
                }
            return try everything(event, head, what, "Name a base with --base REV to build less.")
        }
    }

    /// Everything, because of what an event says or leaves open.
    mutating func everything(
        _ event: CIEvent, _ head: Comparison.Side, _ why: String, _ remedy: String
    ) throws(GitError) -> Comparison {
        chain.append(.init("ci-event", .failed, "\(event.evidence): \(why)"))
        chain.append(.init("everything", .chosen, "no base is known"))
        return try everything(
            head, code: "no-base", "\(event.evidence): \(why), so everything was selected. \(remedy)")
    }

    /// The comparison with known bases, unless one of them is the head itself.
    mutating func choose(
        _ bases: [Comparison.Side], _ kind: Comparison.Kind, _ event: CIEvent, _ head: Comparison.Side,
        _ headCommit: ObjectID, _ evidence: String
    ) throws(GitError) -> Comparison {
        guard !bases.isEmpty, !bases.contains(where: { $0.commit == headCommit }) else {
            return try everything(
                event, head, "\(evidence): the base is the head itself, which tells nothing",
                "Name a base with --base REV to build less.")
        }
        chain.append(.init("ci-event", .chosen, "\(event.evidence): \(evidence)"))
        return answer(bases, head, kind)
    }

    /// `choose` with the merge bases of `base` and the head.
    mutating func chooseMergeBase(
        _ base: Repository.Revision, _ ref: String, _ event: CIEvent, _ head: Comparison.Side,
        _ headCommit: ObjectID, _ evidence: String, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let found = try compare(base, ref, how: "ci-event", with: head, headCommit, .mergeBase, probe: probe)
        let how = found.kind == .mergeBase ? "merge base with \(evidence)" : "compared directly with \(evidence)"
        return try choose(found.bases, found.kind, event, head, headCommit, how)
    }

    // MARK: What is here

    /// What `id` names, when it is a commit that this repository holds.
    static func revision(
        _ id: ObjectID, probe: borrowing some RepositoryProbe & ~Copyable
    ) -> Repository.Revision? {
        guard let found = try? probe.resolve(id.description), found.commit == id else { return nil }
        return found
    }

    /// The tip of a branch as the remote has it, else as this clone has it. `name` is a valid branch name.
    static func tip(
        of name: String, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> (commit: ObjectID, revision: Repository.Revision, ref: String)? {
        // Where no such branch exists, git would take a name like this for an abbreviated commit id.
        guard EventText.isReferenceName(name), !EventText.looksDescribed(name) else { return nil }
        for reference in ["refs/remotes/origin/" + name, "refs/heads/" + name] {
            if let found = try probe.resolve(reference), let commit = found.commit {
                return (commit, found, short(reference))
            }
        }
        return nil
    }

    static func relation(
        of wanted: ObjectID, to head: ObjectID, probe: borrowing some RepositoryProbe & ~Copyable
    ) -> Relation {
        if wanted == head { return .same }
        if let parents = try? probe.parents(of: head), parents.count > 1, parents.contains(wanted) {
            return .parentOfMerge
        }
        if revision(wanted, probe: probe) == nil { return probe.isShallow ? .unknown : .unrelated }
        guard let isEarlier = try? probe.isAncestor(wanted, of: head) else { return .unknown }
        return isEarlier ? .earlier : .unrelated
    }

    /// Whether the head of a pull request is known and is not what `commit` is, has as a parent or came from.
    static func isElsewhere(
        _ request: CIEvent.PullRequest, from commit: ObjectID, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Bool {
        guard let wanted = request.head else { return false }
        switch relation(of: wanted, to: commit, probe: probe) {
        case .same, .parentOfMerge: return false
        case .earlier: return request.checkout == .target
        case .unrelated: return true
        case .unknown:
            // In a shallow clone, only a merge commit can be one of a head that is cut off.
            if request.checkout == .target { return true }
            if try probe.parents(of: commit).count == 1 { return true }
            return try tip(of: request.targetBranch, probe: probe)?.commit == commit
        }
    }
}
