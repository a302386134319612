internal import GitObjects
internal import WorkspaceModel

/// The comments of a file that switch an ESLint rule off.
struct LintComments {
    let tree: SourceTree
    /// The rule's name without its plugin.
    let rule: String

    /// Whether a comment above the line, on the one before it or on the line itself switches the rule off there.
    func switchOff(_ place: Evidence) throws(GitError) -> Bool {
        guard let line = place.line, let bytes = try tree.read(place.path),
            ByteSearch.holds(Array("eslint-disable".utf8), in: bytes)
        else { return false }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        for (number, bytes) in lines.prefix(line).enumerated() {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let found = text.firstRange(of: "eslint-disable") else { continue }
            let rest = text[found.upperBound...]
            let reach: Bool
            if rest.hasPrefix("-next-line") {
                reach = number == line - 2
            } else if rest.hasPrefix("-line") {
                reach = number == line - 1
            } else {
                reach = true
            }
            if reach, concernsRule(rest) { return true }
        }
        return false
    }

    /// A comment without names concerns every rule.
    private func concernsRule(_ rest: Substring) -> Bool {
        if rest.contains(rule) { return true }
        let names = rest.drop { $0 == "-" || $0.isLetter }.prefix { $0 != "*" }.drop { $0 == " " }
        return names.isEmpty || names.hasPrefix("--")
    }
}
