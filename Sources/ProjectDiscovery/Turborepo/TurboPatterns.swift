internal import GitObjects
internal import WorkspaceModel

/// Writes Turborepo's globs as Ripple's: later patterns win, a leading `/` is the root of the repository.
struct TurboPatterns {
    /// The directory of the root's turbo.json.
    var root: RepoPath
    /// The package's directory, which plain patterns are relative to.
    var package: RepoPath

    /// The input rule of a task.
    ///
    /// Without `inputs` the package's own files count. With them only what they name does, and package.json and
    /// turbo.json always. In Turborepo exclusions win whatever their place, so they are written last; the manifests
    /// come after them because nothing excludes those. Global dependencies count for every task.
    func inputs(_ list: TurboList?, globals: [String], isRootTask: Bool) -> InputRule {
        let rooted = globals.map { anchored($0, from: root) }.flatMap(withContents)
        guard let list else {
            // A root task without inputs reads the whole directory, packages included.
            return .patterns((isRootTask ? ["**/*"] : []) + rooted, includesDefault: true)
        }
        var included: [String] = [], excluded: [String] = []
        var includesDefault = false
        for value in list.values {
            if value == "$TURBO_DEFAULT$" {
                includesDefault = true
            } else if value.hasPrefix("!") {
                excluded += withContents(input(String(value.dropFirst()))).map { "!\($0)" }
            } else {
                included += withContents(input(value))
            }
        }
        if isRootTask, includesDefault { included.insert("**/*", at: 0) }
        let manifests = ["package.json", "turbo.json", "turbo.jsonc"]
        return .patterns(included + excluded + manifests + rooted, includesDefault: includesDefault)
    }

    /// Whether a task's patterns are written differently for each package: those that leave it by `../`.
    static func dependsOnPackage(_ task: TurboTask) -> Bool {
        let values = (task.inputs?.values ?? []) + (task.outputs?.values ?? [])
        return values.contains { $0.hasPrefix("../") || $0.hasPrefix("!../") }
    }

    /// The outputs of a task, exclusions last.
    func outputs(_ list: TurboList?) -> [String] {
        var included: [String] = [], excluded: [String] = []
        for value in list?.values ?? [] {
            if value.hasPrefix("!") {
                let path = relative(String(value.dropFirst()))
                // Turborepo excludes what lies below a match too.
                excluded += ["!\(path)"] + (path.hasSuffix("/**") ? [] : ["!\(path)/**"])
            } else {
                included += withContents(relative(value))
            }
        }
        return included + excluded
    }

    private func relative(_ pattern: String) -> String {
        pattern.hasPrefix("$TURBO_ROOT$/") || pattern.hasPrefix("../") ? input(pattern) : TurboPatterns.trimmed(pattern)
    }

    private func input(_ pattern: String) -> String {
        if pattern.hasPrefix("$TURBO_ROOT$/") {
            return anchored(String(pattern.dropFirst("$TURBO_ROOT$/".count)), from: root)
        }
        return pattern.hasPrefix("../") ? anchored(pattern, from: package) : TurboPatterns.trimmed(pattern)
    }

    /// `pattern`, relative to `directory`, from the root of the repository.
    private func anchored(_ pattern: String, from directory: RepoPath) -> String {
        "/" + (directory.resolving(pattern)?.utf8Text ?? TurboPatterns.trimmed(pattern))
    }

    private static func trimmed(_ pattern: String) -> String {
        var rest = pattern[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        while rest.hasSuffix("/"), rest.count > 1 { rest = rest.dropLast() }
        return String(rest)
    }

    /// A name without wild parts may be a directory, whose contents are then meant; which, only the disk knows.
    private func withContents(_ pattern: String) -> [String] {
        let last = pattern.split(separator: "/").last ?? ""
        return last.contains(where: { "*?[{".contains($0) }) ? [pattern] : [pattern, "\(pattern)/**"]
    }
}
