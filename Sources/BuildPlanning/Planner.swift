package import AffectedAnalysis
package import ChangeDetection
package import ContentAddressing
internal import ProjectGraph
internal import WorkspaceModel

/// Makes the minimal plan: what is affected or asked for, and what those need that no cache holds.
package struct Planner {
    private let analysis: AffectedAnalysis
    private let request: PlanRequest
    private let lookUp: (ContentDigest) -> ActionRecord?
    private var keys: ExecutionKeys
    private var records: [TaskIndex: ActionRecord?] = [:]

    /// - Parameters:
    ///   - lookUp: the record stored under a key; a cache's faults are misses.
    ///   - history: gives typical seconds by task id; asked only when something is to run.
    package static func plan(
        _ analysis: AffectedAnalysis, comparison: Comparison, request: PlanRequest, history: () -> [String: Double],
        lookUp: @escaping (ContentDigest) -> ActionRecord?
    ) throws(AnalysisError) -> BuildPlan {
        try analysis.head.prepareKeys()
        var planner = Planner(
            analysis: analysis, request: request, lookUp: lookUp,
            keys: ExecutionKeys(analysis.head))
        return try planner.plan(comparison, history)
    }

    private mutating func plan(
        _ comparison: Comparison, _ history: () -> [String: Double]
    ) throws(AnalysisError) -> BuildPlan {
        let (selected, requested, skipped) = try select()
        var states: [TaskIndex: PlannedTask.State] = [:]
        // Dependencies first, so that what a task's dependencies made is known when its own result is looked up.
        for index in analysis.head.graph.order where selected.contains(index) {
            states[index] = result(index) == nil ? .run : .cached
        }
        // What runs needs everything below it: results that are stored, or else more work.
        var pending = states.filter { $0.value == .run }.map(\.key)
        while let index = pending.popLast() {
            for dependency in realDependencies(index) where states[dependency] == nil {
                let state: PlannedTask.State = result(dependency) == nil ? .run : .cached
                states[dependency] = state
                pending.append(dependency)
            }
        }
        // Estimates matter only when something runs, and reading the history takes as long as many a plan.
        let runs = states.values.contains(.run)
        let estimates = Estimates(history: runs ? history() : [:], analysis: analysis)
        return assemble(comparison, states, selected, requested, skipped, estimates)
    }

    /// The nodes to list, those of them that were asked for by name, and counts of what was left out.
    private func select() throws(AnalysisError) -> (Set<TaskIndex>, Set<TaskIndex>, SkippedCounts) {
        let head = analysis.head
        var selected = Set<TaskIndex>(), requested = Set<TaskIndex>(), skipped = SkippedCounts()
        for (task, project) in try request.resolved(in: head.workspace) {
            if let project {
                guard let index = head.graph.node(project, task) else { continue }
                selected.insert(index)
                requested.insert(index)
                continue
            }
            for project in head.workspace.indices {
                // A root's scripts mostly call the very tasks that are planned here; they are run only by name.
                if head.workspace[project].onlyGathers { continue }
                guard head.workspace[project].tasks[task] != nil, let index = head.graph.node(project, task) else {
                    skipped.lacking += 1
                    continue
                }
                if request.everything || analysis.isAffected[index] {
                    selected.insert(index)
                } else {
                    skipped.unaffected += 1
                }
            }
        }
        for (index, node) in head.graph.nodes.enumerated()
        where node.kind == .task && analysis.isAffected[index] && !selected.contains(index) {
            skipped.notRequested += 1
        }
        return (selected, requested, skipped)
    }

    /// The stored result of a task, or `nil` when it must run. Remembers what it found.
    private mutating func result(_ index: TaskIndex) -> ActionRecord? {
        if let known = records[index] { return known }
        let node = analysis.head.graph.nodes[index]
        guard !request.force, analysis.head.workspace[node.project].tasks[node.task]?.cache == true else {
            records[index] = .some(nil)
            return nil
        }
        // The results below must be known before the execution key can be.
        for dependency in realDependencies(index) { _ = result(dependency) }
        let found: ActionRecord?
        if let key = keys.key(index) {
            found = lookUp(key)
            if let found { keys.record(found, of: index, key: key) }
        } else {
            found = lookUp(analysis.head.keys[index].digest)
            if let found { keys.record(found, of: index, key: found.key) }
        }
        records[index] = .some(found)
        return found
    }

    /// The tasks a node needs, looking through stand-ins.
    private func realDependencies(_ index: TaskIndex) -> [TaskIndex] {
        analysis.head.graph.taskDependencies(index)
    }

    private func assemble(
        _ comparison: Comparison, _ states: [TaskIndex: PlannedTask.State], _ selected: Set<TaskIndex>,
        _ requested: Set<TaskIndex>, _ skipped: SkippedCounts, _ estimates: Estimates
    ) -> BuildPlan {
        let head = analysis.head
        let listed = states.keys.sorted()
        var position: [TaskIndex: Int] = [:]
        for (offset, index) in listed.enumerated() { position[index] = offset }
        let reasons = Dictionary(uniqueKeysWithValues: analysis.projects.map { ($0.project, $0.reasons) })
        var tasks: [PlannedTask] = []
        var items: [ListScheduler.Item] = []
        for index in listed {
            let node = head.graph.nodes[index]
            let project = head.workspace[node.project]
            guard let definition = project.tasks[node.task] else { continue }
            let state = states[index] ?? .run
            let (seconds, source) = estimates.seconds(index)
            let dependencies = realDependencies(index).compactMap { position[$0] }
            let id = "\(project.id)#\(node.task)"
            items.append(.init(id: id, seconds: state == .run ? seconds : 0, dependencies: dependencies))
            tasks.append(
                PlannedTask(
                    id: id, project: project.id, task: node.task, key: head.keys[index].digest, definition: definition,
                    directory: project.path, inputDigest: head.keys[index].inputs.digest,
                    inputCount: head.keys[index].inputs.items.count,
                    dependsOn: [], isSelected: selected.contains(index), state: state,
                    record: state == .cached ? records[index] ?? nil : nil,
                    reasons: taskReasons(index, reasons[node.project] ?? [], requested), estimateSeconds: seconds,
                    estimateSource: source, priority: 0, node: index))
        }
        let levels = ListScheduler.levels(items)
        for (offset, item) in items.enumerated() {
            tasks[offset].priority = levels[offset]
            tasks[offset].dependsOn = item.dependencies.map { items[$0].id }.sorted()
        }
        let order = ListScheduler.order(items, levels: levels)
        let schedule = ListScheduler.schedule(Planner.runItems(items, tasks), agents: request.agents)
        return BuildPlan(
            comparison: comparison, tasks: order.map { tasks[$0] }, skipped: skipped, schedule: schedule,
            widenings: analysis.widenings, keys: keys)
    }

    /// Only what runs takes an agent's time.
    private static func runItems(_ items: [ListScheduler.Item], _ tasks: [PlannedTask]) -> [ListScheduler.Item] {
        var renumbered: [Int: Int] = [:]
        for (offset, task) in tasks.enumerated() where task.state == .run { renumbered[offset] = renumbered.count }
        return items.enumerated().compactMap { offset, item in
            guard renumbered[offset] != nil else { return nil }
            return .init(
                id: item.id, seconds: item.seconds, dependencies: item.dependencies.compactMap { renumbered[$0] })
        }
    }

    private func taskReasons(_ index: TaskIndex, _ reasons: [Reason], _ requested: Set<TaskIndex>) -> [Reason] {
        let name = analysis.head.graph.nodes[index].task
        var result =
            analysis.isAffected[index]
            ? reasons.filter { $0.tasks.contains(name) }.map { Reason($0.cause, tasks: [name]) } : []
        let isRequested = requested.contains(index)
        if isRequested, !result.contains(where: { $0.cause == .requested }) {
            result.append(Reason(.requested, tasks: [name]))
        }
        return result
    }
}

extension TaskGraph {
    /// The tasks a node needs, looking through stand-ins, in ascending order.
    package func taskDependencies(_ index: TaskIndex) -> [TaskIndex] {
        let direct = graph.dependencies[index]
        if direct.allSatisfy({ nodes[$0].kind == .task }) { return Array(direct) }
        var found = Set<TaskIndex>(), seen = Set<TaskIndex>()
        var pending = direct
        while let next = pending.popLast() {
            if nodes[next].kind == .task {
                found.insert(next)
            } else if seen.insert(next).inserted {
                pending += graph.dependencies[next]
            }
        }
        return found.sorted()
    }
}
