internal import GitObjects
package import WorkspaceChecks
internal import WorkspaceModel

/// What is wrong with a workspace, as lines for a terminal or a pipe.
package struct CheckText {
    private let findings: [Finding]
    private let style: TextStyle
    private let isVerbose: Bool
    /// How many places or files of one finding are shown.
    private let limit: Int
    /// How many findings of one kind are shown.
    private let findingLimit: Int

    package init(_ findings: [Finding], style: TextStyle, isVerbose: Bool) {
        self.findings = findings
        self.style = style
        self.isVerbose = isVerbose
        limit = isVerbose ? Int.max : 3
        findingLimit = isVerbose ? Int.max : 20
    }

    /// A heading for each kind of finding, a line for each finding with its first places, and a blank line between kinds.
    /// Findings that say the same of many projects, or much the same of one, share a line unless everything is asked for.
    package func lines() -> [String] {
        var lines: [String] = []
        var position = 0
        while position < findings.count {
            let code = findings[position].code
            let group = findings[position...].prefix { $0.code == code }
            position += group.count
            if !lines.isEmpty { lines.append("") }
            lines.append(style.strong(CheckText.heading(code)))
            let bundles = isVerbose ? group.map { FindingBundle([$0]) } : FindingBundle.bundles(Array(group))
            for bundle in bundles.prefix(findingLimit) { lines += self.lines(bundle) }
            if bundles.count > findingLimit {
                let left = bundles.dropFirst(findingLimit).reduce(0) { $0 + $1.findings.count }
                lines.append("  \(style.faint("and \(left) more (--verbose)"))")
            }
        }
        return lines
    }

    private func lines(_ bundle: FindingBundle) -> [String] {
        guard let finding = bundle.findings.first else { return [] }
        if let message = bundle.message {
            let shown = bundle.names.prefix(limit).joined(separator: ", ")
            return ["  \(label(finding.severity)) \(message): \(style.faint(shown + rest(bundle.names.count)))"]
        }
        var places: [String] = []
        if finding.code == .unreadFiles {
            places = finding.files.map(\.description)
        } else {
            places = finding.evidence.map(FindingBundle.text)
        }
        var line = "  \(label(finding.severity)) \(finding.message.replacing("\n", with: "\n    "))"
        if !places.isEmpty {
            line += ": " + style.faint(places.prefix(limit).joined(separator: ", ") + rest(places.count))
        }
        guard isVerbose, let advice = finding.advice else { return [line] }
        return [line, "    \(style.faint(advice))"]
    }

    private func rest(_ count: Int) -> String {
        count > limit ? " and \(count - limit) more" : ""
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
