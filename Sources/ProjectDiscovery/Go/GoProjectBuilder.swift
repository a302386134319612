internal import GitObjects
internal import WorkspaceModel

/// Makes the projects of one module: the module, and each program in it.
struct GoProjectBuilder {
    private let survey: GoSurvey
    private let context: GoContext
    private let module: RepoPath
    private let packages: [GoPackage]
    private let name: String
    private let workspaceProblem: String?

    /// Directories with other manifests: what lies in them belongs to other projects.
    private let foreign: [RepoPath]

    init(survey: GoSurvey, module: RepoPath, scan: ManifestScan) throws(GitError) {
        self.survey = survey
        foreign = scan.directories.map(\.path).filter { $0 != module && $0.isWithin(module) }
        self.module = module
        context = try survey.context(of: module)
        packages = try survey.packages(below: module)
        name = try survey.module(in: module)?.module ?? ""
        var problem: String?, above: RepoPath? = module
        while let candidate = above {
            let path = candidate.appending("go.work")
            if let manifest = try survey.manifest(path) {
                if case .failure(let failure) = manifest { problem = "\(path):\(failure.line): \(failure.problem)" }
                break
            }
            above = candidate.parent
        }
        workspaceProblem = problem
    }

    private var manifest: RepoPath { module.appending("go.mod") }

    func projects() throws(GitError) -> [DiscoveredProject] {
        let programs = packages.filter { $0.mainFile != nil && $0.directory != module }
        var projects = [try moduleProject(programs)]
        for program in programs { projects.append(try project(of: program, programs)) }
        for index in projects.indices { projects[index].brokenReason = workspaceProblem }
        return projects
    }

    /// `build`, `test` and `vet`. Go compiles what a package imports itself.
    static func tasks(origin: RepoPath, build: String, outputs: [String]) -> [String: TaskDefinition] {
        var tasks: [String: TaskDefinition] = [:]
        for (name, command) in [("build", build), ("test", "go test ./..."), ("vet", "go vet ./...")] {
            var task = TaskDefinition(command: command)
            task.dependsOn = [.dependencySources]
            if name == "build" { task.outputs = outputs }
            task.origin = Evidence(path: origin, line: nil)
            tasks[name] = task
        }
        return tasks
    }

    // MARK: The module

    /// All packages of the module; `go build ./...` compiles its programs too, so their files count.
    private func moduleProject(_ programs: [GoPackage]) throws(GitError) -> DiscoveredProject {
        var project = DiscoveredProject(path: module, manager: .go, manifest: manifest)
        project.name = name.isEmpty ? nil : name
        if let main = packages.first(where: { $0.directory == module })?.mainFile {
            project.appEvidence = "\(main): package main"
            project.tasks = GoProjectBuilder.tasks(
                origin: manifest, build: "go build .", outputs: [GoProjectBuilder.programName(name)])
        } else {
            project.tasks = GoProjectBuilder.tasks(origin: manifest, build: "go build ./...", outputs: [])
        }
        let reach = try context.reach(from: packages)
        project.externals = [try context.closure(usesExternal: reach.usesExternal)]
        project.structuralDigests = try structure(besides: manifest, reach)
        var files = Set(programs.map(\.directory))
        for package in packages {
            files.formUnion(package.embedded)
            if foreign.contains(where: { package.directory.isWithin($0) }) { files.insert(package.directory) }
        }
        if let vendor = context.vendor, !vendor.isWithin(module) { files.insert(vendor) }
        files.remove(module)
        project.namedFiles = try spelledOut(files)
        let built = try context.reach(from: packages, includingTests: false)
        var edges: [DiscoveredDependency] = []
        for (target, evidence) in reach.modules where target != module {
            let passes = built.modules[target] != nil
            // The imports of the module's own packages say where; else another module leads there.
            let own = evidence.filter { $0.path.isWithin(module) }
            for one in own.isEmpty ? [Evidence(path: manifest, line: nil)] : own {
                edges.append(
                    DiscoveredDependency(target: target, kind: .import, passesToDependents: passes, evidence: one))
            }
        }
        for (target, evidence) in try context.requiredLocals() where reach.modules[target] == nil {
            // Something from outside may import it.
            edges.append(DiscoveredDependency(target: target, kind: .import, evidence: evidence))
        }
        project.dependencies = GoProjectBuilder.sorted(edges)
        return project
    }

    // MARK: A program

    /// The program in `package`: its directory, and the packages it reaches, file by file.
    private func project(of package: GoPackage, _ programs: [GoPackage]) throws(GitError) -> DiscoveredProject {
        let directory = package.directory
        var project = DiscoveredProject(path: directory, manager: .go, manifest: package.mainFile ?? manifest)
        let below = directory.relative(to: module)?.description ?? ""
        project.name = name.isEmpty ? nil : "\(name)/\(below)"
        project.appEvidence = "\(package.mainFile ?? directory): package main"
        project.tasks = GoProjectBuilder.tasks(
            origin: package.mainFile ?? manifest, build: "go build .",
            outputs: [GoProjectBuilder.programName(below)])
        // Its inputs are spelled out: the edges are for those who read the graph.
        for name in project.tasks.keys { project.tasks[name]?.dependsOn = [] }
        let reach = try context.reach(from: packages.filter { $0.directory.isWithin(directory) })
        project.externals = [try context.closure(usesExternal: reach.usesExternal)]
        project.structuralDigests = try structure(besides: nil, reach)
        var files: Set<RepoPath> = []
        for reached in reach.packages {
            guard let package = try survey.package(in: reached) else { continue }
            files.formUnion(package.inputs)
            if package.includesElsewhere {
                if let vendor = context.vendor, reached.isWithin(vendor) {
                    files.insert(vendor)
                } else {
                    files.insert(try survey.moduleDirectory(of: reached) ?? module)
                }
            }
            if reached.isWithin(directory) { files.formUnion(package.embedded) }
        }
        for (home, manifest) in context.replacing where reach.modules[home] != nil || reach.usesExternal {
            files.insert(manifest)
        }
        for other in programs where other.directory != directory && other.directory.isWithin(directory) {
            files.insert(other.directory)
        }
        if reach.usesExternal {
            // A package from outside may import a module of this repository that is required for it.
            for target in try context.requiredLocals().keys { files.insert(target) }
            if let vendor = context.vendor { files.insert(vendor) }
        }
        for package in packages where package.directory.isWithin(directory) {
            if foreign.contains(where: { $0 != directory && $0.isWithin(directory) && package.directory.isWithin($0) })
            {
                files.insert(package.directory)
            }
        }
        // Its own files count by themselves.
        files.remove(directory)
        project.namedFiles = try spelledOut(files)
        var edges: [DiscoveredDependency] = []
        for (target, evidence) in reach.modules {
            let own = evidence.filter { $0.path.isWithin(directory) }
            let shown =
                own.isEmpty
                ? Array(evidence.sorted { ($0.path, $0.line ?? 0) < ($1.path, $1.line ?? 0) }.prefix(1)) : own
            for one in shown { edges.append(DiscoveredDependency(target: target, kind: .import, evidence: one)) }
        }
        project.dependencies = GoProjectBuilder.sorted(edges)
        return project
    }

    /// The paths in order. The root, which is no entry of any directory, is replaced by what lies in it.
    private func spelledOut(_ files: Set<RepoPath>) throws(GitError) -> [RepoPath] {
        guard files.contains(.root) else { return files.sorted() }
        let contents = try survey.tree.objects.tree(survey.tree.root)
        let entries = contents.entries.map { RepoPath.root.appending(contents.name(of: $0)) }
        return files.subtracting([.root]).union(entries).sorted()
    }

    /// What the go.work and go.mod files that take part say besides requirements. The module's own go.mod is its file.
    private func structure(
        besides own: RepoPath?, _ reach: GoContext.Reach
    ) throws(GitError) -> [StructuralDigest] {
        var digests = try context.vendored(reach.packages)
        for (path, file) in context.manifests where path != own {
            guard let directory = path.parent else { continue }
            let isReached =
                directory == module || reach.modules[directory] != nil || reach.usesExternal
                || path.lastComponent.elementsEqual("go.work".utf8)
            guard isReached else { continue }
            var fields = file.settings.mapValues { $0.joined(separator: "\n") }
            fields["module"] = file.module
            let replacements = file.replacements.map {
                "\($0.path) \($0.version ?? "") => \($0.target) \($0.targetVersion ?? "")"
            }
            if !replacements.isEmpty { fields["replace"] = replacements.sorted().joined(separator: "\n") }
            for (field, digest) in fields {
                digests.append(StructuralDigest(path: path, line: file.lines[field], field: field, digest: digest))
            }
        }
        return digests.sorted { ($0.field, $0.path) < ($1.field, $1.path) }
    }

    /// What Go calls the program: the last element of its path that is no version.
    private static func programName(_ path: String) -> String {
        var parts = path.split(separator: "/")
        if parts.count > 1, let last = parts.last, last.first == "v", last.dropFirst().allSatisfy(\.isNumber) {
            parts.removeLast()
        }
        return parts.last.map(String.init) ?? "main"
    }

    private static func sorted(_ edges: [DiscoveredDependency]) -> [DiscoveredDependency] {
        Array(Set(edges)).sorted {
            ($0.target, $0.evidence.path, $0.evidence.line ?? 0) < ($1.target, $1.evidence.path, $1.evidence.line ?? 0)
        }
    }
}
