internal import ChangeDetection
internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import JSONText
internal import Testing

/// Broken and hostile events: the answer is a comparison of two different commits, or everything with its reason.
@Suite struct EventFuzzTests {
    private static let rounds = ProcessInfo.processInfo.environment["RIPPLE_TEST_LONG"] == "1" ? 200_000 : 4_000

    private static let values = [
        "", "true", "false", "0", "main", "feature", "refs/heads/main", "refs/tags/v1", "refs/pull/12/merge", "HEAD",
        "-x", "a..b", "x@{1}", "a~1", "\u{1B}[2J", "v1-2-gabc1234", "push", "schedule", "webhook", "PullRequest",
        "merge_request_event", "merged_result", "PULL_REQUEST_UPDATED", "12", "gone", "none", EventCase.zeros,
        String(repeating: "f", count: 64), String(repeating: "a", count: 3_000), "99999999999999999999999",
    ]

    private static let variables = [
        "CI", "GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_REF", "GITLAB_CI", "CI_PIPELINE_SOURCE", "CI_COMMIT_SHA",
        "CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_COMMIT_BEFORE_SHA", "CI_DEFAULT_BRANCH", "CI_MERGE_REQUEST_IID",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_EVENT_TYPE", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "BUILDKITE", "BUILDKITE_COMMIT",
        "BUILDKITE_BRANCH", "BUILDKITE_PULL_REQUEST", "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "BUILDKITE_SOURCE",
        "BUILDKITE_MERGE_QUEUE_BASE_COMMIT", "BUILDKITE_PIPELINE_DEFAULT_BRANCH", "CIRCLECI", "CIRCLE_BRANCH",
        "CIRCLE_SHA1", "RIPPLE_CIRCLE_BASE_REVISION", "JENKINS_URL", "CHANGE_ID", "CHANGE_TARGET", "BRANCH_NAME",
        "BRANCH_IS_PRIMARY", "GIT_PREVIOUS_SUCCESSFUL_COMMIT", "GIT_COMMIT", "TF_BUILD", "BUILD_REASON",
        "BUILD_SOURCEBRANCH", "BUILD_SOURCEVERSION", "SYSTEM_PULLREQUEST_TARGETBRANCH",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID", "CODEBUILD_BUILD_ID", "CODEBUILD_WEBHOOK_EVENT",
        "CODEBUILD_WEBHOOK_BASE_REF", "CODEBUILD_WEBHOOK_HEAD_REF", "CODEBUILD_WEBHOOK_PREV_COMMIT",
        "CODEBUILD_RESOLVED_SOURCE_VERSION",
    ]

    @Test("a mutated payload never leads to a crash, to nothing, or to a base that is the head", arguments: 1...4)
    func payloads(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var chosen = 0, fallbacks = 0
        for round in 0..<Self.rounds {
            let event = Self.mutated(&random)
            let found = try Self.check(event, "seed \(seed), round \(round)", &random)
            if found.fallback == nil { chosen += 1 } else { fallbacks += 1 }
        }
        #expect(chosen > 100 && fallbacks > 100, "seed \(seed): the mutations no longer reach both outcomes")
    }

    @Test("random variables never lead to a crash, to nothing, or to a base that is the head", arguments: 1...4)
    func environments(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var chosen = 0, fallbacks = 0
        let systems = ["GITLAB_CI", "BUILDKITE", "CIRCLECI", "JENKINS_URL", "TF_BUILD", "CODEBUILD_BUILD_ID", "CI"]
        for round in 0..<Self.rounds {
            var environment = [random.pick(systems): "true"]
            for _ in 0..<random.below(24) {
                let name = random.pick(Self.variables)
                environment[name] =
                    random.once(in: 2) ? EventCase.hex(1 + random.below(12)) : random.pick(Self.values)
            }
            let found = try Self.check(
                EventCase(environment: environment), "seed \(seed), round \(round): \(environment)", &random)
            if found.fallback == nil { chosen += 1 } else { fallbacks += 1 }
        }
        #expect(chosen > 100 && fallbacks > 100, "seed \(seed): the mutations no longer reach both outcomes")
    }

    private static func check(
        _ event: EventCase, _ about: String, _ random: inout SeededRandom
    ) throws -> Comparison {
        var probe = GraphProbe.standard(head: 1 + random.below(10))
        if random.once(in: 4) {
            let kept = Array(1...10).filter { _ in random.once(in: 2) } + [probe.names["HEAD"] ?? 1]
            let cut = Set(kept.filter { _ in random.once(in: 2) })
            probe = probe.shallow(kept, cut: cut.isEmpty ? [kept[0]] : cut)
        }
        if random.once(in: 5) { probe.names["refs/remotes/origin/main"] = nil }
        if random.once(in: 5) { probe.conflicts = [[5, 7]] }
        let found = try event.comparison(on: probe)
        #expect(found.bases.isEmpty == (found.fallback != nil), "\(about): neither bases nor a reason")
        #expect((found.fallback != nil) == (found.kind == .everything), "\(about): \(found.kind)")
        #expect(!found.bases.contains { $0.commit == found.head.commit }, "\(about): the base is the head")
        for step in found.chain {
            #expect(!step.evidence.unicodeScalars.contains { $0.value < 32 }, "\(about): \(step.evidence)")
        }
        return found
    }

    /// A real payload with some bytes changed, one of its values replaced, or a random JSON text in its place.
    private static func mutated(_ random: inout SeededRandom) -> EventCase {
        let numbers = [1 + random.below(11), 1 + random.below(11)]
        var event =
            switch random.below(3) {
            case 0:
                GitHubActionsTests.pullRequest(
                    random.pick(["pull_request", "pull_request_target"]), head: numbers[0])
            case 1:
                GitHubActionsTests.push(
                    before: numbers[0], after: numbers[1], forced: random.once(in: 3), created: random.once(in: 5))
            default:
                EventCase.gitHub(
                    "merge_group", ref: "refs/heads/q",
                    """
                    {"merge_group": {"base_sha": "\(EventCase.hex(numbers[0]))",
                     "head_sha": "\(EventCase.hex(numbers[1]))"}, \(GitHubActionsTests.repository)}
                    """)
            }
        if case .bytes(var bytes) = event.payload {
            switch random.below(4) {
            case 0:
                for _ in 0...random.below(3) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            case 1: bytes.removeLast(random.below(bytes.count))
            case 2: bytes = Array(json(depth: 4, &random).utf8)
            default: break
            }
            event.payload = .bytes(bytes)
        }
        if random.once(in: 20) { event.payload = random.once(in: 2) ? .absent : .unreadable("x\ny") }
        return event
    }

    private static func json(depth: Int, _ random: inout SeededRandom) -> String {
        let keys = ["ref", "before", "after", "pull_request", "base", "head", "sha", "number", "merge_group", "forced"]
        switch random.below(depth > 0 ? 7 : 5) {
        case 0: return "null"
        case 1: return "true"
        case 2: return "\(random.next())"
        case 3: return "\"\(EventCase.hex(1 + random.below(12)))\""
        case 4: return "\"main\""
        case 5:
            return "[" + (0..<random.below(3)).map { _ in json(depth: depth - 1, &random) }.joined(separator: ",") + "]"
        default:
            let members = (0..<random.below(6)).map { _ in
                "\"\(random.pick(keys))\": \(json(depth: depth - 1, &random))"
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }
}
