internal import WorkspaceModel

/// Lays the tasks of ripple.yaml over those that the manifests of one directory tell.
struct TaskLayers {
    let parts: [DiscoveredProject]
    /// Whether the project is a root that only gathers: what its scripts read is not known.
    let gathers: Bool

    /// Lays `shared`, which the workspace's ripple.yaml says of every project, and over it the project's `own`.
    func apply(
        _ shared: [String: TaskOverride], _ own: [String: TaskOverride], to tasks: inout [String: TaskDefinition]
    ) {
        if shared.isEmpty, own.isEmpty { return }
        let definesCaching = parts.contains(where: \.definesCaching)
        for name in Set(shared.keys).union(own.keys) {
            var base = tasks[name]
            guard let override = layered(shared[name], own[name]) else { continue }
            if base == nil, let command = override.command {
                // A new task starts from the default that its dependencies are built first.
                var task = TaskDefinition(command: command)
                task.script = script(of: command)
                task.dependsOn = [.dependencies("build")]
                base = task
            }
            guard let base, var task = override.applied(to: base, definesCaching: definesCaching) else { continue }
            if task.command != base.command { task.script = script(of: task.command) }
            if gathers, !definesCaching, override.cache == nil {
                let isCacheable = override.outputs != nil || ScriptTasks.isCheck(name)
                task.cache = override.inputs != nil && isCacheable && !task.persistent
            }
            tasks[name] = task
        }
    }

    /// What both say; the workspace's layer is left out where its command cannot work and the project gives no other.
    private func layered(_ shared: TaskOverride?, _ own: TaskOverride?) -> TaskOverride? {
        guard let shared else { return own }
        if own?.command == nil, let command = shared.command, !canRun(command) { return own }
        return own?.laid(over: shared) ?? shared
    }

    /// The bodies of the package scripts that a command runs; `nil` when it runs none.
    private func script(of command: String) -> String? {
        let bodies = parts.flatMap { part in
            ScriptTasks.scripts(runBy: command, among: part.scripts)
                .compactMap { ScriptTasks.body(of: $0, in: part.scriptBodies) }
        }
        return bodies.isEmpty ? nil : bodies.joined(separator: "\n")
    }

    /// Whether a workspace-wide command can work in this project: `npm run x` needs a script `x` there.
    private func canRun(_ command: String) -> Bool {
        let words = command.split(separator: " ").map(String.init)
        guard let tool = words.first, ["npm", "pnpm", "yarn", "bun"].contains(tool), words.count >= 2 else {
            return true
        }
        let hasScript = { (name: String) in parts.contains { $0.scripts.contains(name) } }
        if words[1] == "run" || words[1] == "run-script" { return words.count > 2 && hasScript(words[2]) }
        if words[1] == "test" || words[1] == "start" { return hasScript(words[1]) }
        return true
    }
}
