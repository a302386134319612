import GitObjects
import ScenarioKit
import Testing

@Suite("Repositories with a lage.config.js")
struct LageScenarioTests {
    private func expect(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], widenings: [String] = [],
        globs: String = "", _ change: (inout Scenario) -> Void
    ) throws {
        try Scenario {
            $0.workspace(.npm, ["apps/web": ["ui"], "packages/ui": [], "packages/util": []])
            $0.write(
                "lage.config.js",
                """
                // tasks
                module.exports = {
                  pipeline: { build: ["^build"], test: { inputs: ["src/**"], outputs: [] } },
                  cacheOptions: { outputGlob: ["lib/**"]\(globs) },
                };

                """)
            $0.write("packages/ui/notes.txt", "one")
            $0.write("tsconfig.base.json", "{}")
            $0.write("other.json", "{}")
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, tasks: tasks, widenings: widenings)
    }

    @Test("3, 12: targets without inputs read the whole package, those with inputs what they name")
    func inputs() throws {
        try expect(
            ["ui": .file("packages/ui/notes.txt", tasks: ["build"]), "web": .dependency("ui")],
            tasks: ["ui": ["build"], "web": ["build"]]
        ) { $0.edit("packages/ui/notes.txt", "two") }
    }

    @Test("13: root files count for all, or only those of environmentGlob where that is given")
    func rootFiles() throws {
        let build = ExpectedReasons.file("tsconfig.base.json", tasks: ["build"])
        let all: [String: ExpectedReasons] = [
            "ui": build, "util": build, "web": [build, .dependency("ui")],
        ]
        try expect(all) { $0.edit("tsconfig.base.json", "{ }") }
        let globs = ", environmentGlob: [\"tsconfig.*\"]"
        let both = ExpectedReasons.file("tsconfig.base.json", tasks: ["build", "test"])
        try expect(["ui": both, "util": both, "web": [both, .dependency("ui")]], globs: globs) {
            $0.edit("tsconfig.base.json", "{ }")
        }
        try expect([:], globs: globs) { $0.edit("other.json", "{ }") }
    }

    @Test("a comment affects nothing; another definition affects the targets it defines")
    func definitions() throws {
        try expect([:]) { $0.replace("lage.config.js", "// tasks", "/* the tasks */") }
        let reason = ExpectedReasons.config("lage.config.js", "build.outputs", tasks: ["build"])
        try expect(["ui": reason, "util": reason, "web": [reason, .dependency("ui")]]) {
            $0.replace("lage.config.js", "\"lib/**\"", "\"dist/**\"")
        }
    }

    @Test("19: a configuration that is all code leaves the scripts, says so, and is an input of them")
    func code() throws {
        try expect(
            ["ui": .others, "util": .others, "web": .others], widenings: ["exports nothing that is written out"]
        ) { $0.write("lage.config.js", "module.exports = require(\"./tasks\");\n") }
    }
}
