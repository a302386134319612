import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Swift packages")
struct SwiftPackageTests {
    @Test("a package is a project wherever it lies, but for the test data of another package")
    func projects() throws {
        let found = try discoverSwift([
            "Package.swift": swiftPackage("root"), "deep/down/one/Package.swift": swiftPackage("one"),
            "deep/down/one/Example/Package.swift": swiftPackage("example"),
            "Tests/RootTests/Fixtures/f/Package.swift": swiftPackage("f"),
            "Tests/RootTests/Resources/r/Package.swift": swiftPackage("r"),
            "Sources/root/Package.swift": "struct Package {}\n", ".hidden/Package.swift": swiftPackage("hidden"),
        ])
        #expect(found.paths == [".", "deep/down/one", "deep/down/one/Example"])
        #expect(found.projects.map(\.name) == ["root", "one", "example"])
        // With no package around it, nothing is test data.
        let alone = try discoverSwift(["Fixtures/f/Package.swift": swiftPackage("f")])
        #expect(alone.paths == ["Fixtures/f"])
        // What a package names counts, even so.
        let named = try discoverSwift([
            "Package.swift": swiftPackage("root", uses: ["Fixtures/f"]), "Fixtures/f/Package.swift": swiftPackage("f"),
        ])
        #expect(edges(of: named.projects) == [". -> Fixtures/f runtime"])
    }

    @Test("path dependencies are edges with the line of the call")
    func edgesByPath() throws {
        let found = try discoverSwift([
            "app/Package.swift": swiftPackage("app", uses: ["../libs/kit", "../libs/core"]),
            "libs/kit/Package.swift": swiftPackage("kit", uses: ["../core"]),
            "libs/core/Package.swift": swiftPackage("core"),
        ])
        #expect(
            edges(of: found.projects) == [
                "app -> libs/core runtime", "app -> libs/kit runtime", "libs/kit -> libs/core runtime",
            ])
        #expect(
            found.project("app")?.dependencies.map(\.evidence) == [
                Evidence(path: "app/Package.swift", line: 8), Evidence(path: "app/Package.swift", line: 7),
            ])
    }

    @Test(
        "what only tests use is for development and does not pass to dependents",
        arguments: [
            (".testTarget(name: \"T\", dependencies: [.product(name: \"kit\", package: \"kit\")])", "development"),
            (".testTarget(name: \"T\", dependencies: [\"kit\"])", "development"),
            (".testTarget(name: \"T\", dependencies: [\"kit\"]), .target(name: \"kit\")", "runtime"),
            (
                ".testTarget(name: \"T\", dependencies: [\"kit\"]), .target(name: \"A\", dependencies: [\"kit\"])",
                "runtime"
            ),
            (
                ".testTarget(name: \"T\", dependencies: [\"kit\"]), .target(name: \"A\", dependencies: [unknown])",
                "runtime"
            ),
            (".testTarget(name: \"T\", dependencies: [\"kit\"]), unknown()", "runtime"),
            (".target(name: \"A\", plugins: [.plugin(name: \"Gen\", package: \"KIT\")])", "build"),
            (".testTarget(name: \"T\", dependencies: [.product(name: \"Other\", package: \"other\")])", "runtime"),
        ])
    func purpose(targets: String, kind: String) throws {
        let found = try discoverSwift([
            "app/Package.swift": swiftPackage("app", uses: ["../kit"], targets: targets),
            "kit/Package.swift": swiftPackage("kit"),
        ])
        let edge = try #require(found.project("app")?.dependencies.first)
        #expect(edge.kind.rawValue == kind && edge.passesToDependents == (kind != "development"))
    }

    @Test("an executable product makes an app, and so does an executable target in a package without a library")
    func apps() throws {
        func evidence(_ body: String, version: String = "5.9", _ files: [String: String] = [:]) throws -> String? {
            let text =
                "// swift-tools-version:\(version)\nimport PackageDescription\nlet package = Package(name: \"p\", \(body))"
            return try discoverSwift(files.merging(["Package.swift": text]) { $1 }).project(.root)?.appEvidence
        }
        #expect(
            try evidence("products: [.executable(name: \"e\", targets: [])]")
                == "Package.swift:3: the executable product 'e'")
        #expect(
            try evidence("targets: [.executableTarget(name: \"e\")]")
                == "Package.swift:3: the executable target 'e', and no library")
        let library = "products: [.library(name: \"l\", targets: [])], targets: [.executableTarget(name: \"e\")]"
        #expect(try evidence(library) == nil)
        let main = ["Sources/e/main.swift": "", "Package.resolved": "{}"]
        #expect(try evidence("targets: [.target(name: \"e\")]", version: "5.3", main) != nil)
        #expect(try evidence("targets: [.target(name: \"e\")]", version: "5.4", main) == nil)
    }

    @Test("tasks: tests where there are some, and no cache for a build that leaves a program")
    func tasks() throws {
        let found = try discoverSwift([
            "lib/Package.swift": swiftPackage(
                "lib", targets: ".target(name: \"lib\"), .testTarget(name: \"libTests\")"),
            "plain/Package.swift": swiftPackage("plain"),
            "tool/Package.swift": swiftPackage(
                "tool", more: "package.products.append(.executable(name: \"tool\", targets: []))"),
        ])
        #expect(
            found.project("lib")?.tasks.mapValues(\.command) == ["build": "swift build", "test": "swift test"])
        #expect(found.project("plain")?.tasks.keys.sorted() == ["build"])
        #expect(found.project("lib")?.tasks["build"]?.cache == true)
        #expect(found.project("tool")?.tasks["build"]?.cache == false)
        #expect(found.project("lib")?.tasks["test"]?.dependsOn == [.dependencySources])
    }

    @Test("a manifest for a later version counts beside Package.swift")
    func versionSpecific() throws {
        let found = try discoverSwift([
            "app/Package.swift": swiftPackage("app", uses: ["../a"]),
            "app/Package@swift-6.0.swift": swiftPackage("app", uses: ["../b", "../gone"]),
            "a/Package.swift": swiftPackage("a"), "b/Package.swift": swiftPackage("b"),
        ])
        #expect(edges(of: found.projects) == ["app -> a runtime", "app -> b runtime"])
        #expect(found.errors.isEmpty)
        #expect(
            found.diagnostics.map(\.evidence.path) == ["app/Package@swift-6.0.swift", "app/Package@swift-6.0.swift"])
        #expect(StructureNames.isStructural("Package@swift-6.0.swift".utf8))
        #expect(!StructureNames.isStructural("Package@swift-6.0.txt".utf8))
    }

    @Test("a broken manifest keeps its project and hides no other")
    func broken() throws {
        let found = try discoverSwift([
            "a/Package.swift": "// swift-tools-version:5.9\nlet package = Package(name: \"a\"\n",
            "b/Package.swift": swiftPackage("b", uses: ["../a"]),
        ])
        #expect(found.paths == ["a", "b"])
        #expect(found.project("a")?.brokenReason?.hasPrefix("a/Package.swift:2: ") == true)
        #expect(found.project("a")?.tasks.keys.sorted() == ["build", "test"])
        #expect(found.widenings.map(\.code) == ["broken-manifest"])
        #expect(edges(of: found.projects) == ["b -> a runtime"])
    }

    @Test("a path that is not known widens the project that names it, and no other")
    func unknownPath() throws {
        let found = try discoverSwift([
            "a/Package.swift": swiftPackage("a", more: "package.dependencies.append(.package(path: compute()))"),
            "b/Package.swift": swiftPackage("b"),
        ])
        #expect(found.project("a")?.brokenReason?.hasPrefix("a/Package.swift:12: the path of a package") == true)
        #expect(found.project("b")?.brokenReason == nil)
        #expect(found.widenings.map(\.code) == ["unknown-dependency"])
        #expect(found.widenings.map(\.scope) == ["a/Package.swift"])
    }

    @Test(
        "a dangling path is an error where it surely counts, and a note where a condition decides or it leads outside")
    func dangling() throws {
        let sure = try discoverSwift(["a/Package.swift": swiftPackage("a", uses: ["../gone"])])
        #expect(sure.errors.map(\.line) == [7] && sure.errors.first?.message.contains("'../gone' (gone)") == true)
        let more = """
            if Context.environment["LOCAL"] != nil { package.dependencies.append(.package(path: "../gone")) }
            package.dependencies += [.package(path: "../../beside"), .package(path: "/opt/x"), .package(path: "~/x")]
            """
        let maybe = try discoverSwift(["a/Package.swift": swiftPackage("a", more: more)])
        #expect(maybe.errors.isEmpty && maybe.widenings.isEmpty)
        #expect(maybe.diagnostics.map(\.evidence.line) == [12, 13, 13, 13])
    }

    @Test("files outside the package that a manifest or a link names are named files")
    func namedFiles() throws {
        let targets = """
            .target(name: "a", resources: [.copy("../shared/data.json")], swiftSettings: [.unsafeFlags(["-I../include"])]),
            .binaryTarget(name: "B", path: "../bin/B.xcframework"), .target(name: "c", path: "In", exclude: ["../gone"])
            """
        let found = try discoverSwift([
            "a/Package.swift": swiftPackage("a", targets: targets), "shared/data.json": "", "include/x.h": "",
            "bin/B.xcframework/Info.plist": "",
        ])
        #expect(found.project("a")?.namedFiles == ["bin/B.xcframework", "include", "shared/data.json"])
    }

    @Test("links are followed: to packages, to sources elsewhere, and round in circles without end")
    func links() throws {
        let found = try discoverSwift([
            "app/Package.swift": swiftPackage("app", uses: ["../links/kit"]), "links": "-> real/links",
            "real/links/kit": "-> ../../libs/kit", "libs/kit/Package.swift": swiftPackage("kit"),
            "app/Sources/app/Shared": "-> ../../../shared", "app/Sources/app/Loop": "-> Loop",
            "app/Sources/app/Out": "-> /etc", "shared/x.swift": "let x = 1",
            "linked/Package.swift": "-> ../libs/kit/Package.swift",
            "round/Package.swift": swiftPackage(
                "round", more: "if a { package.dependencies.append(.package(path: \"../loop/x\")) }"),
            "loop": "-> loop",
        ])
        #expect(found.paths == ["app", "libs/kit", "linked", "round"])
        #expect(edges(of: found.projects) == ["app -> libs/kit runtime"])
        #expect(found.project("app")?.namedFiles == ["shared"])
        #expect(found.project("linked")?.brokenReason == "linked/Package.swift: it is a link, which is not followed")
        #expect(
            found.project("round")?.brokenReason == nil
                && found.diagnostics.map(\.evidence.path) == ["round/Package.swift"])
    }

    @Test("packages that use each other in a circle are read, and so are names that differ in case alone")
    func circles() throws {
        let found = try discoverSwift([
            "a/Package.swift": swiftPackage("a", uses: ["../A"]), "A/Package.swift": swiftPackage("A", uses: ["../a"]),
            "A/Package.resolved": "{\"version\": 2, \"pins\": []}",
        ])
        #expect(edges(of: found.projects) == ["A -> a runtime", "a -> A runtime"])
        #expect(found.projects.allSatisfy { $0.externals.isEmpty })
    }

    @Test("pins count together, and only where something comes from elsewhere")
    func pins() throws {
        func pins(_ version: String) -> String {
            "{\"pins\": [{\"identity\": \"x\", \"kind\": \"remoteSourceControl\", \"location\": \"https://example.com/x\", "
                + "\"state\": {\"revision\": \"1\", \"version\": \"\(version)\"}}], \"originHash\": \"\(version)\", \"version\": 3}"
        }
        let remote = "package.dependencies.append(.package(url: \"https://example.com/x\", from: \"1.0.0\"))"
        func files(_ version: String) -> [String: String] {
            var files = [
                "far/Package.swift": swiftPackage("far", more: remote), "near/Package.swift": swiftPackage("near"),
                "over/Package.swift": swiftPackage("over", uses: ["../far"]),
            ]
            for name in ["far", "near", "over"] { files["\(name)/Package.resolved"] = pins(version) }
            return files
        }
        let cache = ParsedSwiftCache()
        let before = try discoverSwift(files("1.0.0"), cache: cache),
            after = try discoverSwift(files("1.1.0"), cache: cache)
        let changed = after.projects.filter { before.project($0.path)?.externals != $0.externals }
        #expect(changed.map(\.path) == ["far", "over"])
        #expect(after.structuralFiles.count == 3)
        let resolution = try #require(after.project("over")?.externals.first?.resolution)
        let old = try #require(before.project("over")?.externals.first?.resolution)
        #expect(resolution.differences(from: old).map { [$0.package, $0.from, $0.to] } == [["x", "1.0.0", "1.1.0"]])
        let broken = try discoverSwift([
            "p/Package.swift": swiftPackage("p", more: remote), "p/Package.resolved": "{\n<<<<<<< HEAD\n",
        ])
        let closure = try #require(broken.project("p")?.externals.first)
        #expect(closure.isWholeLockfile && closure.problem?.hasPrefix("p/Package.resolved:2: ") == true)
    }

    @Test("the pins of an Xcode workspace reach the packages below its folder that use packages from elsewhere")
    func xcode() throws {
        let remote = "package.dependencies.append(.package(id: \"x.y\", from: \"1.0.0\"))"
        let pins = "App.xcworkspace/xcshareddata/swiftpm/Package.resolved"
        let project = "ios/App.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved"
        let found = try discoverSwift([
            pins: "{}", project: "{}", "ios/a/Package.swift": swiftPackage("a", more: remote),
            "ios/b/Package.swift": swiftPackage("b"), "c/Package.swift": swiftPackage("c", more: remote),
        ])
        #expect(found.project("ios/a")?.namedFiles == [RepoPath(pins), RepoPath(project)])
        #expect(found.project("ios/b")?.namedFiles == [])
        #expect(found.project("c")?.namedFiles == [RepoPath(pins)])
    }

    @Test("all three formats of Package.resolved give the same pins")
    func formats() throws {
        func read(_ text: String) throws -> [String] {
            try PackageResolved(parsing: Array(text.utf8)).graph.packages.map { "\($0.name) \($0.version)" }
        }
        let one = """
            {"object": {"pins": [{"package": "Nio", "repositoryURL": "https://example.com/Swift-NIO.git",
            "state": {"branch": null, "revision": "ab", "version": "2.0.0"}}]}, "version": 1}
            """
        let two = """
            {"pins": [{"identity": "swift-nio", "kind": "remoteSourceControl", "location": "https://example.com/Swift-NIO.git",
            "state": {"revision": "ab", "version": "2.0.0"}}], "version": 2}
            """
        #expect(try read(one) == ["swift-nio 2.0.0"])
        #expect(try read(two) == ["swift-nio 2.0.0"])
        #expect(
            try read(two.replacing("\"version\": 2}", with: "\"originHash\": \"x\", \"version\": 3}")) == [
                "swift-nio 2.0.0"
            ])
        let branch = two.replacing("\"version\": \"2.0.0\"", with: "\"branch\": \"main\"")
        #expect(try read(branch) == ["swift-nio main"])
        for bad in [
            two.replacing("\"version\": 2}", with: "\"version\": 9}"), "[]", "{\"version\": 2}", "",
            "{\"version\": 2, \"pins\": [{}]}",
        ] {
            #expect(throws: SwiftManifestProblem.self) { try read(bad) }
        }
    }
}
