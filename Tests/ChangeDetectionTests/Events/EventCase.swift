internal import ChangeDetection
internal import Diagnostics
internal import GitObjects

/// One run on a CI system, and the question what it would be compared with.
struct EventCase {
    var environment: [String: String]
    var payload = ComparisonRequest.Payload.absent

    static func hex(_ number: Int) -> String { GraphProbe.id(number).description }

    static let zeros = String(repeating: "0", count: 40)

    /// A GitHub Actions run with its payload.
    static func gitHub(_ event: String, ref: String, _ payload: String) -> EventCase {
        EventCase(
            environment: [
                "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_REF": ref,
                "GITHUB_EVENT_PATH": "event.json",
            ],
            payload: .bytes(Array(payload.utf8)))
    }

    var request: ComparisonRequest {
        var request = ComparisonRequest()
        request.environment = environment
        request.eventPayload = payload
        return request
    }

    /// The comparison that is chosen on `probe`.
    func comparison(
        on probe: GraphProbe, _ change: (inout ComparisonRequest) -> Void = { _ in }
    ) throws(GitError) -> Comparison {
        var request = request
        change(&request)
        let working = Comparison.Side(commit: nil, tree: GraphProbe.id(99), ref: nil, how: "working-tree")
        let head = try ComparisonResolver.head(request, probe: probe) { () throws(GitError) in working }
        let current = try probe.resolve("HEAD")?.commit
        return try ComparisonResolver.resolve(request, head: head, headCommit: head.commit ?? current, probe: probe)
    }

    /// The answer in one line: `direct 5 -> 8`, `everything no-base -> 8`, with notes and what is missing.
    func answer(on probe: GraphProbe, _ change: (inout ComparisonRequest) -> Void = { _ in }) throws -> String {
        Self.line(try comparison(on: probe, change))
    }

    static func line(_ comparison: Comparison) -> String {
        func name(_ side: Comparison.Side) -> String {
            guard let commit = side.commit else { return side.how }
            let number = GraphProbe.number(commit)
            return side.tree == GraphProbe.id(100 + number) ? "\(number)" : "\(number)/\(GraphProbe.number(side.tree))"
        }
        var line = comparison.kind.rawValue
        if let fallback = comparison.fallback { line += " \(fallback.code)" }
        if !comparison.bases.isEmpty { line += " " + comparison.bases.map(name).joined(separator: "+") }
        line += " -> \(name(comparison.head))"
        for note in comparison.notes { line += " \(note.code)" }
        switch comparison.missing {
        case nil: break
        case .history: line += " [history]"
        case .branch(let name): line += " [branch \(name)]"
        case .commit(let id): line += " [commit \(GraphProbe.number(id))]"
        }
        return line
    }
}
