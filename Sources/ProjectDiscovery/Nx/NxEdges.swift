internal import GitObjects
internal import WorkspaceModel

/// The edges that imports in source files make, and those that configurations declare.
struct NxEdges {
    let workspace: NxWorkspace
    let resolver: ImportResolver
    let cache: ParsedNxCache

    /// What the imports of one project reach.
    struct Reached {
        /// The first import of each project, by the project's directory.
        var projects: [RepoPath: Evidence] = [:]
        /// Files that no project owns.
        var files: Set<RepoPath> = []
    }

    /// Follows the imports of `sources`, by the directory of the project that owns them.
    func imports(of sources: [NxSurvey.Source]) throws(GitError) -> [RepoPath: Reached] {
        var reached: [RepoPath: Reached] = [:]
        for source in sources {
            guard let owner = workspace.owner(of: source.path), !owner.onlyGathers else { continue }
            var pending = [source]
            while let next = pending.popLast() {
                for path in try follow(next, owner, &reached[owner.path, default: Reached()]) {
                    guard let dialect = JavaScriptImports.dialect(of: path.lastComponent),
                        let entry = try resolver.files.entry(path)
                    else { continue }
                    // What a file outside all projects imports, its importers read too.
                    pending.append(NxSurvey.Source(path: path, id: entry.id, dialect: dialect))
                }
            }
        }
        return reached
    }

    /// Notes what one file imports; the files outside all projects that were not known before.
    private func follow(
        _ source: NxSurvey.Source, _ owner: NxProject, _ reached: inout Reached
    ) throws(GitError) -> [RepoPath] {
        var new: [RepoPath] = []
        for entry in try cache.imports(of: source.id, source.dialect, in: resolver.files.tree.objects) {
            guard let specifier = entry.specifier,
                case .files(let paths) = try resolver.resolve(specifier, kind: entry.kind, from: source.path)
            else { continue }
            for path in paths {
                if let target = workspace.owner(of: path), !target.onlyGathers {
                    if target.path != owner.path, reached.projects[target.path] == nil {
                        reached.projects[target.path] = Evidence(path: source.path, line: entry.line)
                    }
                } else if try resolver.files.entry(path)?.mode.isFile == true, reached.files.insert(path).inserted {
                    new.append(path)
                }
            }
        }
        return new
    }

    /// Adds the edges to `discovered`, which keeps those that its manifest declares.
    func add(_ reached: Reached?, of project: NxProject, to discovered: inout DiscoveredProject) {
        var known = Set(discovered.dependencies.map(\.target))
        for (target, evidence) in (reached?.projects ?? [:]).sorted(by: { $0.key < $1.key })
        where known.insert(target).inserted {
            discovered.dependencies.append(DiscoveredDependency(target: target, kind: .import, evidence: evidence))
        }
        discovered.namedFiles += (reached?.files ?? []).subtracting(discovered.namedFiles).sorted()
        for (text, evidence) in project.file.implicitDependencies {
            if text.hasPrefix("!") {
                let removed = Set(workspace.projects(matching: String(text.dropFirst())).map(\.path))
                discovered.dependencies.removeAll { removed.contains($0.target) }
                known.subtract(removed)
                continue
            }
            for target in workspace.projects(matching: text).map(\.path)
            where target != project.path && target != workspace.gatheringRoot && known.insert(target).inserted {
                discovered.dependencies.append(
                    DiscoveredDependency(target: target, kind: .declared, evidence: evidence))
            }
        }
        discovered.dependencies.sort { $0.target < $1.target }
    }
}
