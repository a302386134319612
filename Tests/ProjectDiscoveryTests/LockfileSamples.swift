import GitObjects
import ProjectDiscovery
import WorkspaceModel

extension Discovery {
    /// What a project gets from outside: `name@version` of everything it reaches, sorted; or why that is not known.
    func reach(_ path: String) -> [String] {
        guard let closure = project(path)?.externals.first else { return ["no lockfile"] }
        guard let resolution = closure.resolution else { return ["whole: \(closure.problem ?? "")"] }
        var found: Set<Int> = []
        var open = resolution.uses.map(\.package)
        while let number = open.popLast() {
            if found.insert(number).inserted {
                open += resolution.graph.packages[number].dependencies.map(\.package)
            }
        }
        return found.map { resolution.graph.packages[$0] }.map { "\($0.name)@\($0.version)" }.sorted()
    }

    func digest(_ path: String) -> String? { project(path)?.externals.first?.digest }
}

/// A workspace with the members `p/a` and `p/b` and a lockfile. `a` and `b` are the dependencies of each as JSON.
func lockedWorkspace(
    _ lockfile: String, _ text: String, a: String, b: String = "{}", root: String = "{}", rootFields: String = "",
    more: [String: String] = [:]
) throws -> Discovery {
    var files = [
        "package.json": #"{ "workspaces": ["p/*"], "dependencies": \#(root)\#(rootFields) }"#,
        "p/a/package.json": #"{ "name": "a", "dependencies": \#(a) }"#,
        "p/b/package.json": #"{ "name": "b", "dependencies": \#(b) }"#,
        lockfile: text,
    ]
    if lockfile == "pnpm-lock.yaml" { files["pnpm-workspace.yaml"] = "packages: ['p/*']" }
    return try discoverJavaScript(files.merging(more) { $1 })
}
