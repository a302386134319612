import Foundation
import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// What a manifest says must be what SwiftPM finds when it runs it.
@Suite(.enabled(if: SwiftOracle.swift != nil, "swift is not installed"))
struct SwiftOracleTests {
    @Test("random workspaces are read as SwiftPM reads them", arguments: UInt64(1)...2)
    func random(seed: UInt64) throws {
        var random = SeededNumbers(state: seed)
        let files = SwiftShapes.random(&random)
        let oracle = try SwiftOracle(files: files)
        defer { oracle.remove() }
        let found = try discoverSwift(files)
        #expect(found.errors.isEmpty && found.widenings.isEmpty, "seed \(seed)")
        var expected: Set<String> = []
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let directory = String(path.dropLast("/Package.swift".count))
            let truth = try oracle.package(at: oracle.root.appendingPathComponent(directory))
            let label: Comment = "seed \(seed), \(path): \(text)"
            let read = try swiftManifest(text)
            #expect(read.isComplete && read.unknownPaths.isEmpty, label)
            #expect(read.name == truth.name && read.hasRemoteDependencies == truth.usesRemote, label)
            let ours = read.summary.filter { !$0.hasPrefix("local ") }
            // Both branches of a condition count here; SwiftPM takes one.
            if text.contains("environment") {
                #expect(ours.isSuperset(of: truth.summary), label)
            } else {
                #expect(ours == truth.summary, label)
            }
            for target in truth.paths { expected.insert("\(directory) -> \(target)") }
        }
        let edges = Set(found.projects.flatMap { one in one.dependencies.map { "\(one.path) -> \($0.target)" } })
        #expect(edges == expected, "seed \(seed): \(files)")
    }

    @Test("Ripple's own manifest is read as SwiftPM reads it")
    func own() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let oracle = try SwiftOracle(files: [:])
        defer { oracle.remove() }
        let truth = try oracle.package(at: root)
        let text = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let read = try swiftManifest(text)
        #expect(read.summary == truth.summary)
        #expect(read.isComplete && read.name == "ripple" && read.hasRemoteDependencies && truth.usesRemote)
    }
}

/// What `swift package dump-package` says of files in a temporary directory. Nothing is resolved or fetched.
struct SwiftOracle {
    struct Package {
        var name = ""
        /// In the words of `SwiftManifest.summary`.
        var summary: Set<String> = []
        /// The directories of path dependencies.
        var paths: Set<String> = []
        var usesRemote = false
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let swift: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/swift" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    let root: URL

    init(files: [String: String]) throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("ripple-swift-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for (path, text) in files {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    func remove() { try? FileManager.default.removeItem(at: root) }

    func package(at directory: URL) throws -> Package {
        guard let json = try JSONSerialization.jsonObject(with: try dump(directory)) as? [String: Any] else {
            throw Failure(description: "swift printed no package")
        }
        var package = Package(name: json["name"] as? String ?? "")
        for product in json["products"] as? [[String: Any]] ?? [] {
            let kind = (product["type"] as? [String: Any])?.keys.first ?? "?"
            package.summary.insert("product \(product["name"] ?? "?") \(kind)")
        }
        for dependency in json["dependencies"] as? [[String: Any]] ?? [] {
            guard let local = dependency["fileSystem"] as? [[String: Any]] else {
                package.usesRemote = true
                continue
            }
            for one in local {
                let path = one["path"] as? String ?? ""
                package.paths.insert(String(path.dropFirst(root.path.count + 1)))
            }
        }
        for target in json["targets"] as? [[String: Any]] ?? [] { add(target, to: &package) }
        return package
    }

    private func add(_ target: [String: Any], to package: inout Package) {
        let kinds = [
            "regular": "target", "executable": "executableTarget", "test": "testTarget", "plugin": "plugin",
            "macro": "macro", "system": "systemLibrary", "binary": "binaryTarget",
        ]
        let name = target["name"] as? String ?? "?"
        package.summary.insert("target \(name) \(kinds[target["type"] as? String ?? ""] ?? "?")")
        let uses =
            (target["dependencies"] as? [[String: Any]] ?? []) + (target["pluginUsages"] as? [[String: Any]] ?? [])
        for use in uses {
            for (kind, value) in use {
                let parts = (value as? [Any] ?? []).map { $0 as? String }
                let first = (parts.first ?? nil) ?? "?", second = (parts.dropFirst().first ?? nil) ?? "?"
                switch kind {
                case "byName": package.summary.insert("\(name) uses \(first)")
                case "target": package.summary.insert("\(name) uses target \(first)")
                default: package.summary.insert("\(name) uses \(kind) \(first) of \(second)")
                }
            }
        }
    }

    /// The manifest as JSON. SwiftPM keeps what it writes in the temporary directory.
    private func dump(_ directory: URL) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: SwiftOracle.swift ?? "swift")
        let home = root.appendingPathComponent("home")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        process.arguments = [
            "package", "--package-path", directory.path, "--scratch-path", home.appendingPathComponent("build").path,
            "--cache-path", home.appendingPathComponent("cache").path, "--config-path",
            home.appendingPathComponent("config").path, "--security-path", home.appendingPathComponent("security").path,
            "--disable-sandbox", "dump-package",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["HOME": home.path]) { $1 }
        let output = Pipe(), errors = home.appendingPathComponent("errors.txt")
        try Data().write(to: errors)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: (try? String(contentsOf: errors, encoding: .utf8)) ?? "swift failed")
        }
        return data
    }
}

/// Workspaces of Swift packages from a seed: packages that use earlier ones, written in the ways that people do.
enum SwiftShapes {
    static func random(_ random: inout SeededNumbers) -> [String: String] {
        let count = Int.random(in: 3...5, using: &random)
        var files: [String: String] = [:]
        for number in 0..<count {
            files["\(place(number))/Package.swift"] = manifest(number, &random)
        }
        return files
    }

    private static func place(_ number: Int) -> String { number % 2 == 0 ? "apps/p\(number)" : "libs/deep/p\(number)" }

    private static func manifest(_ number: Int, _ random: inout SeededNumbers) -> String {
        let up = number % 2 == 0 ? "../.." : "../../.."
        let used = (0..<number).filter { _ in random.chance(50) }
        let isRemote = random.chance(30)
        var lines = [
            "// swift-tools-version: 5.9", "import PackageDescription", "import Foundation", "let up = \"\(up)\"",
            "let main = \"p\(number)\"",
        ]
        let packages = used.map { other -> String in
            switch Int.random(in: 0..<4, using: &random) {
            case 0: ".package(path: \"\(up)/\(place(other))\")"
            case 1: ".package(path: up + \"/\(place(other))\")"
            case 2: "local(\"\(place(other))\")"
            default: "Package.Dependency.package(name: \"p\(other)\", path: \"\\(up)/\(place(other))\")"
            }
        }
        let uses = used.map { ".product(name: \"P\($0)\", package: \"p\($0)\")" }
        var targets = [
            random.chance(50)
                ? "module(main, [\(uses.joined(separator: ", "))])"
                : ".target(name: main, dependencies: [\(uses.joined(separator: ", "))])"
        ]
        if random.chance(50) { targets.append("tests(main)") }
        if random.chance(40) {
            targets.append(".executableTarget(name: \"\\(main)-tool\", dependencies: [.byName(name: main)])")
        }
        let remote = isRemote ? [".package(url: \"https://example.com/x\", from: \"1.0.0\")"] : []
        let isSplit = random.chance(50)
        lines += [
            "var targets: [Target] = [\(targets.joined(separator: ", "))]",
            "targets += [\"A\", \"B\"].map { .target(name: \"\\(main)\\($0)\", dependencies: [Target.Dependency.target(name: main)]) }",
            "let package = Package(",
            "    name: main, products: [.library(name: \"P\(number)\", targets: [main])],",
            "    dependencies: [\((isSplit ? [] : packages + remote).joined(separator: ", "))], targets: targets)",
            "func module(_ name: String, _ uses: [Target.Dependency] = []) -> Target { .target(name: name, dependencies: uses) }",
            "func tests(_ name: String) -> Target { .testTarget(name: \"\\(name)Tests\", dependencies: [.byName(name: name)]) }",
            "func local(_ place: String) -> Package.Dependency { return .package(path: \"\\(up)/\\(place)\") }",
        ]
        if isSplit {
            for one in packages + remote {
                lines.append(
                    random.chance(50) ? "package.dependencies.append(\(one))" : "package.dependencies += [\(one)]")
            }
        }
        if random.chance(40) {
            lines.append(
                "if ProcessInfo.processInfo.environment[\"RIPPLE_NEVER\"] != nil { package.targets.append(.target(name: \"Never\")) }"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
