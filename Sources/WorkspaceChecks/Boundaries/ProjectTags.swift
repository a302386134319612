internal import GitObjects
internal import JSONText
internal import ProjectDiscovery
internal import WorkspaceModel

/// The tags of every project, wherever they are written: ripple.yaml, project.json, `nx.tags` of package.json, and the
/// turbo.json of a package.
struct ProjectTags {
    private var tags: [Set<String>]

    init(_ workspace: Workspace, _ turbo: TurboBoundaries, in tree: SourceTree) throws(GitError) {
        tags = workspace.projects.map { Set($0.tags) }
        for index in workspace.indices {
            let directory = workspace[index].path
            if let bytes = try tree.read(directory.appending("package.json")),
                let manifest = PackageFile(parsing: bytes)
            {
                tags[index.rawValue].formUnion(manifest.tags)
            }
            if let bytes = try tree.read(directory.appending("project.json")),
                let root = (try? JSONDocument(parsing: bytes, allowingComments: true))?.root
            {
                tags[index.rawValue].formUnion((root["tags"]?.array ?? []).compactMap(\.string))
            }
            tags[index.rawValue].formUnion(turbo.packages[index]?.tags ?? [])
        }
    }

    subscript(project: ProjectIndex) -> Set<String> { tags[project.rawValue] }
}
