internal import GitObjects
internal import WorkspaceModel

/// The files that builds read from one context, as patterns from the workspace root.
///
/// Go's `filepath.Match` and Ripple's globs differ in braces and in what a set may be; a component that cannot be said
/// exactly selects more, and a rule of .dockerignore that cannot be said exactly is left out.
struct ContextPatterns {
    let context: RepoPath
    let sources: [DockerBuild.Source]
    let ignore: DockerIgnore

    /// The patterns, in order; `usesIgnore` is false where another context may want what this one leaves out.
    func patterns(usesIgnore: Bool) -> [String] {
        guard let base = ContextPatterns.escaped(context) else { return ["/**"] }
        var result: [String] = []
        let wanted = sources.map { ContextPatterns.glob(DockerPath.components($0.path)) }
        for glob in wanted { result += ContextPatterns.whole(base, glob) }
        guard usesIgnore else { return ContextPatterns.unique(result) }
        for rule in ignore.rules {
            if rule.takesBack {
                for glob in wanted { result += takenBack(rule, glob, base) }
            } else if let exact = ContextPatterns.exact(rule.components) {
                result += ContextPatterns.whole(base, exact).map { "!\($0)" }
            }
        }
        return ContextPatterns.unique(result)
    }

    /// What both a rule that takes back and a source select; all of the source where that is not known.
    private func takenBack(_ rule: DockerIgnore.Rule, _ glob: [String], _ base: String) -> [String] {
        guard let exact = ContextPatterns.exact(rule.components) else { return ContextPatterns.whole(base, glob) }
        let mine = Array(glob.prefix { !ContextPatterns.isGlob($0) })
        let theirs = Array(exact.prefix { !ContextPatterns.isGlob($0) })
        let common = zip(mine, theirs).prefix { $0 == $1 }.count
        if common < min(mine.count, theirs.count) { return [] }
        // One is a path that leads to the other.
        if mine.count == glob.count, theirs.count >= mine.count { return ContextPatterns.whole(base, exact) }
        if theirs.count == exact.count, mine.count >= theirs.count { return ContextPatterns.whole(base, glob) }
        return ContextPatterns.whole(base, glob)
    }

    /// The pattern for what `glob` names and all below it.
    private static func whole(_ base: String, _ glob: [String]) -> [String] {
        let path = ([base] + glob).filter { !$0.isEmpty }.joined(separator: "/")
        guard let last = glob.last else { return [base.isEmpty ? "/**" : "/\(base)/**"] }
        if last == "**" { return ["/\(path)"] }
        return isGlob(last) ? ["/\(path)", "/\(path)/**"] : ["/\(path)"]
    }

    private static func unique(_ patterns: [String]) -> [String] {
        // The last of equal patterns decides; those before it say nothing more when nothing lies between, which is the
        // case for the plain sources at the start.
        var result: [String] = []
        for pattern in patterns where result.last != pattern {
            if !pattern.hasPrefix("!"), result.allSatisfy({ !$0.hasPrefix("!") }), result.contains(pattern) { continue }
            result.append(pattern)
        }
        return result
    }

    // MARK: Components

    private static func isGlob(_ component: String) -> Bool { component.contains { "*?[".contains($0) } }

    /// The components as a glob that selects at least what they do.
    static func glob(_ components: [String]) -> [String] {
        var result: [String] = []
        for component in components {
            guard !component.contains(DockerVariables.unknown), let exact = translated(component) else {
                // What comes after a component that is not known may be anything below what comes before it.
                return result + ["**"]
            }
            result.append(exact)
        }
        return result
    }

    /// The components as a glob that selects exactly what they do in a .dockerignore; `nil` when there is none.
    static func exact(_ components: [String]) -> [String]? {
        var result: [String] = []
        for component in components {
            if component.hasPrefix("**"), component != "**" {
                // `**.o` is `**/.o` to Docker.
                guard !component.dropFirst(2).contains("**"), let rest = translated(String(component.dropFirst(2)))
                else { return nil }
                result += ["**", rest]
            } else if component != "**", component.contains("**") {
                return nil
            } else {
                guard let exact = translated(component) else { return nil }
                result.append(exact)
            }
        }
        guard let path = Optional(result.joined(separator: "/")), path.isEmpty || (try? Pattern(path)) != nil else {
            return nil
        }
        return result
    }

    /// One component with braces taken literally; `nil` when it is no glob that can be used.
    private static func translated(_ component: String) -> String? {
        if component == "**" { return component }
        var result = "", isEscaped = false
        for character in component {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if "{},!".contains(character) {
                // In a set a `!` would negate where it does not for Docker.
                if character == "!", result.last == "[" { return nil }
                if character != "!" || result.isEmpty { result.append("\\") }
            }
            result.append(character)
        }
        return (try? Pattern(result)) == nil ? nil : result
    }

    /// The path with every character taken literally; `nil` when it is not text.
    static func escaped(_ path: RepoPath) -> String? {
        guard let text = path.utf8Text else { return nil }
        var result = ""
        for character in text {
            if "*?[]{},\\!".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
