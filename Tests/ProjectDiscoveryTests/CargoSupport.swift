import GitObjects
import WorkspaceModel

@testable import ProjectDiscovery

/// What the Cargo adapter finds in `files`. The scanned directories are those with a manifest and none above.
func discoverCargo(
    _ files: [String: String], scanning: [RepoPath]? = nil, cache: ParsedCrateCache = ParsedCrateCache()
) throws -> Discovery {
    let tree = SourceTree.inMemory(files)
    let scan = ManifestScan(directories: (scanning ?? topmostCrates(files)).map { ($0, ["Cargo.toml"]) })
    return try CargoAdapter.discover(in: tree, scan: scan, cache: cache)
}

private func topmostCrates(_ files: [String: String]) -> [RepoPath] {
    let all = files.keys.map { RepoPath($0) }.filter { $0.lastComponent.elementsEqual("Cargo.toml".utf8) }
        .compactMap(\.parent).sorted()
    return all.filter { one in !all.contains { $0 != one && one.isWithin($0) } }
}

extension Discovery {
    func project(_ path: RepoPath) -> DiscoveredProject? { projects.first { $0.path == path } }

    /// The paths of all projects.
    var paths: [String] { projects.map(\.path.description) }
}

/// The projects' edges as `from -> to kind`, sorted, each once.
func edges(of projects: [DiscoveredProject]) -> [String] {
    Set(
        projects.flatMap { project in
            project.dependencies.map { "\(project.path) -> \($0.target) \($0.kind.rawValue)" }
        }
    ).sorted()
}

/// The text of a small manifest.
func crate(_ name: String, _ rest: String = "") -> String {
    "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\(rest)\n"
}

/// A reproducible source of numbers (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
