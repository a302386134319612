internal import GitObjects
package import WorkspaceChecks
internal import WorkspaceModel

/// What is wrong with a workspace, as lines for a terminal or a pipe.
package struct CheckText {
    private let findings: [Finding]
    private let style: TextStyle
    /// How many places or files of one finding are shown.
    private let limit: Int
    /// How many findings of one kind are shown.
    private let findingLimit: Int

    package init(_ findings: [Finding], style: TextStyle, isVerbose: Bool) {
        self.findings = findings
        self.style = style
        limit = isVerbose ? Int.max : 3
        findingLimit = isVerbose ? Int.max : 20
    }

    /// A heading for each kind of finding, each finding with its first places below it, and a blank line between kinds.
    package func lines() -> [String] {
        var lines: [String] = []
        var position = 0
        while position < findings.count {
            let code = findings[position].code
            let group = findings[position...].prefix { $0.code == code }
            position += group.count
            if !lines.isEmpty { lines.append("") }
            lines.append(style.strong(CheckText.heading(code)))
            for finding in group.prefix(findingLimit) { lines += self.lines(finding) }
            if group.count > findingLimit {
                lines.append("  \(style.faint("and \(group.count - findingLimit) more (--verbose)"))")
            }
        }
        return lines
    }

    private func lines(_ finding: Finding) -> [String] {
        var lines = ["  \(label(finding.severity)) \(finding.message.replacing("\n", with: "\n    "))"]
        if finding.code == .unreadFiles {
            let shown = finding.files.prefix(limit).map(\.description).joined(separator: ", ")
            lines.append("    \(style.faint(shown + rest(finding.files.count)))")
        } else if !finding.evidence.isEmpty {
            let shown = finding.evidence.prefix(limit).map { "\($0.path)\($0.line.map { ":\($0)" } ?? "")" }
            lines.append("    \(style.faint(shown.joined(separator: ", ") + rest(finding.evidence.count)))")
        }
        if let advice = finding.advice { lines.append("    \(style.faint(advice))") }
        return lines
    }

    private func rest(_ count: Int) -> String {
        count > limit ? " and \(count - limit) more (--verbose)" : ""
    }

    private func label(_ severity: Finding.Severity) -> String {
        let text = severity.rawValue.padded(to: 7)
        return switch severity {
        case .error: style.bad(text)
        case .warning: style.note(text)
        case .note: style.faint(text)
        }
    }

    private static func heading(_ code: Finding.Code) -> String {
        switch code {
        case .invalidConfiguration: "Configuration that cannot be right"
        case .brokenManifest: "Manifests that cannot be read"
        case .cycle: "Cycles"
        case .developmentCycle: "Cycles that a development edge closes"
        case .undeclaredWorkspaceDependency: "Projects that are used and not declared"
        case .undeclaredDependency: "Packages that are used and not declared"
        case .unresolvedImport: "Imports of what does not exist"
        case .developmentDependency: "Development dependencies in code that is shipped"
        case .unusedDependency: "Projects that are declared and not used"
        case .boundary: "Boundaries"
        case .boundariesUnread: "Boundaries that were not read"
        case .notUnderstood: "Understood only in part"
        case .unreadFiles: "Files that no task reads"
        }
    }

    /// How many findings of each severity there are, in one line.
    package static func summary(_ findings: [Finding]) -> String {
        let counts = Finding.Severity.allCases.compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            return count == 0 ? nil : counted(count, severity.rawValue)
        }
        return counts.isEmpty ? "Nothing to report." : counts.joined(separator: ", ") + "."
    }
}
