/// What ripple.yaml says about one task: only the fields it gives, to be laid over what is known already.
package struct TaskOverride: Sendable, Hashable {
    package var command: String?
    package var dependsOn: [TaskDependency]?
    /// Replaces the inputs as a whole; an empty list is no files.
    package var inputs: [String]?
    package var outputs: [String]?
    package var env: [String]?
    package var passThroughEnv: [String]?
    package var cache: Bool?
    package var timeoutSeconds: Double?
    package var retries: Int?
    package var image: String?
    package var sandbox: Sandbox?
    package var cpus: Double?
    package var memoryBytes: Int?
    package var platforms: [String]?
    package var toolchain: [String]?
    package var persistent: Bool?
    package var interactive: Bool?
    /// The line of the task's name.
    package var origin: Evidence

    package init(origin: Evidence) {
        self.origin = origin
    }

    /// What a task may see of the machine.
    package enum Sandbox: String, Sendable, Hashable, CaseIterable {
        /// Everything.
        case none
        /// Declared inputs, the outputs of dependencies and the system; no network.
        case inputs
        /// The same, in the task's container image.
        case image
    }
}

extension TaskOverride {
    /// This override where it says something, and `other` where it does not.
    package func laid(over other: TaskOverride) -> TaskOverride {
        var result = self
        result.command = command ?? other.command
        result.dependsOn = dependsOn ?? other.dependsOn
        result.inputs = inputs ?? other.inputs
        result.outputs = outputs ?? other.outputs
        result.env = env ?? other.env
        result.passThroughEnv = passThroughEnv ?? other.passThroughEnv
        result.cache = cache ?? other.cache
        result.timeoutSeconds = timeoutSeconds ?? other.timeoutSeconds
        result.retries = retries ?? other.retries
        result.image = image ?? other.image
        result.sandbox = sandbox ?? other.sandbox
        result.cpus = cpus ?? other.cpus
        result.memoryBytes = memoryBytes ?? other.memoryBytes
        result.platforms = platforms ?? other.platforms
        result.toolchain = toolchain ?? other.toolchain
        result.persistent = persistent ?? other.persistent
        result.interactive = interactive ?? other.interactive
        return result
    }

    /// `base` with the given fields replaced one by one; `nil` when there is neither a base nor a command to run.
    ///
    /// An inferred task that is not cached makes files that nobody knows: saying what it makes lets it be cached, unless
    /// it does not end. `definesCaching` says that the base's `cache` is no such guess. A new command drops the base's
    /// script.
    package func applied(to base: TaskDefinition?, definesCaching: Bool = false) -> TaskDefinition? {
        guard var task = base ?? command.map({ TaskDefinition(command: $0) }) else { return nil }
        if let command, command != task.command {
            task.command = command
            task.script = nil
        }
        if let dependsOn { task.dependsOn = dependsOn }
        if let inputs { task.inputs = .patterns(inputs, includesDefault: false) }
        if let outputs { task.outputs = outputs }
        if let env { task.env = env }
        if let passThroughEnv { task.passThroughEnv = passThroughEnv }
        if let cache { task.cache = cache }
        if let timeoutSeconds { task.timeoutSeconds = timeoutSeconds }
        if let retries { task.retries = retries }
        if let image { task.image = image }
        if let sandbox { task.sandbox = sandbox.rawValue }
        if let cpus { task.cpus = cpus }
        if let memoryBytes { task.memoryBytes = memoryBytes }
        if let platforms { task.platforms = platforms }
        if let toolchain { task.toolchain = toolchain }
        if let persistent { task.persistent = persistent }
        if let interactive { task.interactive = interactive }
        if cache == nil, task.persistent {
            task.cache = false
        } else if cache == nil, outputs != nil, !definesCaching {
            task.cache = true
        }
        task.origin = origin
        return task
    }
}
