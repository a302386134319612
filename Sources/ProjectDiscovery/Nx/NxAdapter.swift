package import GitObjects
internal import JSONText
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
            var preset: (path: RepoPath, bytes: [UInt8])?
            if let base = NxConfiguration.presetPath(bytes, at: path), let text = try files.read(base) {
                preset = (base, text)
            }
            let configuration: NxConfiguration
            do throws(ConfigurationError) {
                configuration = try NxConfiguration.parse(bytes, at: path, preset: preset)
            } catch {
                widen(error, root, &discovery)
                continue
            }
            let builder = NxWorkspaceBuilder(
                root: root, configuration: configuration, files: files, cache: cache, manifests: manifests)
            try builder.build(into: &discovery)
        }
    }

    /// `defaultBase`, or `affected.defaultBase`, of the nx.json at the root, without the name of a remote; `nil` when it says
    /// none or cannot be read.
    package static func defaultBranch(in tree: SourceTree) throws(GitError) -> String? {
        guard let bytes = try tree.read("nx.json"), let document = try? NxConfiguration.document(bytes, "nx.json")
        else {
            return nil
        }
        let root = document.root
        let name = root["defaultBase"]?.string ?? root["affected"]?["defaultBase"]?.string
        return name.map { $0.hasPrefix("origin/") ? String($0.dropFirst("origin/".count)) : $0 }
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
