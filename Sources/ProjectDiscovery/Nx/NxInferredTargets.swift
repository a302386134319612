internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// The targets that plugins of Nx infer from configuration files: https://nx.dev/concepts/inferred-tasks.
///
/// Only that they exist is taken over, for the plugins listed here: what they make stands in code that is not run, so their
/// results are not reused unless nx.json or project.json names their outputs. Nx runs them.
enum NxInferredTargets {
    /// Targets of a plugin, for projects with a file whose name begins so.
    private struct Rule {
        var files: [String]
        /// The option that names the target, and its name without that; `nil` when there is none then.
        var targets: [(option: String, name: String?)]
        /// Whether a file at the workspace's root makes every project have the target.
        var countsRoot = false
    }

    private static let rules: [String: Rule] = [
        "@nx/jest/plugin": Rule(files: ["jest.config."], targets: [("targetName", "test")]),
        "@nx/vitest": Rule(files: ["vitest.config.", "vite.config."], targets: [("testTargetName", "test")]),
        "@nx/vite/plugin": Rule(
            files: ["vite.config.", "vitest.config."],
            targets: [
                ("buildTargetName", "build"), ("testTargetName", "test"), ("serveTargetName", "serve"),
                ("previewTargetName", "preview"), ("typecheckTargetName", "typecheck"),
            ]),
        "@nx/eslint/plugin": Rule(
            files: ["eslint.config.", ".eslintrc"], targets: [("targetName", "lint")], countsRoot: true),
        "@nx/playwright/plugin": Rule(files: ["playwright.config."], targets: [("targetName", "e2e")]),
        "@nx/cypress/plugin": Rule(files: ["cypress.config."], targets: [("targetName", "e2e")]),
        "@nx/webpack/plugin": Rule(
            files: ["webpack.config."], targets: [("buildTargetName", "build"), ("serveTargetName", "serve")]),
        "@nx/rspack/plugin": Rule(
            files: ["rspack.config."], targets: [("buildTargetName", "build"), ("serveTargetName", "serve")]),
        "@nx/rollup/plugin": Rule(files: ["rollup.config."], targets: [("buildTargetName", "build")]),
        "@nx/next/plugin": Rule(
            files: ["next.config."],
            targets: [("buildTargetName", "build"), ("devTargetName", "dev"), ("startTargetName", "start")]),
        "@nx/js/typescript": Rule(files: ["tsconfig."], targets: [("typecheck", "typecheck"), ("build", nil)]),
    ]
    /// Plugins that make edges and no targets, or what Ripple reads itself.
    private static let targetless: Set<String> = ["@nx/js", "nx/js", "nx/plugins/package-json"]

    /// Whether a file of this name makes a rule hold.
    static func isConfiguration(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.contains(UInt8(ascii: ".")), name.count < 64 else { return false }
        let text = String(decoding: name, as: UTF8.self)
        return rules.values.contains { $0.files.contains(where: text.hasPrefix) }
    }

    /// The targets of the project at `path`, which has the configuration files `names`.
    static func targets(
        of path: RepoPath, names: [String], rootNames: [String], in configuration: NxConfiguration
    ) -> [String: NxTarget] {
        var targets: [String: NxTarget] = [:]
        for plugin in configuration.plugins {
            guard let rule = rules[plugin.name], applies(plugin, to: path) else { continue }
            let counted = rule.countsRoot ? names + rootNames : names
            guard counted.contains(where: { name in rule.files.contains(where: name.hasPrefix) }) else { continue }
            for (option, standard) in rule.targets {
                let setting = plugin.options?[option]
                if setting?.bool == false { continue }
                guard let name = setting?.string ?? setting?["targetName"]?.string ?? standard else { continue }
                if name.isEmpty || name.contains("#") || name.contains(where: \.isWhitespace) { continue }
                var target = NxTarget(evidence: plugin.evidence)
                target.isInferred = true
                targets[name] = target
            }
        }
        return targets
    }

    /// `include` and `exclude` are globs of configuration files; one that may hold for the project does.
    private static func applies(_ plugin: NxConfiguration.Plugin, to path: RepoPath) -> Bool {
        func matches(_ glob: String, unsure: Bool) -> Bool {
            guard let pattern = NxGlob.pattern(glob, isExclusion: !unsure), let compiled = try? Pattern(pattern) else {
                return unsure
            }
            return compiled.matches(path.appending("package.json")) || compiled.matches(path.appending("x.config.ts"))
        }
        if !plugin.include.isEmpty, !plugin.include.contains(where: { matches($0, unsure: true) }) { return false }
        return !plugin.exclude.contains { matches($0, unsure: false) }
    }

    /// What is to be said of the plugins.
    static func diagnostics(_ configuration: NxConfiguration) -> [Diagnostic] {
        var seen: Set<String> = []
        return configuration.plugins.compactMap { plugin in
            guard !targetless.contains(plugin.name), seen.insert(plugin.name).inserted else { return nil }
            let message =
                rules[plugin.name] == nil
                ? "the targets and edges that the plugin '\(plugin.name)' infers are not known; ripple.yaml can define them"
                : "of the targets that the plugin '\(plugin.name)' infers only the names are known: Nx runs them, and results "
                    + "are reused only where nx.json or project.json names their outputs"
            return Diagnostic(evidence: plugin.evidence, message: message)
        }
    }
}
