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
    /// `base` with the given fields replaced one by one; `nil` when there is neither a base nor a command to run.
    package func applied(to base: TaskDefinition?) -> TaskDefinition? {
        guard var task = base ?? command.map({ TaskDefinition(command: $0) }) else { return nil }
        if let command { task.command = command }
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
        task.origin = origin
        return task
    }
}
