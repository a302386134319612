package import AffectedAnalysis
internal import ChangeDetection
internal import GitObjects
internal import WorkspaceModel

/// What a change affects, as lines for a terminal or a pipe.
package struct AffectedText {
    private let analysis: AffectedAnalysis
    private let selection: AffectedSelection
    private let style: TextStyle
    /// How many reasons of one project are shown.
    private let limit: Int

    package init(_ analysis: AffectedAnalysis, selection: AffectedSelection, style: TextStyle, isVerbose: Bool) {
        self.analysis = analysis
        self.selection = selection
        self.style = style
        limit = isVerbose ? Int.max : 3
    }

    /// One line a project with its first reason, further reasons below; the removed projects last.
    package func lines() -> [String] {
        let projects = selection.projects(of: analysis)
        let names = projects.map { analysis.head.workspace[$0.project].id }
        let width = min(names.map(\.count).max() ?? 0, 40)
        var lines: [String] = []
        for (affected, name) in zip(projects, names) {
            let type = analysis.head.workspace[affected.project].type
            let padding = String(repeating: " ", count: max(0, width - name.count))
            let label = type == .app ? style.strong(name) : name
            let reasons = ReasonText.essential(affected.reasons).map { ReasonText.describe($0.cause) }
            lines.append(
                "\(label)\(padding)  \(style.faint(type.rawValue.padded(to: 7)))  \(reasons.first ?? "affected")")
            let indent = String(repeating: " ", count: width + 11)
            for reason in reasons.dropFirst().prefix(limit - 1) { lines.append("\(indent)\(reason)") }
            if reasons.count > limit {
                lines.append("\(indent)\(style.faint("and \(reasons.count - limit) more (--verbose)"))")
            }
        }
        for project in analysis.removed { lines.append(style.faint("\(project.id) was removed (\(project.path))")) }
        return lines
    }
}

/// Reasons in words.
package enum ReasonText {
    /// The reasons a person needs: all own ones, and for each root cause the shortest way to it.
    package static func essential(_ reasons: [Reason]) -> [Reason] {
        var shortest: [String: Int] = [:]
        for reason in reasons {
            guard case .dependency(_, let chain) = reason.cause, let root = chain.last else { continue }
            shortest[root] = min(shortest[root] ?? Int.max, chain.count)
        }
        // A project with causes of its own is a root itself: what leads back to it explains nothing.
        return reasons.filter { reason in
            guard case .dependency(_, let chain) = reason.cause, let root = chain.last else { return true }
            return chain.count == shortest[root] && root != chain.first
        }
    }

    private static func describe(_ path: RepoPath, _ status: Change.Status) -> String {
        switch status {
        case .mode: "\(path): its executable bit changed"
        case .type: "\(path): its type changed"
        case .submodule: "\(path): its submodule commit changed"
        default: "\(path) \(status.rawValue)"
        }
    }

    /// How the file is named, the nearest place first.
    private static func way(_ chain: [Evidence]) -> String {
        guard !chain.isEmpty else { return "" }
        let places = chain.reversed().map { place in place.line.map { "\(place.path):\($0)" } ?? "\(place.path)" }
        return " (named by \(places.joined(separator: ", which is named by ")))"
    }

    /// A reason as a phrase, such as `packages/ui/src/button.ts modified` or `depends on ui, which depends on tokens`.
    package static func describe(_ cause: Reason.Cause) -> String {
        switch cause {
        case .file(let path, let status, let namedBy): describe(path, status) + way(namedBy)
        case .dependency(let project, let chain):
            chain.count <= 2 ? "depends on \(project)" : "depends on \(chain.dropFirst().joined(separator: " -> "))"
        case .external(let package, let from, let to, let via):
            "\(package) "
                + (from == to ? "\(to ?? "none") changed" : "\(from ?? "none") -> \(to ?? "none")")
                + (via.count > 1 ? " through \(via.dropLast().joined(separator: " -> "))" : "")
        case .config(let path, let field): "\(path): \(field) changed"
        case .tool(let name, let path, let from, let to):
            "\(path): \(name) \(from ?? "none") -> \(to ?? "none")"
        case .newProject: "new project"
        case .moved(let from): "moved from \(from)"
        case .environment(let name): "environment variable \(name) changed"
        case .toolchain(let command): "toolchain changed: \(command)"
        case .image(let name): "image changed: \(name)"
        case .fallback(let code): "selected as a whole (\(code))"
        case .requested: "asked for"
        }
    }
}

extension String {
    /// The text with spaces behind it up to `width` characters.
    package func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
