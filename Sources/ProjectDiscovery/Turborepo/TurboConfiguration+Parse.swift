internal import Diagnostics
internal import GitObjects
internal import JSONText
internal import WorkspaceModel

extension TurboConfiguration {
    /// Keys that do not change what a task makes.
    private static let idleKeys: Set<String> = [
        "$schema", "ui", "concurrency", "cacheDir", "cacheMaxAge", "cacheMaxSize", "daemon", "envMode", "remoteCache",
        "boundaries", "futureFlags", "dangerouslyDisablePackageManagerCheck", "noUpdateNotifier", "tags",
        "experimentalUI",
        "experimentalSpaces", "experimentalCI", "experimentalObservability",
    ]
    private static let idleTaskKeys: Set<String> = ["outputLogs", "outputMode", "interruptible", "description", "tags"]
    private static let readKeys = [
        "tasks", "pipeline", "extends", "globalDependencies", "globalEnv", "globalPassThroughEnv", "globalDotEnv",
    ]
    private static let readTaskKeys = [
        "dependsOn", "inputs", "outputs", "env", "passThroughEnv", "cache", "persistent", "interactive", "extends",
        "dotEnv",
    ]

    /// Parses a turbo.json or turbo.jsonc, both with comments and trailing commas as Turborepo does.
    ///
    /// Throws for what Turborepo itself refuses; what is only unknown here becomes a diagnostic.
    static func parse(
        _ bytes: [UInt8], at path: RepoPath, isPackageFile: Bool
    ) throws(ConfigurationError) -> TurboConfiguration {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, allowingComments: true)
        } catch {
            throw ConfigurationError(path: path, line: error.line, column: error.column, problem: error.problem)
        }
        var reader = TurboReader(document: document, configuration: TurboConfiguration(path: path))
        try reader.read(isPackageFile: isPackageFile)
        return reader.configuration
    }

    /// Reads the parsed document into a configuration.
    private struct TurboReader {
        let document: JSONDocument
        var configuration: TurboConfiguration

        mutating func read(isPackageFile: Bool) throws(ConfigurationError) {
            guard let members = document.root.object else { throw error(document.root, "turbo.json must be an object") }
            for member in members {
                switch member.key {
                case "tasks", "pipeline": try readTasks(member)
                case "extends": if isPackageFile { try readExtends(member) }
                case "globalDependencies", "globalDotEnv", "globalEnv", "globalPassThroughEnv":
                    if isPackageFile {
                        note(member.keyOffset, "'\(member.key)' only counts in the root's turbo.json; it is ignored")
                    } else {
                        try readGlobal(member)
                    }
                default:
                    if !TurboConfiguration.idleKeys.contains(member.key) {
                        noteUnknown(member, known: TurboConfiguration.readKeys)
                    }
                }
            }
            if document.root["tasks"] != nil, let pipeline = document.root.member("pipeline") {
                note(pipeline.keyOffset, "'pipeline' is the old name of 'tasks'; both were read")
            }
        }

        private mutating func readGlobal(_ member: JSONMember) throws(ConfigurationError) {
            let values = try strings(member)
            switch member.key {
            case "globalEnv": configuration.globalEnv += values
            case "globalPassThroughEnv": configuration.globalPassThroughEnv += values
            default:
                for value in values {
                    if let name = TurboConfiguration.variable(value) {
                        configuration.globalEnv.append(name)
                    } else if value.hasPrefix("!") {
                        note(
                            member.keyOffset, "the exclusion '\(value)' in '\(member.key)' is ignored: more files count"
                        )
                    } else {
                        configuration.globalDependencies.append(value)
                    }
                }
            }
        }

        private mutating func readExtends(_ member: JSONMember) throws(ConfigurationError) {
            let values = try strings(member)
            guard values.first == "//" else { throw error(member.node, "'extends' must start with \"//\"") }
            configuration.extendedPackages = Array(values.dropFirst())
        }

        // MARK: Tasks

        private mutating func readTasks(_ member: JSONMember) throws(ConfigurationError) {
            guard let entries = member.node.object else {
                throw error(member.node, "'\(member.key)' must be an object, not \(member.node.typeName)")
            }
            for entry in entries {
                guard let fields = entry.node.object else {
                    throw error(entry.node, "the task '\(entry.key)' must be an object, not \(entry.node.typeName)")
                }
                let line = document.position(of: entry.keyOffset).line
                var task = TurboTask(evidence: Evidence(path: configuration.path, line: line))
                for field in fields {
                    try read(field, into: &task)
                    if field.key != "extends" { task.definesSomething = true }
                }
                task.rootName = entry.key
                configuration.tasks[entry.key] = task
            }
        }

        private mutating func read(_ field: JSONMember, into task: inout TurboTask) throws(ConfigurationError) {
            switch field.key {
            case "dependsOn":
                var list = TurboConfiguration.list(try strings(field))
                // Turborepo 1 took environment variables here, written `$NAME`.
                let variables = list.values.compactMap(TurboConfiguration.variable)
                if !variables.isEmpty {
                    list.values.removeAll { TurboConfiguration.variable($0) != nil }
                    task.env = TurboList(values: (task.env?.values ?? []) + variables)
                }
                task.dependsOn = list
            case "inputs": task.inputs = TurboConfiguration.list(try inputs(field))
            case "dotEnv":
                // Files that count beside the other inputs.
                let values = task.inputs?.values ?? ["$TURBO_DEFAULT$"]
                task.inputs = TurboList(values: values + (try strings(field)))
            case "outputs":
                let list = TurboConfiguration.list(try strings(field))
                if list.values.contains(where: { $0.hasPrefix("../") || $0.hasPrefix("$TURBO_ROOT$/") }) {
                    note(field.keyOffset, "outputs outside of the package are not stored, so results are not reused")
                }
                task.outputs = list
            case "env":
                let list = TurboConfiguration.list(try strings(field))
                task.env = TurboList(
                    values: (task.env?.values ?? []) + list.values, extendsInherited: list.extendsInherited)
            case "passThroughEnv": task.passThroughEnv = TurboConfiguration.list(try strings(field))
            case "cache": task.cache = try bool(field)
            case "persistent": task.persistent = try bool(field)
            case "interactive": task.interactive = try bool(field)
            case "extends": task.extends = try bool(field)
            default:
                if !TurboConfiguration.idleTaskKeys.contains(field.key) {
                    noteUnknown(field, known: TurboConfiguration.readTaskKeys)
                }
            }
        }

        /// The `inputs` of a task; an object in them (Turborepo 2.10) is widened to the package's own files.
        private mutating func inputs(_ field: JSONMember) throws(ConfigurationError) -> [String] {
            guard let nodes = field.node.array else { return try strings(field) }
            var values: [String] = []
            for node in nodes {
                if let text = node.string {
                    values.append(text)
                } else if node.object != nil {
                    note(node.offset, "this form of input is not understood; all files of the package count")
                    if !values.contains("$TURBO_DEFAULT$") { values.append("$TURBO_DEFAULT$") }
                } else {
                    throw error(node, "an input must be a string, not \(node.typeName)")
                }
            }
            return values
        }

        // MARK: Values

        private func strings(_ member: JSONMember) throws(ConfigurationError) -> [String] {
            if case .null = member.node.value { return [] }
            guard let nodes = member.node.array else {
                throw error(member.node, "'\(member.key)' must be an array of strings, not \(member.node.typeName)")
            }
            var values: [String] = []
            for node in nodes {
                guard let text = node.string else {
                    throw error(node, "'\(member.key)' must hold strings, not \(node.typeName)")
                }
                values.append(text)
            }
            return values
        }

        private func bool(_ member: JSONMember) throws(ConfigurationError) -> Bool {
            guard let value = member.node.bool else {
                throw error(member.node, "'\(member.key)' must be true or false, not \(member.node.typeName)")
            }
            return value
        }

        private func error(_ node: JSONNode, _ problem: String) -> ConfigurationError {
            let position = document.position(of: node.offset)
            return ConfigurationError(
                path: configuration.path, line: position.line, column: position.column, problem: problem)
        }

        private mutating func noteUnknown(_ member: JSONMember, known: [String]) {
            var message = "'\(member.key)' is not understood; it is ignored"
            if let near = nearest(to: member.key, among: known) { message += ". Did you mean '\(near)'?" }
            note(member.keyOffset, message)
        }

        private mutating func note(_ offset: Int, _ message: String) {
            let evidence = Evidence(path: configuration.path, line: document.position(of: offset).line)
            configuration.diagnostics.append(Diagnostic(evidence: evidence, message: message))
        }
    }

    private static func list(_ values: [String]) -> TurboList {
        guard values.first == "$TURBO_EXTENDS$" else { return TurboList(values: values) }
        return TurboList(values: Array(values.dropFirst()), extendsInherited: true)
    }

    /// The name in `$NAME`; `nil` for anything else, also for `$TURBO_ROOT$/x`.
    private static func variable(_ text: String) -> String? {
        guard text.hasPrefix("$"), !text.hasPrefix("$TURBO_") else { return nil }
        return String(text.dropFirst())
    }
}
