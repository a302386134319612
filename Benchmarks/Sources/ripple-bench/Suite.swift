/// All benchmarks, in the order of the table.
struct Suite {
    /// A benchmark that is made only when it is run: making one may generate a repository.
    struct Entry {
        let name: String
        let make: () throws(BenchmarkError) -> Benchmark
    }

    private(set) var entries: [Entry] = []

    /// - Parameter shrink: divides the number of packages and tasks.
    init(_ laboratory: Laboratory, shrink: Int) {
        // Ten layers need a package each, and the change touches one of each layer.
        let packages = max(10, 1_000 / shrink)
        let projects = ProjectBenchmarks(
            laboratory: laboratory, repository: ProjectRepository(packages: packages, filesPerPackage: 50))
        let larger = ProjectBenchmarks(
            laboratory: laboratory, repository: ProjectRepository(packages: packages, filesPerPackage: 100))
        let reuse = ReuseBenchmarks(laboratory: laboratory, workspace: TaskWorkspace(tasks: packages))

        add("committed range") { () throws(BenchmarkError) in
            try projects.committedRange(from: "main", to: "change", goal: .ratio(5))
        }
        add("committed range, tests by name") { () throws(BenchmarkError) in
            try projects.committedRange(from: "by-name", to: "by-name-change", goal: .none)
        }
        add("committed range, twice the files") { () throws(BenchmarkError) in
            try larger.committedRange(from: "main", to: "change", goal: .none)
        }
        add("clean working tree") { () throws(BenchmarkError) in try projects.workingTree() }
        add("plan") { () throws(BenchmarkError) in try projects.plan(goal: .seconds(0.25)) }
        add("plan of a commit") { () throws(BenchmarkError) in try projects.planOfCommit() }
        add("reuse, all in place") { () throws(BenchmarkError) in try reuse.nothingToDo() }
        add("reuse, all deleted") { () throws(BenchmarkError) in try reuse.restore() }
    }

    private mutating func add(_ name: String, _ make: @escaping () throws(BenchmarkError) -> Benchmark) {
        entries.append(Entry(name: name, make: make))
    }
}
