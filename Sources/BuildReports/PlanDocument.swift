package import BuildPlanning
package import ContentAddressing
internal import JSONText
internal import WorkspaceModel

/// `ripple.plan/1`: what will be done, in which order, on which agent. Deterministic; no secrets, no machine paths.
package struct PlanDocument {
    private let plan: BuildPlan

    package init(_ plan: BuildPlan) {
        self.plan = plan
    }

    /// The digest of the document without its own id.
    package var planID: ContentDigest { ContentDigest.of(anonymous()) }

    /// The document with its id as second member.
    package func json() -> [UInt8] {
        let bytes = anonymous()
        let id = "  \"planId\": \"\(ContentDigest.of(bytes))\",\n"
        // The first line opens the object, the second says the schema; the rest is as it was digested.
        guard let first = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let second = bytes[(first + 1)...].firstIndex(of: UInt8(ascii: "\n"))
        else { return bytes }
        return Array(bytes[...second]) + Array(id.utf8) + bytes[(second + 1)...]
    }

    private func anonymous() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { write(&$0) }
        return writer.finish()
    }

    private func write(_ document: inout JSONObjectScope) {
        document.member("schema", "ripple.plan/1")
        document.comparison(plan.comparison)
        document.fallback(plan.comparison)
        document.widenings(plan.comparison, plan.widenings)
        document.array("tasks") { list in
            for task in plan.tasks { list.object { PlanDocument.write(task, &$0) } }
        }
        document.object("skipped") {
            $0.member("unaffected", plan.skipped.unaffected)
            $0.member("notRequested", plan.skipped.notRequested)
            $0.member("lacksTask", plan.skipped.lacking)
        }
        let schedule = plan.schedule
        document.object("schedule") {
            $0.member("agents", schedule.agents)
            $0.member("makespanSeconds", PlanDocument.milliseconds(schedule.makespanSeconds))
            $0.member("lowerBoundSeconds", PlanDocument.milliseconds(schedule.lowerBoundSeconds))
            $0.array("criticalPath", schedule.criticalPath)
            $0.array("assignments") { list in
                for assignment in schedule.assignments {
                    list.array { for id in assignment { $0.element(id) } }
                }
            }
        }
    }

    private static func write(_ task: PlannedTask, _ object: inout JSONObjectScope) {
        let definition = task.definition
        object.member("id", task.id)
        object.member("project", task.project)
        object.member("task", task.task)
        object.member("key", "\(task.key)")
        object.member("command", definition.command)
        object.path("cwd", task.directory)
        object.array("env", Array(Set(definition.env + definition.passThroughEnv)).sorted())
        object.object("inputs") {
            $0.member("digest", "\(task.inputDigest)")
            $0.member("count", task.inputCount)
        }
        object.array("outputs", definition.outputs)
        object.array("dependsOn", task.dependsOn)
        object.member("state", task.state.rawValue)
        object.member("source", task.state == .cached ? "local" : nil)
        object.reasons(task.reasons)
        object.member("estimateSeconds", task.estimateSeconds)
        object.member("estimateSource", task.estimateSource.rawValue)
        object.member("priority", milliseconds(task.priority))
        object.member("image", definition.image)
        object.object("resources") {
            $0.member("cpus", definition.cpus)
            $0.member("memoryBytes", definition.memoryBytes)
        }
    }

    /// To the thousandth, so that sums of estimates print alike everywhere.
    private static func milliseconds(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
