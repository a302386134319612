/// One entry of `boundaries` in ripple.yaml: what some projects may depend on.
package struct BoundaryRule: Sendable {
    /// The projects the rule is for: those that one of these selects.
    package var from: [ProjectSelector]
    /// What they may depend on; `nil` for everything.
    package var allow: [ProjectSelector]?
    /// What they must not depend on, also when `allow` selects it.
    package var deny: [ProjectSelector]
    /// Where the entry begins, counted from 1.
    package var line: Int
}

/// Projects as a boundary rule names them.
package enum ProjectSelector: Sendable, Hashable {
    /// `tag:ui`.
    case tag(String)
    /// `type:app` or `type:library`.
    case type(ProjectType)
    /// A name, a directory or a pattern of directories.
    case place(Pattern)

    /// Whether it selects a project.
    ///
    /// - Parameter tags: all of the project's tags, wherever they are written.
    package func selects(_ project: Project, tags: Set<String>) -> Bool {
        switch self {
        case .tag(let tag): tags.contains(tag)
        case .type(let type): project.type == type
        case .place(let pattern):
            pattern.text == project.name || pattern.text == project.id || pattern.matches(project.path)
        }
    }
}

extension BoundaryRule {
    enum Key: String, CaseIterable {
        case from, allow, deny
    }

    /// The keys of an entry.
    package static let keys = Key.allCases.map(\.rawValue)

    /// Reads the list of rules.
    static func parseAll(_ field: Field) throws(ConfigurationError) -> [BoundaryRule] {
        guard case .list(let items) = field.entry.value.content else {
            throw field.problem("'boundaries' must be a list of rules, not \(field.entry.value.kindName)")
        }
        var rules: [BoundaryRule] = []
        for item in items {
            guard case .mapping(let entries) = item.content else {
                throw field.problem("a rule in 'boundaries' must be a mapping, not \(item.kindName)", at: item)
            }
            rules.append(try parse(entries, at: item, field))
        }
        return rules
    }

    private static func parse(
        _ entries: [YAMLEntry], at item: YAMLNode, _ field: Field
    ) throws(ConfigurationError) -> BoundaryRule {
        var rule = BoundaryRule(from: [], allow: nil, deny: [], line: item.line)
        for entry in entries {
            let inner = Field(path: field.path, entry: entry)
            switch Key(rawValue: entry.key) {
            case .from: rule.from = try inner.selectors()
            case .allow: rule.allow = try inner.selectors()
            case .deny: rule.deny = try inner.selectors()
            case nil: throw inner.unknownKey(in: " in a rule of 'boundaries'", known: keys)
            }
        }
        guard !rule.from.isEmpty else {
            throw field.problem("a rule in 'boundaries' needs 'from', the projects it is for", at: item)
        }
        guard rule.allow != nil || !rule.deny.isEmpty else {
            throw field.problem("a rule in 'boundaries' needs 'allow' or 'deny', or it forbids nothing", at: item)
        }
        return rule
    }
}

extension Field {
    /// Projects, each as `tag:NAME`, `type:app`, `type:library`, a name, a directory or a pattern of directories.
    fileprivate func selectors() throws(ConfigurationError) -> [ProjectSelector] {
        var result: [ProjectSelector] = []
        for (text, node) in try texts() { result.append(try selector(text, node)) }
        return result
    }

    private func selector(_ text: String, _ node: YAMLNode) throws(ConfigurationError) -> ProjectSelector {
        if text.hasPrefix("tag:") {
            let tag = String(text.dropFirst(4))
            guard !tag.isEmpty else { throw problem("\(quoted(text)) in \(name) names no tag", at: node) }
            return .tag(tag)
        }
        if text.hasPrefix("type:") {
            switch text.dropFirst(5) {
            case "app": return .type(.app)
            case "library": return .type(.library)
            default: throw problem("\(quoted(text)) in \(name): the types are 'type:app' and 'type:library'", at: node)
            }
        }
        let pattern: Pattern
        do throws(PatternError) {
            pattern = try Pattern(text)
        } catch {
            throw problem("the pattern \(quoted(text)) in \(name) cannot be used: \(error.problem)", at: node)
        }
        guard !pattern.isExclusion else {
            throw problem("\(quoted(text)) in \(name) begins with '!': write what it must not be in 'deny'", at: node)
        }
        return .place(pattern)
    }
}
