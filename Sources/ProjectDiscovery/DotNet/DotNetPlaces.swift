internal import GitObjects

/// Finds the files that paths of project files mean, in one tree.
///
/// Paths have slashes of either kind and were often written where case does not matter: what does not exist as written is
/// looked for in any case. Failures to read the repository are kept in `failure`, and the answer is then that there is
/// nothing. Belongs to one thread.
final class DotNetPlaces {
    enum Place: Equatable {
        case inside(RepoPath)
        /// Outside of the repository.
        case outside
        /// A part of the path is not known.
        case unknown
    }

    /// A file or directory as the tree spells it.
    struct Found {
        var path: RepoPath
        var mode: FileMode
        var id: ObjectID
        /// Whether only case tells it from what was asked for.
        var isRespelled = false
    }

    let tree: SourceTree
    private(set) var failure: GitError?
    private var found: [RepoPath: Found?] = [:]
    private var names: [String: [RepoPath]]?

    init(tree: SourceTree) {
        self.tree = tree
    }

    /// Calls `body`, and keeps its failure.
    func read<Value>(_ body: () throws(GitError) -> Value?) -> Value? {
        do throws(GitError) {
            return try body()
        } catch {
            if failure == nil { failure = error }
            return nil
        }
    }

    /// What a path means that is relative to `directory` unless it says where it starts.
    func place(_ text: String, from directory: RepoPath) -> Place {
        var text = text.replacing("\\", with: "/")
        var base = directory
        // A path that starts anew in the middle is put together from a property and one that says where it starts.
        if let mark = text.lastIndex(of: Character(MSBuildProperties.root)) {
            text = String(text[text.index(after: mark)...])
            base = .root
        } else if text.hasPrefix("/") || text.dropFirst().hasPrefix(":") {
            return .outside
        }
        if text.contains(MSBuildProperties.unknown) { return .unknown }
        return base.resolving(text).map { .inside($0) } ?? .outside
    }

    /// The file or directory at a path, in any case when there is none as written. Links are not followed.
    func find(_ path: RepoPath) -> Found? {
        if let known = found[path] { return known }
        var result: Found?
        if path.isRoot {
            result = Found(path: .root, mode: .directory, id: tree.root)
        } else if let entry = read({ () throws(GitError) in try self.tree.entry(path) }) {
            result = Found(path: path, mode: entry.mode, id: entry.id)
        } else {
            result = respelled(path)
        }
        found[path] = .some(result)
        return result
    }

    /// The first entry in the tree's order whose components differ in case only.
    private func respelled(_ path: RepoPath) -> Found? {
        var at = Found(path: .root, mode: .directory, id: tree.root, isRespelled: true)
        for component in path.components {
            guard at.mode == .directory,
                let contents = read({ () throws(GitError) in try self.tree.objects.tree(at.id) })
            else { return nil }
            var entry = contents.entry(named: component)
            if entry == nil {
                let wanted = String(decoding: component, as: UTF8.self).lowercased()
                entry = contents.entries.first {
                    String(decoding: contents.name(of: $0), as: UTF8.self).lowercased() == wanted
                }
            }
            guard let entry else { return nil }
            at.path = at.path.appending(contents.name(of: entry))
            at.mode = entry.mode
            at.id = entry.id
        }
        return at
    }

    /// The regular file at a path; links are followed as long as they stay in the repository.
    func file(_ path: RepoPath) -> Found? {
        var at = path
        for _ in 0..<8 {
            guard let found = find(at) else { return nil }
            if found.mode.isFile { return found }
            guard found.mode == .symlink,
                let bytes = read({ () throws(GitError) in try self.tree.objects.blob(found.id) }),
                bytes.first != UInt8(ascii: "/"),
                let target = (found.path.parent ?? .root).resolving(String(decoding: bytes, as: UTF8.self))
            else { return nil }
            at = target
        }
        return nil
    }

    /// The path of the nearest file of this name in a directory or above it.
    func fileAbove(_ name: String, _ directory: RepoPath) -> RepoPath? {
        var at: RepoPath? = directory
        while let current = at {
            let path = current.appending(name)
            // MSBuild takes the name as it is.
            if let found = find(path), !found.isRespelled, found.mode != .directory { return path }
            at = current.parent
        }
        return nil
    }

    /// The submodule that holds a path.
    func submodule(holding path: RepoPath) -> RepoPath? {
        var at: RepoPath? = path
        while let current = at, !current.isRoot {
            if let found = find(current) { return found.mode == .submodule ? found.path : nil }
            at = current.parent
        }
        return nil
    }

    func entries(_ directory: RepoPath) -> [(path: RepoPath, mode: FileMode)] {
        guard let contents = read({ () throws(GitError) in try self.tree.directory(directory) }) else { return [] }
        return contents.entries.map { (directory.appending(contents.name(of: $0)), $0.mode) }
    }

    /// The files of the format that projects import, anywhere in the tree, by name in lower case. Walks the tree once.
    func buildFiles(named name: String) -> [RepoPath] {
        if let names { return names[name.lowercased()] ?? [] }
        var all: [String: [RepoPath]] = [:]
        var pending: [RepoPath] = [.root]
        while let directory = pending.popLast() {
            for (path, mode) in entries(directory) {
                let name = String(decoding: path.lastComponent, as: UTF8.self)
                if mode == .directory {
                    if name != "node_modules", name != ".git" { pending.append(path) }
                } else if DotNetNames.isImportable(name) {
                    all[name.lowercased(), default: []].append(path)
                }
            }
        }
        names = all.mapValues { $0.sorted() }
        return names?[name.lowercased()] ?? []
    }
}

/// Names of the files of .NET builds.
enum DotNetNames {
    static let projectExtensions = [".csproj", ".fsproj", ".vbproj"]

    static func isProject(_ name: String) -> Bool {
        let lowered = name.lowercased()
        return projectExtensions.contains { lowered.hasSuffix($0) && lowered.count > $0.count }
    }

    static func isSolution(_ name: String) -> Bool { name.hasSuffix(".sln") || name.hasSuffix(".slnx") }

    static func isImportable(_ name: String) -> Bool {
        let lowered = name.lowercased()
        return [".props", ".targets", ".projitems", ".shproj"].contains { lowered.hasSuffix($0) }
            || (lowered.hasSuffix("proj") && lowered.contains("."))
    }

    /// The name without its extension.
    static func stem(_ path: RepoPath) -> String {
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
