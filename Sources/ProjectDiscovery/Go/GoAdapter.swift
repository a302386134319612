package import GitObjects
package import WorkspaceModel

/// Reads Go modules and workspaces: modules and programs as projects, and what each program is built from.
package enum GoAdapter {
    /// Finds the modules that the scanned directories lead to, and the programs in them. Projects are sorted by path.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedGoCache
    ) throws(GitError) -> Discovery {
        var discovery = Discovery()
        guard scan.directories.contains(where: { $0.manifests.contains("go.mod") || $0.manifests.contains("go.work") })
        else { return discovery }
        let survey = GoSurvey(tree: tree, cache: cache)
        try survey.run(scan)
        for directory in survey.workspaces {
            let path = directory.appending("go.work")
            discovery.structuralFiles.formUnion([path, directory.appending("go.work.sum")])
            if case .failure(let problem) = try survey.manifest(path) {
                discovery.widenings.append(broken(path, problem))
            }
            if survey.modules.contains(directory) { continue }
            var project = DiscoveredProject(path: directory, manager: .go, manifest: path)
            project.onlyGathers = true
            discovery.projects.append(project)
        }
        for directory in survey.modules {
            discovery.structuralFiles.insert(directory.appending("go.sum"))
            let manifest = directory.appending("go.mod")
            if case .failure(let problem) = try survey.manifest(manifest) {
                var project = DiscoveredProject(path: directory, manager: .go, manifest: manifest)
                project.brokenReason = "\(manifest):\(problem.line): \(problem.problem)"
                project.tasks = GoProjectBuilder.tasks(origin: manifest, build: "go build ./...", outputs: [])
                discovery.projects.append(project)
                discovery.widenings.append(broken(manifest, problem))
                continue
            }
            let builder = try GoProjectBuilder(survey: survey, module: directory, scan: scan)
            discovery.projects += try builder.projects()
        }
        discovery.projects.sort { $0.path < $1.path }
        discovery.diagnostics = survey.diagnostics
        return discovery
    }

    private static func broken(_ manifest: RepoPath, _ problem: GoProblem) -> Widening {
        Widening(
            code: "broken-manifest", scope: manifest.description,
            message: "\(manifest):\(problem.line): \(problem.problem). "
                + "Everything in this project counts as changed until the manifest is mended.")
    }
}
