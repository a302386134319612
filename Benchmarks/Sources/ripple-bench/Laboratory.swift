internal import Glibc

/// Where everything happens: the directory, the programs, and the environment every process gets.
struct Laboratory {
    let directory: String
    let ripple: String
    let git: String
    let ninja: String
    let copy: String

    init(directory: String, ripple: String) throws(BenchmarkError) {
        self.directory = directory
        self.ripple = ripple
        git = try Laboratory.find("git")
        ninja = try Laboratory.find("ninja")
        copy = try Laboratory.find("cp")
        guard access(ripple, X_OK) == 0 else { throw BenchmarkError("\(ripple) is not a program.") }
        try makeDirectory(directory + "/home")
    }

    private static func find(_ name: String) throws(BenchmarkError) -> String {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for place in path.split(separator: ":") where access("\(place)/\(name)", X_OK) == 0 {
            return "\(place)/\(name)"
        }
        throw BenchmarkError("\(name) is not on the PATH. scripts/bench installs what is missing.")
    }

    /// Nothing of the person's own configuration reaches a measured process.
    var environment: [String] {
        [
            "PATH=" + (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"), "HOME=\(directory)/home",
            "LC_ALL=C",
            "TMPDIR=\(directory)", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "RIPPLE_CI=none",
            "RIPPLE_JOBS=2",
        ]
    }

    func command(_ program: String, _ arguments: [String], in place: String, adding variables: [String] = []) -> Command
    {
        Command(arguments: [program] + arguments, directory: place, environment: environment + variables)
    }

    func git(_ arguments: String..., in place: String) throws(BenchmarkError) {
        try command(git, arguments, in: place).run(output: directory + "/setup.out")
    }

    func ripple(_ arguments: [String], in place: String, cache: String) -> Command {
        command(ripple, arguments, in: place, adding: ["RIPPLE_CACHE_DIR=\(cache)"])
    }

    /// A side that is a git command, which prints one line for each of `lines` things.
    func git(_ arguments: [String], in place: String, lines: Int, _ what: String) -> Benchmark.Side {
        Benchmark.Side(
            command: command(git, arguments, in: place),
            check: { (output) throws(BenchmarkError) in
                try OutputCheck.expect(OutputCheck.lines(output), lines, "\(what) from git \(arguments[0])")
                return "\(lines) \(what)"
            })
    }

    /// Removes a file or a whole directory below the work directory.
    func remove(_ path: String) throws(BenchmarkError) {
        guard path.hasPrefix(directory + "/") else { throw BenchmarkError("\(path) lies outside of \(directory).") }
        try command("/bin/rm", ["-rf", path], in: directory).run()
    }

    /// Makes `directory/name` through `make` unless an earlier run with the same `recipe` did.
    func prepared(
        _ name: String, recipe: String, _ make: (String) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) -> String {
        let place = "\(directory)/\(name)", seal = place + ".recipe"
        if readText(seal) == recipe { return place }
        note("generating \(name): \(recipe)")
        try remove(place)
        try remove(seal)
        try makeDirectory(place)
        try make(place)
        try writeText(seal, recipe)
        return place
    }

    /// Makes a repository from a fast-import stream and checks `branch` out, with an index newer than every file.
    func importRepository(_ place: String, branch: String, stream: String) throws(BenchmarkError) {
        try git("init", "-q", "-b", "main", ".", in: place)
        var feed = command(git, ["fast-import", "--quiet"], in: place)
        feed.input = stream
        try feed.run(output: directory + "/setup.out")
        try remove(stream)
        try git("gc", "-q", in: place)
        try git("checkout", "-q", branch, in: place)
        try refreshIndex(place)
    }

    /// Writes an index that is newer than every file: files as old as it would be read again by every status, on both sides.
    func refreshIndex(_ place: String) throws(BenchmarkError) {
        sleep(2)
        try git("update-index", "-q", "--refresh", "--force-write-index", in: place)
    }
}

/// A line for the person who waits; the answer goes to standard output.
func note(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
