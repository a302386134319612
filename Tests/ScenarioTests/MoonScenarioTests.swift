import GitObjects
import ScenarioKit
import Testing

@Suite("moon workspaces keep moon's meaning of inputs")
struct MoonScenarioTests {
    /// `web` uses `ui`, `ui` uses `core` by moon.yml; `alone` stands apart and lacks `build`.
    private static func workspace(_ scenario: inout Scenario) {
        scenario.write(".moon/workspace.yml", "projects: ['apps/*', 'libs/*']\n")
        scenario.write(
            ".moon/tasks/all.yml",
            """
            inheritedBy: { layers: [application, library] }
            implicitDeps: ['^:build']
            tasks:
              build: { command: make, inputs: ['src/**/*', '/shared.mk'], outputs: [out] }
              test: { command: make test, inputs: ['src/**/*', 'tests/**/*'] }

            """)
        for (path, uses) in [("apps/web", "ui"), ("libs/ui", "core"), ("libs/core", ""), ("libs/alone", "")] {
            let layer = path == "libs/alone" ? "tool" : path.hasPrefix("apps") ? "application" : "library"
            scenario.write(
                RepoPath("\(path)/moon.yml"),
                "layer: \(layer)\ndependsOn: [\(uses)]\ntags: [x]\n"
                    + (path == "libs/alone"
                        ? "tasks: { check: { command: x, inputs: ['*.txt', '/libs/core/data/*'] } }\n" : ""))
            scenario.write(RepoPath("\(path)/src/main.c"), "one")
            scenario.write(RepoPath("\(path)/notes.txt"), "one")
        }
        scenario.write("shared.mk", "one")
        scenario.write("libs/core/data/a", "one")
        scenario.write("README.txt", "one")
    }

    private func expect(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], removed: [String] = [],
        widenings: [String] = [], _ change: (inout Scenario) -> Void
    ) throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, tasks: tasks, removed: removed, widenings: widenings)
    }

    @Test("3: a library edited affects it and its dependents, past the edges of moon.yml")
    func scenario3() throws {
        try expect(
            [
                "core": .file("libs/core/src/main.c"), "ui": .dependency("core"),
                "web": .dependency("ui", chain: ["web", "ui", "core"]),
            ], tasks: ["core": ["build", "test"]]
        ) { $0.edit("libs/core/src/main.c", "two") }
    }

    @Test("12: a file that no inputs select affects nothing; unowned root files neither")
    func scenario12() throws {
        try expect([:]) {
            $0.edit("libs/core/notes.txt", "two")
            $0.edit("README.txt", "two")
        }
    }

    @Test("13: a root file affects the tasks that name it")
    func scenario13() throws {
        let build = ExpectedReasons.file("shared.mk", tasks: ["build"])
        try expect(["core": build, "ui": [build, .dependency("core")], "web": [build, .dependency("ui")]]) {
            $0.edit("shared.mk", "two")
        }
    }

    @Test("24: an input in another project counts without an edge")
    func scenario24() throws {
        try expect(["alone": .file("libs/core/data/a", tasks: ["check"])]) { $0.edit("libs/core/data/a", "two") }
    }

    @Test("7: a project in a project: the outer one's globs reach into it, as moon's do")
    func scenario7() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.write(".moon/workspace.yml", "projects: ['apps/*', 'libs/*', 'libs/core/src/inner']\n")
            $0.write("libs/core/src/inner/moon.yml", "layer: library\n")
            $0.write("libs/core/src/inner/src/main.c", "one")
            $0.commit("base")
            $0.edit("libs/core/src/inner/src/main.c", "two")
            $0.commit("change")
        }.expectAffected([
            "core": .file("libs/core/src/inner/src/main.c"), "inner": .file("libs/core/src/inner/src/main.c"),
            "ui": .dependency("core"), "web": .dependency("ui"),
        ])
    }

    @Test("8, 9: a deleted project affects its former dependents, a moved one itself and them")
    func scenario8and9() throws {
        try expect(
            [
                "ui": .dependency("core"), "web": .dependency("ui", chain: ["web", "ui", "core"]),
                "alone": .file("libs/core/data/a", "deleted"),
            ], removed: ["core"]
        ) {
            $0.delete("libs/core")
            $0.write("libs/ui/moon.yml", "layer: library\ntags: [x]\n")
        }
        try expect([
            "core": [.moved(from: "libs/core"), .others], "ui": [.dependency("core"), .others],
            "web": .dependency("ui"),
            "alone": .others,
        ]) { $0.rename("libs/core", to: "apps/core") }
    }

    @Test("18: a directory that a glob finds is a new project, though it has no manifest")
    func scenario18() throws {
        try expect(["fresh": .newProject]) {
            $0.write("libs/fresh/moon.yml", "layer: library\n")
            $0.write("libs/fresh/src/main.c", "one")
        }
    }

    @Test("an inherited task edited affects those that inherit it; a comment or tags affect nothing")
    func definitions() throws {
        let reason = ExpectedReasons.config(".moon/tasks/all.yml", "test.command", tasks: ["test"])
        try expect(["core": reason, "ui": reason, "web": reason]) {
            $0.replace(".moon/tasks/all.yml", "make test", "make check")
        }
        try expect([:]) {
            $0.append(".moon/tasks/all.yml", "# a remark")
            $0.replace("libs/core/moon.yml", "tags: [x]", "tags: [y]")
        }
    }

    @Test("19: a broken moon.yml widens its project and what depends on it")
    func scenario19() throws {
        try expect(
            [
                "core": [.fallback("broken-manifest"), .others], "ui": [.dependency("core"), .others],
                "web": [.dependency("ui"), .others],
            ],
            widenings: ["libs/core/moon.yml"]
        ) { $0.write("libs/core/moon.yml", "layer: library\ntags: [\n") }
    }

    @Test("a file of inherited tasks that appears counts, also where there was no moon before")
    func newFiles() throws {
        try expect([
            "alone": .config(".moon/tasks/tools.yml", "tasks.extra"), "core": .others, "ui": .others, "web": .others,
        ]) {
            $0.write(".moon/tasks/tools.yml", "tasks: { extra: { command: x } }\n")
        }
        try Scenario {
            $0.workspace(.npm, ["packages/a": []])
            $0.commit("base")
            $0.write(".moon/workspace.yml", "projects: ['packages/*']\n")
            $0.write(".moon/tasks.yml", "tasks: { extra: { command: x } }\n")
            $0.commit("change")
        }.expectAffected(["a": .others])
    }
}
