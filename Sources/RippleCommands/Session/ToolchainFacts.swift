internal import AffectedAnalysis
internal import ContentAddressing
internal import Diagnostics
internal import Glibc
internal import PlanExecution
internal import WorkspaceModel

/// Runs the `toolchain` commands that tasks declare, each once, and digests what they print.
enum ToolchainFacts {
    static func gather(_ workspace: Workspace, directory: String?, _ context: ProcessContext) throws -> [String: String]
    {
        var declared = Set<String>()
        for index in workspace.indices {
            let tasks = workspace[index].tasks
            for place in tasks.values.indices where !tasks.values[place].toolchain.isEmpty {
                declared.formUnion(tasks.values[place].toolchain)
            }
        }
        guard !declared.isEmpty else { return [:] }
        let commands = declared.sorted()
        var environment: [String: String] = [:]
        for name in RunSettings.alwaysVisible { environment[name] = context.environment[name] }
        let visible = environment, place = directory ?? "/"
        let temporary = try TemporaryDirectory(context)
        let log = temporary.path + "/toolchain"
        return try waitFor {
            var facts: [String: String] = [:]
            for command in commands {
                let descriptor = open(log, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
                guard descriptor >= 0 else { throw CommandError(.environment, "\(log) cannot be written.") }
                defer { close(descriptor) }
                let process = TaskProcess(
                    command: command, directory: place, environment: visible, timeout: .seconds(60))
                let result = await process.run(log: descriptor)
                guard case .exited(0) = result.ending else {
                    throw CommandError(
                        .environment,
                        "The toolchain command '\(command)' failed. It must print the tool's version and exit with 0.")
                }
                lseek(descriptor, 0, SEEK_SET)
                guard let output = readToEnd(descriptor) else {
                    throw CommandError(.environment, "\(log) cannot be read: \(String(cString: strerror(errno))).")
                }
                facts[command] = "\(ContentDigest.of(output))"
            }
            return facts
        }
    }
}
