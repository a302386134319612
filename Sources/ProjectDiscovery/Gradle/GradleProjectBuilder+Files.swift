internal import GitObjects
internal import WorkspaceModel

extension GradleProjectBuilder {
    /// Files elsewhere that configure the project or that its scripts name by path.
    mutating func addNamedFiles(_ project: inout DiscoveredProject) throws(GitError) {
        var found = Set(project.namedFiles)
        found.formUnion(build.settingsScripts)
        for source in sources where !source.isOwn && !source.isAncestor { found.insert(source.path) }
        for source in sources {
            for text in source.script.texts where source.concerns(member.path, text.reach) {
                found.formUnion(try survey.named(text.text, from: source.base, build))
            }
            for script in source.script.scripts where source.concerns(member.path, script.reach) {
                try noteMissing(script, source)
            }
        }
        try addBuildFiles(&found)
        project.namedFiles = []
        for path in found.sorted() where !path.isWithin(member.directory) && !member.directory.isWithin(path) {
            if try survey.tree.entry(path) != nil { project.namedFiles.append(path) }
        }
    }

    private func noteMissing(_ script: GradleScript.Applied, _ source: GradleSource) throws(GitError) {
        guard let text = script.path else {
            return survey.note(source.path, script.line, "code decides which script is applied: it is not read")
        }
        guard !text.contains("://") else { return }
        for path in context.paths(text, source.base, build) where try survey.tree.entry(path) != nil {
            if case .failure(let problem)? = try survey.read(path) {
                survey.note(path, problem.line, "\(problem.problem): what this script says of projects is not known")
            }
            return
        }
        survey.note(source.path, script.line, "the script '\(text)' is not in the repository")
    }

    /// What belongs to the build as a whole and reaches this project by no other rule.
    private func addBuildFiles(_ found: inout Set<RepoPath>) throws(GitError) {
        for file in build.catalogs.values.compactMap({ $0 }) {
            if case .failure? = try survey.catalog(file) { found.insert(file) }
        }
        // Locks of the class paths of the scripts around it; the root need not leave them to others.
        for name in ["buildscript-gradle.lockfile", "settings-gradle.lockfile"] {
            found.insert(build.directory.appending(name))
        }
        // Of the root's own directories the rules for ecosystems know.
        guard !build.directory.isRoot else { return }
        found.insert(build.directory.appending("buildSrc"))
        let directory = build.directory.appending("gradle")
        guard let contents = try survey.tree.directory(directory) else { return }
        for entry in contents.entries {
            let path = directory.appending(contents.name(of: entry))
            if !structuralFiles.contains(path) { found.insert(path) }
        }
    }
}

extension GradleSurvey {
    /// The files and directories of the repository that a text in a script names, if any.
    ///
    /// A path relative to the project is looked for there, then from the root of the build. A directory must be named by
    /// more than one word, so that names of source sets and the like are none.
    func named(_ text: String, from base: RepoPath, _ build: GradleBuild) throws(GitError) -> [RepoPath] {
        let key = "\(base)\u{0}\(build.directory)\u{0}\(text)"
        if let known = namedCache[key] { return known }
        var found: [RepoPath] = []
        let (path, isFromRoot) = GradlePaths.stripped(text)
        let plain = path.split(separator: "/").prefix { !CargoGlob.isPattern(String($0)) }.joined(separator: "/")
        let isPath =
            !plain.isEmpty && !text.hasPrefix("/")
            && !plain.utf8.contains { $0 <= 0x20 || ":$\"'\\".utf8.contains($0) }
        if isPath {
            for (place, isSaid) in [(base, !isFromRoot), (build.directory, isFromRoot)] {
                guard isSaid || !isFromRoot, found.isEmpty, let one = place.resolving(plain), !one.isRoot,
                    isSaid || !plain.hasPrefix("src"), let entry = try tree.entry(one)
                else { continue }
                if entry.mode != .directory || plain.contains("/") || isFromRoot { found.append(one) }
            }
        }
        namedCache[key] = found
        return found
    }
}
