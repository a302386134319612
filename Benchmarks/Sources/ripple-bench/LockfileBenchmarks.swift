/// The measure on a large lockfile that a change touches: it is read on both sides and compared.
struct LockfileBenchmarks {
    let laboratory: Laboratory
    let repository: LockfileRepository

    private static let peakBytes = 200 * 1_000_000

    /// `ripple affected` between two commits against `git diff --numstat`, which reads the same two files.
    func changedLockfile(goal: Goal) throws(BenchmarkError) -> Benchmark {
        let place = try laboratory.prepared(repository.name, recipe: repository.recipe) {
            (place) throws(BenchmarkError) in
            let stream = laboratory.directory + "/stream"
            try repository.write(stream)
            try laboratory.importRepository(place, branch: "change", stream: stream)
        }
        let files = repository.changedFiles, projects = repository.affected
        let cache = laboratory.directory + "/empty-cache"
        return Benchmark(
            yardstick: "git diff --numstat", goal: goal, peakLimit: LockfileBenchmarks.peakBytes,
            ours: Benchmark.Side(
                command: laboratory.ripple(
                    ["affected", "--format", "json", "--base", "main", "--head", "change"], in: place, cache: cache),
                prepare: { () throws(BenchmarkError) in try laboratory.remove(cache) },
                check: { (output) throws(BenchmarkError) in
                    try OutputCheck.expect(
                        OutputCheck.elements(of: "projects", in: output), projects, "affected projects from ripple")
                    return "\(projects) affected project"
                }),
            theirs: laboratory.git(
                ["diff", "--numstat", "main", "change"], in: place, lines: files, "changed files"))
    }
}
