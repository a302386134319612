internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import Testing

/// CI systems that say everything in environment variables, row by row: variables, HEAD, answer.
@Suite struct OtherSystemsTests {
    private struct Row {
        var variables: [String: String]
        var head: Int
        var expected: String

        init(_ variables: [String: String], at head: Int, _ expected: String) {
            (self.variables, self.head, self.expected) = (variables, head, expected)
        }
    }

    private func check(_ always: [String: String], _ rows: [Row], system: String) throws {
        for row in rows {
            let event = EventCase(environment: always.merging(row.variables) { $1 })
            let found = try event.comparison(on: .standard(head: row.head))
            #expect(EventCase.line(found) == row.expected, "\(row.variables)")
            let evidence = found.chain.first { $0.resolver == "ci-event" }?.evidence ?? ""
            #expect(evidence.hasPrefix(system), "\(evidence)")
        }
    }

    private static let hex = EventCase.hex
    private static let zeros = EventCase.zeros

    @Test("GitLab: merge requests, pushes and runs that nothing was pushed for")
    func gitLab() throws {
        let hex = Self.hex
        let request = [
            "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "4",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_BEFORE_SHA": Self.zeros,
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": hex(2),
        ]
        func with(_ more: [String: String]) -> [String: String] { request.merging(more) { $1 } }
        let merged = [
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": hex(7), "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": hex(5),
            "CI_COMMIT_SHA": hex(8),
        ]
        try check(
            ["CI": "true", "GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main"],
            [
                Row(
                    with(["CI_MERGE_REQUEST_EVENT_TYPE": "detached", "CI_COMMIT_SHA": hex(7)]), at: 7,
                    "merged-tree 5 -> 7/207"),
                Row(
                    with(merged.merging(["CI_MERGE_REQUEST_EVENT_TYPE": "merged_result"]) { $1 }), at: 8,
                    "direct 5 -> 8"),
                Row(
                    with(merged.merging(["CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"]) { $1 }), at: 8, "direct 5 -> 8"),
                Row(with(merged), at: 8, "direct 5 -> 8"),
                Row(with(["CI_COMMIT_SHA": hex(7)]), at: 7, "merged-tree 5 -> 7/207"),
                Row(
                    with(["CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "gone", "CI_COMMIT_SHA": hex(7)]), at: 7,
                    "merge-base 2 -> 7 target-missing [branch gone]"),
                Row(
                    [
                        "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": hex(3),
                        "CI_COMMIT_SHA": hex(5),
                    ],
                    at: 5, "direct 3 -> 5"),
                Row(
                    [
                        "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "feature", "CI_COMMIT_BEFORE_SHA": Self.zeros,
                        "CI_COMMIT_SHA": hex(7),
                    ],
                    at: 7, "merge-base 2 -> 7"),
                Row(
                    [
                        "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": Self.zeros,
                        "CI_COMMIT_SHA": hex(5),
                    ],
                    at: 5, "everything no-base -> 5"),
                Row(
                    ["CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1", "CI_COMMIT_SHA": hex(5)], at: 5,
                    "everything no-base -> 5"),
                Row(["CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"], at: 5, "everything no-base -> 5"),
                Row(
                    [
                        "CI_PIPELINE_SOURCE": "parent_pipeline", "CI_COMMIT_BRANCH": "main",
                        "CI_COMMIT_BEFORE_SHA": hex(3),
                    ], at: 5, "direct 3 -> 5"),
                Row(["CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "main"], at: 5, "everything no-base -> 5"),
                Row(["CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "feature"], at: 7, "merge-base 2 -> 7"),
                Row(["CI_PIPELINE_SOURCE": "api", "CI_COMMIT_BRANCH": "feature"], at: 7, "merge-base 2 -> 7"),
                Row(
                    ["CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": "garbage"], at: 5, "everything no-base -> 5"),
            ], system: "GitLab")
    }

    @Test("Buildkite: pull requests, the merge queue, branches, tags and schedules")
    func buildkite() throws {
        let hex = Self.hex
        let branch = [
            "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "", "BUILDKITE_SOURCE": "webhook",
        ]
        func with(_ more: [String: String]) -> [String: String] { branch.merging(more) { $1 } }
        try check(
            ["CI": "true", "BUILDKITE": "true", "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main"],
            [
                Row(
                    [
                        "BUILDKITE_PULL_REQUEST": "12", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
                        "BUILDKITE_COMMIT": hex(7), "BUILDKITE_BRANCH": "feature",
                    ],
                    at: 7, "merged-tree 5 -> 7/207"),
                Row(
                    [
                        "BUILDKITE_PULL_REQUEST": "12", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
                        "BUILDKITE_COMMIT": hex(7), "BUILDKITE_BRANCH": "feature",
                    ],
                    at: 8, "direct 5 -> 8"),
                Row(["BUILDKITE_PULL_REQUEST": "12", "BUILDKITE_COMMIT": hex(7)], at: 7, "everything no-base -> 7"),
                Row(
                    with(["BUILDKITE_MERGE_QUEUE_BASE_COMMIT": hex(5), "BUILDKITE_COMMIT": hex(8)]), at: 8,
                    "direct 5 -> 8"),
                Row(with(["BUILDKITE_BRANCH": "feature", "BUILDKITE_COMMIT": hex(7)]), at: 7, "merge-base 2 -> 7"),
                Row(with(["BUILDKITE_BRANCH": "main", "BUILDKITE_COMMIT": "HEAD"]), at: 5, "everything no-base -> 5"),
                Row(with(["BUILDKITE_TAG": "v1", "BUILDKITE_BRANCH": "v1"]), at: 5, "everything no-base -> 5"),
                Row(
                    with(["BUILDKITE_SOURCE": "schedule", "BUILDKITE_BRANCH": "feature"]), at: 7,
                    "everything no-base -> 7"),
                Row(with(["BUILDKITE_SOURCE": "ui", "BUILDKITE_BRANCH": "feature"]), at: 7, "merge-base 2 -> 7"),
            ], system: "Buildkite")
    }

    @Test("CircleCI: only the revision that the configuration hands on, else the default branch")
    func circleCI() throws {
        let hex = Self.hex
        try check(
            ["CI": "true", "CIRCLECI": "true"],
            [
                Row(
                    ["CIRCLE_BRANCH": "main", "CIRCLE_SHA1": hex(5), "RIPPLE_CIRCLE_BASE_REVISION": hex(3)], at: 5,
                    "direct 3 -> 5"),
                Row(
                    ["CIRCLE_BRANCH": "main", "CIRCLE_SHA1": hex(5), "RIPPLE_CIRCLE_BASE_REVISION": ""], at: 5,
                    "everything no-base -> 5"),
                Row(
                    ["CIRCLE_BRANCH": "main", "CIRCLE_SHA1": hex(5), "RIPPLE_CIRCLE_BASE_REVISION": "<< x >>"], at: 5,
                    "everything no-base -> 5"),
                Row(["CIRCLE_BRANCH": "feature", "CIRCLE_SHA1": hex(7)], at: 7, "merge-base 2 -> 7"),
                Row(["CIRCLE_TAG": "v1", "CIRCLE_SHA1": hex(5)], at: 5, "everything no-base -> 5"),
            ], system: "CircleCI")
    }

    @Test("Jenkins: change requests of either parent order, the last success, the primary branch")
    func jenkins() throws {
        let hex = Self.hex
        let change = ["CHANGE_ID": "12", "CHANGE_TARGET": "main", "CHANGE_BRANCH": "feature", "BRANCH_NAME": "PR-12"]
        try check(
            ["JENKINS_URL": "https://ci.example/"],
            [
                Row(change, at: 9, "direct 5 -> 9"),
                Row(change, at: 8, "direct 5 -> 8"),
                Row(change, at: 7, "merged-tree 5 -> 7/207"),
                Row(["CHANGE_ID": "12"], at: 7, "everything no-base -> 7"),
                Row(
                    ["BRANCH_NAME": "main", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": hex(3), "GIT_COMMIT": hex(5)], at: 5,
                    "direct 3 -> 5"),
                Row(
                    ["BRANCH_NAME": "trunk", "BRANCH_IS_PRIMARY": "true", "GIT_COMMIT": hex(7)], at: 7,
                    "everything no-base -> 7"),
                Row(["BRANCH_NAME": "feature", "GIT_COMMIT": hex(7)], at: 7, "merge-base 2 -> 7"),
                Row(["TAG_NAME": "v1", "BRANCH_NAME": "v1"], at: 5, "everything no-base -> 5"),
            ], system: "Jenkins")
    }

    @Test("Azure Pipelines: pull requests are merges; a push does not say what was there before")
    func azure() throws {
        let hex = Self.hex
        try check(
            ["TF_BUILD": "True"],
            [
                Row(
                    [
                        "BUILD_REASON": "PullRequest", "BUILD_SOURCEBRANCH": "refs/pull/12/merge",
                        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
                        "SYSTEM_PULLREQUEST_SOURCECOMMITID": hex(7),
                    ],
                    at: 8, "direct 5 -> 8"),
                Row(
                    [
                        "BUILD_REASON": "PullRequest", "BUILD_SOURCEBRANCH": "refs/pull/12/merge",
                        "SYSTEM_PULLREQUEST_TARGETBRANCH": "main",
                    ],
                    at: 8, "direct 5 -> 8"),
                Row(
                    [
                        "BUILD_REASON": "IndividualCI", "BUILD_SOURCEBRANCH": "refs/heads/main",
                        "BUILD_SOURCEVERSION": hex(5),
                    ], at: 5, "everything no-base -> 5"),
                Row(
                    [
                        "BUILD_REASON": "BatchedCI", "BUILD_SOURCEBRANCH": "refs/heads/feature",
                        "BUILD_SOURCEVERSION": hex(7),
                    ], at: 7, "merge-base 2 -> 7"),
                Row(
                    ["BUILD_REASON": "Schedule", "BUILD_SOURCEBRANCH": "refs/heads/main"], at: 5,
                    "everything no-base -> 5"),
                Row(
                    ["BUILD_REASON": "Manual", "BUILD_SOURCEBRANCH": "refs/heads/main"], at: 5,
                    "everything no-base -> 5"),
                Row(
                    ["BUILD_REASON": "Manual", "BUILD_SOURCEBRANCH": "refs/heads/feature"], at: 7, "merge-base 2 -> 7"),
                Row(
                    ["BUILD_REASON": "IndividualCI", "BUILD_SOURCEBRANCH": "refs/tags/v1"], at: 5,
                    "everything no-base -> 5"),
            ], system: "Azure Pipelines")
    }

    @Test("CodeBuild: webhooks, and builds without one")
    func codeBuild() throws {
        let hex = Self.hex
        try check(
            ["CI": "true", "CODEBUILD_BUILD_ID": "site:1"],
            [
                Row(
                    [
                        "CODEBUILD_WEBHOOK_EVENT": "PULL_REQUEST_UPDATED", "CODEBUILD_WEBHOOK_TRIGGER": "pr/12",
                        "CODEBUILD_WEBHOOK_BASE_REF": "refs/heads/main",
                        "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/feature", "CODEBUILD_RESOLVED_SOURCE_VERSION": hex(7),
                    ],
                    at: 7, "merged-tree 5 -> 7/207"),
                Row(
                    [
                        "CODEBUILD_WEBHOOK_EVENT": "PUSH", "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/main",
                        "CODEBUILD_WEBHOOK_PREV_COMMIT": hex(3), "CODEBUILD_RESOLVED_SOURCE_VERSION": hex(5),
                    ],
                    at: 5, "direct 3 -> 5"),
                Row(
                    ["CODEBUILD_WEBHOOK_EVENT": "PUSH", "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/main"], at: 5,
                    "everything no-base -> 5"),
                Row(
                    ["CODEBUILD_WEBHOOK_EVENT": "PUSH", "CODEBUILD_WEBHOOK_HEAD_REF": "refs/tags/v1"], at: 5,
                    "everything no-base -> 5"),
                Row(["CODEBUILD_WEBHOOK_EVENT": "RELEASED"], at: 5, "everything no-base -> 5"),
                Row(["CODEBUILD_INITIATOR": "someone"], at: 7, "everything no-base -> 7"),
            ], system: "CodeBuild")
    }

    @Test("an unknown CI system: where the branch left the default branch, and never nothing on it")
    func generic() throws {
        try check(["CI": "true"], [Row([:], at: 7, "merge-base 2 -> 7")], system: "CI=true")
        for head in [5, 4] {
            #expect(
                try EventCase(environment: ["CI": "1"]).answer(on: .standard(head: head))
                    == "everything no-base -> \(head)")
        }
        var probe = GraphProbe.standard(head: 7)
        probe.symbolic["HEAD"] = "refs/heads/main"
        #expect(try EventCase(environment: ["CI": "true"]).answer(on: probe) == "everything no-base -> 7")
        probe.symbolic = [:]
        probe.names["refs/remotes/origin/main"] = nil
        #expect(try EventCase(environment: ["CI": "true"]).answer(on: probe) == "everything no-base -> 7")
    }

    @Test("RIPPLE_CI=none and CI=false leave the working tree in place; flags win over the event, and a head over HEAD")
    func precedence() throws {
        let probe = GraphProbe.standard(head: 7)
        var event = GitHubActionsTests.pullRequest()
        event.environment["RIPPLE_CI"] = "none"
        #expect(try event.answer(on: probe) == "working-tree 2 -> working-tree")
        #expect(try EventCase(environment: ["CI": "false"]).answer(on: probe) == "working-tree 2 -> working-tree")
        event = GitHubActionsTests.pullRequest()
        let head = GraphProbe.id(7).description
        #expect(try event.answer(on: .standard(head: 5)) { $0.headFlag = head } == "merged-tree 5 -> 7/207")
        #expect(try event.answer(on: probe) { $0.baseFlag = GraphProbe.id(6).description } == "merge-base 6 -> 7")
        #expect(
            try event.answer(on: probe) { $0.environmentBase = GraphProbe.id(6).description } == "merge-base 6 -> 7")
        #expect(try event.answer(on: probe) { $0.everything = true } == "everything -> 7")
    }

    @Test("an unborn branch on CI is the working tree against the empty tree")
    func unborn() throws {
        var probe = GraphProbe.standard(head: 7)
        probe.names = [:]
        #expect(try EventCase(environment: ["CI": "true"]).answer(on: probe) == "working-tree unborn -> working-tree")
    }

    @Test("while a fetch may still help, an unknown base is answered even with --on-unknown fail")
    func deepening() throws {
        let probe = GraphProbe.standard(head: 8).shallow([8], cut: [8])
        let event = GitHubActionsTests.pullRequest()
        #expect(throws: GitError.self) { try event.answer(on: probe) { $0.onUnknown = .fail } }
        let found = try event.answer(on: probe) {
            $0.onUnknown = .fail
            $0.deepen = true
        }
        #expect(found == "everything no-base -> 8 [history]")
    }

    @Test("names that git would interpret are never looked up")
    func names() throws {
        let bad = [
            "a..b", "x@{1}", "a^", "a~1", "HEAD:x", "a b", "", "/", "a//b", ".a", "a.lock", "@", "a\u{1B}[2J", "a\\b",
        ]
        for name in bad {
            var event = EventCase(environment: ["GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "1"])
            event.environment["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] = name
            var probe = GraphProbe.standard(head: 7)
            probe.names["refs/remotes/origin/" + name] = 5
            probe.names["refs/heads/" + name] = 5
            probe.names[name] = 5
            let found = try event.comparison(on: probe)
            #expect(EventCase.line(found) == "everything no-base -> 7", "\(name)")
            #expect(found.fallback?.message.contains("\u{1B}") == false)
        }
        // A valid name, but without such a branch git would read it as an abbreviated id; and one that is no option.
        for (name, expected) in [
            ("v1-2-gabc1234", "everything no-base -> 7 [branch v1-2-gabc1234]"), ("-x", "merged-tree 5 -> 7/207"),
        ] {
            let event = EventCase(environment: [
                "BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "1", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": name,
            ])
            var probe = GraphProbe.standard(head: 7)
            probe.names["refs/remotes/origin/" + name] = 5
            #expect(try event.answer(on: probe) == expected)
        }
        let quoted = EventCase(environment: [
            "BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "1", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "$(x)'",
        ])
        let message = try quoted.comparison(on: .standard(head: 7)).fallback?.message
        #expect(message?.contains(#"git fetch origin '+refs/heads/$(x)'\'':refs/remotes/origin/$(x)'\'''"#) == true)
    }
}
