package import GitObjects
package import WorkspaceModel

/// Reads Swift packages: their manifests, the edges between packages in the repository, their pins and their tasks.
package enum SwiftPackageAdapter {
    /// Finds the packages that the scanned directories lead to. Projects are sorted by path.
    ///
    /// A manifest that cannot be understood is a project with a `brokenReason`, and so is one that names a package by a
    /// path that only running it would tell; only a failure to read the repository throws.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedSwiftCache
    ) throws(GitError) -> Discovery {
        let survey = SwiftPackageSurvey(tree: tree, cache: cache)
        try survey.run(scan)
        var discovery = Discovery()
        for directory in survey.found.sorted() {
            var builder = SwiftPackageBuilder(survey: survey, directory: directory)
            discovery.projects.append(try builder.build())
            discovery.widenings += builder.widenings
            discovery.errors += builder.errors
            discovery.structuralFiles.formUnion(builder.structuralFiles)
        }
        discovery.diagnostics = survey.diagnostics
        return discovery
    }
}
