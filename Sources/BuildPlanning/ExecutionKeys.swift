internal import ProjectGraph
internal import WorkspaceModel
package import AffectedAnalysis
package import ContentAddressing

/// Execution keys: planning keys in which each dependency counts by what it made instead of by what it was made from.
///
/// This is early cutoff: a dependency that was rebuilt to the same bytes leaves the key as it was. What a dependency made
/// includes what *its* dependencies made, because a task may read through one library into the next.
package struct ExecutionKeys {
    package let workspace: KeyedWorkspace
    /// What each node stands for to its dependents, once known.
    private var made: [ContentDigest?]

    package init(_ workspace: KeyedWorkspace) {
        self.workspace = workspace
        made = Array(repeating: nil, count: workspace.graph.nodes.count)
    }

    /// The execution key of a node, or `nil` while some dependency's result is not known.
    ///
    /// - Parameter inputs: the digest of the node's inputs when it is not that of the plan, because an earlier task of the
    ///   run rewrote some of them.
    package mutating func key(_ index: TaskIndex, inputs: ContentDigest? = nil) -> ContentDigest? {
        var components: [KeyComponent] = []
        for component in workspace.keys[index].components where component.kind != .dependency {
            if component.kind == .inputs, let inputs {
                components.append(KeyComponent(.inputs, "", "\(inputs)"))
            } else {
                components.append(component)
            }
        }
        for dependency in workspace.graph.graph.dependencies[index] {
            guard let made = known(dependency) else { return nil }
            components.append(KeyComponent(.dependency, workspace.label(dependency), "\(made)"))
        }
        return TaskKey.digest(components)
    }

    /// Says what the task at `index` made.
    ///
    /// - Parameters:
    ///   - record: its result.
    ///   - key: the execution key it has now, which stands for a task that declares no outputs: what such a task leaves
    ///     behind is not known, so it never cuts off.
    package mutating func record(_ record: ActionRecord, of index: TaskIndex, key: ContentDigest) {
        guard declaresOutputs(index) else {
            made[index] = key
            return
        }
        var builder = DigestBuilder("ripple.made/1")
        builder.add("outputs", record.outputDigest)
        for dependency in workspace.graph.graph.dependencies[index] {
            if let digest = known(dependency) {
                builder.add("dependency", digest)
            } else {
                // Found under its planning key while a dependency is unknown: that key stands for all below.
                builder.add("planned", workspace.keys[dependency].digest)
            }
        }
        made[index] = builder.finish()
    }

    /// What the node made, when that follows without running it.
    package mutating func known(_ index: TaskIndex) -> ContentDigest? {
        if let digest = made[index] { return digest }
        // Stand-ins and tasks without outputs are known as soon as their own dependencies are.
        guard !declaresOutputs(index), let key = key(index) else { return nil }
        made[index] = key
        return key
    }

    private func declaresOutputs(_ index: TaskIndex) -> Bool {
        let node = workspace.graph.nodes[index]
        return node.kind == .task && workspace.workspace[node.project].tasks[node.task]?.outputs.isEmpty == false
    }
}
