internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import GitOracle
internal import Synchronization
internal import Testing

/// Merges in memory, against `git merge-tree --write-tree`.
@Suite struct TreeMergeTests {
    private static let blocks = 10
    private static let perBlock = TestEffort.cases(24, long: 220)

    /// Two commits to merge, as marks.
    private struct Pair { let ours: Int, theirs: Int, about: String }

    /// What git answers: the tree, or `nil` on conflict and for histories that it refuses to merge.
    private enum Verdict: Equatable { case clean(String), conflicted, refused }

    private static func git(_ git: GitSandbox, _ ours: String, _ theirs: String) throws -> Verdict {
        // What git writes goes beside the repository, which must stay as it is.
        let aside = [
            "GIT_OBJECT_DIRECTORY": git.folder + "/oracle",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": git.root + "/.git/objects",
        ]
        do {
            let tree = try git.git(
                ["merge-tree", "--write-tree", "--no-messages", "--name-only", ours, theirs], environment: aside)
            return .clean(String(decoding: tree.dropLast(), as: UTF8.self))
        } catch let failure as GitSandbox.Failure {
            if failure.description.contains("exits 1:") { return .conflicted }
            guard failure.description.contains("unrelated") else { throw failure }
            return .refused
        }
    }

    private static func pairs(_ history: inout RandomHistory, _ number: Int) -> Pair {
        let base = history.files()
        var ours = base, theirs = base
        history.edit(&ours, 1 + history.random.below(4))
        history.edit(&theirs, 1 + history.random.below(4))
        if history.random.once(in: 5) {
            // The same edits on both sides, and then more.
            theirs = ours
            history.edit(&theirs, history.random.below(3))
        }
        let root = history.commit(base)
        switch history.random.below(10) {
        case 0:
            return Pair(ours: history.commit(ours), theirs: history.commit(theirs), about: "unrelated")
        case 1:
            let left = history.commit(ours, parents: [root]), right = history.commit(theirs, parents: [root])
            var one = ours, two = theirs
            history.edit(&one, 1)
            history.edit(&two, 1)
            return Pair(
                ours: history.commit(one, parents: [left, right]), theirs: history.commit(two, parents: [right, left]),
                about: "criss-cross")
        default:
            return Pair(
                ours: history.commit(ours, parents: [root]), theirs: history.commit(theirs, parents: [root]),
                about: "forked")
        }
    }

    /// How often the two ways were taken, over all blocks.
    private static let answered = Mutex((fast: 0, clean: 0, all: 0, blocks: 0))

    @Test("a merge in memory is git's, and most need no git", arguments: 0..<blocks)
    func agreesWithGit(block: Int) throws {
        let git = try GitSandbox()
        try git.makeFolder("oracle")
        var history = RandomHistory(seed: UInt64(block))
        let pairs = (0..<Self.perBlock).map { Self.pairs(&history, $0) }
        let ids = try history.write(to: git)
        let before = try git.repositoryContents()
        let program = ["RIPPLE_GIT": Repository.programChoice]
        for (number, pair) in pairs.enumerated() {
            let about = Comment(rawValue: "block \(block), case \(number) (\(pair.about))")
            let ours = try #require(ids[pair.ours]), theirs = try #require(ids[pair.theirs])
            let expected = try Self.git(git, ours, theirs)
            for environment in number % 4 == 0 ? [[:], program] : [[:]] {
                let reader = try RepositoryReader(at: git.root, environment: environment)
                let one = try #require(ObjectID(hex: ours)), two = try #require(ObjectID(hex: theirs))
                var found: Verdict
                do throws(GitError) {
                    switch try reader.mergedTree(target: one, head: two) {
                    case .clean(let tree):
                        found = .clean(tree.description)
                        // What was made can be read, all of it.
                        let head = try reader.tree(ofCommit: two)
                        _ = try TreeComparison.changes(from: head, to: tree, in: reader.objects)
                    case .conflicted: found = .conflicted
                    }
                } catch {
                    #expect(error.code == .noMergeBase, "\(about): \(error.message)")
                    found = .refused
                }
                #expect(found == expected, about)
                let bases = try reader.mergeBases(one, two)
                guard environment.isEmpty, bases.count == 1 else { continue }
                let trees = try [bases[0], one, two].map { try reader.tree(ofCommit: $0) }
                let fast = try TreeMerge(objects: reader.objects).merged(
                    base: trees[0], ours: trees[1], theirs: trees[2])
                if let fast { #expect(expected == .clean(fast.description), about) }
                Self.answered.withLock {
                    if fast != nil { $0.fast += 1 }
                    if case .clean = expected { $0.clean += 1 }
                    $0.all += 1
                }
            }
        }
        // Git marks a pack that holds what it would write as young; beyond that nothing changes.
        #expect(try git.repositoryContents() == before)
        let total = Self.answered.withLock {
            $0.blocks += 1
            return $0
        }
        guard total.blocks == Self.blocks else { return }
        #expect(total.fast > total.all / 6, "the fast way answered \(total)")
        #expect(total.clean > total.fast, "git's own merge was needed too: \(total)")
        #expect(total.clean < total.all, "some must conflict: \(total)")
        print("merges in memory: \(total)")
    }
}
