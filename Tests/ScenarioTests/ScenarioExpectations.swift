import ScenarioKit
import Testing

extension Scenario {
    /// Answers by every path, checks that the answers are equal, and that they are as expected.
    ///
    /// - Parameters:
    ///   - base: a label or branch; the commit called `base`, or the first one, when `nil`.
    ///   - head: a label or branch; the tip of the current branch when `nil`.
    @discardableResult
    func expectAffected(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], removed: [String] = [],
        widenings: [String] = [],
        base: String? = nil, head: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Answer {
        let (answer, problems) = try agreedAnswer(base: base, head: head)
        for problem in problems + answer.mismatches(expected, tasks: tasks, removed: removed, widenings: widenings) {
            Issue.record("\(problem)", sourceLocation: sourceLocation)
        }
        return answer
    }
}
