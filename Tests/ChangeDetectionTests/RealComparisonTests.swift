internal import ChangeDetection
internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// The resolver on real repositories.
@Suite struct RealComparisonTests {
    private static func resolve(_ request: ComparisonRequest, at directory: String) throws -> Comparison {
        let repository = try RepositoryReader(at: directory, environment: [:])
        let commit = try repository.resolve("HEAD")
        let tree = commit?.tree ?? ObjectStore.emptyTreeID
        let head = try ComparisonResolver.head(request, probe: repository) { () throws(GitError) in
            Comparison.Side(commit: nil, tree: tree, ref: nil, how: "working-tree")
        }
        return try ComparisonResolver.resolve(
            request, head: head, headCommit: head.commit ?? commit?.commit, probe: repository)
    }

    /// main: one - two; side (checked out): one - three.
    private static func forked() throws -> GitSandbox {
        let git = try GitSandbox()
        for (branch, file) in [("main", "a"), ("side", "b"), ("main", "c")] {
            try git.git("symbolic-ref", "HEAD", "refs/heads/" + branch)
            if branch == "side" { try git.git("update-ref", "refs/heads/side", "main") }
            try git.write(file, file)
            try git.git("add", file)
            try git.git("commit", "-qm", file)
        }
        try git.git("symbolic-ref", "HEAD", "refs/heads/side")
        return git
    }

    @Test("locally the base is where the branch left the default branch")
    func fork() throws {
        let git = try Self.forked()
        let found = try Self.resolve(ComparisonRequest(), at: git.root)
        #expect(try found.bases.map { $0.commit?.description } == [git.git("merge-base", "main", "side")])
        #expect(found.chain.last?.answer == .chosen)
    }

    @Test("an annotated tag is a base")
    func tag() throws {
        let git = try Self.forked()
        try git.git("tag", "-a", "-m", "x", "v1", "main~1")
        var request = ComparisonRequest()
        request.baseFlag = "v1"
        let found = try Self.resolve(request, at: git.root)
        #expect(try found.bases.map { $0.commit?.description } == [git.git("rev-parse", "v1^{commit}")])
    }

    @Test("a clone follows origin/HEAD; a shallow one compares directly and says so")
    func clones() throws {
        let git = try Self.forked()
        try git.git("branch", "-m", "main", "trunk")
        try git.git("symbolic-ref", "HEAD", "refs/heads/trunk")
        let full = git.folder + "/full", shallow = git.folder + "/shallow"
        try git.git("clone", "-q", git.root, full)
        try git.git(["update-ref", "--no-deref", "HEAD", "origin/side"], in: full)
        let found = try Self.resolve(ComparisonRequest(), at: full)
        #expect(found.bases.map(\.ref) == ["origin/trunk"])
        #expect(found.notes.isEmpty)

        try git.git("clone", "-q", "--depth", "1", "--no-single-branch", "file://" + git.root, shallow)
        try git.git(["update-ref", "--no-deref", "HEAD", "origin/side"], in: shallow)
        let cut = try Self.resolve(ComparisonRequest(), at: shallow)
        #expect(cut.notes.map(\.code) == ["history-cut"])
        #expect(try cut.bases.map { $0.commit?.description } == [git.git("rev-parse", "trunk")])
        var request = ComparisonRequest()
        request.onUnknown = .fail
        #expect(throws: GitError.self) { try Self.resolve(request, at: shallow) }
        request = ComparisonRequest()
        request.baseFlag = try git.git("rev-parse", "trunk~1")
        let missing = try Self.resolve(request, at: shallow)
        #expect(missing.kind == .everything && missing.fallback?.code == "base-missing")
        #expect(missing.fallback?.message.contains("git fetch --deepen") == true)
        #expect(missing.missing == ObjectID(hex: request.baseFlag ?? "").map { .commit($0) })
        request.onUnknown = .fail
        let refused = #expect(throws: GitError.self) { try Self.resolve(request, at: shallow) }
        #expect(refused?.fault == .environment)
        // A name that is no commit id and no branch of the remote is a mistake, shallow or not.
        request.baseFlag = "no-such-name"
        let wrong = #expect(throws: GitError.self) { try Self.resolve(request, at: shallow) }
        #expect(wrong?.code == .unknownRevision && wrong?.fault == .user)
    }

    @Test("an unborn branch is compared with the empty tree")
    func unborn() throws {
        let git = try GitSandbox()
        let found = try Self.resolve(ComparisonRequest(), at: git.root)
        #expect(found.bases.map(\.tree) == [ObjectStore.emptyTreeID])
    }

    @Test("both bases of a criss-cross count; an unrelated base is compared directly")
    func severalAndNone() throws {
        let git = try Self.forked()
        let tree = try git.git("rev-parse", "main^{tree}")
        for (name, first, second) in [("left", "main", "side"), ("right", "side", "main")] {
            let commit = try git.git("commit-tree", tree, "-p", first, "-p", second, "-m", name)
            try git.git("update-ref", "refs/heads/" + name, commit)
        }
        try git.git("update-ref", "refs/heads/alone", try git.git("commit-tree", tree, "-m", "alone"))
        var request = ComparisonRequest()
        (request.baseFlag, request.headFlag) = ("left", "right")
        let expected = try [git.git("rev-parse", "main"), git.git("rev-parse", "side")].sorted()
        #expect(try Self.resolve(request, at: git.root).bases.compactMap { $0.commit?.description } == expected)
        request.baseFlag = "alone"
        let unrelated = try Self.resolve(request, at: git.root)
        #expect(unrelated.notes.map(\.code) == ["unrelated-histories"])
        #expect(unrelated.bases.count == 1)
    }
}
