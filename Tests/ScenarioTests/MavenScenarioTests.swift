import GitObjects
import ScenarioKit
import Testing

@Suite("Maven builds")
struct MavenScenarioTests {
    /// `app` uses `kit`, `kit` uses `core`, `alone` stands apart; `kit` and `core` use the external `y`.
    private static let uses = ["app": ["kit"], "kit": ["core"], "core": [], "alone": []]

    private static func pom(_ name: String, _ uses: [String], external: String? = nil) -> String {
        let entries =
            uses.map { "<dependency><groupId>g</groupId><artifactId>\($0)</artifactId></dependency>\n" }.joined()
            + (external.map { "<dependency><groupId>ext</groupId><artifactId>\($0)</artifactId></dependency>\n" } ?? "")
        return "<project>\n<parent><groupId>g</groupId><artifactId>root</artifactId><version>1</version></parent>\n"
            + "<artifactId>\(name)</artifactId>\n<dependencies>\n\(entries)</dependencies>\n</project>\n"
    }

    private static func root(_ modules: [String], y: String = "1", description: String = "") -> String {
        "<project>\n<groupId>g</groupId><artifactId>root</artifactId><version>1</version><packaging>pom</packaging>\n"
            + "<description>\(description)</description>\n"
            + "<modules>\(modules.map { "<module>\($0)</module>" }.joined())</modules>\n<dependencyManagement><dependencies>"
            + ["y", "z"].map {
                "<dependency><groupId>ext</groupId><artifactId>\($0)</artifactId><version>\($0 == "y" ? y : "1")</version></dependency>"
            }.joined() + "</dependencies></dependencyManagement>\n</project>\n"
    }

    private static func workspace(_ scenario: inout Scenario) {
        scenario.write("pom.xml", root(uses.keys.sorted()))
        for (name, list) in uses {
            let external = ["core": "y", "kit": "y", "alone": "z"][name]
            scenario.write(RepoPath("\(name)/pom.xml"), pom(name, list, external: external))
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

    @Test("8: a deleted module affects its former dependents")
    func scenario8() throws {
        try expect(
            ["kit": [.file("kit/pom.xml"), .dependency("core")], "app": .dependency("kit")], removed: ["core"]
        ) {
            $0.delete("core")
            $0.write("kit/pom.xml", Self.pom("kit", [], external: "y"))
            $0.write("pom.xml", Self.root(["alone", "app", "kit"]))
        }
    }

    @Test("9: a moved module is affected as moved, its dependents by it, the rest not")
    func scenario9() throws {
        try expect([
            "core": [.moved(from: "core"), .others], "kit": .dependency("core"),
            "app": .dependency("kit", chain: ["app", "kit", "core"]),
        ]) {
            $0.rename("core", to: "libs/core")
            $0.replace(
                "libs/core/pom.xml", "</parent>", "<relativePath>../../pom.xml</relativePath></parent>")
            $0.write("pom.xml", Self.root(["alone", "app", "kit", "libs/core"]))
        }
    }

    @Test("14: a description edited in the root affects nothing")
    func scenario14() throws {
        try expect([:]) { $0.write("pom.xml", Self.root(Self.uses.keys.sorted(), description: "new")) }
    }

    @Test("16: a managed version edited affects the users of that entry and their dependents")
    func scenario16() throws {
        try expect([
            "core": .config("pom.xml", "dependencyManagement.ext:y"),
            "kit": [.config("pom.xml", "dependencyManagement.ext:y"), .dependency("core")],
            "app": [.config("pom.xml", "dependencyManagement.ext:y"), .dependency("kit")],
        ]) { $0.write("pom.xml", Self.root(Self.uses.keys.sorted(), y: "2")) }
    }

    @Test("18: a new module affects only itself")
    func scenario18() throws {
        try expect(["fresh": .newProject]) {
            $0.write("fresh/pom.xml", Self.pom("fresh", ["core"]))
            $0.write("pom.xml", Self.root(Self.uses.keys.sorted() + ["fresh"]))
        }
    }

    @Test("resources from outside the module are its inputs")
    func resources() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.write(
                "alone/pom.xml",
                Self.pom("alone", []).replacing(
                    "</project>",
                    with:
                        "<build><resources><resource><directory>../shared/res</directory></resource></resources></build></project>"
                ))
            $0.write("shared/res/a.txt", "one")
            $0.write("shared/b.txt", "one")
            $0.commit("base")
            $0.edit("shared/res/a.txt", "two")
            $0.edit("shared/b.txt", "two")
            $0.commit("edit")
        }.expectAffected(["alone": .file("shared/res/a.txt")])
    }
}
