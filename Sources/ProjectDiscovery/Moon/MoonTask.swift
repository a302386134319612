internal import WorkspaceModel

/// How a value joins those that were inherited before it.
enum MoonMerge: String {
    case append, prepend, preserve, replace

    /// - Parameter isFirst: whether `next` is the first of its chain.
    func joined<Value: Equatable>(_ base: [Value], _ next: [Value], isFirst: Bool) -> [Value] {
        switch self {
        case .append: base + next
        case .prepend: next + base
        case .preserve: isFirst ? next : base
        case .replace: next
        }
    }
}

/// The lists of a task that are joined when it is inherited.
enum MoonField: String, CaseIterable {
    case args = "mergeArgs", deps = "mergeDeps", env = "mergeEnv", inputs = "mergeInputs", outputs = "mergeOutputs"
}

/// `options` of a task, or `taskOptions`; `nil` is what is not said.
struct MoonOptions {
    var cache: Bool?
    var cacheKey: String?
    var persistent: Bool?
    var interactive: Bool?
    var runFromWorkspaceRoot: Bool?
    var timeoutSeconds: Double?
    var retries: Int?
    /// Files that set variables; the empty list is none.
    var envFiles: [String]?
    /// The systems the task is for.
    var systems: [String]?
    var merges: [MoonField: MoonMerge] = [:]

    mutating func lay(_ other: MoonOptions) {
        cache = other.cache ?? cache
        cacheKey = other.cacheKey ?? cacheKey
        persistent = other.persistent ?? persistent
        interactive = other.interactive ?? interactive
        runFromWorkspaceRoot = other.runFromWorkspaceRoot ?? runFromWorkspaceRoot
        timeoutSeconds = other.timeoutSeconds ?? timeoutSeconds
        retries = other.retries ?? retries
        envFiles = other.envFiles ?? envFiles
        systems = other.systems ?? systems
        merges.merge(other.merges) { $1 }
    }
}

/// One entry of `deps`.
struct MoonDependency: Hashable {
    /// `^:build`, `~:build`, `build`, `project:build` or `#tag:build`.
    var target: String
    var isOptional: Bool?
    var line: Int
}

/// One entry of `tasks`, as written: https://moonrepo.dev/docs/config/project#tasks
struct MoonTask {
    var evidence: Evidence
    /// The task whose definition comes before this one.
    var extends: String?
    /// The program and what follows it, as text for a shell.
    var command: (program: String, arguments: [String])?
    var arguments: [String]?
    var script: String?
    var deps: [MoonDependency]?
    var inputs: [MoonInput]?
    var outputs: [String]?
    var env: [MoonVariable]?
    var preset: String?
    var options = MoonOptions()
    /// Set when a part of the task is not understood that may change its result: it is not cached.
    var isPartial = false
}

extension MoonReader {
    /// Fields that change nothing of what the task makes.
    private static let idle: Set<String> = ["description", "type", "tags", "toolchain", "toolchains", "platform"]
    private static let idleOptions: Set<String> = [
        "mutex", "outputStyle", "priority", "runDepsInParallel", "runInSyncPhase", "cacheLifetime", "internal",
        "inferInputs", "shell", "unixShell", "windowsShell", "mergeTags", "mergeToolchains", "mergeChecks",
    ]

    mutating func tasks(_ entry: YAMLEntry) -> [String: MoonTask] {
        var tasks: [String: MoonTask] = [:]
        for task in mapping(entry) {
            let isName = !task.key.isEmpty && !task.key.contains { $0 == "#" || $0.isWhitespace }
            guard isName else {
                note(task.line, "'\(task.key.filter { !$0.isNewline })' cannot be the name of a task; it is ignored")
                continue
            }
            tasks[task.key] = self.task(task)
        }
        return tasks
    }

    private mutating func task(_ entry: YAMLEntry) -> MoonTask {
        var task = MoonTask(evidence: evidence(entry.line))
        // A text or a list stands for the command alone.
        if entry.value.text != nil || entry.value.items != nil {
            task.command = command(entry)
            return task
        }
        for field in mapping(entry) { read(field, into: &task) }
        return task
    }

    private mutating func read(_ field: YAMLEntry, into task: inout MoonTask) {
        switch field.key {
        case "extends": task.extends = text(field)
        case "command": task.command = command(field)
        case "args": task.arguments = arguments(field)
        case "script": task.script = text(field)
        case "deps", "dependsOn": task.deps = dependencies(field)
        case "inputs": task.inputs = inputs(field)
        case "outputs": task.outputs = outputs(field, &task)
        case "env": task.env = environment(field)
        case "preset": task.preset = text(field)
        case "local": if flag(field) == true { task.preset = "server" }
        case "options": task.options = options(field)
        case "checks":
            task.isPartial = true
            note(field.line, "'checks' are not run; the task always runs and is not cached")
        default: if !MoonReader.idle.contains(field.key) { unknown(field) }
        }
    }

    /// The first word of a text, or the first entry of a list, and the rest.
    private mutating func command(_ entry: YAMLEntry) -> (program: String, arguments: [String])? {
        if let items = entry.value.items {
            let words = items.compactMap(\.text).map(MoonShell.word)
            return words.first.map { ($0, Array(words.dropFirst())) }
        }
        guard let text = text(entry) else { return nil }
        let parts = text.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
        return parts.first.map { ($0, Array(parts.dropFirst())) }
    }

    private mutating func arguments(_ entry: YAMLEntry) -> [String] {
        if let items = entry.value.items { return items.compactMap(\.text).map(MoonShell.word) }
        return text(entry).map { [$0] } ?? []
    }

    mutating func dependencies(_ entry: YAMLEntry) -> [MoonDependency] {
        if entry.value.isNull { return [] }
        guard let items = entry.value.items else {
            expected("a list", entry)
            return []
        }
        return items.compactMap { item in
            if let target = item.text { return MoonDependency(target: target, line: item.line) }
            guard let target = item["target"]?.text else {
                note(item.line, "a dependency must have a 'target'; it is ignored")
                return nil
            }
            if item["args"] != nil || item["env"] != nil {
                note(item.line, "'args' and 'env' of the dependency '\(target)' are ignored: a task has one command")
            }
            return MoonDependency(
                target: target, isOptional: item["optional"]?.text.map { $0 == "true" }, line: item.line)
        }
    }

    private mutating func outputs(_ entry: YAMLEntry, _ task: inout MoonTask) -> [String] {
        var outputs: [String] = []
        for item in entry.value.items ?? (entry.value.text == nil ? [] : [entry.value]) {
            if let text = item.text ?? item["file"]?.text ?? item["glob"]?.text {
                let scheme = ["file://", "glob://"].first { text.hasPrefix($0) } ?? ""
                outputs.append(String(text.dropFirst(scheme.count).prefix { scheme.isEmpty || $0 != "?" }))
            } else {
                task.isPartial = true
                note(item.line, "this form of output is not understood; the task is not cached")
            }
        }
        return outputs
    }

    mutating func options(_ entry: YAMLEntry) -> MoonOptions {
        var options = MoonOptions()
        for field in mapping(entry) { read(field, into: &options) }
        return options
    }

    private mutating func read(_ field: YAMLEntry, into options: inout MoonOptions) {
        switch field.key {
        case "cache": options.cache = ["local", "remote"].contains(field.value.text) ? true : flag(field)
        case "cacheKey": options.cacheKey = text(field)
        case "persistent": options.persistent = flag(field)
        case "interactive": options.interactive = flag(field)
        case "runFromWorkspaceRoot": options.runFromWorkspaceRoot = flag(field)
        case "timeout":
            options.timeoutSeconds = text(field).flatMap { Double($0) }.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        case "retryCount": options.retries = text(field).flatMap { Int($0) }.map { min(max($0, 0), 100) }
        case "os": options.systems = texts(field)
        case "envFile":
            let isFlag = ["true", "false"].contains(field.value.text)
            options.envFiles =
                isFlag
                ? (field.value.text == "true" ? ["/.env", "/.env.local", ".env", ".env.local"] : []) : texts(field)
            if options.envFiles?.isEmpty == false {
                note(field.line, "the variables in the files of 'envFile' are not set; the files are inputs")
            }
        case "affectedFiles", "affectedPass":
            note(field.line, "'\(field.key)' has no effect: the command runs on all files")
        case "allowFailure":
            if flag(field) == true { note(field.line, "'allowFailure' has no effect: a failure counts") }
        case "runInCI":
            if flagOrWord(field) == false { note(field.line, "'runInCI' has no effect: name the tasks to plan") }
        case "merge":
            guard let merge = merge(field) else { return }
            for name in MoonField.allCases { options.merges[name] = merge }
        default:
            if let name = MoonField(rawValue: field.key) {
                options.merges[name] = merge(field)
            } else if !MoonReader.idleOptions.contains(field.key) {
                unknown(field)
            }
        }
    }

    /// False for `false` and for `skip`; the other words mean that it may run.
    private func flagOrWord(_ field: YAMLEntry) -> Bool { !["false", "skip", "no", "off"].contains(field.value.text) }

    private mutating func merge(_ field: YAMLEntry) -> MoonMerge? {
        guard let text = text(field) else { return nil }
        if let merge = MoonMerge(rawValue: text) { return merge }
        note(field.line, "'\(field.key)' must be append, prepend, preserve or replace; it is ignored")
        return nil
    }
}
