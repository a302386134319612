internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// Reads the parts that nx.json, project.json and `nx` in package.json have in common. What has not the form it must have
/// is left out with a note; what that could narrow is widened by whoever uses it.
struct NxReader {
    let path: RepoPath
    let document: JSONDocument
    var diagnostics: [Diagnostic] = []

    init(path: RepoPath, document: JSONDocument) {
        self.path = path
        self.document = document
    }

    func evidence(_ offset: Int) -> Evidence { Evidence(path: path, line: document.position(of: offset).line) }

    mutating func note(_ offset: Int, _ message: String) {
        diagnostics.append(Diagnostic(evidence: evidence(offset), message: message))
    }

    /// The texts of an array, or of one text.
    mutating func strings(_ member: JSONMember) -> [String] {
        if let text = member.node.string { return [text] }
        guard let nodes = member.node.array else {
            note(member.keyOffset, "'\(member.key)' must be an array of strings, not \(member.node.typeName)")
            return []
        }
        var values: [String] = []
        for node in nodes {
            if let text = node.string {
                values.append(text)
            } else {
                note(node.offset, "'\(member.key)' must hold strings, not \(node.typeName)")
            }
        }
        return values
    }

    // MARK: Targets

    /// The targets in the object `node`, by name. A target that is no object is left out.
    mutating func targets(_ member: JSONMember) -> [String: NxTarget] {
        guard let members = member.node.object else {
            note(member.keyOffset, "'\(member.key)' must be an object, not \(member.node.typeName)")
            return [:]
        }
        var targets: [String: NxTarget] = [:]
        for entry in members {
            if entry.key.isEmpty || entry.key.contains("#") || entry.key.contains(where: \.isWhitespace) {
                note(
                    entry.keyOffset,
                    "the target '\(entry.key)' is no task: its name is empty or holds '#' or white space")
            } else if let fields = entry.node.object {
                targets[entry.key] = target(fields, evidence(entry.keyOffset))
            } else {
                note(entry.keyOffset, "the target '\(entry.key)' must be an object, not \(entry.node.typeName)")
            }
        }
        return targets
    }

    mutating func target(_ fields: [JSONMember], _ evidence: Evidence) -> NxTarget {
        var target = NxTarget(evidence: evidence)
        for field in fields {
            switch field.key {
            case "executor", "builder": target.executor = field.node.string
            case "command": target.command = field.node.string
            case "options": target.options = field.node.object
            case "configurations": target.configurations = field.node.object
            case "defaultConfiguration": target.defaultConfiguration = field.node.string
            case "dependsOn": target.dependsOn = dependencies(field)
            case "inputs": target.inputs = inputs(field)
            case "outputs": target.outputs = strings(field)
            case "cache": target.cache = field.node.bool
            case "continuous": target.continuous = field.node.bool
            default: break
            }
        }
        return target
    }

    /// `dependsOn`: texts, and objects with `target`, `projects` and `dependencies`.
    mutating func dependencies(_ member: JSONMember) -> [NxTargetDependency] {
        guard let nodes = member.node.array else {
            note(member.keyOffset, "'\(member.key)' must be an array, not \(member.node.typeName)")
            return []
        }
        var result: [NxTargetDependency] = []
        for node in nodes {
            if let text = node.string {
                let isOfDependencies = text.hasPrefix("^")
                result.append(
                    NxTargetDependency(
                        target: String(isOfDependencies ? text.dropFirst() : text[...]),
                        ofDependencies: isOfDependencies))
            } else if let target = node["target"]?.string {
                result.append(dependency(target, node))
            } else {
                note(node.offset, "this form of 'dependsOn' is not understood; it makes no edge")
            }
        }
        return result
    }

    private mutating func dependency(_ target: String, _ node: JSONNode) -> NxTargetDependency {
        var result = NxTargetDependency(target: target)
        if target.hasPrefix("^") {
            result.target.removeFirst()
            result.ofDependencies = true
        }
        if node["dependencies"]?.bool == true { result.ofDependencies = true }
        guard let projects = node.member("projects") else { return result }
        switch projects.node.string {
        case "self": break
        case "dependencies": result.ofDependencies = true
        default: result.projects = strings(projects)
        }
        return result
    }

    // MARK: Inputs

    mutating func inputs(_ member: JSONMember) -> [NxInput] {
        guard let nodes = member.node.array else {
            note(member.keyOffset, "'\(member.key)' must be an array, not \(member.node.typeName)")
            return [.unknown(member.node.typeName)]
        }
        return nodes.map { input($0) }
    }

    private mutating func input(_ node: JSONNode) -> NxInput {
        if let text = node.string {
            if text.hasPrefix("^") {
                let name = String(text.dropFirst())
                // `^{projectRoot}/**/*` are files of the dependencies: no name covers them, so all of theirs count.
                return .ofDependencies(name.hasPrefix("{") ? "default" : name)
            }
            let body = text.hasPrefix("!") ? text.dropFirst() : text[...]
            return body.hasPrefix("{") ? .files(text) : .named(text)
        }
        if let text = node["fileset"]?.string {
            return node["dependencies"]?.bool == true ? .ofDependencies("default") : .files(text)
        }
        if let name = node["env"]?.string { return .environment(name) }
        if let command = node["runtime"]?.string { return .runtime(command) }
        if node["externalDependencies"] != nil { return .externalDependencies }
        if node["dependentTasksOutputFiles"] != nil { return .dependentOutputs }
        if let name = node["input"]?.string {
            if node["dependencies"]?.bool == true { return .ofDependencies(name) }
            guard let projects = node.member("projects") else { return .named(name) }
            switch projects.node.string {
            case "self": return .named(name)
            case "dependencies": return .ofDependencies(name)
            default: return .ofProjects(name, strings(projects))
            }
        }
        if let file = node["json"]?.string { return .files(file) }
        note(node.offset, "this form of input is not understood; all files of the project count, and nothing is reused")
        return .unknown(CanonicalText.of(node))
    }

    /// `namedInputs`, by name.
    mutating func namedInputs(_ member: JSONMember) -> [String: [NxInput]] {
        var result: [String: [NxInput]] = [:]
        for entry in member.node.object ?? [] { result[entry.key] = inputs(entry) }
        return result
    }
}
