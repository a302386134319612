internal import Foundation
internal import Glibc

/// The program under test: `RIPPLE_BINARY`, else `ripple` beside the tests.
enum ProgramUnderTest {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static func path() throws -> String {
        if let explicit = ProcessInfo.processInfo.environment["RIPPLE_BINARY"], !explicit.isEmpty {
            guard access(explicit, X_OK) == 0 else {
                throw Missing(description: "RIPPLE_BINARY=\(explicit) is not a program that can be run.")
            }
            return explicit
        }
        var places: [String] = []
        if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            places.append((own as NSString).deletingLastPathComponent)
        }
        places.append((Bundle.main.bundlePath as NSString).deletingLastPathComponent)
        places.append(Bundle.main.bundlePath)
        for place in places where access(place + "/ripple", X_OK) == 0 { return place + "/ripple" }
        throw Missing(
            description: "The program 'ripple' is not beside the tests (\(places.joined(separator: ", "))). "
                + "Build it with them, or name it in RIPPLE_BINARY.")
    }
}

/// What a program that ended has left.
struct Finished {
    var output: [UInt8]
    var errors: [UInt8]
    /// The exit code; 128 + signal when a signal ended it.
    var code: Int32
    /// Whether the deadline passed and the program was killed.
    var timedOut: Bool

    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
    var json: JSON { JSON(parsing: output) }
    /// For failure messages.
    var summary: String {
        "code \(code)\(timedOut ? " (deadline passed)" : "")\n--- stdout\n\(text)\n--- stderr\n\(errorText)"
    }
}

/// A program that was started, in a process group of its own, with its output going to files.
final class RunningProgram {
    let id: pid_t
    private let outputFile: String
    private let errorFile: String
    private var status: Int32?

    struct CouldNotStart: Error { let code: Int32, program: String }

    init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: String,
        input: [UInt8]? = nil, files: String
    ) throws {
        outputFile = files + ".out"
        errorFile = files + ".err"
        var inputFile = "/dev/null"
        if let input {
            inputFile = files + ".in"
            try Data(input).write(to: URL(fileURLWithPath: inputFile))
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputFile, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of the test process have signals blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // `env` goes there and becomes the program: the spawn functions that Swift sees cannot change the directory.
        let words =
            (["env", "-C", directory, program] + arguments).map { (word: String) -> UnsafeMutablePointer<CChar>? in
                strdup(word)
            } + [nil]
        let variables =
            environment.sorted { $0.key < $1.key }
            .map { (entry) -> UnsafeMutablePointer<CChar>? in strdup("\(entry.key)=\(entry.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, "env", &actions, &attributes, words, variables)
        guard failure == 0 else { throw CouldNotStart(code: failure, program: program) }
        id = process
    }

    deinit {
        guard status == nil else { return }
        kill(-id, SIGKILL)
        waitpid(id, nil, 0)
    }

    func send(_ signal: Int32) { kill(id, signal) }

    /// Whether it has ended; reaps it then.
    var hasEnded: Bool {
        if status != nil { return true }
        var value: Int32 = 0
        guard waitpid(id, &value, WNOHANG) == id else { return false }
        status = value
        return true
    }

    /// Waits for the end; kills the program when it takes longer than `seconds`.
    func wait(seconds: Double = 60) -> Finished {
        let ended = eventually(seconds: seconds) { hasEnded }
        if !ended {
            kill(-id, SIGKILL)
            var value: Int32 = 0
            waitpid(id, &value, 0)
            status = value
        }
        let value = status ?? 0
        return Finished(
            output: bytes(outputFile), errors: bytes(errorFile),
            code: value & 0x7F == 0 ? (value >> 8) & 0xFF : 128 + (value & 0x7F), timedOut: !ended)
    }

    private func bytes(_ path: String) -> [UInt8] {
        (FileManager.default.contents(atPath: path)).map { [UInt8]($0) } ?? []
    }
}

/// Asks again and again until `condition` holds or the time is up. Returns whether it held.
func eventually(seconds: Double = 30, _ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
        if condition() { return true }
        if ContinuousClock.now > deadline { return false }
        usleep(2000)
    }
}

/// A JSON value that is asked without ceremony: what is missing is `nil` all the way down.
struct JSON {
    private let value: Any?

    init(_ value: Any?) { self.value = value }

    init(parsing bytes: [UInt8]) {
        value = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    }

    subscript(key: String) -> JSON { JSON((value as? [String: Any])?[key]) }
    var array: [JSON] { (value as? [Any])?.map { JSON($0) } ?? [] }
    var string: String? { value as? String }
    var int: Int? { value as? Int }
    var bool: Bool? { value as? Bool }
    var strings: [String] { array.compactMap(\.string) }
    var isObject: Bool { value is [String: Any] }
    var isNull: Bool { value is NSNull }

    /// The elements of an array of objects by one of their members.
    func by(_ key: String) -> [String: JSON] {
        Dictionary(
            array.compactMap { item in item[key].string.map { ($0, item) } }, uniquingKeysWith: { first, _ in first })
    }

    /// The run report's `tasks`: id to state.
    var states: [String: String] { self["tasks"].by("id").compactMapValues { $0["state"].string } }
}
