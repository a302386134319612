internal import Glibc

/// The measures on a large repository: lists of changes, where what did not change must cost next to nothing.
struct LargeBenchmarks {
    let laboratory: Laboratory
    let repository: LargeRepository

    private static let committedPeakBytes = 100 * 1_000_000
    private static let workingTreePeakBytes = 300 * 1_000_000

    /// Makes the repository or finds it from an earlier run.
    private func checkout() throws(BenchmarkError) -> String {
        try laboratory.prepared(repository.name, recipe: repository.recipe) { (place) throws(BenchmarkError) in
            let stream = laboratory.directory + "/stream"
            try repository.write(stream)
            try laboratory.importRepository(place, branch: "change", stream: stream)
        }
    }

    /// The changes between two commits against `git diff --name-only`.
    func committedRange(goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        return Benchmark(
            yardstick: "git diff --name-only", goal: goal, peakLimit: LargeBenchmarks.committedPeakBytes,
            ours: committedChanges(in: place),
            theirs: laboratory.git(
                ["diff", "--name-only", "main", "change"], in: place, lines: LargeRepository.editedFiles,
                "changed files"))
    }

    /// The changes between two commits against those between the same two in a smaller repository.
    func growth(from smaller: LargeBenchmarks, goal: Goal) throws(BenchmarkError) -> Benchmark {
        Benchmark(
            yardstick: "ripple, \(smaller.repository.files) files", goal: goal,
            peakLimit: LargeBenchmarks.committedPeakBytes, ours: committedChanges(in: try checkout()),
            theirs: smaller.committedChanges(in: try smaller.checkout()))
    }

    /// The changes of a clean working tree against `git status` with `mode`, which says what it does with untracked files.
    func cleanWorkingTree(_ mode: String, goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        try clean(place)
        return workingTree(mode, in: place, changes: 0, goal: goal)
    }

    /// The changes of a working tree with edited and untracked files against `git status`, which lists the same.
    func dirtyWorkingTree(goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try checkout()
        try clean(place)
        try soil(place)
        var benchmark = workingTree(
            "--untracked-files=all", in: place, changes: repository.untracked.count + repository.edited.count,
            goal: goal)
        benchmark.finish = { () throws(BenchmarkError) in try clean(place) }
        return benchmark
    }

    // MARK: State of the checkout

    /// Edits files and adds untracked ones.
    private func soil(_ place: String) throws(BenchmarkError) {
        for path in repository.untracked {
            try makeDirectory("\(place)/\(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))")
            try writeText("\(place)/\(path)", "export const path = \"\(path)\";\n")
        }
        for path in repository.edited { try writeText("\(place)/\(path)", "export const value = \"in progress\";\n") }
    }

    /// Takes back what `soil` did, also when it, or this, was interrupted: the first untracked file goes last.
    private func clean(_ place: String) throws(BenchmarkError) {
        let untracked = repository.untracked
        guard exists("\(place)/\(untracked[0])") else { return }
        note("cleaning \(repository.name)")
        try laboratory.git("checkout", "-q", "--", ".", in: place)
        for path in untracked.dropFirst() { unlink("\(place)/\(path)") }
        for path in repository.newDirectories { rmdir("\(place)/\(path)") }
        try laboratory.refreshIndex(place)
        unlink("\(place)/\(untracked[0])")
    }

    // MARK: Sides

    private func committedChanges(in place: String) -> Benchmark.Side {
        changes(["--base", "main", "--head", "change"], in: place, count: LargeRepository.editedFiles)
    }

    private func workingTree(_ mode: String, in place: String, changes: Int, goal: Goal) -> Benchmark {
        Benchmark(
            yardstick: "git status \(mode)", goal: goal, peakLimit: LargeBenchmarks.workingTreePeakBytes,
            ours: self.changes(["--base", "HEAD"], in: place, count: changes),
            theirs: laboratory.git(["status", "--porcelain", mode], in: place, lines: changes, "changes"))
    }

    private func changes(_ range: [String], in place: String, count: Int) -> Benchmark.Side {
        let cache = laboratory.directory + "/empty-cache"
        return Benchmark.Side(
            command: laboratory.ripple(
                ["base"] + range + ["--direct", "--changes", "--format", "json"], in: place, cache: cache),
            prepare: { () throws(BenchmarkError) in try laboratory.remove(cache) },
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(OutputCheck.elements(of: "changes", in: output), count, "changes from ripple")
                return "\(count) changes of \(repository.files) files"
            })
    }
}
