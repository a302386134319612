internal import AffectedAnalysis
internal import BuildPlanning
internal import ContentAddressing
internal import Diagnostics
internal import Glibc
internal import LocalStore

/// A plan and the stores it was made against.
struct Planning {
    let plan: BuildPlan
    let store: LocalStore
    let results: FaultTolerantStore
    let history: TaskHistory
    private let names: [String]

    /// - Parameter tasks: what was asked for; `nil` for the default, `build`.
    init(
        _ analysis: Analysis, tasks: [String]?, all: Bool, force: Bool, agents: Int?, _ context: ProcessContext,
        _ console: Console
    ) throws {
        let root = context.cacheDirectory
        store = LocalStore(root: root)
        results = FaultTolerantStore(store, name: "cache directory \(root)", warn: { console.warn($0) })
        history = TaskHistory(root: root, warn: { console.warn($0) })
        names = tasks ?? ["build"]
        let request = PlanRequest(
            selectors: names.map { PlanRequest.Selector(parsing: $0) }, everything: all, force: force,
            agents: try agents ?? Planning.jobs(context))
        let (results, history) = (results, history)
        plan = try Planner.plan(
            analysis.affected, comparison: analysis.comparison, request: request,
            // Where nothing ever ran there is no database to open.
            history: { access(root + "/history.sqlite", F_OK) == 0 ? history.estimates() : [:] },
            lookUp: { results.record(for: $0) })
    }

    /// Compares this plan with the plan of everything: see `Verification`.
    func verify(_ analysis: Analysis, names: Set<String>, _ console: Console) throws {
        let planned = Set(plan.tasks.map(\.node))
        try Verification(analysis, names: names, results: results) { planned.contains($0) }.conclude(console)
    }

    /// RIPPLE_JOBS, else one for each processor.
    static func jobs(_ context: ProcessContext) throws -> Int {
        guard let text = context.value("RIPPLE_JOBS") else { return ProcessContext.processorCount }
        guard let jobs = Int(text), jobs > 0 else {
            throw CommandError(.user, "RIPPLE_JOBS=\(text): it must be a whole number from 1.")
        }
        return jobs
    }

    /// What to say when nothing is to be done.
    var emptyText: String {
        let tasks = names.joined(separator: ", ")
        return plan.skipped.unaffected > 0
            ? "Nothing to do: no \(tasks) is affected (\(plan.skipped.unaffected) unaffected). To select everything: --all"
            : "Nothing to do: no project has an affected \(tasks). To select everything: --all"
    }

    /// Writes `bytes` to `path` as a whole or not at all.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandError(.environment, "\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        var failure: Int32 = 0
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else {
                    failure = errno
                    return
                }
                offset += count
            }
        }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(temporary, path) != 0 { failure = errno }
        if failure != 0 {
            unlink(temporary)
            throw CommandError(.environment, "\(path) cannot be written: \(String(cString: strerror(failure))).")
        }
    }
}
