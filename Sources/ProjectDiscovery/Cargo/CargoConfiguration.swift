internal import GitObjects

/// What a `.cargo/config.toml` says of sources in the repository.
///
/// Format: The Cargo Book, "Configuration" and "Source Replacement" (1.90). Paths start at the directory that holds `.cargo`.
struct CargoConfiguration: Sendable {
    /// Directories of vendored packages (`source.*.directory`), each package in one of its own.
    var vendored: [String] = []
    /// Registries of archives (`source.*.local-registry`), and packages that stand in for others (`paths`, `patch`).
    var whole: [String] = []

    init() {}

    init(parsing bytes: [UInt8]) throws(TOMLProblem) {
        let root = try TOMLDocument(parsing: bytes).root
        for source in root["source"]?.table?.values.compactMap(\.table) ?? [] {
            if let path = source["directory"]?.string { vendored.append(path) }
            if let path = source["local-registry"]?.string { whole.append(path) }
        }
        whole += root["paths"]?.array?.compactMap(\.string) ?? []
        for registry in root["patch"]?.table?.values.compactMap(\.table) ?? [] {
            whole += registry.values.compactMap { $0.table?["path"]?.string }
        }
        vendored.sort()
        whole.sort()
    }
}
