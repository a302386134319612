internal import ChangeDetection
internal import GitObjects
internal import GitOracle
internal import Testing

/// The working tree as a tree, against `git add --all && git write-tree` and `git status` on random repositories.
@Suite struct WorkingTreePropertyTests {
    @Test("a working tree has the tree git would write and the changes git status lists", arguments: 0..<8)
    func agreesWithGit(block: Int) throws {
        var answered = 0
        let count = TestEffort.cases(30, long: 260)
        for seed in UInt64(block * count)..<UInt64((block + 1) * count) {
            let made = try RandomWorkingTree(seed: seed)
            if try check(made, seed) { answered += 1 }
        }
        #expect(answered > count * 5 / 6, "git itself refused too many cases")
    }

    /// - Returns: `false` when git has no answer, as for a submodule that became a symbolic link.
    private func check(_ made: RandomWorkingTree, _ seed: UInt64) throws -> Bool {
        let git = made.git
        let about = "seed \(seed): \(made.log)"
        let repository = try Repository.open(at: git.root, environment: [:])
        // The git program marks objects that it would write again as young.
        let usesProgram = repository.asksProgramForStatus
        let before = try usesProgram ? git.repositoryContents() : git.repositoryState()
        let objects = try repository.objectStore()
        let head = try repository.resolve("HEAD")?.tree ?? ObjectStore.emptyTreeID
        let snapshot = try WorkingTree.snapshot(of: repository, headTree: head, objects: objects, environment: [:])
        let changes = try TreeComparison.changes(from: head, to: snapshot.root, in: objects)
        let after = try usesProgram ? git.repositoryContents() : git.repositoryState()
        #expect(after == before, "\(about): something in .git changed")

        // The same, asked of the git program.
        let contents = try git.repositoryContents()
        let program = ["RIPPLE_GIT": Repository.programChoice]
        let asked = try Repository.open(at: git.root, environment: program)
        let answer = try? WorkingTree.snapshot(
            of: asked, headTree: head, objects: asked.objectStore(), environment: program)
        #expect(try git.repositoryContents() == contents, "\(about): something in .git changed")
        guard let status = try? Oracle.status(git), let expected = try? Oracle.workingTree(git) else { return false }
        #expect(answer?.root.description == expected, "\(about): by the git program")
        if expected != snapshot.root.description {
            let git = try #require(ObjectID(hex: expected))
            let fresh = try repository.objectStore()
            for tree in [head, git] { objects.add(tree: try fresh.tree(tree)) }
            let difference = try TreeComparison.changes(from: git, to: snapshot.root, in: objects)
            for change in difference.changes {
                let theirs = try SourceTree(objects: objects, root: git).entry(change.path)
                let ours = try snapshot.entry(change.path)
                Issue.record(
                    "\(about): \(text(change)), git \(describe(theirs)), ours \(describe(ours))")
            }
            return true
        }
        if made.hidesFiles { return true }
        let listed = Set(status.map(\.path)), found = Set(changes.changes.map(\.path))
        // A file that is hidden by assume-unchanged gives way to an untracked file below its name, unlisted.
        let unlisted = found.subtracting(listed).filter { path in !listed.contains { $0.isWithin(path) } }
        #expect(unlisted.isEmpty, "\(about): not in git status: \(unlisted)")
        // Where line ends are converted git lists by size what it would then store unchanged.
        let certain = Set(status.filter { !$0.mayCancel && !made.usesFilters }.map(\.path))
        #expect(certain.subtracting(found).isEmpty, "\(about): only in git status: \(certain.subtracting(found))")
        return true
    }

    private func describe(_ entry: Tree.Entry?) -> String { entry.map { "\($0.mode) \($0.id)" } ?? "nothing" }

    private func text(_ change: Change) -> String { "\(change.status) \(change.path)".debugDescription }
}
