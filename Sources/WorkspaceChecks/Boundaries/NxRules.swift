internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// The options of the ESLint rule `@nx/enforce-module-boundaries`.
///
/// Format: Nx, "Enforce Module Boundaries" (Nx 22). Read from .eslintrc.json as JSON, and from eslint.config.* and
/// .eslintrc.* when the options, or the tables in them, are literals there.
struct NxRules {
    struct Constraint {
        /// All of them must be on the project.
        var sourceTags: [NxPattern]
        var only: [NxPattern]?
        var not: [NxPattern] = []
        var bannedImports: [NxPattern] = []
        var allowedImports: [NxPattern]?
        var evidence: Evidence
    }

    private(set) var constraints: [Constraint] = []
    private(set) var severity = Finding.Severity.error
    /// Whether the rule is set and not off.
    private(set) var isOn = false
    /// Whether an import is one that no constraint is for.
    private var allowed: [(String) -> Bool] = []
    private(set) var needsBuildable = false
    private(set) var buildTargets = ["build"]
    /// What of the rule was not understood.
    private(set) var notes: [Finding] = []
    /// The file it stands in, and the line of its name.
    private(set) var place: Evidence?

    private static let marker = "enforce-module-boundaries"
    private static let rules = ["@nx/enforce-module-boundaries", "@nrwl/nx/enforce-module-boundaries"]
    private static let files = [
        ".eslintrc.json", ".eslintrc", ".eslintrc.base.json", ".eslintrc.js", ".eslintrc.cjs", "eslint.config.js",
        "eslint.config.mjs", "eslint.config.cjs", "eslint.config.ts", "eslint.config.mts", "eslint.config.cts",
        "eslint.base.config.js", "eslint.base.config.mjs", "eslint.base.config.cjs", "eslint.base.config.ts",
    ]

    /// Reads the first file in a directory that sets the rule.
    init(of directory: RepoPath, in tree: SourceTree) throws(GitError) {
        guard let contents = try tree.directory(directory) else { return }
        for name in NxRules.files {
            guard let entry = contents.entry(named: name.utf8), entry.mode.isFile else { continue }
            let bytes = try tree.objects.blob(entry.id)
            guard ByteSearch.holds(Array(NxRules.marker.utf8), in: bytes) else { continue }
            let path = directory.appending(name)
            place = Evidence(path: path, line: nil)
            if name.hasSuffix(".json") || name == ".eslintrc" {
                readJSON(bytes, path)
            } else {
                readCode(bytes, path)
            }
            return
        }
    }

    func allows(_ specifier: String) -> Bool { allowed.contains { $0(specifier) } }

    private mutating func unread(_ path: RepoPath, _ line: Int?, _ problem: String) {
        notes.append(
            Finding(
                .boundariesUnread, .note, evidence: [Evidence(path: path, line: line)],
                "the constraints of @nx/enforce-module-boundaries were not read: \(problem)",
                advice: "write them as a literal, or use 'boundaries' of ripple.yaml"))
    }

    // MARK: JSON

    private mutating func readJSON(_ bytes: [UInt8], _ path: RepoPath) {
        guard let document = try? JSONDocument(parsing: bytes, allowingComments: true) else {
            return unread(path, nil, "the file is not JSON")
        }
        let places = [document.root] + (document.root["overrides"]?.array ?? [])
        for place in places {
            for rule in NxRules.rules {
                guard let setting = place["rules"]?[rule] else { continue }
                read(setting) { Evidence(path: path, line: document.position(of: $0.offset).line) }
            }
        }
    }

    /// A level, or an array of one and the options.
    private mutating func read(_ setting: JSONNode, at place: (JSONNode) -> Evidence) {
        let parts = setting.array ?? [setting]
        guard let level = parts.first, level.string != "off", level.number != "0" else { return }
        isOn = true
        if level.string == "warn" || level.number == "1" { severity = .warning }
        guard parts.count > 1 else { return }
        let options = parts[1], here = place(options)
        read(allow: options["allow"], here)
        for node in options["depConstraints"]?.array ?? [] { add(node, place(node)) }
        needsBuildable = needsBuildable || options["enforceBuildableLibDependency"]?.bool == true
        if let targets = options["buildTargets"]?.array { buildTargets = targets.compactMap(\.string) }
        if options["checkNestedExternalImports"]?.bool == true {
            unread(
                here.path, here.line, "'checkNestedExternalImports' is not followed: only direct imports are checked")
        }
    }

    private mutating func read(allow node: JSONNode?, _ place: Evidence) {
        for entry in (node?.array ?? []).compactMap(\.string) {
            if let allows = NxPattern.allows(entry) {
                allowed.append(allows)
            } else {
                // Allowing what cannot be told is silence, not a finding that may be wrong.
                allowed.append { _ in true }
                unread(place.path, place.line, "the entry '\(entry)' of 'allow' cannot be used, so nothing is reported")
            }
        }
    }

    private mutating func add(_ node: JSONNode, _ evidence: Evidence) {
        func texts(_ key: String) -> [String]? { node[key]?.array?.compactMap(\.string) }
        let sources = node["sourceTag"]?.string.map { [$0] } ?? texts("allSourceTags") ?? []
        guard !sources.isEmpty else { return }
        func patterns(_ tags: [String]?) -> [NxPattern]? { tags?.compactMap { NxPattern(tag: $0) } }
        let constraint = Constraint(
            sourceTags: patterns(sources) ?? [], only: patterns(texts("onlyDependOnLibsWithTags")),
            not: patterns(texts("notDependOnLibsWithTags")) ?? [],
            bannedImports: (texts("bannedExternalImports") ?? []).map { NxPattern(package: $0) },
            allowedImports: texts("allowedExternalImports")?.map { NxPattern(package: $0) }, evidence: evidence)
        let written =
            sources.count + (texts("onlyDependOnLibsWithTags")?.count ?? 0)
            + (texts("notDependOnLibsWithTags")?.count ?? 0)
        if constraint.sourceTags.count + (constraint.only?.count ?? 0) + constraint.not.count < written {
            unread(evidence.path, evidence.line, "a tag is a regular expression that cannot be used")
        } else {
            constraints.append(constraint)
        }
    }

    // MARK: Code

    /// Finds the setting behind the rule's name, as a whole when it is a literal, else by the tables in it.
    private mutating func readCode(_ bytes: [UInt8], _ path: RepoPath) {
        guard let rule = ByteSearch.position(of: NxRules.marker, in: bytes, from: 0) else { return }
        let line = NxRules.line(of: rule, in: bytes)
        place = Evidence(path: path, line: line)
        if let start = NxRules.value(behind: rule + NxRules.marker.utf8.count, in: bytes),
            let document = NxRules.literal(in: bytes, at: start)
        {
            let first = NxRules.line(of: start, in: bytes)
            return read(document.root) {
                Evidence(path: path, line: first + document.position(of: $0.offset).line - 1)
            }
        }
        let end = ByteSearch.position(of: NxRules.marker, in: bytes, from: rule + 1) ?? bytes.count
        guard let key = ByteSearch.position(of: "depConstraints", in: bytes, from: rule), key < end else {
            let level = String(decoding: bytes[rule..<min(end, rule + 80)], as: UTF8.self)
            if !NxRules.isOff(level) { unread(path, line, "there is no depConstraints in the file") }
            return
        }
        let level = String(decoding: bytes[rule..<key], as: UTF8.self)
        if NxRules.isOff(level) { return }
        isOn = true
        if level.contains("'warn'") || level.contains("\"warn\"") { severity = .warning }
        if let allow = ByteSearch.position(of: "allow:", in: bytes, from: rule), allow < end {
            if let start = NxRules.value(behind: allow + 5, in: bytes), let list = NxRules.literal(in: bytes, at: start)
            {
                read(allow: list.root, Evidence(path: path, line: NxRules.line(of: allow, in: bytes)))
            } else {
                allowed.append { _ in true }
                unread(path, NxRules.line(of: allow, in: bytes), "'allow' is code, so nothing is reported")
            }
        }
        let keyLine = NxRules.line(of: key, in: bytes)
        guard let start = NxRules.table(behind: key + "depConstraints".utf8.count, in: bytes),
            let document = NxRules.literal(in: bytes, at: start)
        else { return unread(path, keyLine, "depConstraints is code") }
        let first = NxRules.line(of: start, in: bytes)
        for node in document.root.array ?? [] {
            add(node, Evidence(path: path, line: first + document.position(of: node.offset).line - 1))
        }
    }

    private static func isOff(_ level: String) -> Bool { level.contains("'off'") || level.contains("\"off\"") }

    private static func line(of position: Int, in bytes: [UInt8]) -> Int {
        bytes[..<position].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }

    private static func literal(in bytes: [UInt8], at start: Int) -> JSONDocument? {
        guard let json = JavaScriptLiteral.json(in: bytes, at: start) else { return nil }
        return try? JSONDocument(parsing: json, allowingComments: true)
    }

    /// Where the array begins that a key, whose name ends at `end`, has as its value; `nil` when it has another.
    private static func value(behind end: Int, in bytes: [UInt8]) -> Int? {
        var position = end
        while position < bytes.count, "\"': \n\t\r".utf8.contains(bytes[position]) { position += 1 }
        return position < bytes.count && bytes[position] == UInt8(ascii: "[") ? position : nil
    }

    /// As `value`, or where the array begins that the file gives to the constant which is the value.
    private static func table(behind end: Int, in bytes: [UInt8]) -> Int? {
        if let start = value(behind: end, in: bytes) { return start }
        var position = end
        while position < bytes.count, "\"': \n\t\r".utf8.contains(bytes[position]) { position += 1 }
        // `depConstraints,` means the constant of that name.
        let isShort = position < bytes.count && bytes[position] == UInt8(ascii: ",")
        let word = bytes[position...].prefix { $0 >= 0x30 && $0 != UInt8(ascii: ":") && $0 < 0x7B && $0 != 0x5B }
        let name = isShort ? "depConstraints" : String(decoding: word, as: UTF8.self)
        guard !name.isEmpty, let constant = ByteSearch.position(of: "const \(name)", in: bytes, from: 0) else {
            return nil
        }
        var next = constant + "const \(name)".utf8.count
        while next < bytes.count, bytes[next] != UInt8(ascii: "="), bytes[next] != UInt8(ascii: "\n") { next += 1 }
        return next < bytes.count && bytes[next] == UInt8(ascii: "=") ? value(behind: next + 1, in: bytes) : nil
    }
}
