package import GitObjects
package import WorkspaceModel

/// Reads what the commands and settings of a Rush repository say of its projects' tasks; the projects themselves are
/// among those of JavaScript, as rush.json lists them.
package enum RushAdapter {
    /// Replaces the tasks of the projects that the rush.json at the root lists. Files that are no inputs in Rush, those
    /// outside of the projects, do not count.
    ///
    /// A command-line.json that cannot be read makes every project count as changed.
    package static func apply(in tree: SourceTree, to discovery: inout Discovery) throws(GitError) {
        guard let entry = try tree.entry(RushFile.path), entry.mode.isFile,
            let file = try? RushFile.parse(try tree.objects.blob(entry.id))
        else { return }
        let folders = Set(file.entries.compactMap { RepoPath.root.resolving($0.folder) })
        let members = discovery.projects.indices.filter { index in
            let project = discovery.projects[index]
            return project.manager.isJavaScript && folders.contains(project.path)
        }
        guard let commands = try commands(in: tree, members, &discovery) else { return }
        discovery.diagnostics += commands.diagnostics
        let projects = members.map { discovery.projects[$0] }
        var packages: [String: RepoPath] = [:]
        for project in projects { if let name = project.name { packages[name] = project.path } }
        var reader = RushSettingsReader(tree: tree, packages: packages)
        var tasks = RushTasks(commands: commands, projects: projects)
        for index in members {
            let settings = try reader.settings(of: discovery.projects[index].path)
            discovery.projects[index].tasks = tasks.tasks(of: discovery.projects[index], settings)
            discovery.projects[index].inputsExcludeUnowned = true
            discovery.projects[index].definesCaching = true
        }
        addGlobalCommands(commands, &discovery)
        discovery.diagnostics += reader.diagnostics + tasks.diagnostics
        discovery.structuralFiles.formUnion(reader.files)
    }

    /// Global commands are tasks of the root. Rush knows no inputs of theirs and always runs them.
    private static func addGlobalCommands(_ commands: RushCommands, _ discovery: inout Discovery) {
        guard
            let index = discovery.projects.firstIndex(where: {
                $0.path.isRoot && $0.manager.isJavaScript && $0.onlyGathers
            })
        else { return }
        for (name, command) in commands.global {
            var task = TaskDefinition(command: command.shellCommand)
            task.inputs = .patterns(["/**/*"], includesDefault: true)
            task.cache = false
            task.origin = command.evidence
            discovery.projects[index].tasks[name] = task
        }
    }

    private static func commands(
        in tree: SourceTree, _ members: [Int], _ discovery: inout Discovery
    ) throws(GitError) -> RushCommands? {
        guard let bytes = try tree.read(RushCommands.path) else { return RushCommands() }
        discovery.structuralFiles.insert(RushCommands.path)
        do throws(ConfigurationError) {
            return try RushCommands.parse(bytes)
        } catch {
            for index in members where discovery.projects[index].brokenReason == nil {
                discovery.projects[index].brokenReason = error.message
            }
            discovery.widenings.append(
                Widening(
                    code: "broken-manifest", scope: RushCommands.path.description,
                    message: "\(error.message). Every project of rush.json counts as changed."))
            return nil
        }
    }

    /// `repository.defaultBranch` of the rush.json at the root; `nil` when it says none or cannot be read.
    package static func defaultBranch(in tree: SourceTree) throws(GitError) -> String? {
        guard let bytes = try tree.read(RushFile.path) else { return nil }
        return try? RushFile.parse(bytes).defaultBranch
    }
}
