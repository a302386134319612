internal import GitObjects
internal import WorkspaceModel

/// The files outside a project's directory that its files name, and those that .NET looks for in directories above.
struct DotNetNamedFiles {
    let survey: DotNetSurvey
    let structure: DotNetStructure
    let directory: RepoPath

    /// Items whose names are no paths.
    private static let nameItems: Set<String> = [
        "packagereference", "packageversion", "globalpackagereference", "projectreference", "frameworkreference",
        "using",
        "internalsvisibleto", "projectcapability", "packagedownload", "dotnetclitoolreference",
        "runtimehostconfigurationoption",
        "service", "bootstrapperpackage", "assemblyattribute", "assemblymetadata", "compilervisibleproperty",
    ]
    /// Found in every directory above: configuration of the compiler's analyzers, and tools.
    private static let above = [".editorconfig", ".globalconfig", "Directory.Build.rsp", ".config/dotnet-tools.json"]

    func add(_ evaluations: [MSBuildEvaluation], to project: inout DiscoveredProject) {
        var found = Set(project.namedFiles)
        var inside: Set<RepoPath> = []
        for evaluation in evaluations {
            found.formUnion(evaluation.imports.filter { !structure.files.contains($0) } + evaluation.links)
            found.formUnion(itemFiles(evaluation))
            found.formUnion(textFiles(evaluation))
            inside.formUnion(nestedFiles(evaluation))
        }
        found.formUnion(filesAbove())
        let outside = found.filter { !$0.isWithin(directory) }
        // What lies in a directory that is named counts with it.
        let kept = outside.filter { path in
            var at = path.parent
            while let current = at {
                if outside.contains(current) { return false }
                at = current.parent
            }
            return true
        }
        project.namedFiles = kept.union(inside).sorted()
    }

    private func itemFiles(_ evaluation: MSBuildEvaluation) -> Set<RepoPath> {
        var found: Set<RepoPath> = [], known: Set<String> = []
        let glob = MSBuildGlob(places: survey.places, home: directory)
        for item in evaluation.items where !DotNetNamedFiles.nameItems.contains(item.item.type.lowercased()) {
            let lists = [item.item.include, item.item.update].compactMap(\.self) + item.item.metadata.values
            for text in lists.flatMap({ DotNetReference.parts($0) })
            where (text.contains(MSBuildProperties.root) || text.contains("..")) && known.insert(text).inserted {
                found.formUnion(glob.select(text) ?? [])
            }
        }
        return found
    }

    /// Files that properties and targets name; and directories where a target does.
    private func textFiles(_ evaluation: MSBuildEvaluation) -> Set<RepoPath> {
        var found: Set<RepoPath> = [], known: Set<String> = []
        for text in evaluation.texts {
            for word in text.words where known.insert(text.isTarget ? "target \(word)" : word).inserted {
                guard !MSBuildGlob.isOpen(word), case .inside(let path) = survey.places.place(word, from: directory),
                    !path.isRoot, let place = survey.places.find(path)
                else { continue }
                // A property leads to what is imported already, or to a directory that other paths start with.
                let isKnown = place.mode == .directory || structure.files.contains(place.path)
                if !isKnown || (text.isTarget && !directory.isWithin(place.path)) { found.insert(place.path) }
            }
        }
        return found
    }

    private func filesAbove() -> [RepoPath] {
        var found: [RepoPath] = [], at = directory.parent
        while let current = at {
            for name in DotNetNamedFiles.above {
                let path = current.appending(name)
                if let file = survey.places.find(path), !file.isRespelled, file.mode != .directory {
                    found.append(path)
                }
            }
            at = current.parent
        }
        return found
    }

    /// Projects inside this one whose sources it compiles too, because its default patterns reach them.
    private func nestedFiles(_ evaluation: MSBuildEvaluation) -> Set<RepoPath> {
        guard !evaluation.sdks.isEmpty,
            !["EnableDefaultItems", "EnableDefaultCompileItems"].contains(where: {
                evaluation.properties[$0].map { $0.texts == ["false"] && !$0.mayDiffer } ?? false
            })
        else { return [] }
        var found: Set<RepoPath> = []
        for other in survey.homes.keys where other != directory && other.isWithin(directory) {
            guard let below = other.relative(to: directory) else { continue }
            if removes("compile", below, evaluation) {
                // Texts of resources are embedded by a pattern of their own.
                guard !removes("embeddedresource", below, evaluation) else { continue }
                let glob = MSBuildGlob(places: survey.places, home: RepoPath("\u{0}"))
                found.formUnion(glob.select("\(MSBuildProperties.root)/\(other)/**/*.resx") ?? [])
            } else {
                found.insert(other)
            }
        }
        return found
    }

    /// Whether no item of a type surely comes from a directory.
    private func removes(_ type: String, _ below: RepoPath, _ evaluation: MSBuildEvaluation) -> Bool {
        var patterns = evaluation.properties["DefaultItemExcludes"].map { $0.mayDiffer ? [] : $0.texts } ?? []
        for item in evaluation.items where item.item.type.lowercased() == type && item.isSure {
            if let remove = item.item.remove { patterns.append(remove) }
        }
        let home = MSBuildProperties.root + (directory.isRoot ? "" : "/\(directory)") + "/"
        return patterns.flatMap { DotNetReference.parts($0) }.contains {
            MSBuildGlob.coversAll($0.replacing(home, with: ""), below: below)
        }
    }
}
