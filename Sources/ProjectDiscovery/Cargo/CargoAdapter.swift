package import GitObjects
package import WorkspaceModel

/// Reads Cargo workspaces: members, the edges between them, and the tasks cargo offers for each.
package enum CargoAdapter {
    /// Finds the crates that the scanned directories lead to. Projects are sorted by path.
    ///
    /// A manifest that cannot be understood is a project with a `brokenReason`; only a failure to read the repository
    /// throws. The answer follows what `cargo metadata` says of the same files, without running it.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedCrateCache
    ) throws(GitError) -> Discovery {
        let survey = CargoSurvey(tree: tree, cache: cache)
        try survey.run(scan)
        var discovery = Discovery()
        for (directory, root) in survey.homes.sorted(by: { $0.key < $1.key }) {
            var builder = CrateProjectBuilder(survey: survey, directory: directory, root: root)
            discovery.projects.append(try builder.build())
            discovery.widenings += builder.widenings
            discovery.errors += builder.errors
            discovery.structuralFiles.formUnion(builder.structuralFiles)
        }
        discovery.diagnostics = survey.diagnostics
        // Members that inherit the same broken entry report it once.
        var said: Set<String> = []
        discovery.errors = discovery.errors.filter { said.insert($0.message).inserted }
        return discovery
    }
}
