internal import GitObjects

/// How one task of one project is done: the command, what it reads, what it makes.
///
/// Every field is either part of the task's key or excluded on purpose; `TaskDefinition.keyFields` in AffectedAnalysis
/// lists which, and a test compares the list with this type.
package struct TaskDefinition: Sendable, Hashable {
    /// What `/bin/sh -c` runs in the project's directory.
    package var command: String
    /// What a package manager runs for `command`: the body of the script, and of the scripts named `pre` and `post` it,
    /// joined by line breaks. Part of the key, because the manifest need not be among the inputs.
    package var script: String?
    /// The tasks that must be done first, as written.
    package var dependsOn: [TaskDependency]
    package var inputs: InputRule
    /// Globs of the files the task makes, relative to the project, or to the workspace root with a leading `/`; a later
    /// pattern wins over an earlier one. `OutputPlace` says where they begin.
    package var outputs: [String]
    /// Names of environment variables the task sees and whose values are part of its key.
    package var env: [String]
    /// Names of environment variables the task sees but whose values do not matter to the result.
    package var passThroughEnv: [String]
    /// Whether a result may be stored and reused.
    package var cache: Bool
    /// Seconds after which the task is killed; `nil` is never.
    package var timeoutSeconds: Double?
    /// How many times a failed task is tried again.
    package var retries: Int
    /// A server or watcher that does not end by itself; nothing may depend on it.
    package var persistent: Bool
    /// Needs the terminal's input.
    package var interactive: Bool
    package var image: String?
    package var sandbox: String?
    /// CPUs the task wants; `nil` is one.
    package var cpus: Double?
    /// Bytes of memory the task may use; `nil` is no limit.
    package var memoryBytes: Int?
    package var platforms: [String]
    /// Commands whose output joins the key.
    package var toolchain: [String]
    /// Whether a file that `inputs` names from the workspace root is an input of such tasks alone. False where the
    /// patterns were read off what a tool reads: nobody chose them, and the file stays an input of others.
    package var claimsInputs: Bool
    /// Where the task was defined, for messages.
    package var origin: Evidence?

    package init(command: String) {
        self.command = command
        script = nil
        dependsOn = []
        inputs = .default
        outputs = []
        env = []
        passThroughEnv = []
        cache = true
        timeoutSeconds = nil
        retries = 0
        persistent = false
        interactive = false
        image = nil
        sandbox = nil
        cpus = nil
        memoryBytes = nil
        platforms = []
        toolchain = []
        claimsInputs = true
        origin = nil
    }

    /// Whether the inputs are the default ones and more that was read off what a tool reads: then everything else that
    /// counts by default, such as unowned files above the project, counts as well.
    package var addsToDefaultInputs: Bool {
        guard case .patterns(_, includesDefault: true) = inputs else { return false }
        return !claimsInputs
    }
}

/// One entry of a task's `dependsOn`.
package enum TaskDependency: Sendable, Hashable {
    /// `build`: another task of the same project.
    case sameProject(String)
    /// `^build`: that task of every project this one depends on.
    case dependencies(String)
    /// `PROJECT#TASK`.
    case task(project: String, task: String)
    /// The sources of every project this one depends on, without running anything there. What a tool such as cargo
    /// needs that builds its dependencies itself; not written in files.
    case dependencySources

    /// Parses `TASK`, `^TASK` or `PROJECT#TASK`.
    package init(parsing text: String) {
        if text.hasPrefix("^") {
            self = .dependencies(String(text.dropFirst()))
        } else if let hash = text.lastIndex(of: "#") {
            self = .task(project: String(text[..<hash]), task: String(text[text.index(after: hash)...]))
        } else {
            self = .sameProject(text)
        }
    }
}

/// Which files count as a task's inputs.
package enum InputRule: Sendable, Hashable {
    /// All files the project owns, and the unowned files above it that reach it.
    case `default`
    /// Only what the patterns select: relative to the project, or to the workspace root with a leading `/`. A later
    /// pattern wins over an earlier one; `!` excludes. `includesDefault` starts from the project's own files.
    case patterns([String], includesDefault: Bool)
}
