internal import ContentAddressing
package import GitObjects
package import WorkspaceModel

/// Finds what the tasks of one version of a workspace read.
///
/// Opens as few trees as the rules allow: a directory every file of which is an input stands as its own object id.
/// Results are kept by rule, because the tasks of a project mostly share one.
package final class InputReader {
    let workspace: Workspace
    let tree: SourceTree
    /// Directories that hold projects below them: they cannot stand as one id.
    private let ancestors: Set<RepoPath>
    private let ignored: PatternList?
    /// Unowned files that some task names by a rooted pattern: only those tasks read them.
    private let claimed: PatternList?
    private let globalPatterns: PatternList?
    private var own: [OwnKey: [InputItem]] = [:]
    private var unowned: [RepoPath: [(role: FileRole, item: InputItem)]] = [:]
    private var rootedFound: [PatternList: [InputItem]] = [:]
    private var sets: [SetKey: InputSet] = [:]
    private let purposes = TaskPurposes()

    private struct OwnKey: Hashable {
        let project: ProjectIndex
        let relative: PatternList?
        let outputs: PatternList?
        let outputDirectory: RepoPath
    }

    private struct SetKey: Hashable {
        let own: OwnKey
        let includesOwn: Bool
        let includesUnowned: Bool
        let rooted: PatternList?
        let named: [RepoPath]
        let purpose: TaskPurpose
    }

    package init(workspace: Workspace, tree: SourceTree) throws(AnalysisError) {
        self.workspace = workspace
        self.tree = tree
        var ancestors = Set<RepoPath>()
        for index in workspace.indices where !workspace[index].sharesFiles {
            var directory = workspace[index].path.parent
            while let current = directory, ancestors.insert(current).inserted { directory = current.parent }
        }
        self.ancestors = ancestors
        ignored = try InputReader.compile(workspace.ignore, of: "ripple.yaml", field: "ignore")
        var claims: [String] = []
        for index in workspace.indices {
            let tasks = workspace[index].tasks
            for place in tasks.values.indices where tasks.values[place].claimsInputs {
                guard case .patterns(let patterns, _) = tasks.values[place].inputs else { continue }
                claims += patterns.filter { $0.hasPrefix("/") && InputReader.names($0) }.map { String($0.dropFirst()) }
            }
        }
        claimed = try InputReader.compile(Array(Set(claims)).sorted(), of: "the workspace", field: "inputs")
        globalPatterns = try InputReader.compile(
            workspace.globalInputs.map(InputReader.rootless), of: "ripple.yaml", field: "globalInputs")
    }

    /// A pattern names files when it says where they are: `/config/**` and `/a.json` do, `/*.json` does not.
    private static func names(_ pattern: String) -> Bool {
        let body = pattern.dropFirst()
        guard let first = body.split(separator: "/").first else { return false }
        return !first.contains { "*?[{".contains($0) }
    }

    private static func rootless(_ pattern: String) -> String {
        pattern.hasPrefix("/") ? String(pattern.dropFirst()) : pattern
    }

    private static func compile(_ patterns: [String], of place: String, field: String) throws(AnalysisError)
        -> PatternList?
    {
        guard !patterns.isEmpty else { return nil }
        do throws(PatternError) {
            return try PatternList(patterns)
        } catch {
            throw AnalysisError(pattern: error, place: place, field: field)
        }
    }

    /// The rule for a task, or for the sources of a project when `task` is `nil`.
    func selection(of index: ProjectIndex, taskName: String, task: TaskDefinition?) throws(AnalysisError)
        -> InputSelection
    {
        let project = workspace[index]
        let rule = project.inputRule(of: taskName)
        var relative: [String] = [], rooted: [String] = [], literals = Set<RepoPath>()
        var includesOwn = !project.onlyGathers, includesUnowned = !project.inputsExcludeUnowned && !project.onlyGathers
        var limitsOwn = false
        var crossing: [String] = []
        if case .patterns(let patterns, let includesDefault) = rule {
            includesUnowned = includesUnowned && task?.addsToDefaultInputs == true
            for pattern in patterns {
                let negated = pattern.hasPrefix("!")
                let body = negated ? pattern.dropFirst() : pattern[...]
                if body.hasPrefix("/") {
                    rooted.append((negated ? "!" : "") + body.dropFirst())
                } else {
                    relative.append(pattern)
                    let isLiteral = !body.contains { "*?[{\\".contains($0) }
                    if !negated, isLiteral { literals.insert(project.path.appending(RepoPath(body).bytes)) }
                    if negated || entersProject(index, body, isLiteral: isLiteral) { crossing.append(pattern) }
                }
            }
            limitsOwn = true
            if includesDefault {
                relative.insert("**/*", at: 0)
            } else if relative.isEmpty {
                includesOwn = false
            } else {
                includesOwn = true
            }
        }
        let place = task?.origin.map { "\($0.path)" } ?? project.id
        let relativeList =
            limitsOwn && relative != ["**/*"]
            ? try InputReader.compile(relative, of: place, field: "inputs") : nil
        // A later pattern wins, also over a name that is spelled out.
        if let relativeList {
            literals = literals.filter { $0.relative(to: project.path).map { relativeList.matches($0) } ?? false }
        }
        let nested =
            crossing.contains { !$0.hasPrefix("!") }
            ? try InputReader.compile(crossing, of: place, field: "inputs") : nil
        let outputs = OutputPlace(task?.outputs ?? [], project: project.path)
        var selection = InputSelection(
            workspace: workspace, project: project, projectIndex: index, relative: relativeList,
            includesOwn: includesOwn,
            rooted: try InputReader.compile(rooted, of: place, field: "inputs"),
            outputs: try InputReader.compile(outputs.patterns, of: place, field: "outputs"),
            outputDirectory: outputs.directory, ignored: ignored,
            includesUnowned: includesUnowned, named: [],
            purpose: purposes.purpose(
                name: taskName, command: task?.purposeText ?? ""),
            nested: nested, literals: literals)
        addNamed(to: &selection, task)
        return selection
    }

    /// Adds the files outside the project that the command, a manifest or the configuration of a tool names.
    private func addNamed(to selection: inout InputSelection, _ task: TaskDefinition?) {
        let project = selection.project
        let inCommand = namedFiles(project, task)
        // What a tool was seen to read is all that its task reads.
        let readsAll = task.map { $0.claimsInputs || $0.addsToDefaultInputs } ?? true
        selection.named = (readsAll ? inCommand.union(project.namedFiles) : inCommand).sorted()
        if let origin = task?.origin {
            selection.configured = inCommand.sorted().map { NamedFile(path: $0, role: .general, chain: [origin]) }
        }
        if readsAll, !project.configuredFiles.isEmpty { addConfigured(to: &selection) }
    }

    /// Adds what the configuration of tools names, for a task that reads this configuration.
    private func addConfigured(to selection: inout InputSelection) {
        var known = Set(selection.named)
        for file in selection.project.configuredFiles where reaches(selection, file.role) {
            guard let first = file.chain.first, selection.readsOwn(first.path) else { continue }
            selection.configured.append(file)
            known.insert(file.path)
        }
        if known.count != selection.named.count { selection.named = known.sorted() }
    }

    /// Whether a pattern relative to the project names a project below it, or something in one.
    private func entersProject(_ index: ProjectIndex, _ pattern: Substring, isLiteral: Bool) -> Bool {
        let own = workspace[index].path
        // A pattern that cannot be compiled is reported with all others.
        let prefix = isLiteral ? RepoPath(pattern) : (try? Pattern(String(pattern)))?.staticPrefix ?? .root
        var directory: RepoPath? = own.appending(prefix.bytes)
        while let current = directory, current != own, current.isWithin(own) {
            if ownsFiles(current) { return true }
            directory = current.parent
        }
        return false
    }

    /// Paths outside the project that the command names; not all of them need be there.
    private func namedFiles(_ project: Project, _ task: TaskDefinition?) -> Set<RepoPath> {
        var found: Set<RepoPath> = []
        if let command = task?.purposeText, command.utf8.contains(UInt8(ascii: "/")), command.contains("../") {
            for word in command.split(whereSeparator: { " \t\n\"'`;|&()<>=".contains($0) }) where word.contains("../") {
                if let path = project.path.resolving(word), !path.isWithin(project.path), !path.isRoot {
                    found.insert(path)
                }
            }
        }
        return found
    }

    /// Everything the selection selects in this version.
    func inputs(_ selection: InputSelection) throws(AnalysisError) -> InputSet {
        let ownKey = OwnKey(
            project: selection.projectIndex, relative: selection.relative, outputs: selection.outputs,
            outputDirectory: selection.outputDirectory)
        let key = SetKey(
            own: ownKey, includesOwn: selection.includesOwn, includesUnowned: selection.includesUnowned,
            rooted: selection.rooted, named: selection.named, purpose: selection.purpose)
        if let known = sets[key] { return known }
        do throws(GitError) {
            var items: [InputItem] = []
            if let globalPatterns { items += try rootedItems(globalPatterns, selection) }
            if selection.includesOwn { items += try ownItems(selection, ownKey) }
            if selection.includesUnowned { items += try unownedItems(selection) }
            items += try ecosystemItems(selection)
            if let rooted = selection.rooted { items += try rootedItems(rooted, selection) }
            for path in selection.named {
                if let entry = try tree.entry(path) {
                    items.append(InputItem(path: path, mode: entry.mode, id: entry.id))
                }
            }
            let set = InputSet(Array(Set(items)))
            sets[key] = set
            return set
        } catch {
            throw AnalysisError(error)
        }
    }

    // MARK: Files the project owns

    private func ownItems(_ selection: InputSelection, _ key: OwnKey) throws(GitError) -> [InputItem] {
        // Literal patterns reach past `ignore`, so they are not in the shared memory.
        if selection.literals.isEmpty, let known = own[key] { return known }
        var items: [InputItem] = []
        if let id = try tree.directoryID(selection.project.path) {
            try collectOwn(selection, directory: id, at: selection.project.path, isNested: false, into: &items)
        }
        if selection.literals.isEmpty { own[key] = items }
        return items
    }

    private func collectOwn(
        _ selection: InputSelection, directory: ObjectID, at path: RepoPath, isNested: Bool,
        into items: inout [InputItem]
    ) throws(GitError) {
        let contents = try tree.objects.tree(directory)
        let isTop = path == selection.project.path
        for entry in contents.entries {
            let name = contents.name(of: entry)
            let mayTakeBack = ignored?.patterns.contains { $0.hasPrefix("!") } ?? false
            if isTop, !mayTakeBack, FileRole.isIgnoredName(String(decoding: name, as: UTF8.self)) { continue }
            let below = path.appending(name)
            guard entry.mode == .directory else {
                if selection.readsOwn(below, isKnownOwned: !isNested) {
                    items.append(InputItem(path: below, mode: entry.mode, id: entry.id))
                }
                continue
            }
            let isProject = ownsFiles(below)
            if isProject, selection.nested == nil { continue }
            let isForeign = isNested || isProject
            guard let relative = below.relative(to: selection.project.path) else { continue }
            switch selection.verdict(
                forOwn: below, below: relative, holdsProjects: holdsSpecial(below), isNested: isForeign)
            {
            case .all: items.append(InputItem(path: below, mode: .directory, id: entry.id))
            case .none: continue
            case .look: try collectOwn(selection, directory: entry.id, at: below, isNested: isForeign, into: &items)
            }
        }
    }

    /// Whether the directory holds projects or structural files, so that its id says more than its inputs do.
    private func holdsSpecial(_ path: RepoPath) -> Bool {
        ancestors.contains(path) || ownsFiles(path)
    }

    /// Whether a project is at `path` that keeps its files from those around it.
    private func ownsFiles(_ path: RepoPath) -> Bool {
        workspace.project(at: path).map { !workspace[$0].sharesFiles } ?? false
    }

    // MARK: Unowned files above

    private func unownedItems(_ selection: InputSelection) throws(GitError) -> [InputItem] {
        var items: [InputItem] = []
        var directory = selection.project.path.parent
        while let current = directory {
            for (role, item) in try unownedFiles(in: current) where reaches(selection, role) { items.append(item) }
            directory = current.parent
        }
        return items
    }

    /// Whether a file of this role is read by the tasks of the selection.
    func reaches(_ selection: InputSelection, _ role: FileRole) -> Bool {
        switch role {
        case .general: true
        case .lint: selection.purpose.lints
        case .test: selection.purpose.tests
        case .testCode: selection.purpose.tests || selection.purpose.checksTypes
        case .container: selection.purpose.containers || selection.purpose.tests
        case .toolchain(let ecosystem): ecosystem.includes(selection.project)
        case .testTool(let ecosystem): selection.purpose.tests && ecosystem.includes(selection.project)
        case .ignored: false
        }
    }

    /// The role of the file at `path` among the unowned; `nil` when it is owned, claimed, ignored or structural.
    func unownedRole(_ path: RepoPath) -> FileRole? {
        guard let role = FileRole.reach(of: path)?.role else { return nil }
        // `ignore` takes back what no build is taken to read: "!README.md".
        if case .ignored = role {
            return ignored?.takesOut(path) == true && workspace.owner(of: path) == nil ? .general : nil
        }
        if workspace.structuralFiles.contains(path) || isLeftOut(path) { return nil }
        return role.reachesPastOwner || workspace.owner(of: path) == nil ? role : nil
    }

    /// Whether a file reaches no task by lying above it: some tasks name it as theirs, or ripple.yaml ignores it.
    func isLeftOut(_ path: RepoPath) -> Bool { claimed?.matches(path) == true || ignored?.matches(path) == true }

    private func unownedFiles(in directory: RepoPath) throws(GitError) -> [(role: FileRole, item: InputItem)] {
        if let known = unowned[directory] { return known }
        var found: [(role: FileRole, item: InputItem)] = []
        if let contents = try tree.directory(directory) {
            func add(_ entry: Tree.Entry, _ path: RepoPath) {
                guard let role = unownedRole(path) else { return }
                found.append((role, InputItem(path: path, mode: entry.mode, id: entry.id)))
            }
            for entry in contents.entries where entry.mode != .directory {
                add(entry, directory.appending(contents.name(of: entry)))
            }
            if let settings = contents.entry(named: FileRole.settingsDirectory.utf8), settings.mode == .directory {
                let place = directory.appending(FileRole.settingsDirectory)
                let inside = try tree.objects.tree(settings.id)
                for (name, _) in FileRole.settings {
                    if let entry = inside.entry(named: name.utf8), entry.mode != .directory {
                        add(entry, place.appending(name))
                    }
                }
            }
            for file in workspace.sharedFiles[directory] ?? [] where !isLeftOut(file.path) {
                if let entry = try tree.entry(file.path) {
                    found.append((file.role, InputItem(path: file.path, mode: entry.mode, id: entry.id)))
                }
            }
        }
        unowned[directory] = found
        return found
    }

    private func ecosystemItems(_ selection: InputSelection) throws(GitError) -> [InputItem] {
        guard selection.includesUnowned else { return [] }
        var items: [InputItem] = []
        let root = try tree.objects.tree(tree.root)
        for (name, ecosystem) in FileRole.ecosystemDirectories {
            guard selection.project.managers.contains(where: { ecosystem.includes($0) }) else { continue }
            if let entry = root.entry(named: name) {
                let path = name.withUTF8Buffer { RepoPath(bytes: Array($0)) }
                if workspace.project(at: path) == nil {
                    try addEcosystemItem(InputItem(path: path, mode: entry.mode, id: entry.id), to: &items)
                }
            }
        }
        return items
    }

    /// Adds a file or directory, or what is left of it without the files that are read for structure.
    private func addEcosystemItem(_ item: InputItem, to items: inout [InputItem]) throws(GitError) {
        guard workspace.structuralFiles.contains(where: { $0.isWithin(item.path) }) else {
            return items.append(item)
        }
        guard item.mode == .directory else { return }
        let contents = try tree.objects.tree(item.id)
        for entry in contents.entries {
            let path = item.path.appending(contents.name(of: entry))
            try addEcosystemItem(InputItem(path: path, mode: entry.mode, id: entry.id), to: &items)
        }
    }

    /// Whether `path` lies in a directory at the root that reaches the selection's ecosystem.
    func readsEcosystem(_ selection: InputSelection, _ path: RepoPath) -> Bool {
        guard selection.includesUnowned, !workspace.structuralFiles.contains(path), let first = path.components.first
        else { return false }
        return FileRole.ecosystemDirectories.contains { name, ecosystem in
            name.withUTF8Buffer { first.elementsEqual($0) }
                && selection.project.managers.contains { ecosystem.includes($0) }
        }
    }

    // MARK: Patterns from the workspace root

    /// What the patterns select, without what the task makes itself.
    private func rootedItems(_ patterns: PatternList, _ selection: InputSelection) throws(GitError) -> [InputItem] {
        let all = try collectRooted(patterns)
        if selection.outputs == nil { return all }
        var items: [InputItem] = []
        for item in all { try withoutOutputs(item, selection, into: &items) }
        return items
    }

    /// Adds the item, or what is left of it: a directory that may hold outputs of the task is opened.
    private func withoutOutputs(
        _ item: InputItem, _ selection: InputSelection, into items: inout [InputItem]
    ) throws(GitError) {
        guard item.mode == .directory else {
            if !selection.makes(item.path) { items.append(item) }
            return
        }
        switch selection.outputVerdict(forDirectory: item.path) {
        case .none: return items.append(item)
        case .all: return
        case .look: break
        }
        let contents = try tree.objects.tree(item.id)
        for entry in contents.entries {
            let path = item.path.appending(contents.name(of: entry))
            try withoutOutputs(InputItem(path: path, mode: entry.mode, id: entry.id), selection, into: &items)
        }
    }

    private func collectRooted(_ patterns: PatternList) throws(GitError) -> [InputItem] {
        if let known = rootedFound[patterns] { return known }
        var items: [InputItem] = []
        try collectRooted(patterns, directory: tree.root, at: .root, into: &items)
        rootedFound[patterns] = items
        return items
    }

    private func collectRooted(
        _ patterns: PatternList, directory: ObjectID, at path: RepoPath, into items: inout [InputItem]
    ) throws(GitError) {
        let contents = try tree.objects.tree(directory)
        for entry in contents.entries {
            let below = path.appending(contents.name(of: entry))
            guard entry.mode == .directory else {
                if patterns.matches(below) { items.append(InputItem(path: below, mode: entry.mode, id: entry.id)) }
                continue
            }
            switch patterns.verdict(forDirectory: below) {
            case .all: items.append(InputItem(path: below, mode: .directory, id: entry.id))
            case .none: continue
            case .look: try collectRooted(patterns, directory: entry.id, at: below, into: &items)
            }
        }
    }

    // MARK: Reasons

    /// Whether the file at `path` reaches every task because ripple.yaml says so.
    func isGlobalInput(_ path: RepoPath) -> Bool { globalPatterns?.matches(path) == true }

    /// Whether a task with this selection reads the file at `path`.
    func reads(_ selection: InputSelection, _ path: RepoPath) -> Bool { reading(selection, path) != nil }

    /// Why a task with this selection reads the file at `path`: the way by which others name it, which is empty where it is
    /// read anyway, or where what names it is not known by its place. `nil` when the task does not read the file.
    func reading(_ selection: InputSelection, _ path: RepoPath) -> [Evidence]? {
        if selection.readsOwn(path) || selection.readsRooted(path) { return [] }
        if isGlobalInput(path), !selection.makes(path) { return [] }
        if selection.includesUnowned, readsFromAbove(selection, path) { return [] }
        if selection.named.contains(where: { path.isWithin($0) }) {
            return selection.configured.first { path.isWithin($0.path) }?.chain ?? []
        }
        guard selection.includesUnowned, !workspace.sharedFiles.isEmpty else { return nil }
        var directory = selection.project.path.parent
        while let current = directory {
            for file in workspace.sharedFiles[current] ?? []
            where path.isWithin(file.path) && !isLeftOut(file.path) && reaches(selection, file.role) {
                return file.chain
            }
            directory = current.parent
        }
        return nil
    }

    private func readsFromAbove(_ selection: InputSelection, _ path: RepoPath) -> Bool {
        if readsEcosystem(selection, path) { return true }
        guard let directory = FileRole.reach(of: path)?.directory, selection.project.path.isWithin(directory),
            selection.project.path != directory,
            let role = unownedRole(path)
        else { return false }
        return reaches(selection, role)
    }
}

extension Project {
    /// What selects the inputs of a task; the empty name is for the project's sources, which stand for what its build
    /// reads, for whoever builds it along. `nil` when the project lacks the task.
    func inputRule(of task: String) -> InputRule? {
        tasks[Project.inputTask(of: task)]?.inputs
    }

    /// The name of the task whose rule selects the inputs of `task`.
    static func inputTask(of task: String) -> String { task.isEmpty ? "build" : task }
}
