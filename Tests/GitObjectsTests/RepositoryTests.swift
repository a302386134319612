internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Passes on what was read from a move-only value, which `#expect` cannot take apart.
private func value<Value>(_ value: Value) -> Value { value }

/// Repositories of many shapes, with git as the oracle for revisions and merge bases.
@Suite struct RepositoryTests {
    /// main: one - two; side: one - three; `v1` is an annotated tag of one.
    private static func history(bare: Bool = false) throws -> GitSandbox {
        let git = try GitSandbox(bare: bare)
        let stream = """
            commit refs/heads/main
            mark :1
            committer A <a@example.invalid> 1700000000 +0000
            data 0
            M 644 inline a
            data 2
            1

            commit refs/heads/main
            mark :2
            committer A <a@example.invalid> 1700000001 +0000
            data 0
            from :1
            M 644 inline dir/b
            data 2
            2

            commit refs/heads/side
            mark :3
            committer A <a@example.invalid> 1700000002 +0000
            data 0
            from :1
            M 644 inline c
            data 2
            3

            tag v1
            from :1
            tagger A <a@example.invalid> 1700000003 +0000
            data 0

            """
        try git.git(["fast-import", "--quiet"], input: Array(stream.utf8))
        return git
    }

    private static func check(_ git: GitSandbox, at directory: String, _ expressions: [String]) throws {
        let repository = try Repository.open(at: directory, environment: [:])
        for expression in expressions {
            let found = try repository.resolve(expression)
            #expect(try found?.commit?.description == git.line(["rev-parse", expression + "^{commit}"], in: directory))
            #expect(try found?.tree.description == git.line(["rev-parse", expression + "^{tree}"], in: directory))
            let tree = try #require(found?.tree)
            #expect(try repository.objectStore().tree(tree).entries.isEmpty == false)
        }
    }

    @Test("branches, tags, ids and expressions name what git says", arguments: [true, false])
    func revisions(packed: Bool) throws {
        let git = try Self.history()
        // A small import leaves loose objects.
        if packed { try git.git("gc", "-q") }
        let packs = try git.repositoryState().keys.filter { $0.hasSuffix(".pack") }
        #expect(packs.isEmpty != packed)
        let id = try git.git("rev-parse", "side")
        try Self.check(git, at: git.root, ["main", "side", "v1", "main~1", "HEAD", id])
        try Self.check(git, at: git.root, [String(id.prefix(10)), "refs/tags/v1"])
        let repository = try Repository.open(at: git.root, environment: [:])
        #expect(try repository.resolve("nowhere") == nil)
        #expect(try repository.resolve(String(repeating: "1", count: 40)) == nil)
        #expect(try repository.resolve("main^{tree}")?.commit == nil)
        #expect(throws: GitError.self) { try repository.resolve("main:a") }
        #expect(value(repository.headBranch) == "refs/heads/main")
    }

    @Test("a bare repository answers without a working tree")
    func bare() throws {
        let git = try Self.history(bare: true)
        let repository = try Repository.open(at: git.root, environment: [:])
        #expect(value(repository.isBare) == true)
        #expect(value(repository.workingDirectory) == nil)
        try Self.check(git, at: git.root, ["main", "side", "v1"])
    }

    @Test("a linked worktree has its own head and shares the history")
    func linkedWorktree() throws {
        let git = try Self.history()
        let other = git.folder + "/other"
        try git.git("worktree", "add", "-q", other, "side")
        try Self.check(git, at: other, ["HEAD", "main", "v1"])
        let repository = try Repository.open(at: other, environment: [:])
        #expect(value(repository.headBranch) == "refs/heads/side")
        #expect(value(repository.workingDirectory) == other)
        #expect(value(repository.gitDirectory) != value(repository.commonDirectory))
    }

    @Test("objects borrowed from another repository are found")
    func alternates() throws {
        let git = try Self.history()
        let borrowed = git.folder + "/borrowed"
        try git.git("clone", "-q", "--shared", git.root, borrowed)
        try Self.check(git, at: borrowed, ["HEAD", "origin/side", "origin/HEAD"])
        let repository = try Repository.open(at: borrowed, environment: [:])
        #expect(repository.symbolicTarget("refs/remotes/origin/HEAD") == "refs/remotes/origin/main")
    }

    @Test("a detached head names its commit, an unborn one nothing")
    func heads() throws {
        let git = try Self.history()
        try git.git("update-ref", "--no-deref", "HEAD", "side")
        try Self.check(git, at: git.root, ["HEAD"])
        do {
            let repository = try Repository.open(at: git.root, environment: [:])
            #expect(value(repository.headBranch) == nil)
            #expect(value(repository.headIsUnborn) == false)
        }
        try git.git("symbolic-ref", "HEAD", "refs/heads/unborn")
        let repository = try Repository.open(at: git.root, environment: [:])
        #expect(value(repository.headIsUnborn) == true)
        #expect(try repository.resolve("HEAD") == nil)
    }

    @Test("merge bases are git's: one, several of a criss-cross, none of unrelated histories")
    func mergeBases() throws {
        let git = try Self.history()
        let tree = try git.git("rev-parse", "main^{tree}")
        let one = try git.git("rev-parse", "main"), two = try git.git("rev-parse", "side")
        let left = try git.git("commit-tree", tree, "-p", one, "-p", two, "-m", "left")
        let right = try git.git("commit-tree", tree, "-p", two, "-p", one, "-m", "right")
        let alone = try git.git("commit-tree", tree, "-m", "alone")
        let repository = try Repository.open(at: git.root, environment: [:])
        for (first, second) in [(one, two), (left, right), (right, left), (one, left), (one, one), (one, alone)] {
            let raw = try git.git(["merge-base", "--all", first, second], allowed: [1])
            let expected = String(decoding: raw, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
            let a = try #require(ObjectID(hex: first)), b = try #require(ObjectID(hex: second))
            #expect(try repository.mergeBases(a, b).map(\.description) == expected)
        }
        let merge = try #require(ObjectID(hex: left))
        #expect(try repository.parents(of: merge).map(\.description) == [one, two])
    }

    @Test("a shallow clone says that history is cut off, in its worktrees too")
    func shallow() throws {
        let git = try Self.history()
        let clone = git.folder + "/clone"
        try git.git("clone", "-q", "--depth", "1", "--no-single-branch", "--no-tags", "file://" + git.root, clone)
        try git.git(["worktree", "add", "-q", git.folder + "/tree", "origin/side"], in: clone)
        for directory in [clone, git.folder + "/tree"] {
            let repository = try Repository.open(at: directory, environment: [:])
            #expect(value(repository.isShallow) == true)
            let main = try #require(try repository.resolve("origin/main")?.commit)
            let side = try #require(try repository.resolve("origin/side")?.commit)
            let error = #expect(throws: GitError.self) { try repository.mergeBases(main, side) }
            #expect(error?.code == .objectMissing)
            #expect(try repository.resolve(git.git("rev-parse", "v1^{commit}")) == nil)
        }
    }

    @Test("a missing object is an error that names it")
    func missingObject() throws {
        let git = try Self.history()
        let repository = try Repository.open(at: git.root, environment: [:])
        let absent = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        let store = try repository.objectStore()
        let error = #expect(throws: GitError.self) { try store.tree(absent) }
        #expect(error?.code == .objectMissing && error?.message.contains(absent.description) == true)
        #expect(throws: GitError.self) { try repository.tree(ofCommit: absent) }
        let blob = try #require(ObjectID(hex: try git.git("rev-parse", "main:a")))
        let wrong = #expect(throws: GitError.self) { try store.tree(blob) }
        #expect(wrong?.code == .corrupt)
    }

    @Test("a folder without a repository, and formats that cannot be read, are explained")
    func refusals() throws {
        let error = #expect(throws: GitError.self) { _ = try Repository.open(at: "/", environment: [:]).isBare }
        #expect(error?.code == .notRepository)
        let git = try GitSandbox(
            config: "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tfuturistic = true\n")
        let format = #expect(throws: GitError.self) { _ = try Repository.open(at: git.root, environment: [:]).isBare }
        #expect(format?.fault == .environment && format?.message.contains("futuristic") == true)
    }

    // The variables are those of the process, so each of these runs in a process of its own.

    @Test("a pre-receive hook sees the objects of its quarantine")
    func quarantine() async throws {
        let git = try Self.history(bare: true)
        let quarantine = git.folder + "/incoming"
        try FileManager.default.createDirectory(atPath: quarantine, withIntermediateDirectories: true)
        let environment = [
            "GIT_DIR": git.root, "GIT_OBJECT_DIRECTORY": quarantine,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": git.root + "/objects", "GIT_QUARANTINE_PATH": quarantine,
        ]
        let tree = try git.line(["rev-parse", "side^{tree}"])
        let pushed = try git.line(["commit-tree", tree, "-p", "main", "-m", "pushed"], environment: environment)
        let plain = try Repository.open(at: git.root, environment: [:])
        #expect(try plain.resolve(pushed) == nil)
        await #expect(processExitsWith: .success) {
            [environment = environment as [String: String], pushed = pushed as String, tree = tree as String] in
            for (name, value) in environment { setenv(name, value, 1) }
            let repository = try Repository.open(at: ".", environment: environment)
            let found = try #require(try repository.resolve(pushed))
            #expect(found.tree.description == tree)
            let main = try #require(try repository.resolve("main")?.commit)
            #expect(try repository.mergeBases(main, #require(found.commit)) == [main])
        }
    }

    @Test("GIT_DIR and GIT_WORK_TREE name the repository and its files")
    func directoryAndWorkTree() async throws {
        let git = try Self.history()
        let elsewhere = git.folder + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        let environment = ["GIT_DIR": git.root + "/.git", "GIT_WORK_TREE": elsewhere]
        let main = try git.git("rev-parse", "main")
        await #expect(processExitsWith: .success) {
            [environment = environment as [String: String], main = main as String, there = elsewhere as String] in
            for (name, value) in environment { setenv(name, value, 1) }
            let repository = try Repository.open(at: ".", environment: environment)
            #expect(value(repository.workingDirectory) == there)
            #expect(try repository.resolve("main")?.commit?.description == main)
            #expect(getenv("GIT_WORK_TREE") != nil)
        }
    }
}
