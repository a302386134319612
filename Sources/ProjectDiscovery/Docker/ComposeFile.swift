internal import GitObjects
internal import WorkspaceModel

/// What a compose file says of building images: https://github.com/compose-spec/compose-spec/blob/main/build.md.
///
/// Everything else (`depends_on`, `volumes`, `env_file`, ports) is about running containers and changes no image.
struct ComposeFile {
    /// The `build` of one service. Text that hangs on a variable nobody sets here holds `DockerVariables.unknown`.
    struct Build {
        var service: String
        var line: Int
        var context: String?
        var dockerfile: String?
        var target: String?
        /// The name the image gets.
        var image: String?
        var arguments: [String: String] = [:]
        /// Further contexts by their names in small letters.
        var contexts: [String: String] = [:]
        /// The Dockerfile that is written in the file itself.
        var inline: String?
    }

    var builds: [Build] = []
    /// What is built when nothing is named: all, but in a bake file what its group `default` leads to.
    var isDefault: (String) -> Bool {
        guard !groups.isEmpty else { return { _ in true } }
        var names: Set<String> = [], pending = ["default"]
        while let next = pending.popLast() {
            if names.insert(next).inserted { pending += groups[next] ?? [] }
        }
        return names.contains
    }
    /// Other compose files that this one takes services from, with their lines.
    var others: [(path: String, line: Int)] = []
    /// What the groups of a bake file build.
    var groups: [String: [String]] = [:]

    init() {}

    /// - Parameter variables: what the `.env` beside the file sets.
    init(_ root: YAMLNode?, variables: [String: String]) {
        func expand(_ text: String) -> String { DockerVariables.expand(text, escape: nil) { variables[$0] } }
        for item in root?["include"]?.items ?? [] {
            for path in item.text.map({ [$0] }) ?? item["path"]?.texts ?? [] {
                others.append((expand(path), item.line))
            }
        }
        for service in root?["services"]?.entries ?? [] {
            if let file = service.value["extends"]?["file"]?.text { others.append((expand(file), service.line)) }
            guard let build = service.value["build"], !build.isNull else { continue }
            builds.append(
                ComposeFile.build(build, of: service.key, image: service.value["image"]?.text.map(expand), expand))
        }
    }

    private static func build(
        _ node: YAMLNode, of service: String, image: String?, _ expand: (String) -> String
    ) -> Build {
        var build = Build(service: service, line: node.line, image: image)
        if let text = node.text {
            build.context = expand(text)
            return build
        }
        build.context = node["context"]?.text.map(expand)
        build.dockerfile = node["dockerfile"]?.text.map(expand)
        build.target = node["target"]?.text.map(expand)
        build.inline = node["dockerfile_inline"]?.text.map { $0.replacing("$$", with: "$") }
        for (name, value) in node["args"]?.assignments ?? [] {
            if let value { build.arguments[name] = expand(value) }
        }
        for (name, value) in node["additional_contexts"]?.assignments ?? [] {
            if let value { build.contexts[name.lowercased()] = expand(value) }
        }
        return build
    }

    /// The settings of an `.env` file as compose reads it: `NAME=value` lines, comments, quotes. Values that use others are
    /// left out, so that they count as not known.
    static func variables(_ bytes: [UInt8]) -> [String: String] {
        var result: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            var text = line.drop(while: \.isWhitespace)
            if text.hasPrefix("export ") { text = text.dropFirst(7).drop(while: \.isWhitespace) }
            guard text.first != "#", let equals = text.firstIndex(of: "=") else { continue }
            let name = String(text[..<equals].prefix { !$0.isWhitespace })
            result[name] = value(text[text.index(after: equals)...], result)
        }
        return result
    }

    private static func value(_ text: Substring, _ known: [String: String]) -> String? {
        var text = text.drop(while: \.isWhitespace)
        if let quote = text.first, quote == "'" || quote == "\"" {
            text = text.dropFirst().prefix { $0 != quote }
            if quote == "'" { return String(text) }
        } else {
            if let comment = text.firstRange(of: " #") { text = text[..<comment.lowerBound] }
            while text.last?.isWhitespace == true { text.removeLast() }
        }
        let expanded = DockerVariables.expand(text, escape: nil) { known[$0] }
        return expanded.contains(DockerVariables.unknown) ? nil : expanded
    }
}

extension YAMLNode {
    /// The texts of a list, or the one text.
    fileprivate var texts: [String] { text.map { [$0] } ?? (items ?? []).compactMap(\.text) }

    /// The entries of a mapping, or the `NAME=value` items of a list; an item without a value has none.
    fileprivate var assignments: [(name: String, value: String?)] {
        if case .mapping(let entries) = content { return entries.map { ($0.key, $0.value.text) } }
        return (items ?? []).compactMap(\.text).map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
        }
    }
}
