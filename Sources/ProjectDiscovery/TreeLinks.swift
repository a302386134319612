internal import GitObjects

extension SourceTree {
    /// The way from `path` to what it stands for: the path itself, and for each symbolic link on it the path with the link
    /// followed. The last one holds no link, or does not exist, or is where following was given up: links that leave the
    /// repository or lead in a circle.
    func following(_ path: RepoPath) throws(GitError) -> [RepoPath] {
        var way = [path]
        while way.count <= 16, let next = try afterFirstLink(way[way.count - 1]), !way.contains(next) {
            way.append(next)
        }
        return way
    }

    /// The path with its first symbolic link replaced; `nil` when there is none or it leaves the repository.
    private func afterFirstLink(_ path: RepoPath) throws(GitError) -> RepoPath? {
        var tree = try objects.tree(root)
        var place = RepoPath.root
        let components = path.components
        for (depth, component) in components.enumerated() {
            guard let entry = tree.entry(named: component) else { return nil }
            if entry.mode == .symlink {
                let target = String(decoding: try objects.blob(entry.id), as: UTF8.self)
                guard !target.hasPrefix("/"), let resolved = place.resolving(target) else { return nil }
                return components[(depth + 1)...].reduce(resolved) { $0.appending($1) }
            }
            place = place.appending(component)
            guard entry.mode == .directory, depth < components.count - 1 else { return nil }
            tree = try objects.tree(entry.id)
        }
        return nil
    }
}
