package import GitObjects
package import WorkspaceModel

/// Reads Python projects: uv workspaces, Poetry and plain pyproject.toml, the edges between them, and their tasks.
package enum PythonAdapter {
    /// Finds the projects that the scanned directories lead to. Projects are sorted by path.
    ///
    /// A manifest that cannot be understood is a project with a `brokenReason`; only a failure to read the repository
    /// throws. A pyproject.toml that only configures tools is no project.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedPythonCache
    ) throws(GitError) -> Discovery {
        let survey = PythonSurvey(tree: tree, cache: cache)
        try survey.run(scan)
        var discovery = Discovery()
        for (directory, root) in survey.homes.sorted(by: { $0.key < $1.key }) {
            var builder = PythonProjectBuilder(survey: survey, directory: directory, root: root)
            discovery.projects.append(try builder.build())
            discovery.widenings += builder.widenings
            discovery.errors += builder.errors
            discovery.structuralFiles.formUnion(builder.structuralFiles)
        }
        discovery.diagnostics = survey.diagnostics
        return discovery
    }
}
