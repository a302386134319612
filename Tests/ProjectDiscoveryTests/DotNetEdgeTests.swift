import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Edges between .NET projects")
struct DotNetEdgeTests {
    /// The edges of `a`, in a workspace with the projects `b` and `libs/c`.
    private func edgesOfA(_ body: String, _ more: [String: String] = [:]) throws -> [String] {
        let files = ["a/A.csproj": csproj(body), "b/B.csproj": csproj(), "libs/c/C.csproj": csproj()]
        return edges(of: try discoverDotNet(files.merging(more) { $1 }).projects.filter { $0.path == "a" })
    }

    @Test("references: with backslashes, lists, patterns, in another case, analyzers and what is only built before")
    func references() throws {
        #expect(
            try edgesOfA(itemGroup(projectReference("..\\b\\B.csproj;../libs/c/C.csproj"))) == [
                "a -> b runtime", "a -> libs/c runtime",
            ])
        #expect(
            try edgesOfA(itemGroup(projectReference("..\\**\\*.csproj"))) == ["a -> b runtime", "a -> libs/c runtime"])
        #expect(try edgesOfA(itemGroup(projectReference("../B/b.CSPROJ"))) == ["a -> b runtime"])
        #expect(
            try edgesOfA(itemGroup(projectReference("../b/B.csproj", "OutputItemType=\"Analyzer\" "))) == [
                "a -> b build"
            ])
        let element =
            "<ProjectReference Include=\"../b/B.csproj\"><ReferenceOutputAssembly>false</ReferenceOutputAssembly></ProjectReference>"
        #expect(try edgesOfA(itemGroup(element)) == ["a -> b build"])
        let binary = "<Reference Include=\"B\"><HintPath>..\\b\\bin\\$(Configuration)\\B.dll</HintPath></Reference>"
        #expect(try edgesOfA(itemGroup(binary)) == ["a -> b runtime"])
    }

    @Test("a reference in another case is noted, with its line")
    func noted() throws {
        let found = try discoverDotNet([
            "a/A.csproj": csproj(itemGroup(projectReference("..\\B\\B.csproj"), projectReference("../no/N.csproj"))),
            "b/B.csproj": csproj(),
        ])
        #expect(
            found.diagnostics == [
                Diagnostic(
                    evidence: Evidence(path: "a/A.csproj", line: 3),
                    message: "'B/B.csproj' is spelled 'b/B.csproj' here"),
                Diagnostic(
                    evidence: Evidence(path: "a/A.csproj", line: 4), message: "the project 'no/N.csproj' does not exist"
                ),
            ])
        #expect(found.project("a")?.dependencies.map(\.evidence) == [Evidence(path: "a/A.csproj", line: 3)])
    }

    @Test("properties: of the file, of files above, of imports, of the solution, by functions")
    func byProperty() throws {
        let up = "$([MSBuild]::GetDirectoryNameOfFileAbove($(MSBuildThisFileDirectory), 'root.txt'))"
        let bodies = [
            itemGroup(projectReference("$(RepoRoot)b\\B.csproj")), itemGroup(projectReference("$(LibsDir)/c/C.csproj")),
            itemGroup(projectReference("$(SolutionDir)b/B.csproj")), itemGroup(projectReference("\(up)/b/B.csproj")),
            propertyGroup("<N>B</N><P>../$(N.ToLower())/$(N).csproj</P>") + itemGroup(projectReference("$(P)")),
            itemGroup(
                projectReference("$([System.IO.Path]::Combine('$(MSBuildProjectDirectory)', '..', 'b', 'B.csproj'))")),
        ]
        let more = [
            "Directory.Build.props": buildFile(
                propertyGroup("<RepoRoot Condition=\"'$(RepoRoot)' == ''\">$(MSBuildThisFileDirectory)</RepoRoot>"),
                "<Import Project=\"eng\\Common.props\" />"),
            "eng/Common.props": buildFile(propertyGroup("<LibsDir>$(MSBuildThisFileDirectory)..\\libs</LibsDir>")),
            "root.txt": "", "x.sln": solutionFile([("a\\A.csproj", [])]),
        ]
        let targets = try bodies.map { try edgesOfA($0, more) }
        #expect(
            targets == [
                ["a -> b runtime"], ["a -> libs/c runtime"], ["a -> b runtime"], ["a -> b runtime"], ["a -> b runtime"],
                ["a -> b runtime"],
            ])
    }

    @Test("a condition that surely fails leaves a reference out, one that may hold keeps it, Remove takes it back")
    func conditions() throws {
        func kept(_ condition: String, _ before: String = "") throws -> Bool {
            try !edgesOfA(before + itemGroup(projectReference("../b/B.csproj", "Condition=\"\(condition)\""))).isEmpty
        }
        let set = propertyGroup("<Flag>on</Flag>")
        #expect(try !kept("'$(Flag)' == 'off'", set) && kept("'$(Flag)' != 'off'", set) && kept("$(Flag)", set))
        #expect(
            try kept("'$(TargetFramework)' == 'net48'")
                && kept(
                    "'$(Configuration)' == 'Debug'",
                    "<PropertyGroup><Configuration>Release</Configuration></PropertyGroup>")
        )
        #expect(
            try !kept("'$(MSBuildProjectName)' == 'Z' and '$(X)' == '1'")
                && kept("'$(MSBuildProjectName)' == 'Z' or '$(X)' == '1'"))
        #expect(try kept("Exists('../b/B.csproj')") && kept("!Exists('../generated.txt')") && !kept("!Exists('../b')"))
        #expect(try kept("'$(A") && kept("(((") && kept("'1.0' == '1'"))
        let chosen =
            "<Choose><When Condition=\"'$(Flag)' == 'on'\">\(itemGroup(projectReference("../b/B.csproj")))</When><Otherwise>\(itemGroup(projectReference("../libs/c/C.csproj")))</Otherwise></Choose>"
        #expect(try edgesOfA(set + chosen) == ["a -> b runtime"])
        #expect(try edgesOfA(chosen) == ["a -> b runtime", "a -> libs/c runtime"])
        let removed = itemGroup(projectReference("../b/B.csproj"), "<ProjectReference Remove=\"..\\b\\B.csproj\" />")
        #expect(try edgesOfA(removed).isEmpty)
    }

    @Test("a property that is not known: every project of that name; without a name the project counts as changed")
    func unknown() throws {
        let found = try discoverDotNet([
            "a/A.csproj": csproj(itemGroup(projectReference("$(Elsewhere)\\B.csproj"))), "b/B.csproj": csproj(),
            "c/b.csproj": csproj(),
            "d/D.csproj": csproj(itemGroup(projectReference("@(Others)"))),
        ])
        #expect(edges(of: found.projects) == ["a -> b runtime", "a -> c runtime"])
        #expect(
            found.project("d")?.brokenReason == "d/D.csproj:3: the reference '?' has a property that is not known here")
        #expect(found.widenings.map(\.code) == ["unresolved-reference"])
    }

    @Test("files above: the nearest one, and the next where it asks for it; what they add counts from the project")
    func filesAbove() throws {
        let next =
            "<Import Project=\"$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))\" />"
        func files(_ inner: String) -> [String: String] {
            [
                "Directory.Build.props": buildFile(
                    itemGroup(
                        projectReference(
                            "$(MSBuildThisFileDirectory)libs/c/C.csproj", "Condition=\"'$(MSBuildProjectName)' != 'C'\""
                        ))),
                "a/Directory.Build.props": inner,
            ]
        }
        #expect(try edgesOfA("", files(buildFile())) == [])
        #expect(try edgesOfA("", files(buildFile(next))) == ["a -> libs/c runtime"])
        let found = try discoverDotNet(
            files(buildFile(next)).merging(["a/A.csproj": csproj(), "libs/c/C.csproj": csproj()]) { $1 })
        #expect(found.project("a")?.dependencies.first?.evidence == Evidence(path: "Directory.Build.props", line: 3))
        #expect(found.project("libs/c")?.dependencies.isEmpty == true)
        #expect(found.structuralFiles == ["Directory.Build.props", "a/Directory.Build.props"])
    }

    @Test("solutions order builds: by section in .sln, by element in .slnx")
    func solutions() throws {
        let files = ["a/A.csproj": csproj(), "b/B.csproj": csproj()]
        let old = try discoverDotNet(
            files.merging(["x.sln": solutionFile([("a\\A.csproj", ["b\\B.csproj"]), ("b\\B.csproj", [])])]) { $1 })
        #expect(edges(of: old.projects) == ["a -> b build"])
        #expect(old.project("a")?.dependencies.first?.evidence == Evidence(path: "x.sln", line: 7))
        let new = try discoverDotNet(
            files.merging([
                "x.slnx":
                    "<Solution>\n<Folder Name=\"/f/\">\n<Project Path=\"a/A.csproj\">\n<BuildDependency Project=\"b\\B.csproj\" />\n</Project></Folder>\n<Project Path=\"b/B.csproj\" /></Solution>"
            ]) { $1 })
        #expect(edges(of: new.projects) == ["a -> b build"])
        #expect(new.project("a")?.dependencies.first?.evidence == Evidence(path: "x.slnx", line: 4))
        #expect(new.project(.root)?.manifest == "x.slnx")
    }

    @Test("a circle that only conditions or merged directories make counts by sources, with a note")
    func circles() throws {
        let found = try discoverDotNet([
            "a/A.csproj": csproj(itemGroup(projectReference("../b/B.csproj", "Condition=\"'$(Mode)' == '1'\""))),
            "b/B.csproj": csproj(itemGroup(projectReference("../a/A.csproj", "Condition=\"'$(Mode)' == '2'\""))),
        ])
        #expect(edges(of: found.projects) == ["a -> b development", "b -> a development"])
        #expect(found.projects.allSatisfy { $0.dependencies.allSatisfy(\.passesToDependents) })
        #expect(found.diagnostics.count == 1)
    }

    @Test("files that import each other, and properties that name themselves, end")
    func loops() throws {
        let found = try discoverDotNet([
            "a/A.csproj": csproj(
                "<Import Project=\"x.props\" />", propertyGroup("<P>$(P)$(P)x</P><P>$(P)$(P)</P><Q>$(R)</Q><R>$(Q)</R>")
            ),
            "a/x.props": buildFile("<Import Project=\"y.props\" />"),
            "a/y.props": buildFile("<Import Project=\"x.props\" />", "<Import Project=\"A.csproj\" />"),
        ])
        #expect(found.paths == ["a"] && found.project("a")?.brokenReason == nil)
    }

    @Test("what a target builds or runs, and parts of the project's name, lead to projects")
    func targets() throws {
        let built = "<Target Name=\"T\"><MSBuild Projects=\"..\\b\\B.csproj\" /></Target>"
        #expect(try edgesOfA(built) == ["a -> b build"])
        let run = "<Target Name=\"T\"><Exec Command=\"dotnet run --project &quot;$(Tool)&quot; -- x\" /></Target>"
        #expect(try edgesOfA(propertyGroup("<Tool>../libs/c</Tool>") + run) == ["a -> libs/c build"])
        let length = "$([MSBuild]::Subtract($(MSBuildProjectName.Length), 1))"
        let part = "$(MSBuildProjectName.Substring(\(length)))"
        let found = try discoverDotNet([
            "x/Kit.B/Kit.B.csproj": csproj(itemGroup(projectReference("../../b/\(part).csproj"))),
            "b/B.csproj": csproj(),
            "y/Y.csproj": csproj(itemGroup(projectReference("../b/$(X)B$(Y).csproj"))),
        ])
        #expect(edges(of: found.projects) == ["x/Kit.B -> b runtime", "y -> b runtime"])
    }

    @Test("a link to a project file is read where it lies, and what it leads to is an input")
    func links() throws {
        let found = try discoverDotNet([
            "a/A.csproj": "-> ../real/A.xml", "real/A.xml": csproj(itemGroup(projectReference("../b/B.csproj"))),
            "b/B.csproj": csproj(), "c/C.csproj": "-> C.csproj",
        ])
        #expect(edges(of: found.projects) == ["a -> b runtime"])
        #expect(found.project("a")?.namedFiles == ["real/A.xml"])
        #expect(found.paths == ["a", "b", "c"])
    }

    @Test("hostile files take bounded time")
    func hostile() throws {
        let many = String(repeating: "$(", count: 200_000)
        let chain = (0..<3000).map { "<P\($0)>$(P\($0 / 2))$(P\($0 / 3))x</P\($0)>" }.joined()
        let found = try discoverDotNet([
            "a/A.csproj": csproj(
                propertyGroup("<A>\(many)</A>"), itemGroup(projectReference("x", "Condition=\"'\(many)'\" "))),
            "b/B.csproj": csproj(propertyGroup(chain), itemGroup(projectReference("..\\a\\A.csproj;$(P2999)"))),
            "c/C.csproj": csproj(itemGroup(projectReference(String(repeating: "**/", count: 3000) + "*.csproj"))),
        ])
        #expect(found.paths == ["a", "b", "c"])
        #expect(found.project("b")?.dependencies.map(\.target) == ["a"])
    }
}
