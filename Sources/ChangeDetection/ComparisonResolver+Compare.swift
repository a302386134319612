internal import Diagnostics
internal import GitObjects

/// The last step of every resolver: a base is known, or it is not.
extension ComparisonResolver {
    /// Compares the merge bases of `base` and the head with the head; the two themselves with `--direct` or where they have
    /// none.
    mutating func compare(
        _ base: Repository.Revision, _ ref: String, how: String, with head: Comparison.Side, _ headCommit: ObjectID?,
        _ kind: Comparison.Kind, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let direct = Comparison.Side(commit: base.commit, tree: base.tree, ref: ref, how: how)
        let directKind: Comparison.Kind = kind == .workingTree ? .workingTree : .direct
        guard !request.direct, let baseCommit = base.commit, let headCommit else {
            return answer([direct], head, directKind)
        }
        let bases: [ObjectID]
        do throws(GitError) {
            bases = try probe.mergeBases(baseCommit, headCommit)
        } catch {
            // A missing parent is "unknown", not "root": both ends are here, so their direct difference holds all.
            try noteHistoryCut(ref)
            return answer([direct], head, directKind)
        }
        guard !bases.isEmpty else {
            notes.append(
                .init(
                    code: "unrelated-histories",
                    message: "\(ref) and the head have no common ancestor; the two trees were compared directly."))
            return answer([direct], head, directKind)
        }
        return answer(try sides(bases, ref, how: how, probe: probe), head, kind)
    }

    func sides(
        _ commits: [ObjectID], _ ref: String, how: String, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> [Comparison.Side] {
        var sides: [Comparison.Side] = []
        for commit in commits {
            let tree = try probe.tree(ofCommit: commit)
            sides.append(Comparison.Side(commit: commit, tree: tree, ref: ref, how: how))
        }
        return sides
    }

    func answer(_ bases: [Comparison.Side], _ head: Comparison.Side, _ kind: Comparison.Kind) -> Comparison {
        Comparison(bases: bases, head: head, kind: kind, fallback: nil, notes: notes, chain: chain, missing: missing)
    }

    func everything(_ head: Comparison.Side, code: String, _ message: String) throws(GitError) -> Comparison {
        if request.onUnknown == .fail, missing == nil || !request.deepen {
            throw GitError(.noMergeBase, .environment, message)
        }
        return Comparison(
            bases: [], head: head, kind: .everything, fallback: .init(code: code, message: message), notes: notes,
            chain: chain, missing: missing)
    }

    /// Notes that two commits are compared directly because a shallow clone does not hold where they meet.
    mutating func noteHistoryCut(_ ref: String) throws(GitError) {
        missing = .history
        if request.onUnknown == .fail, !request.deepen {
            throw GitError(
                .noMergeBase, .environment,
                "The history is cut off before \(ref) and the head meet. Run: git fetch --unshallow")
        }
        notes.append(
            .init(
                code: "history-cut",
                message:
                    "The history is cut off before \(ref) and the head meet, so the two were compared directly, "
                    + "which may select more than the change touches. To be exact, run: git fetch --unshallow"))
    }

    /// A base that was named and is not here: in a shallow clone a commit or branch of the remote may be cut off, which is
    /// unknown and so everything; else it is a mistake.
    mutating func missingBase(
        _ revision: String, how: String, _ head: Comparison.Side, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> Comparison {
        let command: String
        if probe.isShallow, let id = ObjectID(hex: revision) {
            missing = .commit(id)
            command = "git fetch --deepen=100 origin \(revision)"
        } else if probe.isShallow, revision.hasPrefix("origin/"), EventText.isReferenceName(revision) {
            let branch = String(revision.dropFirst("origin/".count))
            missing = .branch(branch)
            command = ComparisonResolver.fetchCommand(branch)
        } else {
            _ = try ComparisonResolver.require(revision, how: how, name: "base", probe: probe)
            throw GitError(.unknownRevision, .user, "There is no revision '\(revision)' in this repository.")
        }
        chain.append(
            .init(how == "flag" ? "flags" : "environment", .failed, "base \(revision) is not in this shallow clone"))
        chain.append(.init("everything", .chosen, "no base is known"))
        return try everything(
            head, code: "base-missing",
            "The base \(revision) is not in this shallow clone, so everything was selected. Fetch it: \(command)")
    }

    static func require(
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
}
