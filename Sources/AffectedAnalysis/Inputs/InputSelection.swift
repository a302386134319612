internal import GitObjects
internal import WorkspaceModel

/// The files one task reads, as a rule that can be asked about any path and any directory of one workspace.
///
/// The same rule makes the key's inputs and says which changed file is a reason, so the two cannot disagree.
struct InputSelection {
    let workspace: Workspace
    let project: Project
    let projectIndex: ProjectIndex
    /// The patterns relative to the project; `nil` selects everything the project owns.
    let relative: PatternList?
    /// Whether the project's own files count at all.
    let includesOwn: Bool
    /// The patterns relative to the workspace root.
    let rooted: PatternList?
    /// What the task makes itself, which is never its input.
    let outputs: PatternList?
    /// `ignore` of ripple.yaml.
    let ignored: PatternList?
    /// Whether unowned files above the project count.
    let includesUnowned: Bool
    /// Exact files outside the project: named in the command or by a manifest.
    let named: [RepoPath]
    let purpose: TaskPurpose
    /// Nested projects a relative pattern names on purpose, so that they are entered.
    let entersNested: Bool
    /// Relative patterns without wildcards, which even `ignore` does not take away.
    let literals: Set<RepoPath>

    /// Whether the task reads the file at `path` because its project owns it.
    ///
    /// - Parameter isKnownOwned: the caller walked down from the project and entered no other project.
    func readsOwn(_ path: RepoPath, isKnownOwned: Bool = false) -> Bool {
        guard includesOwn, let below = path.relative(to: project.path), !below.isRoot else { return false }
        if literals.contains(path) { return !isOutput(below) }
        if workspace.structuralFiles.contains(path) { return false }
        if !isKnownOwned, !entersNested, workspace.owner(of: path) != projectIndex { return false }
        if let first = below.components.first, FileRole.isIgnoredName(String(decoding: first, as: UTF8.self)) { return false }
        if let relative, !relative.matches(below) { return false }
        if let ignored, ignored.matches(path) { return false }
        return !isOutput(below)
    }

    /// Whether the task reads the file at `path` because a pattern from the workspace root selects it.
    func readsRooted(_ path: RepoPath) -> Bool {
        guard let rooted, rooted.matches(path) else { return false }
        return path.relative(to: project.path).map { !isOutput($0) } ?? true
    }

    func isOutput(_ below: RepoPath) -> Bool { outputs?.matches(below) ?? false }

    enum Verdict { case all, none, look }

    /// What is known about every file below the project's subdirectory `path`, without opening it.
    func verdict(forOwn path: RepoPath, below: RepoPath, holdsProjects: Bool) -> Verdict {
        if holdsProjects { return .look }
        var all = true
        switch relative?.verdict(forDirectory: below) {
        case .some(.none): return literals.contains { $0.isWithin(path) } ? .look : .none
        case .look: all = false
        case .all, nil: break
        }
        switch outputs?.verdict(forDirectory: below) {
        case .all: return .none
        case .look: all = false
        case .some(.none), nil: break
        }
        switch ignored?.verdict(forDirectory: path) {
        case .all: return literals.contains { $0.isWithin(path) } ? .look : .none
        case .look: all = false
        case .some(.none), nil: break
        }
        return all ? .all : .look
    }
}
