package import GitObjects
package import WorkspaceModel

/// Reads Maven builds: modules, the edges between them, what they inherit, and their tasks.
package enum MavenAdapter {
    /// Finds the projects that the scanned directories lead to. Projects are sorted by path.
    ///
    /// A manifest that cannot be understood is a project with a `brokenReason`; only a failure to read the repository
    /// throws. Profiles count whether they are active or not.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedMavenCache
    ) throws(GitError) -> Discovery {
        let survey = MavenSurvey(tree: tree, cache: cache)
        try survey.run(scan)
        var discovery = Discovery(), assumed: [RepoPath: Set<RepoPath>] = [:]
        for (directory, root) in survey.homes.sorted(by: { $0.key < $1.key }) {
            var builder = MavenProjectBuilder(survey: survey, directory: directory, root: root)
            discovery.projects.append(try builder.build())
            discovery.widenings += builder.widenings
            assumed[directory] = builder.assumed
            if discovery.projects.last?.onlyGathers == true {
                discovery.structuralFiles.insert(MavenSurvey.manifestPath(directory))
            }
        }
        MavenAssumptions.drop(assumed, from: &discovery.projects, survey)
        discovery.diagnostics = survey.diagnostics
        return discovery
    }
}
