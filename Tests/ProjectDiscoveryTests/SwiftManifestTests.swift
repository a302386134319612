import Testing

@testable import ProjectDiscovery

@Suite("Package.swift as a program")
struct SwiftManifestTests {
    private func manifest(_ body: String) throws -> SwiftManifest {
        try swiftManifest("// swift-tools-version:5.9\nimport PackageDescription\n" + body)
    }

    @Test("all kinds of targets, products and uses")
    func kinds() throws {
        let read = try manifest(
            """
            let package = Package(
                name: "all",
                products: [
                    .library(name: "Lib", type: .static, targets: ["Lib"]), .executable(name: "tool", targets: ["tool"]),
                    .plugin(name: "Gen", targets: ["Gen"]),
                ],
                dependencies: [
                    .package(path: "../a"), .package(name: "Old", path: "b"),
                    .package(url: "https://example.com/c.git", from: "1.0.0"), .package(id: "d.e", exact: "2.0.0"),
                ],
                targets: [
                    .target(
                        name: "Lib",
                        dependencies: ["Base", .target(name: "C"), .product(name: "A", package: "a"), .byName(name: "D")],
                        path: "Code", resources: [.copy("../shared/data")], plugins: [.plugin(name: "Gen")]),
                    .executableTarget(name: "tool", dependencies: [.product(name: "X", package: "c", condition: nil)]),
                    .testTarget(name: "LibTests"), .macro(name: "M"), .systemLibrary(name: "C"),
                    .plugin(name: "Gen", capability: .buildTool()), .binaryTarget(name: "B", path: "../bin/B.xcframework"),
                ])
            """)
        #expect(read.name == "all" && read.toolsVersion == [5, 9])
        #expect(
            read.summary == [
                "product Lib library", "product tool executable", "product Gen plugin", "local ../a", "local b",
                "target Lib target", "Lib uses Base", "Lib uses target C", "Lib uses product A of a", "Lib uses D",
                "Lib uses plugin Gen of ?", "target tool executableTarget", "tool uses product X of c",
                "target LibTests testTarget", "target M macro", "target C systemLibrary", "target Gen plugin",
                "target B binaryTarget",
            ])
        #expect(read.outsidePaths == ["../bin/B.xcframework", "../shared/data"])
        #expect(read.localDependencies.map(\.line) == [10, 10] && read.localDependencies.map(\.name) == [nil, "Old"])
        #expect(read.hasRemoteDependencies && read.isComplete && read.mentionsTests && read.notes.isEmpty)
    }

    @Test("constants, sums, appended lists and texts put together")
    func values() throws {
        let read = try manifest(
            """
            let root = "../libs"
            let base: [Target] = [.target(name: "A")]
            var targets = base + [.target(name: "B" + suffix)] + (["C", "D"].map { .target(name: "\\($0)X") })
            let suffix = "s"
            targets.append(.testTarget(name: "T"))
            targets += ["E"].map { name in Target.target(name: name, dependencies: ["A"]) }
            let package = Package(name: "n", dependencies: [.package(path: "\\(root)/one"), .package(path: root + "/two")])
            package.targets = targets
            package.targets.append(contentsOf: [.executableTarget(name: "F")])
            package.targets[0].dependencies.append("B")
            for target in package.targets where target.type != .test { target.plugins = [.plugin(name: "P", package: "p")] }
            """)
        #expect(read.summary.isSuperset(of: ["local ../libs/one", "local ../libs/two", "target A target"]))
        #expect(
            read.summary.isSuperset(of: [
                "target CX target", "target DX target", "target T testTarget", "target E target",
                "target F executableTarget",
                "E uses A", "F uses plugin P of p",
            ]))
        // A subscript is not followed, so nothing is surely left out of the uses.
        #expect(!read.isComplete && read.notes.contains { $0.line == 12 })
        #expect(read.unknownPaths.isEmpty)
    }

    @Test("functions, computed properties and static members of the manifest are called")
    func functions() throws {
        let read = try manifest(
            """
            let package = Package(
                name: "n", dependencies: [local("a"), local("b", in: "../deep")],
                targets: [module("One"), module("Two", ["One"], .three), tests("One")] + extra)
            func module(_ name: String, _ uses: [Target.Dependency] = [], _ more: Target.Dependency...) -> Target {
                let all = uses + more
                return .target(name: name, dependencies: all)
            }
            func tests(_ name: String) -> Target { .testTarget(name: name + "Tests", dependencies: [.byName(name: name)]) }
            func local(_ name: String, in folder: String = "..") -> Package.Dependency { .package(path: "\\(folder)/\\(name)") }
            var extra: [Target] { if true { return [.target(name: "X")] } else { return [.target(name: "Y")] } }
            extension Target.Dependency { static let three = Self.product(name: "Three", package: "three") }
            """)
        #expect(
            read.summary == [
                "local ../a", "local ../deep/b", "target One target", "target Two target", "Two uses One",
                "Two uses product Three of three", "target OneTests testTarget", "OneTests uses One", "target X target",
                "target Y target",
            ])
        #expect(read.isComplete && read.unknownPaths.isEmpty)
    }

    @Test("both branches of every condition count")
    func conditions() throws {
        let read = try manifest(
            """
            let products: [Product]
            let isLocal = ProcessInfo.processInfo.environment["LOCAL"] != nil
            if isLocal { products = [.library(name: "L", targets: [])] } else { products = [.executable(name: "E", targets: [])] }
            let package = Package(
                name: "n", products: products,
                dependencies: isLocal ? [.package(path: "../a")] : [.package(url: "https://example.com/a", from: "1.0.0")])
            #if os(Linux)
            package.dependencies.append(.package(path: "../linux"))
            let name = "linux"
            #else
            let name = "mac"
            #endif
            switch name {
            case "linux": package.targets = [.target(name: name)]
            default: package.targets += [.target(name: "Other")]
            }
            if let path = Context.environment["A_PATH"] { package.dependencies += [.package(path: "../b")] }
            package.dependencies.append(.package(path: "../sure"))
            """)
        #expect(
            read.summary == [
                "product L library", "product E executable", "local ../a", "local ../linux", "local ../b",
                "local ../sure",
                "target linux target", "target mac target", "target Other target",
            ])
        #expect(read.localDependencies.filter { !$0.isConditional }.map(\.path) == ["../sure"])
        #expect(read.hasRemoteDependencies && read.isComplete)
    }

    @Test(
        "a path that only running the manifest would tell is said to be unknown",
        arguments: [
            ".package(path: ProcessInfo.processInfo.environment[\"P\"]!)",
            ".package(path: compute())", ".package(path: \"../\\(missing)\")",
            "make(\"a\")].map(Package.Dependency.package(path:)) + [",
            "] + names.map { .package(path: $0) } + [",
        ])
    func unknownPaths(dependency: String) throws {
        let read = try manifest(
            """
            let names = (try! String(contentsOfFile: "names.txt")).split(separator: ",").map(String.init)
            let package = Package(name: "n", dependencies: [\(dependency)])
            """)
        #expect(read.unknownPaths.map(\.line) == [4])
    }

    @Test("a function that is called where it is not followed leaves its path unknown")
    func lostCalls() throws {
        let read = try manifest(
            """
            func local(_ name: String) -> Package.Dependency { .package(path: "../\\(name)") }
            let package = Package(name: "n", dependencies: [local("a")])
            package.dependencies = ["b"].reduce(into: package.dependencies) { $0.append(local($1)) }
            """)
        #expect(read.unknownPaths.map(\.line) == [3])
    }

    @Test(
        "what may change the targets without being followed makes them incomplete",
        arguments: [
            "func add(_ list: inout [Target]) { list.append(.target(name: \"H\")) }\nadd(&package.targets)",
            "let add = { package.targets.append(.target(name: \"H\")) }\nadd()",
            "extension Package { func add() { targets.append(.target(name: \"H\")) } }\npackage.add()",
            "[1].reduce(into: 0) { _, _ in package.targets.append(.target(name: \"H\")) }",
            "while more { package.targets.append(.target(name: \"H\")) }",
            "for (_, name) in pairs { package.targets.append(.target(name: name)) }",
            "package.targets += pairs.map { _, name in .target(name: name) }",
            "if case .some(let name) = pairs { package.targets.append(.target(name: name)) }",
            "switch pairs { case let name: package.targets.append(.target(name: name)) }",
        ])
    func incomplete(text: String) throws {
        let read = try manifest("let name = \"outer\"\nlet package = Package(name: \"n\")\n" + text)
        #expect(!read.isComplete && !read.notes.isEmpty)
        #expect(!read.targets.contains { $0.name == "outer" })
    }

    @Test("a function that nothing calls makes no package")
    func uncalled() throws {
        let read = try manifest(
            """
            func local(_ name: String) -> Package.Dependency { .package(path: "../\\(name)") }
            let package = Package(name: "n")
            """)
        #expect(read.unknownPaths.isEmpty && read.summary.isEmpty)
    }

    @Test("a package that is written but never put in counts all the same, in dead code too")
    func sweep() throws {
        let read = try manifest(
            """
            let package = Package(name: "n")
            class Never { func run() { package.dependencies.append(.package(path: "../hidden")) } }
            """)
        #expect(read.summary == ["local ../hidden"])
    }

    @Test(
        "what is no Swift is refused with its line",
        arguments: [
            ("let package = Package(name: \"n\"", 3), ("let package = Package(name: )))", 3),
            ("let a = 1\n<<<<<<< HEAD\nlet b = 1\n=======\nlet b = 2\n>>>>>>> side\n", 4),
        ])
    func broken(text: String, line: Int) {
        let error = #expect(throws: SwiftManifestProblem.self) { try manifest(text) }
        #expect(error?.line == line)
    }

    @Test("a source file that has a manifest's name is none")
    func sourceFile() {
        #expect(!SwiftManifest.isManifest(Array("/// import PackageDescription\nstruct Package {}\n".utf8)))
        #expect(SwiftManifest.isManifest(Array("import Foundation\n@preconcurrency import PackageDescription\n".utf8)))
        #expect(SwiftManifest.isManifest(Array("\n// swift-tools-version:5.5\n".utf8)))
    }

    @Test(
        "what would take for ever ends, and says that it was not followed",
        arguments: [
            "func f(_ n: String) -> [Target] { f(n + \"x\") + f(n + \"y\") }\nlet t = f(\"\")",
            "var t: [Target] { u }\nvar u: [Target] { t }",
            "let t = " + (0..<40).map { _ in "a.map { x in" }.joined() + " a " + String(repeating: "}", count: 40)
                + "\nlet a = [\"1\", \"2\"]",
            "let t = Package" + String(repeating: ".a", count: 20_000),
            "let t = " + String(repeating: "1 + ", count: 20_000) + "1",
            "if a {}" + String(repeating: " else if a {}", count: 3_000),
            "var a = [\"x\"]\n" + String(repeating: "a = a + a\n", count: 64) + "for x in a { print(x) }",
            "var s = \"x\"\n" + String(repeating: "s = s + s\n", count: 64),
        ])
    func bounds(text: String) throws {
        do {
            let read = try manifest(
                text + "\nlet package = Package(name: \"n\", dependencies: [.package(path: \"../a\")])")
            #expect(read.localDependencies.map(\.path) == ["../a"])
        } catch let problem as SwiftManifestProblem {
            #expect(!problem.problem.isEmpty)
        }
    }
}
