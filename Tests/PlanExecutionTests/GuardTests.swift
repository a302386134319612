internal import Glibc
internal import Testing

/// The program guard-probe (Tests/Support/GuardProbe), running, with its children known.
private final class Probe {
    let guardian: pid_t
    private(set) var worker: pid_t = 0
    private(set) var children: [pid_t] = []
    /// The other end is the standard input and output of the probe, and with it of every child.
    private let socket: CInt
    private var pending: [UInt8] = []
    private var reaped = false

    static let childCount = 6

    /// Starts the probe as the leader of its own process group and reads until every child has reported.
    init(_ mode: String) throws {
        let program = Probe.directory + "/guard-probe"
        try #require(access(program, X_OK) == 0, "guard-probe is not beside the tests; is it a dependency of theirs?")
        // A socket in place of two pipes, as it is made with close-on-exec in one step: no process that another test
        // starts at this moment inherits it.
        var ends = [CInt](repeating: -1, count: 2)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of the test process have signals blocked.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        let environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { environment.forEach { free($0) } }
        let words = [program, mode].map { (word: String) -> UnsafeMutablePointer<CChar>? in strdup(word) }
        defer { words.forEach { free($0) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, program, &actions, &attributes, words + [nil], environment)
        close(ends[1])
        socket = ends[0]
        guardian = pid
        try #require(failure == 0)
        while worker == 0 || children.count < Probe.childCount {
            let words = try line().split(separator: " ")
            let number = try #require(words.last.flatMap { pid_t($0) })
            switch words.first {
            case "guard": #expect(number == guardian)
            case "worker": worker = number
            default: children.append(number)
            }
        }
    }

    deinit {
        close(socket)
        if !reaped {
            kill(guardian, SIGKILL)
            waitpid(guardian, nil, 0)
        }
    }

    private static var directory: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
        return String(decoding: path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)], as: UTF8.self)
    }

    /// The next line that the probe or a child prints. Lines of `ready` are skipped.
    func line() throws -> String {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end + 1)
                if line == "ready" { continue }
                return line
            }
            try #require(try readMore(), "the probe ended before it had printed everything")
        }
    }

    /// Reads what is there; `false` at the end, which comes when no process holds the other end any more.
    private func readMore() throws -> Bool {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        let ready = poll(&waiting, 1, 20_000)
        try #require(ready == 1, "nothing came from the probe for 20 seconds")
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { read(socket, $0.baseAddress, $0.count) }
        pending.append(contentsOf: bytes.prefix(max(count, 0)))
        return count > 0
    }

    func proceed() { _ = write(socket, "\n", 1) }

    /// Waits for the end of every process, each of which holds the other end, and answers how the guard ended: its exit
    /// code, or the signal as a negative number.
    func awaitEnd() throws -> Int32 {
        while try readMore() {}
        var status: Int32 = 0
        try #require(waitpid(guardian, &status, 0) == guardian)
        reaped = true
        for pid in children + [worker] { #expect(!endures(pid), "process \(pid) is still there") }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
    }

    /// Whether the worker comes into a state (proc(5)) within ten seconds.
    func worker(reaches state: UInt8) -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while processState(worker) != state {
            if ContinuousClock.now > deadline { return false }
            sched_yield()
        }
        return true
    }

    /// The socket is closed a little before a process counts as dead.
    private func endures(_ pid: pid_t) -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while isRunning(pid) {
            if ContinuousClock.now > deadline { return true }
            sched_yield()
        }
        return false
    }
}

@Suite(.serialized) struct GuardTests {
    @Test("the guard ends with the worker's exit code and leaves nothing behind")
    func exit() throws {
        let probe = try Probe("exit")
        probe.proceed()
        #expect(try probe.awaitEnd() == 7)
    }

    @Test("a worker can end everything below it and go on")
    func sweep() throws {
        let probe = try Probe("sweep")
        probe.proceed()
        #expect(try probe.line() == "swept")
        for child in probe.children { #expect(processState(child) == nil) }
        #expect(isRunning(probe.worker))
        probe.proceed()
        #expect(try probe.awaitEnd() == 0)
    }

    @Test("kill -9 of the guard leaves nothing behind")
    func killGuard() throws {
        let probe = try Probe("wait")
        kill(probe.guardian, SIGKILL)
        #expect(try probe.awaitEnd() == -SIGKILL)
    }

    @Test("kill -9 of the worker leaves nothing behind")
    func killWorker() throws {
        let probe = try Probe("wait")
        kill(probe.worker, SIGKILL)
        #expect(try probe.awaitEnd() == 128 + SIGKILL)
    }

    @Test("kill -9 of the guard's whole group leaves nothing behind")
    func killGroup() throws {
        let probe = try Probe("wait")
        kill(-probe.guardian, SIGKILL)
        #expect(try probe.awaitEnd() == -SIGKILL)
    }

    @Test("kill -9 of the worker's whole group leaves nothing behind")
    func killWorkerGroup() throws {
        let probe = try Probe("wait")
        kill(-probe.worker, SIGKILL)
        #expect(try probe.awaitEnd() == 128 + SIGKILL)
    }

    @Test("a signal to the guard reaches the worker", arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    func forwarded(signal: Int32) throws {
        let probe = try Probe("wait")
        kill(-probe.guardian, signal)
        #expect(try probe.awaitEnd() == 128 + signal)
    }

    @Test("a worker that handles SIGINT ends in its own time, and a second one does no harm")
    func graceful() throws {
        let probe = try Probe("graceful")
        kill(-probe.guardian, SIGINT)
        #expect(try probe.line() == "interrupt 1")
        for child in probe.children { #expect(isRunning(child)) }
        kill(-probe.guardian, SIGINT)
        #expect(try probe.line() == "interrupt 2")
        #expect(try probe.awaitEnd() == 130)
    }

    @Test("a suspended tree goes on when the guard is continued, and dies when it is killed instead")
    func suspended() throws {
        for isContinued in [true, false] {
            let probe = try Probe("wait")
            kill(probe.guardian, SIGTSTP)
            var status: Int32 = 0
            #expect(waitpid(probe.guardian, &status, WUNTRACED) == probe.guardian)
            #expect(status & 0xff == 0x7f)
            #expect(probe.worker(reaches: UInt8(ascii: "T")))
            if isContinued {
                kill(probe.guardian, SIGCONT)
                kill(probe.guardian, SIGTERM)
                #expect(try probe.awaitEnd() == 128 + SIGTERM)
            } else {
                kill(probe.guardian, SIGKILL)
                #expect(try probe.awaitEnd() == -SIGKILL)
            }
        }
    }
}
