internal import Glibc

/// The measures on the workspace of small tasks: nothing to do, and outputs to bring back.
struct ReuseBenchmarks {
    let laboratory: Laboratory
    let workspace: TaskWorkspace

    private var cache: String { laboratory.directory + "/\(workspace.name)-cache" }
    private var outputs: String { laboratory.directory + "/\(workspace.name)-outputs" }

    private func copy(named name: String) throws(BenchmarkError) -> String {
        try laboratory.prepared("\(workspace.name)-\(name)", recipe: workspace.recipe) {
            (place) throws(BenchmarkError) in
            let stream = laboratory.directory + "/stream"
            try workspace.write(stream)
            try laboratory.importRepository(place, branch: "main", stream: stream)
        }
    }

    private func run(in place: String) -> Command {
        laboratory.ripple(["run", "build", "--all"], in: place, cache: cache)
    }

    /// A checkout in which everything was built by ripple, with a store that holds all of it.
    private func built() throws(BenchmarkError) -> String {
        let place = try copy(named: "ripple")
        try laboratory.remove(cache)
        try run(in: place).run(output: laboratory.directory + "/setup.out")
        // Outputs younger than two seconds are read again rather than trusted; a person's next run comes later.
        sleep(3)
        try run(in: place).run(output: laboratory.directory + "/setup.out")
        return place
    }

    /// Throws unless every output lies below `place` with the content of its input, sampled.
    private func checkOutputs(_ place: String, sources: String) throws(BenchmarkError) {
        for number in 0..<workspace.tasks {
            let output = "\(place)/\(workspace.path(number))/dist/out"
            guard exists(output) else { throw BenchmarkError("\(output) is missing.") }
            if number % 50 == 0, readBytes(output) != readBytes("\(sources)/\(workspace.path(number))/src/input.txt") {
                throw BenchmarkError("\(output) is not what its task makes.")
            }
        }
    }

    private func reuse(in place: String, prepare: (() throws(BenchmarkError) -> Void)?) -> Benchmark.Side {
        let tasks = workspace.tasks
        return Benchmark.Side(
            command: run(in: place), prepare: prepare,
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(OutputCheck.lines(output, startingWith: "cached "), tasks, "reused tasks")
                try checkOutputs(place, sources: place)
                return "\(tasks) tasks reused, \(tasks) outputs in place"
            })
    }

    /// Everything reused and in place against a ninja that has nothing to do.
    func nothingToDo() throws(BenchmarkError) -> Benchmark {
        let place = try built(), other = try copy(named: "ninja")
        let ninja = laboratory.command(laboratory.ninja, ["-C", other], in: other)
        try ninja.run(output: laboratory.directory + "/setup.out")
        return Benchmark(
            yardstick: "ninja, no work", goal: .ratio(4),
            ours: reuse(in: place, prepare: nil),
            theirs: Benchmark.Side(
                command: ninja,
                check: { (output) throws(BenchmarkError) in
                    try OutputCheck.expect(
                        OutputCheck.lines(output, startingWith: "ninja: no work to do."), 1,
                        "notes of no work from ninja")
                    try checkOutputs(other, sources: other)
                    return "no work to do, \(workspace.tasks) outputs in place"
                }))
    }

    /// Every output deleted and brought back against a copy of the same files.
    func restore() throws(BenchmarkError) -> Benchmark {
        let place = try built(), target = laboratory.directory + "/\(workspace.name)-copied"
        try laboratory.remove(outputs)
        for number in 0..<workspace.tasks {
            let directory = "\(outputs)/\(workspace.path(number))/dist"
            try makeDirectory(directory)
            try writeText(directory + "/out", readText("\(place)/\(workspace.path(number))/src/input.txt"))
        }
        return Benchmark(
            yardstick: "cp -r", goal: .none,
            ours: reuse(in: place) { () throws(BenchmarkError) in
                for number in 0..<workspace.tasks {
                    unlink("\(place)/\(workspace.path(number))/dist/out")
                    rmdir("\(place)/\(workspace.path(number))/dist")
                }
            },
            theirs: Benchmark.Side(
                command: laboratory.command(laboratory.copy, ["-r", outputs, target], in: laboratory.directory),
                prepare: { () throws(BenchmarkError) in try laboratory.remove(target) },
                check: { (_) throws(BenchmarkError) in
                    try checkOutputs(target, sources: place)
                    return "\(workspace.tasks) files copied"
                }))
    }
}
