internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// Finds external packages that Python code imports and nothing declares.
///
/// The name of a module does not say which distribution provides it, so only what is sure is reported: a module whose
/// distributions are known, or whose own name is that of a locked or a very common distribution, when nothing that is
/// declared looks as if it could provide the module.
struct PythonPackages {
    private let workspace: Workspace
    private let tree: SourceTree
    /// The manifests, by the directories they are in; those of workspace projects also by their names.
    private var facts: [RepoPath: PythonFacts?] = [:]
    private let byName: [String: RepoPath]
    /// The names that files in a directory and above declare or mention.
    private var declared: [RepoPath: Set<String>] = [:]
    private var brought: [RepoPath: Set<String>] = [:]
    /// The names of all distributions in the lockfiles above a project.
    private var locked: [RepoPath: Set<String>] = [:]
    /// What lies where Python looks first: the modules of the repository itself.
    private let local: Set<Substring>
    private var undeclared: [ProjectIndex: [String: [Evidence]]] = [:]
    private var answers: [Question: [String]] = [:]

    /// What decides whether an import lacks a declaration.
    private struct Question: Hashable {
        let directory: RepoPath
        let project: ProjectIndex
        let isAside: Bool
        let name: String
        /// Only where they may be packages of their own.
        let members: [String]
    }

    /// One finding for each project and distribution.
    static func findings(
        _ files: [ScannedFile], _ workspace: Workspace, in tree: SourceTree
    ) throws(GitError) -> [Finding] {
        let files = files.filter { $0.language == .python }
        guard !files.isEmpty else { return [] }
        var packages = PythonPackages(files, workspace, tree)
        for file in files {
            for entry in file.imports where entry.kind == .plain && !entry.isNested && !entry.name.hasPrefix(".") {
                try packages.add(entry, of: file)
            }
        }
        return packages.findings()
    }

    private init(_ files: [ScannedFile], _ workspace: Workspace, _ tree: SourceTree) {
        self.workspace = workspace
        self.tree = tree
        byName = Dictionary(
            workspace.projects.filter { $0.managers.contains(.python) }.map {
                (PythonFacts.normalised($0.name ?? $0.id), $0.path)
            }, uniquingKeysWith: { one, _ in one })
        local = PythonPackages.localModules(files)
    }

    /// The modules that begin where a directory is no package any more, which is where Python starts looking.
    private static func localModules(_ files: [ScannedFile]) -> Set<Substring> {
        let packages = Set(
            files.lazy.filter { $0.path.lastComponent.elementsEqual("__init__.py".utf8) }.compactMap(\.path.parent))
        var names: Set<Substring> = []
        for file in files {
            var top = file.path
            while let parent = top.parent, packages.contains(parent) { top = parent }
            let name = Substring(decoding: top.lastComponent, as: UTF8.self)
            names.insert(name.prefix { $0 != "." })
            // A directory without __init__.py is a namespace, when its parent is looked in.
            if let parent = top.parent {
                for component in parent.components { names.insert(Substring(decoding: component, as: UTF8.self)) }
            }
        }
        return names
    }

    private mutating func add(_ entry: SourceImport, of file: ScannedFile) throws(GitError) {
        let parts = entry.name.split(separator: ".")
        guard let module = parts.first, let directory = file.path.parent, !module.hasPrefix("_"),
            !local.contains(module), !PythonNames.standardLibrary.contains(String(module))
        else { return }
        let isShared = PythonNames.namespaces.contains(String(module))
        let question = Question(
            directory: directory, project: file.project, isAside: file.isAside, name: entry.name,
            members: isShared ? entry.members : [])
        let missing: [String]
        if let known = answers[question] {
            missing = known
        } else {
            missing = try self.missing(parts, question)
            answers[question] = missing
        }
        for name in missing {
            undeclared[file.project, default: [:]][name, default: []].append(
                Evidence(path: file.path, line: entry.line))
        }
    }

    /// Which distributions code in a directory lacks for one import.
    private mutating func missing(_ parts: [Substring], _ question: Question) throws(GitError) -> [String] {
        let path = workspace[question.project].path
        guard let module = parts.first, try isManaged(path) else { return [] }
        let isShared = PythonNames.namespaces.contains(String(module))
        // `from google.cloud import storage` may name a package of its own.
        let members = question.members.compactMap { PythonNames.distributions(of: parts + [Substring($0)]) }
        var candidates = PythonNames.distributions(of: parts).map { [$0] } ?? members, isGuess = false
        if candidates.isEmpty {
            let name = PythonFacts.normalised(module), isLocked = try locked(in: path).contains(name)
            guard !isShared, isLocked || PythonNames.common.contains(String(module)) else { return [] }
            candidates = [[name]]
            isGuess = true
        }
        var names = try declared(in: question.directory)
        // Tests also use what the projects under test bring along.
        if question.isAside { names.formUnion(try broughtAlong(by: path)) }
        return candidates.compactMap { candidate in
            guard let first = candidate.first, names.isDisjoint(with: candidate) else { return nil }
            let isProvided = names.contains { name in
                isGuess ? PythonPackages.mayProvide(name, module) : name.hasPrefix(first + "-")
            }
            return isProvided ? nil : first
        }
    }

    /// Whether a distribution's name holds the module's as a word of its own, as `python-magic-bin` does `magic`.
    private static func mayProvide(_ distribution: String, _ module: Substring) -> Bool {
        let name = PythonFacts.normalised(module)
        // Half of all distributions have these words.
        if ["pytest", "django", "flask", "sphinx", "google", "types", "python"].contains(name) {
            return distribution == name
        }
        if distribution.hasPrefix("types-") { return false }
        if name.count > 3, distribution.hasPrefix(name) || distribution.hasSuffix(name) { return true }
        if "-\(distribution)-".contains("-\(name)-") { return true }
        return distribution.replacing("-", with: "") == name.replacing("-", with: "") || distribution == "py" + name
            || distribution == name + "2" || distribution == name + "3"
    }

    /// Whether the project says in a readable file what it needs.
    private mutating func isManaged(_ directory: RepoPath) throws(GitError) -> Bool {
        guard let facts = try facts(in: directory) else { return false }
        return !facts.requirements.isEmpty
    }

    private mutating func facts(in directory: RepoPath) throws(GitError) -> PythonFacts? {
        if let known = facts[directory] { return known }
        let read = try tree.read(directory.appending("pyproject.toml")).flatMap { PythonFacts(parsing: $0) }
        facts[directory] = .some(read)
        return read
    }

    // MARK: Declarations

    private mutating func declared(in directory: RepoPath) throws(GitError) -> Set<String> {
        if let known = declared[directory] { return known }
        var names = try directory.parent.map { parent throws(GitError) in try declared(in: parent) } ?? []
        if let contents = try tree.directory(directory) {
            for entry in contents.entries {
                let name = contents.name(of: entry), path = directory.appending(name)
                if entry.mode == .directory, name.elementsEqual("requirements".utf8) {
                    try addRequirements(below: entry.id, to: &names)
                } else if entry.mode.isFile, PythonPackages.mayDeclare(name) {
                    names.formUnion(PythonPackages.words(try tree.objects.blob(entry.id)))
                } else if entry.mode.isFile, path.lastComponent.elementsEqual("pyproject.toml".utf8),
                    let facts = try facts(in: directory)
                {
                    names.formUnion(facts.mentions)
                    names.formUnion(facts.requirements.map(\.name))
                    for requirement in facts.requirements {
                        try addExtras(requirement.extras, of: requirement.name, to: &names)
                    }
                }
            }
        }
        declared[directory] = names
        return names
    }

    /// What the extras of a project in the workspace bring; those of others are known by their names at most.
    private mutating func addExtras(
        _ extras: [String], of name: String, to names: inout Set<String>
    ) throws(GitError) {
        names.formUnion(extras)
        var pending = extras.map { (name, $0) }, seen: Set<[String]> = []
        while let (name, extra) = pending.popLast() {
            guard seen.insert([name, extra]).inserted, let path = byName[name], let facts = try facts(in: path)
            else { continue }
            names.formUnion(facts.extras[extra] ?? [])
            for requirement in facts.requirements where byName[requirement.name] != nil {
                pending += requirement.extras.map { (requirement.name, $0) }
            }
        }
    }

    /// What the projects of the workspace require that one depends on.
    private mutating func broughtAlong(by directory: RepoPath) throws(GitError) -> Set<String> {
        if let known = brought[directory] { return known }
        var names: Set<String> = [], pending = [directory], seen: Set<RepoPath> = [directory]
        while let path = pending.popLast() {
            guard let facts = try facts(in: path) else { continue }
            names.formUnion(facts.mentions)
            for requirement in facts.requirements {
                if let next = byName[requirement.name], seen.insert(next).inserted { pending.append(next) }
            }
        }
        brought[directory] = names
        return names
    }

    private func addRequirements(below id: ObjectID, to names: inout Set<String>) throws(GitError) {
        let contents = try tree.objects.tree(id)
        for entry in contents.entries where entry.mode.isFile {
            names.formUnion(PythonPackages.words(try tree.objects.blob(entry.id)))
        }
    }

    /// Files beside a pyproject.toml that install packages.
    private static func mayDeclare(_ name: ArraySlice<UInt8>) -> Bool {
        let name = String(decoding: name, as: UTF8.self)
        if ["setup.py", "setup.cfg", "tox.ini", "noxfile.py", "Pipfile", "Makefile", "justfile"].contains(name) {
            return true
        }
        if name.hasPrefix("Dockerfile") { return true }
        let isText = [".txt", ".in", ".yml", ".yaml", ".toml"].contains { name.hasSuffix($0) }
        return isText && ["requirements", "environment", "conda", "constraints", "pixi"].contains { name.contains($0) }
    }

    /// Every word of a text that could be the name of a distribution, normalised.
    private static func words(_ bytes: [UInt8]) -> Set<String> {
        guard bytes.count <= 1 << 20 else { return [] }
        let words = bytes.split { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                false
            default: true
            }
        }
        return Set(words.map { PythonFacts.normalised(String(decoding: $0, as: UTF8.self)) })
    }

    /// The names in `uv.lock`, `poetry.lock` and `pdm.lock` in the directory or above.
    private mutating func locked(in directory: RepoPath) throws(GitError) -> Set<String> {
        if let known = locked[directory] { return known }
        var names = try directory.parent.map { parent throws(GitError) in try locked(in: parent) } ?? []
        for file in ["uv.lock", "poetry.lock", "pdm.lock"] {
            guard let bytes = try tree.read(directory.appending(file)) else { continue }
            let start = Array("name = \"".utf8)
            for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: start) {
                let name = line.dropFirst(start.count).prefix { $0 != UInt8(ascii: "\"") }
                names.insert(PythonFacts.normalised(String(decoding: name, as: UTF8.self)))
            }
        }
        locked[directory] = names
        return names
    }

    // MARK: Answer

    private func findings() -> [Finding] {
        undeclared.flatMap { project, names in
            names.map { name, evidence in
                let manifest = workspace[project].path.appending(SourceLanguage.python.manifest)
                return Finding(
                    .undeclaredDependency, .warning, project: workspace[project].id, target: name,
                    evidence: evidence.inOrder,
                    "\(workspace[project].id) imports from the package '\(name)', which neither its pyproject.toml nor a file above declares",
                    advice: "add \"\(name)\" to the dependencies of \(manifest)")
            }
        }
    }
}
