internal import Diagnostics
internal import GitObjects

/// The second choices for a pull request on its branch's head.
extension ComparisonResolver {
    typealias Tip = (commit: ObjectID, revision: Repository.Revision, ref: String)

    /// Compares the target's tip with the merge of the head into it; on conflict, their merge bases with the head.
    mutating func merged(
        _ tip: Tip, _ bases: [ObjectID], _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let target = Comparison.Side(commit: tip.commit, tree: tip.revision.tree, ref: tip.ref, how: "ci-event")
        let last = EventText.short(headCommit), into = "\(tip.ref) (\(EventText.short(tip.commit)))"
        if bases == [tip.commit] {
            return try choose(
                [target], .mergedTree, event, head, headCommit, "\(last) is ahead of \(into): its tree is the merge")
        }
        if request.runsOnDisk {
            // What only the target has is not on disk, so no task can run on the merge.
            let sides = try sides(bases, tip.ref, how: "ci-event", probe: probe)
            return try choose(
                sides, .mergeBase, event, head, headCommit,
                "merge base with \(into), because tasks run on the files of \(last), not on a merge")
        }
        let outcome: MergeOutcome?
        do throws(GitError) { outcome = try probe.mergedTree(target: tip.commit, head: headCommit) } catch {
            outcome = nil
            notes.append(
                .init(
                    code: "merge-unavailable",
                    message: "The head could not be merged into \(tip.ref) in memory (\(error.message)), so it was "
                        + "compared with their merge base; dependents that only \(tip.ref) has are not seen."))
        }
        switch outcome {
        case .clean(let tree):
            var head = head
            head.tree = tree
            return try choose(
                [target], .mergedTree, event, head, headCommit, "\(last) merged into \(into) in memory")
        case .conflicted(let paths):
            let named = paths.prefix(3).map { EventText.quoted("\($0)") }.joined(separator: ", ")
            let more = paths.count > 3 ? " and \(paths.count - 3) more" : ""
            notes.append(
                .init(
                    code: "merge-conflict",
                    message:
                        "The head conflicts with \(tip.ref)\(paths.isEmpty ? "" : " in \(named)\(more)"), so it was "
                        + "compared with their merge base."))
        case nil: break
        }
        let sides = try sides(bases, tip.ref, how: "ci-event", probe: probe)
        return try choose(
            sides, .mergeBase, event, head, headCommit,
            "merge base with \(into), because the two \(outcome == nil ? "could not be merged" : "conflict")")
    }

    /// A pull request whose target tip is of no use, as `why` says: the merge base the system computed, else the one with
    /// where the target was when the request was opened, else everything.
    mutating func withoutTip(
        _ pull: CIEvent.PullRequest, _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID, _ why: String,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let command = ComparisonResolver.fetchCommand(pull.targetBranch)
        let hints: [(ObjectID?, String)] = [
            (pull.mergeBaseHint, "the merge base that \(event.system) computed"),
            (pull.frozenTarget, "where \(pull.targetBranch) was when the request was opened"),
        ]
        for case (let hint?, let name) in hints where hint != headCommit {
            guard let revision = ComparisonResolver.revision(hint, probe: probe),
                (try? probe.mergeBases(hint, headCommit)) != [headCommit]
            else { continue }
            let remedy = missing == nil ? "" : " To be exact, run: \(command)"
            notes.append(
                .init(
                    code: missing == nil ? "target-holds-head" : "target-missing",
                    message: "\(why.prefix(1).uppercased() + why.dropFirst()), so the base is \(name), "
                        + "\(EventText.short(hint)).\(remedy)"))
            return try chooseMergeBase(
                revision, hint.description, event, head, headCommit, "\(EventText.short(hint)), \(name)", probe: probe)
        }
        let remedy = missing == nil ? "Name a base with --base REV to build less." : "Fetch it: \(command)"
        return try everything(event, head, why, remedy)
    }
}
