internal import GitObjects
internal import WorkspaceModel

/// Turns the scripts of a package.json into tasks, for repositories without a task configuration of their own.
enum ScriptTasks {
    /// Scripts that a package manager runs at its own moments: https://docs.npmjs.com/cli/v10/using-npm/scripts.
    private static let lifecycle: Set<String> = [
        "preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish", "prepublishOnly",
        "publish", "postpublish", "prepack", "postpack", "preversion", "version", "postversion", "preuninstall",
        "uninstall",
        "postuninstall", "preshrinkwrap", "shrinkwrap", "postshrinkwrap", "dependencies", "pnpm:devPreinstall",
    ]

    private static let servers: Set<String> = ["dev", "start", "serve", "watch", "preview"]

    /// Scripts that only say yes or no: nothing has to be restored when a result is reused.
    private static let checks = ["typecheck", "type-check", "test", "tests", "lint", "check", "checks"]

    /// The tasks of a package whose manifest is `manifest`.
    static func tasks(of manifest: PackageManifest, at path: RepoPath, manager: PackageManager) -> [String:
        TaskDefinition]
    {
        var tasks: [String: TaskDefinition] = [:]
        let names = manifest.scriptNames
        // One array shared by all tasks.
        let dependsOn = [TaskDependency.dependencies("build")]
        let start = "\(manager.rawValue) run "
        for script in manifest.scripts where script.canBeTask && !isHook(script.name, among: names) {
            var task = TaskDefinition(command: start + quoted(script.name))
            task.script = body(of: script.name, in: manifest.scriptBodies)
            task.dependsOn = dependsOn
            task.persistent = isServer(script.name)
            task.cache = !task.persistent && isCheck(script.name)
            task.origin = Evidence(path: path, line: script.line)
            tasks[script.name] = task
        }
        return tasks
    }

    /// What running the script called `name` runs, with its hooks; `nil` when there is no such script.
    static func body(of name: String, in bodies: [String: String]) -> String? {
        guard let body = bodies[name] else { return nil }
        switch (bodies["pre" + name], bodies["post" + name]) {
        case (nil, nil): return body
        case (let before?, nil): return before + "\n" + body
        case (nil, let after?): return body + "\n" + after
        case (let before?, let after?): return before + "\n" + body + "\n" + after
        }
    }

    /// The scripts that a command line runs through a package manager: `npm run NAME`, `yarn NAME`, `npm test`.
    static func scripts(runBy command: String, among names: Set<String>) -> [String] {
        let separators: Set<Character> = [" ", "\t", "\n", ";", "&", "|", "(", ")", "'", "\""]
        let words = command.split { separators.contains($0) }.map(String.init)
        var found: [String] = []
        for (index, word) in words.enumerated() where ["npm", "pnpm", "yarn", "bun"].contains(word) {
            var rest = words[(index + 1)...].drop { $0.hasPrefix("-") }
            if rest.first == "run" || rest.first == "run-script" {
                rest = rest.dropFirst().drop { $0.hasPrefix("-") }
            } else if word == "npm", rest.first == "t" || rest.first == "tst" {
                rest = ["test"]
            } else if word == "npm", rest.first != "test", rest.first != "start" {
                continue
            }
            if let name = rest.first, names.contains(name), !found.contains(name) { found.append(name) }
        }
        return found
    }

    /// What runs the script called `name`; the name is quoted when the shell would read it otherwise.
    static func command(_ name: String, _ manager: PackageManager) -> String {
        "\(manager.rawValue) run \(quoted(name))"
    }

    /// The word as a shell reads it unchanged.
    static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || "_:./@+,=-".utf8.contains(byte)
        }
        if isPlain { return name }
        let parts = name.split(separator: "'", omittingEmptySubsequences: false)
        return "'\(parts.joined(separator: #"'\''"#))'"
    }

    private static func isHook(_ name: String, among names: Set<String>) -> Bool {
        if lifecycle.contains(name) { return true }
        for prefix in ["pre", "post"] where name.hasPrefix(prefix) {
            if names.contains(String(name.dropFirst(prefix.count))) { return true }
        }
        return false
    }

    /// `dev`, `dev:web`, `test:watch`: does not end by itself.
    static func isServer(_ name: String) -> Bool {
        let first = name.utf8.firstIndex(of: UInt8(ascii: ":")).map { String(name[..<$0]) } ?? name
        return servers.contains(first) || name.hasSuffix(":watch") || name.hasSuffix("-watch")
    }

    /// `test`, `test:unit`, `lint-staged`; not `checkout`.
    static func isCheck(_ name: String) -> Bool {
        if name == "fmt" || name.hasSuffix(":check") || name.hasSuffix("-check") { return true }
        return checks.contains { check in
            guard name.hasPrefix(check) else { return false }
            guard let next = name.utf8.dropFirst(check.utf8.count).first else { return true }
            return next < UInt8(ascii: "a") || next > UInt8(ascii: "z")
        }
    }
}
