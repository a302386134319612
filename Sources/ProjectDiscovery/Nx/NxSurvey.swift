internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// What one walk of an Nx workspace finds: the directories that may be projects, and the source files.
struct NxSurvey {
    struct Source {
        var path: RepoPath
        var id: ObjectID
        var dialect: JavaScriptImports.Dialect
    }

    /// Directories with a project.json or package.json, sorted by path.
    private(set) var directories: [(path: RepoPath, project: ObjectID?, package: ObjectID?)] = []
    /// Sorted by path.
    private(set) var sources: [Source] = []

    /// What tools keep in directories of their own.
    private static let passedOver: Set<String> = ["node_modules", ".git", ".nx", ".yarn"]

    /// Opens every directory below `root`, also those whose name begins with a dot (.storybook), except what tools keep for
    /// themselves and what .nxignore names.
    ///
    /// - Parameter readsSources: whether to list the source files.
    init(of root: RepoPath, in files: ModuleFiles, readsSources: Bool) throws(GitError) {
        var ignored = IgnoreRules()
        if let text = try files.read(root.appending(".nxignore")) { ignored.add(text, base: root) }
        var pending = [root]
        while let path = pending.popLast() {
            guard let directory = try files.directory(path) else { continue }
            var project: ObjectID?, package: ObjectID?
            for entry in directory.entries {
                let name = directory.name(of: entry)
                let below = path.appending(name)
                if entry.mode == .directory {
                    let isPassedOver = NxSurvey.passedOver.contains(String(decoding: name, as: UTF8.self))
                    if !isPassedOver, !ignored.ignores(below, isDirectory: true) { pending.append(below) }
                    continue
                }
                guard entry.mode.isFile, !ignored.ignores(below, isDirectory: false) else { continue }
                if name.elementsEqual("project.json".utf8) { project = entry.id }
                if name.elementsEqual("package.json".utf8) { package = entry.id }
                if readsSources, let dialect = JavaScriptImports.dialect(of: name) {
                    sources.append(Source(path: below, id: entry.id, dialect: dialect))
                }
            }
            if project != nil || package != nil { directories.append((path, project, package)) }
        }
        directories.sort { $0.path < $1.path }
        sources.sort { $0.path < $1.path }
    }
}
