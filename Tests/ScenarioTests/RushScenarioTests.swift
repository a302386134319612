import GitObjects
import ScenarioKit
import Testing

@Suite("Rush repositories")
struct RushScenarioTests {
    private static let lockfile: RepoPath = "common/config/rush/pnpm-lock.yaml"

    /// `app` uses `lib` and the external `x`; `other` uses the external `y`.
    private static func lock(x: String = "1.0.0", y: String = "1.0.0", edge: String = "1.0.0") -> String {
        """
        lockfileVersion: '9.0'
        importers:
          .: {}
          ../../apps/app:
            dependencies:
              lib: { specifier: 'workspace:*', version: link:../../libs/lib }
              x: { specifier: ^1.0.0, version: \(x) }
          ../../libs/lib: {}
          ../../libs/other:
            dependencies:
              y: { specifier: ^1.0.0, version: \(y) }
        packages:
          x@\(x): { resolution: { integrity: x\(x) } }
          y@\(y): { resolution: { integrity: y\(y) } }
          z@1.0.0: { resolution: { integrity: z1 } }
          z@2.0.0: { resolution: { integrity: z2 } }
        snapshots:
          x@\(x): { dependencies: { z: \(edge) } }
          y@\(y): { dependencies: { z: 2.0.0 } }
          z@1.0.0: {}
          z@2.0.0: {}

        """
    }

    private static func list(_ folders: [String]) -> String {
        let entries = folders.map { folder in
            #"{ "packageName": "\#(folder.split(separator: "/").last ?? "")", "projectFolder": "\#(folder)" }"#
        }
        return
            "{\n  // the projects\n  \"pnpmVersion\": \"9.0.0\",\n  \"projects\": [\n\(entries.joined(separator: ",\n"))\n] }\n"
    }

    private static func manifest(_ name: String, _ uses: String = "") -> String {
        #"{ "name": "\#(name)", "version": "1.0.0", "scripts": { "build": "tsc", "test": "jest" }, "dependencies": { \#(uses) } }"#
            + "\n"
    }

    private static func workspace(_ scenario: inout Scenario) {
        scenario.write("rush.json", list(["apps/app", "libs/lib", "libs/other"]))
        scenario.write(lockfile, lock())
        scenario.write("apps/app/package.json", manifest("app", #""lib": "workspace:*", "x": "^1.0.0""#))
        scenario.write("libs/lib/package.json", manifest("lib"))
        scenario.write("libs/other/package.json", manifest("other", #""y": "^1.0.0""#))
        scenario.write("libs/lib/src/a.ts", "one")
        scenario.write(
            "libs/lib/config/rush-project.json",
            #"{ "incrementalBuildIgnoredGlobs": ["*.md"], "operationSettings": [{ "operationName": "build", "outputFolderNames": ["lib"] }] }"#
        )
        scenario.write("libs/lib/docs/a.md", "one")
        scenario.write("common/scripts/run.js", "one")
        scenario.write("tsconfig.json", "{}")
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

    @Test("3: a library edited affects it and its dependents")
    func scenario3() throws {
        try expect(["lib": .file("libs/lib/src/a.ts"), "app": .dependency("lib")]) {
            $0.edit("libs/lib/src/a.ts", "two")
        }
    }

    @Test("12: files that Rush ignores affect no command; files outside of the projects affect nothing")
    func scenario12() throws {
        try expect(["lib": .file("libs/lib/docs/a.md", tasks: ["test"])], tasks: ["lib": ["test"]]) {
            $0.edit("libs/lib/docs/a.md", "two")
        }
        try expect([:]) {
            $0.edit("common/scripts/run.js", "two")
            $0.edit("tsconfig.json", "{ }")
        }
    }

    @Test("15, 17: a dependency that resolves elsewhere affects its users, at the end of an edge too")
    func lockfile() throws {
        try expect(["app": .external("x", "1.0.0", "1.1.0")]) { $0.edit(Self.lockfile, Self.lock(x: "1.1.0")) }
        try expect(["app": .external("z", "1.0.0", "2.0.0")]) { $0.edit(Self.lockfile, Self.lock(edge: "2.0.0")) }
        try expect(["other": .external("y", "1.0.0", "1.5.0")]) { $0.edit(Self.lockfile, Self.lock(y: "1.5.0")) }
    }

    @Test("14: a comment in rush.json affects nothing; another package manager affects all")
    func scenario14() throws {
        try expect([:]) { $0.replace("rush.json", "// the projects", "// all projects") }
        let reason = ExpectedReasons.config("rush.json", "pnpmVersion")
        try expect(["app": [reason, .others], "lib": reason, "other": reason]) {
            $0.replace("rush.json", "9.0.0", "9.1.0")
        }
    }

    @Test("8, 18: a project taken from the list is removed, a new one is new")
    func scenario8and18() throws {
        try expect([:], removed: ["other"]) { $0.write("rush.json", Self.list(["apps/app", "libs/lib"])) }
        try expect(["fresh": .newProject]) {
            $0.write("rush.json", Self.list(["apps/app", "libs/lib", "libs/other", "libs/fresh"]))
            $0.write("libs/fresh/package.json", Self.manifest("fresh"))
        }
    }

    @Test("settings of an operation edited affect that operation")
    func settings() throws {
        try expect(["lib": [.file("libs/lib/config/rush-project.json"), .others], "app": .dependency("lib")]) {
            $0.replace("libs/lib/config/rush-project.json", "[\"lib\"]", "[\"dist\"]")
        }
    }

    @Test("19: a lockfile that cannot be read widens, and says why")
    func scenario19() throws {
        try expect(
            [
                "app": [.fallback("lockfile-changed"), .others], "lib": [.fallback("lockfile-changed"), .others],
                "other": [.fallback("lockfile-changed"), .others],
            ], widenings: ["pnpm-lock.yaml"]
        ) { $0.edit(Self.lockfile, "<<<<<<< ours\n") }
    }
}
