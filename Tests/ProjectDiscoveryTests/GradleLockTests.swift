import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Gradle lockfiles and verification")
struct GradleLockTests {
    private func workspace(_ change: (inout [String: String]) -> Void) -> [String: String] {
        var files = ["settings.gradle": "include 'a', 'b', 'c', 'd'\n"]
        for name in ["a", "b", "c", "d"] { files["\(name)/build.gradle"] = "plugins { id 'java' }\n" }
        change(&files)
        return files
    }

    static let lock = """
        # This is a Gradle generated file for dependency locking.
        com:okio:3=compileClasspath,runtimeClasspath
        org:stdlib:1.9=runtimeClasspath
        empty=annotationProcessor
        """

    @Test("a lockfile is the closure of its project, and names what changed")
    func lockfiles() throws {
        let files = workspace { $0["a/gradle.lockfile"] = GradleLockTests.lock }
        var new = files
        new["a/gradle.lockfile"] = GradleLockTests.lock.replacing("okio:3", with: "okio:4")
        #expect(try changedGradle(files, new) == ["a"])
        let old = try #require(try discoverGradle(files).project("a")?.externals.first?.resolution)
        let next = try #require(try discoverGradle(new).project("a")?.externals.first?.resolution)
        #expect(next.differences(from: old).map { "\($0.package) \($0.from ?? "") \($0.to ?? "")" } == ["com:okio 3 4"])
        new["a/gradle.lockfile"] = "# other\n\r\n" + GradleLockTests.lock
        #expect(try changedGradle(files, new).isEmpty)
        #expect(try discoverGradle(files).structuralFiles.contains("a/gradle.lockfile"))
    }

    @Test(
        "a lockfile that cannot be read counts as a whole",
        arguments: ["<<<<<<< HEAD", "a:b", "a:b:c:d=x", "::=", "\u{0}"])
    func brokenLockfiles(line: String) throws {
        let found = try discoverGradle(workspace { $0["a/gradle.lockfile"] = "com:okio:3=x\n\(line)\n" })
        let closure = try #require(found.project("a")?.externals.first)
        #expect(closure.isWholeLockfile && closure.problem?.hasPrefix("a/gradle.lockfile:2: ") == true)
    }

    static func verification(_ okio: String, _ stdlib: String, _ other: String, verify: Bool = true) -> String {
        func component(_ group: String, _ name: String, _ version: String, _ hash: String) -> String {
            """
            <component group="\(group)" name="\(name)" version="\(version)">
              <artifact name="x.jar"><sha256 value="\(hash)" origin="Generated"/></artifact>
            </component>

            """
        }
        return
            "<?xml version=\"1.0\"?>\n<verification-metadata xmlns=\"https://schema.gradle.org/dependency-verification\">\n"
            + "<configuration><verify-metadata>\(verify)</verify-metadata></configuration>\n<components>\n"
            + component("com", "okio", "3", okio) + component("org", "stdlib", "1.9", stdlib)
            + component("other", "plugin", "1", other) + "</components>\n</verification-metadata>\n"
    }

    @Test("a check counts for the projects whose lockfile holds the component, and for all where that is not known")
    func verification() throws {
        func files(_ text: String) -> [String: String] {
            workspace {
                $0["a/gradle.lockfile"] = "com:okio:3=x\n"
                $0["b/gradle.lockfile"] = "org:stdlib:1.9=x\n"
                $0["gradle/verification-metadata.xml"] = text
            }
        }
        let before = files(Self.verification("1", "1", "1"))
        #expect(try changedGradle(before, files(Self.verification("2", "1", "1"))) == ["a", "c", "d"])
        #expect(try changedGradle(before, files(Self.verification("1", "2", "1"))) == ["b", "c", "d"])
        #expect(try changedGradle(before, files(Self.verification("1", "1", "2"))) == ["a", "b", "c", "d"])
        #expect(try changedGradle(before, files(Self.verification("1", "1", "1", verify: false))).count == 4)
        let same = Self.verification("1", "1", "1").replacing("Generated", with: "Checked")
        #expect(try changedGradle(before, files(same)).isEmpty)
        let broken = try discoverGradle(files("<verification-metadata>"))
        #expect(broken.widenings.map(\.scope) == ["gradle/verification-metadata.xml"])
        #expect(!broken.structuralFiles.contains("gradle/verification-metadata.xml"))
    }
}
