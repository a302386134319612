internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// What the shell runs, in the project's directory, for a target.
struct NxCommand {
    let workspace: NxWorkspace
    let project: NxProject
    let manager: PackageManager

    /// Names of the files in the project's directory and at the workspace's root.
    let names: [String]

    /// Options of `nx:run-commands` that are no flags of the command.
    private static let ownOptions: Set<String> = [
        "command", "commands", "cwd", "parallel", "env", "color", "forwardAllArgs", "args", "tty", "usePty",
        "streamOutput",
    ]
    /// Options that only Nx can follow.
    private static let opaqueOptions: Set<String> = ["readyWhen", "envFile", "no-color", "no-parallel", "__unparsed__"]

    func text(_ name: String, _ target: NxTarget) -> String {
        switch target.effectiveExecutor {
        case "nx:noop", "@nrwl/workspace:noop": return ":"
        case "nx:run-script", "@nrwl/workspace:run-script":
            return ScriptTasks.command(target.option("script")?.string ?? name, manager)
        case "nx:run-commands", "@nrwl/workspace:run-commands":
            return shell(name, target) ?? throughNx(name)
        default: return throughNx(name)
        }
    }

    /// Whether the target is run by Nx, which then also runs what it depends on unless it finds that done.
    func isThroughNx(_ command: String) -> Bool { command.contains(" nx run ") || command.hasPrefix("bunx nx run ") }

    private func throughNx(_ name: String) -> String {
        let start =
            switch manager {
            case .pnpm: "pnpm exec nx run"
            case .yarn: "yarn nx run"
            case .bun: "bunx nx run"
            default: "npx nx run"
            }
        return "\(start) \(NxCommand.quoted("\(project.name):\(name)"))"
    }

    /// The commands of a target whose options are simple, run as Nx does: from the workspace's root, or from `cwd`, with the
    /// workspace's programs in reach.
    private func shell(_ name: String, _ target: NxTarget) -> String? {
        guard !readsVariables(name), let commands = commands(target), !commands.isEmpty else { return nil }
        guard let flags = flags(target), flags.isEmpty || commands.count == 1 else { return nil }
        if commands.count > 1, target.option("parallel")?.bool != false { return nil }
        guard let start = directory(target.option("cwd")) else { return nil }
        var parts = ["cd \(start.toRoot)", #"PATH="$PWD/node_modules/.bin:$PATH""#]
        if target.isInferred {
            // Some configurations of bundlers ask Nx which task they are part of.
            let task =
                "NX_TASK_TARGET_PROJECT=\(NxCommand.quoted(project.name)) NX_TASK_TARGET_TARGET=\(NxCommand.quoted(name))"
            parts.append("export NX_WORKSPACE_ROOT=\"$PWD\" \(task)")
        }
        if let cwd = start.fromRoot {
            parts.append("cd \(cwd)")
            // Nx looks for programs there first.
            if start.isProject { parts.append(#"PATH="$PWD/node_modules/.bin:$PATH""#) }
        }
        for member in target.option("env")?.object ?? [] {
            guard let value = member.node.string, NxCommand.isName(member.key) else { return nil }
            parts.append("export \(member.key)=\(NxCommand.quoted(value))")
        }
        for command in commands {
            let text = interpolated(command)
            // `{args.x}` and the like are for Nx.
            if text.contains("{args.") || text.contains("{options.") { return nil }
            parts.append(commands.count == 1 ? text + flags : "(\(text))")
        }
        return parts.joined(separator: " && ")
    }

    /// Whether Nx sets variables for the target from files that are committed.
    private func readsVariables(_ name: String) -> Bool {
        let files = [".env", ".env.local", ".local.env", ".env.\(name)", ".\(name).env", ".env.\(name).local"]
        return names.contains(where: files.contains)
    }

    /// What Nx puts after the command: options that are not its own as flags, then `args`. `nil` where that takes Nx.
    private func flags(_ target: NxTarget) -> String? {
        let forwards = target.option("forwardAllArgs")?.bool ?? true
        var flags = ""
        for option in target.effectiveOptions where !NxCommand.ownOptions.contains(option.key) {
            let value = option.node.string ?? option.node.number ?? option.node.bool.map { "\($0)" }
            guard let value, forwards, !NxCommand.opaqueOptions.contains(option.key) else { return nil }
            let text = "\(option.key)=\(interpolated(value))"
            guard NxCommand.quoted(text) == text else { return nil }
            flags += " --\(text)"
        }
        guard let args = target.option("args") else { return flags }
        let texts = args.string.map { [$0] } ?? args.array?.map { $0.string ?? "\n" } ?? ["\n"]
        guard forwards, texts.allSatisfy({ !$0.contains("\n") && !$0.contains("{args.") }) else { return nil }
        return texts.reduce(flags) { $0 + " " + interpolated($1) }
    }

    private func commands(_ target: NxTarget) -> [String]? {
        if let command = target.command ?? target.option("command")?.string { return [command] }
        var texts: [String] = []
        for node in target.option("commands")?.array ?? [] {
            if let text = node.string {
                texts.append(text)
            } else if let text = node["command"]?.string, node.object?.count == 1 {
                texts.append(text)
            } else {
                return nil
            }
        }
        return texts
    }

    /// The way from the project to the workspace's root, and from there to where the commands run.
    private func directory(_ option: JSONNode?) -> (toRoot: String, fromRoot: String?, isProject: Bool)? {
        guard let depth = project.path.relative(to: workspace.root)?.components.count else { return nil }
        let toRoot = depth == 0 ? "." : Array(repeating: "..", count: depth).joined(separator: "/")
        guard let option else { return (toRoot, nil, false) }
        guard let text = option.string, !text.hasPrefix("/"),
            let path = RepoPath.root.resolving(interpolated(text))
        else { return nil }
        let isProject = workspace.root.appending(path.bytes) == project.path
        return (toRoot, path.isRoot ? nil : NxCommand.quoted(path.description), isProject)
    }

    private func interpolated(_ text: String) -> String {
        let relative = project.path.relative(to: workspace.root) ?? project.path
        return text.replacing("{projectRoot}", with: relative.isRoot ? "." : relative.description)
            .replacing("{projectName}", with: project.name).replacing("{workspaceRoot}", with: ".")
    }

    /// Whether the text is the name of a variable of the environment.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, ByteClass.of(first) == .word else { return false }
        return text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "$") && ByteClass.of($0).isPartOfWord }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            ($0 < 0x80 && ByteClass.of($0).isPartOfWord && $0 != UInt8(ascii: "$")) || "/.:@-+=,".utf8.contains($0)
        }
        if isPlain, !text.isEmpty { return text }
        return "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
    }
}
