internal import GitObjects
internal import WorkspaceModel

/// Decides which directories of a workspace are its projects, and adds those that no package.json made one.
struct NxProjectCollector {
    private let builder: NxWorkspaceBuilder
    private let survey: NxSurvey

    init(_ builder: NxWorkspaceBuilder, _ survey: NxSurvey) {
        self.builder = builder
        self.survey = survey
    }

    /// The projects, sorted by path: a directory with a project.json, a package.json with `nx`, a member of the package
    /// manager's workspace.
    func projects(in discovery: inout Discovery) throws(GitError) -> [NxProject] {
        var places: [RepoPath: Int] = [:]
        for (index, project) in discovery.projects.enumerated() where project.manager.isJavaScript {
            places[project.path] = index
        }
        let root = builder.root
        let gathers = places[root].map { discovery.projects[$0].onlyGathers } ?? false
        var shared = Shared(
            manager: places[root].map { discovery.projects[$0].manager } ?? .npm,
            externals: places[root].map { discovery.projects[$0].externals } ?? [],
            digests: places[root].map { discovery.projects[$0].structuralDigests.filter { $0.field != "scripts" } }
                ?? [])
        if !gathers, let workspaceRoot = try WorkspaceRoot(at: root, in: builder.files.tree, cache: builder.manifests) {
            shared.digests = try workspaceRoot.structuralDigests(
                in: builder.files.tree.objects, cache: builder.manifests)
        }
        shared.digests += builder.configuration.opaque
        var found: [NxProject] = []
        for directory in survey.directories {
            let package = try packageFile(directory)
            let existing = places[directory.path]
            let isMember =
                gathers && directory.path != root && existing.map { !discovery.projects[$0].onlyGathers } == true
            guard directory.project != nil || package != nil || isMember else { continue }
            let index = if let existing { existing } else { try add(directory, shared, to: &discovery) }
            found.append(try project(directory, package, index, shared, &discovery))
        }
        if let index = places[root], !gathers, !found.isEmpty, !found.contains(where: { $0.path == root }) {
            gather(index, &discovery)
        }
        return found
    }

    /// What every project takes from the root.
    private struct Shared {
        var manager: PackageManager
        var externals: [ExternalClosure]
        var digests: [StructuralDigest]
    }

    private typealias Directory = (path: RepoPath, project: ObjectID?, package: ObjectID?)

    private func packageFile(_ directory: Directory) throws(GitError) -> NxProjectFile? {
        guard let id = directory.package else { return nil }
        let path = directory.path.appending("package.json")
        return NxProjectFile.parse(packageJSON: try builder.files.tree.objects.blob(id), at: path)
    }

    /// Adds a project that the JavaScript adapter does not know; its place.
    private func add(_ directory: Directory, _ shared: Shared, to discovery: inout Discovery) throws(GitError) -> Int {
        let file = directory.project == nil ? "package.json" : "project.json"
        var project = DiscoveredProject(
            path: directory.path, manager: shared.manager, manifest: directory.path.appending(file))
        if let id = directory.package,
            case .manifest(let manifest) = try builder.manifests.content(id, in: builder.files.tree.objects)
        {
            project.name = manifest.name
            project.scripts = manifest.scriptNames
            project.scriptBodies = manifest.scriptBodies
        }
        discovery.projects.append(project)
        return discovery.projects.count - 1
    }

    private func project(
        _ directory: Directory, _ package: NxProjectFile?, _ index: Int, _ shared: Shared, _ discovery: inout Discovery
    ) throws(GitError) -> NxProject {
        var file = package ?? NxProjectFile()
        if let id = directory.project {
            let path = directory.path.appending("project.json")
            let bytes = try builder.files.tree.objects.blob(id)
            do throws(ConfigurationError) {
                file = try NxProjectFile.parse(bytes, at: path).merged(onto: package)
            } catch {
                discovery.projects[index].brokenReason = error.message
                discovery.widenings.append(
                    Widening(
                        code: "broken-manifest", scope: path.description,
                        message: "\(error.message). Everything in \(directory.path) counts as changed."))
            }
        }
        let packageName = discovery.projects[index].name
        let last = String(decoding: directory.path.lastComponent, as: UTF8.self)
        let name = file.name ?? packageName ?? (directory.path.isRoot ? "root" : last)
        discovery.projects[index].name = name
        discovery.projects[index].tags = file.tags
        if discovery.projects[index].externals.isEmpty { discovery.projects[index].externals = shared.externals }
        let known = Set(discovery.projects[index].structuralDigests)
        discovery.projects[index].structuralDigests += shared.digests.filter { !known.contains($0) }
        discovery.projects[index].structuralDigests.sort { ($0.field, $0.path) < ($1.field, $1.path) }
        classify(file, &discovery.projects[index])
        return NxProject(
            path: directory.path, name: name, packageName: packageName, file: file,
            onlyGathers: discovery.projects[index].onlyGathers, index: index)
    }

    /// `projectType` decides; without it what the package.json tells.
    private func classify(_ file: NxProjectFile, _ project: inout DiscoveredProject) {
        guard let type = file.projectType else { return }
        let place = type.evidence.line.map { "\(type.evidence.path):\($0)" } ?? "\(type.evidence.path)"
        switch type.value {
        case "application": project.appEvidence = "\(place): projectType: application"
        case "library":
            project.appEvidence = nil
            project.appUnlessDependedOn = nil
        default: break
        }
    }

    /// The root of a workspace in which package.json only lists what the projects use is no project of Nx.
    private func gather(_ index: Int, _ discovery: inout Discovery) {
        discovery.projects[index].onlyGathers = true
        discovery.projects[index].appEvidence = nil
        discovery.projects[index].appUnlessDependedOn = nil
        discovery.structuralFiles.insert(discovery.projects[index].manifest)
        // A root's scripts read anything in the workspace, and no inputs of theirs are known.
        for name in discovery.projects[index].tasks.keys { discovery.projects[index].tasks[name]?.cache = false }
    }
}
