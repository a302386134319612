internal import GitObjects
internal import WorkspaceModel

/// Finds the files outside of crates that their sources name by literal paths, and what included sources name in turn.
struct OutsidePathSurvey {
    private let files: ModuleFiles
    private let cache: OutsidePathCache
    private let ownership: Ownership
    /// See `Workspace.namedPlaces`.
    private(set) var places: Set<RepoPath> = []

    private struct Source {
        let path: RepoPath
        let id: ObjectID
        var chain: [Evidence] = []
    }

    init(files: ModuleFiles, cache: OutsidePathCache, ownership: Ownership) {
        self.files = files
        self.cache = cache
        self.ownership = ownership
    }

    /// The files outside the crate at `directory` that its sources name, sorted. Reads every .rs file of the crate.
    mutating func files(namedIn directory: RepoPath) throws(GitError) -> [NamedFile] {
        var sources = try sources(of: directory)
        files.tree.objects.prefetch(sources.map(\.id))
        var named: [RepoPath: NamedFile] = [:], next = 0
        while next < sources.count {
            let source = sources[next]
            next += 1
            for found in try cache.paths(of: source.id, in: files.tree.objects) {
                let chain = source.chain + [Evidence(path: source.path, line: found.line)]
                for path in candidates(found.text, from: source.path, in: directory) {
                    places.insert(path)
                    guard named[path] == nil, let entry = try files.entry(path) else { continue }
                    // A crate, and what holds crates, is used by dependencies, which make edges.
                    if entry.mode == .directory, ownership.holdsProjects(path) { continue }
                    named[path] = NamedFile(path: path, role: .general, chain: chain)
                    if entry.mode.isFile, path.lastComponent.suffix(3).elementsEqual(".rs".utf8) {
                        sources.append(Source(path: path, id: entry.id, chain: chain))
                    }
                }
            }
        }
        return named.values.sorted { $0.path < $1.path }
    }

    /// Literals are relative to their file; a test runs in the directory of its crate; one that begins with a slash is
    /// put behind that directory.
    private func candidates(_ text: String, from file: RepoPath, in crate: RepoPath) -> [RepoPath] {
        var found: [RepoPath] = []
        for start in text.hasPrefix("/") ? [crate] : [file.parent ?? .root, crate] {
            guard let path = start.resolving(text), !crate.isWithin(path), !found.contains(path) else { continue }
            if path.isWithin(crate), ownership.owner(of: path) == crate { continue }
            found.append(path)
        }
        return found
    }

    private func sources(of crate: RepoPath) throws(GitError) -> [Source] {
        var found: [Source] = [], pending = [crate]
        while let directory = pending.popLast() {
            guard let contents = try files.directory(directory) else { continue }
            for entry in contents.entries {
                let name = contents.name(of: entry)
                if entry.mode == .directory {
                    let below = directory.appending(name)
                    if name.first != UInt8(ascii: "."), !ownership.isProject(below) { pending.append(below) }
                } else if entry.mode.isFile, name.suffix(3).elementsEqual(".rs".utf8) {
                    found.append(Source(path: directory.appending(name), id: entry.id))
                }
            }
        }
        return found.sorted { $0.path < $1.path }
    }
}
