/// The measures on the generated repository of packages: a committed range, the whole plan, the working tree.
struct ProjectBenchmarks {
    let laboratory: Laboratory
    let repository: ProjectRepository

    /// Makes the repository or finds it from an earlier run.
    private func checkout() throws(BenchmarkError) -> String {
        try laboratory.prepared(repository.name, recipe: repository.recipe) { (place) throws(BenchmarkError) in
            let stream = laboratory.directory + "/stream"
            try repository.write(stream)
            try laboratory.importRepository(place, branch: "change", stream: stream)
        }
    }

    private var emptyCache: String { laboratory.directory + "/empty-cache" }

    /// Nothing is stored when a run begins: neither results nor what ripple may remember of a workspace.
    private func removeCache() throws(BenchmarkError) { try laboratory.remove(emptyCache) }

    /// `ripple affected` between two commits against `git diff --name-only`.
    func committedRange(from base: String, to head: String, goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        return Benchmark(
            yardstick: "git diff --name-only", goal: goal, ours: affected(["--base", base, "--head", head], in: place),
            theirs: laboratory.git(
                ["diff", "--name-only", base, head], in: place, lines: repository.changedFiles, "changed files"))
    }

    /// `ripple affected` in a clean checkout against `git status`.
    func workingTree() throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        return Benchmark(
            yardstick: "git status --porcelain", goal: .none, ours: affected([], in: place), theirs: status(place))
    }

    /// The plan of every task of every package, with nothing stored, against `git status`, which looks at the same files.
    func plan(goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        return Benchmark(
            yardstick: "git status --porcelain", goal: goal, ours: plan([], in: place), theirs: status(place))
    }

    /// The same plan of a commit, whatever lies on disk, against a list of the files.
    func planOfCommit() throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        return Benchmark(
            yardstick: "git ls-files", goal: .none, ours: plan(["--head", "HEAD"], in: place),
            theirs: laboratory.git(["ls-files"], in: place, lines: repository.files, "files"))
    }

    /// `ripple affected` between two commits against ripple's own list of what changed, which discovers nothing.
    ///
    /// - Parameter remembered: whether the cache directory is that of the run before.
    func discovery(remembered: Bool, goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        let range = ["--base", "main", "--head", "change"]
        var ours = affected(range, in: place)
        if remembered {
            try removeCache()
            ours.prepare = nil
        }
        let files = repository.changedFiles
        return Benchmark(
            yardstick: "ripple base --changes", goal: goal, ours: ours,
            theirs: Benchmark.Side(
                command: laboratory.ripple(
                    ["base", "--changes", "--format", "json"] + range, in: place,
                    cache: laboratory.directory + "/no-cache"),
                check: { (output) throws(BenchmarkError) in
                    try OutputCheck.expect(OutputCheck.elements(of: "changes", in: output), files, "changes")
                    return "\(files) changes"
                }))
    }

    // MARK: Sides

    private func affected(_ arguments: [String], in place: String) -> Benchmark.Side {
        let files = repository.changedFiles, projects = repository.affected
        return Benchmark.Side(
            command: laboratory.ripple(["affected", "--format", "json"] + arguments, in: place, cache: emptyCache),
            prepare: removeCache,
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(
                    OutputCheck.elements(of: "changes", in: output), files, "changed files from ripple")
                try OutputCheck.expect(
                    OutputCheck.elements(of: "projects", in: output), projects, "affected projects from ripple")
                return "\(files) changed files, \(projects) affected projects"
            })
    }

    private func plan(_ arguments: [String], in place: String) -> Benchmark.Side {
        let tasks = repository.packages * 3
        let all = ["plan", "build", "test", "lint", "--all", "--format", "json"]
        return Benchmark.Side(
            command: laboratory.ripple(all + arguments, in: place, cache: emptyCache), prepare: removeCache,
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(OutputCheck.elements(of: "tasks", in: output), tasks, "planned tasks")
                return "\(tasks) tasks planned"
            })
    }

    private func status(_ place: String) -> Benchmark.Side {
        laboratory.git(["status", "--porcelain"], in: place, lines: 0, "changes")
    }
}
