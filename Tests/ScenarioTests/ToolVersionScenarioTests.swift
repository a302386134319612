import GitObjects
import ScenarioKit
import Testing

@Suite("Versions of tools, line by line")
struct ToolVersionScenarioTests {
    /// An npm package, a crate and a directory that only ripple.yaml knows.
    private func edited(_ file: String, _ before: String, _ after: String) -> Scenario {
        Scenario {
            $0.workspace(.npm, ["apps/web": []])
            $0.workspace(.cargo, ["crates/engine": []])
            $0.write("docs/ripple.yaml", "tasks: { build: { command: make } }\n")
            $0.write(RepoPath(file), before)
            $0.commit("base")
            $0.edit(RepoPath(file), after)
            $0.commit("edit")
        }
    }

    @Test("a line reaches the projects of its tool, and those of no known kind")
    func lines() throws {
        let before = "nodejs 20.1.0\nrust 1.80.0 # pinned\nshellcheck 0.9.0\n"
        let node = ExpectedReasons.tool(".tool-versions", "nodejs", "20.1.0", "22.0.0")
        try edited(".tool-versions", before, before.replacing("20.1.0", with: "22.0.0"))
            .expectAffected(["web": node, "docs": node])
        let rust = ExpectedReasons.tool(".tool-versions", "rust", "1.80.0", nil)
        try edited(".tool-versions", before, before.replacing("rust 1.80.0", with: ""))
            .expectAffected(["engine": rust, "docs": rust])
        let other = ExpectedReasons.tool(".tool-versions", "shellcheck", "0.9.0", "0.10.0")
        try edited(".tool-versions", before, before.replacing("0.9.0", with: "0.10.0"))
            .expectAffected(["web": other, "engine": other, "docs": other])
    }

    @Test("comments, order and formatting reach nobody")
    func formatting() throws {
        try edited(".tool-versions", "nodejs 20\nrust 1\n", "# tools\n  rust\t1\nnodejs   20  # node\n")
            .expectAffected([:])
        try edited(
            "mise.toml", "[tools]\nnode = \"20\"\nrust = \"1\"\n",
            "# tools\n[tools]\nrust = { version = \"1\" }\nnode = '20'\n"
        ).expectAffected([:])
    }

    @Test(
        "mise reads its configuration in several places",
        arguments: ["mise.toml", ".mise.toml", ".config/mise.toml", ".config/mise/config.toml", ".mise/config.toml"])
    func places(_ file: String) throws {
        let reason = ExpectedReasons.tool(file, "core:node", "20", "20 22")
        try edited(file, "[tools]\n\"core:node\" = \"20\"\n", "[tools]\n\"core:node\" = [\"20\", \"22\"]\n")
            .expectAffected(["web": reason, "docs": reason])
    }

    @Test("what mise.toml sets besides tools reaches everybody", arguments: ["env", "tasks.x", "settings"])
    func settings(_ table: String) throws {
        let (answer, problems) = try edited(
            "mise.toml", "[\(table)]\na = \"1\"\n", "[\(table)]\na = \"2\"\n"
        ).agreedAnswer(base: nil, head: nil)
        #expect(problems.isEmpty && answer.projects.map(\.id).sorted() == ["docs", "engine", "web"], "\(answer)")
    }

    @Test("a file that appears, and one that cannot be read, are not missed")
    func appears() throws {
        let answer = try Scenario {
            $0.workspace(.npm, ["apps/web": []])
            $0.workspace(.cargo, ["crates/engine": []])
            $0.commit("base")
            $0.write(".tool-versions", "rust 1.80\n")
            $0.commit("edit")
        }.expectAffected(["engine": .tool(".tool-versions", "rust", nil, "1.80")])
        #expect(answer.projects.count == 1)
        let (broken, problems) = try edited("mise.toml", "[tools\nnode = 1", "[tools\nnode = 2")
            .agreedAnswer(base: nil, head: nil)
        #expect(problems.isEmpty && broken.projects.map(\.id).sorted() == ["docs", "engine", "web"], "\(broken)")
    }

    @Test("a project's own file counts line by line for it and for those below it")
    func nested() throws {
        try edited("apps/web/.tool-versions", "nodejs 20\nrust 1\n", "nodejs 22\nrust 2\n")
            .expectAffected(["web": .tool("apps/web/.tool-versions", "nodejs", "20", "22")])
    }

    @Test(
        "a task that declares its inputs still sees the versions of its tools; one that names the file reads it whole")
    func declared() throws {
        func scenario(_ inputs: String) -> Scenario {
            Scenario {
                $0.workspace(.npm, ["apps/web": [], "packages/ui": []])
                $0.write("apps/web/ripple.yaml", "tasks: { build: { inputs: [\(inputs)] } }\n")
                $0.write(".tool-versions", "nodejs 20\nrust 1\n")
                $0.commit("base")
                $0.edit(".tool-versions", "nodejs 22\nrust 1\n")
                $0.commit("edit")
                $0.edit(".tool-versions", "nodejs 22\nrust 2\n")
                $0.commit("other")
            }
        }
        let reason = ExpectedReasons.tool(".tool-versions", "nodejs", "20", "22")
        try scenario("\"src/**\"").expectAffected(["web": reason, "ui": reason], head: "edit")
        try scenario("\"/.tool-versions\"").expectAffected(
            ["web": .file(".tool-versions", tasks: ["build"])], base: "edit", head: "other")
    }
}
