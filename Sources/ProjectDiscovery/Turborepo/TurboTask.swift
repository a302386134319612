internal import GitObjects
internal import WorkspaceModel

/// A list in a turbo.json, which replaces an inherited one unless its first entry says that it extends it.
struct TurboList {
    var values: [String]
    var extendsInherited = false

    /// This list on top of what was inherited.
    func merged(onto inherited: TurboList?) -> TurboList {
        guard extendsInherited, let inherited else { return TurboList(values: values) }
        return TurboList(values: inherited.values + values.filter { !inherited.values.contains($0) })
    }
}

/// One entry of `tasks` (Turborepo 2) or `pipeline` (Turborepo 1), as written; `nil` is a field that is not there.
struct TurboTask {
    /// Where the entry begins.
    var evidence: Evidence
    var dependsOn: TurboList?
    var inputs: TurboList?
    var outputs: TurboList?
    var env: TurboList?
    var passThroughEnv: TurboList?
    var cache: Bool?
    var persistent: Bool?
    var interactive: Bool?
    /// False stops inheritance: alone it removes the task, with other fields it defines it anew.
    var extends = true
    /// The entry's name in the root's file; `nil` once a package's file was merged onto it.
    var rootName: String?
    /// Whether anything but `extends` is defined.
    var definesSomething = false

    /// This entry of a package's file on top of what it inherits; `nil` when it removes the task.
    func merged(onto inherited: TurboTask?) -> TurboTask? {
        if !extends, !definesSomething { return nil }
        let base = extends ? inherited : nil
        var result = TurboTask(evidence: evidence, definesSomething: true)
        result.dependsOn = dependsOn?.merged(onto: base?.dependsOn) ?? base?.dependsOn
        result.inputs = inputs?.merged(onto: base?.inputs) ?? base?.inputs
        result.outputs = outputs?.merged(onto: base?.outputs) ?? base?.outputs
        result.env = env?.merged(onto: base?.env) ?? base?.env
        result.passThroughEnv = passThroughEnv?.merged(onto: base?.passThroughEnv) ?? base?.passThroughEnv
        result.cache = cache ?? base?.cache
        result.persistent = persistent ?? base?.persistent
        result.interactive = interactive ?? base?.interactive
        return result
    }
}

/// One turbo.json: https://turborepo.com/docs/reference/configuration (2.x) and its 1.x form.
struct TurboConfiguration {
    var path: RepoPath
    /// By name as written: `build`, `web#build`, `//#lint`.
    var tasks: [String: TurboTask] = [:]
    /// Names of packages whose file is inherited after the root's; only in a package's file.
    var extendedPackages: [String] = []
    var globalDependencies: [String] = []
    var globalEnv: [String] = []
    var globalPassThroughEnv: [String] = []
    var diagnostics: [Diagnostic] = []
}
