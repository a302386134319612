import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite(".NET projects")
struct DotNetProjectTests {
    @Test(
        "projects of solutions, by reference and alone; a solution at the root gathers; test data and templates are none"
    )
    func whichAreProjects() throws {
        let found = try discoverDotNet([
            "All.sln": solutionFile([("src\\A\\A.csproj", []), ("gone\\G.csproj", []), ("web\\B\\B.csproj", [])]),
            "src/A/A.csproj": csproj(itemGroup(projectReference("../../web/C/C.fsproj"))),
            // Below a package.json no manifest is looked for, but solutions and references lead there.
            "web/package.json": "{}", "web/B/B.csproj": csproj(), "web/C/C.fsproj": csproj(),
            "web/D/D.csproj": csproj(),
            "tools/T/T.vbproj": csproj(), "src/A/data/X/X.csproj": csproj(), "test/Fixtures/F/F.csproj": csproj(),
            "kit/K/.template.config/template.json": "{}", "kit/K/K.csproj": csproj(),
        ])
        #expect(found.paths == [".", "src/A", "tools/T", "web/B", "web/C"])
        #expect(found.project(.root)?.onlyGathers == true && found.structuralFiles.contains("All.sln"))
        #expect(found.diagnostics.map(\.message) == ["the project 'gone\\G.csproj' does not exist"])
        #expect(found.project("src/A")?.name == "A")
    }

    @Test(
        "without a solution every project counts, also inside another, whose sources hold those unless it removes them")
    func nested() throws {
        func named(_ body: String, sdk: String = "Microsoft.NET.Sdk") throws -> [RepoPath]? {
            try discoverDotNet([
                "A.csproj": csproj(body, sdk: sdk), "tests/A.Tests/A.Tests.csproj": csproj(),
                "tests/A.Tests/R.resx": "", "x.cs": "",
            ]).project(.root)?.namedFiles
        }
        #expect(try named("") == ["tests/A.Tests"])
        #expect(try named(itemGroup("<Compile Remove=\"tests\\**\" />")) == ["tests/A.Tests/R.resx"])
        let both = itemGroup("<Compile Remove=\"tests/**/*.cs\" />", "<EmbeddedResource Remove=\"**/A.Tests/**\" />")
        #expect(try named(both) == [])
        #expect(
            try named(propertyGroup("<DefaultItemExcludes>$(DefaultItemExcludes);tests/**</DefaultItemExcludes>")) == []
        )
        #expect(try named(propertyGroup("<EnableDefaultItems>false</EnableDefaultItems>")) == [])
        // What may not be removed counts.
        #expect(
            try named(itemGroup("<Compile Remove=\"tests/**\" Condition=\"'$(X)' == '1'\" />")) == ["tests/A.Tests"])
        #expect(try named(itemGroup("<Compile Remove=\"tests/other/**\" />")) == ["tests/A.Tests"])
    }

    @Test(
        "several project files in one directory are one project, called after the directory or what they share, with a note"
    )
    func severalInOneDirectory() throws {
        let found = try discoverDotNet([
            "src/Kit/Kit.Net4.csproj": csproj(itemGroup(projectReference("../B/B.csproj"))),
            "src/Kit/Kit.csproj": csproj(itemGroup(projectReference("../C/C.csproj"))),
            "src/other/Z.Tests.csproj": csproj(itemGroup(nuget("xunit"))), "src/other/Z.csproj": csproj(),
            "src/B/B.csproj": csproj(), "src/C/C.csproj": csproj(),
        ])
        #expect(found.project("src/Kit")?.name == "Kit" && found.project("src/other")?.name == "Z")
        #expect(edges(of: found.projects) == ["src/Kit -> src/B runtime", "src/Kit -> src/C runtime"])
        #expect(
            found.project("src/other")?.tasks.mapValues(\.command) == [
                "build": "dotnet build Z.Tests.csproj && dotnet build Z.csproj", "test": "dotnet test Z.Tests.csproj",
            ])
        #expect(found.diagnostics.count == 2)
    }

    @Test(
        "apps by what they make and by their SDK, tests by theirs",
        arguments: [
            (propertyGroup("<OutputType>Exe</OutputType>"), "Microsoft.NET.Sdk", "OutputType exe", false),
            (propertyGroup("<OutputType>WinExe</OutputType>"), "Microsoft.NET.Sdk", "OutputType winexe", false),
            ("", "Microsoft.NET.Sdk.Web", "the SDK Microsoft.NET.Sdk.Web", false),
            ("", "Microsoft.NET.Sdk.Worker", "the SDK Microsoft.NET.Sdk.Worker", false),
            (propertyGroup("<OutputType>Library</OutputType>"), "Microsoft.NET.Sdk.Web", nil, false),
            (
                propertyGroup("<AzureFunctionsVersion>v4</AzureFunctionsVersion>"), "Microsoft.NET.Sdk",
                "AzureFunctionsVersion", false
            ),
            (
                propertyGroup("<OutputType>Exe</OutputType>") + itemGroup(nuget("xunit.v3")), "Microsoft.NET.Sdk", nil,
                true
            ),
            (propertyGroup("<IsTestProject>true</IsTestProject>"), "Microsoft.NET.Sdk", nil, true),
            (
                propertyGroup("<IsTestProject>false</IsTestProject>") + itemGroup(nuget("xunit")), "Microsoft.NET.Sdk",
                nil, false
            ),
            (
                itemGroup(nuget("Microsoft.NET.Test.Sdk", "Condition=\"'$(Nothing)' == 'x'\"")), "Microsoft.NET.Sdk",
                nil, false
            ),
            ("", "MSTest.Sdk/3.6.0", nil, true), ("", "Microsoft.NET.Sdk.Razor", nil, false),
        ] as [(String, String, String?, Bool)])
    func kinds(body: String, sdk: String, evidence: String?, isTest: Bool) throws {
        let project = try #require(try discoverDotNet(["a/A.csproj": csproj(body, sdk: sdk)]).project("a"))
        #expect(project.appEvidence == evidence.map { "a/A.csproj: \($0)" })
        #expect((project.tasks["test"] != nil) == isTest)
        #expect(project.tasks["build"]?.command == "dotnet build A.csproj" && project.tasks["build"]?.cache == false)
    }

    @Test("a property of the project decides what a file above adds to it")
    func conditionsOnTheProject() throws {
        let found = try discoverDotNet([
            "Directory.Build.props": buildFile(
                propertyGroup("<IsTest Condition=\"$(MSBuildProjectName.EndsWith('.Tests'))\">true</IsTest>")),
            "Directory.Build.targets": buildFile(
                "<ItemGroup Condition=\"'$(IsTest)' == 'true' and !('$(Skip)' == 'yes')\">", nuget("xunit"),
                "</ItemGroup>"),
            "A/A.csproj": csproj(), "A.Tests/A.Tests.csproj": csproj(),
            "B.Tests/B.Tests.csproj": csproj(propertyGroup("<Skip>yes</Skip>")),
        ])
        #expect(found.projects.filter { $0.tasks["test"] != nil }.map(\.path) == ["A.Tests"])
    }

    @Test("names that a shell would read are quoted")
    func quoting() throws {
        let found = try discoverDotNet(["a/It's $x.csproj": csproj()])
        #expect(found.project("a")?.tasks["build"]?.command == "dotnet build './It'\\''s $x.csproj'")
    }

    @Test("a broken project is one project; a broken file above breaks those that import it; the rest stays")
    func broken() throws {
        let found = try discoverDotNet([
            "a/A.csproj": "<Project>\n<ItemGroup>", "b/B.csproj": csproj(), "c/Directory.Build.props": "<Project",
            "c/C.csproj": csproj(), "c/D/D.csproj": csproj(), "x.sln": "<<<<<<< ours\n",
            "e/E.csproj": "<Project>\n<<<<<<< ours\n</Project>",
        ])
        #expect(found.project("a")?.brokenReason == "a/A.csproj:2: no element found")
        #expect(found.project("b")?.brokenReason == nil)
        #expect(found.project("c/D")?.brokenReason == "c/Directory.Build.props:1: unclosed token")
        #expect(found.project("e")?.brokenReason?.hasPrefix("e/E.csproj:2: ") == true)
        #expect(found.widenings.map(\.scope) == ["a/A.csproj", "c/Directory.Build.props", "e/E.csproj"])
        #expect(found.diagnostics.map(\.evidence) == [Evidence(path: "x.sln", line: 1)])
    }

    @Test("texts in UTF-16 and with byte order marks are read")
    func encodings() throws {
        let objects = ObjectStore.inMemory()
        func utf16(_ text: String) -> [UInt8] {
            [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        }
        let files: [RepoPath: [UInt8]] = [
            "all.sln": utf16(solutionFile([("a\\A.csproj", ["b\\B.csproj"]), ("b\\B.csproj", [])])),
            "a/A.csproj": utf16(csproj(itemGroup(projectReference("..\\c\\C.csproj")))),
            "b/B.csproj": [0xEF, 0xBB, 0xBF] + Array(csproj().utf8),
            "c/C.csproj": Array(("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n" + csproj()).utf8),
        ]
        var edits: [RepoPath: TreeEdit] = [:]
        for (path, bytes) in files { edits[path] = .set(.regular, objects.add(blob: bytes)) }
        let empty = SourceTree(objects: objects, root: objects.emptyTree)
        let found = try discoverDotNet(try empty.edited(edits))
        #expect(found.projects.allSatisfy { $0.brokenReason == nil } && found.diagnostics.isEmpty)
        #expect(edges(of: found.projects) == ["a -> b build", "a -> c runtime"])
    }
}
