import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Gradle settings")
struct GradleSettingsTests {
    @Test(
        "includes in every notation of both languages",
        arguments: [
            ("settings.gradle", "include 'a', \":b:c\""), ("settings.gradle", "include(':a')\ninclude ':b:c'"),
            ("settings.gradle", "include([':a', ':b:c'] as String[])"),
            ("settings.gradle.kts", "include(\":a\", \"b:c\")"),
            (
                "settings.gradle.kts",
                "if (System.getenv(\"X\") != null) {\n    include(\"a\")\n}\ninclude(\n    \"b:c\",\n)"
            ),
        ])
    func includes(file: String, text: String) throws {
        let found = try discoverGradle([
            file: text, "a/build.gradle": "apply plugin: 'java'", "b/c/build.gradle.kts": "plugins { java }",
            "left/build.gradle": "", "src-none/x": "",
        ])
        #expect(found.paths == [".", "a", "b", "b/c"])
        #expect(found.project(.root)?.onlyGathers == true && found.project("b")?.onlyGathers == true)
        #expect(found.structuralFiles.contains(RepoPath(file)))
        #expect(found.diagnostics.isEmpty)
    }

    @Test("directories given to projects, build scripts by the project's name, projects beside the build")
    func directories() throws {
        let found = try discoverGradle([
            "main/settings.gradle": """
            rootProject.name = 'all'
            include ':a', 'b'
            includeFlat 'flat'
            project(':a').projectDir = file('deep/one')
            project(':b').projectDir = new File(settingsDir, '../outer')
            rootProject.children.each { it.buildFileName = "${it.name}.gradle" }
            """,
            "main/deep/one/a.gradle": "", "outer/b.gradle": "dependencies { api project(':a') }",
            "flat/build.gradle": "",
        ])
        #expect(found.paths == ["flat", "main", "main/deep/one", "outer"])
        #expect(edges(of: found.projects) == ["outer -> main/deep/one runtime"])
        #expect(found.project("outer")?.manifest == "outer/b.gradle")
        // A project beside its build has no directory to run the build from.
        #expect(found.project("outer")?.tasks.isEmpty == true)
    }

    @Test("where code decides the includes, every directory with a build script counts, with a note")
    func computed() throws {
        let found = try discoverGradle([
            "settings.gradle": "include 'a'\nfile('libs').listFiles().each {\n  include \"libs:${it.name}\"\n}\n",
            "a/build.gradle": gradleDependencies("api project(':x')"), "libs/x/build.gradle": "",
            "libs/y/build.gradle.kts": "",
            "libs/y/src/test/resources/z/build.gradle": "", "other/settings.gradle": "", "other/build.gradle": "",
        ])
        #expect(found.paths == [".", "a", "libs/x", "libs/y", "other"])
        #expect(found.diagnostics.map(\.evidence) == [Evidence(path: "settings.gradle", line: 3)])
        // Their paths are guesses too: the name decides.
        #expect(edges(of: found.projects) == ["a -> libs/x runtime"])
    }

    @Test("settings that apply other scripts, and what is not there")
    func appliedScripts() throws {
        let found = try discoverGradle([
            "settings.gradle": "apply from: 'gradle/includes.gradle'\ninclude 'gone'\napply from: 'none.gradle'",
            "gradle/includes.gradle": "include 'a'", "a/build.gradle": "",
        ])
        #expect(found.paths == [".", "a"])
        #expect(found.project("a")?.namedFiles == ["gradle/includes.gradle"])
        #expect(Set(found.diagnostics.map(\.evidence.line)) == [2, 3])
    }

    @Test("paths that leave the repository, and links in place of scripts, are no projects")
    func outside() throws {
        let found = try discoverGradle([
            "settings.gradle": """
            include 'a', '..:x'
            project(':a').projectDir = file('../../../etc')
            includeBuild '../../other'
            includeBuild '.'
            """,
            "build.gradle": "",
        ])
        #expect(found.paths == ["."])
        #expect(!found.diagnostics.isEmpty)
    }

    @Test("included builds are builds of their own; a build around that leaves one out does not hide it")
    func includedBuilds() throws {
        let found = try discoverGradle([
            "settings.gradle.kts": "includeBuild(\"logic\")\ninclude(\"a\")", "a/build.gradle.kts": "",
            "logic/settings.gradle.kts": "include(\"b\")\nincludeBuild(\"..\")", "logic/b/build.gradle.kts": "",
            "apart/settings.gradle": "", "apart/build.gradle": "apply plugin: 'java'",
        ])
        #expect(found.paths == [".", "a", "apart", "logic", "logic/b"])
        #expect(found.project("logic/b")?.tasks["build"]?.command == "cd .. && gradle -q :b:assemble")
    }

    @Test("broken settings make every project below broken, and hide none")
    func broken() throws {
        let found = try discoverGradle([
            "settings.gradle": "include 'a'\ninclude('b'", "a/build.gradle": "", "b/build.gradle": "",
            "alone/settings.gradle": "", "alone/build.gradle": "",
        ])
        #expect(found.paths == [".", "a", "alone", "b"])
        #expect(found.project("a")?.brokenReason?.hasPrefix("settings.gradle:2: ") == true)
        #expect(found.project("alone")?.brokenReason == nil)
        #expect(found.widenings.map(\.scope) == ["settings.gradle"])
        #expect(!found.structuralFiles.contains("settings.gradle"))
    }
}
