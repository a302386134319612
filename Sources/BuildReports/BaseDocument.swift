package import ChangeDetection
internal import JSONText

/// `ripple.base/1`: the base and head that would be used, and the rules that chose them.
package struct BaseDocument {
    private let comparison: Comparison
    private let changes: ChangeSet?

    /// - Parameter changes: what differs between base and head, if it was asked for.
    package init(_ comparison: Comparison, changes: ChangeSet? = nil) {
        self.comparison = comparison
        self.changes = changes
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
        }
        return writer.finish()
    }

    package func lines() -> [String] {
        func describe(_ side: Comparison.Side) -> String {
            let name = side.commit.map { "\($0)" } ?? "tree \(side.tree)"
            return "\(name)\(side.ref.map { " (\($0))" } ?? "")"
        }
        var lines: [String] = []
        if comparison.bases.isEmpty { lines.append("base        none: everything is selected") }
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
