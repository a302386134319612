import GitObjects
import WorkspaceModel

@testable import ProjectDiscovery

/// What the Gradle adapter finds in `files`.
func discoverGradle(_ files: [String: String], cache: ParsedGradleCache = ParsedGradleCache()) throws -> Discovery {
    let tree = SourceTree.inMemory(files)
    return try GradleAdapter.discover(in: tree, scan: try ManifestScan.walk(tree), cache: cache)
}

/// The projects of `after` whose structural fields or external closures differ from those of `before`, by path.
func changedGradle(_ before: [String: String], _ after: [String: String]) throws -> [String] {
    let cache = ParsedGradleCache()
    let old = try discoverGradle(before, cache: cache), new = try discoverGradle(after, cache: cache)
    func fields(_ project: DiscoveredProject?) -> [String]? {
        project?.structuralDigests.map { "\($0.path) \($0.field) \($0.digest)" }
    }
    return new.projects.filter { project in
        let other = old.project(project.path)
        return fields(other) != fields(project) || other?.externals != project.externals
    }.map(\.path.description)
}

/// A build script that puts the lines in its `dependencies`.
func gradleDependencies(_ lines: String...) -> String {
    "dependencies {\n" + lines.map { "    \($0)\n" }.joined() + "}\n"
}
