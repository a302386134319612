internal import CLinuxProcess
internal import Glibc

/// Measures ripple against git, ninja and cp, both sides in the same run on the same files.
@main
struct RippleBench {
    static func main() {
        do throws(BenchmarkError) {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.contains("--help") || arguments.contains("-h") {
                print(Options.help)
                return
            }
            let options = try Options(arguments)
            let directory = if let work = options.work { work } else { try temporaryDirectory() }
            try makeDirectory(directory)
            let isMet: Bool
            do throws(BenchmarkError) {
                isMet = try run(options, in: directory)
            } catch {
                removeIfTemporary(directory, options)
                throw error
            }
            removeIfTemporary(directory, options)
            if options.isCheck, !isMet { exit(1) }
        } catch {
            note("error: \(error.message)")
            exit(1)
        }
    }

    /// Whether every goal was met.
    private static func run(_ options: Options, in directory: String) throws(BenchmarkError) -> Bool {
        let laboratory = try Laboratory(directory: directory, ripple: options.ripple)
        let processors = bench_limit_processors(Int32(options.processors))
        var outcomes: [Outcome] = []
        for (name, make) in benchmarks(laboratory, options) where options.only.map({ name.contains($0) }) ?? true {
            let benchmark = try make()
            note("measuring \(benchmark.name)")
            outcomes.append(try benchmark.measure(runs: options.runs, scratch: directory + "/output"))
        }
        let report = Report(
            outcomes: outcomes, runs: options.runs, machine: "\(processors) processors")
        print(report.table(), terminator: "")
        if let json = options.json { try writeText(json, report.json()) }
        return outcomes.allSatisfy { $0.isMet != false }
    }

    /// Every benchmark by name, made only when asked for: making one may generate a repository.
    private static func benchmarks(
        _ laboratory: Laboratory, _ options: Options
    ) -> [(name: String, make: () throws(BenchmarkError) -> Benchmark)] {
        let packages = 1_000 / options.shrink
        let first = ProjectBenchmarks(
            laboratory: laboratory, repository: ProjectRepository(packages: packages, filesPerPackage: 50))
        let larger = ProjectBenchmarks(
            laboratory: laboratory, repository: ProjectRepository(packages: packages, filesPerPackage: 100))
        let reuse = ReuseBenchmarks(laboratory: laboratory, workspace: TaskWorkspace(tasks: packages))
        let files = first.repository.files
        return [
            ("committed range", { () throws(BenchmarkError) in
                try first.committedRange(from: "main", to: "change", label: "50 files a package", goal: .ratio(5))
            }),
            ("committed range, tests by name", { () throws(BenchmarkError) in
                try first.committedRange(from: "by-name", to: "by-name-change", label: "tests by name", goal: .none)
            }),
            ("committed range, larger", { () throws(BenchmarkError) in
                try larger.committedRange(from: "main", to: "change", label: "100 files a package", goal: .none)
            }),
            ("working tree", { () throws(BenchmarkError) in try first.workingTree() }),
            ("plan", { () throws(BenchmarkError) in
                try first.plan([], label: "working tree", against: ["status", "--porcelain"], lines: 0, goal: .seconds(0.25))
            }),
            ("plan, commit", { () throws(BenchmarkError) in
                try first.plan(["--head", "HEAD"], label: "a commit", against: ["ls-files"], lines: files, goal: .none)
            }),
            ("reuse, in place", { () throws(BenchmarkError) in try reuse.nothingToDo() }),
            ("reuse, deleted", { () throws(BenchmarkError) in try reuse.restore() }),
        ]
    }

    private static func temporaryDirectory() throws(BenchmarkError) -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        guard let pattern = strdup("\(base)/ripple-bench.XXXXXX") else { throw BenchmarkError("There is no memory left.") }
        defer { free(pattern) }
        guard mkdtemp(pattern) != nil else {
            throw BenchmarkError("No directory can be made in \(base): \(String(cString: strerror(errno))).")
        }
        return String(cString: pattern)
    }

    private static func removeIfTemporary(_ directory: String, _ options: Options) {
        guard options.work == nil else { return }
        let removal = Command(arguments: ["/bin/rm", "-rf", directory], directory: "/", environment: [])
        do throws(BenchmarkError) { try removal.run() } catch { note("warning: \(error.message)") }
    }
}
