package import ContentAddressing
internal import GitObjects
package import WorkspaceModel

/// The planning key of a task and the components it was made from.
///
/// One walk gives both, so two keys can always be compared component by component: the explanation cannot drift from
/// the digest.
package struct TaskKey: Sendable {
    package let digest: ContentDigest
    package let components: [KeyComponent]
    package let inputs: InputSet

    /// Joined to every key, so that a change in what keys mean invalidates all of them.
    package static let salt = "ripple.key/1"

    /// The component of a project whose manifest could not be read.
    static let brokenField = "broken"

    /// - Parameter dependency: gives the text a dependency contributes: its planning key, or at run time the digest of
    ///   its outputs.
    package init(components: [KeyComponent], inputs: InputSet) {
        self.components = components
        self.inputs = inputs
        digest = TaskKey.digest(components)
    }

    /// The digest of a list of components, in order.
    package static func digest(_ components: [KeyComponent]) -> ContentDigest {
        var builder = DigestBuilder("ripple.key/1")
        builder.list("components", count: components.count)
        for component in components {
            builder.add("kind", component.kind.rawValue)
            builder.add("name", component.name)
            builder.add("value", component.value)
        }
        return builder.finish()
    }
}

/// One thing a key depends on.
package struct KeyComponent: Sendable, Hashable {
    package enum Kind: String, Sendable {
        /// A field of the task's definition; the name is the field's.
        case definition
        /// An environment variable's value, digested: values are never kept.
        case environment
        /// What a toolchain command printed, digested.
        case toolchain
        case inputs
        /// What comes from outside the workspace; the name is the package manager.
        case external
        /// A field of a manifest or configuration that is read for structure; the name is path and field.
        case structural
        /// The version of a tool that a file pins for the project; the name is path and tool.
        case tool
        /// A task this one depends on; the name is its path and task.
        case dependency
        /// A project whose edge was cut to break a cycle.
        case cycle
    }

    package let kind: Kind
    package let name: String
    package let value: String

    package init(_ kind: Kind, _ name: String, _ value: String) {
        self.kind = kind
        self.name = name
        self.value = value
    }
}

extension TaskDefinition {
    /// How a field of a task's definition takes part in its key.
    package enum KeyPart: Sendable, Hashable {
        /// A component of its own kind.
        case component
        /// Counts through what it selects or leads to.
        case indirect
        /// Cannot change the result.
        case excluded
    }

    /// Every field of `TaskDefinition` and its part in the key. A test compares this table with the type by reflection,
    /// so that a new field cannot be forgotten.
    package static let keyFields: [String: KeyPart] = [
        "command": .component, "script": .component, "outputs": .component, "env": .component, "image": .component,
        "platforms": .component,
        "toolchain": .component, "dependsOn": .indirect, "inputs": .indirect, "passThroughEnv": .excluded,
        "cache": .excluded, "timeoutSeconds": .excluded, "retries": .excluded, "persistent": .excluded,
        "interactive": .excluded, "sandbox": .excluded, "cpus": .excluded, "memoryBytes": .excluded,
        "claimsInputs": .indirect, "origin": .excluded,
    ]

    /// What says which tools the task runs.
    var purposeText: String { script.map { "\(command)\n\($0)" } ?? command }

    /// The components that the definition itself contributes.
    func keyComponents(directory: RepoPath, facts: KeyFacts) -> [KeyComponent] {
        var components = [
            KeyComponent(.definition, "command", command),
            KeyComponent(.definition, "cwd", hexadecimal(directory.bytes)),
        ]
        if let script { components.append(KeyComponent(.definition, "script", script)) }
        if !outputs.isEmpty { components.append(KeyComponent(.definition, "outputs", joined(outputs))) }
        if let image { components.append(KeyComponent(.definition, "image", image)) }
        if !platforms.isEmpty { components.append(KeyComponent(.definition, "platforms", joined(platforms))) }
        for name in facts.environmentNames(matching: env) {
            components.append(KeyComponent(.environment, name, facts.environmentDigest(name)))
        }
        for command in toolchain {
            components.append(KeyComponent(.toolchain, command, facts.toolchain[command] ?? "unknown"))
        }
        return components
    }

    private func joined(_ list: [String]) -> String { list.map { "\($0.utf8.count):\($0)" }.joined(separator: ",") }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        // A directory's name is bytes; valid UTF-8 is kept readable, anything else is spelled out.
        String(validating: bytes, as: UTF8.self) ?? "bytes:"
            + bytes.map { String($0, radix: 16) }.joined(separator: ".")
    }
}

/// What keys need to know from outside the repository.
package struct KeyFacts: Sendable {
    /// The values of the environment.
    package var environment: [String: String]
    /// What each toolchain command printed, by command.
    package var toolchain: [String: String]

    package init(environment: [String: String] = [:], toolchain: [String: String] = [:]) {
        self.environment = environment
        self.toolchain = toolchain
    }

    /// The variables that patterns name: `*` is a wildcard, a leading `!` excludes. Plain names count also when unset.
    package func environmentNames(matching patterns: [String]) -> [String] {
        guard !patterns.isEmpty else { return [] }
        var names = Set<String>()
        for pattern in patterns where !pattern.hasPrefix("!") {
            if pattern.contains("*") {
                names.formUnion(environment.keys.filter { KeyFacts.matches(pattern[...], $0[...]) })
            } else {
                names.insert(pattern)
            }
        }
        for pattern in patterns where pattern.hasPrefix("!") {
            names = names.filter { !KeyFacts.matches(pattern.dropFirst(), $0[...]) }
        }
        return names.sorted()
    }

    func environmentDigest(_ name: String) -> String {
        environment[name].map { "set:\(ContentDigest.of(Array($0.utf8)))" } ?? "unset"
    }

    private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return matches(pattern.dropFirst(), text) || (!text.isEmpty && matches(pattern, text.dropFirst()))
        }
        return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
    }
}
