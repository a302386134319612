/// Places tasks on agents, highest level first, and says how good the result can be.
///
/// HLFET list scheduling: whenever an agent is free it takes the ready task with the longest chain behind it. With known
/// durations that is within a few percent of the lower bound on real graphs.
package struct ListScheduler {
    /// A task to place; indices refer to the list that is scheduled.
    package struct Item: Sendable {
        package var id: String
        package var seconds: Double
        package var dependencies: [Int]

        package init(id: String, seconds: Double, dependencies: [Int]) {
            self.id = id
            self.seconds = seconds
            self.dependencies = dependencies
        }
    }

    /// The level of each item: seconds from its start to the end of the longest chain it heads.
    ///
    /// Items must come after their dependencies, or before, but not in a cycle.
    package static func levels(_ items: [Item]) -> [Double] {
        var dependents = [[Int]](repeating: [], count: items.count)
        var waiting = [Int](repeating: 0, count: items.count)
        for (index, item) in items.enumerated() {
            for dependency in item.dependencies {
                dependents[dependency].append(index)
                waiting[dependency] += 1
            }
        }
        var levels = items.map(\.seconds)
        var ready = items.indices.filter { waiting[$0] == 0 }
        while let index = ready.popLast() {
            for dependency in items[index].dependencies {
                levels[dependency] = max(levels[dependency], levels[index] + items[dependency].seconds)
                waiting[dependency] -= 1
                if waiting[dependency] == 0 { ready.append(dependency) }
            }
        }
        return levels
    }

    /// The order in which items are worth starting: highest level first, ties by id. A dependency precedes its dependents.
    package static func order(_ items: [Item], levels: [Double]) -> [Int] {
        var waiting = items.map(\.dependencies.count)
        var dependents = [[Int]](repeating: [], count: items.count)
        for (index, item) in items.enumerated() {
            for dependency in item.dependencies { dependents[dependency].append(index) }
        }
        var queue = PriorityQueue<Int> { left, right in
            levels[left] != levels[right] ? levels[left] > levels[right] : items[left].id < items[right].id
        }
        for index in items.indices where waiting[index] == 0 { queue.insert(index) }
        var result: [Int] = []
        while let index = queue.popFirst() {
            result.append(index)
            for dependent in dependents[index] {
                waiting[dependent] -= 1
                if waiting[dependent] == 0 { queue.insert(dependent) }
            }
        }
        return result
    }

    /// Simulates `agents` agents working in parallel.
    package static func schedule(_ items: [Item], agents: Int) -> Schedule {
        let agents = max(1, agents)
        let levels = levels(items)
        var dependents = [[Int]](repeating: [], count: items.count)
        var waiting = items.map(\.dependencies.count)
        for (index, item) in items.enumerated() {
            for dependency in item.dependencies { dependents[dependency].append(index) }
        }
        var ready = PriorityQueue<Int> { left, right in
            levels[left] != levels[right] ? levels[left] > levels[right] : items[left].id < items[right].id
        }
        for index in items.indices where waiting[index] == 0 { ready.insert(index) }
        var idle = PriorityQueue<Int> { $0 < $1 }
        for agent in 0..<agents { idle.insert(agent) }
        var running = PriorityQueue<Running> { ($0.end, $0.item) < ($1.end, $1.item) }
        var assignments = [[Int]](repeating: [], count: agents)
        var now = 0.0
        while true {
            while let item = ready.first, let agent = idle.popFirst() {
                _ = ready.popFirst()
                assignments[agent].append(item)
                running.insert(Running(end: now + items[item].seconds, item: item, agent: agent))
            }
            guard let done = running.popFirst() else { break }
            now = done.end
            idle.insert(done.agent)
            for dependent in dependents[done.item] {
                waiting[dependent] -= 1
                if waiting[dependent] == 0 { ready.insert(dependent) }
            }
        }
        let longest = levels.max() ?? 0
        return Schedule(
            agents: agents, makespanSeconds: now,
            lowerBoundSeconds: max(longest, items.reduce(0) { $0 + $1.seconds } / Double(agents)),
            criticalPath: criticalPath(items, levels: levels, dependents: dependents).map { items[$0].id },
            assignments: assignments.map { $0.map { items[$0].id } })
    }

    private struct Running {
        let end: Double
        let item: Int
        let agent: Int
    }

    private static func criticalPath(_ items: [Item], levels: [Double], dependents: [[Int]]) -> [Int] {
        func best(_ candidates: some Sequence<Int>) -> Int? {
            candidates.min { levels[$0] != levels[$1] ? levels[$0] > levels[$1] : items[$0].id < items[$1].id }
        }
        var path: [Int] = []
        var at = best(items.indices)
        while let index = at {
            path.append(index)
            at = best(dependents[index])
        }
        return path
    }
}

/// When and where the tasks of a plan are expected to run.
package struct Schedule: Sendable, Equatable {
    package var agents: Int
    package var makespanSeconds: Double
    /// No schedule on this many agents can be shorter: the longest chain, or the work divided by the agents.
    package var lowerBoundSeconds: Double
    package var criticalPath: [String]
    /// For each agent the ids in working order.
    package var assignments: [[String]]
}
