import GitObjects
import ScenarioKit
import Testing

@Suite("Swift packages")
struct SwiftPackageScenarioTests {
    /// `app` uses `kit`, `kit` uses `core`, `checked` uses `core` in tests only, `alone` stands apart.
    private static let uses = ["app": ["kit"], "kit": ["core"], "core": [], "checked": [], "alone": []]

    private static func manifest(
        _ name: String, _ uses: [String], place: String? = nil, testUses: [String] = [], remote: String? = nil,
        more: String = ""
    ) -> String {
        let up = (place ?? name).split(separator: "/").map { _ in "../" }.joined()
        func products(_ uses: [String]) -> String {
            uses.map { ".product(name: \"\($0)\", package: \"\($0)\")" }.joined(separator: ", ")
        }
        return """
            // swift-tools-version: 5.9
            import PackageDescription
            let package = Package(
                name: "\(name)", products: [.library(name: "\(name)", targets: ["\(name)"])],
                dependencies: [
                    \((uses + testUses).map { ".package(path: \"\(up)\($0)\")," }.joined(separator: "\n        "))
                    \(remote.map { ".package(url: \"https://example.com/\($0)\", from: \"1.0.0\")," } ?? "")
                ],
                targets: [
                    .target(name: "\(name)", dependencies: [\(products(uses))]),
                    .testTarget(name: "\(name)Tests", dependencies: ["\(name)", \(products(testUses))]),
                ])
            \(more)
            """
    }

    private static func pins(_ x: String, more: String = "") -> String {
        "{\"pins\": [{\"identity\": \"x\", \"kind\": \"remoteSourceControl\", \"location\": \"https://example.com/x\", "
            + "\"state\": {\"revision\": \"\(x)\", \"version\": \"\(x)\"}}\(more)], \"version\": 2}\n"
    }

    private static func workspace(_ scenario: inout Scenario) {
        for (name, list) in uses {
            scenario.write(
                RepoPath("\(name)/Package.swift"),
                manifest(
                    name, list, testUses: name == "checked" ? ["core"] : [], remote: name == "kit" ? "x" : nil))
            scenario.write(RepoPath("\(name)/Sources/\(name)/x.swift"), "let x = 1\n")
            scenario.write(RepoPath("\(name)/Tests/\(name)Tests/t.swift"), "let t = 1\n")
            scenario.write(RepoPath("\(name)/Package.resolved"), pins("1.0.0"))
        }
    }

    private func expect(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], removed: [String] = [],
        widenings: [String] = [], _ change: (inout Scenario) -> Void
    ) throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, tasks: tasks, removed: removed, widenings: widenings)
    }

    @Test("3: a library edited affects it and its dependents; who uses it in tests alone only in its tests")
    func scenario3() throws {
        try expect(
            [
                "core": .file("core/Sources/core/x.swift"), "kit": .dependency("core"),
                "app": .dependency("kit", chain: ["app", "kit", "core"]),
                "checked": .dependency("core", tasks: ["test"]),
            ], tasks: ["checked": ["test"], "kit": ["build", "test"]]
        ) { $0.edit("core/Sources/core/x.swift", "let x = 2\n") }
    }

    @Test("6 and 7: a file belongs to the innermost package, and to none with a similar name")
    func scenario7() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.write("core/Examples/demo/Package.swift", Self.manifest("demo", []))
            $0.write("core-bar/Package.swift", Self.manifest("core-bar", []))
            $0.commit("base")
            $0.write("core/Examples/demo/Sources/demo/y.swift", "let y = 1\n")
            $0.write("core-bar/Sources/core-bar/y.swift", "let y = 1\n")
            $0.commit("change")
        }.expectAffected([
            "demo": .file("core/Examples/demo/Sources/demo/y.swift", "added"),
            "core-bar": .file("core-bar/Sources/core-bar/y.swift", "added"),
        ])
    }

    @Test("8: a deleted package affects its former dependents")
    func scenario8() throws {
        try expect(
            [
                "kit": [.file("kit/Package.swift"), .dependency("core")], "app": .dependency("kit"),
                "checked": [.file("checked/Package.swift"), .dependency("core", tasks: ["test"])],
            ], removed: ["core"]
        ) {
            $0.delete("core")
            $0.write("kit/Package.swift", Self.manifest("kit", [], remote: "x"))
            $0.write("checked/Package.swift", Self.manifest("checked", []))
        }
    }

    @Test("9: a moved package is affected as moved, its dependents by it, the rest not")
    func scenario9() throws {
        try Scenario {
            Self.workspace(&$0)
            // Git may be set to ignore new files of this name.
            $0.delete("core/Package.resolved")
            $0.commit("base")
            $0.rename("core", to: "libs/core")
            $0.write("libs/core/Package.swift", Self.manifest("core", [], place: "libs/core"))
            $0.replace("kit/Package.swift", "../core", "../libs/core")
            $0.replace("checked/Package.swift", "../core", "../libs/core")
            $0.commit("move")
        }.expectAffected([
            "core": [.moved(from: "core"), .others],
            "kit": [.file("kit/Package.swift"), .dependency("core")], "app": .dependency("kit"),
            "checked": [.file("checked/Package.swift"), .dependency("core", tasks: ["test"])],
        ])
    }

    @Test("15 and 17: pins affect the packages beside them that use something from elsewhere, and their dependents")
    func scenario15() throws {
        try expect(["kit": .external("x", "1.0.0", "1.1.0"), "app": .dependency("kit")]) {
            $0.write("kit/Package.resolved", Self.pins("1.1.0"))
            $0.write("core/Package.resolved", Self.pins("1.1.0"))
        }
    }

    @Test("18: a new package affects only itself")
    func scenario18() throws {
        try expect(["fresh": .newProject]) { $0.write("fresh/Package.swift", Self.manifest("fresh", ["core"])) }
    }

    @Test("19: pins that cannot be read count as a whole")
    func scenario19() throws {
        try expect(["kit": .others, "app": .dependency("kit")], widenings: ["lockfile-changed"]) {
            $0.write("kit/Package.resolved", "{\n")
        }
    }

    @Test("a path that is not known affects its package and the dependents at every change, and says so")
    func unknownPath() throws {
        try expect(
            [
                "kit": [.file("kit/Package.swift"), .fallback("broken-manifest")], "app": .dependency("kit"),
            ], widenings: ["unknown-dependency"]
        ) {
            $0.write(
                "kit/Package.swift",
                Self.manifest(
                    "kit", ["core"], remote: "x", more: "package.dependencies.append(.package(path: compute()))"))
        }
    }

    @Test("24: a file that a manifest names outside its package affects it, and .swift-version all packages")
    func scenario24() throws {
        let outside = "package.targets[0].resources = [.copy(\"../shared/data.json\")]"
        func named(_ scenario: inout Scenario) {
            Self.workspace(&scenario)
            scenario.write("alone/Package.swift", Self.manifest("alone", [], more: outside))
            scenario.write("shared/data.json", "1\n")
            scenario.write(".swift-version", "6.0\n")
            scenario.write("web/package.json", "{\"name\": \"web\", \"scripts\": {\"build\": \"x\"}}\n")
            scenario.commit("base")
        }
        try Scenario {
            named(&$0)
            $0.edit("shared/data.json", "2\n")
            $0.commit("change")
        }.expectAffected(["alone": .file("shared/data.json")])
        try Scenario {
            named(&$0)
            $0.edit(".swift-version", "6.1\n")
            $0.commit("change")
        }.expectAffected(
            Dictionary(uniqueKeysWithValues: Self.uses.keys.map { ($0, [.file(".swift-version"), .others]) }))
    }

    @Test("a version-specific manifest that adds an edge changes the graph")
    func versionSpecific() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            $0.write("alone/Package@swift-6.0.swift", Self.manifest("alone", ["core"]))
            $0.commit("edge")
            $0.edit("core/Sources/core/x.swift", "let x = 2\n")
            $0.commit("change")
        }.expectAffected(
            [
                "core": .file("core/Sources/core/x.swift"), "kit": .dependency("core"), "app": .dependency("kit"),
                "checked": .dependency("core"), "alone": .dependency("core"),
            ], base: "edge")
    }
}
