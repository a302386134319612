internal import GitObjects
internal import WorkspaceModel

/// What the `inputs` of one target mean for one project.
struct NxInputs {
    /// Patterns in Ripple's form; exclusions last, because in Nx they win whatever their place.
    var rule: InputRule
    var env: [String] = []
    /// Named inputs of the projects it depends on.
    var ofDependencies: Set<String> = []
    /// Why a result must not be reused; `nil` when all inputs are known.
    var uncacheable: String?
}

/// Expands named inputs.
struct NxInputExpansion {
    let workspace: NxWorkspace
    let project: NxProject
    private var included: [String] = []
    private var excluded: [String] = []
    private var result = NxInputs(rule: .default)
    private var visited: Set<String> = []

    init(_ workspace: NxWorkspace, _ project: NxProject) {
        self.workspace = workspace
        self.project = project
    }

    /// The inputs of a target without any: the project's files and those of its dependencies.
    static let defaults: [NxInput] = [.named("default"), .ofDependencies("default")]

    mutating func expand(_ inputs: [NxInput]) -> NxInputs {
        for input in inputs { add(input) }
        result.rule = rule()
        return result
    }

    private func rule() -> InputRule {
        // Nx always counts the project's own configuration.
        let always = excluded.isEmpty && included.contains("**/*") ? [] : ["project.json", "package.json"]
        let relative = included.filter { !$0.hasPrefix("/") }
        let rooted = included.filter { $0.hasPrefix("/") } + workspace.sharedInputs
        if excluded.isEmpty, relative.contains("**/*") { return .patterns(rooted, includesDefault: true) }
        return .patterns(relative + rooted + excluded + always, includesDefault: false)
    }

    private mutating func add(_ input: NxInput) {
        switch input {
        case .files(let text): addFiles(text)
        case .named(let name): addNamed(name)
        case .ofDependencies(let name): result.ofDependencies.insert(name)
        case .ofProjects(_, let names):
            for name in names {
                for project in workspace.projects(matching: name) {
                    included.append("/" + below(NxGlob.literal(project.path.isRoot ? "" : project.path.description)))
                }
            }
        case .environment(let name): if !result.env.contains(name) { result.env.append(name) }
        case .runtime(let command):
            if let name = NxInputExpansion.echoedVariable(command) { return add(.environment(name)) }
            widen("the output of '\(command)' counts, and Ripple runs nothing to plan")
        case .externalDependencies, .dependentOutputs: break
        case .unknown:
            included.append("**/*")
            widen("a form of its inputs is not understood")
        }
    }

    /// The variable that a command prints, and nothing else: `echo $CI`.
    private static func echoedVariable(_ command: String) -> String? {
        let words = command.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0] == "echo" else { return nil }
        var name = words[1]
        if name.hasPrefix("\""), name.hasSuffix("\""), name.count > 1 { name = name.dropFirst().dropLast() }
        guard name.hasPrefix("$") else { return nil }
        name = name.dropFirst()
        if name.hasPrefix("{"), name.hasSuffix("}") { name = name.dropFirst().dropLast() }
        return NxCommand.isName(String(name)) ? String(name) : nil
    }

    private mutating func widen(_ reason: String) { if result.uncacheable == nil { result.uncacheable = reason } }

    private func below(_ directory: String) -> String { directory.isEmpty ? "**/*" : "\(directory)/**/*" }

    private mutating func addNamed(_ name: String) {
        guard visited.insert(name).inserted else { return }
        if let inputs = project.file.namedInputs[name] ?? workspace.configuration.namedInputs[name] {
            for input in inputs { add(input) }
        } else if name == "default" {
            included.append("**/*")
        } else if name.contains("/") || name.contains("*") || name.contains(".") {
            // Before Nx 15 a plain glob was relative to the workspace.
            addFiles("{workspaceRoot}/" + name)
            included.append("**/*")
        } else {
            included.append("**/*")
            widen("there is no named input '\(name)'")
        }
    }

    /// A glob with `{projectRoot}` or `{workspaceRoot}`.
    private mutating func addFiles(_ text: String) {
        let isExclusion = text.hasPrefix("!")
        let body = isExclusion ? String(text.dropFirst()) : text
        guard let (isRooted, rest) = place(body) else {
            if !isExclusion { included.append("**/*") }
            return
        }
        guard let pattern = NxGlob.pattern(rest.isEmpty ? "**/*" : rest, isExclusion: isExclusion) else { return }
        let written = (isRooted ? "/" : "") + pattern
        if isExclusion { excluded.append("!" + written) } else { included.append(written) }
    }

    /// Whether a glob begins at the root of the repository, and the glob from there or from the project.
    private func place(_ text: String) -> (isRooted: Bool, rest: String)? {
        for (token, isRooted) in [("{projectRoot}", false), ("{workspaceRoot}", true)] where text.hasPrefix(token) {
            var rest = text.dropFirst(token.count).drop { $0 == "/" }
            while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
            let full = rest.replacing("{projectName}", with: project.name)
                .replacing("{projectRoot}", with: project.path.isRoot ? "." : project.path.description)
            guard rest.hasPrefix("../") || rest == ".." else {
                let prefix = isRooted && !workspace.root.isRoot ? NxGlob.literal(workspace.root.description) + "/" : ""
                return (isRooted, prefix + full)
            }
            // `{projectRoot}/../x` leaves the project.
            let start = isRooted ? workspace.root : project.path
            return start.resolving(full).map { (true, $0.description) }
        }
        return nil
    }
}
