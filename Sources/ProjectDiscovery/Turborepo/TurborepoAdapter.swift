package import GitObjects
package import WorkspaceModel

/// Reads turbo.json files: in a JavaScript workspace that has them, they say which scripts are tasks, and how.
package enum TurborepoAdapter {
    /// Replaces the tasks of the JavaScript projects in `discovery` that a turbo.json governs.
    ///
    /// A root is a project that gathers members, or a package that no such project contains. An invalid file becomes an
    /// entry of `discovery.errors` and leaves the tasks of its workspace as they are.
    package static func apply(in tree: SourceTree, to discovery: inout Discovery) throws(GitError) {
        let projects = discovery.projects
        let scripted = projects.indices.filter { projects[$0].manager.isJavaScript }
        let gatherers = Set(scripted.filter { projects[$0].onlyGathers }.map { projects[$0].path })
        var members: [RepoPath: [Int]] = [:]
        for index in scripted {
            members[innermost(gatherers, around: projects[index].path) ?? projects[index].path, default: []].append(
                index)
        }
        // The files next to each other are looked up in one table of their parent directory.
        var files = SiblingLookup(tree: tree)
        for (root, indices) in members.sorted(by: { $0.key < $1.key }) {
            guard let file = try files.turboFile(in: root, &discovery.diagnostics) else { continue }
            discovery.structuralFiles.insert(file.path)
            do throws(TurboFailure) {
                try configure(indices, root, file, tree, &files, &discovery)
            } catch {
                switch error {
                case .git(let error): throw error
                case .configuration(let error): discovery.errors.append(error)
                }
            }
        }
    }

    /// Either kind of failure, so that one invalid workspace does not hide the others.
    enum TurboFailure: Error {
        case git(GitError)
        case configuration(ConfigurationError)
    }

    private static func innermost(_ gatherers: Set<RepoPath>, around path: RepoPath) -> RepoPath? {
        var directory: RepoPath? = path
        while let current = directory {
            if gatherers.contains(current) { return current }
            directory = current.parent
        }
        return nil
    }

    private static func configure(
        _ indices: [Int], _ root: RepoPath, _ file: TurboFile, _ tree: SourceTree, _ files: inout SiblingLookup,
        _ discovery: inout Discovery
    ) throws(TurboFailure) {
        let configuration = try parse(file, tree, isPackageFile: false)
        discovery.diagnostics += configuration.diagnostics
        var packageFiles: [RepoPath: TurboConfiguration] = [:]
        for path in indices.map({ discovery.projects[$0].path }) where path != root {
            let found: TurboFile?
            do { found = try files.turboFile(in: path, &discovery.diagnostics) } catch { throw .git(error) }
            guard let found else { continue }
            discovery.structuralFiles.insert(found.path)
            let parsed = try parse(found, tree, isPackageFile: true)
            discovery.diagnostics += parsed.diagnostics
            packageFiles[path] = parsed
        }
        let definitions = TurboDefinitions(
            root: configuration, rootPath: root, packageFiles: packageFiles,
            projects: indices.map { discovery.projects[$0] })
        for index in indices {
            do {
                discovery.projects[index].tasks = try definitions.tasks(of: discovery.projects[index])
            } catch { throw .configuration(error) }
            discovery.projects[index].inputsExcludeUnowned = true
            discovery.projects[index].definesCaching = true
        }
    }

    private static func parse(
        _ file: TurboFile, _ tree: SourceTree, isPackageFile: Bool
    ) throws(TurboFailure) -> TurboConfiguration {
        let bytes: [UInt8]
        do { bytes = try tree.objects.blob(file.id) } catch { throw .git(error) }
        do {
            return try TurboConfiguration.parse(bytes, at: file.path, isPackageFile: isPackageFile)
        } catch { throw .configuration(error) }
    }
}

/// A turbo.json or turbo.jsonc.
struct TurboFile {
    var path: RepoPath
    var id: ObjectID
}

/// Finds files in many directories of one tree; the directories of one parent are read from one table.
struct SiblingLookup {
    let tree: SourceTree
    private var children: [RepoPath: [ArraySlice<UInt8>: ObjectID]] = [:]

    init(tree: SourceTree) { self.tree = tree }

    mutating func turboFile(in path: RepoPath, _ diagnostics: inout [Diagnostic]) throws(GitError) -> TurboFile? {
        guard let directory = try directory(path) else { return nil }
        let plain = directory.entry(named: "turbo.json"), commented = directory.entry(named: "turbo.jsonc")
        if let plain, plain.mode.isFile {
            if commented != nil {
                diagnostics.append(
                    Diagnostic(
                        evidence: Evidence(path: path.appending("turbo.jsonc"), line: nil),
                        message: "turbo.json stands beside this file and is read instead"))
            }
            return TurboFile(path: path.appending("turbo.json"), id: plain.id)
        }
        guard let commented, commented.mode.isFile else { return nil }
        return TurboFile(path: path.appending("turbo.jsonc"), id: commented.id)
    }

    private mutating func directory(_ path: RepoPath) throws(GitError) -> Tree? {
        guard let parent = path.parent else { return try tree.objects.tree(tree.root) }
        if children[parent] == nil {
            var table: [ArraySlice<UInt8>: ObjectID] = [:]
            if let directory = try tree.directory(parent) {
                for entry in directory.entries where entry.mode == .directory {
                    table[directory.name(of: entry)] = entry.id
                }
            }
            children[parent] = table
        }
        guard let id = children[parent]?[path.lastComponent] else { return nil }
        return try tree.objects.tree(id)
    }
}
