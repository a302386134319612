internal import GitObjects
internal import JSONText
internal import ProjectDiscovery
internal import WorkspaceModel

/// The constraints of the ESLint rule `@nx/enforce-module-boundaries`.
///
/// Format: Nx, "Enforce Module Boundaries" (Nx 22): `depConstraints` with `sourceTag` or `allSourceTags`, and what the
/// projects they match may or must not depend on. Read from .eslintrc.json as JSON, and from eslint.config.* and
/// .eslintrc.* when the table is a literal there.
struct NxBoundaries {
    struct Constraint {
        /// All of them must be on the project.
        var sourceTags: [String]
        var only: [String]?
        var not: [String] = []
        var bannedImports: [String] = []
        var evidence: Evidence
    }

    private(set) var constraints: [Constraint] = []
    private var severity = Finding.Severity.error
    /// Names of imports that no constraint is for; `*` stands for anything.
    private var allowed: [String] = []
    private(set) var notes: [Finding] = []

    private static let rules = ["@nx/enforce-module-boundaries", "@nrwl/nx/enforce-module-boundaries"]
    private static let files = [
        ".eslintrc.json", ".eslintrc", ".eslintrc.base.json", ".eslintrc.js", ".eslintrc.cjs", "eslint.config.js",
        "eslint.config.mjs", "eslint.config.cjs", "eslint.config.ts", "eslint.config.mts",
        "eslint.base.config.js", "eslint.base.config.mjs", "eslint.base.config.cjs",
    ]

    /// Reads the first file at the root that sets the rule.
    init(in tree: SourceTree) throws(GitError) {
        let marker = Array("enforce-module-boundaries".utf8)
        for name in NxBoundaries.files {
            let path = RepoPath(name)
            guard let bytes = try tree.read(path), ByteSearch.holds(marker, in: bytes) else { continue }
            if name.hasSuffix(".json") || name == ".eslintrc" {
                readJSON(bytes, path)
            } else {
                readCode(bytes, path)
            }
            return
        }
    }

    // MARK: Reading

    private mutating func unread(_ path: RepoPath, _ line: Int?, _ problem: String) {
        notes.append(
            Finding(
                .boundariesUnread, .note, evidence: [Evidence(path: path, line: line)],
                "the constraints of @nx/enforce-module-boundaries were not read: \(problem)",
                advice: "write depConstraints as a literal, or use 'boundaries' of ripple.yaml"))
    }

    private mutating func readJSON(_ bytes: [UInt8], _ path: RepoPath) {
        guard let document = try? JSONDocument(parsing: bytes, allowingComments: true) else {
            return unread(path, nil, "the file is not JSON")
        }
        let places = [document.root] + (document.root["overrides"]?.array ?? [])
        for place in places {
            for rule in NxBoundaries.rules {
                guard let setting = place["rules"]?[rule] else { continue }
                let parts = setting.array ?? [setting]
                guard let level = parts.first, !NxBoundaries.isOff(level) else { continue }
                if level.string == "warn" || level.number == "1" { severity = .warning }
                guard parts.count > 1 else { continue }
                allowed += (parts[1]["allow"]?.array ?? []).compactMap(\.string)
                for node in parts[1]["depConstraints"]?.array ?? [] {
                    add(node, Evidence(path: path, line: document.position(of: node.offset).line))
                }
            }
        }
    }

    private static func isOff(_ level: JSONNode) -> Bool { level.string == "off" || level.number == "0" }

    /// Finds `depConstraints: [...]` behind the rule's name in code.
    private mutating func readCode(_ bytes: [UInt8], _ path: RepoPath) {
        guard let rule = NxBoundaries.position(of: "enforce-module-boundaries", in: bytes, from: 0),
            let key = NxBoundaries.position(of: "depConstraints", in: bytes, from: rule)
        else { return unread(path, nil, "there is no depConstraints in the file") }
        let level = String(decoding: bytes[rule..<key], as: UTF8.self)
        let line = bytes[..<key].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        if level.contains("'off'") || level.contains("\"off\"") { return }
        if level.contains("'warn'") || level.contains("\"warn\"") { severity = .warning }
        var start = key + "depConstraints".utf8.count
        while start < bytes.count, bytes[start] != UInt8(ascii: "["), "\"': \n\t\r".utf8.contains(bytes[start]) {
            start += 1
        }
        guard start < bytes.count, bytes[start] == UInt8(ascii: "["),
            let json = JavaScriptLiteral.json(in: bytes, at: start),
            let document = try? JSONDocument(parsing: json, allowingComments: true)
        else { return unread(path, line, "depConstraints is code") }
        for node in document.root.array ?? [] {
            add(node, Evidence(path: path, line: line + document.position(of: node.offset).line - 1))
        }
    }

    private static func position(of text: String, in bytes: [UInt8], from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard start + wanted.count <= bytes.count else { return nil }
        for position in start...(bytes.count - wanted.count)
        where bytes[position] == wanted[0] && bytes[position..<position + wanted.count].elementsEqual(wanted) {
            return position
        }
        return nil
    }

    private mutating func add(_ node: JSONNode, _ evidence: Evidence) {
        func texts(_ key: String) -> [String]? { node[key]?.array?.compactMap(\.string) }
        let sources = node["sourceTag"]?.string.map { [$0] } ?? texts("allSourceTags") ?? []
        let constraint = Constraint(
            sourceTags: sources, only: texts("onlyDependOnLibsWithTags"), not: texts("notDependOnLibsWithTags") ?? [],
            bannedImports: texts("bannedExternalImports") ?? [], evidence: evidence)
        let tags = sources + (constraint.only ?? []) + constraint.not
        if tags.contains(where: { $0.count > 1 && $0.hasPrefix("/") && $0.hasSuffix("/") }) {
            unread(evidence.path, evidence.line, "a tag is a regular expression")
        } else if !sources.isEmpty {
            constraints.append(constraint)
        }
    }

    // MARK: Judging

    func findings(_ context: BoundaryContext, _ files: [ScannedFile]) -> [Finding] {
        var findings = notes
        guard !constraints.isEmpty else { return findings }
        for project in context.workspace.indices
        where context.workspace[project].managers.contains(where: \.isJavaScript) {
            let applying = constraints.filter { constraint in
                constraint.sourceTags.allSatisfy { NxBoundaries.isOn(context.tags[project], $0) }
            }
            for constraint in applying { findings += judge(constraint, project, context) }
        }
        return findings + bannedImports(context, files)
    }

    /// Whether one of the tags is `wanted`, in which `*` stands for anything.
    private static func isOn(_ tags: Set<String>, _ wanted: String) -> Bool {
        if wanted == "*" { return true }
        return wanted.contains("*") ? tags.contains { isMatch($0, wanted) } : tags.contains(wanted)
    }

    /// Whether `text` fits a pattern in which `*` stands for anything.
    static func isMatch(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return text == pattern }
        guard text.hasPrefix(first), text.hasSuffix(last), text.utf8.count >= first.utf8.count + last.utf8.count else {
            return false
        }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }

    private func isAllowed(_ name: String) -> Bool { allowed.contains { NxBoundaries.isMatch(name, $0) } }

    private func judge(_ constraint: Constraint, _ project: ProjectIndex, _ context: BoundaryContext) -> [Finding] {
        let source = constraint.sourceTags.map { "'\($0)'" }.joined(separator: " and ")
        var findings: [Finding] = []
        func add(_ way: [ProjectIndex], _ because: String) {
            let finding = context.violation(
                of: constraint.evidence, severity, from: project, way: way, because: because)
            if let finding { findings.append(finding) }
        }
        for target in context.targets(of: project) where !isAllowed(context.workspace[target].name ?? "") {
            guard let only = constraint.only, !only.contains(where: { NxBoundaries.isOn(context.tags[target], $0) })
            else { continue }
            // An empty list allows only what has no tags.
            if only.isEmpty, context.tags[target].isEmpty { continue }
            let list = only.map { "'\($0)'" }.joined(separator: ", ")
            add(
                [target],
                "projects with the tag \(source) depend only on \(only.isEmpty ? "projects without tags" : list)")
        }
        guard !constraint.not.isEmpty else { return findings }
        for (target, way) in context.links.reached(from: project).sorted(by: { $0.key < $1.key }) {
            guard let tag = constraint.not.first(where: { NxBoundaries.isOn(context.tags[target], $0) }) else {
                continue
            }
            add(way, "projects with the tag \(source) must not depend on the tag '\(tag)'")
        }
        return findings
    }

    private func bannedImports(_ context: BoundaryContext, _ files: [ScannedFile]) -> [Finding] {
        let banning = constraints.filter { !$0.bannedImports.isEmpty }
        guard !banning.isEmpty else { return [] }
        var places: [ProjectIndex: [String: [Evidence]]] = [:]
        for file in files where file.language == .javaScript {
            for entry in file.imports {
                guard let name = ModuleName.package(of: entry.name) else { continue }
                places[file.project, default: [:]][name, default: []].append(
                    Evidence(path: file.path, line: entry.line))
            }
        }
        var findings: [Finding] = []
        for (project, names) in places {
            for (name, evidence) in names where !isAllowed(name) {
                let constraint = banning.first { constraint in
                    constraint.sourceTags.allSatisfy { NxBoundaries.isOn(context.tags[project], $0) }
                        && constraint.bannedImports.contains { NxBoundaries.isMatch(name, $0) }
                }
                guard let constraint else { continue }
                let rule = constraint.evidence.line.map { "\(constraint.evidence.path):\($0)" } ?? ""
                let id = context.workspace[project].id
                findings.append(
                    Finding(
                        .boundary, severity, project: id, target: name, evidence: evidence.inOrder,
                        "\(id) imports '\(name)', which is banned for its tags (\(rule))",
                        advice: "remove the import, or change the rule"))
            }
        }
        return findings
    }
}
