import GitObjects
import ScenarioKit
import Testing

@Suite("Nx workspaces keep their meaning")
struct NxScenarioTests {
    /// `shop` imports `ui`, which imports `data`; `other` stands apart.
    private static func workspace(_ scenario: inout Scenario) {
        scenario.write("package.json", #"{ "private": true, "devDependencies": { "@nx/js": "20.0.0" } }"# + "\n")
        scenario.write(
            "nx.json",
            """
            { "namedInputs": { "default": ["{projectRoot}/**/*", "{workspaceRoot}/shared.json"],
              "production": ["default", "!{projectRoot}/**/?(*.)+(spec|test).ts"] },
              "targetDefaults": { "build": { "dependsOn": ["^build"], "inputs": ["production", "^production"], "cache": true },
                "test": { "inputs": ["default", "^production"], "cache": true } } }

            """)
        scenario.write("shared.json", "{}\n")
        scenario.write("unread.json", "{}\n")
        scenario.write("jest.preset.js", "\n")
        scenario.write(
            "tsconfig.base.json",
            #"{ "compilerOptions": { "baseUrl": ".", "paths": { "@o/*": ["libs/*/src/index.ts"] } } }"# + "\n")
        for (path, name, uses) in [
            ("apps/shop", "shop", "ui"), ("libs/ui", "ui", "data"), ("libs/data", "data", nil),
            ("libs/other", "other", nil),
        ] {
            let type = path.hasPrefix("apps") ? "application" : "library"
            scenario.write(
                RepoPath("\(path)/project.json"),
                "{ \"name\": \"\(name)\", \"projectType\": \"\(type)\",\n\"targets\": { \"build\": { \"command\": \"b\" }, \"test\": { \"command\": \"t\" } } }\n"
            )
            scenario.write(RepoPath("\(path)/src/index.ts"), uses.map { "import '@o/\($0)'\n" } ?? "let a\n")
            scenario.write(RepoPath("\(path)/src/index.spec.ts"), "let a\n")
        }
    }

    @discardableResult
    private func expect(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], removed: [String] = [],
        widenings: [String] = [], _ change: (inout Scenario) -> Void
    ) throws -> Answer {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, tasks: tasks, removed: removed, widenings: widenings)
    }

    @Test("3: a library edited affects it and those that import it")
    func scenario3() throws {
        try expect([
            "data": .file("libs/data/src/index.ts"), "ui": .dependency("data"),
            "shop": .dependency("ui", chain: ["shop", "ui", "data"]),
        ]) { $0.edit("libs/data/src/index.ts", "let b\n") }
    }

    @Test("11: a test file is no part of production: the project's tests only")
    func scenario11() throws {
        try expect(["data": .file("libs/data/src/index.spec.ts", tasks: ["test"])], tasks: ["data": ["test"]]) {
            $0.edit("libs/data/src/index.spec.ts", "let b\n")
        }
    }

    @Test("13: a root file counts where a named input names it, and nowhere else")
    func scenario13() throws {
        try expect([:]) { $0.edit("unread.json", "{ }\n") }
        let reason = ExpectedReasons.file("shared.json")
        try expect([
            "data": reason, "other": reason, "ui": [reason, .dependency("data")], "shop": [reason, .dependency("ui")],
        ]) { $0.edit("shared.json", "{ }\n") }
    }

    @Test("an import added or taken away changes the edge with its file")
    func imports() throws {
        try expect(["shop": [.file("apps/shop/src/index.ts"), .dependency("ui")]]) {
            $0.edit("apps/shop/src/index.ts", "let a\n")
        }
        try Scenario {
            Self.workspace(&$0)
            $0.commit("first")
            $0.edit("libs/other/src/index.ts", "import '@o/ui'\n")
            $0.commit("base")
            $0.edit("libs/data/src/index.ts", "let b\n")
            $0.commit("change")
        }.expectAffected(
            [
                "data": .file("libs/data/src/index.ts"), "ui": .dependency("data"),
                "shop": .dependency("ui", chain: ["shop", "ui", "data"]),
                "other": .dependency("ui", chain: ["other", "ui", "data"]),
            ], base: "base")
    }

    @Test("a new import between projects that both exist affects the importer, and later what it imports")
    func newImport() throws {
        try expect([
            "other": [.file("libs/other/src/index.ts"), .dependency("data")], "data": .file("libs/data/src/index.ts"),
            "ui": .dependency("data"), "shop": .dependency("ui", chain: ["shop", "ui", "data"]),
        ]) {
            $0.edit("libs/other/src/index.ts", "import '@o/data'\n")
            $0.edit("libs/data/src/index.ts", "let b\n")
        }
    }

    @Test("18: a new project affects itself alone")
    func scenario18() throws {
        try expect(["new": .newProject]) {
            $0.write("libs/new/project.json", #"{ "name": "new", "targets": { "build": { "command": "b" } } }"# + "\n")
            $0.write("libs/new/src/index.ts", "import '@o/data'\n")
        }
    }

    @Test("a default of a target counts for the targets that take it, a generator's option for none")
    func defaults() throws {
        try expect([:]) { $0.replace("nx.json", "{ \"namedInputs\"", "{ \"generators\": {}, \"namedInputs\"") }
        let answer = try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            $0.replace(
                "nx.json", "\"^production\"], \"cache\": true } } }",
                "\"^production\"], \"cache\": true, \"outputs\": [\"{projectRoot}/coverage\"] } } }")
            $0.commit("change")
        }.agreedAnswer(base: nil, head: nil)
        #expect(answer.1 == [])
        #expect(answer.0.tasks == ["data#test", "other#test", "shop#test", "ui#test"])
    }
}
