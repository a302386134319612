internal import Diagnostics
internal import GitObjects

/// Pushes, merge queues and runs on a branch.
extension ComparisonResolver {
    /// What came since the commit `base`, which the event calls `name`.
    mutating func since(
        _ base: ObjectID, _ name: String, until end: ObjectID?, forced: Bool, _ event: CIEvent,
        _ head: Comparison.Side, _ headCommit: ObjectID, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let first = EventText.short(base), last = EventText.short(headCommit)
        if let end {
            switch ComparisonResolver.relation(of: end, to: headCommit, probe: probe) {
            case .same, .earlier, .parentOfMerge: break
            case .unknown, .unrelated:
                return try everything(
                    event, head, "the event is about \(EventText.short(end)), but the head is \(last)",
                    "Check out \(end), or name a base with --base REV.")
            }
        }
        guard let revision = ComparisonResolver.revision(base, probe: probe) else {
            guard probe.isShallow else {
                return try everything(
                    event, head, "\(name)=\(first) is no longer in this repository",
                    "Name a base with --base REV to build less.")
            }
            missing = .commit(base)
            return try everything(
                event, head, "\(name)=\(first) is not in this shallow clone",
                "Fetch more history: git fetch --deepen=100 origin \(headCommit)")
        }
        let side = Comparison.Side(commit: base, tree: revision.tree, ref: base.description, how: "ci-event")
        let isAncestor: Bool?
        do throws(GitError) { isAncestor = try probe.isAncestor(base, of: headCommit) } catch { isAncestor = nil }
        guard let isAncestor else {
            try noteHistoryCut(first)
            return try choose(
                [side], .direct, event, head, headCommit,
                "\(name)=\(first) is here; the history to \(last) is cut off, so the two are compared directly")
        }
        if isAncestor, !forced {
            return try choose(
                [side], .direct, event, head, headCommit,
                "\(name)=\(first) is here, an ancestor of \(last)\(name == "before" ? ", not forced" : "")")
        }
        let why = forced ? "a forced push" : "not an ancestor of \(last)"
        return try chooseMergeBase(
            revision, base.description, event, head, headCommit, "\(name)=\(first), \(why)", probe: probe)
    }

    /// A push that has no `before`: of a new branch, or on a system that does not say.
    mutating func newBranch(
        _ push: CIEvent.Push, _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        if try probe.parents(of: headCommit).isEmpty, !probe.isCut(headCommit) {
            chain.append(
                .init("ci-event", .chosen, "\(event.evidence): the first commit, compared with the empty tree"))
            let empty = Comparison.Side(commit: nil, tree: probe.emptyTree, ref: nil, how: "first-commit")
            return answer([empty], head, .direct)
        }
        if let after = push.after {
            switch ComparisonResolver.relation(of: after, to: headCommit, probe: probe) {
            case .same, .earlier, .parentOfMerge: break
            case .unknown, .unrelated:
                return try everything(
                    event, head,
                    "the event is about \(EventText.short(after)), but the head is \(EventText.short(headCommit))",
                    "Check out \(after), or name a base with --base REV.")
            }
        }
        return try sinceDefault(event, head, headCommit, probe: probe)
    }

    /// What came since the default branch was left; everything on that branch itself.
    mutating func sinceDefault(
        _ event: CIEvent, _ head: Comparison.Side, _ headCommit: ObjectID,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let current = probe.symbolicTarget("HEAD").flatMap { $0.hasPrefix("refs/heads/") ? $0.dropFirst(11) : nil }
        let branch = event.branch ?? current.map(String.init)
        let remedy = "Name a base with --base REV to build less."
        if let branch, branch == event.defaultBranch {
            return try everything(event, head, "no earlier commit of the default branch \(branch) is known", remedy)
        }
        guard let (name, base) = try defaultTip(event, probe: probe) else {
            guard let wanted = event.defaultBranch else {
                return try everything(event, head, "this clone has no default branch to compare with", remedy)
            }
            missing = .branch(wanted)
            return try everything(
                event, head, "the default branch \(wanted) is not in this clone",
                "Fetch it: \(ComparisonResolver.fetchCommand(wanted))")
        }
        let plain = name.hasPrefix("origin/") ? String(name.dropFirst("origin/".count)) : name
        if let branch, branch == plain {
            return try everything(event, head, "no earlier commit of the default branch \(branch) is known", remedy)
        }
        return try chooseMergeBase(base, name, event, head, headCommit, "the default branch \(name)", probe: probe)
    }

    /// The default branch: `defaultBase` of ripple.yaml, else what the event says, else the customs.
    private mutating func defaultTip(
        _ event: CIEvent, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> (name: String, base: Repository.Revision)? {
        guard let named = event.defaultBranch else {
            return try firstDefault(defaultCandidates(probe: probe), resolver: "ci-event", probe: probe)
        }
        if let configured = request.defaultBase,
            let found = try firstDefault([configured], resolver: "ci-event", probe: probe)
        {
            return found
        }
        return try ComparisonResolver.tip(of: named, probe: probe).map { ($0.ref, $0.revision) }
    }

    /// The command that brings a branch into the clone, without cutting any history.
    static func fetchCommand(_ branch: String) -> String {
        "git fetch origin " + EventText.shellWord("+refs/heads/\(branch):refs/remotes/origin/\(branch)")
    }
}
