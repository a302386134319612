internal import BuildPlanning
internal import JSONText
package import PlanExecution

/// `ripple.run/1`: what a run did, task by task. Times are in seconds since the run began.
package struct RunDocument {
    private let report: RunReport

    package init(_ report: RunReport) {
        self.report = report
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.member("schema", "ripple.run/1")
            document.member("planId", "\(PlanDocument(report.plan).planID)")
            document.comparison(report.plan.comparison)
            document.fallback(report.plan.comparison)
            document.widenings(report.plan.comparison, report.plan.widenings)
            document.array("tasks") { list in
                for outcome in report.outcomes.sorted(by: { $0.task.id < $1.task.id }) {
                    list.object { RunDocument.write(outcome, &$0) }
                }
            }
            document.object("totals") {
                $0.member("tasks", report.outcomes.count)
                for state in TaskOutcome.State.allCases { $0.member(state.rawValue, report.count(state)) }
                $0.member("flaky", report.outcomes.count { $0.isFlaky })
                $0.member("wallSeconds", RunDocument.milliseconds(report.wallSeconds))
                $0.member("workSeconds", RunDocument.milliseconds(report.workSeconds))
                $0.member("savedSeconds", RunDocument.milliseconds(report.savedSeconds))
            }
            document.member("interruptedBy", report.interruptedBy)
        }
        return writer.finish()
    }

    private static func write(_ outcome: TaskOutcome, _ object: inout JSONObjectScope) {
        object.member("id", outcome.task.id)
        object.member("project", outcome.task.project)
        object.member("task", outcome.task.task)
        object.member("state", outcome.state.rawValue)
        object.member("key", "\(outcome.task.key)")
        object.member("startSeconds", milliseconds(outcome.startSeconds))
        object.member("endSeconds", milliseconds(outcome.endSeconds))
        object.member("exitCode", outcome.exitCode)
        object.member("signal", outcome.signal)
        object.member("attempts", outcome.attempts)
        object.member("flaky", outcome.isFlaky)
        object.member("log", outcome.log.map { "\($0)" })
        object.member("peakMemoryBytes", outcome.peakMemoryBytes)
        object.member("savedSeconds", milliseconds(outcome.savedSeconds))
        object.member("note", outcome.note)
    }

    private static func milliseconds(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
