package import GitObjects
package import WorkspaceModel

/// Finds the projects of npm, pnpm, Yarn and Bun workspaces, and packages that stand alone.
package enum JavaScriptAdapter {
    /// Reads the package.json and pnpm-workspace.yaml files of `tree`, starting from the directories that `scan` found.
    ///
    /// Each directory tree is read once and each manifest is parsed once a `cache`. Projects are sorted by path.
    /// - Parameter rootDependencies: what ripple.yaml says of the dependencies of workspace roots.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedManifestCache,
        rootDependencies: RootDependencies = .standard
    ) throws(GitError) -> Discovery {
        var catalogue = PackageCatalogue()
        var discovery = Discovery()
        if let rush = try RushWorkspace(in: tree, cache: cache, firstRoot: 0) {
            for part in rush.parts { catalogue.add(part.root, part.packages) }
            catalogue.shareNames(among: 0..<rush.parts.count)
            discovery.diagnostics += rush.diagnostics
        }
        for directory in scan.directories.sorted(by: { $0.path < $1.path })
        where directory.manifests.contains("package.json") || directory.manifests.contains("pnpm-workspace.yaml") {
            guard !catalogue.contains(directory.path), !isSample(directory.path),
                let root = try WorkspaceRoot(at: directory.path, in: tree, cache: cache)
            else { continue }
            // A workspace of samples, which the workspace around it leaves out, is one more sample.
            if let last = directory.path.components.last, isSampleName(last), isLeftOut(root, by: catalogue) {
                continue
            }
            try add(root, in: tree, cache: cache, to: &catalogue, &discovery)
        }
        let builder = try ProjectBuilder(
            catalogue: catalogue, objects: tree.objects, cache: cache, rootDependencies: rootDependencies)
        try builder.addProjects(to: &discovery, objects: tree.objects, cache: cache)
        for root in catalogue.roots where root.patterns != nil {
            for file in try PatchFiles(of: root, in: tree).named { discovery.sharedFiles.append((root.path, file)) }
        }
        return discovery
    }

    /// Directories below which packages are samples for tests and generators, not projects.
    private static func isSample(_ path: RepoPath) -> Bool {
        path.components.dropLast().contains { isSampleName($0) }
    }

    private static func isSampleName(_ component: ArraySlice<UInt8>) -> Bool {
        ["fixtures", "__fixtures__", "testdata", "node_modules", "templates"].contains {
            component.elementsEqual($0.utf8)
        }
    }

    /// What the workspace around it leaves out is no project: its files belong to the project around it.
    private static func isLeftOut(_ root: WorkspaceRoot, by catalogue: PackageCatalogue) -> Bool {
        catalogue.roots.contains { $0.patterns != nil && root.path.isWithin($0.path) }
    }

    private static func add(
        _ root: WorkspaceRoot, in tree: SourceTree, cache: ParsedManifestCache,
        to catalogue: inout PackageCatalogue, _ discovery: inout Discovery
    ) throws(GitError) {
        let own = FoundPackage(
            path: root.path, manifestPath: root.content == nil ? root.pnpmPath : root.manifestPath,
            content: root.content,
            root: catalogue.roots.count)
        guard let texts = root.patterns, !root.isGuess || !isLeftOut(root, by: catalogue) else {
            if !isLeftOut(root, by: catalogue) { catalogue.add(root, [own]) }
            return
        }
        for pattern in texts where WorkspacePattern.parse(pattern.text).contains(where: { !$0.isExact }) {
            let effect = pattern.text.hasPrefix("!") ? "it excludes nothing" : "it matches any name"
            discovery.diagnostics.append(
                Diagnostic(
                    evidence: Evidence(path: root.patternsFile, line: pattern.line),
                    message: "the extended glob '\(pattern.text)' is not understood; \(effect)"))
        }
        let patterns = WorkspacePattern.list(texts.map(\.text), manager: root.manager)
        var found = [own]
        for member in try MemberWalk.members(of: root.path, in: tree, patterns: patterns, manager: root.manager) {
            found.append(
                FoundPackage(
                    path: member.path, manifestPath: member.path.appending("package.json"),
                    content: try cache.content(member.manifest, in: tree.objects), root: own.root))
        }
        found[0].gathers = found.count > 1 || root.pnpmProblem != nil || root.content == nil
        if root.memberListProblem != nil, !found[0].gathers {
            // A broken package without others below it stands alone.
            var root = root
            root.patterns = nil
            catalogue.add(root, found)
            return
        }
        catalogue.add(root, found)
    }
}
