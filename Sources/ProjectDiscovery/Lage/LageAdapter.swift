package import GitObjects
package import WorkspaceModel

/// Reads lage.config.js files: in a JavaScript workspace that has one, it says which scripts are tasks, and how.
package enum LageAdapter {
    /// Replaces the tasks of the JavaScript projects in `discovery` that a lage.config.js governs.
    ///
    /// A root is a project that gathers members, or a package that stands alone. A file that exports nothing readable
    /// leaves the scripts as they are, with a widening, and stays an input of every task. So does a root whose tasks
    /// another tool's configuration defines already.
    package static func apply(in tree: SourceTree, to discovery: inout Discovery) throws(GitError) {
        let scripted = discovery.projects.indices.filter { discovery.projects[$0].manager.isJavaScript }
        let gatherers = Set(scripted.filter { discovery.projects[$0].onlyGathers }.map { discovery.projects[$0].path })
        var members: [RepoPath: [Int]] = [:]
        for index in scripted where !discovery.projects[index].definesCaching {
            let path = discovery.projects[index].path
            members[innermost(gatherers, around: path) ?? path, default: []].append(index)
        }
        for (root, indices) in members.sorted(by: { $0.key < $1.key }) {
            guard let file = try file(in: root, tree) else { continue }
            try configure(indices, root, file, tree, &discovery)
        }
    }

    private static func innermost(_ gatherers: Set<RepoPath>, around path: RepoPath) -> RepoPath? {
        var directory: RepoPath? = path
        while let current = directory {
            if gatherers.contains(current) { return current }
            directory = current.parent
        }
        return nil
    }

    private static func file(in root: RepoPath, _ tree: SourceTree) throws(GitError) -> (path: RepoPath, id: ObjectID)?
    {
        guard let directory = try tree.directory(root) else { return nil }
        for name in LageConfiguration.names {
            if let entry = directory.entry(named: name.utf8), entry.mode.isFile {
                return (root.appending(name), entry.id)
            }
        }
        return nil
    }

    private static func configure(
        _ indices: [Int], _ root: RepoPath, _ file: (path: RepoPath, id: ObjectID), _ tree: SourceTree,
        _ discovery: inout Discovery
    ) throws(GitError) {
        guard let configuration = LageConfiguration.parse(try tree.objects.blob(file.id), at: file.path) else {
            discovery.widenings.append(
                Widening(
                    code: "code-configuration", scope: file.path.description,
                    message:
                        "\(file.path) exports nothing that is written out. The scripts of its packages are taken as "
                        + "without it, and a change of it reaches all of them."))
            return
        }
        discovery.diagnostics += configuration.diagnostics
        // What is read of the file counts through the tasks; a file with code in it counts as a whole.
        if !configuration.isPartial, !configuration.targets.values.contains(where: \.isPartial) {
            discovery.structuralFiles.insert(file.path)
        }
        var definitions = LageDefinitions(
            configuration: configuration, root: root, projects: indices.map { discovery.projects[$0] })
        for index in indices {
            let tasks = definitions.tasks(of: discovery.projects[index])
            // Scripts of the root that are no targets stay what they are.
            let isRoot = discovery.projects[index].onlyGathers
            discovery.projects[index].tasks =
                isRoot ? discovery.projects[index].tasks.merging(tasks) { $1 } : tasks
            discovery.projects[index].definesCaching = true
        }
        discovery.diagnostics += definitions.diagnostics
    }
}
