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
        let suite =
            options.isLarge
            ? Suite(large: laboratory, shrink: options.shrink) : Suite(laboratory, shrink: options.shrink)
        for entry in suite.entries where options.selects(entry.name) {
            let benchmark = try entry.make()
            note("measuring \(entry.name)")
            outcomes.append(
                try benchmark.measure(entry.name, runs: options.runs, scratch: directory + "/output"))
        }
        guard !outcomes.isEmpty else { throw BenchmarkError("No benchmark's name contains '\(options.only ?? "")'.") }
        let report = Report(outcomes: outcomes, runs: options.runs, machine: "\(processors) processors")
        print(report.table(), terminator: "")
        if let json = options.json { try writeText(json, report.json()) }
        return outcomes.allSatisfy { $0.isMet != false }
    }

    private static func temporaryDirectory() throws(BenchmarkError) -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        guard let pattern = strdup("\(base)/ripple-bench.XXXXXX") else {
            throw BenchmarkError("There is no memory left.")
        }
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
