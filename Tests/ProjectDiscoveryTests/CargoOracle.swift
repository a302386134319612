import Foundation
import Testing

/// What `cargo metadata` says of files written to a temporary directory.
struct CargoOracle {
    struct Answer: Equatable {
        /// `path name` of each member, with ` bin` after those that have a binary.
        var members: Set<String> = []
        /// `from -> to kind`.
        var edges: Set<String> = []
        var directories: Set<String> = []
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Where cargo is; tests that ask it are skipped without it.
    static let cargo: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
        return (path.split(separator: ":").map(String.init) + [home + "/.cargo/bin"]).map { $0 + "/cargo" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    let root: URL

    init(files: [String: String]) throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("ripple-cargo-\(UUID().uuidString)")
        for (path, text) in files {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    func remove() { try? FileManager.default.removeItem(at: root) }

    /// The workspaces that the crates in `directories` belong to, together.
    func workspaces(of directories: [String]) throws -> Answer {
        var answer = Answer()
        for directory in directories where !answer.directories.contains(directory) {
            let found = try workspace(of: directory)
            answer.members.formUnion(found.members)
            answer.edges.formUnion(found.edges)
            answer.directories.formUnion(found.directories)
        }
        return answer
    }

    private func workspace(of directory: String) throws -> Answer {
        let output = try metadata(in: directory, ["--no-deps"])
        guard let json = try JSONSerialization.jsonObject(with: output) as? [String: Any],
            let packages = json["packages"] as? [[String: Any]]
        else { throw Failure(description: "cargo printed no packages") }
        var answer = Answer()
        answer.directories.insert(relative(json["workspace_root"] as? String ?? ""))
        for package in packages {
            let manifest = URL(fileURLWithPath: package["manifest_path"] as? String ?? "")
            let path = relative(manifest.deletingLastPathComponent().path)
            let targets = package["targets"] as? [[String: Any]] ?? []
            let isBinary = targets.contains { ($0["kind"] as? [String])?.contains("bin") == true }
            answer.members.insert("\(path) \(package["name"] as? String ?? "")\(isBinary ? " bin" : "")")
            answer.directories.insert(path)
            for dependency in package["dependencies"] as? [[String: Any]] ?? [] {
                guard let target = dependency["path"] as? String, relative(target) != path else { continue }
                let kinds = ["dev": "development", "build": "build"]
                let kind = (dependency["kind"] as? String).flatMap { kinds[$0] } ?? "runtime"
                answer.edges.insert("\(path) -> \(relative(target)) \(kind)")
            }
        }
        return answer
    }

    /// What `cargo metadata` prints.
    func metadata(in directory: String, _ options: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CargoOracle.cargo ?? "cargo")
        process.arguments = ["metadata", "--format-version", "1", "--offline"] + options
        process.currentDirectoryURL = root.appendingPathComponent(directory)
        let output = Pipe(), errors = root.appendingPathComponent("cargo-errors.txt")
        FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "cargo refused \(directory): \(said)")
        }
        return data
    }

    private func relative(_ path: String) -> String {
        if path == root.path { return "." }
        return path.hasPrefix(root.path + "/") ? String(path.dropFirst(root.path.count + 1)) : path
    }
}
