internal import Glibc
internal import PlanExecution
internal import Testing

/// A file without a name that a process writes to.
private struct Log: ~Copyable {
    let descriptor: CInt

    init() throws {
        var path = Array("\(temporaryDirectory)/ripple-log-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        try #require(descriptor >= 0)
        unlink(path)
    }

    deinit { _ = close(descriptor) }

    var text: String {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// Waits until the log holds `wanted` lines; gives up after two minutes: other tests may hold every thread.
    func awaitLines(_ wanted: Int) async throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(120)
        while lines.count < wanted, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(1)) }
        try #require(lines.count >= wanted)
        return lines
    }
}

private func shell(
    _ command: String, in directory: String = "/", environment: [String: String] = ["PATH": "/usr/bin:/bin"],
    timeout: Duration? = nil, grace: Duration = .seconds(5)
) -> TaskProcess {
    TaskProcess(
        command: command, directory: directory, environment: environment, timeout: timeout, grace: grace)
}

@Suite struct ProcessTests {
    @Test("the exit code of the command is the result", arguments: [0, 1, 42, 255] as [Int32])
    func exitCode(code: Int32) async throws {
        let log = try Log()
        let result = await shell("exit \(code)").run(log: log.descriptor)
        #expect(result.ending == .exited(code))
        #expect(result.ending.isSuccess == (code == 0))
        #expect(result.wallSeconds > 0)
        #expect(try #require(result.peakMemoryBytes) > 0)
    }

    @Test("both output streams land in the log in the order of writing, after what was there")
    func outputOrder() async throws {
        let log = try Log()
        _ = write(log.descriptor, "0\n", 2)
        let command = "echo 1; echo 2 >&2; echo 3; echo 4 >&2; sh -c 'echo 5; echo 6 >&2'"
        #expect(await shell(command).run(log: log.descriptor).ending.isSuccess)
        #expect(log.text == "0\n1\n2\n3\n4\n5\n6\n")
    }

    @Test("the program sees exactly the given environment")
    func environment() async throws {
        let log = try Log()
        let environment = ["B": "two words", "A": "", "Ä": "ü\nline"]
        let process = TaskProcess(program: "/usr/bin/env", arguments: ["-0"], directory: "/", environment: environment)
        #expect(await process.run(log: log.descriptor).ending.isSuccess)
        #expect(log.text.split(separator: "\0").sorted() == ["A=", "B=two words", "Ä=ü\nline"])
    }

    @Test("the program runs in the given directory, reads nothing, and leads its own group and session")
    func surroundings() async throws {
        let log = try Log()
        let command = """
            pwd; wc -c; cut -d' ' -f5,6 /proc/$$/stat; echo $$ $$; (: </dev/tty) 2>/dev/null || echo no terminal
            """
        #expect(await shell(command, in: "/usr").run(log: log.descriptor).ending.isSuccess)
        let lines = log.lines
        try #require(lines.count == 5)
        #expect(lines[0] == "/usr")
        #expect(lines[1] == "0")
        #expect(lines[2] == lines[3])
        #expect(lines[4] == "no terminal")
    }

    @Test("no file that Ripple has open is open in the program")
    func descriptors() async throws {
        let log = try Log()
        let other = open("/dev/null", O_RDONLY)
        defer { close(other) }
        #expect(await shell("ls /proc/self/fd").run(log: log.descriptor).ending.isSuccess)
        // The fourth is the directory that ls reads.
        #expect(log.lines == ["0", "1", "2", "3"])
    }

    @Test("signals have their standard meaning in the program, whatever they mean in Ripple")
    func signalDispositions() async throws {
        let log = try Log()
        let before = signal(SIGTTOU, SIG_IGN)
        defer { _ = signal(SIGTTOU, before) }
        let command = "grep -E 'Sig(Ign|Blk)' /proc/self/status | tr -d '\\t'"
        #expect(await shell(command).run(log: log.descriptor).ending.isSuccess)
        let lines = log.lines
        try #require(lines.count == 2)
        #expect(lines[0] == "SigBlk:0000000000000000")
        // Signals 32 and 33 belong to the C library, which leaves them ignored.
        let ignored = try #require(UInt64(lines[1].dropFirst("SigIgn:".count), radix: 16))
        #expect(ignored & 0x7fff_ffff == 0)
    }

    @Test("a command that a signal ended says which")
    func signalled() async throws {
        let log = try Log()
        #expect(await shell("kill -SEGV $$").run(log: log.descriptor).ending == .signalled(SIGSEGV))
        #expect(await shell("kill -KILL $$").run(log: log.descriptor).ending == .signalled(SIGKILL))
    }

    @Test("a missing command and one that cannot be executed are told apart by code")
    func shellCodes() async throws {
        let log = try Log()
        #expect(await shell("no-such-command-here").run(log: log.descriptor).ending.isCommandNotFound)
        #expect(await shell("/etc/passwd").run(log: log.descriptor).ending.isCommandNotExecutable)
    }

    @Test("the peak memory is that of the largest process the command waited for")
    func peakMemory() async throws {
        let log = try Log()
        let result = await shell("dd if=/dev/zero of=/dev/null bs=128M count=1; :").run(log: log.descriptor)
        let peak = try #require(result.peakMemoryBytes)
        #expect(peak >= 128 << 20)
        #expect(peak < 1 << 30)
    }

    // MARK: Processes that could not start

    private func reason(_ process: TaskProcess) async throws -> String {
        let log = try Log()
        let result = await process.run(log: log.descriptor)
        guard case .couldNotStart(let reason) = result.ending else {
            Issue.record("it ended with \(result.ending)")
            return ""
        }
        #expect(result.peakMemoryBytes == nil)
        #expect(reason.hasSuffix("."))
        return reason
    }

    @Test("a working directory that is missing or a file is named")
    func badDirectory() async throws {
        #expect(try await reason(shell(":", in: "/no/such")) == "The working directory /no/such does not exist.")
        #expect(
            try await reason(shell(":", in: "/etc/passwd")) == "The working directory /etc/passwd is not a directory.")
    }

    @Test("a program that is missing or not executable is named")
    func badProgram() async throws {
        for program in ["/no/such/program", "/etc/passwd"] {
            let process = TaskProcess(program: program, arguments: [], directory: "/", environment: [:])
            #expect(try await reason(process).contains(program))
        }
    }

    @Test("a command longer than the system allows says what to do")
    func tooLong() async throws {
        let command = ": " + String(repeating: "x", count: 1 << 20)
        #expect(try await reason(shell(command)).contains("into a script"))
    }

    @Test("a NUL in the command or the environment is refused instead of cut off")
    func nul() async throws {
        #expect(try await reason(shell("echo a\0b")).contains("NUL"))
        #expect(try await reason(shell(":", environment: ["A": "b\0c"])).contains("NUL"))
        #expect(try await reason(shell(":", environment: ["A=B": "c"])).contains("\"A=B\""))
    }

    // MARK: Ending

    @Test("a command over its time is ended with all its children")
    func timeout() async throws {
        let log = try Log()
        let command = "sleep 1000 & echo $!; sleep 1000"
        let process = shell(command, timeout: .milliseconds(200), grace: .seconds(600))
        let result = await process.run(log: log.descriptor)
        #expect(result.ending == .timedOut)
        #expect(result.wallSeconds < 300)
        let child = try #require(log.lines.first.flatMap { pid_t($0) })
        #expect(!isRunning(child))
    }

    @Test("a command that ends in time is not touched by its timeout")
    func inTime() async throws {
        let log = try Log()
        let result = await shell("exit 3", timeout: .seconds(600)).run(log: log.descriptor)
        #expect(result.ending == .exited(3))
        #expect(result.wallSeconds < 60)
    }

    @Test("cancelling lets every process of the group clean up, not only the shell")
    func cancellationIsGraceful() async throws {
        let log = try Log()
        let descriptor = log.descriptor
        let command = """
            sh -c 'trap "sleep 0.1; echo child cleaned up; exit 0" TERM; echo ready; while :; do sleep 0.01; done'
            echo never reached
            """
        let run = Task { await shell(command).run(log: descriptor) }
        _ = try await log.awaitLines(1)
        run.cancel()
        #expect(await run.value.ending == .cancelled)
        #expect(log.lines.contains("child cleaned up"))
        #expect(!log.lines.contains("never reached"))
    }

    @Test("what does not end when asked is killed after the grace period")
    func graceEnds() async throws {
        let log = try Log()
        let descriptor = log.descriptor
        let command = "trap '' TERM; echo $$; while :; do sleep 1000; done"
        let run = Task { await shell(command, grace: .milliseconds(50)).run(log: descriptor) }
        let lines = try await log.awaitLines(1)
        run.cancel()
        #expect(await run.value.ending == .cancelled)
        #expect(!isRunning(try #require(pid_t(lines[0]))))
    }

    @Test("a stopped process takes the request to end too")
    func stopped() async throws {
        let log = try Log()
        let descriptor = log.descriptor
        let run = Task { await shell("echo $$; kill -STOP $$", grace: .seconds(600)).run(log: descriptor) }
        let pid = try #require(pid_t(try await log.awaitLines(1)[0]))
        run.cancel()
        #expect(await run.value.ending == .cancelled)
        #expect(!isRunning(pid))
    }

    @Test("a run that was cancelled before it began starts nothing")
    func cancelledBefore() async throws {
        let log = try Log()
        let descriptor = log.descriptor
        let ending = await withTaskGroup(of: TaskProcessEnding.self) { group in
            group.cancelAll()
            group.addTask { await shell("echo started").run(log: descriptor).ending }
            return await group.next()
        }
        #expect(ending == .cancelled)
        #expect(log.text.isEmpty)
    }

    @Test("children left in the background are gone when the result is there")
    func background() async throws {
        let log = try Log()
        let command = """
            sleep 1000 & echo $!
            sh -c 'trap "" TERM HUP; echo $$; while :; do sleep 1000; done' &
            ( sh -c 'echo $$; exec sleep 1000' & )
            while [ "$(wc -l < /proc/$$/fd/1)" -lt 3 ]; do sleep 0.01; done
            exit 5
            """
        let result = await shell(command).run(log: log.descriptor)
        #expect(result.ending == .exited(5))
        let children = log.lines.compactMap { pid_t($0) }
        #expect(children.count == 3)
        for child in children { #expect(!isRunning(child)) }
    }

    @Test("many processes at once each get their own result")
    func many() async throws {
        let log = try Log()
        let descriptor = log.descriptor
        let endings = await withTaskGroup(of: (Int32, TaskProcessEnding).self) { group in
            for code in Int32(0)..<24 {
                group.addTask { (code, await shell("exit \(code)").run(log: descriptor).ending) }
            }
            return await group.reduce(into: [Int32: TaskProcessEnding]()) { $0[$1.0] = $1.1 }
        }
        for code in Int32(0)..<24 { #expect(endings[code] == .exited(code)) }
    }
}
