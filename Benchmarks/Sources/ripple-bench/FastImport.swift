/// A stream for `git fast-import`, the fastest way to make a repository (https://git-scm.com/docs/git-fast-import).
///
/// Commits have a fixed author and time, so that the same files give the same commit ids everywhere.
struct FastImport: ~Copyable {
    private var writer: FileWriter
    private var commits = 0

    init(_ path: String) throws(BenchmarkError) { writer = try FileWriter(path) }

    /// Begins a commit on `branch`. Its files follow; the others stay as in `parent`, a branch.
    mutating func commit(_ message: String, on branch: String, parent: String? = nil) {
        commits += 1
        writer.write("commit refs/heads/\(branch)\n")
        writer.write("committer Ripple Bench <bench@example.org> \(1_700_000_000 + commits) +0000\n")
        writer.write("data \(message.utf8.count)\n\(message)\n")
        if let parent { writer.write("from refs/heads/\(parent)\n") }
    }

    mutating func file(_ path: String, _ text: String) {
        writer.write("M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n")
    }

    consuming func finish() throws(BenchmarkError) { try writer.finish() }
}
