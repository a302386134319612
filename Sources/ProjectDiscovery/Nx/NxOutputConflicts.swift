internal import GitObjects
internal import WorkspaceModel

/// Keeps tasks from removing what others made, or what is committed: before a task runs, its old outputs are removed, which
/// Nx does not do.
struct NxOutputConflicts {
    let workspace: NxWorkspace
    let files: ModuleFiles

    private struct Reference: Hashable {
        /// The project's place in the workspace.
        var project: Int
        var task: String
    }

    /// One output pattern of a task.
    private struct Claim {
        var owner: Reference
        var pattern: Pattern
        /// Where the pattern begins.
        var base: RepoPath

        /// The deepest path that holds everything the pattern selects, as far as it is spelled out.
        var region: RepoPath {
            let isLiteral = !pattern.text.contains { "*?[{\\".contains($0) }
            return base.appending(isLiteral ? RepoPath(pattern.text).bytes : pattern.staticPrefix.bytes)
        }

        /// Whether it names a file, or a directory with all that is in it.
        var isSpelledOut: Bool {
            var text = pattern.text[...]
            if let end = ["/**", "/**/*"].first(where: text.hasSuffix) { text = text.dropLast(end.count) }
            return !text.contains { "*?[{".contains($0) }
        }

        /// Whether the pattern may select something at or below `path`.
        func mayHold(_ path: RepoPath) -> Bool {
            guard let below = path.relative(to: base) else { return true }
            return below.isRoot || pattern.matches(below) || pattern.verdict(forDirectory: below) != .none
        }
    }

    /// Takes the outputs from tasks that must not have them, and their results from reuse.
    func resolve(_ tasks: inout [[String: TaskDefinition]], _ summary: inout NxTasks) throws(GitError) {
        var claims: [RepoPath: [Claim]] = [:]
        for index in tasks.indices {
            for (name, task) in tasks[index].sorted(by: { $0.key < $1.key }) where !task.outputs.isEmpty {
                let owner = Reference(project: index, task: name)
                let own = self.claims(of: owner, task)
                var isCommitted = false
                for claim in own where !isCommitted { isCommitted = try selectsCommitted(claim, task, index) }
                if isCommitted {
                    summary.refuse(&tasks[index][name, default: task], "committed files are among their outputs")
                    tasks[index][name]?.outputs = []
                    continue
                }
                for claim in own { claims[claim.region, default: []].append(claim) }
            }
        }
        var losers: Set<Reference> = []
        for claim in claims.values.joined() {
            var directory: RepoPath? = claim.region
            while let current = directory {
                for other in claims[current] ?? [] where other.owner != claim.owner && other.mayHold(claim.region) {
                    losers.formUnion(self.losers(outer: other, inner: claim, tasks))
                }
                directory = current.parent
            }
        }
        for loser in losers.sorted(by: { ($0.project, $0.task) < ($1.project, $1.task) }) {
            guard var task = tasks[loser.project][loser.task] else { continue }
            if workspace.projects[loser.project].targets[loser.task]?.onlyChecks != true {
                summary.refuse(&task, "other tasks write where they do")
            }
            task.outputs = []
            tasks[loser.project][loser.task] = task
        }
    }

    private func claims(of owner: Reference, _ task: TaskDefinition) -> [Claim] {
        let place = OutputPlace(task.outputs, project: workspace.projects[owner.project].path)
        return place.patterns.compactMap { text in
            guard !text.hasPrefix("!"), let pattern = try? Pattern(text) else { return nil }
            return Claim(owner: owner, pattern: pattern, base: place.directory)
        }
    }

    /// Which of two tasks that write to the same place cannot keep its outputs: the one that runs after the other. Without an
    /// order, the one around the other, unless a project says so of its own tasks.
    private func losers(outer: Claim, inner: Claim, _ tasks: [[String: TaskDefinition]]) -> [Reference] {
        if waits(inner.owner, for: outer.owner, tasks) { return [inner.owner] }
        if waits(outer.owner, for: inner.owner, tasks) { return [outer.owner] }
        let isDeclared = [outer, inner].allSatisfy {
            workspace.projects[$0.owner.project].targets[$0.owner.task]?.isInferred == false
        }
        if isDeclared, outer.owner.project == inner.owner.project { return [] }
        guard outer.region == inner.region else { return [outer.owner] }
        // Two ways to make the same thing, such as two kinds of build: the first keeps it.
        if outer.owner.project == inner.owner.project {
            return [outer.owner.task < inner.owner.task ? inner.owner : outer.owner]
        }
        return [outer.owner, inner.owner]
    }

    /// Whether `task` is done after `other`, by dependencies that name one task each.
    private func waits(_ task: Reference, for other: Reference, _ tasks: [[String: TaskDefinition]]) -> Bool {
        var pending = [task]
        var seen: Set<Reference> = [task]
        while let next = pending.popLast() {
            if next == other, next != task { return true }
            for dependency in tasks[next.project][next.task]?.dependsOn ?? [] {
                let reference: Reference? =
                    switch dependency {
                    case .sameProject(let name): Reference(project: next.project, task: name)
                    case .task(let project, let name):
                        workspace.position(of: RepoPath(project)).map { Reference(project: $0, task: name) }
                    case .dependencies, .dependencySources: nil
                    }
                if let reference, seen.insert(reference).inserted { pending.append(reference) }
            }
        }
        return false
    }

    // MARK: Committed files

    /// Whether a pattern with wild parts selects files of the version: such as pictures that tests compare with, which
    /// nobody may remove before. What is generated and committed is spelled out, or a whole directory; but not where Nx
    /// only presumes it, as of a directory `public`.
    private func selectsCommitted(_ claim: Claim, _ task: TaskDefinition, _ index: Int) throws(GitError) -> Bool {
        if workspace.projects[index].targets[claim.owner.task]?.outputs != nil, claim.isSpelledOut { return false }
        let place = OutputPlace(task.outputs, project: workspace.projects[index].path)
        guard let list = try? PatternList(place.patterns) else { return true }
        return try holdsCommitted(list, claim.region, from: place.directory)
    }

    private func holdsCommitted(
        _ list: PatternList, _ path: RepoPath, from base: RepoPath
    ) throws(GitError) -> Bool {
        guard let directory = try files.directory(path) else { return false }
        for entry in directory.entries {
            let below = path.appending(directory.name(of: entry))
            guard let relative = below.relative(to: base) else { continue }
            if entry.mode == .directory {
                if list.verdict(forDirectory: relative) != .none, try holdsCommitted(list, below, from: base) {
                    return true
                }
            } else if list.matches(relative) {
                return true
            }
        }
        return false
    }
}
