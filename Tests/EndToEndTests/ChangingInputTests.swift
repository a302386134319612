internal import Foundation
internal import Testing

@Suite("Inputs that change while tasks run")
struct ChangingInputTests {
    @Test("a task that changes its own input succeeds and is not stored")
    func changesItsOwnInput() throws {
        let sandbox = try Sandbox.independent([
            ("app", "echo app >> \"$HOME/ran\"\nmkdir -p out; cp src.txt out/x; echo more >> src.txt")
        ])
        let original = sandbox.read("apps/app/src.txt") ?? ""
        let report = try sandbox.run("--all")
        #expect(report.states == ["app#build": "succeeded"])
        #expect(report["tasks"].by("id")["app#build"]?["note"].string?.contains("src.txt") == true)
        _ = try sandbox.run("--all")
        try sandbox.write("apps/app/src.txt", original)
        _ = try sandbox.run("--all")
        #expect(sandbox.ran() == ["app", "app", "app"])
        #expect(sandbox.read("apps/app/out/x") == original)
    }

    /// Starts a run whose task waits, does something to the files, lets the task read them and end, and expects that
    /// the result is not there for the files as they were.
    private func meanwhile(_ change: (Sandbox) throws -> Void, undo: (Sandbox) throws -> Void) throws {
        let sandbox = try Sandbox.independent([
            (
                "app",
                """
                echo app >> "$HOME/ran"; touch "$HOME/running"
                \(Sandbox.await("go"))
                mkdir -p out; cat *.txt > out/x
                """
            )
        ])
        let running = try sandbox.start(["run", "--all"])
        #expect(eventually { sandbox.marked("running") })
        try change(sandbox)
        try sandbox.mark("go")
        let result = running.wait()
        #expect(result.code == 0, "\(result.summary)")
        try undo(sandbox)
        _ = try sandbox.run("--all")
        #expect(sandbox.read("apps/app/out/x") == "source of app\n")
        #expect(sandbox.ran() == ["app", "app"])
    }

    @Test("an input edited by somebody else during the run is not stored under the old key")
    func editedMeanwhile() throws {
        try meanwhile({ try $0.write("apps/app/src.txt", "edited\n") }, undo: { try $0.git("checkout", "-q", ".") })
    }

    @Test("an input of the same size edited during the run is noticed")
    func sameSizeMeanwhile() throws {
        try meanwhile(
            { try $0.write("apps/app/src.txt", "SOURCE OF APP\n") }, undo: { try $0.git("checkout", "-q", ".") })
    }

    @Test("an input added during the run is noticed")
    func addedMeanwhile() throws {
        try meanwhile({ try $0.write("apps/app/added.txt", "added\n") }, undo: { try $0.remove("apps/app/added.txt") })
    }

    @Test("an input removed during the run is noticed")
    func removedMeanwhile() throws {
        try meanwhile(
            { sandbox in
                try sandbox.write("apps/app/z.txt", "")
                try sandbox.remove("apps/app/src.txt")
            },
            undo: { sandbox in
                try sandbox.remove("apps/app/z.txt")
                try sandbox.git("checkout", "-q", ".")
            })
    }

    /// A generator that rewrites a tracked file, and an app that reads it.
    private func generated(edge: Bool) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project(
            "libs/schema",
            build: "echo schema >> \"$HOME/ran\"\nsed 's/^/generated from /' src.txt > api.txt",
            outputs: "[\"api.txt\"]",
            options: ["inputs: [src.txt]"], source: "one\n")
        try sandbox.write("libs/schema/api.txt", "generated from one\n")
        try sandbox.project(
            "apps/client", dependsOn: edge ? ["schema"] : [],
            build: "echo client >> \"$HOME/ran\"\nmkdir -p out; cat src.txt ../../libs/schema/api.txt > out/result.txt",
            options: ["inputs: [src.txt, /libs/schema/api.txt]"])
        try sandbox.commit("first")
        return sandbox
    }

    @Test("a tracked file rewritten by a task re-keys whoever reads it, from disk")
    func rewrittenTrackedFile() throws {
        let sandbox = try generated(edge: true)
        func result() -> String? { sandbox.read("apps/client/out/result.txt") }
        _ = try sandbox.run("--all")
        #expect(result() == "source of client\ngenerated from one\n")
        _ = sandbox.ran()

        try sandbox.write("libs/schema/src.txt", "two\n")
        _ = try sandbox.run("--all")
        #expect(sandbox.ran() == ["schema", "client"])
        #expect(sandbox.read("libs/schema/api.txt") == "generated from two\n")
        #expect(result() == "source of client\ngenerated from two\n")

        _ = try sandbox.run("--all")
        #expect(sandbox.ran() == [])
        #expect(result() == "source of client\ngenerated from two\n")

        // The stale generated file lies there again, its source does not: the consumer must see the new one.
        try sandbox.git("checkout", "-q", "libs/schema/api.txt")
        _ = try sandbox.run("--all")
        #expect(sandbox.read("libs/schema/api.txt") == "generated from two\n")
        #expect(result() == "source of client\ngenerated from two\n")

        // Back to the first version: nothing of the second may be found under its keys.
        try sandbox.git("checkout", "-q", ".")
        _ = try sandbox.run("--all")
        #expect(result() == "source of client\ngenerated from one\n")
    }

    @Test("a consumer that names the generated file without an edge is right in the next run at the latest")
    func consumerWithoutEdge() throws {
        let sandbox = try generated(edge: false)
        try sandbox.write("libs/schema/src.txt", "two\n")
        _ = try sandbox.run("--all", "--jobs", "1")
        _ = try sandbox.run("--all", "--jobs", "1")
        #expect(sandbox.read("libs/schema/api.txt") == "generated from two\n")
        #expect(sandbox.read("apps/client/out/result.txt") == "source of client\ngenerated from two\n")
    }
}
