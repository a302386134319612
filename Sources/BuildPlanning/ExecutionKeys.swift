package import AffectedAnalysis
package import ContentAddressing
internal import ProjectGraph
internal import WorkspaceModel

/// Execution keys: planning keys in which each dependency counts by what it made instead of by what it was made from.
///
/// This is early cutoff: a dependency that was rebuilt to the same bytes leaves the key as it was. What a dependency made
/// includes what *its* dependencies made, because a task may read through one library into the next.
package struct ExecutionKeys {
    package let workspace: KeyedWorkspace
    /// What tasks with outputs made, as recorded.
    private var made: [ContentDigest?]
    /// What follows for nodes that run nothing or declare no outputs.
    private var derived: [TaskIndex: ContentDigest] = [:]
    /// Digests of inputs that are not those of the planning key, because the run rewrote tracked files.
    private var rewrittenInputs: [TaskIndex: ContentDigest] = [:]

    package init(_ workspace: KeyedWorkspace) {
        self.workspace = workspace
        made = Array(repeating: nil, count: workspace.graph.nodes.count)
    }

    /// The execution key of a node, or `nil` while some dependency's result is not known.
    package mutating func key(_ index: TaskIndex) -> ContentDigest? {
        var components: [KeyComponent] = []
        for component in workspace.keys[index].components where component.kind != .dependency {
            if component.kind == .inputs, let inputs = rewrittenInputs[index] {
                components.append(KeyComponent(.inputs, "", "\(inputs)"))
            } else {
                components.append(component)
            }
        }
        var dependencies: [KeyComponent] = []
        for dependency in workspace.graph.graph.dependencies[index] {
            guard let made = known(dependency) else { return nil }
            dependencies.append(KeyComponent(.dependency, workspace.label(dependency), "\(made)"))
        }
        // By name: the numbers of nodes depend on projects that have nothing to do with this one.
        if dependencies.count > 1 { dependencies.sort { $0.name < $1.name } }
        return TaskKey.digest(components + dependencies)
    }

    /// Says that nodes read other inputs than planned; the others read what was planned.
    package mutating func rewrite(_ inputs: [TaskIndex: ContentDigest]) {
        guard inputs != rewrittenInputs else { return }
        rewrittenInputs = inputs
        derived.removeAll()
    }

    /// Says what the task at `index` made.
    ///
    /// - Parameters:
    ///   - record: its result; `nil` when what it made is not known, so that nothing above is cut off.
    ///   - key: the execution key it has now, which stands for a task that declares no outputs: what such a task leaves
    ///     behind is not known either.
    package mutating func record(_ record: ActionRecord?, of index: TaskIndex, key: ContentDigest) {
        guard let record else { return set(index, ExecutionKeys.unknown(key)) }
        guard declaresOutputs(index) else { return set(index, key) }
        var parts: [(String, ContentDigest)] = []
        for dependency in workspace.graph.graph.dependencies[index] {
            // A result that was found under its planning key, above something unknown, stays unknown itself.
            guard let digest = known(dependency) else { return }
            parts.append((workspace.label(dependency), digest))
        }
        var builder = DigestBuilder("ripple.made/1")
        builder.add("outputs", record.outputDigest)
        for (_, digest) in parts.sorted(by: { $0.0 < $1.0 }) { builder.add("dependency", digest) }
        set(index, builder.finish())
    }

    private mutating func set(_ index: TaskIndex, _ digest: ContentDigest) {
        if let before = made[index], before != digest { derived.removeAll() }
        made[index] = digest
    }

    /// A digest that no other run has.
    private static func unknown(_ key: ContentDigest) -> ContentDigest {
        var builder = DigestBuilder("ripple.unknown/1")
        builder.add("key", key)
        builder.add("nonce", Int(truncatingIfNeeded: UInt64.random(in: 0...UInt64.max)))
        return builder.finish()
    }

    /// What the node made, when that follows without running it.
    private mutating func known(_ index: TaskIndex) -> ContentDigest? {
        if let digest = made[index] ?? derived[index] { return digest }
        // Stand-ins and tasks without outputs are known as soon as their own dependencies are.
        guard !declaresOutputs(index), let key = key(index) else { return nil }
        derived[index] = key
        return key
    }

    private func declaresOutputs(_ index: TaskIndex) -> Bool {
        let node = workspace.graph.nodes[index]
        return node.kind == .task && workspace.workspace[node.project].tasks[node.task]?.outputs.isEmpty == false
    }
}
