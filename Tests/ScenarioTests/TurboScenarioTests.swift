import GitObjects
import ScenarioKit
import Testing

@Suite("Repositories with a turbo.json keep its meaning of inputs")
struct TurboScenarioTests {
    /// `web` depends on `ui`; builds need the builds of dependencies, tests nothing.
    private func repository(buildInputs: String?, extra: String = "", _ change: (inout Scenario) -> Void) -> Scenario {
        Scenario {
            $0.workspace(.npm, ["apps/web": ["ui"], "packages/ui": [], "packages/util": []])
            let inputs = buildInputs.map { ", \"inputs\": \($0)" } ?? ""
            $0.write(
                "turbo.json",
                "{ \(extra)\"tasks\": { \"build\": { \"dependsOn\": [\"^build\"]\(inputs) }, \"test\": {} } }\n")
            $0.write("packages/ui/README.md", "one")
            $0.write("packages/ui/notes.txt", "one")
            $0.write("tsconfig.base.json", "{}")
            $0.commit("base")
            change(&$0)
            $0.commit("edit")
        }
    }

    @Test("without inputs all files of the package count, and the tasks are those of turbo.json")
    func noInputs() throws {
        try repository(buildInputs: nil) { $0.edit("packages/ui/README.md", "two") }.expectAffected(
            [
                "ui": .file("packages/ui/README.md", tasks: ["build", "test"]),
                "web": .dependency("ui", tasks: ["build"]),
            ],
            tasks: ["ui": ["build", "test"], "web": ["build"]])
    }

    @Test("inputs without $TURBO_DEFAULT$ replace the package's files")
    func replacing() throws {
        try repository(buildInputs: "[\"src/**\"]") { $0.edit("packages/ui/notes.txt", "two") }.expectAffected(
            ["ui": .file("packages/ui/notes.txt", tasks: ["test"])], tasks: ["ui": ["test"]])
        try repository(buildInputs: "[\"src/**\"]") { $0.edit("packages/ui/src/index.js", "two") }.expectAffected(
            [
                "ui": .file("packages/ui/src/index.js", tasks: ["build", "test"]),
                "web": .dependency("ui", tasks: ["build"]),
            ])
    }

    @Test("inputs with $TURBO_DEFAULT$ add to the package's files and take away from them")
    func extending() throws {
        let inputs = "[\"$TURBO_DEFAULT$\", \"!README.md\"]"
        try repository(buildInputs: inputs) { $0.edit("packages/ui/README.md", "two") }.expectAffected(
            ["ui": .file("packages/ui/README.md", tasks: ["test"])], tasks: ["ui": ["test"]])
        try repository(buildInputs: inputs) { $0.edit("packages/ui/notes.txt", "two") }.expectAffected(
            [
                "ui": .file("packages/ui/notes.txt", tasks: ["build", "test"]),
                "web": .dependency("ui", tasks: ["build"]),
            ])
    }

    @Test("the package's manifest counts even when inputs do not name it")
    func manifest() throws {
        try repository(buildInputs: "[\"src/**\"]") {
            $0.replace("packages/util/package.json", "1.0.0", "1.0.1")
        }.expectAffected(["util": .file("packages/util/package.json", tasks: ["build", "test"])])
    }

    @Test("an unowned root file counts only when globalDependencies or an input names it")
    func globalDependencies() throws {
        try repository(buildInputs: nil) { $0.edit("tsconfig.base.json", "{ }") }.expectAffected([:])
        let reason = ExpectedReasons.file("tsconfig.base.json", tasks: ["build", "test"])
        try repository(buildInputs: nil, extra: "\"globalDependencies\": [\"tsconfig.base.json\"], ") {
            $0.edit("tsconfig.base.json", "{ }")
        }.expectAffected(["ui": reason, "util": reason, "web": [reason, .dependency("ui")]])
        let build = ExpectedReasons.file("tsconfig.base.json", tasks: ["build"])
        try repository(buildInputs: "[\"$TURBO_DEFAULT$\", \"$TURBO_ROOT$/tsconfig.base.json\"]") {
            $0.edit("tsconfig.base.json", "{ }")
        }.expectAffected(["ui": build, "util": build, "web": [build, .dependency("ui")]])
    }

    @Test("a comment in turbo.json changes nothing; a task's other definition is a reason of its own")
    func definition() throws {
        try repository(buildInputs: nil) { $0.append("turbo.json", "// a remark") }.expectAffected([:])
        let answer = try repository(buildInputs: nil) {
            $0.replace("turbo.json", "\"test\": {}", "\"test\": { \"outputs\": [\"coverage/**\"] }")
        }.expectAffected([
            "ui": .config("turbo.json", "test.outputs", tasks: ["test"]),
            "util": .config("turbo.json", "test.outputs", tasks: ["test"]),
            "web": .config("turbo.json", "test.outputs", tasks: ["test"]),
        ])
        #expect(answer.tasks == ["ui#test", "util#test", "web#test"])
    }
}
