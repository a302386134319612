import GitObjects
import ScenarioKit
import Testing

@Suite("Gradle builds")
struct GradleScenarioTests {
    /// `app` uses `kit`, `kit` uses `core`, `alone` stands apart; `kit` and `core` use `y` of the catalog, `alone` uses `z`.
    private static let uses = ["app": ["kit"], "kit": ["core"], "core": [], "alone": []]
    private static let catalog = "[libraries]\ny = \"ext:y:1\"\nz = \"ext:z:1\"\n"

    private static func script(_ name: String, _ uses: [String], _ more: String = "") -> String {
        let entry = ["core": "y", "kit": "y", "alone": "z"][name].map { "    implementation(libs.\($0))\n" } ?? ""
        return "plugins { id(\"java-library\") }\n\ndependencies {\n"
            + uses.map { "    implementation(project(\":\($0)\"))\n" }.joined() + entry + "\(more)}\n"
    }

    private static func settings(_ projects: [String]) -> String {
        "rootProject.name = \"all\"\n" + projects.sorted().map { "include(\":\($0)\")\n" }.joined()
    }

    private static func workspace(_ scenario: inout Scenario) {
        scenario.write("settings.gradle.kts", settings(Array(uses.keys)))
        scenario.write("build.gradle.kts", "plugins { base }\n")
        scenario.write("gradle.properties", "x=1\n")
        scenario.write("gradle/libs.versions.toml", catalog)
        scenario.write("gradle/wrapper/gradle-wrapper.properties", "distributionUrl=1\n")
        for (name, list) in uses {
            scenario.write(RepoPath("\(name)/build.gradle.kts"), script(name, list))
            scenario.write(RepoPath("\(name)/src/main/java/X.java"), "class X {}\n")
        }
    }

    private func expect(
        _ expected: [String: ExpectedReasons], removed: [String] = [], _ change: (inout Scenario) -> Void
    ) throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, removed: removed)
    }

    @Test("3: a library edited affects it and its dependents")
    func scenario3() throws {
        try expect([
            "core": .file("core/src/main/java/X.java"), "kit": .dependency("core"),
            "app": .dependency("kit", chain: ["app", "kit", "core"]),
        ]) { $0.edit("core/src/main/java/X.java", "class X { }\n") }
    }

    @Test("8: a deleted project affects its former dependents")
    func scenario8() throws {
        try expect(
            ["kit": [.file("kit/build.gradle.kts"), .dependency("core")], "app": .dependency("kit")], removed: ["core"]
        ) {
            $0.delete("core")
            $0.write("kit/build.gradle.kts", Self.script("kit", []))
            $0.write("settings.gradle.kts", Self.settings(["alone", "app", "kit"]))
        }
    }

    @Test("9: a moved project is affected as moved, its dependents by it, the rest not")
    func scenario9() throws {
        try expect([
            "core": [.moved(from: "core"), .others], "kit": .dependency("core"),
            "app": .dependency("kit", chain: ["app", "kit", "core"]),
        ]) {
            $0.rename("core", to: "libs/core")
            $0.write(
                "settings.gradle.kts",
                Self.settings(Array(Self.uses.keys)) + "project(\":core\").projectDir = file(\"libs/core\")\n")
        }
    }

    @Test("11: what only tests use does not pass to dependents")
    func scenario11() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.write(
                "kit/build.gradle.kts", Self.script("kit", ["core"], "    testImplementation(project(\":alone\"))\n"))
            $0.write("kit/src/test/java/T.java", "class T {}\n")
            $0.commit("base")
            $0.edit("alone/src/main/java/X.java", "class X { }\n")
            $0.commit("change")
        }.expectAffected(["alone": .file("alone/src/main/java/X.java"), "kit": .dependency("alone")])
    }

    @Test("13: the wrapper, gradle.properties and build logic reach every Gradle project and nobody else")
    func scenario13() throws {
        for path in ["gradle/wrapper/gradle-wrapper.properties", "gradle.properties", "buildSrc/src/main/java/L.java"] {
            try Scenario {
                Self.workspace(&$0)
                $0.write("web/package.json", "{\"name\": \"web\", \"scripts\": {\"build\": \"x\"}}\n")
                $0.write("buildSrc/build.gradle.kts", "plugins { java }\n")
                $0.write("buildSrc/src/main/java/L.java", "class L {}\n")
                $0.commit("base")
                $0.edit(RepoPath(path), "changed\n")
                $0.commit("change")
            }.expectAffected([
                "alone": .file(path), "core": .file(path), "kit": [.file(path), .dependency("core")],
                "app": [.file(path), .dependency("kit")],
            ])
        }
    }

    @Test("14: a comment in the root's script affects nothing")
    func scenario14() throws {
        try expect([:]) { $0.write("build.gradle.kts", "// why\nplugins { base }\n") }
    }

    @Test("15: a component added to one lockfile affects that project and its dependents")
    func scenario15() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.write("kit/gradle.lockfile", "ext:y:1=runtimeClasspath\n")
            $0.write("core/gradle.lockfile", "ext:y:1=runtimeClasspath\n")
            $0.commit("base")
            $0.write("kit/gradle.lockfile", "ext:y:1=runtimeClasspath\next:z:2=runtimeClasspath\n")
            $0.commit("change")
        }.expectAffected([
            "kit": .external("ext:z", nil, "2"), "app": .dependency("kit"),
        ])
    }

    @Test("16: an entry of the catalog edited affects its users and their dependents")
    func scenario16() throws {
        let field = ("gradle/libs.versions.toml", "libraries.y")
        try expect([
            "core": .config(field.0, field.1), "kit": [.config(field.0, field.1), .dependency("core")],
            "app": .dependency("kit"),
        ]) { $0.write("gradle/libs.versions.toml", Self.catalog.replacing("y:1", with: "y:2")) }
        try expect([:]) { $0.write("gradle/libs.versions.toml", Self.catalog + "new = \"ext:new:1\"\n") }
    }

    @Test("18: a new project affects only itself")
    func scenario18() throws {
        try expect(["fresh": .newProject]) {
            $0.write("fresh/build.gradle.kts", Self.script("fresh", ["core"]))
            $0.write("settings.gradle.kts", Self.settings(Self.uses.keys + ["fresh"]))
        }
    }
}
