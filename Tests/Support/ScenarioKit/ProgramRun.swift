internal import Foundation
internal import Glibc

/// What a program did: its exit code and everything it printed.
package struct ProgramRun: Sendable {
    /// The exit code, or 128 and the signal's number.
    package var code: Int32
    package var output: [UInt8]
    package var errors: String

    package var text: String { String(decoding: output, as: UTF8.self) }
}

/// A program that could not be started, or that failed where it must not.
package struct ProgramFailure: Error, CustomStringConvertible {
    package var description: String
}

/// Starts programs with a fixed environment and waits for them.
struct ProgramRunner {
    /// Where what they print is kept for a moment.
    let scratch: DiskDirectory
    let environment: [String: String]

    /// Runs `arguments`, the first of which is the program, found through PATH.
    ///
    /// Output goes through files: a pipe could be inherited by a program that another test starts at the same time.
    func run(_ arguments: [String], in directory: String, input: [UInt8]? = nil) throws -> ProgramRun {
        let name = UUID().uuidString
        let files = ["in", "out", "err"].map { "\(scratch.path)/\(name).\($0)" }
        defer { for file in files { unlink(file) } }
        if let input { try Data(input).write(to: URL(fileURLWithPath: files[0])) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input == nil ? "/dev/null" : files[0], O_RDONLY, 0)
        for descriptor in [1, 2] as [Int32] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, files[Int(descriptor)], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        var process = pid_t()
        let settings = environment.map { "\($0)=\($1)" }.sorted()
        // The C library's own call for a new process's directory is not visible to Swift.
        let words = ["env", "-C", directory] + arguments
        let status = ProgramRunner.withCStrings(words) { argv in
            ProgramRunner.withCStrings(settings) { envp in
                posix_spawnp(&process, words[0], &actions, nil, argv, envp)
            }
        }
        guard status == 0 else {
            throw ProgramFailure(
                description: "\(arguments[0]) cannot be started: \(String(cString: strerror(status))).")
        }
        var result: Int32 = 0
        while waitpid(process, &result, 0) < 0 {
            guard errno == EINTR else {
                throw ProgramFailure(description: "\(arguments[0]) was lost: \(String(cString: strerror(errno))).")
            }
        }
        let signal = result & 0x7F
        let errors = try Data(contentsOf: URL(fileURLWithPath: files[2]))
        return ProgramRun(
            code: signal == 0 ? result >> 8 & 0xFF : 128 + signal,
            output: Array(try Data(contentsOf: URL(fileURLWithPath: files[1]))),
            errors: String(decoding: errors, as: UTF8.self))
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return body(copies)
    }
}

/// The program under test.
enum RippleBinary {
    /// RIPPLE_BINARY, else the file `ripple` beside this executable or beside the test bundle.
    static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["RIPPLE_BINARY"], !named.isEmpty { return named }
        var places: [String] = []
        if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { places.append(own) }
        let arguments = CommandLine.arguments
        if let flag = arguments.firstIndex(of: "--test-bundle-path"), flag + 1 < arguments.count {
            places.append(arguments[flag + 1])
        }
        for place in places {
            let candidate = URL(fileURLWithPath: place).deletingLastPathComponent().appendingPathComponent("ripple")
                .path
            if access(candidate, X_OK) == 0 { return candidate }
        }
        throw ProgramFailure(
            description:
                "The program 'ripple' was not found beside the tests. Build it with 'swift build --product ripple', "
                + "or name it in RIPPLE_BINARY.")
    }
}
