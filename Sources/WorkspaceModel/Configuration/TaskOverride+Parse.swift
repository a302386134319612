internal import GitObjects

extension TaskOverride {
    /// The keys of a task.
    enum Key: String, CaseIterable {
        case command, dependsOn, inputs, outputs, env, passThroughEnv, cache, timeout, retries, image, sandbox
        case resources, platforms, toolchain, persistent, interactive
    }

    /// The keys of a task's `resources`.
    enum ResourceKey: String, CaseIterable {
        case cpus, memory
    }

    /// The keys of a task, and those of its `resources`.
    package static let keys = Key.allCases.map(\.rawValue)
    package static let resourceKeys = ResourceKey.allCases.map(\.rawValue)

    /// Reads the value of `tasks`: one override for each task name.
    static func parseAll(_ field: Field) throws(ConfigurationError) -> [String: TaskOverride] {
        var result: [String: TaskOverride] = [:]
        for entry in try field.entries() {
            let task = Field(path: field.path, entry: entry)
            guard isTaskName(entry.key) else {
                throw task.keyProblem(
                    "\(quoted(entry.key)) cannot be the name of a task: it is empty, holds '#' or white space, "
                        + "or begins with '^', '!' or '-'")
            }
            result[entry.key] = try parse(task)
        }
        return result
    }

    private static func parse(_ task: Field) throws(ConfigurationError) -> TaskOverride {
        let name = quoted(task.entry.key)
        guard !isText(task.entry.value) else {
            throw task.problem("task \(name) must be a mapping. Write it as { command: ... }")
        }
        var result = TaskOverride(origin: Evidence(path: task.path, line: task.entry.line))
        for entry in try task.entries() {
            let field = Field(path: task.path, entry: entry)
            guard let key = Key(rawValue: entry.key) else {
                if ResourceKey(rawValue: entry.key) != nil {
                    throw field.keyProblem("\(field.name) belongs under 'resources' of task \(name)")
                }
                throw field.unknownKey(in: " in task \(name)", known: keys)
            }
            try result.read(field, as: key, task: name)
        }
        return result
    }

    private mutating func read(_ field: Field, as key: Key, task: String) throws(ConfigurationError) {
        switch key {
        case .command: command = try field.text()
        case .dependsOn: dependsOn = try field.taskDependencies()
        case .inputs: inputs = try field.patterns(.input)
        case .outputs: outputs = try field.patterns(.output)
        case .env: env = try field.environmentNames()
        case .passThroughEnv: passThroughEnv = try field.environmentNames()
        case .cache: cache = try field.flag()
        case .timeout: timeoutSeconds = try field.duration()
        case .retries: retries = try field.wholeNumber(in: 0...100)
        case .image: image = try field.trimmedText()
        case .sandbox: sandbox = try field.word(of: Sandbox.allCases)
        case .resources: try readResources(field, task: task)
        case .platforms: platforms = try field.texts().map(\.text)
        case .toolchain: toolchain = try field.texts().map(\.text)
        case .persistent: persistent = try field.flag()
        case .interactive: interactive = try field.flag()
        }
    }

    private mutating func readResources(_ field: Field, task: String) throws(ConfigurationError) {
        for entry in try field.entries() {
            let resource = Field(path: field.path, entry: entry)
            switch ResourceKey(rawValue: entry.key) {
            case .cpus: cpus = try resource.positiveNumber()
            case .memory: memoryBytes = try resource.byteSize()
            case nil: throw resource.unknownKey(in: " in 'resources' of task \(task)", known: Self.resourceKeys)
            }
        }
    }

    private static func isText(_ node: YAMLNode) -> Bool {
        guard case .scalar = node.content else { return false }
        return !node.isNull
    }
}
