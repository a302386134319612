internal import GitObjects
internal import WorkspaceModel

/// One project of an Nx workspace.
struct NxProject {
    var path: RepoPath
    var name: String
    /// The name in its package.json.
    var packageName: String?
    var file: NxProjectFile
    /// Whether it is a root that only gathers: what imports its files reads these, and no project.
    var onlyGathers = false
    /// Its place in `Discovery.projects`.
    var index: Int
    /// Its targets, defaults worked in.
    var targets: [String: NxTarget] = [:]
}

/// The projects of one Nx workspace, and what is the same for all of them.
struct NxWorkspace {
    let root: RepoPath
    let configuration: NxConfiguration
    /// Sorted by path.
    private(set) var projects: [NxProject]
    /// Files at the root that count for every task, from the root of the repository.
    var sharedInputs: [String] = []
    private var byName: [String: Int] = [:]
    private var byPath: [RepoPath: Int] = [:]
    /// Names of targets, to expand wildcards.
    private(set) var targetNames: [String] = []

    init(root: RepoPath, configuration: NxConfiguration, projects: [NxProject]) {
        self.root = root
        self.configuration = configuration
        self.projects = projects
        for (index, project) in projects.enumerated() {
            byPath[project.path] = index
            if byName[project.name] == nil { byName[project.name] = index }
        }
        // A name in package.json is known too, unless a project is called so.
        for (index, project) in projects.enumerated() {
            if let name = project.packageName, byName[name] == nil { byName[name] = index }
        }
    }

    /// Sets the targets of every project.
    mutating func setTargets(_ targets: [[String: NxTarget]]) {
        for index in projects.indices { projects[index].targets = targets[index] }
        targetNames = Set(targets.flatMap(\.keys)).sorted()
    }

    /// The root, when it is a project that only gathers: nothing can depend on it.
    var gatheringRoot: RepoPath? { projects.first { $0.onlyGathers }?.path }

    /// The place in `projects` of the one at `path`.
    func position(of path: RepoPath) -> Int? { byPath[path] }

    func project(named name: String) -> NxProject? { byName[name].map { projects[$0] } }

    /// The innermost project that `path` lies in, or is the directory of.
    func owner(of path: RepoPath) -> NxProject? {
        var directory: RepoPath? = path
        while let current = directory {
            if let index = byPath[current] { return projects[index] }
            directory = current.parent
        }
        return nil
    }

    /// The projects that a text in a configuration means: a name, a glob of names or of directories, `tag:x`.
    func projects(matching text: String) -> [NxProject] {
        if let project = project(named: text) { return [project] }
        if text.hasPrefix("tag:") {
            let tag = String(text.dropFirst(4))
            return projects.filter { project in project.file.tags.contains { NxNames.matches($0, tag) } }
        }
        let directory = RepoPath(text)
        if let index = byPath[directory] { return [projects[index]] }
        return projects.filter {
            NxNames.matches($0.name, text) || NxNames.matches($0.path.description, text)
        }
    }
}
