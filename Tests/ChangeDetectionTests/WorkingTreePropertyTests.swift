internal import ChangeDetection
internal import GitObjects
internal import GitOracle
internal import Testing

/// The working tree as a tree, against `git add --all && git write-tree` and `git status` on random repositories.
@Suite struct WorkingTreePropertyTests {
    @Test("a working tree has the tree git would write and the changes git status lists", arguments: 0..<8)
    func agreesWithGit(block: Int) throws {
        for seed in UInt64(block * 30)..<UInt64(block * 30 + 30) {
            let made = try RandomWorkingTree(seed: seed)
            try check(made, seed)
        }
    }

    private func check(_ made: RandomWorkingTree, _ seed: UInt64) throws {
        let git = made.git
        let about = "seed \(seed): \(made.log)"
        let before = try git.repositoryState()
        let repository = try Repository.open(at: git.root, environment: [:])
        let objects = try repository.objectStore()
        let head = try repository.resolve("HEAD")?.tree ?? ObjectStore.emptyTreeID
        let snapshot = try WorkingTree.snapshot(of: repository, headTree: head, objects: objects, environment: [:])
        let changes = try TreeComparison.changes(from: head, to: snapshot.root, in: objects)
        #expect(try git.repositoryState() == before, "\(about): something in .git changed")

        let status = try Oracle.status(git)
        let expected = try Oracle.workingTree(git)
        if expected != snapshot.root.description {
            let base = head == ObjectStore.emptyTreeID ? try git.git(["mktree"]) : Array(head.description.utf8)
            let baseID = String(decoding: base.prefix(40), as: UTF8.self)
            let git = try Oracle.changes(git, baseID, expected)
            Issue.record("\(about)\ngit:  \(git.changes.map(text))\nours: \(changes.changes.map(text))")
            return
        }
        let listed = Set(status.map(\.path)), found = Set(changes.changes.map(\.path))
        #expect(found.subtracting(listed).isEmpty, "\(about): not in git status: \(found.subtracting(listed))")
        let certain = Set(status.filter { !$0.mayCancel }.map(\.path))
        #expect(certain.subtracting(found).isEmpty, "\(about): only in git status: \(certain.subtracting(found))")
    }

    private func text(_ change: Change) -> String { "\(change.status) \(change.path)".debugDescription }
}
