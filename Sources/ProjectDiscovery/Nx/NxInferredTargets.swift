internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// The targets that plugins of Nx infer from configuration files: https://nx.dev/concepts/inferred-tasks.
///
/// What the plugins listed here make is taken over: names, commands, inputs, dependencies and outputs. They load the
/// configuration of a tool to tell outputs; Ripple runs nothing, reads what is written out in it, and where code decides
/// does not reuse results.
enum NxInferredTargets {
    private typealias Rule = @Sendable (inout NxInference) throws(GitError) -> Void

    /// By the plugin's name without `/plugin` at its end.
    private static let rules: [String: Rule] = [
        "@nx/vitest": { (inference) throws(GitError) in try inference.addVitest() },
        "@nx/jest": { (inference) throws(GitError) in try inference.addJest() },
        "@nx/eslint": { (inference) throws(GitError) in try inference.addESLint() },
        "@nx/playwright": { (inference) throws(GitError) in try inference.addPlaywright() },
        "@nx/cypress": { (inference) throws(GitError) in try inference.addCypress() },
        "@nx/detox": { (inference) throws(GitError) in try inference.addDetox() },
        "@nx/webpack": { (inference) throws(GitError) in try inference.addWebpack() },
        "@nx/rspack": { (inference) throws(GitError) in try inference.addRspack() },
        "@nx/rsbuild": { (inference) throws(GitError) in try inference.addRsbuild() },
        "@nx/rollup": { (inference) throws(GitError) in try inference.addRollup() },
        "@nx/next": { (inference) throws(GitError) in try inference.addNext() },
        "@nx/nuxt": { (inference) throws(GitError) in try inference.addNuxt() },
        "@nx/remix": { (inference) throws(GitError) in try inference.addRemix() },
        "@nx/react/router-plugin": { (inference) throws(GitError) in try inference.addReactRouter() },
        "@nx/storybook": { (inference) throws(GitError) in try inference.addStorybook() },
        "@nx/expo": { (inference) throws(GitError) in try inference.addExpo() },
        "@nx/react-native": { (inference) throws(GitError) in try inference.addReactNative() },
        "@nx/docker": { (inference) throws(GitError) in try inference.addDocker() },
        "@nx/js/typescript": { (inference) throws(GitError) in try inference.addTypeScript() },
        // Tests of this one are those of `@nx/vitest` where that is registered too.
        "@nx/vite": { (inference) throws(GitError) in
            let plugins = inference.place.configuration.plugins
            try inference.addVite(runsTests: !plugins.contains { short($0.name) == "@nx/vitest" })
        },
    ]
    /// Plugins that make edges and no targets, or what Ripple reads itself.
    private static let targetless: Set<String> = [
        "@nx/js", "nx/js", "nx/plugins/package-json", "nx/plugins/project-json",
    ]
    /// Plugins for build tools whose projects Ripple finds itself.
    private static let foreign: [String: String] = [
        "@nx/gradle": "Gradle", "@nx/maven": "Maven", "@nx/dotnet": ".NET",
    ]

    private static func short(_ name: String) -> String {
        name.hasSuffix("/plugin") ? String(name.dropLast("/plugin".count)) : name
    }

    /// Whether the targets of the plugin are known.
    static func isKnown(_ plugin: String) -> Bool {
        rules[short(plugin)] != nil || targetless.contains(plugin)
    }

    /// The targets of the project. Those of a later plugin lie over those of an earlier one.
    static func targets(of place: NxPlace) throws(GitError) -> [String: NxTarget] {
        var targets: [String: NxTarget] = [:]
        for plugin in place.configuration.plugins {
            guard let rule = rules[short(plugin.name)] else { continue }
            var inference = NxInference(place: place, options: NxPluginOptions(plugin: plugin))
            try rule(&inference)
            for (name, target) in inference.targets { targets[name] = target.merged(onto: targets[name]) }
        }
        return targets
    }

    /// What is to be said of the plugins.
    static func diagnostics(_ configuration: NxConfiguration) -> [Diagnostic] {
        var seen: Set<String> = []
        return configuration.plugins.compactMap { plugin in
            guard !isKnown(plugin.name), seen.insert(plugin.name).inserted else { return nil }
            let message =
                if let tool = foreign[short(plugin.name)] {
                    "the plugin '\(plugin.name)' asks \(tool) for targets; Ripple reads the projects of \(tool) itself"
                } else {
                    "the targets and edges that the plugin '\(plugin.name)' infers are not known; ripple.yaml can define them"
                }
            return Diagnostic(evidence: plugin.evidence, message: message)
        }
    }
}

extension NxConfiguration.Plugin {
    /// Whether the globs `include` and `exclude` let the configuration file at `path` through; where a glob cannot be
    /// followed, they do.
    func applies(to path: RepoPath) -> Bool {
        func matches(_ glob: String, unsure: Bool) -> Bool {
            guard let pattern = NxGlob.pattern(glob, isExclusion: !unsure), let compiled = try? Pattern(pattern) else {
                return unsure
            }
            return compiled.matches(path)
        }
        if !include.isEmpty, !include.contains(where: { matches($0, unsure: true) }) { return false }
        return !exclude.contains { matches($0, unsure: false) }
    }
}
