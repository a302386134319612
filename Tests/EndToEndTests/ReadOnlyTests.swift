internal import Foundation
internal import Testing

@Suite("Nothing is written but declared outputs")
struct ReadOnlyTests {
    /// Staged, unstaged, untracked and ignored files, an executable, a symbolic link, a merge in history.
    private func busy() throws -> Sandbox {
        let shop = try Sandbox.shop()
        try shop.git("checkout", "-q", "-b", "side")
        try shop.append("apps/lone/src.txt", "side\n")
        try shop.commit()
        try shop.git("checkout", "-q", "main")
        try shop.append("apps/api/src.txt", "main\n")
        try shop.commit()
        try shop.git("merge", "-q", "--no-edit", "side")
        try shop.append("libs/core/src.txt", "unstaged\n")
        try shop.append("libs/util/src.txt", "staged\n")
        try shop.git("add", "libs/util/src.txt")
        try shop.write("apps/web/new.txt", "untracked\n")
        try shop.write("apps/web/notes.tmp", "ignored\n")
        try shop.write(".git/info/exclude", "*.tmp\n")
        return shop
    }

    @Test(
        "questions write nothing at all, not even the index",
        arguments: [
            ["affected"], ["affected", "--format", "json", "--base", "HEAD~1"],
            ["affected", "--base", "HEAD~1", "--head", "HEAD"],
            ["plan"], ["plan", "--all", "--format", "json"], ["graph", "--format", "dot"],
            ["graph", "--format", "json", "--task-graph"],
            ["why", "web"], ["why", "web#build"], ["base"], ["cache", "stats"], ["cache", "verify"],
        ])
    func questions(_ arguments: [String]) throws {
        let shop = try busy()
        let before = snapshot(shop.repository)
        let result = try shop.start(arguments).wait()
        #expect(result.code == 0, "\(result.summary)")
        #expect(differences(snapshot(shop.repository), before) == [])
        #expect(snapshot(shop.home).isEmpty)
        #expect(snapshot(shop.temporary).isEmpty)
    }

    @Test("a run writes declared outputs alone, and leaves no temporary files")
    func runs() throws {
        let shop = try busy()
        let before = snapshot(shop.repository)
        for arguments in [["run", "--all"], ["run", "--all"], ["run", "--all", "--force"], ["run"]] {
            #expect(try shop.start(arguments).wait().code == 0)
            let written = differences(snapshot(shop.repository), before)
            #expect(written.count == 10 && written.allSatisfy { $0.contains("/out") }, "\(written)")
        }
        _ = shop.ran()
        #expect(snapshot(shop.home).isEmpty)
        #expect(snapshot(shop.temporary).isEmpty)
    }

    @Test("a failing, interrupted-by-timeout run writes no more than that")
    func failingRuns() throws {
        let sandbox = try Sandbox.independent(
            [("bad", "mkdir -p out; : > out/partial; exit 1"), ("slow", "mkdir -p out; : > out/partial; sleep 60")],
            options: ["timeout: 1s"])
        let before = snapshot(sandbox.repository)
        #expect(try sandbox.ripple("run", "--all", "--keep-going").code == 1)
        let written = differences(snapshot(sandbox.repository), before)
        #expect(written.allSatisfy { $0.contains("/out") }, "\(written)")
        #expect(snapshot(sandbox.temporary).isEmpty)
    }

    @Test("outputs reached through a symbolic link are not removed outside the project")
    func outputThroughLink() throws {
        let sandbox = try Sandbox.independent([("app", "mkdir -p out; : > out/x")])
        let outside = sandbox.root + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: outside + "/x"))
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.repository + "/apps/app/out", withDestinationPath: outside)
        _ = try sandbox.ripple("run", "--all")
        // The task itself may write through the link; Ripple must not have removed what lay there before it ran.
        let second = try Sandbox.independent([("app", "exit 1")])
        try FileManager.default.createSymbolicLink(
            atPath: second.repository + "/apps/app/out", withDestinationPath: outside)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: outside + "/y"))
        #expect(try second.ripple("run", "--all").code == 1)
        #expect(FileManager.default.contents(atPath: outside + "/y") == Data("precious".utf8))
    }
}
