internal import GitObjects
internal import WorkspaceModel

/// Turns the project files of one directory into a discovered project.
///
/// Projects are told apart by their directories, so several project files in one make one project: files are owned by
/// directories, and MSBuild gives all of these projects the same sources by default. It has the edges of all, and its tasks
/// build and test all.
struct DotNetProjectBuilder {
    let survey: DotNetSurvey
    let structure: DotNetStructure
    let directory: RepoPath
    /// Of the project files here, sorted by path.
    let evaluations: [MSBuildEvaluation]
    private(set) var widenings: [Widening] = []
    var structuralFiles: Set<RepoPath> = []

    init(survey: DotNetSurvey, structure: DotNetStructure, directory: RepoPath) {
        self.survey = survey
        self.structure = structure
        self.directory = directory
        evaluations = (survey.homes[directory] ?? []).map { survey.evaluation(of: $0) }
    }

    mutating func build() -> DiscoveredProject {
        let main = mainFile()
        var project = DiscoveredProject(path: directory, manager: .dotnet, manifest: main)
        project.name = DotNetNames.stem(main)
        if evaluations.count > 1 {
            let names = evaluations.map { String(decoding: $0.project.lastComponent, as: UTF8.self) }
            survey.note(
                Diagnostic(
                    evidence: Evidence(path: main, line: nil),
                    message: "\(names.joined(separator: ", ")) lie in one directory and count as one project"))
        }
        for evaluation in evaluations { if let problem = evaluation.problem { breakProject(&project, problem) } }
        project.appEvidence = evaluations.lazy.compactMap { DotNetKind(of: $0).appEvidence }.first
        addEdges(&project)
        let lockNames = addLock(&project)
        addStructure(&project, lockNames)
        DotNetNamedFiles(survey: survey, structure: structure, directory: directory).add(evaluations, to: &project)
        addTasks(&project)
        return project
    }

    /// The file that is called like the directory, else the one that all others' names begin with, else the first.
    private func mainFile() -> RepoPath {
        let files = evaluations.map(\.project)
        let name = String(decoding: directory.lastComponent, as: UTF8.self)
        let named = files.first { DotNetNames.stem($0) == name }
        let common = files.first { file in files.allSatisfy { DotNetNames.stem($0).hasPrefix(DotNetNames.stem(file)) } }
        return named ?? common ?? files.first ?? directory
    }

    private mutating func breakProject(
        _ project: inout DiscoveredProject, _ reason: String, code: String = "broken-manifest"
    ) {
        project.brokenReason = project.brokenReason ?? reason
        let scope = reason.split(separator: ":").first.map(String.init) ?? project.manifest.description
        widenings.append(
            Widening(
                code: code, scope: scope,
                message: "\(reason). Everything in the projects that read it counts as changed until it is mended."))
    }

    // MARK: Edges

    private mutating func addEdges(_ project: inout DiscoveredProject) {
        var edges: Set<DiscoveredDependency> = []
        for evaluation in evaluations {
            for reference in survey.references(of: evaluation.project) {
                if let problem = reference.problem {
                    breakProject(&project, problem, code: "unresolved-reference")
                }
                for file in reference.projects {
                    guard let target = file.parent, target != directory, survey.isProject(file) else { continue }
                    edges.insert(
                        DiscoveredDependency(target: target, kind: reference.kind, evidence: reference.evidence))
                }
                for other in reference.others {
                    project.namedFiles.append(other)
                    // Another package manager may have a project there.
                    edges.insert(DiscoveredDependency(target: other, kind: .build, evidence: reference.evidence))
                }
            }
            edges.formUnion(edgesToOutputs(of: evaluation))
        }
        project.dependencies = edges.sorted {
            ($0.target, EdgeKind.allCases.firstIndex(of: $0.kind) ?? 0, $0.evidence.path, $0.evidence.line ?? 0)
                < ($1.target, EdgeKind.allCases.firstIndex(of: $1.kind) ?? 0, $1.evidence.path, $1.evidence.line ?? 0)
        }
    }

    /// Edges to projects whose `bin` directories items name, as `HintPath` does, to those whose directories targets name,
    /// and to what `SpaRoot` holds.
    private func edgesToOutputs(of evaluation: MSBuildEvaluation) -> [DiscoveredDependency] {
        var found: [DiscoveredDependency] = []
        for item in evaluation.items where item.item.type.lowercased() != "projectreference" {
            for text in [item.item.include].compactMap(\.self) + item.item.metadata.values {
                guard text.lowercased().contains("bin") else { continue }
                for part in DotNetReference.parts(text) {
                    if let target = maker(of: part) {
                        found.append(DiscoveredDependency(target: target, kind: .runtime, evidence: item.evidence))
                    }
                }
            }
        }
        for text in evaluation.texts where text.isTarget {
            for word in text.words {
                guard case .inside(let path) = survey.places.place(word, from: directory),
                    let target = survey.places.find(path)?.path, target != directory, survey.homes[target] != nil
                else { continue }
                found.append(DiscoveredDependency(target: target, kind: .build, evidence: text.evidence))
            }
        }
        for text in evaluation.properties["SpaRoot"]?.texts ?? [] {
            guard case .inside(let target) = survey.places.place(text, from: directory), target != directory else {
                continue
            }
            found.append(
                DiscoveredDependency(
                    target: target, kind: .build, evidence: Evidence(path: evaluation.project, line: nil)))
        }
        return found
    }

    /// The project whose `bin` directory a path leads into.
    private func maker(of text: String) -> RepoPath? {
        let parts = text.replacing("\\", with: "/").split(separator: "/", omittingEmptySubsequences: false)
        guard let bin = parts.firstIndex(where: { $0.lowercased() == "bin" }), bin > 0,
            case .inside(let path) = survey.places.place(parts[..<bin].joined(separator: "/") + "/", from: directory),
            let target = survey.places.find(path)?.path, target != directory, survey.homes[target] != nil
        else { return nil }
        return target
    }

    // MARK: Lockfile

    /// Adds what the lockfiles resolve.
    ///
    /// - Returns: the packages in them; `nil` when a project here has none that can be read.
    private mutating func addLock(_ project: inout DiscoveredProject) -> Set<String>? {
        var names: Set<String>? = []
        for evaluation in evaluations {
            guard let path = lockfile(of: evaluation), let found = survey.places.file(path),
                let result = survey.places.read({ () throws(GitError) in
                    try survey.cache.lock(found.id, in: survey.tree.objects)
                })
            else {
                names = nil
                continue
            }
            guard !project.externals.contains(where: { $0.lockfile == path }) else { continue }
            structuralFiles.insert(path)
            switch result {
            case .success(let lock):
                let resolution = LockResolution(graph: lock.graph, uses: lock.uses)
                project.externals.append(ExternalClosure(manager: .dotnet, lockfile: path, resolution: resolution))
                names?.formUnion(lock.names)
            case .failure(let problem):
                let place = problem.line.map { "\(path):\($0)" } ?? "\(path)"
                project.externals.append(
                    ExternalClosure(
                        manager: .dotnet, lockfile: path, digest: found.id.description, isWholeLockfile: true,
                        problem: "\(place): \(problem.problem)"))
                names = nil
            }
        }
        return names
    }

    /// Where NuGet looks: `NuGetLockFilePath`, then `packages.NAME.lock.json`, then `packages.lock.json`.
    private func lockfile(of evaluation: MSBuildEvaluation) -> RepoPath? {
        let stem = DotNetNames.stem(evaluation.project).replacing(" ", with: "_")
        let own = (evaluation.properties["NuGetLockFilePath"]?.likely ?? []).compactMap { text -> RepoPath? in
            if case .inside(let path) = survey.places.place(text, from: directory) { path } else { nil }
        }
        let standard = ["packages.\(stem).lock.json", "packages.lock.json"].map { directory.appending($0) }
        return (own + standard).first { survey.places.file($0) != nil && survey.places.find($0)?.mode.isFile == true }
    }

    // MARK: Files above

    /// What imported files contribute.
    private func addStructure(_ project: inout DiscoveredProject, _ lockNames: Set<String>?) {
        var imports: Set<RepoPath> = []
        for evaluation in evaluations { imports.formUnion(evaluation.imports) }
        let packages = packages(lockNames)
        for path in imports.sorted() where structure.files.contains(path) {
            project.structuralDigests += structure.digests(of: path, packages)
        }
        project.structuralDigests.sort { ($0.field, $0.path) < ($1.field, $1.path) }
    }

    /// The packages whose central versions count: those that the project names, and with transitive pinning those that it
    /// may get through others. An SDK from elsewhere may bring packages of its own.
    private func packages(_ lockNames: Set<String>?) -> DotNetStructure.Packages {
        var names = lockNames ?? []
        for evaluation in evaluations {
            names.formUnion(evaluation.packages)
            if evaluation.project.description.lowercased().hasSuffix(".fsproj") { names.insert("fsharp.core") }
            let isForeign = evaluation.sdks.contains { !$0.lowercased().hasPrefix("microsoft.net.sdk") }
            let pins = evaluation.properties["CentralPackageTransitivePinningEnabled"]
            let mayPin = pins.map { $0.mayDiffer || $0.texts.contains { $0.lowercased() != "false" } } ?? false
            let isUnclear = evaluation.packages.contains { $0.contains(MSBuildProperties.unknown) }
            if evaluation.isOpen || isForeign || isUnclear || readsVersions(evaluation) || (mayPin && lockNames == nil)
            {
                return .all
            }
        }
        return .named(names)
    }

    /// Whether some file makes use of the versions themselves, as a list of items.
    private func readsVersions(_ evaluation: MSBuildEvaluation) -> Bool {
        ([evaluation.project] + evaluation.imports).contains { path in
            guard case .read(let file) = survey.file(path) else { return false }
            return file.readsVersions
        }
    }
}
