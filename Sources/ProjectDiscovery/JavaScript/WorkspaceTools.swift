internal import WorkspaceModel

/// Lint, format and release tools: what a workspace root depends on for its own tasks and for lint tasks of its members.
enum WorkspaceTools {
    private static let prefixes = ["eslint", "prettier", "stylelint", "markdownlint", "cspell"]
    private static let names: Set<String> = [
        "biome", "oxlint", "knip", "syncpack", "husky", "lint-staged", "commitlint", "changesets", "semantic-release",
        "release-it", "lerna", "typescript-eslint",
    ]
    private static let scopes: Set<String> = [
        "@eslint", "@typescript-eslint", "@biomejs", "@cspell", "@commitlint", "@changesets",
    ]

    /// Whether the package called `name` is such a tool, or its shared configuration (`@acme/eslint-config`).
    static func contains(_ name: String) -> Bool {
        var plain = name[...]
        if name.hasPrefix("@"), let slash = name.firstIndex(of: "/") {
            if scopes.contains(String(name[..<slash])) { return true }
            plain = name[name.index(after: slash)...]
        }
        return names.contains(String(plain)) || prefixes.contains { plain.hasPrefix($0) }
    }
}

extension RootDependencies {
    /// Whether the root's dependency on `package` is an input of every task of the members.
    func reachesMembers(_ package: String) -> Bool {
        switch self {
        case .standard: !WorkspaceTools.contains(package)
        case .all: true
        case .none: false
        case .named(let patterns): patterns.contains { RootDependencies.matches(package.utf8[...], $0.utf8[...]) }
        }
    }

    /// Whether it is one of their tasks that lint, format and spell, and of no others.
    func reachesLintTasks(_ package: String) -> Bool {
        switch self {
        case .all, .none: false
        case .standard, .named: WorkspaceTools.contains(package) && !reachesMembers(package)
        }
    }

    /// Whether a name matches a pattern in which `*` stands for any characters. The last `*` is the only one that is ever
    /// tried anew, so the time is at most the product of the lengths.
    private static func matches(_ name: Substring.UTF8View, _ pattern: Substring.UTF8View) -> Bool {
        var name = name, pattern = pattern
        var retry: (name: Substring.UTF8View, pattern: Substring.UTF8View)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern.removeFirst()
                retry = (name, pattern)
            } else if let first = name.first, first == pattern.first {
                name.removeFirst()
                pattern.removeFirst()
            } else if name.isEmpty && pattern.isEmpty {
                return true
            } else if let last = retry, !last.name.isEmpty {
                retry = (last.name.dropFirst(), last.pattern)
                name = last.name.dropFirst()
                pattern = last.pattern
            } else {
                return false
            }
        }
    }
}
