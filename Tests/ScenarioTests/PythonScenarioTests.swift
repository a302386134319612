import GitObjects
import ScenarioKit
import Testing

@Suite("Python workspaces")
struct PythonScenarioTests {
    /// A uv workspace: `app` uses `kit`, `kit` uses `core`, `alone` stands apart.
    private static func workspace(_ scenario: inout Scenario) {
        scenario.write(
            "pyproject.toml",
            """
            [tool.uv.workspace]
            members = ["apps/*", "libs/*"]
            [tool.uv.sources]
            core = { workspace = true }
            kit = { workspace = true }
            [tool.pytest.ini_options]
            addopts = "-q"

            """)
        for (directory, uses) in [
            ("apps/app", ["kit"]), ("apps/alone", []), ("libs/kit", ["core", "six"]), ("libs/core", []),
        ] {
            project(directory, uses, &scenario)
            scenario.write(RepoPath("\(directory)/src/main.py"), "x = 1\n")
            scenario.write(RepoPath("\(directory)/tests/test_x.py"), "def test_x(): pass\n")
        }
        scenario.write("uv.lock", lock())
    }

    private static func project(_ directory: String, _ uses: [String], _ scenario: inout Scenario) {
        let name = directory.split(separator: "/").last ?? "x"
        let list = uses.map { "\"\($0)\"" }.joined(separator: ", ")
        scenario.write(
            RepoPath("\(directory)/pyproject.toml"),
            "[project]\nname = \"\(name)\"\nversion = \"1\"\ndependencies = [\(list)]\n")
    }

    private static func lock(
        kit: String = "libs/kit", core: String = "libs/core", coreUses: String = "", six: String = "1.16.0",
        alone: String = "", more: String = ""
    ) -> String {
        func entry(_ name: String, _ path: String, _ uses: [String]) -> String {
            let list = uses.filter { !$0.isEmpty }.map { "{ name = \"\($0)\" }" }.joined(separator: ", ")
            return "[[package]]\nname = \"\(name)\"\nversion = \"1\"\nsource = { virtual = \"\(path)\" }\n"
                + "dependencies = [\(list)]\n"
        }
        func external(_ name: String, _ version: String) -> String {
            "[[package]]\nname = \"\(name)\"\nversion = \"\(version)\"\nsource = { registry = \"index\" }\n"
                + "wheels = [{ url = \"u\", hash = \"sha256:\(name)\(version)\" }]\n"
        }
        return "version = 1\nrequires-python = \">=3.11\"\n"
            + [
                entry("alone", "apps/alone", [alone]), entry("app", "apps/app", ["kit"]),
                entry("core", core, [coreUses]),
                entry("kit", kit, ["core", "six"]), external("six", six), external("attrs", "23"), more,
            ].joined(separator: "\n")
    }

    @Test("3: a library edited affects it and its dependents")
    func scenario3() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            $0.edit("libs/core/src/main.py", "x = 2\n")
            $0.commit("edit")
        }.expectAffected([
            "core": .file("libs/core/src/main.py"), "kit": .dependency("core"),
            "app": .dependency("kit", chain: ["app", "kit", "core"]),
        ])
    }

    @Test("8: a deleted project affects its former dependents")
    func scenario8() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            $0.delete("libs/core")
            Self.project("libs/kit", ["six"], &$0)
            $0.replace("uv.lock", "{ name = \"core\" }, ", "")
            $0.commit("delete")
        }.expectAffected(
            [
                "kit": [.file("libs/kit/pyproject.toml"), .dependency("core")],
                "app": .dependency("kit"),
            ], removed: ["core"])
    }

    @Test("9: a moved project is affected as moved, its dependents by it, the rest not")
    func scenario9() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            $0.rename("libs/core", to: "apps/core")
            $0.write("uv.lock", Self.lock(core: "apps/core"))
            $0.commit("move")
        }.expectAffected([
            "core": [.moved(from: "libs/core"), .others], "kit": .dependency("core"),
            "app": .dependency("kit", chain: ["app", "kit", "core"]),
        ])
    }

    @Test("15: a dependency added to one project, with its lockfile, affects it and its dependents")
    func scenario15() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            Self.project("libs/core", ["attrs"], &$0)
            $0.write("uv.lock", Self.lock(coreUses: "attrs"))
            $0.commit("add")
        }.expectAffected([
            "core": [.file("libs/core/pyproject.toml"), .others], "kit": .dependency("core"),
            "app": .dependency("kit", chain: ["app", "kit", "core"]),
        ])
    }

    @Test("16: a version moved in the lockfile affects what reaches it, and no one else")
    func scenario16() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            $0.write("uv.lock", Self.lock(six: "1.17.0"))
            $0.commit("update")
        }.expectAffected(["kit": [.others], "app": .dependency("kit")])
    }

    @Test("18: a new package affects only itself")
    func scenario18() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            Self.project("libs/fresh", ["core"], &$0)
            $0.write("libs/fresh/tests/test_x.py", "def test_x(): pass\n")
            $0.write(
                "uv.lock",
                Self.lock(
                    more: "[[package]]\nname = \"fresh\"\nversion = \"1\"\nsource = { virtual = \"libs/fresh\" }\n"
                        + "dependencies = [{ name = \"core\" }]\n"))
            $0.commit("add")
        }.expectAffected(["fresh": .newProject])
    }

    @Test("an edge of a test group reaches the project's own tests, and no further")
    func groups() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.append("libs/kit/pyproject.toml", "[dependency-groups]\ntest = [\"helpers\"]")
            $0.append("pyproject.toml", "[tool.uv.sources.helpers]\nworkspace = true")
            Self.project("libs/helpers", [], &$0)
            $0.delete("uv.lock")
            $0.write("libs/helpers/src/main.py", "x = 1\n")
            $0.commit("base")
            $0.edit("libs/helpers/src/main.py", "x = 2\n")
            $0.commit("edit")
        }.expectAffected(
            ["helpers": .file("libs/helpers/src/main.py"), "kit": .dependency("helpers", tasks: ["test"])],
            tasks: ["kit": ["test"]])
    }

    @Test("pytest's configuration in the root reaches the members by its field")
    func rootConfiguration() throws {
        let answer = try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            $0.replace("pyproject.toml", "-q", "-v")
            $0.commit("edit")
        }.expectAffected(["core": [.others], "kit": [.others], "app": [.others], "alone": [.others]])
        #expect(
            answer.project("alone")?.reasons.map(\.text) == ["config pyproject.toml tool.pytest"])
    }
}
