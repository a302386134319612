import GitObjects
import WorkspaceModel

@testable import ProjectDiscovery

/// What the .NET adapter finds in `files`.
func discoverDotNet(_ files: [String: String], cache: ParsedDotNetCache = ParsedDotNetCache()) throws -> Discovery {
    try discoverDotNet(SourceTree.inMemory(files), cache: cache)
}

func discoverDotNet(_ tree: SourceTree, cache: ParsedDotNetCache = ParsedDotNetCache()) throws -> Discovery {
    try DotNetAdapter.discover(in: tree, scan: try ManifestScan.walk(tree), cache: cache)
}

/// A project file in the SDK's format, one element a line.
func csproj(_ body: String..., sdk: String = "Microsoft.NET.Sdk") -> String {
    "<Project Sdk=\"\(sdk)\">\n\(body.joined(separator: "\n"))\n</Project>\n"
}

func itemGroup(_ body: String...) -> String { "<ItemGroup>\n\(body.joined(separator: "\n"))\n</ItemGroup>" }

func propertyGroup(_ body: String...) -> String { "<PropertyGroup>\(body.joined(separator: "\n"))</PropertyGroup>" }

func projectReference(_ path: String, _ rest: String = "") -> String {
    "<ProjectReference Include=\"\(path)\" \(rest)/>"
}

func nuget(_ name: String, _ rest: String = "") -> String { "<PackageReference Include=\"\(name)\" \(rest)/>" }

func packageVersion(_ name: String, _ version: String) -> String {
    "<PackageVersion Include=\"\(name)\" Version=\"\(version)\" />"
}

/// A project file without an SDK, such as Directory.Build.props.
func buildFile(_ body: String...) -> String { "<Project>\n\(body.joined(separator: "\n"))\n</Project>\n" }

/// A solution of projects, each with what is built before it.
func solutionFile(_ projects: [(path: String, before: [String])]) -> String {
    var text = "\u{FEFF}\nMicrosoft Visual Studio Solution File, Format Version 12.00\n"
    text += "Project(\"{2150E333-8FDC-42A3-9474-1A3956D46DE8}\") = \"Items\", \"Items\", \"{F}\"\nEndProject\n"
    func identifier(_ path: String) -> String { "{\(path.replacing("\\", with: "-"))}" }
    for (path, before) in projects {
        text += "Project(\"{9A19103F-16F7-4668-BE54-9A1E7A4F7556}\") = \"x\", \"\(path)\", \"\(identifier(path))\"\n"
        if !before.isEmpty {
            let lines = before.map { "\t\t\(identifier($0)) = \(identifier($0))\n" }.joined()
            text += "\tProjectSection(ProjectDependencies) = postProject\n\(lines)\tEndProjectSection\n"
        }
        text += "EndProject\n"
    }
    return text.replacing("\n", with: "\r\n")
}
