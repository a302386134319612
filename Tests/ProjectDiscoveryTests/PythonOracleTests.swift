import Foundation
import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

enum UvProgram {
    private static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { $0 + "/uv" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Whether uv is here and finds a Python; tests that ask it are skipped if not.
    static let works = path != nil && (try? lock(["pyproject.toml": pyproject("a")])) != nil

    /// What uv locks for the files, or `nil` where it cannot work, as without a Python.
    static func lock(_ files: [String: String]) throws -> String? {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("ripple-uv-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in files {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "uv")
        process.arguments = ["lock", "--offline", "--quiet", "--no-config", "--no-python-downloads"]
        process.currentDirectoryURL = root
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return try String(contentsOf: root.appendingPathComponent("uv.lock"), encoding: .utf8)
    }
}

/// The adapter must say what `uv lock` says of workspaces without external packages: members and edges.
@Suite(.enabled(if: UvProgram.works, "uv does not work here"))
struct PythonOracleTests {
    private func random(_ numbers: inout SeededNumbers) -> [String: String] {
        let count = Int.random(in: 2...6, using: &numbers)
        let isPackage = numbers.chance(50)
        var files: [String: String] = [:]
        let all = (0..<count).map { "m-\($0)" }
        func list(_ names: [String]) -> String { "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
        func some(_ percent: Int, asking: Bool = false) -> [String] {
            all.filter { _ in numbers.chance(percent) }.map { name in
                let written = name.replacing("-", with: ["-", "_", "."].randomElement(using: &numbers) ?? "-")
                return asking && numbers.chance(30) ? written + "[x]" : written
            }
        }
        let table = "[tool.uv.sources]\n" + all.map { "\($0) = { workspace = true }\n" }.joined()
        func member(_ name: String, _ hasSources: Bool) -> String {
            "[project]\nname = \"\(name)\"\nversion = \"1\"\nrequires-python = \">=3.8\"\n"
                + "dependencies = \(list(some(25, asking: true)))\n"
                + "[project.optional-dependencies]\nx = \(list(some(20)))\n"
                + "[dependency-groups]\ndev = \(list(some(20)))\n" + (hasSources ? table : "")
        }
        let hasRootSources = numbers.chance(60)
        let workspace =
            "[tool.uv.workspace]\nmembers = [\"p/*\", \"q/**/deep*\"]\nexclude = [\"p/m-9*\"]\n"
            + (hasRootSources ? table : "")
        files["pyproject.toml"] = (isPackage ? member("rooted", false) : "") + workspace
        if isPackage, !hasRootSources {
            files["pyproject.toml"] = member("rooted", true) + workspace.replacing(table, with: "")
        }
        for (number, name) in all.enumerated() {
            files[number % 2 == 0 ? "p/d\(number)/pyproject.toml" : "q/w/deep\(number)/pyproject.toml"] =
                member(name, !hasRootSources || numbers.chance(30))
        }
        files["p/m-99/pyproject.toml"] = member("left-out", true)
        return files
    }

    /// The projects that a package of the lockfile uses, by path; extras asked for are followed.
    private func targets(_ number: Int, _ lock: PythonLock) -> Set<String> {
        var found: Set<String> = [], asked: Set<String> = []
        func follow(_ uses: [PythonLock.Dependency]) {
            for use in uses {
                for target in lock.packages(for: use) {
                    found.insert(lock.packages[target].localPath ?? "?")
                    for extra in use.extras where asked.insert("\(target) \(extra)").inserted {
                        follow(lock.packages[target].extras[extra] ?? [])
                    }
                }
            }
        }
        let package = lock.packages[number]
        follow(package.dependencies + package.development + package.extras.values.joined())
        return found.subtracting([package.localPath ?? "?"])
    }

    @Test("random workspaces look to the adapter as they do to uv", arguments: UInt64(1)...12)
    func random(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let files = random(&numbers)
        guard let text = try UvProgram.lock(files) else {
            // A workspace that uv refuses says nothing; that not all are refused is tested below.
            return
        }
        let found = try discoverPython(files)
        let lock = try PythonLock(parsingUv: Array(text.utf8))
        let projects = found.projects.filter { !$0.onlyGathers }
        #expect(Set(projects.map(\.path.description)) == Set(lock.packages.compactMap(\.localPath)), "seed \(seed)")
        for (number, package) in lock.packages.enumerated() {
            let project = projects.first { $0.path.description == package.localPath }
            let edges = Set(project?.dependencies.map(\.target.description) ?? [])
            #expect(edges == targets(number, lock), "seed \(seed): \(package.name)\n\(files)")
        }
        let withLock = try discoverPython(files.merging(["uv.lock": text]) { one, _ in one })
        for (one, other) in zip(found.projects, withLock.projects) {
            #expect(one.dependencies == other.dependencies, "seed \(seed): the lockfile adds no edge")
            #expect(other.externals.allSatisfy { !$0.isWholeLockfile }, "seed \(seed)")
        }
    }

    @Test("uv can lock such workspaces here")
    func works() throws {
        var locked = 0
        for seed in UInt64(1)...12 {
            var numbers = SeededNumbers(state: seed)
            if try UvProgram.lock(random(&numbers)) != nil { locked += 1 }
        }
        #expect(locked >= 6, "uv locked \(locked) of 12")
    }
}
