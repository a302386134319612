import Foundation
import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// What each package reaches must be what `go list` says.
@Suite(.enabled(if: GoOracle.go != nil, "go is not installed"))
struct GoOracleTests {
    @Test("random workspaces are resolved as go resolves them", arguments: UInt64(1)...12)
    func random(seed: UInt64) throws {
        var random = SeededNumbers(state: seed)
        let files = GoShapes.random(&random)
        let oracle = try GoOracle(files: files)
        defer { oracle.remove() }
        let tree = SourceTree.inMemory(files)
        let survey = GoSurvey(tree: tree, cache: ParsedGoCache())
        try survey.run(try ManifestScan.walk(tree))
        for module in survey.modules {
            let context = try survey.context(of: module)
            let listed = try oracle.packages(in: module.description)
            let packages = try survey.packages(below: module)
            let label: Comment = "seed \(seed), \(module): \(files)"
            #expect(Set(packages.map(\.directory.description)) == Set(listed.filter(\.value.isRoot).keys), label)
            for package in packages {
                let name = package.directory.description
                let reach = try context.reach(from: [package], includingTests: false)
                #expect(Set(reach.packages.map(\.description)) == oracle.closure(of: name, in: listed), label)
                #expect((package.mainFile != nil) == (listed[name]?.isProgram == true), label)
                #expect(!reach.usesExternal, label)
                let tests = Set(
                    try package.testImports.compactMap { one -> String? in
                        guard case .local(let directory, _) = try context.target(of: one.path) else { return nil }
                        return directory.description
                    })
                #expect(tests == listed[name]?.testImports, label)
            }
        }
    }
}

/// What `go list` says of files written to a temporary directory.
struct GoOracle {
    struct Package {
        var imports: Set<String>
        var testImports: Set<String>
        var isProgram: Bool
        var isRoot: Bool
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let go: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/go" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    let root: URL

    init(files: [String: String]) throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("ripple-go-\(UUID().uuidString)")
        for (path, text) in files {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    func remove() { try? FileManager.default.removeItem(at: root) }

    /// The packages of the module and all they reach in the workspace, tests of the module's own included, by directory.
    func packages(in directory: String) throws -> [String: Package] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: GoOracle.go ?? "go")
        process.arguments = ["list", "-e", "-deps", "-json", "./..."]
        process.currentDirectoryURL = root.appendingPathComponent(directory)
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in [
            "GOPROXY": "off", "GOFLAGS": "", "GO111MODULE": "on", "GOWORK": "", "GOTOOLCHAIN": "local",
            "GOCACHE": root.appendingPathComponent(".cache").path, "GOPATH": root.appendingPathComponent(".go").path,
        ] { environment[name] = value }
        process.environment = environment
        let output = Pipe(), errors = root.appendingPathComponent("go-errors.txt")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "go refused \(directory): \(said)")
        }
        var listed: [[String: Any]] = []
        // Objects one after the other, each closed by a brace alone on its line.
        for text in String(decoding: data, as: UTF8.self).components(separatedBy: "\n}\n") where !text.isEmpty {
            guard let object = try JSONSerialization.jsonObject(with: Data((text + "\n}").utf8)) as? [String: Any]
            else {
                throw Failure(description: "go printed no object")
            }
            if object["Standard"] as? Bool != true { listed.append(object) }
        }
        var directories: [String: String] = [:]
        for object in listed {
            let path = object["Dir"] as? String ?? ""
            directories[object["ImportPath"] as? String ?? ""] = String(path.dropFirst(root.path.count + 1))
        }
        var found: [String: Package] = [:]
        for object in listed {
            func local(_ key: String) -> Set<String> {
                Set(
                    (object[key] as? [String] ?? []).compactMap { name in
                        directories[name] ?? (name.hasPrefix("example.com/") ? String(name.dropFirst(12)) : nil)
                    })
            }
            guard let place = directories[object["ImportPath"] as? String ?? ""] else { continue }
            found[place] = Package(
                imports: local("Imports"), testImports: local("TestImports"),
                isProgram: object["Name"] as? String == "main", isRoot: object["DepOnly"] as? Bool != true)
        }
        return found
    }

    func closure(of directory: String, in packages: [String: Package]) -> Set<String> {
        var seen: Set<String> = [directory], pending = [directory]
        while let next = pending.popLast() {
            for target in packages[next]?.imports ?? [] where seen.insert(target).inserted { pending.append(target) }
        }
        return seen
    }
}
