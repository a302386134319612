/// The reasons a project must have: each of them, and no other.
///
/// Written as one reason, `.file("a/b.js")`, or as a list, `[.file("a/b.js"), .dependency("ui")]`.
package struct ExpectedReasons: ExpressibleByArrayLiteral, Sendable {
    struct One: Sendable {
        var text: String
        var chain: [String]?
        var tasks: [String]?

        func matches(_ reason: Answer.Reason) -> Bool {
            text == reason.text && (chain ?? reason.chain) == reason.chain && (tasks ?? reason.tasks) == reason.tasks
        }
    }

    var all: [One]
    var allowsOthers = false

    private init(_ text: String, chain: [String]? = nil, tasks: [String]? = nil) {
        all = [One(text: text, chain: chain, tasks: tasks)]
    }

    package init(arrayLiteral elements: ExpectedReasons...) {
        all = elements.flatMap(\.all)
        allowsOthers = elements.contains(where: \.allowsOthers)
    }

    package init(_ parts: [ExpectedReasons]) {
        all = parts.flatMap(\.all)
        allowsOthers = parts.contains(where: \.allowsOthers)
    }

    /// - Parameters:
    ///   - namedBy: the places through which the file is named, `PATH:LINE` each; not looked at when `nil`.
    ///   - tasks: the tasks the reason must concern; not looked at when `nil`.
    package static func file(
        _ path: String, _ status: String = "modified", namedBy: [String]? = nil, tasks: [String]? = nil
    ) -> Self {
        Self("file \(path) \(status)", chain: namedBy, tasks: tasks)
    }

    /// - Parameters:
    ///   - path: the file that pins the version.
    ///   - from: the version before; `nil` when there was none.
    ///   - to: the version after; `nil` when there is none.
    package static func tool(
        _ path: String, _ name: String, _ from: String?, _ to: String?, tasks: [String]? = nil
    ) -> Self {
        Self("tool \(path) \(name) \(from ?? "-") \(to ?? "-")", tasks: tasks)
    }

    /// - Parameter chain: the ids from the project itself to the root cause; not looked at when `nil`.
    package static func dependency(_ id: String, chain: [String]? = nil, tasks: [String]? = nil) -> Self {
        Self("dependency \(id)", chain: chain, tasks: tasks)
    }

    package static func config(_ path: String, _ field: String, tasks: [String]? = nil) -> Self {
        Self("config \(path) \(field)", tasks: tasks)
    }

    /// - Parameters:
    ///   - from: the version before; `nil` when there was none.
    ///   - to: the version after; `nil` when there is none.
    package static func external(_ package: String, _ from: String?, _ to: String?, tasks: [String]? = nil) -> Self {
        Self("external \(package) \(from ?? "-") \(to ?? "-")", tasks: tasks)
    }

    package static func fallback(_ code: String) -> Self { Self("fallback \(code)") }
    package static func moved(from path: String) -> Self { Self("moved \(path)") }
    package static let newProject = Self("new-project")

    /// Lets the project have more reasons.
    package static let others: Self = {
        var reasons: Self = []
        reasons.allowsOthers = true
        return reasons
    }()
}

extension Answer {
    /// Where the answer differs from what is expected, a sentence each; empty when it does not.
    ///
    /// - Parameters:
    ///   - tasks: the affected tasks of some projects.
    ///   - removed: the ids of projects that are only in base.
    ///   - widenings: a text in each of the widenings, one a widening.
    package func mismatches(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], removed: [String] = [],
        widenings expectedWidenings: [String] = []
    ) -> [String] {
        var problems: [String] = []
        let found = projects.map(\.id).sorted()
        if found != expected.keys.sorted() {
            problems.append("expected \(expected.keys.sorted()) to be affected, but it is \(found)")
        }
        for (id, reasons) in expected.sorted(by: { $0.key < $1.key }) {
            guard let project = project(id) else { continue }
            for one in reasons.all where !project.reasons.contains(where: one.matches) {
                problems.append("\(id) lacks the reason \(one)")
            }
            guard !reasons.allowsOthers else { continue }
            for reason in project.reasons where !reasons.all.contains(where: { $0.matches(reason) }) {
                problems.append("\(id) has the unexpected reason \(reason)")
            }
        }
        for (id, names) in tasks.sorted(by: { $0.key < $1.key }) where project(id)?.tasks != names.sorted() {
            problems.append("expected the tasks \(names.sorted()) of \(id), but they are \(project(id)?.tasks ?? [])")
        }
        let gone = self.removed.compactMap { $0.split(separator: " at ").first.map(String.init) }.sorted()
        if gone != removed.sorted() { problems.append("expected \(removed) to be removed, but it is \(gone)") }
        if let fallback { problems.append("unexpected fallback \(fallback)") }
        for widening in widenings where !expectedWidenings.contains(where: { widening.contains($0) }) {
            problems.append("unexpected widening \(widening)")
        }
        for text in expectedWidenings where !widenings.contains(where: { $0.contains(text) }) {
            problems.append("no widening says '\(text)'")
        }
        return problems.isEmpty ? [] : problems + ["the whole answer:\n\(self)"]
    }
}
