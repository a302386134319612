internal import BuildPlanning

/// Decides which task starts next. A pure state machine: events in, decisions out; no clock, no process, no thread.
///
/// Tasks are numbered as in the plan. A task is ready when everything it depends on is done; of the ready ones the one
/// with the highest priority goes first. After a failure nothing new starts (fail-fast), or everything starts that does
/// not need what failed (keep-going).
struct RunState {
    enum Status: Sendable { case waiting, ready, started, done, failed, skipped }

    private(set) var statuses: [Status]
    private let dependents: [[Int]]
    private var waitingFor: [Int]
    private var queue: PriorityQueue<Int>
    private let keepsGoing: Bool
    private(set) var isStopping = false
    private(set) var unfinished: Int

    /// - Parameters:
    ///   - dependencies: for each task the tasks it waits for.
    ///   - priorities: higher goes first; ties by number.
    init(dependencies: [[Int]], priorities: [Double], keepsGoing: Bool) {
        statuses = Array(repeating: .waiting, count: dependencies.count)
        var dependents = [[Int]](repeating: [], count: dependencies.count)
        for (task, needed) in dependencies.enumerated() {
            for dependency in needed { dependents[dependency].append(task) }
        }
        self.dependents = dependents
        waitingFor = dependencies.map(\.count)
        queue = PriorityQueue { priorities[$0] != priorities[$1] ? priorities[$0] > priorities[$1] : $0 < $1 }
        self.keepsGoing = keepsGoing
        unfinished = dependencies.count
        for task in dependencies.indices where waitingFor[task] == 0 {
            statuses[task] = .ready
            queue.insert(task)
        }
    }

    /// The ready task that should start now; `nil` when none is ready or the run is stopping.
    mutating func next() -> Int? {
        guard !isStopping, let task = queue.popFirst() else { return nil }
        statuses[task] = .started
        return task
    }

    /// Puts a task back that `next` gave but that cannot start yet, because every slot is taken.
    mutating func putBack(_ task: Int) {
        statuses[task] = .ready
        queue.insert(task)
    }

    /// Notes that a task ended. Returns the tasks that can never run because of it, in ascending order.
    mutating func finish(_ task: Int, succeeded: Bool) -> [Int] {
        unfinished -= 1
        guard succeeded else {
            statuses[task] = .failed
            if !keepsGoing { isStopping = true }
            return skipDependents(of: task)
        }
        statuses[task] = .done
        for dependent in dependents[task] {
            waitingFor[dependent] -= 1
            if waitingFor[dependent] == 0, statuses[dependent] == .waiting {
                statuses[dependent] = .ready
                queue.insert(dependent)
            }
        }
        return []
    }

    /// Starts nothing more. Returns the tasks that were never started, in ascending order.
    mutating func stop() -> [Int] {
        isStopping = true
        let remaining = statuses.indices.filter { statuses[$0] == .waiting || statuses[$0] == .ready }
        for task in remaining { statuses[task] = .skipped }
        unfinished -= remaining.count
        return remaining
    }

    private mutating func skipDependents(of task: Int) -> [Int] {
        var skipped: [Int] = []
        var pending = dependents[task]
        while let next = pending.popLast() {
            guard statuses[next] == .waiting else { continue }
            statuses[next] = .skipped
            unfinished -= 1
            skipped.append(next)
            pending += dependents[next]
        }
        return skipped.sorted()
    }
}
