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
        let many = ProjectBenchmarks(
            laboratory: laboratory, repository: ProjectRepository(packages: packages * 10, filesPerPackage: 5))
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
        add("discovery, nothing remembered") { () throws(BenchmarkError) in
            try many.discovery(remembered: false, goal: .seconds(1.5))
        }
        add("discovery, remembered") { () throws(BenchmarkError) in
            try many.discovery(remembered: true, goal: .more(0.06))
        }
        add("clean working tree") { () throws(BenchmarkError) in try projects.workingTree() }
        add("plan") { () throws(BenchmarkError) in try projects.plan(goal: .seconds(0.25)) }
        add("plan of a commit") { () throws(BenchmarkError) in try projects.planOfCommit() }
        add("reuse, all in place") { () throws(BenchmarkError) in try reuse.nothingToDo() }
        add("reuse, all deleted") { () throws(BenchmarkError) in try reuse.restore() }
    }

    /// The benchmarks of a large repository, which are run on their own.
    ///
    /// - Parameter shrink: divides the number of files.
    init(large laboratory: Laboratory, shrink: Int) {
        let large = LargeBenchmarks(
            laboratory: laboratory, repository: LargeRepository(files: 1_000_000 / shrink))
        let small = LargeBenchmarks(
            laboratory: laboratory, repository: LargeRepository(files: 100_000 / shrink))

        add("committed range") { () throws(BenchmarkError) in try large.committedRange(goal: .ratio(1)) }
        add("committed range, small") { () throws(BenchmarkError) in try small.committedRange(goal: .none) }
        add("committed range, growth") { () throws(BenchmarkError) in
            try large.growth(from: small, goal: .ratio(1.3))
        }
        add("clean, tracked files") { () throws(BenchmarkError) in
            try large.cleanWorkingTree("-uno", goal: .ratio(1.2))
        }
        add("clean, untracked files too") { () throws(BenchmarkError) in
            try large.cleanWorkingTree("--untracked-files=all", goal: .ratio(0.6))
        }
        add("20 edited, 1,000 untracked files") { () throws(BenchmarkError) in
            try large.dirtyWorkingTree(goal: .ratio(0.6))
        }
    }

    private mutating func add(_ name: String, _ make: @escaping () throws(BenchmarkError) -> Benchmark) {
        entries.append(Entry(name: name, make: make))
    }
}
