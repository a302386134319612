internal import Diagnostics
internal import GitObjects
internal import WorkspaceModel

/// Lays the projects and tasks of a moon workspace over what the manifests told.
struct MoonMerger {
    private let survey: MoonSurvey
    private var discoveries: [Discovery]
    private var own = Discovery()
    /// Where each directory was found: the discovery and the place in it, in the order that decides the name.
    private var places: [RepoPath: [(discovery: Int, project: Int)]] = [:]
    private var projects: [MoonProject]

    init(survey: MoonSurvey, discoveries: [Discovery]) {
        self.survey = survey
        self.discoveries = discoveries
        projects = survey.projects
        for (index, discovery) in discoveries.enumerated() {
            for (position, project) in discovery.projects.enumerated() {
                places[project.path, default: []].append((index, position))
            }
        }
    }

    mutating func run() -> [Discovery] {
        own.structuralFiles = survey.structuralFiles
        own.diagnostics = survey.diagnostics
        own.followsFileNames = true
        for problem in survey.problems {
            own.widenings.append(
                Widening(
                    code: "broken-manifest", scope: problem.path.description,
                    message: "\(problem.text). Every project of the moon workspace counts as changed."))
        }
        for index in projects.indices {
            projects[index].aliases = Set(parts(of: projects[index].path).compactMap(\.name))
        }
        reportSameIDs()
        let edges = projects.map { references(of: $0) }
        let built = buildTasks(edges)
        var direct: [RepoPath: [RepoPath]] = [:]
        for (project, found) in zip(projects, edges) {
            direct[project.path] =
                found.map(\.target) + parts(of: project.path).flatMap { $0.dependencies.map(\.target) }
        }
        var dependencies = MoonDependencies(projects: projects, tasks: built, direct: direct)
        for (project, found) in zip(projects, edges) {
            var tasks: [String: TaskDefinition] = [:]
            for (name, task) in built[project.path] ?? [:] {
                tasks[name] = task.definition
                tasks[name]?.dependsOn = dependencies.resolve(name, of: project, task)
            }
            lay(project, tasks, found)
        }
        own.diagnostics += dependencies.diagnostics
        own.diagnostics = Array(Set(own.diagnostics))
        if !survey.problems.isEmpty { breakAll() }
        return discoveries + [own]
    }

    private func parts(of path: RepoPath) -> [DiscoveredProject] {
        (places[path] ?? []).map { discoveries[$0.discovery].projects[$0.project] }
    }

    private mutating func reportSameIDs() {
        var paths: [String: RepoPath] = [:]
        for project in projects {
            if let first = paths[project.id] {
                own.diagnostics.append(
                    Diagnostic(
                        evidence: project.listed,
                        message: "\(first) and \(project.path) are both called '\(project.id)'; the first is meant"))
            } else {
                paths[project.id] = project.path
            }
        }
    }

    // MARK: Edges

    /// The projects that `dependsOn` names. One that does not exist makes the project count as changed.
    private mutating func references(of project: MoonProject) -> [DiscoveredDependency] {
        let byID = MoonDependencies.index(projects)
        var found: [DiscoveredDependency] = []
        for reference in project.file.dependsOn {
            let evidence = Evidence(path: project.file.layer.path, line: reference.line)
            guard let index = byID[reference.id] else {
                let hint = nearest(to: reference.id, among: byID.keys.sorted()).map { " Did you mean '\($0)'?" } ?? ""
                let text =
                    "\(evidence.path):\(reference.line): 'dependsOn' names the project '\(reference.id)', which does "
                    + "not exist.\(hint)"
                breakProject(project.path, text)
                own.widenings.append(
                    Widening(
                        code: "unknown-dependency", scope: evidence.path.description,
                        message: "\(text) Everything in \(project.path) counts as changed."))
                continue
            }
            guard projects[index].path != project.path else { continue }
            found.append(
                DiscoveredDependency(target: projects[index].path, kind: reference.kind, evidence: evidence))
        }
        return found
    }

    private mutating func breakProject(_ path: RepoPath, _ reason: String) {
        guard let index = projects.firstIndex(where: { $0.path == path }) else { return }
        if projects[index].brokenReason == nil { projects[index].brokenReason = reason }
    }

    /// A file that concerns all projects cannot be read: whatever it says may have changed.
    private mutating func breakAll() {
        let reason = survey.problems[0].text
        let paths = Set(projects.map(\.path))
        // Without a list of projects any directory may be one.
        let concernsAll = projects.isEmpty
        for index in discoveries.indices {
            for position in discoveries[index].projects.indices {
                let project = discoveries[index].projects[position]
                guard concernsAll || paths.contains(project.path), project.brokenReason == nil else { continue }
                discoveries[index].projects[position].brokenReason = reason
            }
        }
        for position in own.projects.indices where own.projects[position].brokenReason == nil {
            own.projects[position].brokenReason = reason
        }
    }

    // MARK: Tasks

    private mutating func buildTasks(_ edges: [[DiscoveredDependency]]) -> [RepoPath: [String: MoonTaskBuilder.Built]] {
        let layers = projects.map { survey.layers(of: $0) }
        var others: [String: (path: RepoPath, fileGroups: [String: [MoonInput]])] = [:]
        var ids: [RepoPath: String] = [:]
        for (project, layers) in zip(projects, layers) {
            let groups = MoonTaskBuilder.fileGroups(of: project, layers)
            if others[project.id] == nil { others[project.id] = (project.path, groups) }
            ids[project.path] = project.id
        }
        let above = directoriesAbove()
        var result: [RepoPath: [String: MoonTaskBuilder.Built]] = [:]
        for (index, project) in projects.enumerated() {
            let parts = parts(of: project.path)
            let targets = edges[index].map(\.target) + parts.flatMap { $0.dependencies.map(\.target) }
            let patterns = MoonPatterns(
                project: project, fileGroups: MoonTaskBuilder.fileGroups(of: project, layers[index]), others: others,
                dependencies: targets.compactMap { ids[$0] },
                isRooted: project.path.isRoot || above.contains(project.path))
            var builder = MoonTaskBuilder(
                project: project, layers: layers[index], patterns: patterns,
                countsManifest: parts.allSatisfy(\.externals.isEmpty))
            result[project.path] = builder.tasks()
            own.diagnostics += builder.diagnostics
        }
        return result
    }

    /// The directories that have projects of any kind below them.
    private func directoriesAbove() -> Set<RepoPath> {
        var above: Set<RepoPath> = []
        for path in Set(places.keys).union(projects.map(\.path)) {
            var directory = path.parent
            while let current = directory, above.insert(current).inserted { directory = current.parent }
        }
        return above
    }

    // MARK: Laying over

    private mutating func lay(
        _ project: MoonProject, _ tasks: [String: TaskDefinition], _ edges: [DiscoveredDependency]
    ) {
        if let reason = project.brokenReason, project.file.layer.path.parent == project.path,
            !own.widenings.contains(where: { $0.scope == project.file.layer.path.description })
        {
            own.widenings.append(
                Widening(
                    code: "broken-manifest", scope: project.file.layer.path.description,
                    message: "\(reason). Everything in \(project.path) counts as changed."))
        }
        let known = places[project.path] ?? []
        guard let first = known.first else {
            var found = DiscoveredProject(path: project.path, manager: .npm, manifest: project.file.layer.path)
            found.isManaged = false
            write(project, tasks, edges, to: &found)
            own.projects.append(found)
            return
        }
        for place in known.dropFirst() { discoveries[place.discovery].projects[place.project].tasks = [:] }
        write(project, tasks, edges, to: &discoveries[first.discovery].projects[first.project])
    }

    private func write(
        _ project: MoonProject, _ tasks: [String: TaskDefinition], _ edges: [DiscoveredDependency],
        to found: inout DiscoveredProject
    ) {
        found.name = project.id
        found.tasks = tasks
        found.tags = project.file.tags
        found.dependencies += edges.filter { edge in
            !found.dependencies.contains { $0.target == edge.target && $0.kind == edge.kind }
        }
        found.dependencies.sort { ($0.target, $0.kind.rawValue) < ($1.target, $1.kind.rawValue) }
        found.structuralDigests += project.file.settings + survey.toolchains.settings(for: project)
        found.structuralDigests.sort { ($0.field, $0.path) < ($1.field, $1.path) }
        found.inputsExcludeUnowned = true
        found.definesCaching = true
        found.brokenReason = found.brokenReason ?? project.brokenReason
        classify(project, &found)
    }

    /// What moon.yml says of the layer decides; without it what the manifests say stays.
    private func classify(_ project: MoonProject, _ found: inout DiscoveredProject) {
        guard let kind = project.file.kind, kind.name != "unknown" else { return }
        let text = "\(project.file.layer.path):\(kind.line): \(kind.name)"
        found.appEvidence = kind.name == "application" ? text : nil
        let mayBeApp = ["tool", "automation"].contains(kind.name)
        found.appUnlessDependedOn = mayBeApp ? "\(text), and no project depends on it" : nil
    }
}
