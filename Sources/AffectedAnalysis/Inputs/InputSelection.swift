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
    /// What the task makes itself, which is never its input, relative to `outputDirectory`.
    let outputs: PatternList?
    /// The project's directory, or the root when outputs lie outside of it.
    let outputDirectory: RepoPath
    /// `ignore` of ripple.yaml.
    let ignored: PatternList?
    /// Whether unowned files above the project count.
    let includesUnowned: Bool
    /// Exact files outside the project, sorted: named in the command, by a manifest or by the configuration of a tool.
    var named: [RepoPath]
    /// Those of them of which it is known where they are named.
    var configured: [NamedFile] = []
    let purpose: TaskPurpose
    /// The relative patterns that name a project below this one on purpose, with the exclusions: what they select counts
    /// although another project owns it.
    let nested: PatternList?
    /// Relative patterns without wildcards that no later one takes back; even `ignore` does not take these away.
    let literals: Set<RepoPath>

    /// Whether the task reads the file at `path` because its project owns it.
    ///
    /// - Parameter isKnownOwned: the caller walked down from the project and entered no other project.
    func readsOwn(_ path: RepoPath, isKnownOwned: Bool = false) -> Bool {
        guard includesOwn, let below = path.relative(to: project.path), !below.isRoot else { return false }
        if literals.contains(path) { return !makes(path) }
        if workspace.structuralFiles.contains(path) { return false }
        if !isKnownOwned, owner(of: path) != projectIndex {
            guard let nested, nested.matches(below) else { return false }
        }
        if let first = below.components.first, FileRole.isIgnoredName(String(decoding: first, as: UTF8.self)),
            ignored?.takesOut(path) != true
        {
            return false
        }
        if let relative, !relative.matches(below) { return false }
        if let ignored, ignored.matches(path) { return false }
        return !makes(path)
    }

    /// The owner of the file, for this project: one that shares its files reads them as if it owned them, and patterns of
    /// a root that only gathers select files that no project owns.
    private func owner(of path: RepoPath) -> ProjectIndex? {
        if !project.sharesFiles, let owner = workspace.owner(of: path) { return owner }
        guard project.onlyGathers || project.sharesFiles else { return nil }
        var directory = path.parent
        while let current = directory {
            if let innermost = workspace.project(at: current),
                innermost == projectIndex || !workspace[innermost].sharesFiles
            {
                return innermost
            }
            directory = current.parent
        }
        return nil
    }

    /// Whether the task reads the file at `path` because a pattern from the workspace root selects it.
    func readsRooted(_ path: RepoPath) -> Bool {
        guard let rooted, rooted.matches(path) else { return false }
        return !makes(path)
    }

    /// Whether the file at `path` is an output of the task.
    func makes(_ path: RepoPath) -> Bool {
        guard let outputs, let below = path.relative(to: outputDirectory) else { return false }
        return outputs.matches(below)
    }

    /// Which files below the directory `path` the task makes.
    func outputVerdict(forDirectory path: RepoPath) -> PatternList.Verdict {
        guard let outputs else { return .none }
        guard let below = path.relative(to: outputDirectory) else {
            return outputDirectory.isWithin(path) ? .look : .none
        }
        return outputs.verdict(forDirectory: below)
    }

    enum Verdict { case all, none, look }

    /// What is known about every file below the project's subdirectory `path`, without opening it.
    ///
    /// - Parameter isNested: the subdirectory belongs to another project.
    func verdict(forOwn path: RepoPath, below: RepoPath, holdsProjects: Bool, isNested: Bool) -> Verdict {
        var all = true
        if isNested {
            switch nested?.verdict(forDirectory: below) {
            case .some(.none), nil: return literals.contains { $0.isWithin(path) } ? .look : .none
            case .look: all = false
            case .all: break
            }
        }
        if holdsProjects { return .look }
        switch relative?.verdict(forDirectory: below) {
        case .some(.none): return literals.contains { $0.isWithin(path) } ? .look : .none
        case .look: all = false
        case .all, nil: break
        }
        switch outputVerdict(forDirectory: path) {
        case .all: return .none
        case .look: all = false
        case .none: break
        }
        switch ignored?.verdict(forDirectory: path) {
        case .all: return literals.contains { $0.isWithin(path) } ? .look : .none
        case .look: all = false
        case .some(.none), nil: break
        }
        return all ? .all : .look
    }
}
