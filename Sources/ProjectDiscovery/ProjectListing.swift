internal import GitObjects
internal import WorkspaceModel

/// The directories that `projects` of the root's ripple.yaml lists.
///
/// A pattern without `**` means every directory that it matches whole; one with `**` means those with a manifest.
struct ProjectListing {
    private let list: PatternList
    private let shallow: [Pattern]
    private let deep: [Pattern]
    /// The most components that a pattern without `**` can match.
    private let depth: Int

    init(_ list: PatternList) {
        self.list = list
        let inclusions = list.compiled.filter { !$0.isExclusion }
        shallow = inclusions.filter { !$0.text.contains("**") }
        deep = inclusions.filter { $0.text.contains("**") }
        depth = shallow.map { $0.text.utf8.count { $0 == UInt8(ascii: "/") } + 1 }.max() ?? 0
    }

    /// `path` is not the root.
    func lists(_ path: RepoPath, hasManifest: Bool) -> Bool {
        guard list.matches(path) else { return false }
        if hasManifest, deep.contains(where: { $0.matches(path) }) { return true }
        // A pattern also matches what lies below its directory, which is not what was listed.
        guard let parent = path.parent else { return false }
        return shallow.contains { pattern in
            pattern.matches(path) && (parent.isRoot || !pattern.matches(parent))
        }
    }

    /// Whether `directory`, of so many components, or something below it may be listed.
    func reaches(_ directory: RepoPath, depth: Int) -> Bool {
        guard list.verdict(forDirectory: directory) != .none || list.matches(directory) else { return false }
        return depth <= self.depth || deep.contains { $0.verdict(forDirectory: directory) != .none }
    }
}
