/// What is affected, in a form that is the same however the answer was come by.
///
/// Paths are text; one that is not UTF-8 is `bytes:` and its base64, as in documents.
package struct Answer: Equatable, Sendable {
    package struct Project: Equatable, Sendable {
        package var id: String
        package var path: String
        package var type: String
        package var reasons: [Reason]
        package var distance: Int
        package var tasks: [String]
    }

    package struct Reason: Equatable, Sendable {
        /// The kind and what belongs to it, such as `file packages/ui/a.js modified`.
        package var text: String
        /// The chain of a dependency, the places that name a file; empty otherwise.
        package var chain: [String] = []
        package var tasks: [String]
    }

    package var changes: [String]
    package var projects: [Project]
    /// `ID at PATH` each.
    package var removed: [String]
    package var fallback: String?
    package var widenings: [String]

    package func project(_ id: String) -> Project? { projects.first { $0.id == id } }

    /// `PROJECT#TASK` of everything affected.
    package var tasks: Set<String> { Set(projects.flatMap { project in project.tasks.map { "\(project.id)#\($0)" } }) }
}

extension Answer: CustomStringConvertible {
    /// One fact a line.
    package var description: String { lines.joined(separator: "\n") }

    var lines: [String] {
        var lines = changes.map { "change \($0)" }
        for project in projects {
            lines.append(
                "\(project.type) \(project.id) at \(project.path), distance \(project.distance): \(project.tasks)")
            for reason in project.reasons {
                let chain = reason.chain.isEmpty ? "" : " (\(reason.chain.joined(separator: " > ")))"
                lines.append("  \(project.id): \(reason.text)\(chain) \(reason.tasks)")
            }
        }
        lines += removed.map { "removed \($0)" }
        if let fallback { lines.append("fallback \(fallback)") }
        return lines + widenings.map { "widening \($0)" }
    }

    /// What this answer says that `other` does not, and the other way round.
    func difference(to other: Answer) -> [String] {
        let (mine, theirs) = (lines, other.lines)
        let missing = mine.filter { !theirs.contains($0) }.map { "- \($0)" }
        let extra = theirs.filter { !mine.contains($0) }.map { "+ \($0)" }
        return missing + extra + (missing.isEmpty && extra.isEmpty && mine != theirs ? ["the order differs"] : [])
    }
}
