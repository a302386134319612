internal import GitObjects
internal import WorkspaceModel

/// Turns one module into a discovered project.
///
/// No task is inferred: `plan` and `apply` need credentials and state, and `validate` fetches providers first. A module is
/// affected as a whole, by its files, the modules it refers to and the providers it is locked to.
struct TerraformProjectBuilder {
    let survey: TerraformSurvey
    let directory: RepoPath

    func build() throws(GitError) -> DiscoveredProject {
        let module = try survey.module(at: directory)
        let manifest = (module.files.map(\.path) + module.problems.map(\.path)).sorted {
            // main.tf is where people look first.
            let first = $0.lastComponent.elementsEqual("main.tf".utf8)
            return first != $1.lastComponent.elementsEqual("main.tf".utf8) ? first : $0 < $1
        }
        var project = DiscoveredProject(
            path: directory, manager: .terraform, manifest: manifest.first ?? directory.appending("main.tf"))
        let isMerged = survey.places.contains(directory)
        project.sharesFiles = !isMerged && !survey.places.below(directory).isEmpty
        project.brokenReason = brokenReason(module)
        project.appEvidence = appEvidence(module, isMerged: isMerged)
        if !isMerged { project.appUnlessDependedOn = "\(project.manifest): no module of this repository refers to it" }
        for (path, call) in module.calls {
            guard let local = call.localPath, let place = directory.resolving(local),
                let target = try survey.tree.following(place).last, target != directory,
                survey.projects.contains(target)
            else { continue }
            let isCircle = survey.reached(from: target).contains(directory)
            if isCircle { survey.note(path, call.line, "'\(target)' and this module refer to each other") }
            // What goes round can be cut where it is an import.
            project.dependencies.append(
                DiscoveredDependency(
                    target: target, kind: isCircle ? .import : .runtime,
                    evidence: Evidence(path: path, line: call.line)))
        }
        try addFiles(module, isMerged: isMerged, to: &project)
        if module.hasLock { project.externals = [try closure()].compactMap { $0 } }
        return project
    }

    private func brokenReason(_ module: TerraformSurvey.Module) -> String? {
        let reasons = module.problems.map { path, problem in survey.broken(path, problem, in: "module") }
        return reasons.first
    }

    private func appEvidence(_ module: TerraformSurvey.Module, isMerged: Bool) -> String? {
        for (path, file) in module.files {
            if let line = file.backendLine { return "\(path):\(line): where its state is kept" }
        }
        if isMerged { return nil }
        for (path, file) in module.files {
            if let provider = file.provider {
                return "\(path):\(provider.line): configures the provider \(provider.name)"
            }
        }
        return nil
    }

    // MARK: Files elsewhere

    /// The files outside the module that its texts name, and the projects that these belong to.
    private func addFiles(
        _ module: TerraformSurvey.Module, isMerged: Bool, to project: inout DiscoveredProject
    ) throws(GitError) {
        var named = Set(module.linked)
        if module.files.contains(where: { !$0.file.unknownPaths.isEmpty }) {
            // Those that the module owns count anyway, and a module that uses it hands over paths that it can read itself.
            let below = survey.projects.union(survey.places.below(directory))
            named.formUnion(below.filter { $0 != directory && $0.isWithin(directory) })
        }
        for (path, file) in module.files + module.values {
            for line in file.unknownPaths {
                survey.note(
                    path, line,
                    "which file is read is not known here: all that lie below this module count")
            }
            for text in file.paths.sorted(by: { ($0.line, $0.text) < ($1.line, $1.text) }) {
                let starts = text.start == .module ? [directory] : survey.callers(of: directory).sorted()
                for start in starts {
                    guard let place = try place(text, from: start) else { continue }
                    try add(place, Evidence(path: path, line: text.line), isMerged, &named, &project)
                }
            }
        }
        project.namedFiles = named.sorted()
        project.dependencies = Array(Set(project.dependencies)).sorted {
            ($0.target, $0.evidence.path, $0.evidence.line ?? 0) < ($1.target, $1.evidence.path, $1.evidence.line ?? 0)
        }
    }

    /// What a text names, if it exists. Where the end of the text is not known, that is the directory it begins with.
    private func place(_ text: TerraformFile.Path, from start: RepoPath) throws(GitError) -> RepoPath? {
        var path = text.text[...]
        if !text.isWhole { path = path.lastIndex(of: "/").map { path[...$0] } ?? "" }
        guard let place = start.resolving(path), let target = try survey.tree.following(place).last else { return nil }
        if target.isRoot { return target }
        return try survey.tree.entry(target) == nil ? nil : target
    }

    private func add(
        _ place: RepoPath, _ evidence: Evidence, _ isMerged: Bool, _ named: inout Set<RepoPath>,
        _ project: inout DiscoveredProject
    ) throws(GitError) {
        if place == directory { return }
        if directory.isWithin(place) {
            // A directory above: all that lies there, since the root cannot be named itself.
            named.formUnion(try survey.entries(of: place))
            survey.widen(evidence, "it reads below '\(place)', which is around it")
            return
        }
        let isOwn = place.isWithin(directory)
        let owner = survey.places.owner(of: place)
        let isForeign = owner.map { $0 != directory && !directory.isWithin($0) } ?? false
        if isOwn, !isForeign { return }
        named.insert(place)
        // What is deployed from another project depends on all that goes into it.
        if isForeign, let owner {
            project.dependencies.append(
                DiscoveredDependency(target: owner, kind: .build, tasks: isMerged ? [] : nil, evidence: evidence))
        }
    }

    // MARK: Providers

    /// The locked providers that the module and those it reaches require. Modules from elsewhere require what nobody here
    /// knows, so then all entries count.
    private func closure() throws(GitError) -> ExternalClosure? {
        let path = directory.appending(TerraformSurvey.lockName)
        guard let entry = try survey.tree.entry(path), entry.mode.isFile else { return nil }
        switch try survey.cache.lock(entry.id, in: survey.tree.objects) {
        case .failure(let problem):
            let place = problem.line.map { "\(path):\($0)" } ?? "\(path)"
            return ExternalClosure(
                manager: .terraform, lockfile: path, digest: entry.id.description, isWholeLockfile: true,
                problem: "\(place): \(problem.problem)")
        case .success(let lock):
            var sources: Set<String> = [], isOpen = false
            for reached in survey.reached(from: directory) {
                let module = try survey.module(at: reached)
                let required = module.files.reduce(into: [:]) { $0.merge($1.file.requiredProviders) { one, _ in one } }
                sources.formUnion(required.values)
                for name in module.files.flatMap(\.file.usedProviders)
                where required[name] == nil && name != "terraform" {
                    sources.insert("hashicorp/\(name)")
                }
                isOpen = isOpen || !module.problems.isEmpty || module.calls.contains { $0.call.localPath == nil }
            }
            return ExternalClosure(
                manager: .terraform, lockfile: path,
                resolution: LockResolution(graph: lock.graph, uses: lock.uses(of: sources, andMore: isOpen)))
        }
    }
}
