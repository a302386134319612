internal import Foundation
internal import Glibc
internal import Testing

@Suite("Interrupted runs")
struct InterruptionTests {
    /// Two tasks that do not want to end, with daemons that ignore every polite signal; one that waits for them.
    private static func stubborn() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project(
            "libs/polite",
            build: """
                trap 'echo cleaned >> "$HOME/cleaned"; exit 1' TERM
                setsid sh -c 'trap "" TERM INT HUP QUIT; while :; do sleep 1; done' &
                touch "$HOME/polite"
                while :; do sleep 0.05; done
                """)
        try sandbox.project(
            "libs/deaf",
            build: """
                (setsid sh -c 'sleep 300 & wait' &)
                touch "$HOME/deaf"
                sleep 300
                """)
        try sandbox.project("apps/later", dependsOn: ["polite", "deaf"])
        try sandbox.commit()
        return sandbox
    }

    private func started(_ sandbox: Sandbox, _ arguments: String...) throws -> RunningProgram {
        let running = try sandbox.start(["run", "--all", "--jobs", "2"] + arguments)
        #expect(eventually { sandbox.marked("polite") && sandbox.marked("deaf") })
        return running
    }

    @Test("a signal ends the run with its code, a report and no orphan", arguments: [SIGINT, SIGTERM])
    func signal(_ signal: Int32) throws {
        let sandbox = try Self.stubborn()
        let report = sandbox.root + "/report.json"
        let running = try started(sandbox, "--report", report)
        running.send(signal)
        let result = running.wait(seconds: 30)
        #expect(result.code == 128 + signal, "\(result.summary)")
        #expect(sandbox.survivors() == [])
        let document = JSON(parsing: [UInt8](FileManager.default.contents(atPath: report) ?? Data()))
        #expect(document.states == ["polite#build": "cancelled", "deaf#build": "cancelled", "later#build": "skipped"])
        #expect(document["interruptedBy"].int == Int(signal))
        #expect(sandbox.marked("cleaned"), "a task may clean up when it is asked to end")
        #expect(sandbox.ran() == [])
        #expect(snapshot(sandbox.temporary).isEmpty)
    }

    @Test("a signal to the whole process group, as a terminal sends it, works alike")
    func groupSignal() throws {
        let sandbox = try Self.stubborn()
        let running = try started(sandbox)
        kill(-running.id, SIGINT)
        let result = running.wait(seconds: 30)
        #expect(result.code == 130, "\(result.summary)")
        #expect(sandbox.survivors() == [])
    }

    @Test("tasks that ignore SIGTERM are killed after the grace period")
    func ignored() throws {
        let sandbox = try Sandbox.independent([
            ("app", "trap '' TERM INT HUP\ntouch \"$HOME/running\"\nwhile :; do sleep 1; done")
        ])
        let running = try sandbox.start(["run", "--all"])
        #expect(eventually { sandbox.marked("running") })
        running.send(SIGTERM)
        let result = running.wait(seconds: 30)
        #expect(result.code == 143, "\(result.summary)")
        #expect(sandbox.survivors() == [])
    }

    @Test("what was done before the signal is reused")
    func keepsWhatWasDone() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("libs/core")
        try sandbox.project(
            "apps/slow", dependsOn: ["core"], build: "touch \"$HOME/running\"\n[ -e \"$HOME/go\" ] || sleep 300")
        try sandbox.commit()
        let running = try sandbox.start(["run", "--all"])
        #expect(eventually { sandbox.marked("running") })
        running.send(SIGINT)
        #expect(running.wait(seconds: 30).code == 130)
        try sandbox.mark("go")
        #expect(try sandbox.run("--all").states == ["core#build": "cached-local", "slow#build": "succeeded"])
        #expect(sandbox.ran() == ["core"])
    }

    @Test("a persistent task runs until the user ends it")
    func persistent() throws {
        let sandbox = try Sandbox.independent(
            [("server", "touch \"$HOME/running\"\n\(Sandbox.endless)")], options: ["persistent: true", "cache: false"])
        let running = try sandbox.start(["run", "--all"])
        #expect(eventually { sandbox.marked("running") })
        running.send(SIGINT)
        #expect(running.wait(seconds: 30).code == 130)
        #expect(sandbox.survivors() == [])
    }

    @Test("a task that depends on a persistent one is refused, because it could never start")
    func persistentDependency() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("libs/server", build: Sandbox.endless, options: ["persistent: true"])
        try sandbox.project("apps/client", dependsOn: ["server"])
        try sandbox.commit()
        let result = try sandbox.ripple("run", "--all", seconds: 10)
        #expect(result.code == 2, "\(result.summary)")
        #expect(result.errorText.contains("server#build"))
        #expect(result.errorText.contains("persistent"))
    }

    // MARK: kill -9

    enum Victim: CaseIterable, Sendable {
        /// The process whose id the user knows.
        case guardian
        /// The process below it that does the work.
        case worker
    }

    @Test("kill -9 leaves no descendant", arguments: Victim.allCases)
    func killed(_ victim: Victim) throws {
        let sandbox = try Self.stubborn()
        let running = try started(sandbox)
        let id = victim == .guardian ? running.id : try #require(children(of: running.id).first)
        kill(id, SIGKILL)
        let result = running.wait(seconds: 30)
        #expect(result.code == 137, "\(result.summary)")
        #expect(eventually(seconds: 10) { sandbox.survivors().isEmpty }, "\(sandbox.survivors())")
    }

    /// A workspace in layers whose tasks make several files each and take long enough to be killed in the middle.
    private static func layered() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        let layers = [["a", "b"], ["c", "d", "e"], ["f", "g"], ["h", "i", "j"]]
        for (depth, names) in layers.enumerated() {
            let below = depth == 0 ? [] : layers[depth - 1]
            for name in names {
                let needed = below.map { "../\($0)/out/1" }.joined(separator: " ")
                try sandbox.project(
                    "libs/\(name)", dependsOn: below,
                    build: """
                        echo \(name) >> "$HOME/ran"
                        mkdir -p out/sub/empty
                        cat src.txt \(needed) > out/1
                        sleep 0.02
                        head -c 20000 /dev/zero > out/sub/2; cat out/1 >> out/sub/2
                        ln -s sub/2 out/link; chmod 755 out/sub/2
                        sleep 0.02
                        sed p out/1 > out/sub/3
                        echo built \(name)
                        """)
            }
        }
        try sandbox.commit()
        return sandbox
    }

    @Test("after kill -9 at any moment the next run equals a clean one")
    func nothingTorn() throws {
        let seed: UInt64 = 0x5EED_0002
        var generator = SeededGenerator(seed: seed)
        let sandbox = try Self.layered()
        let clone = sandbox.root + "/clone"
        try sandbox.git("clone", "-q", sandbox.repository, clone)
        #expect(
            try sandbox.ripple("run", "--all", environment: ["RIPPLE_CACHE_DIR": sandbox.root + "/clean"], in: clone)
                .code == 0)
        #expect(Set(sandbox.ran()).count == 10)
        let expected = snapshot(clone, excluding: [".git"])

        for round in 0..<12 {
            // A fresh cache every third round; else what the kills before left is built upon.
            if round % 3 == 0 { sandbox.cache = sandbox.root + "/cache-\(round)" }
            for name in "abcdefghij" where generator.next(below: 3) == 0 {
                try? sandbox.remove("libs/\(name)/out")
            }
            let moment = 1 + generator.next(below: 9), killsWorker = generator.next(below: 2) == 0
            let force = round % 3 != 0 ? ["--force"] : []
            let running = try sandbox.start(["run", "--all", "--jobs", "3"] + force)
            let started = {
                (try? String(contentsOfFile: sandbox.home + "/ran", encoding: .utf8))?.split(separator: "\n").count ?? 0
            }
            _ = eventually(seconds: 20) { started() >= moment || running.hasEnded }
            usleep(UInt32(generator.next(below: 30_000)))
            let worker = children(of: running.id).first
            kill(killsWorker ? worker ?? running.id : running.id, SIGKILL)
            let killed = running.wait(seconds: 20)
            let label: String = "seed \(seed), round \(round), moment \(moment), worker \(killsWorker)"
            #expect(!killed.timedOut, "\(label)")
            #expect(eventually(seconds: 10) { sandbox.survivors().isEmpty }, "\(label): \(sandbox.survivors())")
            _ = sandbox.ran()
            let verified = try sandbox.ripple("cache", "verify")
            #expect(verified.code == 0, "\(label): \(verified.summary)")
            let next = try sandbox.ripple("run", "--all")
            #expect(next.code == 0, "\(label): \(next.summary)")
            #expect(!next.errorText.contains("warning"), "\(label): \(next.errorText)")
            #expect(differences(snapshot(sandbox.repository, excluding: [".git"]), expected) == [], "\(label)")
            _ = sandbox.ran()
        }
    }
}

/// The children of a process, of all its threads.
func children(of id: pid_t) -> [pid_t] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
    return threads.flatMap { thread in
        ((try? String(contentsOfFile: "/proc/\(id)/task/\(thread)/children", encoding: .utf8)) ?? "")
            .split(separator: " ").compactMap { pid_t($0) }
    }
}

/// SplitMix64.
struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
