import GitObjects
import WorkspaceModel

@testable import ProjectDiscovery

/// What the Docker adapter finds in `files`, beside what the adapters of JavaScript and Go find.
func discoverDocker(_ files: [String: String], cache: ParsedDockerCache = ParsedDockerCache()) throws -> Discovery {
    let tree = SourceTree.inMemory(files), scan = try ManifestScan.walk(tree)
    var others = [
        try JavaScriptAdapter.discover(in: tree, scan: scan, cache: ParsedManifestCache()),
        try GoAdapter.discover(in: tree, scan: scan, cache: ParsedGoCache()),
    ]
    return try DockerAdapter.discover(in: tree, scan: scan, cache: cache, beside: &others)
}

/// What building a Dockerfile with this text reads.
func dockerBuild(_ text: String, _ arguments: [String: String] = [:], contexts: Set<String> = []) throws -> DockerBuild
{
    DockerBuild(try Dockerfile(parsing: Array(text.utf8)), arguments: arguments, contexts: contexts)
}

extension Discovery {
    /// The patterns of the task that a project's Dockerfile adds.
    func patterns(_ path: RepoPath, _ task: String = "docker") -> [String]? {
        guard case .patterns(let patterns, false) = project(path)?.tasks[task]?.inputs else { return nil }
        return patterns
    }

    /// Which of the files the task's patterns select.
    func reads(_ path: RepoPath, _ task: String = "docker", among files: [String]) throws -> [String] {
        let list = try PatternList(
            (patterns(path, task) ?? []).map {
                $0.hasPrefix("!") ? "!" + $0.dropFirst(2) : String($0.dropFirst())
            })
        return files.filter { list.matches(RepoPath($0)) }.sorted()
    }
}

/// What the Terraform adapter finds in `files`, beside what the adapters of JavaScript and Go find.
func discoverTerraform(
    _ files: [String: String], cache: ParsedTerraformCache = ParsedTerraformCache()
) throws -> Discovery {
    let tree = SourceTree.inMemory(files), scan = try ManifestScan.walk(tree)
    let others = [
        try JavaScriptAdapter.discover(in: tree, scan: scan, cache: ParsedManifestCache()),
        try GoAdapter.discover(in: tree, scan: scan, cache: ParsedGoCache()),
    ]
    return try TerraformAdapter.discover(in: tree, scan: scan, cache: cache, beside: others)
}

/// Calls `body` with the sample damaged in some hundred ways, the same ways for the same seed.
func mutations(of sample: [UInt8], seed: UInt64, count: Int = 400, _ body: ([UInt8]) throws -> Void) rethrows {
    var random = SeededNumbers(state: seed)
    for _ in 0..<count {
        var bytes = sample
        for _ in 0...Int.random(in: 0..<4, using: &random) {
            let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeSubrange(min(place, bytes.count)..<min(bytes.count, place + 3))
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: min(place, bytes.count))
            case 2:
                bytes.insert(
                    contentsOf: Array("\n${\"<<'[{#\\".utf8).shuffled(using: &random), at: min(place, bytes.count))
            default: bytes += bytes.prefix(place)
            }
        }
        try body(bytes)
    }
}
