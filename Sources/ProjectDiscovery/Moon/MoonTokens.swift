internal import GitObjects
internal import WorkspaceModel

/// Replaces moon's tokens in a command: https://moonrepo.dev/docs/concepts/token
struct MoonTokens {
    let project: MoonProject
    let task: String
    let inputs: [MoonInput]
    let outputs: [String]
    let fileGroups: [String: [MoonInput]]
    let runsFromRoot: Bool
    /// Tokens whose value is not known before the task runs.
    private(set) var unknown: [String] = []

    init(
        project: MoonProject, task: String, inputs: [MoonInput], outputs: [String],
        fileGroups: [String: [MoonInput]], runsFromRoot: Bool
    ) {
        self.project = project
        self.task = task
        self.inputs = inputs
        self.outputs = outputs
        self.fileGroups = fileGroups
        self.runsFromRoot = runsFromRoot
    }

    private static let functions: Set<String> = [
        "in", "out", "group", "globs", "files", "dirs", "root", "envs", "meta",
    ]
    /// Tokens that say when and where the task runs.
    private static let open: Set<String> = [
        "vcsBranch", "vcsRepository", "vcsRevision", "timestamp", "datetime", "date", "time", "workingDir", "arch",
        "os", "osFamily", "projectAlias", "projectAliases", "projectChannel", "projectOwner", "projectTitle",
        "projectName", "taskToolchain", "taskToolchains", "taskPlatform", "taskType",
    ]

    mutating func expand(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(where: { $0 == "@" || $0 == "$" }) {
            result += rest[..<mark]
            rest = rest[mark...]
            let name = rest.dropFirst().prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
            let after = rest[name.endIndex...]
            if rest.first == "$" {
                result += variable(String(name)) ?? "$\(name)"
                rest = after
            } else if MoonTokens.functions.contains(String(name)), after.first == "(",
                let close = after.firstIndex(of: ")")
            {
                let argument = String(after[after.index(after: after.startIndex)..<close])
                rest = after[after.index(after: close)...]
                result += function(String(name), argument)
            } else {
                result += rest[..<name.endIndex]
                rest = after
            }
        }
        return result + rest
    }

    /// The value of a variable token; `nil` for a variable of the environment.
    private mutating func variable(_ name: String) -> String? {
        switch name {
        case "workspaceRoot": return workspaceRoot
        case "projectRoot": return runsFromRoot ? MoonShell.word(project.path.description) : "."
        case "projectSource": return MoonShell.word(project.path.description)
        case "project", "projectId": return project.id
        case "projectLayer", "projectType": return project.kind
        case "projectStack": return project.file.stack ?? "unknown"
        case "language": return project.language
        case "task", "taskId": return task
        case "target": return "\(project.id):\(task)"
        default:
            if MoonTokens.open.contains(name) { unknown.append("$\(name)") }
            return nil
        }
    }

    private var workspaceRoot: String {
        if runsFromRoot || project.path.isRoot { return "." }
        return project.path.components.map { _ in ".." }.joined(separator: "/")
    }

    private mutating func function(_ name: String, _ argument: String) -> String {
        let token = "@\(name)(\(argument))"
        switch name {
        case "in":
            if let index = Int(argument), inputs.indices.contains(index), let words = words([inputs[index]]) {
                return words
            }
        case "out":
            if let index = Int(argument), outputs.indices.contains(index) { return word(outputs[index]) }
        case "group", "globs", "files", "dirs":
            let wantsGlobs = name == "group" || name == "globs", wantsFiles = name != "globs"
            let chosen = (fileGroups[argument] ?? []).filter { input in
                if case .file = input { wantsFiles } else { true }
            }
            let isListed = wantsGlobs || chosen.allSatisfy { if case .file = $0 { true } else { false } }
            if fileGroups[argument] != nil, isListed, let words = words(chosen) { return words }
        default: break
        }
        unknown.append(token)
        return MoonShell.singleQuoted(token)
    }

    private func words(_ inputs: [MoonInput]) -> String? {
        var words: [String] = []
        for input in inputs {
            switch input {
            case .file(let text), .glob(let text): words.append(word(text))
            default: return nil
            }
        }
        return words.joined(separator: " ")
    }

    /// A path of the project or, with a leading `/`, of the workspace, from the directory that the task runs in. Globs
    /// are quoted: the program gets them as they are.
    private func word(_ text: String) -> String {
        var path = text
        if text.hasPrefix("/") {
            path = workspaceRoot == "." ? String(text.dropFirst()) : workspaceRoot + text
        } else if runsFromRoot, !project.path.isRoot {
            path = "\(project.path)/\(text)"
        }
        return path.contains(where: { "*?[]{}!".contains($0) }) ? MoonShell.singleQuoted(path) : MoonShell.word(path)
    }
}
