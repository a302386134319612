import GitObjects
import Glibc
import ProjectDiscovery
import WorkspaceModel

/// Discovers a repository given as texts; `scanned` are the directories that the shared walk would report.
func discoverJavaScript(
    _ files: [String: String], scanned: [String] = ["."], cache: ParsedManifestCache = ParsedManifestCache()
) throws -> Discovery {
    let tree = SourceTree.inMemory(files)
    return try JavaScriptAdapter.discover(in: tree, scan: javaScriptScan(files, scanned), cache: cache)
}

func javaScriptScan(_ files: [String: String], _ scanned: [String]) -> ManifestScan {
    let directories = scanned.map { RepoPath($0) }.map { directory in
        let names = ["package.json", "pnpm-workspace.yaml"].filter { files[directory.appending($0).description] != nil }
        return (path: directory, manifests: Set(names))
    }
    return ManifestScan(directories: directories)
}

extension Discovery {
    func project(_ path: String) -> DiscoveredProject? { projects.first { $0.path == RepoPath(path) } }

    /// `PATH KIND :LINE` of every edge of a project.
    func edges(of path: String) -> [String] {
        (project(path)?.dependencies ?? []).map { "\($0.target) \($0.kind) :\($0.evidence.line ?? 0)" }
    }
}

/// A directory on disk that vanishes with the value, for comparing with programs.
final class JavaScriptScratch {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(parent)/ripple-javascript-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(text: "mkdtemp failed") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = try? run("rm -rf '\(path)'") }

    struct Failure: Error { var text: String }

    func write(_ text: String, to name: String) throws {
        let full = "\(path)/\(name)"
        var directory = path
        for part in name.split(separator: "/").dropLast() {
            directory += "/\(part)"
            mkdir(directory, 0o755)
        }
        guard let file = fopen(full, "w") else { throw Failure(text: "cannot write \(full)") }
        defer { fclose(file) }
        fputs(text, file)
    }

    /// What `command` prints, run by the shell in this directory; a failing command throws.
    func run(_ command: String) throws -> String {
        guard let pipe = popen("cd '\(path)' && { \(command); }", "r") else {
            throw Failure(text: "cannot run \(command)")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        let output = String(decoding: bytes, as: UTF8.self)
        guard pclose(pipe) == 0 else { throw Failure(text: "\(command) failed: \(output)") }
        return output
    }
}

/// A small deterministic generator: SplitMix64.
struct JavaScriptRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
