/// Lint, format and release tools: what a workspace root depends on for its own tasks, not for its members'.
enum WorkspaceTools {
    private static let prefixes = ["eslint", "prettier", "stylelint"]
    private static let names: Set<String> = [
        "biome", "oxlint", "knip", "syncpack", "husky", "lint-staged", "commitlint", "changesets", "semantic-release",
        "release-it", "lerna",
    ]
    private static let scopes: Set<String> = [
        "@eslint", "@typescript-eslint", "@biomejs", "@commitlint", "@changesets",
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
