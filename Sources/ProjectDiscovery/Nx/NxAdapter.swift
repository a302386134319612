package import GitObjects
package import WorkspaceModel

/// Reads Nx workspaces: nx.json, project.json files, and the imports of source files.
///
/// Works on what the JavaScript adapter found: adds the projects that have only a project.json, the edges that imports
/// make, and says which targets are tasks, and how. Sources: https://nx.dev/reference, and Nx's own readers.
package enum NxAdapter {
    /// Replaces the tasks of the projects in `discovery` that an nx.json governs, and adds to its projects and edges.
    ///
    /// An nx.json counts at the root of the repository, or at the root of a workspace. One that cannot be read leaves the
    /// tasks as they are and counts every project of it as changed. Reads every source file below, each once a `cache`.
    package static func apply(
        in tree: SourceTree, to discovery: inout Discovery, cache: ParsedNxCache, manifests: ParsedManifestCache
    ) throws(GitError) {
        let roots = Set(discovery.projects.filter { $0.manager.isJavaScript && $0.onlyGathers }.map(\.path) + [.root])
        let files = ModuleFiles(tree: tree)
        for root in roots.sorted() {
            let path = root.appending("nx.json")
            guard let entry = try files.entry(path), entry.mode.isFile else { continue }
            discovery.structuralFiles.insert(path)
            let bytes = try tree.objects.blob(entry.id)
            let configuration: NxConfiguration
            do throws(ConfigurationError) {
                configuration = try NxConfiguration.parse(bytes, at: path)
            } catch {
                widen(error, root, &discovery)
                continue
            }
            let builder = NxWorkspaceBuilder(
                root: root, configuration: configuration, files: files, cache: cache, manifests: manifests)
            try builder.build(into: &discovery)
        }
    }

    private static func widen(_ error: ConfigurationError, _ root: RepoPath, _ discovery: inout Discovery) {
        discovery.widenings.append(
            Widening(
                code: "broken-manifest", scope: error.path.description,
                message: "\(error.message). Every project below counts as changed."))
        for index in discovery.projects.indices where discovery.projects[index].path.isWithin(root) {
            if discovery.projects[index].brokenReason == nil { discovery.projects[index].brokenReason = error.message }
        }
    }
}
