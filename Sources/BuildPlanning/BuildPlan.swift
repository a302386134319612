package import AffectedAnalysis
package import ChangeDetection
package import ContentAddressing
package import GitObjects
package import WorkspaceModel

/// The least work that makes what was asked for, in the order it should be done.
package struct BuildPlan {
    package var comparison: Comparison
    /// Highest level first; a task comes after everything it depends on.
    package var tasks: [PlannedTask]
    package var skipped: SkippedCounts
    package var schedule: Schedule
    package var widenings: [Widening]
    /// What is known of what each task makes, for the execution keys of a run.
    package var keys: ExecutionKeys

    package var runCount: Int { tasks.count { $0.state == .run } }
}

/// Why tasks are not in the plan.
package struct SkippedCounts: Sendable, Equatable {
    /// Tasks that were asked for and whose key is the same as in base.
    package var unaffected = 0
    /// Affected tasks of other names.
    package var notRequested = 0
    /// Projects that lack a task that was asked for.
    package var lacking = 0

    package init() {}
}

/// One task of a plan.
package struct PlannedTask: Sendable {
    package enum State: String, Sendable { case run, cached }
    package enum EstimateSource: String, Sendable { case history, similar, guess }

    /// `PROJECT#TASK`.
    package var id: String
    package var project: String
    package var task: String
    /// The planning key.
    package var key: ContentDigest
    package var definition: TaskDefinition
    /// The project's directory relative to the workspace root.
    package var directory: RepoPath
    package var inputDigest: ContentDigest
    package var inputCount: Int
    /// Ids of tasks in the plan that must be done before, sorted.
    package var dependsOn: [String]
    /// Whether the task was asked for, rather than needed by one that was.
    package var isSelected: Bool
    package var state: State
    /// The stored result, when `state` is `cached`.
    package var record: ActionRecord?
    package var reasons: [Reason]
    package var estimateSeconds: Double
    package var estimateSource: EstimateSource
    /// The level: seconds from the task's start to the end of the longest chain that it heads.
    package var priority: Double
    /// The node in the head's task graph.
    package var node: TaskIndex
}
