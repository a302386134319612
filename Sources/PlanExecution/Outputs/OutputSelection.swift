internal import ContentAddressing
internal import GitObjects
internal import Glibc
internal import WorkspaceModel

/// Which paths below a project are a task's outputs: what its patterns select, without `.git` and without what Ripple
/// itself has there.
struct OutputSelection: Sendable {
    let patterns: PatternList

    /// The names of directories that a restore works in begin with this.
    static let stagingPrefix = Array(".ripple-restore-".utf8)

    /// Whether `name` is never an output nor contains one, at whatever depth.
    static func isReserved(_ name: some Collection<UInt8>) -> Bool {
        name.elementsEqual(".git".utf8) || name.starts(with: stagingPrefix)
    }

    /// What is known of everything below a directory, given the same for the directory that contains it.
    func verdict(for directory: RepoPath, in outer: PatternList.Verdict) -> PatternList.Verdict {
        outer == .look ? patterns.verdict(forDirectory: directory) : outer
    }

    /// Whether the path itself, not a directory, is an output, given the verdict on the directory that contains it.
    func selects(_ path: RepoPath, in verdict: PatternList.Verdict) -> Bool {
        switch verdict {
        case .all: true
        case .none: false
        case .look: patterns.matches(path)
        }
    }

    /// Whether a directory belongs to the outputs even when nothing lies in it: it could hold nothing but outputs, or a
    /// pattern names it.
    func selects(directory: RepoPath, verdict: PatternList.Verdict) -> Bool {
        verdict == .all || patterns.matches(directory)
    }

    /// Whether the task can have made such an entry at the path.
    func permits(_ entry: OutputEntry) -> Bool {
        let path = RepoPath(bytes: entry.path)
        if patterns.matches(path) { return true }
        return entry.kind == .directory && patterns.verdict(forDirectory: path) == .all
    }
}
