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

    private func removeCache() throws(BenchmarkError) { try laboratory.remove(emptyCache) }

    private func affected(_ arguments: [String], in place: String) -> Benchmark.Side {
        let files = repository.changedFiles, projects = repository.affected
        return Benchmark.Side(
            command: laboratory.ripple(["affected", "--format", "json"] + arguments, in: place, cache: emptyCache),
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(OutputCheck.elements(of: "changes", in: output), files, "changed files from ripple")
                try OutputCheck.expect(
                    OutputCheck.elements(of: "projects", in: output), projects, "affected projects from ripple")
                return "\(files) changed files, \(projects) affected projects"
            })
    }

    private func git(
        _ arguments: [String], in place: String, lines: Int, _ what: String
    ) -> Benchmark.Side {
        Benchmark.Side(
            command: laboratory.command(laboratory.git, arguments, in: place),
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(OutputCheck.lines(output), lines, "\(what) from git \(arguments[0])")
                return "\(lines) \(what)"
            })
    }

    /// `ripple affected` between two commits against `git diff --name-only`.
    func committedRange(from base: String, to head: String, label: String, goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        return Benchmark(
            name: "committed range, \(label)", yardstick: "git diff --name-only", goal: goal,
            ours: affected(["--base", base, "--head", head], in: place),
            theirs: git(
                ["diff", "--name-only", base, head], in: place, lines: repository.changedFiles, "changed files"))
    }

    /// `ripple affected` in a clean checkout against `git status`.
    func workingTree() throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        return Benchmark(
            name: "clean working tree", yardstick: "git status --porcelain", goal: .none, ours: affected([], in: place),
            theirs: git(["status", "--porcelain"], in: place, lines: 0, "changes"))
    }

    /// The plan of every task of every package, with nothing stored, against what git needs for the same files.
    func plan(_ arguments: [String], label: String, against yardstick: [String], lines: Int, goal: Goal)
        throws(BenchmarkError) -> Benchmark
    {
        let place = try checkout()
        let tasks = repository.packages * 3
        let ours = Benchmark.Side(
            command: laboratory.ripple(
                ["plan", "build", "test", "lint", "--all", "--format", "json"] + arguments, in: place, cache: emptyCache),
            prepare: removeCache,
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(OutputCheck.elements(of: "tasks", in: output), tasks, "planned tasks")
                return "\(tasks) tasks planned"
            })
        return Benchmark(
            name: "plan, \(label)", yardstick: "git " + yardstick.joined(separator: " "), goal: goal, ours: ours,
            theirs: git(yardstick, in: place, lines: lines, lines == 0 ? "changes" : "files"))
    }
}
