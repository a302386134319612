package import GitObjects

/// Whether the ledger of the default branch answers for a run.
extension ComparisonResolver {
    package enum LedgerAnswer: Sendable, Equatable {
        /// The run is about the default branch, of this name.
        case branch(String)
        case declined(String)
    }

    /// The default branch, if the run is about it: only there does "last green" mean what was shipped.
    package static func ledger(
        _ request: ComparisonRequest, headCommit: ObjectID?, probe: borrowing some RepositoryProbe & ~Copyable
    ) throws(GitError) -> LedgerAnswer {
        guard let headCommit else { return .declined("HEAD has no commit yet") }
        let event = request.event
        if case .pullRequest = event?.kind { return .declined("a pull request is not the default branch") }
        if case .mergeQueue = event?.kind { return .declined("a merge queue is not the default branch yet") }
        var candidates: [String] = []
        if let named = event?.defaultBranch { candidates.append(named) }
        if let configured = request.defaultBase { candidates.append(plain(short(configured))) }
        if let branch = request.toolBranch, try tip(of: branch, probe: probe) != nil { candidates.append(branch) }
        if let target = probe.symbolicTarget("refs/remotes/origin/HEAD") { candidates.append(plain(short(target))) }
        for name in ["main", "master"] where try tip(of: name, probe: probe) != nil { candidates.append(name) }
        guard let defaultBranch = candidates.first else { return .declined("no default branch is known") }
        let current = probe.symbolicTarget("HEAD").map(short)
        if let branch = event?.branch ?? current {
            return branch == defaultBranch
                ? .branch(defaultBranch) : .declined("\(branch) is not the default branch \(defaultBranch)")
        }
        guard let tip = try tip(of: defaultBranch, probe: probe), tip.commit == headCommit else {
            return .declined("HEAD is detached and not the tip of the default branch \(defaultBranch)")
        }
        return .branch(defaultBranch)
    }

    private static func plain(_ name: String) -> String {
        name.hasPrefix("origin/") ? String(name.dropFirst("origin/".count)) : name
    }
}
