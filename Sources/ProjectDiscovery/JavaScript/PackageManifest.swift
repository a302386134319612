internal import JSONText

/// What Ripple reads of a package.json, without its JSON tree. Lines count from 1.
package struct PackageManifest: Sendable {
    package struct Script: Sendable {
        package var name: String
        package var line: Int
        /// False when the name cannot be written as PROJECT#TASK.
        package var canBeTask = true
    }

    /// The tables of dependencies that make edges; `bundledDependencies` only repeats names.
    package enum Table: Sendable, Hashable {
        case dependencies, optional, peer, development
    }

    package struct Dependency: Sendable {
        package var name: String
        /// A range, an address or a protocol, as written.
        package var specifier: String
        package var table: Table
        package var line: Int
    }

    package struct Pattern: Sendable {
        package var text: String
        package var line: Int
    }

    /// Something that has not the form it must have, and was left out.
    package struct Problem: Sendable {
        package var line: Int
        package var message: String
    }

    package var name: String?
    /// `nil` when there is none, or none that is a version.
    package var semanticVersion: SemanticVersion?
    package var isPrivate = false
    package var scripts: [Script] = []
    /// The names of all scripts, and what they run.
    package var scriptNames: Set<String> = []
    package var scriptBodies: [String: String] = [:]
    package var dependencies: [Dependency] = []
    /// `workspaces`, or its `packages` when it is an object; `nil` when the package gathers no members.
    package var workspaces: [Pattern]?
    /// Set when `workspaces` is there and has not the form of a list of members.
    package var workspacesProblem: Problem?
    /// `packageManager`, such as `pnpm@9.1.0`, or the name in `devEngines.packageManager`.
    package var packageManager: String?
    /// Bun's catalogs by name, `default` for the one without; Bun keeps them in the root manifest.
    package var catalogs: [String: [String: String]] = [:]
    /// Packages that a workspace root replaces by local ones (`overrides`, `resolutions`, `pnpm.overrides`), with the
    /// specifier that replaces what others write. Entries for versions or nested packages are not among them.
    package var localOverrides: [String: String] = [:]
    /// `resolutions` in their order; Yarn's.
    package var resolutions: [YarnResolution] = []
    package var problems: [Problem] = []
    /// What the sections that configure tools name, by their names.
    var toolSections: [(tool: String, references: ConfigurationReferences)] = []
}

extension PackageManifest {
    /// Reads `document`, whose root must be an object.
    init(reading document: JSONDocument, members: [JSONMember]) {
        for member in members {
            switch member.key {
            case "name": name = string(member, in: document)
            case "version": semanticVersion = string(member, in: document).flatMap { SemanticVersion($0) }
            case "private": isPrivate = member.node.bool ?? (member.node.string == "true")
            case "scripts":
                for script in object(member, in: document) { readScript(script, document) }
            case "dependencies": readTable(.dependencies, member, document)
            case "devDependencies": readTable(.development, member, document)
            case "peerDependencies": readTable(.peer, member, document)
            case "optionalDependencies": readTable(.optional, member, document)
            case "workspaces": readWorkspaces(member, document)
            case "packageManager": packageManager = string(member, in: document)
            case "devEngines":
                packageManager = packageManager ?? member.node["packageManager"]?["name"]?.string
            case "catalog", "catalogs": readCatalogs(member)
            case "jest", "mocha", "ava", "nyc", "c8", "eslintConfig", "prettier", "stylelint", "babel", "postcss",
                "swc", "tsup":
                let found = ConfigurationReferences(section: member, in: document)
                if !found.references.isEmpty { toolSections.append((member.key, found)) }
            case "overrides": readOverrides(member.node)
            case "resolutions":
                readOverrides(member.node)
                resolutions = (member.node.object ?? []).map {
                    YarnResolution(key: $0.key, replacement: $0.node.string)
                }
            case "pnpm": if let overrides = member.node["overrides"] { readOverrides(overrides) }
            default: break
            }
        }
    }

    private mutating func readScript(_ member: JSONMember, _ document: JSONDocument) {
        guard let body = member.node.string else { return }
        let name = member.key
        let line = document.position(of: member.keyOffset).line
        var script = Script(name: name, line: line)
        script.canBeTask =
            !name.isEmpty
            && !name.unicodeScalars.contains {
                $0 == "#" || $0.properties.isWhitespace || $0.properties.generalCategory == .control
            }
        if !script.canBeTask {
            let text = "the script '\(name.filter { !$0.isNewline })' is no task: its name is empty or holds '#', "
            problems.append(Problem(line: line, message: text + "white space or control characters"))
        }
        scripts.append(script)
        scriptNames.insert(name)
        scriptBodies[name] = body
    }

    private mutating func readTable(_ table: Table, _ member: JSONMember, _ document: JSONDocument) {
        for entry in object(member, in: document) {
            let line = document.position(of: entry.keyOffset).line
            guard let specifier = entry.node.string else {
                problems.append(
                    Problem(
                        line: line,
                        message: "the version of '\(entry.key)' must be a string, not \(entry.node.typeName)"))
                continue
            }
            dependencies.append(Dependency(name: entry.key, specifier: specifier, table: table, line: line))
        }
    }

    private mutating func readWorkspaces(_ member: JSONMember, _ document: JSONDocument) {
        for inner in member.node.object ?? [] { readCatalogs(inner) }
        guard let list = member.node.array ?? member.node["packages"]?.array else {
            // Yarn 1 takes an object with `nohoist` alone.
            if member.node.object == nil || member.node["packages"] != nil {
                report(member, "an array or an object with the array 'packages'", document)
                workspacesProblem = problems.last
            }
            return
        }
        workspaces = list.compactMap { node in
            node.string.map { Pattern(text: $0, line: document.position(of: node.offset).line) }
        }
    }

    private mutating func readOverrides(_ node: JSONNode) {
        for entry in node.object ?? [] {
            if let text = entry.node.string, DependencySpecifier.isLocal(text) { localOverrides[entry.key] = text }
        }
    }

    private mutating func readCatalogs(_ member: JSONMember) {
        func table(_ node: JSONNode) -> [String: String] {
            var result: [String: String] = [:]
            for entry in node.object ?? [] { result[entry.key] = entry.node.string }
            return result
        }
        if member.key == "catalog" {
            catalogs["default", default: [:]].merge(table(member.node)) { $1 }
        } else if member.key == "catalogs" {
            for catalog in member.node.object ?? [] { catalogs[catalog.key] = table(catalog.node) }
        }
    }

    private mutating func string(_ member: JSONMember, in document: JSONDocument) -> String? {
        if member.node.string == nil { report(member, "a string", document) }
        return member.node.string
    }

    private mutating func object(_ member: JSONMember, in document: JSONDocument) -> [JSONMember] {
        if member.node.object == nil { report(member, "an object", document) }
        return member.node.object ?? []
    }

    private mutating func report(_ member: JSONMember, _ expected: String, _ document: JSONDocument) {
        let line = document.position(of: member.keyOffset).line
        problems.append(
            Problem(line: line, message: "'\(member.key)' must be \(expected), not \(member.node.typeName)"))
    }
}
