internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import GitOracle
internal import Testing

/// CI events on a real repository.
@Suite struct RealEventTests {
    private static func resolve(_ request: ComparisonRequest, at directory: String) throws -> Comparison {
        let repository = try RepositoryReader(at: directory, environment: [:])
        let head = try ComparisonResolver.head(request, probe: repository) { () throws(GitError) in
            throw GitError(.corrupt, .internal, "the working tree was asked for")
        }
        return try ComparisonResolver.resolve(request, head: head, headCommit: head.commit, probe: repository)
    }

    /// Commits with empty trees: main: 0 - 1; feature: 0 - 2; merge (checked out): 1, 2.
    private static func merged() throws -> (git: GitSandbox, ids: [String]) {
        let git = try GitSandbox()
        let tree = ObjectStore.emptyTreeID.description
        try git.git("read-tree", "--empty")
        try git.git("write-tree")
        var ids = [try git.git("commit-tree", "-m", "0", tree)]
        ids.append(try git.git("commit-tree", "-m", "1", "-p", ids[0], tree))
        ids.append(try git.git("commit-tree", "-m", "2", "-p", ids[0], tree))
        ids.append(try git.git("commit-tree", "-m", "3", "-p", ids[1], "-p", ids[2], tree))
        try git.git("update-ref", "refs/remotes/origin/main", ids[1])
        try git.git("update-ref", "--no-deref", "HEAD", ids[3])
        return (git, ids)
    }

    @Test("a merge commit is compared with the target, a push with what was before, a new branch with its fork")
    func events() throws {
        let (git, ids) = try Self.merged()
        var request = ComparisonRequest()
        request.environment = [
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/1/merge",
        ]
        request.eventPayload = .bytes(
            Array(
                """
                {"pull_request": {"base": {"ref": "main", "sha": "\(ids[0])"}, "head": {"sha": "\(ids[2])"}}}
                """.utf8))
        let pull = try Self.resolve(request, at: git.root)
        #expect(pull.bases.map { $0.commit?.description } == [ids[1]] && pull.kind == .direct)
        #expect(pull.head.commit?.description == ids[3] && pull.head.how == "ci-event")

        request.environment["GITHUB_EVENT_NAME"] = "push"
        request.environment["GITHUB_REF"] = "refs/heads/x"
        request.eventPayload = .bytes(
            Array("{\"ref\": \"refs/heads/x\", \"before\": \"\(ids[2])\", \"after\": \"\(ids[3])\"}".utf8))
        let push = try Self.resolve(request, at: git.root)
        #expect(push.bases.map { $0.commit?.description } == [ids[2]] && push.kind == .direct)

        request.environment = ["CI": "true"]
        try git.git("update-ref", "--no-deref", "HEAD", ids[2])
        let branch = try Self.resolve(request, at: git.root)
        #expect(branch.bases.map { $0.commit?.description } == [ids[0]] && branch.kind == .mergeBase)
        try git.git("update-ref", "--no-deref", "HEAD", ids[1])
        #expect(try Self.resolve(request, at: git.root).fallback?.code == "no-base")
    }
}
