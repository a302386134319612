internal import Foundation
internal import Testing

@Suite("Tasks that fail")
struct FailureTests {
    /// `bad` fails once `slow` runs; `after` needs `bad`; `queued` finds no free slot before that.
    private func failing(flags: String...) throws -> (Sandbox, Finished) {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("libs/bad", build: "\(Sandbox.await("slow"))\necho the reason; exit 4")
        try sandbox.project("apps/after", dependsOn: ["bad"])
        try sandbox.project("apps/last", dependsOn: ["after"])
        try sandbox.project("libs/slow", build: "touch \"$HOME/slow\"\n\(Sandbox.endless)")
        try sandbox.project("apps/queued", dependsOn: ["slow"])
        try sandbox.commit()
        let result = try sandbox.start(["run", "--all", "--format", "json", "--jobs", "2"] + flags).wait(seconds: 40)
        return (sandbox, result)
    }

    @Test("the first failure cancels what runs and skips the rest")
    func failFast() throws {
        let (sandbox, result) = try failing()
        #expect(result.code == 1, "\(result.summary)")
        #expect(
            result.json.states == [
                "bad#build": "failed", "slow#build": "cancelled", "after#build": "skipped", "last#build": "skipped",
                "queued#build": "skipped",
            ])
        #expect(result.errorText.contains("the reason"))
        #expect(sandbox.survivors() == [])
        #expect(sandbox.ran() == [])
    }

    @Test("a task that never started has lost none of its old outputs")
    func skippedKeepsOutputs() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("apps/bad", build: "exit 1")
        try sandbox.project(
            "apps/generator", build: "cp src.txt made.txt", outputs: "[made.txt]", options: ["inputs: [src.txt]"])
        try sandbox.write("apps/generator/made.txt", "tracked\n")
        try sandbox.commit()
        let result = try sandbox.ripple("run", "--all", "--jobs", "1", "--format", "json")
        #expect(result.code == 1)
        #expect(result.json.states == ["bad#build": "failed", "generator#build": "skipped"], "\(result.summary)")
        #expect(sandbox.read("apps/generator/made.txt") == "tracked\n")
    }

    @Test("--keep-going does what does not need the task that failed")
    func keepGoing() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("libs/bad", build: "exit 4")
        try sandbox.project("apps/after", dependsOn: ["bad"])
        try sandbox.project("apps/last", dependsOn: ["after"])
        try sandbox.project("libs/good")
        try sandbox.project("apps/fine", dependsOn: ["good"])
        try sandbox.commit()
        let result = try sandbox.ripple("run", "--all", "--keep-going", "--jobs", "1", "--format", "json")
        #expect(result.code == 1, "\(result.summary)")
        #expect(
            result.json.states == [
                "bad#build": "failed", "after#build": "skipped", "last#build": "skipped", "good#build": "succeeded",
                "fine#build": "succeeded",
            ])
        #expect(sandbox.ran() == ["good", "fine"])
    }

    @Test("a failure is not stored: the next run tries again")
    func failureIsNotStored() throws {
        let sandbox = try Sandbox.independent([
            ("app", "echo app >> \"$HOME/ran\"; mkdir -p out; : > out/x; [ -e \"$HOME/ready\" ]")
        ])
        #expect(try sandbox.ripple("run", "--all").code == 1)
        #expect(try sandbox.ripple("run", "--all").code == 1)
        try sandbox.mark("ready")
        #expect(try sandbox.run("--all").states == ["app#build": "succeeded"])
        #expect(try sandbox.run("--all").states == ["app#build": "cached-local"])
        #expect(sandbox.ran().count == 3)
    }

    @Test("--quiet still shows why a task failed")
    func quietFailure() throws {
        let sandbox = try Sandbox.independent([("bad", "echo the reason; exit 1"), ("good", "echo chatter")])
        let result = try sandbox.ripple("run", "--all", "--quiet", "--keep-going")
        #expect(result.code == 1)
        #expect((result.text + result.errorText).contains("the reason"))
        #expect(!(result.text + result.errorText).contains("chatter"))
    }

    @Test("a task that passes when it is tried again is flaky")
    func retries() throws {
        let sandbox = try Sandbox.independent(
            [
                (
                    "flaky",
                    "[ -e \"$HOME/once\" ] || { touch \"$HOME/once\"; echo first try; exit 1; }\nmkdir -p out; : > out/x"
                ),
                ("steady", "mkdir -p out; : > out/x"),
            ], options: ["retries: 2"])
        let report = try sandbox.run("--all")
        let tasks = report["tasks"].by("id")
        #expect(tasks["flaky#build"]?["state"].string == "succeeded")
        #expect(tasks["flaky#build"]?["attempts"].int == 2)
        #expect(tasks["flaky#build"]?["flaky"].bool == true)
        #expect(tasks["steady#build"]?["attempts"].int == 1)
        #expect(tasks["steady#build"]?["flaky"].bool == false)
        #expect(report["totals"]["flaky"].int == 1)
    }

    @Test("a second try starts without what the first one made")
    func retryStartsClean() throws {
        let sandbox = try Sandbox.independent(
            [
                (
                    "app",
                    """
                    mkdir -p out
                    [ -e "$HOME/once" ] || { touch "$HOME/once"; : > out/left-over; exit 1; }
                    : > out/good
                    """
                )
            ], options: ["retries: 1"])
        _ = try sandbox.run("--all")
        #expect(snapshot(sandbox.repository + "/apps/app/out").keys.sorted() == ["good"])
    }

    @Test("retries end")
    func retriesEnd() throws {
        let sandbox = try Sandbox.independent([("app", "echo app >> \"$HOME/ran\"; exit 1")], options: ["retries: 2"])
        let result = try sandbox.ripple("run", "--all", "--format", "json")
        #expect(result.code == 1)
        #expect(result.json["tasks"].by("id")["app#build"]?["attempts"].int == 3)
        #expect(result.json["tasks"].by("id")["app#build"]?["flaky"].bool == false)
        #expect(sandbox.ran().count == 3)
    }

    @Test("a timeout ends the whole group, daemons that ignore signals too")
    func timeout() throws {
        let sandbox = try Sandbox.independent(
            [
                (
                    "app",
                    """
                    sleep 300 &
                    (trap '' TERM INT HUP; while :; do sleep 1; done) &
                    setsid sh -c 'trap "" TERM INT HUP; while :; do sleep 1; done' &
                    \(Sandbox.endless)
                    """
                )
            ], options: ["timeout: 1s"])
        let result = try sandbox.ripple("run", "--all", "--format", "json", seconds: 40)
        #expect(result.code == 1, "\(result.summary)")
        #expect(result.json.states == ["app#build": "timed-out"])
        #expect(sandbox.survivors() == [])
    }

    @Test("what a task that succeeded left running is gone with the run")
    func leftovers() throws {
        let sandbox = try Sandbox.independent([
            ("app", "sleep 300 & setsid sleep 300 & (setsid sh -c 'sleep 300 & wait' &)\nmkdir -p out; : > out/x")
        ])
        let result = try sandbox.ripple("run", "--all", seconds: 30)
        #expect(result.code == 0, "\(result.summary)")
        #expect(sandbox.survivors() == [])
    }

    @Test("a command that does not exist is a failed task with a note")
    func commandNotFound() throws {
        let sandbox = try Sandbox.independent([("app", "no-such-program-anywhere --flag")])
        let result = try sandbox.ripple("run", "--all", "--format", "json")
        #expect(result.code == 1, "\(result.summary)")
        let task = result.json["tasks"].by("id")["app#build"]
        #expect(task?["state"].string == "failed")
        #expect(task?["exitCode"].int == 127)
        #expect(task?["note"].string?.contains("not found") == true)
    }

    @Test("a task that kills itself is a failed task")
    func killedBySignal() throws {
        let sandbox = try Sandbox.independent([("app", "kill -SEGV $$")])
        let result = try sandbox.ripple("run", "--all", "--format", "json")
        #expect(result.code == 1)
        #expect(result.json["tasks"].by("id")["app#build"]?["state"].string == "failed")
        #expect(result.json["tasks"].by("id")["app#build"]?["signal"].int == 11)
    }
}
