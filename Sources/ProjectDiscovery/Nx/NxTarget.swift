internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// A target of a project.json, of `nx` in a package.json, or of `targetDefaults`, as written; `nil` is a field that is not
/// there.
///
/// Format: https://nx.dev/reference/project-configuration, Nx 15 to 22.
struct NxTarget: Sendable {
    /// Where the target begins.
    var evidence: Evidence
    var executor: String?
    /// Short for the executor `nx:run-commands`.
    var command: String?
    var options: [JSONMember]?
    var configurations: [JSONMember]?
    var defaultConfiguration: String?
    var dependsOn: [NxTargetDependency]?
    var inputs: [NxInput]?
    var outputs: [String]?
    var cache: Bool?
    /// The target does not end by itself.
    var continuous: Bool?
    /// Whether a plugin of Nx makes the target.
    var isInferred = false
    /// Why the outputs that a plugin infers are not known; `nil` when they are.
    var undecidedOutputs: String?
    /// Whether what the target writes is of no use to others: it runs to succeed or to fail.
    var onlyChecks = false

    init(evidence: Evidence) { self.evidence = evidence }

    /// What runs the target.
    var effectiveExecutor: String? { executor ?? (command == nil ? nil : "nx:run-commands") }

    /// This target on top of `base`, as Nx merges what a project says onto defaults: field by field, options by name.
    ///
    /// Nothing is inherited from a target of another executor.
    func merged(onto base: NxTarget?) -> NxTarget {
        guard let base else { return self }
        guard isCompatible(with: base) else { return self }
        var result = self
        if effectiveExecutor == nil {
            result.executor = base.executor
            result.command = base.command
        }
        result.options = NxTarget.merged(options, onto: base.options)
        result.configurations = NxTarget.merged(configurations, onto: base.configurations)
        result.defaultConfiguration = defaultConfiguration ?? base.defaultConfiguration
        result.dependsOn = dependsOn ?? base.dependsOn
        result.inputs = inputs ?? base.inputs
        result.outputs = outputs ?? base.outputs
        result.cache = cache ?? base.cache
        result.continuous = continuous ?? base.continuous
        result.isInferred = isInferred || (base.isInferred && effectiveExecutor == nil)
        result.undecidedOutputs = undecidedOutputs ?? (outputs == nil ? base.undecidedOutputs : nil)
        result.onlyChecks = onlyChecks || (base.onlyChecks && effectiveExecutor == nil)
        return result
    }

    /// Whether fields of `base` hold for this target too: it is run by the same executor, and when that runs a command or a
    /// script, by the same.
    private func isCompatible(with base: NxTarget) -> Bool {
        guard let own = effectiveExecutor, let other = base.effectiveExecutor else { return true }
        guard own == other else { return false }
        for (mine, theirs) in [
            (runCommand, base.runCommand), (option("script")?.string, base.option("script")?.string),
        ] {
            if let mine, let theirs, mine != theirs { return false }
        }
        return true
    }

    /// The command that is run, of several all.
    private var runCommand: String? {
        if let command = command ?? option("command")?.string { return command }
        guard let commands = option("commands")?.array else { return nil }
        return commands.map { $0.string ?? $0["command"]?.string ?? "" }.joined(separator: " && ")
    }

    private static func merged(_ own: [JSONMember]?, onto base: [JSONMember]?) -> [JSONMember]? {
        guard let own, let base else { return own ?? base }
        return base.filter { member in !own.contains { $0.key == member.key } } + own
    }

    /// The options that hold without `--configuration`.
    var effectiveOptions: [JSONMember] {
        let chosen = defaultConfiguration.flatMap { name in configurations?.last { $0.key == name }?.node.object }
        return NxTarget.merged(chosen, onto: options) ?? []
    }

    func option(_ name: String) -> JSONNode? { effectiveOptions.last { $0.key == name }?.node }

    /// What is run, as text that changes exactly when that does.
    var canonical: String {
        var text = effectiveExecutor ?? ""
        if let command { text += "\n\(command)" }
        for (name, members) in [("options", options), ("configurations", configurations)] {
            guard let members else { continue }
            text += "\n\(name) \(CanonicalText.of(JSONNode(value: .object(members), offset: 0)))"
        }
        if let defaultConfiguration { text += "\ndefaultConfiguration \(defaultConfiguration)" }
        return text
    }
}

/// One entry of a target's `dependsOn`.
struct NxTargetDependency: Sendable, Hashable {
    /// A target's name, which may hold `*`.
    var target: String
    /// Of every project this one depends on (`^target`, or `dependencies`).
    var ofDependencies = false
    /// Names, globs and `tag:` of projects; `nil` for the project itself.
    var projects: [String]?
}

/// One entry of `inputs` or of a named input.
enum NxInput: Sendable, Hashable {
    /// A glob with `{projectRoot}` or `{workspaceRoot}`, perhaps after `!`.
    case files(String)
    /// The named input of the project.
    case named(String)
    /// The named input of every project it depends on (`^name`).
    case ofDependencies(String)
    /// The named input of certain projects.
    case ofProjects(String, [String])
    case environment(String)
    /// A command whose output counts.
    case runtime(String)
    /// Packages from outside: part of what is counted whole.
    case externalDependencies
    /// Outputs of tasks that this one depends on, which its key holds anyway.
    case dependentOutputs
    /// A form that is not understood.
    case unknown(String)
}
