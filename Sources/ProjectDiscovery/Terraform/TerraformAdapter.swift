package import GitObjects
package import WorkspaceModel

/// Reads modules of Terraform and OpenTofu: local modules, locked providers, and files named outside of a module.
///
/// Each directory with configuration files is a module and a project; inside a project of another ecosystem only one that
/// keeps state or locks providers is, and what that refers to. Each unit of Terragrunt is an app.
package enum TerraformAdapter {
    /// Finds the modules that the scanned directories lead to. Projects are sorted by path.
    ///
    /// A file that cannot be understood makes its module a project with a `brokenReason`; only a failure to read the
    /// repository throws.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedTerraformCache, beside others: [Discovery]
    ) throws(GitError) -> Discovery {
        let survey = TerraformSurvey(tree: tree, cache: cache, places: ProjectPlaces(others))
        try survey.run(scan)
        var discovery = Discovery()
        for directory in survey.projects.sorted() {
            let project = try TerraformProjectBuilder(survey: survey, directory: directory).build()
            for closure in project.externals where !closure.isWholeLockfile {
                discovery.structuralFiles.insert(closure.lockfile)
            }
            discovery.projects.append(project)
        }
        for unit in try TerragruntSurvey(survey).projects(scan) {
            // A module of its own beside the unit is what that deploys.
            guard let index = discovery.projects.firstIndex(where: { $0.path == unit.path }) else {
                discovery.projects.append(unit)
                continue
            }
            discovery.projects[index].appEvidence = discovery.projects[index].appEvidence ?? unit.appEvidence
            discovery.projects[index].brokenReason = discovery.projects[index].brokenReason ?? unit.brokenReason
            discovery.projects[index].dependencies += unit.dependencies
            discovery.projects[index].namedFiles += unit.namedFiles
        }
        discovery.projects.sort { $0.path < $1.path }
        discovery.widenings = survey.widenings
        discovery.diagnostics = survey.diagnostics
        return discovery
    }
}
