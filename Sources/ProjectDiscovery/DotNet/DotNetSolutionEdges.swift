internal import GitObjects
internal import WorkspaceModel

/// What solutions add to projects: the order of builds, and a root that gathers.
struct DotNetSolutionEdges {
    let survey: DotNetSurvey

    /// Solutions are read for structure. The one at the root stands for the root where no project does; those elsewhere
    /// stand for no project, because the files around them belong to whatever is there.
    ///
    /// - Parameter isAlone: whether nothing but solutions makes the root a project or a workspace.
    func apply(to discovery: inout Discovery, isAlone: Bool) {
        var positions: [RepoPath: Int] = [:]
        for (index, project) in discovery.projects.enumerated() { positions[project.path] = index }
        for (path, solution) in survey.solutions.sorted(by: { $0.key < $1.key }) {
            discovery.structuralFiles.insert(path)
            let base = path.parent ?? .root
            for (project, before, line) in solution.order {
                guard let from = home(project, base), let to = home(before, base), from != to,
                    let index = positions[from]
                else { continue }
                let evidence = Evidence(path: path, line: line)
                discovery.projects[index].dependencies.append(
                    DiscoveredDependency(target: to, kind: .build, evidence: evidence))
            }
        }
        guard isAlone, positions[.root] == nil, let root = survey.solutions.keys.filter({ $0.parent == .root }).min()
        else {
            return
        }
        var gatherer = DiscoveredProject(path: .root, manager: .dotnet, manifest: root)
        gatherer.onlyGathers = true
        discovery.projects.insert(gatherer, at: 0)
    }

    private func home(_ text: String, _ base: RepoPath) -> RepoPath? {
        guard case .inside(let path) = survey.places.place(text, from: base),
            let file = survey.places.find(path)?.path, survey.isProject(file)
        else { return nil }
        return file.parent
    }
}
