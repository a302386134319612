internal import JSONText

/// Reads a bake file, in HCL or JSON: https://docs.docker.com/build/bake/reference/.
///
/// Only what is written plainly is known: texts, and variables with a default. What functions, conditions or a matrix
/// make holds `DockerVariables.unknown`.
enum BakeFile {
    /// A target as written, or with what it inherits.
    private struct Target {
        var line: Int
        var inherits: [String] = []
        /// Single values: `context`, `dockerfile`, `dockerfile-inline`, `target`, and the first of `tags`.
        var values: [String: String] = [:]
        var arguments: [String: String] = [:]
        var contexts: [String: String] = [:]
    }

    private static let singles = ["context", "dockerfile", "dockerfile-inline", "target"]
    private static let deepest = 256

    static func read(_ bytes: [UInt8], isJSON: Bool) throws(DockerProblem) -> ComposeFile {
        var targets: [String: Target] = [:], groups: [String: [String]] = [:]
        if isJSON {
            try readJSON(bytes, &targets, &groups)
        } else {
            try readHCL(bytes, &targets, &groups)
        }
        let bases = Set(targets.values.flatMap(\.inherits))
        var file = ComposeFile()
        file.groups = groups
        var known: [String: Target] = [:]
        for (name, own) in targets.sorted(by: { ($0.value.line, $0.key) < ($1.value.line, $1.key) }) {
            // What only hands its settings on is built by nobody.
            if bases.contains(name), own.values["dockerfile"] == nil, own.values["context"] == nil { continue }
            guard let target = resolved(name, targets, &known, depth: 0) else { continue }
            var build = ComposeFile.Build(service: name, line: own.line)
            build.context = target.values["context"]
            build.dockerfile = target.values["dockerfile"]
            build.inline = target.values["dockerfile-inline"]
            build.target = target.values["target"]
            build.image = target.values["tags"]
            build.arguments = target.arguments
            for (name, text) in target.contexts {
                build.contexts[name.lowercased()] = text.hasPrefix("target:") ? "service:\(text.dropFirst(7))" : text
            }
            file.builds.append(build)
        }
        return file
    }

    /// The target with what it inherits; a later parent wins over an earlier one, the target over all.
    ///
    /// - Parameter known: those worked out before, so that each is worked out once. One that inherits from itself ends there.
    private static func resolved(
        _ name: String, _ all: [String: Target], _ known: inout [String: Target], depth: Int
    ) -> Target? {
        if let target = known[name] { return target }
        guard let target = all[name], depth < deepest else { return all[name] }
        known[name] = target
        var result = Target(line: target.line)
        for parent in target.inherits {
            if let parent = resolved(parent, all, &known, depth: depth + 1) { merge(parent, into: &result) }
        }
        merge(target, into: &result)
        known[name] = result
        return result
    }

    private static func merge(_ other: Target, into target: inout Target) {
        target.values.merge(other.values) { $1 }
        target.arguments.merge(other.arguments) { $1 }
        target.contexts.merge(other.contexts) { $1 }
    }

    // MARK: HCL

    private static func readHCL(
        _ bytes: [UInt8], _ targets: inout [String: Target], _ groups: inout [String: [String]]
    ) throws(DockerProblem) {
        let body: HCLBody
        do {
            body = try HCLBody(parsing: bytes)
        } catch {
            throw DockerProblem(line: error.line, problem: error.problem)
        }
        var variables: [String: String] = [:]
        for block in body.blocks where block.type == "variable" {
            guard let name = block.labels.first else { continue }
            variables[name] = block.body.attribute("default").map { text($0.expression, variables) }
        }
        for block in body.blocks {
            guard let name = block.labels.first else { continue }
            switch block.type {
            case "group": groups[name, default: []] += list(block.body.attribute("targets"), variables)
            case "target":
                var target = targets[name] ?? Target(line: block.line)
                read(block.body, variables, into: &target)
                targets[name] = target
            default: break
            }
        }
    }

    private static func read(_ body: HCLBody, _ variables: [String: String], into target: inout Target) {
        for attribute in body.attributes {
            switch attribute.name {
            case let name where singles.contains(name): target.values[name] = text(attribute.expression, variables)
            case "tags": target.values["tags"] = list(attribute, variables).first
            case "inherits": target.inherits += list(attribute, variables)
            case "args": target.arguments.merge(map(attribute.expression, variables)) { $1 }
            case "contexts": target.contexts.merge(map(attribute.expression, variables)) { $1 }
            default: break
            }
        }
        // `args { A = "x" }` is written too.
        for block in body.blocks where block.labels.isEmpty {
            let entries = block.body.attributes.map { ($0.name, text($0.expression, variables)) }
            switch block.type {
            case "args": target.arguments.merge(entries) { $1 }
            case "contexts": target.contexts.merge(entries) { $1 }
            default: break
            }
        }
    }

    private static let unknown = String(DockerVariables.unknown)

    /// The text of an expression that is one text or one variable.
    private static func text(_ tokens: [HCLToken], _ variables: [String: String]) -> String {
        guard tokens.count == 1 else { return unknown }
        if let name = tokens[0].identifier { return variables[name] ?? unknown }
        guard case .template(let parts) = tokens[0].kind else { return unknown }
        return parts.map { part in
            switch part {
            case .literal(let text): text
            case .interpolation(let name): variables[name] ?? unknown
            }
        }.joined()
    }

    private static func list(_ attribute: HCLBody.Attribute?, _ variables: [String: String]) -> [String] {
        (attribute?.expression ?? []).filter { if case .template = $0.kind { true } else { false } }
            .map { text([$0], variables) }
    }

    /// The entries of `{ NAME = VALUE }`, one a line or parted by commas.
    private static func map(_ tokens: [HCLToken], _ variables: [String: String]) -> [String: String] {
        var entries: [String: String] = [:], index = 0
        while index + 2 < tokens.count {
            let isEntry = tokens[index + 1].isSymbol("=") || tokens[index + 1].isSymbol(":")
            guard isEntry, let name = tokens[index].identifier ?? tokens[index].plainText else {
                index += 1
                continue
            }
            // A value of several tokens goes on after the first.
            let next = index + 3 < tokens.count ? tokens[index + 3] : nil
            let isWhole = next.map { $0.isSymbol("}") || $0.isSymbol(",") || $0.line > tokens[index + 2].line } ?? true
            entries[name] = isWhole ? text([tokens[index + 2]], variables) : unknown
            index += 3
        }
        return entries
    }

    // MARK: JSON

    private static func readJSON(
        _ bytes: [UInt8], _ targets: inout [String: Target], _ groups: inout [String: [String]]
    ) throws(DockerProblem) {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw DockerProblem(line: error.line, problem: error.problem)
        }
        var variables: [String: String] = [:]
        for member in document.root["variable"]?.object ?? [] {
            variables[member.key] = member.node["default"]?.string
        }
        func expand(_ text: String) -> String { DockerVariables.expand(text, escape: nil) { variables[$0] } }
        func texts(_ node: JSONNode?) -> [String] { node?.array?.compactMap(\.string).map(expand) ?? [] }
        func entries(_ node: JSONNode?) -> [String: String] {
            Dictionary(
                (node?.object ?? []).map { ($0.key, $0.node.string.map(expand) ?? unknown) }, uniquingKeysWith: { $1 })
        }
        for member in document.root["group"]?.object ?? [] { groups[member.key] = texts(member.node["targets"]) }
        for member in document.root["target"]?.object ?? [] {
            var target = Target(line: document.position(of: member.keyOffset).line)
            target.inherits = texts(member.node["inherits"])
            for name in singles { target.values[name] = member.node[name]?.string.map(expand) }
            target.values["tags"] = texts(member.node["tags"]).first
            target.arguments = entries(member.node["args"])
            target.contexts = entries(member.node["contexts"])
            targets[member.key] = target
        }
    }
}
