import Foundation
import GitObjects
import ScenarioKit
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("What .NET projects read elsewhere")
struct DotNetStructureTests {
    /// The projects whose inherited fields differ between the two.
    private func changed(_ before: [String: String], _ after: [String: String]) throws -> [String] {
        let cache = ParsedDotNetCache()
        let old = try discoverDotNet(before, cache: cache), new = try discoverDotNet(after, cache: cache)
        // Lines are for messages.
        func texts(_ project: DiscoveredProject?) -> [String]? {
            project?.structuralDigests.map { "\($0.path) \($0.field) \($0.digest)" }
        }
        return new.projects.filter { texts(old.project($0.path)) != texts($0) }.map(\.path.description)
    }

    private func workspace(_ central: String, props: String = "", a: String = "", f: String = "") -> [String: String] {
        [
            "Directory.Packages.props": buildFile(central), "Directory.Build.props": buildFile(props),
            "a/A.csproj": csproj(itemGroup(nuget("Y")), a),
            "b/B.csproj": csproj(itemGroup(nuget("z", "Version=\"1\""))),
            "c/C.csproj": csproj(), "f/F.fsproj": csproj(f),
        ]
    }

    private func versions(_ y: String = "1", _ deep: String = "1", global: String = "1", core: String = "1") -> String {
        itemGroup(
            packageVersion("y", y), packageVersion("Z", "1"), packageVersion("Deep", deep),
            packageVersion("FSharp.Core", core),
            "<GlobalPackageReference Include=\"G\" Version=\"\(global)\" />")
    }

    @Test("a central version counts for those that name the package, in any case; all else for all below")
    func centralVersions() throws {
        #expect(try changed(workspace(versions()), workspace(versions("2"))) == ["a"])
        #expect(try changed(workspace(versions()), workspace(versions("1", "2"))) == [])
        #expect(try changed(workspace(versions()), workspace(versions(global: "2"))) == ["a", "b", "c", "f"])
        #expect(try changed(workspace(versions()), workspace(versions(core: "2"))) == ["f"])
        #expect(
            try changed(workspace(versions()), workspace(versions() + propertyGroup("<X>1</X>"))) == [
                "a", "b", "c", "f",
            ])
        #expect(try changed(workspace(versions()), workspace("<!-- c -->\n\n" + versions())) == [])
    }

    @Test("with transitive pinning, an SDK from elsewhere or a use of the list, every central version counts")
    func allVersions() throws {
        let pins = propertyGroup(
            "<CentralPackageTransitivePinningEnabled>true</CentralPackageTransitivePinningEnabled>")
        #expect(
            try changed(workspace(versions() + pins), workspace(versions("1", "2") + pins)) == ["a", "b", "c", "f"])
        for own in [
            "<Sdk Name=\"MSTest.Sdk\" />", "<Target Name=\"T\"><X Y=\"@(PackageVersion)\" /></Target>",
            itemGroup(nuget("@(Deps)")),
        ] {
            #expect(
                try changed(workspace(versions(), a: own), workspace(versions("1", "2"), a: own)) == ["a"], "\(own)")
        }
        // With a lockfile the pins are those of what it holds.
        func locked(_ deep: String, _ z: String) -> [String: String] {
            let entries = itemGroup(packageVersion("Deep", deep), packageVersion("z", z))
            return [
                "Directory.Packages.props": buildFile(entries, pins), "a/A.csproj": csproj(itemGroup(nuget("Y"))),
                "a/packages.lock.json": lockFile(["Y": direct("1", ["Deep": "1"]), "Deep": transitive("1")]),
            ]
        }
        #expect(try changed(locked("1", "1"), locked("2", "1")) == ["a"])
        #expect(try changed(locked("1", "1"), locked("1", "2")) == [])
    }

    @Test("the order of properties counts where one uses another")
    func order() throws {
        func files(_ texts: String...) -> [String: String] {
            workspace("", props: propertyGroup(texts.joined(separator: "\n")))
        }
        #expect(try changed(files("<A>1</A>", "<B>2</B>"), files("<B>2</B>", "<A>1</A>")).isEmpty)
        #expect(try changed(files("<A>1</A>", "<B>$(A)</B>"), files("<B>$(A)</B>", "<A>1</A>")).count == 4)
        #expect(try changed(files("<A>1</A>", "<A>2</A>"), files("<A>2</A>", "<A>1</A>")).count == 4)
    }

    @Test("fields name the element and its line; a file in a project that does not import it counts as bytes")
    func fields() throws {
        let found = try discoverDotNet([
            "Directory.Build.props": buildFile("<PropertyGroup>", "<Nullable>enable</Nullable>", "</PropertyGroup>"),
            "a/A.csproj": csproj("<Import Project=\"../b/own.props\" />"), "b/B.csproj": csproj(),
            "b/own.props": buildFile(),
        ])
        let digest = try #require(found.project("b")?.structuralDigests.first)
        #expect(digest.field == "Nullable" && digest.evidence == Evidence(path: "Directory.Build.props", line: 3))
        #expect(found.structuralFiles == ["Directory.Build.props"])
        #expect(found.project("a")?.namedFiles == ["b/own.props"])
    }

    @Test("files and directories elsewhere that items, properties and targets name")
    func namedFiles() throws {
        func named(_ body: String...) throws -> [RepoPath] {
            try discoverDotNet([
                "src/A/A.csproj": csproj(body.joined()), "shared/x.cs": "", "shared/deep/y.cs": "", "shared/z.txt": "",
                "proto/p.proto": "", "tools/run.sh": "", "key.snk": "", "src/A/own.cs": "", "src/B/B.csproj": csproj(),
                "src/B/b.cs": "",
            ]).project("src/A")?.namedFiles ?? []
        }
        #expect(try named(itemGroup("<Compile Include=\"..\\..\\Shared\\x.cs\" Link=\"x.cs\" />")) == ["shared/x.cs"])
        #expect(
            try named(itemGroup("<Compile Include=\"..\\..\\shared\\**\\*.cs\" />")) == [
                "shared/deep/y.cs", "shared/x.cs",
            ])
        #expect(try named(itemGroup("<None Include=\"../../shared/**/*.*\" />")) == ["shared"])
        #expect(try named(itemGroup("<Content Include=\"../../sha*/*.TXT;own.cs\" />")) == ["shared/z.txt"])
        #expect(
            try named(itemGroup("<Protobuf Include=\"..\\..\\proto\\p.proto\" ProtoRoot=\"../../proto\" />")) == [
                "proto"
            ])
        #expect(try named(itemGroup("<Compile Include=\"../**/*.cs\" />")) == ["src/B/b.cs"])
        #expect(try named(itemGroup("<Compile Include=\"../../shared/$(Flavor)/*.cs\" />")) == ["shared"])
        #expect(
            try named(propertyGroup("<AssemblyOriginatorKeyFile>..\\..\\key.snk</AssemblyOriginatorKeyFile>")) == [
                "key.snk"
            ])
        let target =
            "<Target Name=\"T\"><Exec Command=\"bash '../../tools/run.sh' --fast\" WorkingDirectory=\"..\\..\\proto\" /></Target>"
        #expect(try named(target) == ["proto", "tools/run.sh"])
        // Nothing outside, nothing that is not there, and not the whole repository.
        let nothing = itemGroup("<None Include=\"../../../x;../../gone.txt;$(Bin)\\x.dll;own.cs;/etc/passwd;C:\\x\" />")
        #expect(try named(nothing, propertyGroup("<Root>$(MSBuildThisFileDirectory)..\\..\\</Root>")) == [])
    }

    @Test("shared projects count by what they import and include; links to files count with what they lead to")
    func sharedProjects() throws {
        let found = try discoverDotNet([
            "a/A.csproj": csproj("<Import Project=\"..\\shared\\S.projitems\" Label=\"Shared\" />"),
            "shared/S.projitems": buildFile(
                itemGroup(
                    "<Compile Include=\"$(MSBuildThisFileDirectory)*.cs\" />",
                    projectReference("$(MSBuildThisFileDirectory)../b/B.csproj"))),
            "shared/one.cs": "", "b/B.csproj": csproj(), "b/Directory.Build.props": "-> ../real.props",
            "real.props": buildFile(propertyGroup("<X>1</X>")),
        ])
        #expect(found.project("a")?.namedFiles == ["shared/one.cs"])
        #expect(edges(of: found.projects) == ["a -> b runtime"])
        #expect(found.project("a")?.structuralDigests.map(\.path) == ["shared/S.projitems", "shared/S.projitems"])
        #expect(found.structuralFiles == ["shared/S.projitems"])
    }

    @Test("configuration of analyzers and tools above counts; a submodule counts as it is")
    func above() throws {
        let files = [
            "src/a/A.csproj": csproj(), ".editorconfig": "", "src/.editorconfig": "", ".config/dotnet-tools.json": "{}",
        ]
        #expect(
            try discoverDotNet(files).project("src/a")?.namedFiles == [
                ".config/dotnet-tools.json", ".editorconfig", "src/.editorconfig",
            ])
        let tree = SourceTree.inMemory(["a/A.csproj": csproj(itemGroup(projectReference("../sub/x/X.csproj")))])
        let withSubmodule = try tree.edited(["sub": .set(.submodule, tree.objects.emptyTree)])
        #expect(try discoverDotNet(withSubmodule).project("a")?.namedFiles == ["sub"])
    }

    private static let rounds = ProcessInfo.processInfo.environment["RIPPLE_TEST_LONG"] == "1" ? 5_000 : 100

    @Test("no damage to a file crashes or hangs, or hides a project", arguments: UInt64(1)...4)
    func damage(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let pieces = [
            "<", ">", "</", "/>", "\"", "'", "&", "$(", "@(", ")", "(", "<!--", "\0", "é", "..", "\\", "**", ";", "\n",
            "[MSBuild]::",
            "\u{1}", "\u{2}", "<Import Project=\"", " Condition=\"", "or", "==", "{",
        ]
        var files = workspace(
            versions(),
            props: propertyGroup("<R>$([MSBuild]::GetPathOfFileAbove('x', '$(MSBuildThisFileDirectory)../'))</R>"),
            a: itemGroup(
                projectReference("..\\b\\B.csproj", "Condition=\"'$(X)' == 'y' and Exists('..\\b')\""),
                "<Compile Include=\"..\\s\\**\\*.cs\" />"))
        files["x.sln"] = solutionFile([
            ("a\\A.csproj", ["b\\B.csproj"]), ("b\\B.csproj", []), ("c/C.csproj", []), ("f/F.fsproj", []),
        ])
        files["a/packages.lock.json"] = lockFile(["Y": direct("1", ["Deep": "1"]), "Deep": transitive("1")])
        let victims = files.keys.sorted()
        for _ in 0..<DotNetStructureTests.rounds {
            let victim = victims.randomElement(using: &numbers) ?? "x.sln"
            var text = Array(files[victim] ?? "")
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let at = Int.random(in: 0...text.count, using: &numbers)
                let end = min(text.count, at + Int.random(in: 0...3, using: &numbers))
                text.replaceSubrange(at..<end, with: Array(pieces.randomElement(using: &numbers) ?? ""))
            }
            var damaged = files
            damaged[victim] = String(text)
            let found = try discoverDotNet(damaged)
            let isKept = ["a", "b", "c", "f"].allSatisfy { found.project(RepoPath($0)) != nil }
            #expect(isKept, "seed \(seed), \(victim): \(damaged[victim] ?? "")")
            if found.project("b")?.brokenReason != nil {
                #expect(victim == "b/B.csproj" || victim.hasPrefix("Directory"), "seed \(seed), \(victim)")
            }
        }
    }
}
