import GitObjects
import ScenarioKit
import Testing

@Suite("Scenarios 21 to 23, 27 and 32: what is asked for, planned and run")
struct SelectionScenarioTests {
    /// A workspace whose commands copy bytes with the shell alone: `core` and `util` are libraries, `kit` gathers and
    /// has no build, `web` and `docs` are apps.
    private func shop() -> Scenario {
        Scenario {
            $0.write(".gitignore", "out/\n")
            $0.write(
                "ripple.yaml",
                """
                version: 1
                projects: ["apps/*", "packages/*"]
                tasks:
                  test: { command: "test -s out/result", dependsOn: ["build"] }

                """)
            let strip = "mkdir -p out && grep -v '^#' src/main.txt > out/result"
            let join = "mkdir -p out && cat src/main.txt ../../packages/core/out/result > out/result"
            for (directory, dependencies, command) in [
                ("packages/core", "[]", strip), ("packages/util", "[]", strip), ("packages/kit", "[core]", nil),
                ("apps/web", "[kit]", join), ("apps/docs", "[util]", strip),
            ] {
                let build = command.map { "  build: { command: \"\($0)\", outputs: [\"out/**\"] }\n" } ?? ""
                let test = command == nil ? "  lint: { command: \"test -d src\" }\n" : ""
                $0.write(
                    RepoPath("\(directory)/ripple.yaml"),
                    "name: \(directory.split(separator: "/")[1])\ndependsOn: \(dependencies)\ntasks:\n\(build)\(test)")
                $0.write(RepoPath("\(directory)/src/main.txt"), "# a remark\ncontent of \(directory)\n")
            }
            $0.commit("base")
        }
    }

    private func states(_ run: ProgramRun) throws -> [String: String] {
        #expect(run.code == 0, "\(run.errors)")
        let tasks = try Document(parsing: run.output).objects("tasks")
        return Dictionary(uniqueKeysWithValues: try tasks.map { (try $0.text("id"), try $0.text("state")) })
    }

    private func plan(_ repository: ScenarioRepository, _ arguments: String...) throws -> [String: Document] {
        let run = try repository.ripple(["plan", "--format", "json"] + arguments, in: repository.path)
        #expect(run.code == 0, "\(run.errors)")
        let tasks = try Document(parsing: run.output).objects("tasks")
        return Dictionary(uniqueKeysWithValues: try tasks.map { (try $0.text("id"), $0) })
    }

    @Test(
        "21: an invalid base is the user's mistake, and nothing is answered",
        arguments: [
            ["affected"], ["affected", "--format", "json"], ["affected", "--exit-code"], ["plan"],
            ["plan", "--format", "json"], ["run"], ["run", "--format", "json"], ["graph", "--affected"],
            ["why", "web"],
            ["base"], ["base", "--format", "json"],
        ])
    func scenario21(_ command: [String]) throws {
        let repository = try ScenarioRepository(shop())
        for base in ["no-such-branch", "0123456789012345678901234567890123456789", "HEAD~7", "main:ripple.yaml"] {
            let run = try repository.ripple(command + ["--base", base], in: repository.path)
            #expect(run.code == 2, "\(command) --base \(base): \(run.errors)")
            #expect(run.output.isEmpty, "\(command) --base \(base)")
            #expect(run.errors.contains(base), "the message names what was wrong: \(run.errors)")
        }
    }

    @Test("21: an invalid head, an unknown flag and an unknown task are the user's mistakes too")
    func scenario21Others() throws {
        let repository = try ScenarioRepository(shop())
        for arguments in [
            ["affected", "--head", "no-such"], ["affected", "--bass", "main"], ["plan", "biuld"],
            ["plan", "nobody#build"],
            ["plan", "kit#build"], ["affected", "--tasks", "biuld"], ["why", "nobody"], ["run", "--jobs", "0"],
        ] {
            let run = try repository.ripple(arguments, in: repository.path)
            #expect(run.code == 2, "\(arguments): \(run.errors)")
            #expect(run.output.isEmpty, "\(arguments)")
            #expect(!run.errors.isEmpty, "\(arguments)")
        }
    }

    @Test("22: a selection and what is affected are intersected, and prerequisites are kept")
    func scenario22() throws {
        let repository = try ScenarioRepository(shop())
        try repository.write("apps/web/src/main.txt", "edited\n")

        let affected = try Answer(
            document: try repository.ripple("affected", "--tasks", "test", "--format", "json").output)
        #expect(affected.tasks == ["web#test"])

        let plan = try plan(repository, "test")
        // core was built nowhere, so it is needed; util and docs are not.
        #expect(Set(plan.keys) == ["web#test", "web#build", "core#build"])
        #expect(try plan["web#test"]?.texts("dependsOn") == ["web#build"])
        #expect(try plan.values.allSatisfy { try $0.text("state") == "run" })

        let states = try states(try repository.ripple("run", "test", "--format", "json"))
        #expect(Set(states.keys) == Set(plan.keys))
        #expect(Set(states.values) == ["succeeded"])
        #expect(repository.read("apps/web/out/result") == "edited\ncontent of packages/core\n")
        #expect(repository.read("apps/docs/out/result") == nil)
    }

    @Test("22: a reused prerequisite of a task that runs is listed as cached")
    func scenario22Cached() throws {
        let repository = try ScenarioRepository(shop())
        _ = try states(try repository.ripple("run", "--all", "--format", "json"))
        try repository.write("apps/web/src/main.txt", "edited\n")
        let plan = try plan(repository)
        #expect(try plan.mapValues { try $0.text("state") } == ["web#build": "run", "core#build": "cached"])
        #expect(try plan["web#build"]?.texts("dependsOn") == ["core#build"])
    }

    @Test("22: a task that is named is planned whether it is affected or not")
    func scenario22Named() throws {
        let repository = try ScenarioRepository(shop())
        let plan = try plan(repository, "docs#test")
        #expect(Set(plan.keys) == ["docs#test", "docs#build", "util#build"])
        let reasons = try plan["docs#test"]?.objects("reasons").map { try $0.text("kind") }
        #expect(reasons == ["requested"])
    }

    @Test("23: a project that lacks the task is not listed, and edges pass through it")
    func scenario23() throws {
        let scenario = shop()
        let repository = try ScenarioRepository(scenario)
        try repository.write("packages/core/src/main.txt", "edited\n")

        let affected = try Answer(
            document: try repository.ripple("affected", "--tasks", "build", "--format", "json").output)
        #expect(affected.projects.map(\.id) == ["web", "core"])
        #expect(affected.project("web")?.reasons.map(\.chain) == [["web", "kit", "core"]])

        let plan = try plan(repository)
        #expect(Set(plan.keys) == ["web#build", "core#build"])
        #expect(try plan["web#build"]?.texts("dependsOn") == ["core#build"])

        let states = try states(try repository.ripple("run", "--format", "json"))
        #expect(Set(states.keys) == Set(plan.keys))
        #expect(repository.read("apps/web/out/result")?.hasSuffix("edited\n") == true)
    }

    @Test("27: a library that is rebuilt to identical bytes cuts its dependents off")
    func scenario27() throws {
        let repository = try ScenarioRepository(shop())
        let first = try states(try repository.ripple("run", "--all", "--format", "json"))
        #expect(Set(first.values) == ["succeeded"] && first.count == 4)

        // Only the remark changes, which the build leaves out.
        try repository.write("packages/core/src/main.txt", "# another remark\ncontent of packages/core\n")
        let second = try states(try repository.ripple("run", "--format", "json"))
        #expect(second == ["core#build": "succeeded", "web#build": "cut-off"])
        #expect(repository.read("apps/web/out/result") == "# a remark\ncontent of apps/web\ncontent of packages/core\n")

        // Once more: now everything is known.
        let third = try states(try repository.ripple("run", "--format", "json"))
        #expect(Set(third.values).isSubset(of: ["cached-local"]), "\(third)")

        // A change that reaches the output wakes the dependent.
        try repository.write("packages/core/src/main.txt", "other content\n")
        let fourth = try states(try repository.ripple("run", "--format", "json"))
        #expect(fourth == ["core#build": "succeeded", "web#build": "succeeded"])
        #expect(repository.read("apps/web/out/result")?.hasSuffix("other content\n") == true)
    }

    @Test("32: the same input twice gives byte-identical documents, wherever the clone lies")
    func scenario32() throws {
        var scenario = shop()
        scenario.branch("feature")
        scenario.edit("packages/core/src/main.txt", "edited\n")
        scenario.write("apps/docs/src/a b.txt", "new")
        scenario.commit("edit")
        let one = try ScenarioRepository(scenario), two = try ScenarioRepository(scenario)
        for arguments in [
            ["affected", "--format", "json"], ["affected"], ["plan", "--format", "json", "--agents", "3"], ["plan"],
            ["graph", "--format", "json", "--task-graph"], ["graph", "--format", "dot"],
            ["graph", "--format", "mermaid"],
            ["graph", "--affected", "--format", "json"], ["base", "--format", "json"], ["why", "web"],
        ] {
            let first = try one.ripple(arguments, in: one.path)
            #expect(first.code == 0 && !first.output.isEmpty, "\(arguments): \(first.errors)")
            #expect(first.output.last == UInt8(ascii: "\n"))
            #expect(try one.ripple(arguments, in: one.path).output == first.output, "\(arguments), twice")
            #expect(try two.ripple(arguments, in: two.path).output == first.output, "\(arguments), elsewhere")
            #expect(!first.text.contains("ripple-scenario-"), "\(arguments) names a machine's path")
        }
    }
}
