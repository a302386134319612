import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Gradle projects")
struct GradleProjectTests {
    private func workspace(_ scripts: [String: String], root: String = "", settings: String = "") -> [String: String] {
        var files = ["build.gradle": root]
        let paths = ["a", "b", "c", "foo-bar", "nested/fooBaz"]
        let includes = paths.map { "'\($0.replacing("/", with: ":"))'" }.joined(separator: ", ")
        files["settings.gradle"] = "include \(includes)\n\(settings)\n"
        for path in paths { files["\(path)/build.gradle"] = "apply plugin: 'java'\n" }
        for (path, text) in scripts { files["\(path)/build.gradle"] = text }
        return files
    }

    private func edgesOfA(_ lines: String...) throws -> [String] {
        let script = "dependencies {\n" + lines.joined(separator: "\n") + "\n}\n"
        let found = try discoverGradle(workspace(["a": script]))
        return edges(of: found.projects)
    }

    @Test(
        "project dependencies in every notation",
        arguments: [
            "implementation project(':b')", "implementation(project(\":b\"))", "api project(path: ':b')",
            "api(project(path = \":b\", configuration = \"shadow\"))",
            "compile project(path: ':b', configuration: 'x')",
            "implementation(project(mapOf(\"path\" to \":b\")))", "add('api', project(':b'))",
            "\"implementation\"(project(\":b\"))", "implementation testFixtures(project(':b'))",
            "api(platform(project(\":b\")))", "implementation(projects.b)",
            "implementation(project(':b')) { transitive = false }",
            "if (x) {\n implementation project(':b')\n}", "runtimeOnly(files(project(':b').layout.x))",
        ])
    func notations(line: String) throws {
        #expect(try edgesOfA(line) == ["a -> b runtime"])
    }

    @Test("type-safe accessors go by normalised names; projects that are not there make no edge, with a note")
    func accessors() throws {
        #expect(
            try edgesOfA("api projects.fooBar", "api projects.nested.fooBaz.dependencyProject") == [
                "a -> foo-bar runtime", "a -> nested/fooBaz runtime",
            ])
        let found = try discoverGradle(
            workspace(["a": gradleDependencies("api project(':gone')", "api projects.gone")]))
        #expect(edges(of: found.projects).isEmpty)
        #expect(found.diagnostics.map(\.evidence.line) == [2, 3])
    }

    @Test(
        "test configurations and source sets are development edges that do not pass",
        arguments: [
            "dependencies { testImplementation project(':b') }", "dependencies { androidTestApi(project(':b')) }",
            "kotlin { sourceSets { val jvmTest by getting { dependencies { implementation(project(\":b\")) } } } }",
            "kotlin { sourceSets { commonTest.dependencies { implementation(project(\":b\")) } } }",
            "testing { suites { integrationTest { dependencies { implementation(project()); implementation project(':b') } } } }",
            "sourceSets { named(\"commonTest\") { dependencies { api(projects.b) } } }",
        ])
    func tests(script: String) throws {
        let found = try discoverGradle(workspace(["a": script]))
        #expect(edges(of: found.projects) == ["a -> b development"])
        #expect(found.project("a")?.dependencies.contains { $0.passesToDependents } == false)
    }

    @Test("fixtures pass on what they use, and so does a project whose tests another one takes")
    func fixtures() throws {
        let found = try discoverGradle(
            workspace([
                "a": gradleDependencies("testImplementation project(path: ':b', configuration: 'testArtifacts')"),
                "b": gradleDependencies("testImplementation project(':c')"),
                "c": gradleDependencies("testFixturesApi project(':foo-bar')"),
            ]))
        func passes(_ path: RepoPath) -> [Bool] { (found.project(path)?.dependencies ?? []).map(\.passesToDependents) }
        #expect(passes("a") == [false] && passes("b") == [true] && passes("c") == [true])
        #expect(try edgesOfA("testImplementation project(':b').sourceSets.test.output") == ["a -> b development"])
    }

    @Test("tasks of other projects, evaluation order, and tools")
    func otherUses() throws {
        let found = try discoverGradle(
            workspace([
                "a": "evaluationDependsOn(':b')\ntasks.named('jar') { dependsOn ':c:jar', 'x' }\n",
                "b": gradleDependencies("annotationProcessor project(':c')", "kapt(project(\":foo-bar\"))"),
                "c": gradleDependencies("detektPlugins(project(\":foo-bar\"))"),
            ]))
        #expect(
            edges(of: found.projects) == [
                "a -> b runtime", "a -> c runtime", "b -> c build", "b -> foo-bar build",
                "c -> foo-bar development",
            ])
        #expect(found.project("a")?.dependencies.last?.evidence == Evidence(path: "a/build.gradle", line: 2))
    }

    @Test("where code decides the project, all that fit count, with a note")
    func computed() throws {
        #expect(try edgesOfA("implementation project(\":nested:$name\")") == ["a -> nested/fooBaz import"])
        #expect(try edgesOfA("implementation project(other)").count == 5)
        #expect(try edgesOfA("rootProject.subprojects.each { implementation it }").count == 5)
    }

    @Test("constraints put nothing on a class path: only the script that says a version counts")
    func constraints() throws {
        let found = try discoverGradle(
            workspace([
                "a": gradleDependencies("constraints {", "api project(':b')", "api project(':c')", "}"),
                "b": "version = '1'\n" + gradleDependencies("api platform(project(':a'))"),
            ]))
        #expect(edges(of: found.projects) == ["b -> a runtime"])
        #expect(found.project("a")?.namedFiles == ["b/build.gradle"])
    }

    @Test("projects that use each other are no error: their edges can be cut")
    func circles() throws {
        let found = try discoverGradle(
            workspace([
                "a": gradleDependencies("api project(':b')"), "b": gradleDependencies("runtimeOnly project(':a')"),
            ]))
        #expect(edges(of: found.projects) == ["a -> b import", "b -> a import"])
        let tested = try discoverGradle(
            workspace([
                "a": gradleDependencies("api project(':b')"),
                "b": gradleDependencies("testImplementation project(':a')"),
            ]))
        #expect(edges(of: tested.projects) == ["a -> b runtime", "b -> a development"])
    }

    @Test("blocks of the root for other projects count for those they concern")
    func sharedBlocks() throws {
        let found = try discoverGradle(
            workspace(
                [:],
                root: """
                    subprojects {
                        dependencies { testImplementation project(':c') }
                    }
                    project(':a') {
                        apply plugin: 'application'
                        dependencies { implementation project(':b') }
                    }
                    dependencies { implementation project(':foo-bar') }
                    """))
        #expect(found.project(.root)?.onlyGathers == true)
        #expect(
            edges(of: found.projects.filter { ["a", "b"].contains($0.path.description) }) == [
                "a -> b runtime", "a -> c development", "b -> c development",
            ])
        #expect(found.project("a")?.appEvidence == "build.gradle: the plugin application")
    }

    @Test(
        "plugins make apps",
        arguments: [
            "plugins { application }", "plugins { id 'war' }", "apply plugin: 'org.springframework.boot'",
            "plugins { alias(libs.plugins.boot) }", "pluginManager.apply(\"com.android.application\")",
        ])
    func apps(script: String) throws {
        var files = workspace(["a": script, "b": "plugins { id 'java-library' }"])
        files["gradle/libs.versions.toml"] =
            "[plugins]\nboot = { id = \"org.springframework.boot\", version = \"3\" }\n"
        let found = try discoverGradle(files)
        #expect(found.project("a")?.appEvidence?.hasPrefix("a/build.gradle: the plugin ") == true)
        #expect(found.project("b")?.appEvidence == nil)
    }

    @Test("tasks run the wrapper where there is one, tests where there are any")
    func tasks() throws {
        var files = workspace(["b": "plugins { kotlin('multiplatform') }"])
        files["a/src/test/java/X.java"] = ""
        files["b/src/commonTest/kotlin/X.kt"] = ""
        let found = try discoverGradle(files)
        #expect(
            found.project("a")?.tasks.mapValues(\.command) == [
                "build": "cd .. && gradle -q :a:assemble", "test": "cd .. && gradle -q :a:test",
            ])
        #expect(found.project("b")?.tasks["test"]?.command == "cd .. && gradle -q :b:allTests")
        #expect(found.project("c")?.tasks.keys.sorted() == ["build"])
        #expect(found.project("a")?.tasks["build"]?.cache == false)
    }

    @Test("blocks for a project find it by the name that the settings gave it, or one around it")
    func renamedProjects() throws {
        var files = [
            "settings.gradle":
                "include 'a', 'store', 'store:api'\nproject(':store:api').name = 'store-api'\nproject(':store').name = 's'\n",
            "a/build.gradle": "", "store/build.gradle": "", "store/api/src/main/java/X.java": "",
            "build.gradle": "project(':s:store-api') {\n\(gradleDependencies("implementation project(':a')"))\n}\n",
        ]
        #expect(try edges(of: discoverGradle(files).projects) == ["store/api -> a runtime"])
        files["a/build.gradle"] = gradleDependencies("implementation project(':s')")
        #expect(
            try edges(of: discoverGradle(files).projects) == ["a -> store runtime", "store/api -> a runtime"])
    }

    @Test("the root project and the parent are dependencies by these names")
    func relatives() throws {
        let root = try discoverGradle(workspace(["a": gradleDependencies("compile project.rootProject")]))
        #expect(edges(of: root.projects) == ["a -> . runtime"])
        #expect(try edgesOfA("implementation project.parent").count == 5)
    }

    @Test("a root with sources, or that others use, is a project")
    func rootProjects() throws {
        var files = workspace([:], root: "apply plugin: 'java'\n")
        files["src/main/java/X.java"] = ""
        #expect(try discoverGradle(files).project(.root)?.onlyGathers == false)
        #expect(try discoverGradle(files).structuralFiles == ["settings.gradle"])
        let used = try discoverGradle(workspace(["a": gradleDependencies("api project(':')")]))
        #expect(used.project(.root)?.onlyGathers == false && edges(of: used.projects) == ["a -> . runtime"])
        let single = try discoverGradle(["build.gradle": "plugins { id 'java' }", "settings.gradle": ""])
        #expect(single.project(.root)?.onlyGathers == false)
        #expect(single.project(.root)?.tasks["build"]?.command == "gradle -q :assemble")
    }

    @Test("files that scripts name elsewhere are inputs")
    func namedFiles() throws {
        var files = workspace([
            "a": """
            apply from: "$rootDir/scripts/shared.gradle"
            apply from: rootProject.file('scripts/other.gradle')
            checkstyle { configFile = rootProject.file('config/checkstyle.xml') }
            sourceSets { main { java.srcDir '../common/java' } }
            """
        ])
        for path in ["scripts/shared.gradle", "scripts/other.gradle", "config/checkstyle.xml", "common/java/X.java"] {
            files[path] = path.hasSuffix("shared.gradle") ? gradleDependencies("api project(':b')") : ""
        }
        let found = try discoverGradle(files)
        #expect(
            found.project("a")?.namedFiles == [
                "common/java", "config/checkstyle.xml", "scripts/other.gradle", "scripts/shared.gradle",
            ])
        #expect(edges(of: found.projects) == ["a -> b import"])
    }

    @Test("a script that is a link is broken: what it leads to is not followed")
    func links() throws {
        let tree = SourceTree.inMemory(workspace(["a": ""]))
        let blob = try #require(try tree.entry("a/build.gradle"))
        let linked = try tree.edited(["a/build.gradle": .set(.symlink, blob.id)])
        let found = try GradleAdapter.discover(
            in: linked, scan: try ManifestScan.walk(linked), cache: ParsedGradleCache())
        #expect(found.project("a")?.brokenReason == "a/build.gradle: the script is a link, which is not followed")
        #expect(found.project("b")?.brokenReason == nil)
    }

    @Test("a broken script is a broken project, as are those below it, and hides no other")
    func broken() throws {
        let found = try discoverGradle(workspace(["a": "dependencies {\n", "nested": "x = ]\n"]))
        #expect(found.project("a")?.brokenReason?.hasPrefix("a/build.gradle:1: ") == true)
        #expect(found.project("nested/fooBaz")?.brokenReason?.hasPrefix("nested/build.gradle:1: ") == true)
        #expect(found.project("b")?.brokenReason == nil)
        #expect(Set(found.widenings.map(\.scope)) == ["a/build.gradle", "nested/build.gradle"])
    }
}
