internal import GitObjects
internal import WorkspaceModel

extension MavenProjectBuilder {
    /// What manifests elsewhere contribute to this project: what it inherits, entry by entry where that can be.
    ///
    /// There is no lockfile, so the effective versions of dependencies stand for what they resolve to. A managed entry
    /// counts for those that use what it manages, themselves or through projects they depend on; one that no project
    /// uses by name pins something deeper down, and counts for all that use anything from outside.
    func addStructure(_ project: inout DiscoveredProject, _ manifest: MavenManifest) throws(GitError) {
        let ancestors = try survey.ancestors(of: directory)
        let properties = try survey.properties(of: directory)
        var found = StructuralFields()
        var isComplete = true
        let isOpen = try isInheritedFromOutside(ancestors)
        for ancestor in ancestors {
            guard let outer = try survey.manifest(at: ancestor).manifest else { continue }
            let path = MavenSurvey.manifestPath(ancestor)
            for section in outer.sections { found.add(path, section.field, section.line, section.text) }
            // A parent from outside may use any property for what it manages.
            for (name, property) in outer.properties where isOpen || !survey.entryProperties.contains(name) {
                found.add(path, "properties.\(name)", property.line, property.value)
            }
            try addOuterParent(of: ancestor, properties, &found)
        }
        var seen: Set<RepoPath> = []
        let used = try usedNames(of: directory, &seen)
        let usesOutside = used.contains { survey.named[$0] == nil }
        for use in try survey.directUses(of: directory) where use.entry.role == .dependency {
            let text = properties.resolve(use.entry.text)
            isComplete = isComplete && text.isComplete
            // What the project's own manifest says without properties is one of its files.
            if use.origin == directory, text.text == use.entry.text { continue }
            let field = "dependencies.\(use.name.group):\(use.name.artifact)"
            found.add(MavenSurvey.manifestPath(use.origin), field, use.entry.line, text.text)
        }
        var imported: Set<RepoPath> = []
        for origin in [directory] + ancestors {
            try addManaged(
                of: origin, properties, used, usesOutside, &imported, &found, &isComplete, isOwn: origin == directory)
        }
        if !isComplete { try addAllProperties(ancestors, &found) }
        project.structuralDigests = found.digests
    }

    /// A parent from outside is a version of everything.
    private func addOuterParent(
        of place: RepoPath, _ properties: MavenProperties, _ found: inout StructuralFields
    ) throws(GitError) {
        guard let parent = try survey.manifest(at: place).manifest?.parent, try survey.parent(of: place) == nil else {
            return
        }
        found.add(
            MavenSurvey.manifestPath(place), "parent", parent.line, properties.resolve(parent.text).text)
    }

    /// Whether the chain of parents leads out of the repository.
    private func isInheritedFromOutside(_ ancestors: [RepoPath]) throws(GitError) -> Bool {
        let last = ancestors.last ?? directory
        return try survey.manifest(at: last).manifest?.parent != nil
    }

    private func addManaged(
        of origin: RepoPath, _ properties: MavenProperties, _ used: Set<MavenSurvey.Coordinates>, _ usesOutside: Bool,
        _ imported: inout Set<RepoPath>, _ found: inout StructuralFields, _ isComplete: inout Bool, isOwn: Bool
    ) throws(GitError) {
        for entry in try survey.manifest(at: origin).manifest?.entries ?? [] where entry.role == .managed {
            let use = survey.use(entry, origin, properties)
            let isImport = entry.scope == "import"
            if isImport, let materials = survey.named[use.name], imported.insert(materials).inserted {
                // A bill of materials is read with its own properties.
                for place in [materials] + (try survey.ancestors(of: materials)) {
                    if usesOutside { try addOuterParent(of: place, try survey.properties(of: materials), &found) }
                    try addManaged(
                        of: place, try survey.properties(of: materials), used, usesOutside, &imported, &found,
                        &isComplete, isOwn: false)
                }
            }
            let isUsed = used.contains(use.name) || !use.isComplete
            let isDeep = usesOutside && !survey.declared.contains(use.name) && survey.named[use.name] == nil
            guard isUsed || isDeep || (isImport && usesOutside) else { continue }
            let text = properties.resolve(entry.text)
            isComplete = isComplete && text.isComplete
            if isOwn, text.text == entry.text { continue }
            let field = "dependencyManagement.\(use.name.group):\(use.name.artifact)"
            found.add(MavenSurvey.manifestPath(origin), field, entry.line, text.text)
        }
    }

    /// The names of the dependencies of a project and of the projects it depends on.
    private func usedNames(
        of directory: RepoPath, _ seen: inout Set<RepoPath>
    ) throws(GitError) -> Set<MavenSurvey.Coordinates> {
        var names: Set<MavenSurvey.Coordinates> = []
        var pending = [directory]
        while let next = pending.popLast() {
            guard seen.insert(next).inserted else { continue }
            var own = survey.usedCache[next]
            if own == nil {
                own = Set(try survey.directUses(of: next).filter { $0.entry.role == .dependency }.map(\.name))
                survey.usedCache[next] = own
            }
            names.formUnion(own ?? [])
            pending += (own ?? []).compactMap { survey.named[$0] }
        }
        return names
    }

    /// A value that is not known here may come from anywhere: all properties of the parents count.
    private func addAllProperties(_ ancestors: [RepoPath], _ found: inout StructuralFields) throws(GitError) {
        survey.note(
            directory, nil,
            "the version of a dependency has a property that is not known here: all inherited properties count")
        for ancestor in ancestors {
            for (name, property) in try survey.manifest(at: ancestor).manifest?.properties ?? [:] {
                let path = MavenSurvey.manifestPath(ancestor)
                if survey.entryProperties.contains(name) {
                    found.add(path, "properties.\(name)", property.line, property.value)
                }
            }
        }
    }
}
