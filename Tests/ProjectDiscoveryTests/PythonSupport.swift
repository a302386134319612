import GitObjects
import WorkspaceModel

@testable import ProjectDiscovery

/// What the Python adapter finds in `files`.
func discoverPython(_ files: [String: String], cache: ParsedPythonCache = ParsedPythonCache()) throws -> Discovery {
    let tree = SourceTree.inMemory(files)
    return try PythonAdapter.discover(in: tree, scan: try ManifestScan.walk(tree), cache: cache)
}

/// The text of a small pyproject.toml.
func pyproject(_ name: String, _ dependencies: [String] = [], _ rest: String = "") -> String {
    let list = dependencies.map { "\"\($0)\"" }.joined(separator: ", ")
    return "[project]\nname = \"\(name)\"\nversion = \"0.1.0\"\ndependencies = [\(list)]\n\(rest)\n"
}

/// Sources that link the names to the workspace.
func workspaceSources(_ names: String...) -> String {
    "[tool.uv.sources]\n" + names.map { "\($0) = { workspace = true }\n" }.joined()
}

/// One entry of a uv.lock.
func locked(
    _ name: String, _ version: String = "1.0", _ dependencies: [String] = [], local: String? = nil, hash: String? = nil,
    rest: String = ""
) -> String {
    let source = local.map { "editable = \"\($0)\"" } ?? "registry = \"index\""
    let uses = dependencies.map { $0.hasPrefix("{") ? $0 : "{ name = \"\($0)\" }" }.joined(separator: ", ")
    let wheel = local == nil ? "wheels = [{ url = \"u\", hash = \"sha256:\(hash ?? name + version)\" }]\n" : ""
    return
        "[[package]]\nname = \"\(name)\"\nversion = \"\(version)\"\nsource = { \(source) }\ndependencies = [\(uses)]\n"
        + "\(wheel)\(rest)\n"
}

func uvLock(_ packages: String...) -> String {
    "version = 1\nrevision = 3\nrequires-python = \">=3.11\"\n\n" + packages.joined(separator: "\n")
}
