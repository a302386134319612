internal import ChangeDetection
internal import GitObjects

/// Fetches what a shallow clone lacks, with the git program, in steps that double.
///
/// Never with `--depth`, which cuts off history that was there.
struct Deepening {
    private let console: Console
    private var step = 50
    private var asked: Set<String> = []

    /// Twenty doublings reach every history there is; then a clone is made whole.
    private static let longestStep = 50 << 20

    init(console: Console) {
        self.console = console
    }

    /// Fetches a next piece of what is missing.
    ///
    /// - Returns: whether asking again makes sense: `false` when the remote has no more, or cannot be reached.
    mutating func fetch(
        _ missing: Comparison.Missing, _ comparison: Comparison, in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        guard step <= Deepening.longestStep, let remote = Deepening.remote(repository) else { return false }
        var wanted: [String]
        switch missing {
        case .branch(let name): wanted = ["+refs/heads/\(name):refs/remotes/\(remote)/\(name)"]
        case .commit(let id): wanted = [id.description]
        case .history:
            // The boundary moves only where the wanted commits lead to it; its own commits surely are the remote's, while
            // the head may not have been pushed.
            wanted = repository.cutCommits.sorted().map(\.description)
        }
        let before = repository.cutCommits
        var arguments = ["fetch", "--no-tags", "--no-recurse-submodules", "--no-auto-gc", "--quiet"]
        if repository.isShallow { arguments.append("--deepen=\(step)") }
        arguments.append(remote)
        wanted = wanted.filter { !$0.isEmpty }
        console.note("Fetching what is missing: git \((arguments + wanted).joined(separator: " "))")
        var answer = try repository.program.run(arguments + wanted)
        // Another fetch of the same job may have changed the boundary in between.
        if answer.code != 0, answer.reason.contains("shallow file has changed") {
            answer = try repository.program.run(arguments + wanted)
        }
        // A server may give out only what its branches name; these lead to the boundary too.
        if answer.code != 0, wanted.allSatisfy({ ObjectID(hex: $0) != nil }), !wanted.isEmpty {
            answer = try repository.program.run(arguments)
        }
        guard answer.code == 0 else {
            console.warn("git could not fetch what is missing: \(answer.reason)")
            return false
        }
        step *= 2
        // A branch or commit is there after one fetch, or will not come; history goes on as long as the boundary moves.
        let isNew = asked.insert(wanted.joined(separator: " ")).inserted
        return isNew || repository.cutCommits != before
    }

    /// `origin`, or the only remote there is.
    private static func remote(_ repository: borrowing Repository) -> String? {
        if repository.configuredString("remote.origin.url") != nil { return "origin" }
        guard let answer = try? repository.program.run(["remote"]), answer.code == 0, answer.lines.count == 1 else {
            return nil
        }
        return answer.lines.first
    }
}
