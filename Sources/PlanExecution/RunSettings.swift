package import ContentAddressing
package import GitObjects

/// How a run is done, apart from what is in the plan.
package struct RunSettings: Sendable {
    /// The absolute path of the working tree that the plan's paths are relative to.
    package var root: String
    /// How many tasks may run at once.
    package var jobs: Int
    /// Go on with what does not need a task that failed.
    package var keepsGoing: Bool
    /// Look nothing up; everything in the plan runs.
    package var force: Bool
    /// The environment variables of Ripple itself, from which each task gets what it declares.
    package var environment: [String: String]
    /// An existing directory of this run alone, for logs while tasks run.
    package var logDirectory: String
    /// When the working tree was looked at, in seconds since 1970: inputs that changed after it are noticed.
    package var snapshotSeconds: Double
    /// The user's and the repository's ignore rules apart from .gitignore files, to tell new inputs from rubbish.
    package var ignoreRules: IgnoreRules
    /// How long a task may take to end after it was asked to.
    package var grace: Duration

    package init(
        root: String, jobs: Int, keepsGoing: Bool = false, force: Bool = false, environment: [String: String],
        logDirectory: String, snapshotSeconds: Double, ignoreRules: IgnoreRules = IgnoreRules(),
        grace: Duration = .seconds(5)
    ) {
        self.root = root
        self.jobs = max(1, jobs)
        self.keepsGoing = keepsGoing
        self.force = force
        self.environment = environment
        self.logDirectory = logDirectory
        self.snapshotSeconds = snapshotSeconds
        self.ignoreRules = ignoreRules
        self.grace = grace
    }

    /// The variables every task sees besides those it declares.
    package static let alwaysVisible = ["PATH", "HOME", "TMPDIR", "LANG", "TERM", "CI"]
}

/// Knows what outputs lie on disk, so that those which are still there are not restored.
package protocol OutputTracking: Sendable {
    /// Whether exactly these outputs of the task are on disk.
    func isCurrent(task: String, outputDigest: ContentDigest, projectDirectory: String) -> Bool
    /// The instant to give to `record`, taken before the outputs are read or restored.
    func instant() -> Int64
    /// Notes that the outputs of `record` are on disk.
    func record(_ record: ActionRecord, projectDirectory: String, verifiedAt: Int64)
    /// Notes that nothing is known about the task's outputs.
    func forget(task: String)
}

/// Is told what happens during a run, in order, on one thread.
package protocol RunObserver {
    /// A task's command starts.
    func started(_ outcome: TaskOutcome)
    /// A task ended; `log` is what it printed, now or when its stored result was made.
    func finished(_ outcome: TaskOutcome, log: [UInt8])
}
