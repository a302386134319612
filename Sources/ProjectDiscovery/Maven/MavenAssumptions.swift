internal import GitObjects
internal import WorkspaceModel

/// Plugins without a version here, built here too: a parent from outside may manage the version.
///
/// Maven builds in the order of its modules, so what would close a circle with edges that are sure is not the plugin that
/// is built here, but a released one. All others stay edges.
enum MavenAssumptions {
    /// Removes the build edges to `assumed` targets that would close a circle, with a note.
    static func drop(
        _ assumed: [RepoPath: Set<RepoPath>], from projects: inout [DiscoveredProject], _ survey: MavenSurvey
    ) {
        var targets: [RepoPath: Set<RepoPath>] = [:]
        for project in projects {
            let unsure = assumed[project.path] ?? []
            targets[project.path] = Set(
                project.dependencies.filter { $0.kind != .build || !unsure.contains($0.target) }.map(\.target))
        }
        for index in projects.indices {
            let path = projects[index].path
            for target in (assumed[path] ?? []).sorted() {
                guard reaches(target, path, targets) else {
                    targets[path]?.insert(target)
                    continue
                }
                for edge in projects[index].dependencies where edge.kind == .build && edge.target == target {
                    survey.note(
                        edge.evidence.path.parent ?? .root, edge.evidence.line,
                        "the plugin that '\(target)' builds needs what it would build: it is taken for a released one")
                }
                projects[index].dependencies.removeAll { $0.kind == .build && $0.target == target }
            }
        }
    }

    private static func reaches(_ start: RepoPath, _ end: RepoPath, _ targets: [RepoPath: Set<RepoPath>]) -> Bool {
        var seen: Set<RepoPath> = [], pending = [start]
        while let next = pending.popLast() {
            if next == end { return true }
            guard seen.insert(next).inserted else { continue }
            pending += targets[next] ?? []
        }
        return false
    }
}
