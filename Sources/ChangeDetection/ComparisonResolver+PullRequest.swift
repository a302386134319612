internal import Diagnostics
internal import GitObjects

/// Pull requests: what would change on the target branch if the head were merged now.
extension ComparisonResolver {
    mutating func pullRequest(
        _ pull: CIEvent.PullRequest, _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        if head.how == "ci-event", let wanted = pull.head,
            try ComparisonResolver.isElsewhere(pull, from: headCommit, probe: probe)
        {
            missing = .commit(wanted)
            return try everything(
                event, head, "the head \(EventText.short(wanted)) is neither checked out nor in this clone",
                "Fetch it: git fetch origin \(pull.headReference ?? wanted.description)")
        }
        let tip = try targetTip(pull, probe: probe)
        let parents = try probe.parents(of: headCommit)
        let targets = targetParents(parents, pull, headCommit, tip, probe: probe)
        if !targets.isEmpty {
            let list = targets.map(EventText.short).joined(separator: " and ")
            return try choose(
                try sides(targets, pull.targetBranch, how: "ci-event", probe: probe), .direct, event, head,
                headCommit, "the head is a merge commit; its parent \(list) is \(pull.targetBranch)")
        }
        if parents.isEmpty, probe.isCut(headCommit), pull.head != headCommit,
            pull.head != nil || pull.checkout == .merge
        {
            return try cutMerge(pull, event, head, headCommit, tip, probe: probe)
        }
        return try branchHead(pull, event, head, headCommit, tip, probe: probe)
    }

    private func targetTip(
        _ pull: CIEvent.PullRequest, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Tip? {
        if let commit = pull.targetCommit, let found = ComparisonResolver.revision(commit, probe: probe) {
            return (commit, found, pull.targetBranch)
        }
        return try ComparisonResolver.tip(of: pull.targetBranch, probe: probe)
    }

    /// The parents of a merge commit that stand for the target branch; none when the head is no such merge.
    private func targetParents(
        _ parents: [ObjectID], _ pull: CIEvent.PullRequest, _ headCommit: ObjectID, _ tip: Tip?,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) -> [ObjectID] {
        guard parents.count > 1, pull.head != headCommit else { return [] }
        if let wanted = pull.head, parents.contains(wanted) { return parents.filter { $0 != wanted } }
        if let tip {
            if parents.contains(tip.commit) { return [tip.commit] }
            var inTarget: [ObjectID] = []
            for parent in parents where (try? probe.isAncestor(parent, of: tip.commit)) == true {
                inTarget.append(parent)
            }
            // Where more than one is, all of them: a union holds whatever the right one would.
            if !inTarget.isEmpty { return inTarget }
        }
        return pull.checkout == .merge ? Array(parents.prefix(1)) : []
    }

    /// A merge commit whose parents a shallow clone leaves out.
    private mutating func cutMerge(
        _ pull: CIEvent.PullRequest, _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID, _ tip: Tip?,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        guard let tip, tip.commit != headCommit else {
            missing = .history
            return try everything(
                event, head,
                "\(EventText.short(headCommit)) should be a merge commit, but this shallow clone leaves out its parents",
                "Check out one commit more (fetch-depth: 2), or run: git fetch --deepen=1 origin \(headCommit)")
        }
        try noteHistoryCut(tip.ref)
        let side = Comparison.Side(commit: tip.commit, tree: tip.revision.tree, ref: tip.ref, how: "ci-event")
        return try choose(
            [side], .direct, event, head, headCommit,
            "the parents of \(EventText.short(headCommit)) are cut off; compared directly with \(tip.ref)")
    }

    /// The head of the branch itself: merged into the target in memory, and that compared with the target.
    private mutating func branchHead(
        _ pull: CIEvent.PullRequest, _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID, _ tip: Tip?,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        guard let tip else {
            missing = .branch(pull.targetBranch)
            return try withoutTip(
                pull, event, head, headCommit, "the target branch \(pull.targetBranch) is not in this clone",
                probe: probe)
        }
        let bases: [ObjectID]? = request.direct ? nil : try? probe.mergeBases(tip.commit, headCommit)
        if tip.commit == headCommit || bases == [headCommit] {
            return try withoutTip(
                pull, event, head, headCommit, "\(tip.ref) holds the head already", probe: probe)
        }
        guard let bases, !bases.isEmpty else {
            return try chooseMergeBase(tip.revision, tip.ref, event, head, headCommit, tip.ref, probe: probe)
        }
        return try merged(tip, bases, event, head, headCommit, probe: probe)
    }
}
