internal import ChangeDetection
internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Working trees of uncommon shapes: sparse, nested, damaged, without an index.
@Suite struct WorkingTreeShapeTests {
    /// The paths that differ between HEAD and the working tree.
    private static func changed(_ git: GitSandbox, in directory: String? = nil) throws -> [String] {
        let repository = try Repository.open(at: directory ?? git.root, environment: [:])
        let objects = try repository.objectStore()
        let head = try repository.resolve("HEAD")?.tree ?? ObjectStore.emptyTreeID
        let snapshot = try WorkingTree.snapshot(of: repository, headTree: head, objects: objects, environment: [:])
        return try TreeComparison.changes(from: head, to: snapshot.root, in: objects).changes
            .map { "\($0.status) \($0.path)" }
    }

    private static func committed(_ files: [String], config: String = "") throws -> GitSandbox {
        let git = try GitSandbox(config: config)
        for name in files { try git.write(name, name) }
        try git.git("add", "--all", "--force")
        try git.git("commit", "-qm", "one")
        return git
    }

    @Test(
        "files outside a sparse checkout are unchanged while absent and count when present", arguments: [true, false])
    func sparseCheckout(sparseIndex: Bool) throws {
        let git = try Self.committed(["in/a", "out/b", "out/deep/c", "top"])
        try git.git("sparse-checkout", "set", "--cone", sparseIndex ? "--sparse-index" : "--no-sparse-index", "in")
        #expect(try Self.changed(git) == [])
        try git.write("out/b", "edited")
        try git.write("out/deep/new", "x")
        #expect(try Self.changed(git) == ["modified out/b", "added out/deep/new"])
        let listed = try Oracle.status(git).map(\.path.description).sorted()
        #expect(listed == ["out/b", "out/deep/new"])
    }

    @Test("a file hidden by skip-worktree stays hidden without a sparse checkout")
    func skipWorktree() throws {
        let git = try Self.committed(["a", "b"])
        try git.git("update-index", "--skip-worktree", "a")
        try git.write("a", "local settings")
        #expect(try Self.changed(git) == [])
        #expect(try Oracle.status(git).isEmpty)
    }

    @Test("without an index everything on disk is new and everything else deleted")
    func missingIndex() throws {
        let git = try Self.committed(["a", "dir/b", "dir/c"])
        git.remove(Array(".git/index".utf8))
        git.remove(Array("dir/c".utf8))
        #expect(try Self.changed(git) == ["deleted dir/c"])
        let head = try git.git("rev-parse", "HEAD^{tree}")
        #expect(
            try Self.changed(git)
                == Oracle.changes(git, head, Oracle.workingTree(git)).changes.map { "\($0.status) \($0.path)" })
    }

    @Test("nothing untracked below an ignored directory counts, tracked files there do")
    func ignoredDirectory() throws {
        let git = try Self.committed([".gitignore-later", "build/kept"])
        try git.write(".gitignore", "build/\n")
        try git.write("build/.gitignore", "!*\n")
        try git.write("build/new", "x")
        try git.write("build/kept", "edited")
        #expect(try Self.changed(git) == ["added .gitignore", "modified build/kept"])
        #expect(try Set(Oracle.status(git).map(\.path.description)) == [".gitignore", "build/kept"])
    }

    @Test("rules in a directory whose name is not UTF-8 are read")
    func rulesBelowOddNames() throws {
        let git = try Self.committed(["a"])
        let odd: [UInt8] = [0xFF, 0xFE]
        try git.write(odd + Array("/.gitignore".utf8), Array("*.o\n.gitignore\n".utf8))
        try git.write(odd + Array("/x.o".utf8), [1])
        try git.write(odd + Array("/y".utf8), [1])
        let listed = try Oracle.status(git).map { "added \($0.path)" }
        #expect(try Self.changed(git) == listed)
        #expect(listed.count == 1)
    }

    @Test("a .git directory that is no repository does not hide the files beside it")
    func invalidNestedRepository() throws {
        let git = try Self.committed(["a"])
        try git.write("nested/.git/junk", "x")
        try git.write("nested/file", "x")
        try git.write("broken/.git", "gitdir: /nonexistent\n")
        try git.write("broken/file", "x")
        let listed = try Oracle.status(git).map { "added \($0.path)" }.sorted()
        #expect(try Self.changed(git) == listed)
    }

    @Test("a symbolic link named .gitignore is not followed")
    func linkedRules() throws {
        let git = try Self.committed(["a"])
        try git.write("../rules", "*\n")
        try git.link(Array(".gitignore".utf8), to: "../rules")
        try git.write("new", "x")
        #expect(try Self.changed(git) == ["added .gitignore", "added new"])
    }

    @Test("an entry that git could not settle is not clean because its size is recorded as 0")
    func smudgedEntry() throws {
        let git = try Self.committed(["a"], config: "[core]\n\ttrustctime = false\n")
        // The file and the index share a tick; git then records size 0 for what it finds changed when it writes.
        git.setModification(Array("a".utf8), seconds: 1_600_000_000)
        try git.git("update-index", "a")
        try git.rewrite(Array("a".utf8), [])
        git.setModification(Array("a".utf8), seconds: 1_600_000_000)
        var bytes = [UInt8](try #require(FileManager.default.contents(atPath: git.root + "/.git/index")))
        bytes.replaceSubrange(48..<52, with: [0, 0, 0, 0])
        bytes.replaceSubrange(bytes.count - 20..<bytes.count, with: [UInt8](repeating: 0, count: 20))
        try git.rewrite(Array(".git/index".utf8), bytes)
        #expect(try Self.changed(git) == ["modified a"])
    }

    @Test("a conflict between a file and a directory counts each path that is on disk")
    func fileDirectoryConflict() throws {
        let git = try Self.committed(["a", "b"])
        let id = try git.git("rev-parse", ":a")
        let lines = "0 \(String(repeating: "0", count: 40))\ta\n100644 \(id) 2\ta\n100644 \(id) 3\ta/x\n"
        try git.git(["update-index", "--index-info"], input: Array(lines.utf8))
        git.remove(Array("a".utf8))
        try git.write("a/x", "x")
        try git.write("a/y", "y")
        #expect(try Self.changed(git) == ["deleted a", "added a/x", "added a/y"])
    }

    @Test("a snapshot of a damaged index is a typed error or a tree")
    func damagedIndex() throws {
        let git = try Self.committed(["a", "dir/b", "dir/sub/c"])
        let path = git.root + "/.git/index"
        let whole = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        var refused = 0
        for position in whole.indices {
            var damaged = whole
            damaged[position] ^= 0x41
            try git.rewrite(Array(".git/index".utf8), damaged)
            do {
                _ = try Self.changed(git)
            } catch let error as GitError {
                refused += 1
                #expect(!error.message.isEmpty)
            }
        }
        #expect(refused > 10)
    }

    @Test("line ends that git would warn about are no reason to lose a file")
    func safeLineEnds() throws {
        let git = try Self.committed(["a.txt", "b"], config: "[core]\n\tautocrlf = input\n\tsafecrlf = true\n")
        try git.write("a.txt", "one\r\ntwo\r\n")
        #expect(try Self.changed(git) == ["modified a.txt"])
    }

    @Test("a linked worktree has its own index and head")
    func linkedWorktree() throws {
        let git = try Self.committed(["a", "b"])
        let other = git.folder + "/other"
        try git.git("worktree", "add", "-q", "-b", "side", other)
        try git.write("../other/a", "edited")
        try git.write("b", "edited here")
        #expect(try Self.changed(git, in: other) == ["modified a"])
        #expect(try Self.changed(git) == ["modified b"])
    }

    @Test("a bare repository has no working tree, and says so")
    func bare() throws {
        let git = try GitSandbox(bare: true)
        let error = #expect(throws: GitError.self) { try Self.changed(git) }
        #expect(error?.message.contains("--head") == true)
    }
}
