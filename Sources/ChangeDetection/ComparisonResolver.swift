internal import Diagnostics
package import GitObjects

/// Chooses base and head: flags, then environment, then the local default, then everything with a typed reason.
///
/// A pure function of the request and of what the repository answers. CI event adapters join the chain between the
/// environment and the local default.
package struct ComparisonResolver {
    private let request: ComparisonRequest
    private var chain: [Comparison.Step] = []
    private var notes: [Comparison.Note] = []

    private init(_ request: ComparisonRequest) {
        self.request = request
    }

    /// The head of the comparison: the revision asked for, or the given working tree.
    ///
    /// - Parameter workingTree: makes the working tree's version; called only when no revision was asked for.
    package static func head(
        _ request: ComparisonRequest, probe: borrowing some RepositoryProbe & ~Copyable,
        workingTree: () throws(GitError) -> Comparison.Side
    ) throws(GitError) -> Comparison.Side {
        guard let (revision, how) = request.head else { return try workingTree() }
        let resolved = try require(revision, how: how, name: "head", probe: probe)
        return Comparison.Side(commit: resolved.commit, tree: resolved.tree, ref: revision, how: how)
    }

    /// Completes the comparison for `head`.
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
            let base = try ComparisonResolver.require(revision, how: how, name: "base", probe: probe)
            chain.append(.init(how == "flag" ? "flags" : "environment", .chosen, "base \(revision)"))
            return try compare(base, revision, how: how, with: head, headCommit, kind, probe: probe)
        }
        chain.append(.init("flags", .declined, "no --base"))
        chain.append(.init("environment", .declined, "RIPPLE_BASE is not set"))
        if headCommit == nil, head.commit == nil {
            chain.append(.init("local", .chosen, "HEAD has no commit yet: compared with the empty tree"))
            let empty = Comparison.Side(commit: nil, tree: ObjectStore.emptyTreeID, ref: nil, how: "unborn")
            return Comparison(bases: [empty], head: head, kind: kind, fallback: nil, notes: [], chain: chain)
        }
        return try local(head, headCommit, kind, probe: probe)
    }

    /// The local default: the merge base with the default branch.
    private mutating func local(
        _ head: Comparison.Side, _ headCommit: ObjectID?, _ kind: Comparison.Kind,
        probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        var candidates: [String] = []
        if let configured = request.defaultBase { candidates.append(configured) }
        if let target = probe.symbolicTarget("refs/remotes/origin/HEAD") { candidates.append(target) }
        candidates += [
            "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master",
        ]
        for candidate in candidates {
            guard let base = try probe.resolve(candidate) else {
                // Only what the user configured is worth a line; the rest is a list of customs.
                if candidate == request.defaultBase {
                    chain.append(
                        .init("local", .failed, "defaultBase '\(candidate)' of ripple.yaml does not exist here"))
                    notes.append(
                        .init(
                            code: "default-base-missing",
                            message:
                                "ripple.yaml names '\(candidate)' as defaultBase, which does not exist in this clone."))
                }
                continue
            }
            let name = ComparisonResolver.short(candidate)
            chain.append(.init("local", .chosen, "merge base with \(name)"))
            return try compare(base, name, how: "merge-base", with: head, headCommit, kind, probe: probe)
        }
        chain.append(
            .init("local", .declined, "none of \(candidates.map(ComparisonResolver.short).joined(separator: ", "))"))
        return try everything(
            head, code: "no-base",
            "There is no default branch to compare with: none of "
                + "\(candidates.map(ComparisonResolver.short).joined(separator: ", ")) exists. Name a base with --base REV."
        )
    }

    private mutating func compare(
        _ base: Repository.Revision, _ ref: String, how: String, with head: Comparison.Side, _ headCommit: ObjectID?,
        _ kind: Comparison.Kind, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let direct = Comparison.Side(commit: base.commit, tree: base.tree, ref: ref, how: how)
        let directKind: Comparison.Kind = kind == .workingTree ? .workingTree : .direct
        guard !request.direct, let baseCommit = base.commit, let headCommit else {
            return Comparison(bases: [direct], head: head, kind: directKind, fallback: nil, notes: notes, chain: chain)
        }
        let bases: [ObjectID]
        do throws(GitError) {
            bases = try probe.mergeBases(baseCommit, headCommit)
        } catch {
            // A missing parent is "unknown", not "root": both ends are here, so their direct difference holds all.
            if request.onUnknown == .fail { throw historyCut(ref) }
            notes.append(
                .init(
                    code: "history-cut",
                    message:
                        "The history is cut off before \(ref) and the head meet, so the two were compared directly, "
                        + "which may select more than the change touches. To be exact, run: git fetch --unshallow"))
            return Comparison(bases: [direct], head: head, kind: directKind, fallback: nil, notes: notes, chain: chain)
        }
        guard !bases.isEmpty else {
            notes.append(
                .init(
                    code: "unrelated-histories",
                    message: "\(ref) and the head have no common ancestor; the two trees were compared directly."))
            return Comparison(bases: [direct], head: head, kind: directKind, fallback: nil, notes: notes, chain: chain)
        }
        var sides: [Comparison.Side] = []
        for commit in bases {
            let tree = try probe.tree(ofCommit: commit)
            sides.append(Comparison.Side(commit: commit, tree: tree, ref: ref, how: how))
        }
        return Comparison(bases: sides, head: head, kind: kind, fallback: nil, notes: notes, chain: chain)
    }

    private mutating func everything(_ head: Comparison.Side, code: String, _ message: String) throws(GitError)
        -> Comparison
    {
        if request.onUnknown == .fail { throw GitError(.noMergeBase, .environment, message) }
        return Comparison(
            bases: [], head: head, kind: .everything, fallback: .init(code: code, message: message), notes: notes,
            chain: chain)
    }

    private func historyCut(_ ref: String) -> GitError {
        GitError(
            .noMergeBase, .environment,
            "The history is cut off before \(ref) and the head meet. Run: git fetch --unshallow")
    }

    private static func require(
        _ revision: String, how: String, name: String, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Repository.Revision {
        if let found = try probe.resolve(revision) { return found }
        let place = how == "flag" ? "--\(name) \(revision)" : "RIPPLE_\(name.uppercased())=\(revision)"
        let hint =
            probe.isShallow
            ? " This clone is shallow; the commit may be cut off: git fetch --unshallow"
            : " Fetch it, or list what exists: git branch --all"
        throw GitError(.unknownRevision, .user, "\(place): there is no such revision in this repository.\(hint)")
    }

    /// The name people type for a full reference name.
    private static func short(_ name: String) -> String {
        for prefix in ["refs/remotes/", "refs/heads/", "refs/tags/"] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }
}
