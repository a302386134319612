/// What the patterns of a key may look like. Their full syntax is checked where they are compiled.
enum PatternPlace {
    /// Relative to the project, never outside it.
    case output
    /// Relative to the project, or to the workspace root with a leading `/`.
    case input
    /// Relative to the workspace root.
    case workspace
}

extension Field {
    /// Patterns with an optional leading `!`, in order.
    func patterns(_ place: PatternPlace) throws(ConfigurationError) -> [String] {
        var result: [String] = []
        for (text, node) in try texts() {
            let pattern = text.hasPrefix("!") ? text.dropFirst() : text[...]
            let components = pattern.utf8.split(separator: UInt8(ascii: "/"))
            guard !components.isEmpty else {
                throw problem("\(quoted(text)) in \(name) selects nothing. Write a path or a pattern", at: node)
            }
            if place == .output, pattern.hasPrefix("/") {
                throw problem(
                    "\(quoted(text)) in \(name) begins with '/': an output must lie inside its project", at: node)
            }
            if components.contains(where: { $0.elementsEqual("..".utf8) }) {
                throw problem("\(quoted(text)) in \(name) holds '..': \(place.adviceAgainstParents)", at: node)
            }
            result.append(text)
        }
        // Later patterns win, so exclusions alone take away from nothing.
        if place != .workspace, !result.isEmpty, result.allSatisfy({ $0.hasPrefix("!") }) {
            throw problem("\(name) only excludes, so it selects nothing. Begin with a pattern such as \"**/*\"")
        }
        return result
    }

    /// Names of environment variables.
    func environmentNames() throws(ConfigurationError) -> [String] {
        var result: [String] = []
        for (text, node) in try texts() {
            if text.utf8.contains(UInt8(ascii: "=")) {
                throw problem("\(quoted(text)) in \(name) holds '=': write the name only, without a value", at: node)
            }
            guard let first = text.utf8.first, !isDigit(first), text.utf8.allSatisfy(isWordByte) else {
                throw problem(
                    "\(quoted(text)) in \(name) is not the name of an environment variable: "
                        + "use letters, digits and '_', not beginning with a digit", at: node)
            }
            result.append(text)
        }
        return result
    }

    /// A task's dependencies: `TASK`, `^TASK` or `PROJECT#TASK`.
    func taskDependencies() throws(ConfigurationError) -> [TaskDependency] {
        var result: [TaskDependency] = []
        for (text, node) in try texts() {
            let dependency = TaskDependency(parsing: text)
            let isValid =
                switch dependency {
                case .sameProject(let task), .dependencies(let task): isTaskName(task)
                case .task(let project, let task): isProjectName(project) && isTaskName(task)
                case .dependencySources: false
                }
            guard isValid else {
                throw problem(
                    "\(quoted(text)) in \(name) is not a task: write TASK, ^TASK or PROJECT#TASK", at: node)
            }
            result.append(dependency)
        }
        return result
    }
}

extension PatternPlace {
    fileprivate var adviceAgainstParents: String {
        switch self {
        case .output: "an output must lie inside its project"
        case .input: "name a file outside the project from the workspace root, with a leading '/'"
        case .workspace: "patterns here begin at the workspace root"
        }
    }
}

/// Whether a task may have this name: some text on one line without `#` and without a leading `^`, `!` or `-`.
func isTaskName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, !["^", "!", "-"].contains(first) else { return false }
    return !name.unicodeScalars.contains { $0 == "#" || $0.properties.isWhitespace || $0.isControl }
}

/// Whether a project may have this name: some text on one line without `#`, and no white space at its ends.
func isProjectName(_ name: String) -> Bool {
    guard let first = name.first, let last = name.last, first != "-", first != "^" else { return false }
    return !first.isWhitespace && !last.isWhitespace
        && !name.unicodeScalars.contains { $0 == "#" || $0.isControl }
}

extension Unicode.Scalar {
    var isControl: Bool { properties.generalCategory == .control }
}
