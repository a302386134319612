import GitObjects
import ScenarioKit
import Testing

@Suite(".NET solutions")
struct DotNetScenarioTests {
    /// `App` uses `Kit`, `Kit` uses `Core`, `Core.Tests` tests `Core`, `Alone` stands apart; `Kit` and `Core` use the package `y`.
    private static let uses = ["App": ["Kit"], "Kit": ["Core"], "Core": [], "Core.Tests": ["Core"], "Alone": []]
    private static let packages = ["Kit": "Y", "Core": "y", "Core.Tests": "xunit", "Alone": "z"]

    private static func project(_ uses: [String], package: String? = nil, more: String = "") -> String {
        let items =
            uses.map { "<ProjectReference Include=\"..\\..\\src\\\($0)\\\($0).csproj\" />\n" }.joined()
            + (package.map { "<PackageReference Include=\"\($0)\" />\n" } ?? "")
        return "<Project Sdk=\"Microsoft.NET.Sdk\">\n<ItemGroup>\n\(items)\(more)</ItemGroup>\n</Project>\n"
    }

    private static func directory(_ name: String) -> String { "src/\(name)" }

    private static func central(y: String = "1", z: String = "1", more: String = "") -> String {
        "<Project>\n<ItemGroup>\n<PackageVersion Include=\"y\" Version=\"\(y)\" />\n"
            + "<PackageVersion Include=\"z\" Version=\"\(z)\" />\n<PackageVersion Include=\"xunit\" Version=\"1\" />\n"
            + "\(more)</ItemGroup>\n</Project>\n"
    }

    private static func solution(_ names: [String]) -> String {
        "\u{FEFF}\r\nMicrosoft Visual Studio Solution File, Format Version 12.00\r\n"
            + names.sorted().map {
                "Project(\"{9A19103F-16F7-4668-BE54-9A1E7A4F7556}\") = \"\($0)\", \"src\\\($0)\\\($0).csproj\", \"{\($0)}\"\r\nEndProject\r\n"
            }.joined()
    }

    private static func lock(_ deep: String, hash: String = "h") -> String {
        """
        {
          "version": 1,
          "dependencies": {
            "net8.0": {
              "y": { "type": "Direct", "requested": "[1, )", "resolved": "1", "contentHash": "y", "dependencies": { "deep": "1" } },
              "deep": { "type": "Transitive", "resolved": "\(deep)", "contentHash": "\(hash)" }
            }
          }
        }

        """
    }

    private static func workspace(_ scenario: inout Scenario) {
        scenario.write("All.sln", solution(Array(uses.keys)))
        scenario.write("Directory.Packages.props", central())
        scenario.write(
            "Directory.Build.props",
            "<Project>\n<PropertyGroup>\n<Nullable>enable</Nullable>\n</PropertyGroup>\n</Project>\n")
        scenario.write("global.json", "{}\n")
        for (name, list) in uses {
            scenario.write(RepoPath("src/\(name)/\(name).csproj"), project(list, package: packages[name]))
            scenario.write(RepoPath("src/\(name)/X.cs"), "class X {}\n")
        }
        scenario.write("src/Core/packages.lock.json", lock("1"))
    }

    private func expect(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], removed: [String] = [],
        widenings: [String] = [], before: (inout Scenario) -> Void = { _ in }, _ change: (inout Scenario) -> Void
    ) throws {
        try Scenario {
            Self.workspace(&$0)
            before(&$0)
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, tasks: tasks, removed: removed, widenings: widenings)
    }

    /// What a change of `Core` with these reasons affects.
    private func aboveCore(_ reasons: ExpectedReasons) -> [String: ExpectedReasons] {
        [
            "Core": reasons, "Kit": .dependency("Core"), "App": .dependency("Kit", chain: ["App", "Kit", "Core"]),
            "Core.Tests": .dependency("Core"),
        ]
    }

    @Test("3: a library edited affects it and its dependents")
    func scenario3() throws {
        try expect(aboveCore(.file("src/Core/X.cs"))) { $0.edit("src/Core/X.cs", "class X { }\n") }
    }

    @Test("6: an edit in src/Core.Tests does not affect src/Core")
    func scenario6() throws {
        try expect(["Core.Tests": .file("src/Core.Tests/X.cs")], tasks: ["Core.Tests": ["build", "test"]]) {
            $0.edit("src/Core.Tests/X.cs", "class X { }\n")
        }
    }

    @Test("7: a file of a nested project belongs to that alone where the outer one removes it, else to both")
    func scenario7() throws {
        func nest(_ more: String) -> (inout Scenario) -> Void {
            {
                $0.write("src/Alone/Alone.csproj", Self.project([], package: "z", more: more))
                $0.write("src/Alone/Inner/Inner.csproj", Self.project([]))
                $0.write("src/Alone/Inner/X.cs", "class Y {}\n")
                $0.replace("All.sln", "src\\Alone\\Alone.csproj", "src\\Alone\\Inner\\Inner.csproj")
            }
        }
        let edit: (inout Scenario) -> Void = { $0.edit("src/Alone/Inner/X.cs", "class Z {}\n") }
        try expect(
            ["Inner": .file("src/Alone/Inner/X.cs")], before: nest("<Compile Remove=\"Inner\\**\" />\n"), edit)
        try expect(
            ["Inner": .file("src/Alone/Inner/X.cs"), "Alone": .file("src/Alone/Inner/X.cs")], before: nest(""), edit)
    }

    @Test("8: a deleted project affects its former dependents")
    func scenario8() throws {
        try expect(
            ["Kit": [.file("src/Kit/Kit.csproj"), .dependency("Core")], "App": .dependency("Kit")],
            removed: ["Core", "Core.Tests"]
        ) {
            $0.delete("src/Core")
            $0.delete("src/Core.Tests")
            $0.write("src/Kit/Kit.csproj", Self.project([], package: "Y"))
            $0.write("All.sln", Self.solution(["Alone", "App", "Kit"]))
        }
    }

    @Test("9: a moved project is affected as moved, its dependents by it, the rest not")
    func scenario9() throws {
        try expect([
            "Core": [.moved(from: "src/Core"), .others], "Kit": [.file("src/Kit/Kit.csproj"), .dependency("Core")],
            "App": .dependency("Kit"), "Core.Tests": [.file("src/Core.Tests/Core.Tests.csproj"), .dependency("Core")],
        ]) {
            $0.rename("src/Core", to: "libs/Core")
            for name in ["Kit", "Core.Tests"] {
                $0.replace(RepoPath("src/\(name)/\(name).csproj"), "..\\..\\src\\Core", "..\\..\\libs\\Core")
            }
            $0.replace("All.sln", "src\\Core\\Core.csproj", "libs\\Core\\Core.csproj")
        }
    }

    @Test("13: global.json and Directory.Build.props affect all; the latter by what it says")
    func scenario13() throws {
        let all = Self.uses.keys
        try expect(Dictionary(uniqueKeysWithValues: all.map { ($0, [.file("global.json"), .others]) })) {
            $0.edit("global.json", "{ }\n")
        }
        try expect(
            Dictionary(uniqueKeysWithValues: all.map { ($0, [.config("Directory.Build.props", "Nullable"), .others]) })
        ) { $0.replace("Directory.Build.props", "enable", "disable") }
    }

    @Test("configuration of NuGet and of the compiler above affects all, views of a solution none")
    func configurationAbove() throws {
        for file in ["NuGet.config", ".editorconfig", ".globalconfig"] {
            let reasons: ExpectedReasons = [.file(file, "added"), .others]
            try expect(Dictionary(uniqueKeysWithValues: Self.uses.keys.map { ($0, reasons) })) {
                $0.write(RepoPath(file), "x\n")
            }
        }
        try expect([:]) {
            $0.write("All.Web.slnf", "{}\n")
            $0.write("All.sln.DotSettings", "x\n")
        }
    }

    @Test("14: comments in files above, and a solution edited in what says nothing, affect nothing")
    func scenario14() throws {
        try expect([:]) {
            $0.replace("Directory.Build.props", "<Nullable>", "<!-- why -->\n<Nullable>")
            $0.write("All.sln", Self.solution(Array(Self.uses.keys)) + "Global\r\nEndGlobal\r\n")
        }
    }

    @Test("15, 17: a lockfile edited affects its project and the dependents, by the package")
    func scenario15() throws {
        try expect(aboveCore(.external("deep", "1", "2"))) { $0.write("src/Core/packages.lock.json", Self.lock("2")) }
        try expect(aboveCore(.external("deep", "1", "1"))) {
            $0.write("src/Core/packages.lock.json", Self.lock("1", hash: "other"))
        }
    }

    @Test("16: a central version edited affects the users of that package and their dependents")
    func scenario16() throws {
        let reason = ExpectedReasons.config("Directory.Packages.props", "PackageVersion y")
        try expect([
            "Core": reason, "Kit": [reason, .dependency("Core")], "App": .dependency("Kit"),
            "Core.Tests": .dependency("Core"),
        ]) { $0.write("Directory.Packages.props", Self.central(y: "2")) }
        try expect(["Alone": .config("Directory.Packages.props", "PackageVersion z")]) {
            $0.write("Directory.Packages.props", Self.central(z: "2"))
        }
    }

    @Test("18: a new project affects only itself")
    func scenario18() throws {
        try expect(["Fresh": .newProject]) {
            $0.write("src/Fresh/Fresh.csproj", Self.project(["Core"]))
            $0.write("All.sln", Self.solution(Self.uses.keys + ["Fresh"]))
        }
    }

    @Test("19: an old lockfile that cannot be read counts as a whole")
    func scenario19() throws {
        try expect(
            aboveCore(.others), widenings: ["src/Core/packages.lock.json"],
            before: { $0.write("src/Core/packages.lock.json", "{\n<<<<<<< ours\n") }
        ) { $0.write("src/Core/packages.lock.json", Self.lock("1")) }
    }

    @Test("23: a project without tests is passed through")
    func scenario23() throws {
        try expect(
            ["Core": .others, "Kit": .others, "App": .others, "Core.Tests": .others],
            tasks: ["Core": ["build"], "App": ["build"], "Core.Tests": ["build", "test"]]
        ) { $0.edit("src/Core/X.cs", "class X { }\n") }
    }

    @Test("24: a file linked from another project affects both, also one that is added to a pattern")
    func scenario24() throws {
        let link: (inout Scenario) -> Void = {
            $0.write(
                "src/Alone/Alone.csproj",
                Self.project(
                    [], package: "z",
                    more: "<Compile Include=\"..\\App\\**\\*.cs\" />\n<None Include=\"..\\..\\shared\\a.txt\" />\n"))
            $0.write("shared/a.txt", "a\n")
        }
        try expect(["App": .file("src/App/X.cs"), "Alone": .file("src/App/X.cs")], before: link) {
            $0.edit("src/App/X.cs", "class X { }\n")
        }
        try expect(["App": .file("src/App/New.cs", "added"), "Alone": .file("src/App/New.cs", "added")], before: link) {
            $0.write("src/App/New.cs", "class New {}\n")
        }
        try expect(["Alone": .file("shared/a.txt")], before: link) { $0.edit("shared/a.txt", "b\n") }
    }
}
