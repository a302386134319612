internal import CLinuxProcess
internal import Glibc

/// A program to start, where, and with what environment: `NAME=VALUE` each, nothing inherited.
struct Command {
    var arguments: [String]
    var directory: String
    var environment: [String]
    /// A file to read standard input from; nothing when `nil`.
    var input: String?
}

/// What one finished process cost.
struct Cost {
    /// Wall time from just before the start until the end was seen.
    var seconds: Double
    /// Peak resident memory of the process or of a child it waited for, whichever is larger, as `wait4` tells it.
    var peakBytes: Int
}

extension Command {
    /// Starts the program, waits for it, and leaves its standard output in the file `output`.
    ///
    /// Both sides of a comparison write to a file, so neither waits for a reader.
    @discardableResult
    func run(output: String = "/dev/null") throws(BenchmarkError) -> Cost {
        let errors = output == "/dev/null" ? "/dev/null" : output + ".stderr"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        bench_add_directory(&actions, directory)

        var argumentPointers = arguments.map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }

        var process = pid_t()
        let began = monotonicSeconds()
        let problem = posix_spawn(&process, arguments[0], &actions, nil, &argumentPointers, &environmentPointers)
        guard problem == 0 else {
            throw BenchmarkError("\(arguments[0]) cannot be started: \(String(cString: strerror(problem))).")
        }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw BenchmarkError("\(arguments[0]) was started and lost.") }
        }
        let seconds = monotonicSeconds() - began
        guard status == 0 else {
            let said = readText(errors).suffix(2000)
            let text = arguments.joined(separator: " ")
            throw BenchmarkError("'\(text)' in \(directory) ended with wait status \(status).\n\(said)")
        }
        return Cost(seconds: seconds, peakBytes: Int(usage.ru_maxrss) * 1024)
    }
}

/// Seconds from a fixed instant, never going back.
func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
