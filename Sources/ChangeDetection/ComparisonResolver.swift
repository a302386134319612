internal import Diagnostics
package import GitObjects

/// Chooses base and head: flags, then environment, then the CI event, then the local default, then everything with a
/// typed reason.
///
/// A pure function of the request and of what the repository answers.
package struct ComparisonResolver {
    let request: ComparisonRequest
    var chain: [Comparison.Step] = []
    var notes: [Comparison.Note] = []
    var missing: Comparison.Missing?

    private init(_ request: ComparisonRequest) {
        self.request = request
    }

    /// The head of the comparison: the revision asked for, on CI the commit that the event is about, else the given
    /// working tree.
    ///
    /// - Parameter workingTree: makes the working tree's version; called only when no commit was chosen.
    package static func head(
        _ request: ComparisonRequest, probe: borrowing some RepositoryProbe & ~Copyable,
        workingTree: () throws(GitError) -> Comparison.Side
    ) throws(GitError) -> Comparison.Side {
        if let (revision, how) = request.head {
            let resolved = try require(revision, how: how, name: "head", probe: probe)
            return Comparison.Side(commit: resolved.commit, tree: resolved.tree, ref: revision, how: how)
        }
        if let event = request.event, let head = try head(of: event, probe: probe) { return head }
        return try workingTree()
    }

    /// Completes the comparison for `head`. Its tree may become that of a merge: read the head from the answer.
    ///
    /// - Parameter headCommit: the commit whose history counts: the head's own, or HEAD for the working tree; `nil` on an
    ///   unborn branch.
    package static func resolve(
        _ request: ComparisonRequest, head: Comparison.Side, headCommit: ObjectID?,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        var resolver = ComparisonResolver(request)
        return try resolver.resolve(head: head, headCommit: headCommit, probe: probe)
    }

    private mutating func resolve(
        head: Comparison.Side, headCommit: ObjectID?, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let kind: Comparison.Kind = head.how == "working-tree" ? .workingTree : .mergeBase
        if request.everything {
            chain.append(.init("flags", .chosen, "--all selects everything"))
            return Comparison(bases: [], head: head, kind: .everything, fallback: nil, notes: [], chain: chain)
        }
        if let (revision, how) = request.base {
            guard let base = try probe.resolve(revision) else {
                return try missingBase(revision, how: how, head, probe: probe)
            }
            chain.append(.init(how == "flag" ? "flags" : "environment", .chosen, "base \(revision)"))
            return try compare(base, revision, how: how, with: head, headCommit, kind, probe: probe)
        }
        chain.append(.init("flags", .declined, "no --base"))
        chain.append(.init("environment", .declined, "RIPPLE_BASE is not set"))
        if headCommit == nil, kind == .workingTree {
            chain.append(.init("local", .chosen, "HEAD has no commit yet: compared with the empty tree"))
            let empty = Comparison.Side(commit: nil, tree: probe.emptyTree, ref: nil, how: "unborn")
            return answer([empty], head, kind)
        }
        if let event = request.event, let headCommit {
            return try answer(event, head, headCommit, probe: probe)
        }
        chain.append(.init("ci-event", .declined, request.isCISwitchedOff ? "RIPPLE_CI=none" : "not on a CI system"))
        return try local(head, headCommit, kind, probe: probe)
    }

    /// The local default: the merge base with the default branch.
    private mutating func local(
        _ head: Comparison.Side, _ headCommit: ObjectID?, _ kind: Comparison.Kind,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let candidates = defaultCandidates(probe: probe)
        if let (name, base) = try firstDefault(candidates, resolver: "local", probe: probe) {
            chain.append(.init("local", .chosen, "merge base with \(name)"))
            return try compare(base, name, how: "merge-base", with: head, headCommit, kind, probe: probe)
        }
        let list = candidates.map(ComparisonResolver.short).joined(separator: ", ")
        chain.append(.init("local", .declined, "none of \(list)"))
        return try everything(
            head, code: "no-base",
            "There is no default branch to compare with: none of \(list) exists. Name a base with --base REV.")
    }

    // MARK: The default branch

    /// Where the default branch is looked for, in order.
    func defaultCandidates(probe: borrowing some RepositoryProbe & ~Copyable) -> [String] {
        var candidates: [String] = []
        if let configured = request.defaultBase { candidates.append(configured) }
        if let branch = request.toolBranch { candidates += ["refs/remotes/origin/\(branch)", "refs/heads/\(branch)"] }
        if let target = probe.symbolicTarget("refs/remotes/origin/HEAD") { candidates.append(target) }
        return candidates + [
            "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master",
        ]
    }

    /// The first candidate that exists, under the name people type. Notes when the configured one does not.
    mutating func firstDefault(
        _ candidates: [String], resolver: String, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> (name: String, base: Repository.Revision)? {
        for candidate in candidates {
            if let base = try probe.resolve(candidate) { return (ComparisonResolver.short(candidate), base) }
            // Only what the user configured is worth a line; the rest is a list of customs.
            guard candidate == request.defaultBase else { continue }
            chain.append(
                .init(resolver, .failed, "defaultBase '\(candidate)' of ripple.yaml does not exist here"))
            notes.append(
                .init(
                    code: "default-base-missing",
                    message: "ripple.yaml names '\(candidate)' as defaultBase, which does not exist in this clone."))
        }
        return nil
    }

    /// The name people type for a full reference name.
    static func short(_ name: String) -> String {
        for prefix in ["refs/remotes/", "refs/heads/", "refs/tags/"] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }
}
