import Foundation
import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("What Gradle projects share")
struct GradleStructureTests {
    private static let catalog = """
        [versions]
        kotlin = "1.9"
        loose = "1"
        [libraries]
        kotlin-stdlib = { module = "org:stdlib", version.ref = "kotlin" }
        okio = "com:okio:3"
        mock = { group = "com", name = "mock", version = "1" }
        [bundles]
        io = ["okio"]
        [plugins]
        some = { id = "some.plugin", version = "1" }
        """

    private func workspace(_ change: (inout [String: String]) -> Void = { _ in }) -> [String: String] {
        var files = [
            "settings.gradle.kts": "include(\"a\", \"b\", \"c\", \"d\")\n", "build.gradle.kts": "plugins { base }\n",
            "gradle/libs.versions.toml": GradleStructureTests.catalog,
            "a/build.gradle.kts": gradleDependencies("api(libs.kotlin.stdlib)"),
            "b/build.gradle.kts": gradleDependencies("api(libs.bundles.io)"),
            "c/build.gradle.kts": "plugins { alias(libs.plugins.some) }\nval x = libs.versions.loose.get()\n",
            "d/build.gradle.kts": gradleDependencies("testImplementation(rootProject.libs.mock) { }"),
        ]
        change(&files)
        return files
    }

    private func changed(_ edit: (inout [String: String]) -> Void) throws -> [String] {
        try changedGradle(workspace(), workspace(edit))
    }

    private func edited(_ old: String, _ new: String) throws -> [String] {
        try changed {
            $0["gradle/libs.versions.toml"] = $0["gradle/libs.versions.toml"]?.replacing(old, with: new)
        }
    }

    @Test("an entry of a catalog counts for its users, also through versions and bundles")
    func catalogs() throws {
        #expect(try edited("\"1.9\"", "\"2.0\"") == ["a"])
        #expect(try edited("okio:3", "okio:4") == ["b"])
        #expect(try edited("\"some.plugin\", version = \"1\"", "\"some.plugin\", version = \"2\"") == ["c"])
        #expect(try edited("loose = \"1\"", "loose = \"2\"") == ["c"])
        #expect(try edited("\"mock\", version = \"1\"", "\"mock\", version = \"2\"") == ["d"])
        #expect(try edited("[plugins]", "unused = \"x\"\n[plugins]").isEmpty)
        #expect(try discoverGradle(workspace()).structuralFiles.contains("gradle/libs.versions.toml"))
    }

    @Test("where code decides the entry, the whole catalog counts, with a note")
    func computedEntries() throws {
        let before = workspace { $0["a/build.gradle.kts"] = "val x = libs.findLibrary(name)\n" }
        var after = before
        after["gradle/libs.versions.toml"]?.append("\n[metadata]\n")
        #expect(try changedGradle(before, after).isEmpty)
        after["gradle/libs.versions.toml"] = before["gradle/libs.versions.toml"]?.replacing("okio:3", with: "okio:4")
        #expect(try changedGradle(before, after) == ["a", "b"])
        #expect(
            try discoverGradle(before).diagnostics.map(\.evidence) == [Evidence(path: "a/build.gradle.kts", line: 1)])
    }

    @Test("catalogs that the settings name, from other files")
    func namedCatalogs() throws {
        func files(_ version: String) -> [String: String] {
            workspace {
                $0["settings.gradle.kts", default: ""] += """
                    dependencyResolutionManagement {
                        versionCatalogs { create("extra") { from(files("config/extra.toml")) } }
                    }
                    """
                $0["config/extra.toml"] = "[libraries]\nx = \"g:x:\(version)\"\n"
                $0["b/build.gradle.kts"] = gradleDependencies("api(extra.x)")
            }
        }
        #expect(try changedGradle(files("1"), files("2")) == ["b"])
    }

    @Test("a catalog that cannot be read stays a file that every project reads, and widens")
    func brokenCatalog() throws {
        let found = try discoverGradle(workspace { $0["gradle/libs.versions.toml"] = "[versions\n" })
        #expect(!found.structuralFiles.contains("gradle/libs.versions.toml"))
        #expect(found.project("a")?.namedFiles == ["gradle/libs.versions.toml"])
        #expect(found.widenings.map(\.scope) == ["gradle/libs.versions.toml"])
    }

    @Test("statements of the root's script count for those they concern")
    func rootScript() throws {
        #expect(try changed { $0["build.gradle.kts"] = "// new\nplugins { base }\ndependencies { }\n" }.isEmpty)
        #expect(try changed { $0["build.gradle.kts"] = "plugins { base; java }\n" } == ["a", "b", "c", "d"])
        #expect(
            try changed { $0["build.gradle.kts"] = "plugins { base }\nproject(\":a\") { version = \"2\" }\n" } == ["a"])
        let one = "x()\ny()\n", other = "y()\nx()\n"
        #expect(
            try changedGradle(workspace { $0["build.gradle.kts"] = one }, workspace { $0["build.gradle.kts"] = other })
                .count == 4)
    }

    @Test("settings: an include counts for nobody else, what configures all counts for all")
    func settings() throws {
        #expect(
            try changed {
                $0["settings.gradle.kts", default: ""] += "include(\"e\")\nproject(\":e\").projectDir = file(\"f\")\n"
                $0["f/build.gradle.kts"] = ""
            } == ["f"])
        #expect(try changed { $0["settings.gradle.kts", default: ""] += "enableFeaturePreview(\"X\")\n" }.count == 4)
    }

    // MARK: Build logic

    private func convention(_ text: String) -> [String: String] {
        workspace {
            $0["settings.gradle.kts"] =
                "pluginManagement { includeBuild(\"logic\") }\n" + $0["settings.gradle.kts", default: ""]
            $0["logic/settings.gradle.kts"] = "rootProject.name = \"logic\"\n"
            $0["logic/build.gradle.kts"] =
                "plugins { `kotlin-dsl` }\ngradlePlugin { plugins { register(\"k\") { id = \"k.k\" } } }\n"
            $0["logic/src/main/kotlin/my.java.gradle.kts"] = text
            $0["a/build.gradle.kts"] = "plugins { id(\"my.java\") }\n"
            $0["b/build.gradle.kts"] = "plugins { id(\"k.k\") version \"1\" }\n"
        }
    }

    @Test("build logic of an included build reaches the projects that apply it, with what it uses")
    func buildLogic() throws {
        let files = convention("plugins { id(\"war\") }\n" + gradleDependencies("implementation(project(\":d\"))"))
        let found = try discoverGradle(files)
        #expect(edges(of: found.projects) == ["a -> d import", "a -> logic build", "b -> logic build"])
        #expect(found.project("a")?.appEvidence == "logic/src/main/kotlin/my.java.gradle.kts: the plugin war")
        let old = convention(gradleDependencies("implementation(libs.okio)"))
        var new = old
        new["gradle/libs.versions.toml"] = old["gradle/libs.versions.toml"]?.replacing("okio:3", with: "okio:4")
        #expect(try changedGradle(old, new) == ["a"])
    }

    @Test("plugins whose id code decides reach all projects of the build that includes them")
    func computedPlugins() throws {
        var files = convention("")
        files["logic/build.gradle.kts"] = "gradlePlugin { plugins { register(\"k\") { id = name } } }\n"
        #expect(
            edges(of: try discoverGradle(files).projects) == [
                "a -> logic build", "b -> logic build", "c -> logic build", "d -> logic build",
            ])
    }

    @Test("what code in buildSrc uses counts for all projects; a build below the root reads its own buildSrc")
    func buildSource() throws {
        let files = workspace {
            $0["buildSrc/src/main/kotlin/Logic.kt"] =
                "fun Project.use() { dependencies.add(\"api\", project(\":d\")); catalog.findLibrary(\"okio\") }\n"
            $0["buildSrc/build.gradle.kts"] = ""
        }
        let found = try discoverGradle(files)
        #expect(found.paths == [".", "a", "b", "c", "d"])
        #expect(edges(of: found.projects) == ["a -> d import", "b -> d import", "c -> d import"])
        var new = files
        new["gradle/libs.versions.toml"] = files["gradle/libs.versions.toml"]?.replacing("okio:3", with: "okio:4")
        #expect(try changedGradle(files, new) == ["a", "b", "c", "d"])
        let below = Dictionary(uniqueKeysWithValues: files.map { ("sub/\($0.key)", $0.value) })
        #expect(try discoverGradle(below).project("sub/a")?.namedFiles == ["sub/buildSrc"])
    }

    @Test("buildSrc may give the catalog another name")
    func buildSourceCatalog() throws {
        let files = workspace {
            $0["buildSrc/settings.gradle.kts"] =
                "dependencyResolutionManagement { versionCatalogs { create(\"own\") { from(files(\"../gradle/libs.versions.toml\")) } } }\n"
            $0["buildSrc/build.gradle.kts"] = gradleDependencies("implementation(own.okio)")
        }
        var new = files
        new["gradle/libs.versions.toml"] = files["gradle/libs.versions.toml"]?.replacing("okio:3", with: "okio:4")
        #expect(try changedGradle(files, new) == ["a", "b", "c", "d"])
    }

    @Test("an included build stands in for the component that its project publishes")
    func substitution() throws {
        let found = try discoverGradle(
            workspace {
                $0["settings.gradle.kts", default: ""] += "includeBuild(\"lib\")\n"
                $0["lib/settings.gradle.kts"] = "rootProject.name = \"okio\"\n"
                $0["lib/build.gradle.kts"] = "group = \"com\"\n"
                $0["d/build.gradle.kts"] = gradleDependencies("api(\"org:okio:1\")")
            })
        #expect(edges(of: found.projects).filter { $0.hasSuffix("import") } == [])
        let catalogued = try discoverGradle(
            workspace {
                $0["settings.gradle.kts", default: ""] += "includeBuild(\"lib\")\n"
                $0["lib/settings.gradle.kts"] = "rootProject.name = \"okio\"\n"
                $0["lib/build.gradle.kts"] = "group = \"com\"\n"
                $0["a/build.gradle.kts"] = gradleDependencies("api(libs.okio)")
                $0["d/build.gradle.kts"] = gradleDependencies("api(\"com:okio:1\")")
            })
        #expect(edges(of: catalogued.projects) == ["a -> lib import", "d -> lib import"])
    }

    // MARK: Damage

    private static let rounds = ProcessInfo.processInfo.environment["RIPPLE_TEST_LONG"] == "1" ? 5_000 : 60

    @Test("no damage to a file crashes, or hides another project", arguments: UInt64(1)...4)
    func damage(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let pieces = [
            "{", "}", "(", ")", "\"", "'", "\"\"\"", "${", "$", "/*", "*/", "\\", "\n", "\0", "é", "include",
            "project(", "..",
            "[", "=", "<", ">>>>>>> x\n", ":", "/",
        ]
        let files = convention(
            "plugins { id(\"war\") }\n" + gradleDependencies("api(project(\":d\"))", "api(\"a:${x(\"y\")}\")")
        )
        .merging([
            "a/gradle.lockfile": GradleLockTests.lock,
            "gradle/verification-metadata.xml": GradleLockTests.verification("1", "1", "1"),
        ]) { $1 }
        let names = files.keys.sorted()
        for _ in 0..<GradleStructureTests.rounds {
            let victim = names.randomElement(using: &numbers) ?? ""
            var text = Array(files[victim] ?? "")
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let at = Int.random(in: 0...text.count, using: &numbers)
                let end = min(text.count, at + Int.random(in: 0...3, using: &numbers))
                text.replaceSubrange(at..<end, with: Array(pieces.randomElement(using: &numbers) ?? ""))
            }
            var damaged = files
            damaged[victim] = String(text)
            let found = try discoverGradle(damaged)
            if victim != "settings.gradle.kts" {
                let isKept = ["a", "b", "c", "d"].allSatisfy { found.project(RepoPath($0)) != nil }
                #expect(isKept, "seed \(seed): \(victim): \(damaged[victim] ?? "")")
            }
        }
    }
}
