package import ChangeDetection
package import GitObjects
internal import JSONText

/// `ripple.base/1`: the base and head that would be used, and the rules that chose them.
package struct BaseDocument {
    private let comparison: Comparison
    private let changes: ChangeSet?
    private let lastGreen: [LastGreen]?

    /// Where a project's tasks last were green.
    package struct LastGreen {
        private let id: String
        private let path: RepoPath
        private let commit: String?
        private let tasks: [(name: String, commit: String?)]

        /// - Parameters:
        ///   - commit: the base of the whole project; `nil` when one of its tasks never was green.
        ///   - tasks: by name, each with its own base.
        package init(id: String, path: RepoPath, commit: String?, tasks: [(name: String, commit: String?)]) {
            self.id = id
            self.path = path
            self.commit = commit
            self.tasks = tasks
        }

        fileprivate func write(to list: inout JSONArrayScope) {
            list.object {
                $0.member("id", id)
                $0.path("path", path)
                $0.member("commit", commit)
                $0.array("tasks") { list in
                    for task in tasks {
                        list.object {
                            $0.member("task", task.name)
                            $0.member("commit", task.commit)
                        }
                    }
                }
            }
        }

        fileprivate var line: String { "\(commit?.prefix(10) ?? "never")\(commit == nil ? "     " : "")  \(id)" }
    }

    /// - Parameters:
    ///   - changes: what differs between base and head, if it was asked for.
    ///   - lastGreen: the bases of the projects by the ledger, if it was asked.
    package init(_ comparison: Comparison, changes: ChangeSet? = nil, lastGreen: [LastGreen]? = nil) {
        self.comparison = comparison
        self.changes = changes
        self.lastGreen = lastGreen
    }

    /// `exact` when the comparison is what the rules ask for, `widened` when it holds more, `unknown` without a base.
    private var confidence: String {
        if comparison.bases.isEmpty, comparison.fallback != nil { return "unknown" }
        return comparison.notes.isEmpty ? "exact" : "widened"
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.member("schema", "ripple.base/1")
            document.comparison(comparison)
            document.member("confidence", confidence)
            document.fallback(comparison)
            document.widenings(comparison, [])
            document.array("chain") { list in
                for step in comparison.chain {
                    list.object {
                        $0.member("resolver", step.resolver)
                        $0.member("answer", step.answer.rawValue)
                        $0.member("evidence", step.evidence)
                    }
                }
            }
            if let changes { document.changes(changes) }
            if let lastGreen {
                document.array("ledger") { list in for project in lastGreen { project.write(to: &list) } }
            }
        }
        return writer.finish()
    }

    package func lines() -> [String] {
        func describe(_ side: Comparison.Side) -> String {
            let name = side.commit.map { "\($0)" } ?? "tree \(side.tree)"
            return "\(name)\(side.ref.map { " (\($0))" } ?? "")"
        }
        var lines: [String] = []
        if let lastGreen {
            lines.append("base        by project, where its tasks last were green:")
            for project in lastGreen { lines.append("            \(project.line)") }
        } else if comparison.bases.isEmpty {
            lines.append("base        none: everything is selected")
        }
        for base in comparison.bases { lines.append("base        \(describe(base))") }
        lines.append(
            "head        \(comparison.head.how == "working-tree" ? "the working tree, " : "")\(describe(comparison.head))"
        )
        lines.append("comparison  \(comparison.kind.rawValue), \(confidence)")
        for step in comparison.chain {
            lines.append("\(step.answer.rawValue.padded(to: 10))  \(step.resolver): \(step.evidence)")
        }
        for change in changes?.changes ?? [] {
            lines.append("\(change.status.rawValue.padded(to: 10))  \(change.path)")
        }
        return lines
    }
}
