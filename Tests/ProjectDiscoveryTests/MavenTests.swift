import Foundation
import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Maven projects")
struct MavenTests {
    private func discover(_ files: [String: String], cache: ParsedMavenCache = ParsedMavenCache()) throws -> Discovery {
        let tree = SourceTree.inMemory(files)
        return try MavenAdapter.discover(in: tree, scan: try ManifestScan.walk(tree), cache: cache)
    }

    private func pom(_ artifact: String, _ rest: String = "", parent: String? = "root", group: String? = nil) -> String
    {
        let above = parent.map {
            "<parent>\n<groupId>g</groupId><artifactId>\($0)</artifactId><version>1</version>\n</parent>\n"
        }
        return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n"
            + (above ?? "<groupId>\(group ?? "g")</groupId><version>1</version>\n")
            + "<artifactId>\(artifact)</artifactId>\n\(rest)\n</project>\n"
    }

    private func root(_ modules: [String], _ rest: String = "") -> String {
        pom(
            "root",
            "<packaging>pom</packaging><modules>\(modules.map { "<module>\($0)</module>" }.joined())</modules>\n"
                + rest,
            parent: nil)
    }

    private func dependencies(_ entries: String...) -> String {
        "<dependencies>\n\(entries.joined(separator: "\n"))\n</dependencies>"
    }

    private func dependency(_ artifact: String, _ rest: String = "", group: String = "${project.groupId}") -> String {
        "<dependency><groupId>\(group)</groupId><artifactId>\(artifact)</artifactId>\(rest)</dependency>"
    }

    /// The projects whose inherited fields differ between the two.
    private func changed(_ before: [String: String], _ after: [String: String]) throws -> [String] {
        let cache = ParsedMavenCache()
        let old = try discover(before, cache: cache), new = try discover(after, cache: cache)
        return new.projects.filter { old.project($0.path)?.structuralDigests != $0.structuralDigests }
            .map(\.path.description)
    }

    @Test("modules are projects, a root without sources gathers, what the modules leave out is none")
    func modules() throws {
        let found = try discover([
            "pom.xml": root(["a", "deep/b/pom.xml", "gone"]), "a/pom.xml": pom("a", "<packaging>war</packaging>"),
            "deep/b/pom.xml": pom("b"), "left/pom.xml": pom("left"), "a/target/x/pom.xml": pom("x"),
        ])
        #expect(found.paths == [".", "a", "deep/b"])
        #expect(found.project(.root)?.onlyGathers == true)
        #expect(found.structuralFiles == ["pom.xml"])
        #expect(found.project("a")?.appEvidence == "a/pom.xml: packaging war")
        #expect(found.diagnostics.map(\.evidence.line) == [4])
        #expect(
            found.project("deep/b")?.tasks.mapValues(\.command) == [
                "build": "cd .. && cd .. && mvn -q -B -pl :b -am -DskipTests package",
                "test": "cd .. && cd .. && mvn -q -B -pl :b -am test",
            ])
    }

    @Test("edges by group and artifact: own, inherited, managed scopes, profiles, plugins, imports")
    func edgesByName() throws {
        let plugin =
            "<build><plugins><plugin><groupId>g</groupId><artifactId>tool</artifactId></plugin></plugins></build>"
        let profile = "<profiles><profile><id>p</id>\(dependencies(dependency("d")))</profile></profiles>"
        let found = try discover([
            "pom.xml": root(
                ["a", "b", "c", "d", "e", "tool", "bom"],
                dependencies(dependency("e")) + "<dependencyManagement>"
                    + dependencies(
                        dependency("c", "<version>1</version><scope>test</scope>"),
                        dependency("bom", "<version>1</version><type>pom</type><scope>import</scope>"))
                    + "</dependencyManagement>"),
            "a/pom.xml": pom(
                "a", dependencies(dependency("b"), dependency("c"), dependency("x", group: "other")) + plugin + profile),
            "b/pom.xml": pom("b", dependencies(dependency("c", "<scope>compile</scope>"))), "c/pom.xml": pom("c"),
            "d/pom.xml": pom("d"), "e/pom.xml": pom("e", parent: nil), "tool/pom.xml": pom("tool", parent: nil),
            "bom/pom.xml": pom("bom", "<packaging>pom</packaging>", parent: nil),
        ])
        #expect(
            edges(of: found.projects.filter { ["a", "b"].contains($0.path.description) }) == [
                "a -> b runtime", "a -> c development", "a -> d runtime", "a -> e runtime",
                "a -> tool build", "b -> c runtime", "b -> e runtime",
            ])
        let edge = try #require(found.project("a")?.dependencies.first { $0.target == "c" })
        #expect(!edge.passesToDependents && edge.evidence == Evidence(path: "a/pom.xml", line: 8))
        #expect(found.project("e")?.dependencies.isEmpty == true)
    }

    @Test(
        "a project that is named at another version comes from outside: a build with its own last release has no cycle")
    func releases() throws {
        func plugins(_ artifact: String, _ version: String?) -> String {
            "<plugins><plugin><groupId>g</groupId><artifactId>\(artifact)</artifactId>"
                + "\(version.map { "<version>\($0)</version>" } ?? "")</plugin></plugins>"
        }
        func edges(_ managed: String, _ own: String?, _ library: String = "<version>1</version>") throws -> Set<
            RepoPath
        > {
            let found = try discover([
                "pom.xml": root(
                    ["tool", "base"],
                    "<properties><last>0.9</last></properties><build><pluginManagement>"
                        + plugins("tool", managed) + "</pluginManagement></build>"),
                "tool/pom.xml": pom("tool", dependencies(dependency("base", library))),
                "base/pom.xml": pom("base", "<build>\(plugins("tool", own))</build>"),
            ])
            return Set(
                ["base", "tool"].flatMap { (found.project($0)?.dependencies ?? []).map(\.target) })
        }
        #expect(try edges("${last}", nil) == ["base"])
        #expect(try edges("0.9", "0.8") == ["base"])
        #expect(try edges("1", nil, "<version>0.9</version>") == ["tool"])
        // The version here, a range, and what cannot be known make an edge.
        for version in ["1", "[0.5,)", "${unknown}", "${project.version}"] {
            #expect(try edges(version, nil) == ["tool", "base"], "\(version)")
        }
    }

    @Test("a plugin that a parent from outside may manage is an edge, unless that closes a circle")
    func managedOutside() throws {
        func plugin(_ artifact: String) -> String {
            "<build><plugins><plugin><groupId>g</groupId><artifactId>\(artifact)</artifactId></plugin></plugins></build>"
        }
        let outer =
            "<parent><groupId>o</groupId><artifactId>p</artifactId><version>1</version></parent>\n<groupId>g</groupId>"
        let modules = root(["a", "b", "tool"], plugin("tool"))
        var files = [
            "pom.xml": modules.replacing(
                "<groupId>g</groupId><version>1</version>", with: outer + "<version>1</version>"),
            "a/pom.xml": pom("a"), "b/pom.xml": pom("b", dependencies(dependency("a"))),
            "tool/pom.xml": pom("tool", dependencies(dependency("a"))),
        ]
        let found = try discover(files)
        #expect(edges(of: found.projects) == ["b -> a runtime", "b -> tool build", "tool -> a runtime"])
        #expect(found.diagnostics.map(\.evidence.path) == ["pom.xml"])
        var unknown = files
        unknown["pom.xml"] = files["pom.xml"]?.replacing(
            "<artifactId>tool</artifactId></plugin>",
            with: "<artifactId>tool</artifactId><version>${v}</version></plugin>")
        #expect(try edges(of: discover(unknown).projects) == edges(of: found.projects))
        // Where all parents are here, nothing else can say the version.
        files["pom.xml"] = modules
        #expect(try edges(of: discover(files).projects).contains("a -> tool build"))
    }

    @Test("a parent is found by its path, by its default, and by name; another group names another project")
    func parents() throws {
        let found = try discover([
            "pom.xml": root(["a", "x/b", "c"]),
            "parents/pom.xml": pom("other", "<packaging>pom</packaging>", parent: nil),
            "a/pom.xml": pom("a").replacing("</parent>", with: "<relativePath>../parents</relativePath></parent>")
                .replacing(">root<", with: ">other<"),
            "x/b/pom.xml": pom("b", dependencies(dependency("a", group: "${project.parent.groupId}"))),
            "c/pom.xml": pom("c", dependencies(dependency("a", group: "h"))),
        ])
        #expect(found.paths == [".", "a", "c", "parents", "x/b"])
        #expect(edges(of: found.projects) == ["x/b -> a runtime"])
        #expect(found.project("parents")?.onlyGathers == true)
    }

    private func managed(_ y: String = "1", _ z: String = "1", _ deep: String = "1", property: String = "1") -> [String:
        String]
    {
        func entry(_ name: String, _ version: String) -> String {
            dependency(name, "<version>\(version)</version>", group: "ext")
        }
        return [
            "pom.xml": root(
                ["a", "b", "c"],
                "<properties><z.version>\(z)</z.version><encoding>\(property)</encoding></properties><dependencyManagement>"
                    + dependencies(entry("y", y), entry("z", "${z.version}"), entry("deep", deep))
                    + "</dependencyManagement>"),
            "a/pom.xml": pom("a", dependencies(dependency("y", group: "ext"))),
            "b/pom.xml": pom("b", dependencies(dependency("z", group: "ext"))), "c/pom.xml": pom("c"),
        ]
    }

    @Test("a managed version counts for its users, one that nobody names for all that use anything, others for none")
    func managedVersions() throws {
        #expect(try changed(managed(), managed("2")) == ["a"])
        #expect(try changed(managed(), managed("1", "2")) == ["b"])
        #expect(try changed(managed(), managed("1", "1", "2")) == ["a", "b"])
        #expect(try changed(managed(), managed(property: "2")) == ["a", "b", "c"])
        var described = managed()
        described["pom.xml"] = described["pom.xml"]?.replacing(
            "<modules>", with: "<description>x</description><!-- c --> <modules>")
        #expect(try changed(managed(), described).isEmpty)
    }

    @Test("a version in a bill of materials of the workspace counts through its import")
    func importedMaterials() throws {
        func files(_ version: String) -> [String: String] {
            let entry = dependency("y", "<version>${v}</version>", group: "ext")
            return [
                "pom.xml": root(
                    ["a", "bom"],
                    "<dependencyManagement>"
                        + dependencies(dependency("bom", "<version>1</version><type>pom</type><scope>import</scope>"))
                        + "</dependencyManagement>"),
                "a/pom.xml": pom("a", dependencies(dependency("y", group: "ext"))),
                "bom/pom.xml": pom(
                    "bom",
                    "<packaging>pom</packaging><properties><v>\(version)</v></properties><dependencyManagement>\(dependencies(entry))</dependencyManagement>",
                    parent: nil),
            ]
        }
        #expect(try changed(files("1"), files("2")) == ["a"])
        // Entry by entry is enough, as long as all are known; a parent from outside may bring more.
        #expect(try discover(files("1")).project("a")?.dependencies.isEmpty == true)
        var unknown = files("1"), outer = files("1")
        unknown["bom/pom.xml"] = unknown["bom/pom.xml"]?.replacing("${v}", with: "${w}")
        #expect(try discover(unknown).project("a")?.dependencies.map(\.target) == ["bom"])
        outer["bom/pom.xml"] = outer["bom/pom.xml"]?.replacing(
            "<groupId>g</groupId><version>1</version>",
            with: "<parent><groupId>o</groupId><artifactId>p</artifactId><version>1</version></parent>")
        let bumped = outer.mapValues {
            $0.replacing("<artifactId>p</artifactId><version>1", with: "<artifactId>p</artifactId><version>2")
        }
        outer["pom.xml"] = outer["pom.xml"]?.replacing(
            "<groupId>${project.groupId}</groupId>", with: "<groupId>o</groupId>")
        var after = bumped
        after["pom.xml"] = outer["pom.xml"]
        #expect(try changed(outer, after) == ["a"])
    }

    @Test("a version with a property that is not known widens to all inherited properties, with a note")
    func unknownProperty() throws {
        func files(_ other: String) -> [String: String] {
            [
                "pom.xml": root(
                    ["a"],
                    "<properties><x>\(other)</x></properties><dependencyManagement>"
                        + dependencies(dependency("q", "<version>${x}</version>", group: "ext"))
                        + "</dependencyManagement>"),
                "a/pom.xml": pom("a", dependencies(dependency("y", "<version>${revision}</version>", group: "ext"))),
            ]
        }
        #expect(try changed(files("1"), files("2")) == ["a"])
        #expect(try discover(files("1")).diagnostics.count == 1)
    }

    @Test("properties that name each other end")
    func properties() {
        let loop = MavenProperties(values: ["a": "${b}${b}", "b": "${a}${a}", "c": "x${d}", "d": "y", "e": "${"])
        #expect(!loop.resolve("${a}").isComplete && loop.resolve("${a}").text.utf8.count < 1 << 20)
        #expect(loop.resolve("${c}-${e}").text == "xy-${" && loop.resolve("${c}").isComplete)
    }

    @Test("one broken manifest is a broken project, as are those that inherit from it, and hides no other")
    func broken() throws {
        let found = try discover([
            "pom.xml": root(["a", "b"]), "a/pom.xml": "<project>\n<artifactId>a</project>", "b/pom.xml": pom("b"),
        ])
        #expect(found.project("a")?.brokenReason == "a/pom.xml:2: mismatched tag")
        #expect(found.project("b")?.brokenReason == nil && found.widenings.map(\.scope) == ["a/pom.xml"])
        let rootless = try discover(["pom.xml": "<project>", "b/pom.xml": pom("b")])
        #expect(rootless.projects.allSatisfy { $0.brokenReason?.hasPrefix("pom.xml:1: ") == true })
        #expect(rootless.paths == [".", "b"])
    }

    @Test(
        "hostile XML is refused",
        arguments: [
            "<!DOCTYPE p [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><project>&b;</project>",
            "<!DOCTYPE p SYSTEM \"file:///etc/passwd\"><project/>", "", "x", "<a/><b/>", "<project>&x;</project>",
            "<project/>",
            "<html><artifactId>a</artifactId></html>",
            String(repeating: "<a>", count: 100_000), "<project>\0</project>",
        ])
    func hostile(text: String) {
        #expect(throws: XMLProblem.self) { try MavenManifest(parsing: Array(text.utf8)) }
    }

    private static let rounds = ProcessInfo.processInfo.environment["RIPPLE_TEST_LONG"] == "1" ? 5_000 : 100

    @Test("no damage to a manifest crashes, or hides another project", arguments: UInt64(1)...4)
    func damage(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let pieces = ["<", ">", "</", "/>", "\"", "&", "${", "}", "<!--", "]]>", "\0", "é", "<modules>", "..", "\n"]
        let files = managed()
        for _ in 0..<MavenTests.rounds {
            let victim = ["a/pom.xml", "b/pom.xml", "pom.xml"].randomElement(using: &numbers) ?? "pom.xml"
            var text = Array(files[victim] ?? "")
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let at = Int.random(in: 0...text.count, using: &numbers)
                let end = min(text.count, at + Int.random(in: 0...3, using: &numbers))
                text.replaceSubrange(at..<end, with: Array(pieces.randomElement(using: &numbers) ?? ""))
            }
            var damaged = files
            damaged[victim] = String(text)
            let found = try discover(damaged)
            let isKept = ["a", "b", "c"].allSatisfy { found.project(RepoPath($0)) != nil }
            #expect(isKept || victim == "pom.xml", "seed \(seed): \(damaged[victim] ?? "")")
            let own = found.projects.first { $0.manifest.description == victim }
            if victim != "pom.xml" {
                #expect(found.projects.allSatisfy { $0.brokenReason == nil || $0.path == own?.path }, "seed \(seed)")
            }
        }
    }
}
