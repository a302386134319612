package import GitObjects

/// Where the output patterns of one task begin, and the patterns from there.
///
/// Patterns are relative to the project, unless one of them begins with `/`: then all are read from the workspace root,
/// because a set of outputs is stored, removed and put back below one directory.
package struct OutputPlace: Sendable, Hashable {
    /// The project's directory, or the root.
    package let directory: RepoPath
    /// Whether other projects write there too.
    package let isShared: Bool
    /// Relative to `directory`; a later pattern wins over an earlier one.
    package let patterns: [String]

    package init(_ outputs: [String], project: RepoPath) {
        guard outputs.contains(where: { $0.hasPrefix("/") || $0.hasPrefix("!/") }) else {
            directory = project
            isShared = false
            patterns = outputs
            return
        }
        directory = .root
        isShared = true
        let prefix = project.isRoot ? "" : OutputPlace.literal(project) + "/"
        patterns = outputs.map { output in
            let negation = output.hasPrefix("!") ? "!" : ""
            let body = output.dropFirst(negation.count)
            return negation + (body.hasPrefix("/") ? String(body.dropFirst()) : prefix + body)
        }
    }

    /// The path as a pattern that matches it alone.
    private static func literal(_ path: RepoPath) -> String {
        var result = ""
        for character in path.description {
            if "*?[]{}\\!".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
