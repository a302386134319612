internal import GitObjects
internal import JSONText

/// The options of a plugin in nx.json.
struct NxPluginOptions {
    let plugin: NxConfiguration.Plugin

    /// The name of a target: what the option says, else `standard`. `nil` when it is switched off, or cannot be a task's
    /// name.
    func name(_ option: String, _ standard: String?) -> String? {
        let value = plugin.options?[option]
        if value?.bool == false { return nil }
        let name = value?.string ?? value?["targetName"]?.string ?? value?["name"]?.string ?? standard
        guard let name, !name.isEmpty, !name.contains("#"), !name.contains(where: \.isWhitespace) else { return nil }
        return name
    }

    func text(_ option: String) -> String? { plugin.options?[option]?.string }

    func object(_ option: String) -> JSONNode? { plugin.options?[option] }
}

/// The targets that one plugin makes for one project.
struct NxInference {
    let place: NxPlace
    let options: NxPluginOptions
    private(set) var targets: [String: NxTarget] = [:]

    init(place: NxPlace, options: NxPluginOptions) {
        self.place = place
        self.options = options
    }

    /// Whether the plugin looks at the configuration file at `path`.
    func applies(to path: RepoPath) -> Bool { options.plugin.applies(to: path.relative(to: place.root) ?? path) }

    /// What a target makes.
    enum Outputs {
        /// In the form of nx.json; a `nil` among them is one that cannot be told.
        case known([String?])
        /// Only code tells; the text completes "FILE decides by code".
        case decided(by: NxConfigurationFile, String)
    }

    /// Adds a target that runs `command` in the project's directory.
    ///
    /// - Parameters:
    ///   - name: `nil` adds none.
    ///   - inputs: `nil` for a target that is not cached.
    mutating func add(
        _ name: String?, command: String, directory: String? = nil, dependsOn: [String] = [], inputs: [NxInput]? = nil,
        outputs: Outputs = .known([]), environment: [(name: String, value: String)] = []
    ) {
        var members = [NxInference.member("cwd", directory.map { "{projectRoot}/\($0)" } ?? "{projectRoot}")]
        if !environment.isEmpty {
            let values = environment.map { NxInference.member($0.name, $0.value) }
            members.append(
                JSONMember(key: "env", keyOffset: 0, node: JSONNode(value: .object(values), offset: 0)))
        }
        add(name, dependsOn: dependsOn, inputs: inputs, outputs: outputs) { target in
            target.command = command
            target.options = members
        }
    }

    /// Adds a target that an executor of Nx runs.
    mutating func add(
        _ name: String?, executor: String, options members: [(name: String, value: String)] = [],
        dependsOn: [String] = [], inputs: [NxInput]? = nil, outputs: Outputs = .known([])
    ) {
        add(name, dependsOn: dependsOn, inputs: inputs, outputs: outputs) { target in
            target.executor = executor
            target.options = members.map { NxInference.member($0.name, $0.value) }
        }
    }

    /// Adds a server, which does not end by itself.
    mutating func addServer(_ name: String?, command: String, dependsOn: [String] = []) {
        add(name, command: command, dependsOn: dependsOn)
        if let name { targets[name]?.continuous = true }
    }

    mutating func addServer(_ name: String?, executor: String, dependsOn: [String] = []) {
        add(name, executor: executor, dependsOn: dependsOn)
        if let name { targets[name]?.continuous = true }
    }

    /// Adds the server of what `target` built.
    mutating func addFileServer(_ name: String?, of target: String?) {
        addServer(name, executor: "@nx/web:file-server", dependsOn: target.map { [$0] } ?? [])
    }

    /// Adds a target that Nx splits by files of tests, runs and stores itself.
    mutating func addSplit(_ name: String?, like model: String?) {
        guard let name, let model, var target = targets[model] else { return }
        target.command = nil
        target.options = nil
        target.executor = nil
        target.dependsOn = nil
        target.cache = false
        target.outputs = nil
        target.undecidedOutputs = nil
        targets[name] = target
    }

    /// Adds the targets that build what the project depends on.
    mutating func addBuildDependencies(
        build: String? = nil, watch: String? = nil
    ) {
        let names = (
            build ?? options.text("buildDepsTargetName") ?? "build-deps",
            watch ?? options.text("watchDepsTargetName") ?? "watch-deps"
        )
        if targets[names.0] == nil { add(names.0, executor: "nx:noop", dependsOn: ["^build"]) }
        // It goes on by `nx watch`.
        if targets[names.1] == nil {
            addServer(names.1, executor: "nx:watch", dependsOn: [names.0])
            targets[names.1]?.executor = nil
        }
    }

    private mutating func add(
        _ name: String?, dependsOn: [String], inputs: [NxInput]?, outputs: Outputs, _ fill: (inout NxTarget) -> Void
    ) {
        guard let name else { return }
        var target = NxTarget(evidence: options.plugin.evidence)
        target.isInferred = true
        fill(&target)
        target.dependsOn = dependsOn.map { text in
            let isOfDependencies = text.hasPrefix("^")
            return NxTargetDependency(
                target: String(isOfDependencies ? text.dropFirst() : text[...]), ofDependencies: isOfDependencies)
        }
        target.cache = inputs != nil
        target.inputs = inputs
        switch outputs {
        case .known(let texts):
            target.outputs = texts.compactMap { $0 }
            if texts.contains(where: { $0 == nil }) {
                target.undecidedOutputs = "the plugin '\(options.plugin.name)' lets them write outside of the workspace"
            }
        case .decided(let file, let what):
            target.outputs = []
            target.undecidedOutputs = "code in files such as \(file.name) decides \(what)"
        }
        targets[name] = target
    }

    mutating func set(_ name: String?, _ change: (inout NxTarget) -> Void) {
        guard let name, var target = targets[name] else { return }
        change(&target)
        targets[name] = target
    }

    private static func member(_ key: String, _ value: String) -> JSONMember {
        JSONMember(key: key, keyOffset: 0, node: JSONNode(value: .string(value), offset: 0))
    }
}
