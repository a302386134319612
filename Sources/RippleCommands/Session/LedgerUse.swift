internal import AffectedAnalysis
internal import ChangeDetection
internal import ContentAddressing
internal import Diagnostics
internal import GitObjects
internal import LocalStore
internal import WorkspaceModel

/// The last-green ledger of the default branch, as this run sees it.
struct LedgerUse {
    let branch: String
    /// HEAD's commit, under which successes of this run are recorded; `nil` while the files on disk are others.
    let commit: ObjectID?
    private let store: LocalStore
    private let name: ContentDigest
    private let ledger: GreenLedger
    /// The place of each commit of the ledger that HEAD comes from: 0 is the newest.
    private let ranks: [String: Int]

    /// Opens the ledger, or tells why it does not answer for this run.
    static func open(
        _ request: ComparisonRequest, _ reader: borrowing RepositoryReader, head: Comparison.Side,
        headCommit: ObjectID?, _ context: ProcessContext, _ console: Console
    ) throws -> (use: LedgerUse?, step: Comparison.Step) {
        let branch: String
        switch try ComparisonResolver.ledger(request, headCommit: headCommit, probe: reader) {
        case .declined(let why): return (nil, .init("ledger", .declined, why))
        case .branch(let name): branch = name
        }
        guard let headCommit else { return (nil, .init("ledger", .declined, "HEAD has no commit yet")) }
        let store = LocalStore(root: context.cacheDirectory)
        let name = ContentDigest.of(Array("\(identity(reader.repository))\u{0}\(branch)".utf8))
        var ledger = GreenLedger()
        do throws(StoreError) {
            if let found = try store.ledger(name) {
                if let read = GreenLedger(decoding: found.bytes) {
                    ledger = read
                } else {
                    console.warn("The ledger of \(branch) in the cache is damaged, so nothing counts as green.")
                }
            }
        } catch {
            console.warn("The ledger of \(branch) cannot be read, so nothing counts as green: \(error.message)")
        }
        let commits = Set(ledger.commits.compactMap { ObjectID(hex: $0) })
        let ancestors = try reader.repository.ancestors(among: commits, of: headCommit)
        let ranks = Dictionary(uniqueKeysWithValues: ancestors.enumerated().map { ($1.description, $0) })
        let isClean = try head.tree == reader.tree(ofCommit: headCommit)
        let use = LedgerUse(
            branch: branch, commit: isClean ? headCommit : nil, store: store, name: name, ledger: ledger, ranks: ranks)
        let evidence =
            ancestors.first.map {
                "\(ledger.successes.count) tasks were green on \(branch), at \(ancestors.count) commits up to "
                    + "\($0.description.prefix(7))"
            } ?? "nothing was green yet on \(branch)"
        return (use, .init("ledger", .chosen, evidence))
    }

    /// What tells this repository from others in one cache: where it was cloned from, else where it lies.
    private static func identity(_ repository: borrowing Repository) -> String {
        guard var url = repository.configuredString("remote.origin.url") else { return repository.commonDirectory }
        // The same repository is fetched in several ways and by several users.
        if let scheme = url.firstRange(of: "://") { url = String(url[scheme.upperBound...]) }
        if let at = url.firstIndex(of: "@"), !url[..<at].contains("/") { url = String(url[url.index(after: at)...]) }
        if url.hasSuffix("/") { url.removeLast() }
        if url.hasSuffix(".git") { url.removeLast(4) }
        return url.replacing(":", with: "/")
    }

    /// The names of the tasks that the ledger knows.
    var taskNames: Set<String> {
        Set(ledger.successes.keys.compactMap { $0.split(separator: "#").last.map { String($0) } })
    }

    /// The newest success of a task at a commit that HEAD comes from.
    func lastSuccess(_ task: String) -> GreenLedger.Success? {
        ledger.successes[task]?.filter { ranks[$0.commit] != nil }.min {
            (ranks[$0.commit] ?? 0) < (ranks[$1.commit] ?? 0)
        }
    }

    func rank(_ commit: String) -> Int? { ranks[commit] }

    /// Whether the task was green with this key, on this branch.
    func isGreen(_ task: String, key: ContentDigest) -> Bool { ledger.isGreen(task, key: key) }

    /// Records the tasks that succeeded, each with its planning key.
    func record(_ tasks: [(id: String, key: ContentDigest)], _ console: Console) {
        guard !tasks.isEmpty else { return }
        guard let commit else {
            console.warn("The files on disk are not those of HEAD, so the ledger of \(branch) was left as it is.")
            return
        }
        do throws(StoreError) {
            try store.updateLedger(name) { ledger in
                for (id, key) in tasks { ledger.record(id, .init(commit: commit.description, key: key)) }
            }
        } catch {
            console.warn("The ledger of \(branch) cannot be written: \(error.message)")
        }
    }

    // MARK: Bases

    /// Of each project with tasks of these names the commits at which they last were green.
    func bases(of workspace: Workspace, names: Set<String>) -> [ProjectBase] {
        workspace.projects.compactMap { project in
            let tasks = project.tasks.keys.filter { names.contains($0) }.sorted()
            guard !tasks.isEmpty else { return nil }
            return ProjectBase(
                id: project.id, path: project.path,
                tasks: tasks.map { ($0, lastSuccess("\(project.id)#\($0)")?.commit) }, ranks: ranks)
        }
    }
}

/// Where one project last was green.
struct ProjectBase {
    let id: String
    let path: RepoPath
    /// Each task with the commit at which it last was green; `nil` where it never was.
    let tasks: [(name: String, commit: String?)]
    /// The oldest of them, since all that came after it is not known green; `nil` when one task never was.
    let commit: String?

    init(id: String, path: RepoPath, tasks: [(name: String, commit: String?)], ranks: [String: Int]) {
        self.id = id
        self.path = path
        self.tasks = tasks
        let commits = tasks.compactMap(\.commit)
        commit = commits.count == tasks.count ? commits.max { (ranks[$0] ?? 0) < (ranks[$1] ?? 0) } : nil
    }
}
