internal import GitObjects
internal import WorkspaceModel

/// What the files of a moon workspace say: its projects, and the tasks that they may inherit.
struct MoonSurvey {
    let tree: SourceTree
    let cache: ParsedMoonCache
    private(set) var projects: [MoonProject] = []
    private(set) var workspace = MoonWorkspaceFile()
    private(set) var toolchains = MoonToolchains()
    /// The files of inherited tasks, in the order of their paths.
    private(set) var inherited: [MoonTasksFile] = []
    private(set) var structuralFiles: Set<RepoPath> = []
    private(set) var diagnostics: [Diagnostic] = []
    /// Why a file that concerns every project cannot be read, with the file.
    private(set) var problems: [(path: RepoPath, text: String)] = []
    private var isVersion2 = false

    static let directory = RepoPath(".moon")

    init(tree: SourceTree, cache: ParsedMoonCache) {
        self.tree = tree
        self.cache = cache
    }

    /// Reads the workspace at the root of the tree; false when there is none.
    mutating func run() throws(GitError) -> Bool {
        guard let directory = try tree.directory(MoonSurvey.directory),
            let file = MoonSurvey.file("workspace", in: directory)
        else { return false }
        try readShared(file, directory)
        let version2 = workspace.isVersion2 || directory.entry(named: "toolchains.yml") != nil
        isVersion2 = version2 || inherited.contains { $0.condition != nil }
        var listing = try MoonListing(workspace, file: MoonSurvey.directory.appending(file.name))
        try listing.run(in: tree)
        diagnostics += listing.diagnostics
        for place in listing.places { try add(place) }
        noteUnusedFiles()
        return true
    }

    // MARK: Files that concern every project

    struct File {
        var name: String
        var id: ObjectID
    }

    /// The file called `name` with one of moon's extensions.
    static func file(_ name: String, in directory: Tree) -> File? {
        for suffix in MoonFile.extensions {
            if let entry = directory.entry(named: "\(name).\(suffix)".utf8), entry.mode.isFile {
                return File(name: "\(name).\(suffix)", id: entry.id)
            }
        }
        return nil
    }

    private mutating func readShared(_ file: File, _ directory: Tree) throws(GitError) {
        let parsed = try parse(file) { (bytes, path) throws(ConfigurationError) in
            try MoonWorkspaceFile.parse(bytes, at: path)
        }
        workspace = parsed ?? workspace
        diagnostics += workspace.diagnostics
        var seen: Set<RepoPath> = [MoonSurvey.directory.appending(file.name)]
        var from = MoonSurvey.directory.appending(file.name), next = workspace.extends
        while let text = next {
            guard let base = try extended(text, from, &seen) else { break }
            guard
                let file = try read(
                    base,
                    { (bytes, path) throws(ConfigurationError) in
                        try MoonWorkspaceFile.parse(bytes, at: path)
                    })
            else { break }
            workspace.extend(file)
            diagnostics += file.diagnostics
            (from, next) = (base, file.extends)
        }
        for name in ["toolchains", "toolchain"] {
            guard let file = MoonSurvey.file(name, in: directory) else { continue }
            let parsed = try parse(file) { (bytes, path) throws(ConfigurationError) in
                try MoonToolchains(parsing: bytes, at: path)
            }
            toolchains = parsed ?? toolchains
            let path = MoonSurvey.directory.appending(file.name)
            var seen: Set<RepoPath> = [path]
            for text in toolchains.extends {
                guard let base = try extended(text, path, &seen) else { continue }
                let parsed = try read(base) { (bytes, path) throws(ConfigurationError) in
                    try MoonToolchains(parsing: bytes, at: path)
                }
                if let parsed { toolchains.extend(parsed) }
            }
            break
        }
        if let versions = try tree.read(MoonToolchains.versionsFile) { toolchains.addVersions(versions) }
        if let file = MoonSurvey.file("tasks", in: directory) { try addTasks(MoonSurvey.directory, file) }
        if let below = directory.entry(named: "tasks"), below.mode == .directory {
            try addTasks(below: MoonSurvey.directory.appending("tasks"), below.id)
        }
    }

    private mutating func parse<Value>(
        _ file: File, _ body: ([UInt8], RepoPath) throws(ConfigurationError) -> Value
    ) throws(GitError) -> Value? {
        let path = MoonSurvey.directory.appending(file.name)
        structuralFiles.insert(path)
        guard isRead(file.name, at: path) else { return nil }
        let bytes = try tree.objects.blob(file.id)
        do throws(ConfigurationError) {
            return try body(bytes, path)
        } catch {
            problems.append((path, error.message))
            return nil
        }
    }

    /// The file that `extends` names from another; `nil`, with a note, for one that is not in the repository, and for one that
    /// was read before.
    private mutating func extended(_ text: String, _ from: RepoPath, _ seen: inout Set<RepoPath>) throws(GitError)
        -> RepoPath?
    {
        let isAddress = text.contains("://")
        if !isAddress, let path = from.parent?.resolving(text), let entry = try tree.entry(path), entry.mode.isFile {
            guard seen.insert(path).inserted else { return nil }
            // Outside of moon's own directory it stays a file of its project too.
            if path.isWithin(MoonSurvey.directory) { structuralFiles.insert(path) }
            let name = String(decoding: path.lastComponent, as: UTF8.self)
            return isRead(name, at: path) ? path : nil
        }
        // Should it come, what is read here changes.
        if !isAddress, let path = from.parent?.resolving(text) { structuralFiles.insert(path) }
        let reason = isAddress ? "what lies at an address is not read" : "there is no such file"
        diagnostics.append(
            Diagnostic(
                evidence: Evidence(path: from, line: nil),
                message: "'extends: \(text)' is not followed: \(reason), and what it says is not known here"))
        return nil
    }

    private mutating func read<Value>(
        _ path: RepoPath, _ body: ([UInt8], RepoPath) throws(ConfigurationError) -> Value
    ) throws(GitError) -> Value? {
        guard let bytes = try tree.read(path) else { return nil }
        do throws(ConfigurationError) {
            return try body(bytes, path)
        } catch {
            problems.append((path, error.message))
            return nil
        }
    }

    /// Whether the file's form is one that is read; notes a problem when it is not.
    private mutating func isRead(_ name: String, at path: RepoPath) -> Bool {
        if MoonFile.isRead(name) { return true }
        problems.append((path, "\(path): only the YAML, JSON and TOML forms of moon's files are read"))
        return false
    }

    private mutating func addTasks(below path: RepoPath, _ id: ObjectID) throws(GitError) {
        let contents = try tree.objects.tree(id)
        for entry in contents.entries {
            let name = String(decoding: contents.name(of: entry), as: UTF8.self)
            if entry.mode == .directory {
                try addTasks(below: path.appending(contents.name(of: entry)), entry.id)
            } else if entry.mode.isFile {
                try addTasks(path, File(name: name, id: entry.id))
            }
        }
    }

    private mutating func addTasks(_ directory: RepoPath, _ file: File) throws(GitError) {
        let path = directory.appending(file.name)
        structuralFiles.insert(path)
        guard isRead(file.name, at: path) else { return }
        switch try cache.tasks(file.id, at: path, in: tree.objects) {
        case .success(let tasks):
            diagnostics += tasks.diagnostics
            var tasks = tasks
            var seen: Set<RepoPath> = [path]
            // The nearest last: each is laid under what is there already.
            var pending = tasks.extends.map { ($0, path) }
            while let (text, from) = pending.popLast() {
                guard let base = try extended(text, from, &seen) else { continue }
                guard let entry = try tree.entry(base) else { continue }
                switch try cache.tasks(entry.id, at: base, in: tree.objects) {
                case .success(let file):
                    tasks.layer.extend(file.layer)
                    if tasks.condition == nil { tasks.condition = file.condition }
                    diagnostics += file.diagnostics
                    pending = file.extends.map { ($0, base) } + pending
                case .failure(let error): problems.append((base, error.message))
                }
            }
            inherited.append(tasks)
        case .failure(let error): problems.append((path, error.message))
        }
    }

    /// In moon 1 the name of a file says who inherits it; one that nobody does is worth a line.
    private mutating func noteUnusedFiles() {
        guard !isVersion2 else { return }
        let used = Set(projects.flatMap(\.inheritedNames))
        for file in inherited where !isForAll(file) && !used.contains(MoonSurvey.stem(file.layer.path)) {
            diagnostics.append(
                Diagnostic(
                    evidence: Evidence(path: file.layer.path, line: nil),
                    message: "no project inherits the tasks of this file"))
        }
    }

    // MARK: Projects

    private mutating func add(_ place: MoonListing.Place) throws(GitError) {
        guard let directory = try tree.directory(place.path) else {
            diagnostics.append(
                Diagnostic(
                    evidence: place.evidence, message: "the project '\(place.id)' has no directory '\(place.path)'"))
            return
        }
        var file = MoonProjectFile(path: place.path.appending("moon.yml"))
        var broken: String?
        if let found = MoonSurvey.file("moon", in: directory) {
            let path = place.path.appending(found.name)
            structuralFiles.insert(path)
            let count = problems.count
            if isRead(found.name, at: path) {
                switch try cache.project(found.id, at: path, in: tree.objects) {
                case .success(let parsed): file = parsed
                case .failure(let error): broken = error.message
                }
            } else {
                // This one concerns its project alone.
                broken = problems.removeLast().text
                assert(problems.count == count)
            }
            diagnostics += file.diagnostics
        }
        let names = Set(directory.entries.map { String(decoding: directory.name(of: $0), as: UTF8.self) })
        var project = MoonProject(
            path: place.path, id: place.id, file: file, listed: place.evidence, names: names, tools: toolchains)
        project.brokenReason = broken
        projects.append(project)
    }

    /// The layers that a project inherits, most general first.
    func layers(of project: MoonProject) -> [MoonTasksFile] {
        if isVersion2 {
            let matching = inherited.filter { file in file.condition.map(project.meets) ?? true }
            return matching.sorted {
                ($0.condition?.rank ?? 0, $0.layer.path) < ($1.condition?.rank ?? 0, $1.layer.path)
            }
        }
        var order: [String: Int] = [:]
        for (index, name) in project.inheritedNames.enumerated() where order[name] == nil { order[name] = index }
        let places = inherited.compactMap { file -> (Int, MoonTasksFile)? in
            if isForAll(file) { return (-1, file) }
            return order[MoonSurvey.stem(file.layer.path)].map { ($0, file) }
        }
        return places.sorted { ($0.0, $0.1.layer.path) < ($1.0, $1.1.layer.path) }.map(\.1)
    }

    /// .moon/tasks.yml, and .moon/tasks/all.yml, which moon 1 gives the same meaning.
    private func isForAll(_ file: MoonTasksFile) -> Bool {
        file.layer.path.parent == MoonSurvey.directory || MoonSurvey.stem(file.layer.path) == "all"
    }

    /// The name of a file without its extension.
    private static func stem(_ path: RepoPath) -> String {
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
