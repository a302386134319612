internal import Glibc

/// The command line.
struct Options {
    var ripple = ""
    var work: String?
    var json: String?
    var runs = 11
    var processors = 2
    var only: String?
    var isCheck = false
    /// The benchmarks of the large repository instead of the others.
    var isLarge = false
    /// Divides every size, to try the benchmarks out.
    var shrink = 1

    static let help = """
        usage: ripple-bench --ripple FILE [options]

          --ripple FILE   the program to measure; build it in release
          --work DIR      where the generated repositories are kept and found again
                          (default: a temporary directory that is removed at the end)
          --runs N        interleaved runs of each side, from 7 (default 11)
          --only TEXT     only benchmarks whose name contains TEXT
          --large         the benchmarks of a repository of 1,000,000 files instead of the others;
                          it needs 5 GB and minutes to generate: keep it with --work
          --processors N  how many processors every measured process may use (default 2)
          --shrink N      divide all sizes by N to try things out; the figures then mean nothing
          --json FILE     also write the results as JSON
          --check         exit with 1 when a goal is missed
        """

    init(_ arguments: [String]) throws(BenchmarkError) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "--check": isCheck = true
            case "--large": isLarge = true
            case "--ripple": ripple = absolute(try Options.value(flag, &rest))
            case "--work": work = absolute(try Options.value(flag, &rest))
            case "--json": json = absolute(try Options.value(flag, &rest))
            case "--only": only = try Options.value(flag, &rest)
            case "--runs": runs = try Options.number(flag, &rest, from: 7)
            case "--processors": processors = try Options.number(flag, &rest, from: 1)
            case "--shrink": shrink = try Options.number(flag, &rest, from: 1)
            default: throw BenchmarkError("\(flag) is not known.\n\n\(Options.help)")
            }
        }
        if ripple.isEmpty { throw BenchmarkError("--ripple is missing.\n\n\(Options.help)") }
    }

    func selects(_ name: String) -> Bool { only.map { name.contains($0) } ?? true }

    private static func value(_ flag: String, _ rest: inout ArraySlice<String>) throws(BenchmarkError) -> String {
        guard let value = rest.popFirst() else { throw BenchmarkError("\(flag) needs a value.") }
        return value
    }

    private static func number(
        _ flag: String, _ rest: inout ArraySlice<String>, from least: Int
    ) throws(BenchmarkError) -> Int {
        guard let number = Int(try value(flag, &rest)), number >= least else {
            throw BenchmarkError("\(flag) takes a whole number from \(least).")
        }
        return number
    }
}

/// The absolute form of a path, taken from the current directory.
private func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return String(cString: here) + "/" + path
}
