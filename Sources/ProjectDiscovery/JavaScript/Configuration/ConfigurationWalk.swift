internal import GitObjects
internal import WorkspaceModel

/// Follows the configuration of one project, or of a directory above projects, from file to file.
struct ConfigurationWalk {
    private let survey: ConfigurationSurvey
    /// The directory whose files name others.
    private let project: RepoPath
    /// Whether no project owns the directory: then only what its files load counts, not what they list.
    private let isShared: Bool
    private(set) var named: [Key: NamedFile] = [:]
    private(set) var places: Set<RepoPath> = []
    private(set) var diagnostics: [Diagnostic] = []
    private var pending: [Step] = []
    private var next = 0
    private var visited: Set<Key> = []
    private var ownFollowed = 0
    private var foreignFollowed = 0

    struct Key: Hashable {
        let path: RepoPath
        let role: FileRole
    }

    private struct Step {
        let path: RepoPath
        var role: FileRole
        /// How the file is named; empty where it is the project's own configuration.
        let chain: [Evidence]
        let references: [ConfigurationReferences.Reference]
        /// Where `<rootDir>` is.
        let base: RepoPath
        /// Whether the file is found by its name, so that all it lists counts.
        let isStart: Bool
    }

    /// How many files of the project, and of others, are followed. Past the second whole directories count.
    private static let ownLimit = 64, foreignLimit = 256

    init(survey: ConfigurationSurvey, project: RepoPath, isShared: Bool) {
        self.survey = survey
        self.project = project
        self.isShared = isShared
    }

    var hasStarted: Bool { !pending.isEmpty }

    /// Takes the configuration files of a directory.
    mutating func start(in contents: Tree, at directory: RepoPath) throws(GitError) {
        for entry in contents.entries where entry.mode.isFile {
            let name = contents.name(of: entry)
            if name.elementsEqual("package.json".utf8) {
                for (tool, section) in try survey.sections(of: entry.id) {
                    let role = ConfigurationWalk.role(ofSection: tool)
                    add(directory.appending(name), role, section.references)
                }
            } else if StructureNames.isToolConfiguration(name) {
                let references = try survey.references(of: entry.id, as: ConfigurationReferences.form(of: name))
                add(directory.appending(name), ConfigurationWalk.role(of: name), references)
            }
        }
    }

    private mutating func add(
        _ path: RepoPath, _ role: FileRole, _ references: [ConfigurationReferences.Reference]
    ) {
        visited.insert(Key(path: path, role: role))
        guard !references.isEmpty else { return }
        pending.append(
            Step(
                path: path, role: role, chain: [], references: references, base: path.parent ?? .root, isStart: true))
    }

    /// Lint and test configuration is for their tasks; what no build reads is read if it names files.
    private static func role(of name: ArraySlice<UInt8>) -> FileRole {
        if let role = typeScriptRole(of: name) { return role }
        let role = FileRole.of(name)
        return role == .ignored ? .general : role
    }

    /// `tsconfig.spec.json` and alike say how tests are compiled, `tsconfig.eslint.json` what a linter reads.
    private static func typeScriptRole(of name: ArraySlice<UInt8>) -> FileRole? {
        guard name.starts(with: "tsconfig.".utf8) else { return nil }
        let words = name.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
        if words.contains(where: ["spec", "test", "tests", "vitest", "jest", "e2e", "cypress"].contains) {
            return .testCode
        }
        return words.contains("eslint") || words.contains("lint") ? .lint : nil
    }

    private static func role(ofSection tool: String) -> FileRole {
        switch tool {
        case "jest", "mocha", "ava", "nyc", "c8", "vitest": .test
        case "eslintConfig", "prettier", "stylelint", "xo": .lint
        default: .general
        }
    }

    mutating func run() throws(GitError) {
        while next < pending.count {
            let step = pending[next]
            next += 1
            for reference in step.references { try follow(reference, from: step) }
        }
    }

    private mutating func follow(
        _ reference: ConfigurationReferences.Reference, from step: Step
    ) throws(GitError) {
        if isShared, reference.kind == .text || reference.kind == .typeScriptProject { return }
        // A file that was followed may hold anything: only what it loads counts.
        if !step.isStart, reference.kind == .text { return }
        guard let target = try target(of: reference, from: step) else { return }
        let chain = step.chain + [Evidence(path: step.path, line: reference.line)]
        let isForeign = isShared || survey.projectOwning(target.path) != project
        // The project's own configuration for tests stays that, whatever refers to it.
        var step = step
        if !isForeign, reference.kind == .typeScriptProject,
            let role = ConfigurationWalk.typeScriptRole(of: target.path.lastComponent)
        {
            step.role = role
        }
        if isForeign, !isKnown(target.path, step.role) { name(target.path, step.role, chain) }
        guard let entry = target.entry, entry.mode.isFile else { return }
        let name = target.path.lastComponent
        let form: ConfigurationReferences.Form
        switch reference.kind {
        case .typeScriptBase: form = .typeScript
        case .typeScriptProject:
            form = .typeScript
            if isForeign { nameUndeclared(target.path, step.role, chain) }
        case .module:
            form = ConfigurationReferences.form(of: name)
            // package.json and data have nothing to follow; settings that are extended do.
            if form == .typeScript || (form == .data && !isSettings(name)) { return }
        case .text:
            // Code that is named is mostly loaded, by an alias or a computed `require`; an edge tells it better.
            form = ConfigurationReferences.form(of: name)
            guard isForeign, form == .code || form == .codeWithTags else { return }
            if let other = survey.projectOwning(target.path), survey.reaches(project, other) { return }
        }
        guard visited.insert(Key(path: target.path, role: step.role)).inserted,
            try mayFollow(target.path, isForeign: isForeign, step, chain)
        else { return }
        var references = try survey.references(of: entry.id, as: form)
        // What an extended file references is not inherited, and what a referenced project references is its own affair.
        if form == .typeScript, reference.kind == .typeScriptBase || isForeign {
            references.removeAll { $0.kind == .typeScriptProject || $0.kind == .text }
        }
        guard !references.isEmpty else { return }
        pending.append(
            Step(
                path: target.path, role: step.role, chain: chain, references: references, base: step.base,
                isStart: form == .typeScript && !isForeign))
    }

    private func isSettings(_ name: ArraySlice<UInt8>) -> Bool {
        !name.elementsEqual("package.json".utf8)
            && ["json", "jsonc", "json5", "yaml", "yml", "eslintrc"].contains {
                name.reversed().starts(with: $0.utf8.reversed())
            }
    }

    /// Whether an unowned file reaches everybody whom the directory's configuration reaches anyway.
    private func isKnown(_ path: RepoPath, _ role: FileRole) -> Bool {
        guard isShared, survey.projectOwning(path) == nil, let reach = FileRole.reach(of: path),
            project.isWithin(reach.directory)
        else { return false }
        return reach.role == .general || reach.role == role
    }

    private mutating func name(_ path: RepoPath, _ role: FileRole, _ chain: [Evidence]) {
        let key = Key(path: path, role: role)
        if named[key] == nil { named[key] = NamedFile(path: path, role: role, chain: chain) }
    }

    /// A project that is referenced and no dependency is compiled along, so all of it counts.
    private mutating func nameUndeclared(_ configuration: RepoPath, _ role: FileRole, _ chain: [Evidence]) {
        guard let other = survey.projectOwning(configuration), !project.isWithin(other),
            !survey.reaches(project, other), let directory = configuration.parent
        else { return }
        name(directory, role, chain)
    }

    /// Whether one more file may be followed. Where many are, the directory of those left out counts as a whole.
    private mutating func mayFollow(
        _ path: RepoPath, isForeign: Bool, _ step: Step, _ chain: [Evidence]
    ) throws(GitError) -> Bool {
        guard isForeign else {
            ownFollowed += 1
            return ownFollowed <= ConfigurationWalk.ownLimit
        }
        foreignFollowed += 1
        if foreignFollowed <= ConfigurationWalk.foreignLimit { return true }
        if foreignFollowed == ConfigurationWalk.foreignLimit + 1 {
            diagnostics.append(
                Diagnostic(
                    evidence: chain.first ?? Evidence(path: step.path, line: nil),
                    message:
                        "the configuration loads more than \(ConfigurationWalk.foreignLimit) files from elsewhere; "
                        + "the directories of the others count as a whole"))
        }
        if let directory = path.parent, !project.isWithin(directory) { name(directory, step.role, chain) }
        return false
    }

    // MARK: Where the named file is

    private mutating func target(
        of reference: ConfigurationReferences.Reference, from step: Step
    ) throws(GitError) -> (path: RepoPath, entry: Tree.Entry?)? {
        let directory = step.path.parent ?? .root
        var text = reference.text[...]
        switch reference.kind {
        case .typeScriptBase:
            let isRelative = text.hasPrefix("./") || text.hasPrefix("../") || text == "." || text == ".."
            let installed = text.ranges(of: "node_modules/").last.map { String(text[$0.upperBound...]) }
            let name = installed ?? reference.text
            guard let path = isRelative && installed == nil ? directory.resolving(text) : survey.member(name) else {
                return nil
            }
            return try first(of: [path, RepoPath(bytes: path.bytes + Array(".json".utf8)), tsconfig(in: path)], path)
        case .typeScriptProject:
            guard let path = directory.resolving(text) else { return nil }
            return try first(of: [path, tsconfig(in: path)], path)
        case .module, .text: break
        }
        // What lies in node_modules is a package of the workspace, or none of the repository's files.
        if let mark = text.ranges(of: "node_modules/").last {
            guard let path = survey.member(String(text[mark.upperBound...])) else { return nil }
            return try first(of: [path, RepoPath(bytes: path.bytes + Array(".js".utf8))], path)
        }
        var start = directory
        if let mark = text.firstRange(of: "<rootDir>") {
            text = text[mark.upperBound...]
            start = step.base
        }
        while text.hasPrefix("/") { text = text.dropFirst() }
        if let mark = text.firstIndex(where: { "?!".contains($0) }), reference.kind == .module { text = text[..<mark] }
        // Of a pattern the directory counts that it begins with.
        var isPattern = false
        if let wildcard = text.firstIndex(where: { "*{[$(|^".contains($0) }) {
            text = text[..<(text[..<wildcard].lastIndex(of: "/") ?? text.startIndex)]
            isPattern = true
        }
        guard let path = start.resolving(text), !path.isRoot, !project.isWithin(path) else { return nil }
        addPlace(path)
        if let entry = try survey.files.entry(path) {
            guard entry.mode == .directory, reference.kind == .module, !isPattern else {
                // An import of a package.json is meant as such; what node_modules holds is not in the repository.
                return (path, entry)
            }
            let index = path.appending("index")
            addPlace(index)
            if let found = try survey.files.locate(index), let entry = try survey.files.entry(found) {
                return (found, entry)
            }
            return (path, entry)
        }
        if isPattern { return nil }
        guard let found = try survey.files.locate(path), let entry = try survey.files.entry(found) else {
            // It may come.
            return nil
        }
        return (found, entry)
    }

    private func tsconfig(in directory: RepoPath) -> RepoPath { directory.appending("tsconfig.json") }

    /// The first of the candidates that is a file.
    private mutating func first(
        of candidates: [RepoPath], _ path: RepoPath
    ) throws(GitError) -> (path: RepoPath, entry: Tree.Entry?)? {
        for candidate in candidates {
            addPlace(candidate)
            if let entry = try survey.files.entry(candidate), entry.mode != .directory { return (candidate, entry) }
        }
        return nil
    }

    /// Notes where a file is looked for, with and without its extension.
    private mutating func addPlace(_ path: RepoPath) {
        places.insert(path)
        let name = path.lastComponent
        if let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex, let parent = path.parent {
            places.insert(parent.appending(name[..<dot]))
        }
    }
}
