internal import GitObjects
internal import WorkspaceModel

/// A directory with a package.json that a workspace's patterns select.
struct WorkspaceMember {
    var path: RepoPath
    /// The blob of its package.json.
    var manifest: ObjectID
}

/// Finds the members of a workspace in one walk that enters only directories in which a pattern can still match.
struct MemberWalk {
    let objects: ObjectStore
    /// `node_modules`, and for pnpm `bower_components`: nothing in them is ever a member.
    let prunedNames: [[UInt8]]
    private(set) var members: [RepoPath: WorkspaceMember] = [:]

    init(objects: ObjectStore, manager: PackageManager) {
        self.objects = objects
        prunedNames = [Array("node_modules".utf8)] + (manager == .pnpm ? [Array("bower_components".utf8)] : [])
    }

    /// The members of the workspace at `root`, sorted by path; the root itself is left out.
    static func members(
        of root: RepoPath, in tree: SourceTree, patterns: [WorkspacePattern], manager: PackageManager
    ) throws(GitError) -> [WorkspaceMember] {
        var walk = MemberWalk(objects: tree.objects, manager: manager)
        for climb in Set(patterns.filter { !$0.isExclusion }.map(\.climb)) {
            var start: RepoPath? = root
            for _ in 0..<climb { start = start?.parent }
            guard let start, let directory = try tree.directory(start) else { continue }
            let here = patterns.filter { $0.climb == climb }
            try walk.visit(
                directory, start,
                PatternProgress(here.filter { !$0.isExclusion }, seesHidden: false),
                excluded: PatternProgress(here.filter { $0.isExclusion && $0.isExact }, seesHidden: true))
        }
        walk.members[root] = nil
        return walk.members.values.sorted { $0.path < $1.path }
    }

    private mutating func visit(
        _ tree: Tree, _ path: RepoPath, _ included: PatternProgress, excluded: PatternProgress
    ) throws(GitError) {
        if included.isMatch, !excluded.isMatch, let manifest = tree.entry(named: "package.json"), manifest.mode.isFile {
            members[path] = WorkspaceMember(path: path, manifest: manifest.id)
        }
        guard included.mayMatchBelow, !excluded.matchesEverythingBelow else { return }
        if let names = included.onlyNames {
            for name in names {
                guard let entry = tree.entry(named: name) else { continue }
                try enter(entry, name[...], path, included, excluded)
            }
        } else {
            for entry in tree.entries where entry.mode == .directory {
                try enter(entry, tree.name(of: entry), path, included, excluded)
            }
        }
    }

    private mutating func enter(
        _ entry: Tree.Entry, _ name: ArraySlice<UInt8>, _ path: RepoPath,
        _ included: PatternProgress, _ excluded: PatternProgress
    ) throws(GitError) {
        guard entry.mode == .directory, !prunedNames.contains(where: { $0.elementsEqual(name) }) else { return }
        let next = included.entering(name)
        guard !next.places.isEmpty else { return }
        try visit(try objects.tree(entry.id), path.appending(name), next, excluded: excluded.entering(name))
    }
}

extension WorkspacePattern {
    /// Reads a list of patterns as the package manager does.
    ///
    /// npm drops an exclusion that a later inclusion takes back (`packages/**`, `!packages/b/**`, `packages/b/a`), and
    /// then every inclusion that an exclusion matches as text; see appendNegatedPatterns in @npmcli/map-workspaces.
    /// For pnpm an exclusion always holds.
    static func list(_ texts: [String], manager: PackageManager) -> [WorkspacePattern] {
        var patterns: [WorkspacePattern] = []
        for text in texts {
            for pattern in parse(text) {
                if !pattern.isExclusion, manager != .pnpm {
                    patterns.removeAll { $0.isExclusion && $0.matches(pattern) }
                }
                patterns.append(pattern)
            }
        }
        guard manager == .npm else { return patterns }
        let exclusions = patterns.filter(\.isExclusion)
        return patterns.filter { pattern in pattern.isExclusion || !exclusions.contains { $0.matches(pattern) } }
    }

    /// Whether this pattern matches the text of `other`, as if that were a path.
    private func matches(_ other: WorkspacePattern) -> Bool {
        guard climb == other.climb else { return false }
        var progress = PatternProgress([self], seesHidden: true)
        for part in other.parts { progress = progress.entering(part[...]) }
        return progress.isMatch
    }
}
