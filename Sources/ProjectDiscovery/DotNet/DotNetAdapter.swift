package import GitObjects
package import WorkspaceModel

/// Reads .NET projects: solutions, references, what Directory.*.props say, lockfiles, and their tasks.
package enum DotNetAdapter {
    /// Finds the projects that the scanned directories lead to. Projects are sorted by path.
    ///
    /// A project file that cannot be understood is a project with a `brokenReason`; only a failure to read the repository
    /// throws. SDKs and packages from outside are not read.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedDotNetCache
    ) throws(GitError) -> Discovery {
        let survey = DotNetSurvey(tree: tree, cache: cache)
        survey.run(scan)
        var discovery = Discovery()
        let structure = DotNetStructure(survey)
        discovery.structuralFiles = structure.files
        for directory in survey.homes.keys.sorted() {
            var builder = DotNetProjectBuilder(survey: survey, structure: structure, directory: directory)
            discovery.projects.append(builder.build())
            for widening in builder.widenings where !discovery.widenings.contains(widening) {
                discovery.widenings.append(widening)
            }
            discovery.structuralFiles.formUnion(builder.structuralFiles)
        }
        let manifests = scan.directories.first { $0.path.isRoot }?.manifests ?? []
        DotNetSolutionEdges(survey: survey).apply(
            to: &discovery, isAlone: manifests.allSatisfy { DotNetNames.isSolution($0) || $0 == "ripple.yaml" })
        DotNetCycles.loosen(&discovery, survey)
        discovery.diagnostics = survey.diagnostics
        if let failure = survey.places.failure { throw failure }
        return discovery
    }
}
