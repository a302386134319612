internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import Testing

/// GitHub Actions: payloads shaped like the ones it writes, on the histories its checkouts leave.
@Suite struct GitHubActionsTests {
    static let repository = #""repository": {"full_name": "a/b", "default_branch": "main"}"#

    static func pullRequest(
        _ event: String = "pull_request", ref: String = "refs/pull/12/merge", target: String = "main", head: Int = 7
    ) -> EventCase {
        .gitHub(
            event, ref: ref,
            """
            {"action": "synchronize", "number": 12, "pull_request": {"number": 12,
             "base": {"ref": "\(target)", "sha": "\(EventCase.hex(3))"},
             "head": {"ref": "feature", "sha": "\(EventCase.hex(head))"}}, \(repository)}
            """)
    }

    static func push(
        before: Int?, after: Int, forced: Bool = false, created: Bool = false, ref: String = "refs/heads/main",
        deleted: Bool = false
    ) -> EventCase {
        .gitHub(
            "push", ref: ref,
            """
            {"ref": "\(ref)", "before": "\(before.map(EventCase.hex) ?? EventCase.zeros)",
             "after": "\(EventCase.hex(after))", "forced": \(forced), "created": \(created), "deleted": \(deleted),
             "commits": [], \(repository)}
            """)
    }

    // MARK: Pull requests

    @Test("a pull request on its merge commit is compared with the parent that is the target")
    func mergeReference() throws {
        #expect(try Self.pullRequest().answer(on: .standard(head: 8)) == "direct 5 -> 8")
        #expect(try Self.pullRequest().answer(on: .standard(head: 9)) == "direct 5 -> 9")
        // Two commits deep, as fetch-depth: 2 leaves it: no branch of the target, no more history.
        var probe = GraphProbe.standard(head: 8)
        probe.names["refs/remotes/origin/main"] = nil
        #expect(try Self.pullRequest().answer(on: probe.shallow([8, 5, 7], cut: [5, 7])) == "direct 5 -> 8")
    }

    @Test("a merge commit of a newer head than the payload's is still a merge: its first parent is the target")
    func newerMerge() throws {
        var probe = GraphProbe.standard(head: 8)
        probe.history[8] = [5, 10]
        #expect(try Self.pullRequest().answer(on: probe) == "direct 5 -> 8")
        probe.names["refs/remotes/origin/main"] = nil
        #expect(try Self.pullRequest().answer(on: probe) == "direct 5 -> 8")
    }

    @Test("a merge commit whose parents are cut off selects everything and names the command")
    func depthOne() throws {
        let probe = GraphProbe.standard(head: 8).shallow([8], cut: [8])
        let found = try Self.pullRequest().comparison(on: probe)
        #expect(EventCase.line(found) == "everything no-base -> 8 [history]")
        #expect(found.fallback?.message.contains("git fetch --deepen=1 origin \(EventCase.hex(8))") == true)
        #expect(found.fallback?.message.contains("--depth") == false)
        let withTarget = GraphProbe.standard(head: 8).shallow([8, 5], cut: [8, 5])
        #expect(try Self.pullRequest().answer(on: withTarget) == "direct 5 -> 8 history-cut [history]")
    }

    @Test("a pull request on its branch's head is merged in memory and compared with the target")
    func branchHead() throws {
        let event = Self.pullRequest(ref: "refs/pull/12/merge")
        #expect(try event.answer(on: .standard(head: 7)) == "merged-tree 5 -> 7/207")
        var probe = GraphProbe.standard(head: 7)
        probe.conflicts = [[5, 7]]
        let conflict = try event.comparison(on: probe)
        #expect(EventCase.line(conflict) == "merge-base 2 -> 7 merge-conflict")
        #expect(conflict.notes.first?.message.contains("a/b") == true)
        probe.mergeFails = true
        #expect(try event.answer(on: probe) == "merge-base 2 -> 7 merge-unavailable")
        probe = .standard(head: 7)
        probe.names["refs/remotes/origin/main"] = 2
        #expect(try event.answer(on: probe) == "merged-tree 2 -> 7")
        #expect(try event.answer(on: .standard(head: 7)) { $0.direct = true } == "direct 5 -> 7")
    }

    @Test("a merge of the target into the branch is no merge of the request")
    func mergedFromTarget() throws {
        #expect(try Self.pullRequest(head: 9).answer(on: .standard(head: 9)) == "merged-tree 5 -> 9")
    }

    @Test("every merge base of a conflicting criss-cross is a base")
    func crissCross() throws {
        var probe = GraphProbe.standard(head: 12)
        probe.history[11] = [3, 6]
        probe.history[12] = [6, 3]
        probe.history[13] = [12]
        probe.names = ["HEAD": 13, "refs/remotes/origin/main": 11]
        probe.conflicts = [[11, 13]]
        #expect(try Self.pullRequest(head: 13).answer(on: probe) == "merge-base 3+6 -> 13 merge-conflict")
    }

    @Test("without the target branch the frozen base only serves as one end of a merge base, and that is said")
    func frozenBase() throws {
        var probe = GraphProbe.standard(head: 7)
        probe.names["refs/remotes/origin/main"] = nil
        let found = try Self.pullRequest().comparison(on: probe)
        #expect(EventCase.line(found) == "merge-base 2 -> 7 target-missing [branch main]")
        #expect(
            found.notes.first?.message.contains("git fetch origin +refs/heads/main:refs/remotes/origin/main") == true)
        let alone = try Self.pullRequest().comparison(on: probe.shallow([7], cut: [7]))
        #expect(EventCase.line(alone) == "everything no-base -> 7 [branch main]")
        #expect(alone.fallback?.message.contains("git fetch origin +refs/heads/main:refs/remotes/origin/main") == true)
    }

    @Test("a target that holds the head already never makes an empty answer")
    func mergedAlready() throws {
        var probe = GraphProbe.standard(head: 7)
        probe.names["refs/remotes/origin/main"] = 8
        #expect(try Self.pullRequest().answer(on: probe) == "merge-base 2 -> 7 target-holds-head")
        // A fork's own `main`: the local branch of that name is the head.
        probe.names = ["HEAD": 7, "refs/heads/main": 7]
        probe.history[3] = nil
        #expect(try Self.pullRequest().answer(on: probe) == "everything no-base -> 7")
    }

    @Test("pull_request_target looks at the request's head, not at the target that is checked out")
    func pullRequestTarget() throws {
        let event = Self.pullRequest("pull_request_target", ref: "refs/heads/main")
        #expect(try event.answer(on: .standard(head: 5)) == "merged-tree 5 -> 7/207")
        #expect(try event.answer(on: .standard(head: 7)) == "merged-tree 5 -> 7/207")
        #expect(try event.answer(on: .standard(head: 8)) == "direct 5 -> 8")
        let absent = try event.comparison(on: GraphProbe.standard(head: 5).shallow([5], cut: [5]))
        #expect(EventCase.line(absent) == "everything no-base -> 5 [commit 7]")
        #expect(absent.fallback?.message.contains("git fetch origin refs/pull/12/head") == true)
    }

    @Test("a checkout of something else is not mistaken for the request")
    func otherCheckout() throws {
        #expect(try Self.pullRequest().answer(on: .standard(head: 5)) == "merged-tree 5 -> 7/207")
        var probe = GraphProbe.standard(head: 5)
        probe.history = probe.history.filter { ![7, 8, 9, 10].contains($0.key) }
        #expect(try Self.pullRequest().answer(on: probe) == "everything no-base -> 5 [commit 7]")
        // The same where history is cut off: what is checked out has one parent, or is the target itself.
        let shallow = GraphProbe.standard(head: 5).shallow([5, 4], cut: [4])
        #expect(try Self.pullRequest().answer(on: shallow) == "everything no-base -> 5 [commit 7]")
        var merge = GraphProbe.standard(head: 8)
        merge.names["refs/remotes/origin/main"] = 8
        let other = Self.pullRequest(head: 10)
        #expect(try other.answer(on: merge.shallow([8, 5, 7], cut: [5, 7])) == "everything no-base -> 8 [commit 10]")
        // A commit that a job made on top of the head.
        #expect(try Self.pullRequest().answer(on: .standard(head: 10)) == "merged-tree 5 -> 10/210")
    }

    // MARK: Pushes

    @Test("a push is compared with what was there before")
    func pushed() throws {
        let found = try Self.push(before: 3, after: 5).comparison(on: .standard(head: 5))
        #expect(EventCase.line(found) == "direct 3 -> 5")
        let evidence = "GitHub Actions push to main: before=0300000 is here, an ancestor of 0500000, not forced"
        #expect(found.chain.last == Comparison.Step("ci-event", .chosen, evidence))
        // A merge commit on main: all that it brought, whatever its first parent is.
        #expect(try Self.push(before: 7, after: 9).answer(on: .standard(head: 9)) == "direct 7 -> 9")
    }

    @Test("a forced push is compared with the merge base of old and new, a vanished one with nothing at all")
    func forcedPush() throws {
        let forced = Self.push(before: 5, after: 7, forced: true, ref: "refs/heads/feature")
        #expect(try forced.answer(on: .standard(head: 7)) == "merge-base 2 -> 7")
        let unmarked = Self.push(before: 5, after: 7, ref: "refs/heads/feature")
        #expect(try unmarked.answer(on: .standard(head: 7)) == "merge-base 2 -> 7")
        let vanished = Self.push(before: 77, after: 7, forced: true, ref: "refs/heads/feature")
        #expect(try vanished.answer(on: .standard(head: 7)) == "everything no-base -> 7")
        let back = Self.push(before: 5, after: 3, forced: true)
        #expect(try back.answer(on: .standard(head: 3)) == "everything no-base -> 3")
        let unrelated = Self.push(before: 20, after: 7, forced: true)
        #expect(try unrelated.answer(on: .standard(head: 7)) == "direct 20 -> 7 unrelated-histories")
    }

    @Test("a shallow clone without the commit before selects everything and says what to fetch")
    func shallowPush() throws {
        let found = try Self.push(before: 3, after: 5).comparison(
            on: GraphProbe.standard(head: 5).shallow([5], cut: [5]))
        #expect(EventCase.line(found) == "everything no-base -> 5 [commit 3]")
        #expect(found.fallback?.message.contains("git fetch --deepen=") == true)
        let both = GraphProbe.standard(head: 5).shallow([5, 3], cut: [5, 3])
        #expect(try Self.push(before: 3, after: 5).answer(on: both) == "direct 3 -> 5 history-cut [history]")
    }

    @Test("a new branch is compared with where it left the default branch")
    func newBranch() throws {
        let created = Self.push(before: nil, after: 7, created: true, ref: "refs/heads/feature")
        #expect(try created.answer(on: .standard(head: 7)) == "merge-base 2 -> 7")
        var probe = GraphProbe.standard(head: 7)
        probe.names["refs/remotes/origin/main"] = nil
        #expect(try created.answer(on: probe) == "everything no-base -> 7 [branch main]")
        let atTip = Self.push(before: nil, after: 5, created: true, ref: "refs/heads/feature")
        #expect(try atTip.answer(on: .standard(head: 5)) == "everything no-base -> 5")
        let main = Self.push(before: nil, after: 5, created: true)
        #expect(try main.answer(on: .standard(head: 5)) == "everything no-base -> 5")
        let configured = try created.answer(on: probe) { $0.defaultBase = "trunk" }
        #expect(configured == "everything no-base -> 7 default-base-missing [branch main]")
        probe.names["trunk"] = 6
        #expect(try created.answer(on: probe) { $0.defaultBase = "trunk" } == "merge-base 6 -> 7")
    }

    @Test("the first commit is compared with the empty tree, the end of a shallow clone is not")
    func firstCommit() throws {
        let first = Self.push(before: nil, after: 1, created: true)
        #expect(try first.answer(on: .standard(head: 1)) == "direct first-commit -> 1")
        let cut = GraphProbe.standard(head: 5).shallow([5], cut: [5])
        #expect(try Self.push(before: nil, after: 5, created: true).answer(on: cut) == "everything no-base -> 5")
    }

    @Test("a push whose commit is not checked out selects everything")
    func otherCommit() throws {
        #expect(try Self.push(before: 6, after: 7).answer(on: .standard(head: 5)) == "everything no-base -> 5")
        #expect(try Self.push(before: 3, after: 4).answer(on: .standard(head: 5)) == "direct 3 -> 5")
    }

    // MARK: Everything else

    @Test("a merge group is compared with its base after the ancestry is checked")
    func mergeGroup() throws {
        func group(_ base: Int, _ head: Int) -> EventCase {
            .gitHub(
                "merge_group", ref: "refs/heads/gh-readonly-queue/main/pr-12-\(EventCase.hex(5))",
                """
                {"action": "checks_requested", "merge_group": {"base_sha": "\(EventCase.hex(base))",
                 "base_ref": "refs/heads/main", "head_sha": "\(EventCase.hex(head))",
                 "head_ref": "refs/heads/gh-readonly-queue/main/pr-12-x"}, \(Self.repository)}
                """)
        }
        #expect(try group(5, 8).answer(on: .standard(head: 8)) == "direct 5 -> 8")
        #expect(try group(4, 8).answer(on: .standard(head: 8)) == "direct 4 -> 8")
        let moved = try group(5, 7).comparison(on: .standard(head: 7))
        #expect(EventCase.line(moved) == "merge-base 2 -> 7")
        #expect(moved.chain.last?.evidence.contains("not an ancestor") == true)
        #expect(try group(8, 8).answer(on: .standard(head: 8)) == "everything no-base -> 8")
    }

    @Test("tags, schedules, deletions and unknown events select everything; a manual run only on the default branch")
    func others() throws {
        let payload = "{\(Self.repository)}"
        let rows: [(String, String, Int, String)] = [
            ("schedule", "refs/heads/main", 5, "everything no-base -> 5"),
            ("workflow_dispatch", "refs/heads/main", 5, "everything no-base -> 5"),
            ("workflow_dispatch", "refs/heads/feature", 7, "merge-base 2 -> 7"),
            ("workflow_dispatch", "refs/tags/v1", 7, "everything no-base -> 7"),
            ("workflow_run", "refs/heads/main", 7, "everything no-base -> 7"),
            ("release", "refs/tags/v1", 7, "everything no-base -> 7"),
        ]
        for (event, ref, head, expected) in rows {
            let found = try EventCase.gitHub(event, ref: ref, payload).answer(on: .standard(head: head))
            #expect(found == expected, "\(event) \(ref)")
        }
        #expect(
            try Self.push(before: 3, after: 5, ref: "refs/tags/v1").answer(on: .standard(head: 5)).hasPrefix(
                "everything"))
        #expect(
            try Self.push(before: 3, after: 5, deleted: true).answer(on: .standard(head: 5)).hasPrefix("everything"))
    }

    @Test("a payload that cannot be read selects everything and says what is wrong with it")
    func unreadable() throws {
        let push = Self.push(before: 3, after: 5)
        let rows: [(ComparisonRequest.Payload, String)] = [
            (.absent, "GITHUB_EVENT_PATH is not set"),
            (.unreadable("No such file"), "No such file"),
            (.bytes([]), "not JSON"),
            (.bytes(Array("{\"ref\": ".utf8)), "not JSON"),
            (.bytes(Array("[1]".utf8)), "an array, not an object"),
            (.bytes(Array("{\"ref\": 4}".utf8)), "ref of the event payload is a number"),
            (.bytes(Array("{\"ref\": \"refs/heads/x@{1}\"}".utf8)), "is not a branch name"),
            (.bytes(Array("{\"ref\": \"main\", \"after\": \"HEAD~1\"}".utf8)), "after of the event payload"),
            (.bytes(Array("{\"ref\": \"main\", \"forced\": \"no\"}".utf8)), "forced of the event payload is a string"),
            (.bytes(Array("{\"ref\": \"main\", \"repository\": 1}".utf8)), "repository of the event payload"),
        ]
        for (payload, words) in rows {
            var event = push
            event.payload = payload
            let found = try event.comparison(on: .standard(head: 5))
            #expect(EventCase.line(found) == "everything no-base -> 5", "\(words)")
            #expect(found.fallback?.message.contains(words) == true, "\(found.fallback?.message ?? "")")
            #expect(throws: GitError.self) { try event.answer(on: .standard(head: 5)) { $0.onUnknown = .fail } }
        }
    }
}
