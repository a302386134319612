internal import GitObjects
internal import JSONText

/// Finds the file that a module's path means in one tree, and reads configuration files there, each once.
final class ModuleFiles {
    let tree: SourceTree
    private var directories: [RepoPath: Tree?] = [:]
    private var documents: [RepoPath: JSONNode?] = [:]

    init(tree: SourceTree) { self.tree = tree }

    private static let extensions = [
        ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".json", ".vue", ".svelte", ".astro",
    ]
    /// What TypeScript takes for the name of its output.
    private static let sources: [(output: String, sources: [String])] = [
        (".js", [".ts", ".tsx", ".d.ts"]), (".jsx", [".tsx"]), (".mjs", [".mts"]), (".cjs", [".cts"]),
    ]

    func directory(_ path: RepoPath) throws(GitError) -> Tree? {
        if let known = directories[path] { return known }
        var found: Tree?
        if let parent = path.parent {
            if let entry = try directory(parent)?.entry(named: path.lastComponent), entry.mode == .directory {
                found = try tree.objects.tree(entry.id)
            }
        } else {
            found = try tree.objects.tree(tree.root)
        }
        directories[path] = .some(found)
        return found
    }

    func entry(_ path: RepoPath) throws(GitError) -> Tree.Entry? {
        guard let parent = path.parent else { return nil }
        return try directory(parent)?.entry(named: path.lastComponent)
    }

    /// The bytes of the file at `path`; `nil` when it is none, also for a symbolic link.
    func read(_ path: RepoPath) throws(GitError) -> [UInt8]? {
        guard let entry = try entry(path), entry.mode.isFile else { return nil }
        return try tree.objects.blob(entry.id)
    }

    /// The JSON file at `path`; `nil` when there is none or it cannot be read.
    func json(_ path: RepoPath) throws(GitError) -> JSONNode? {
        if let known = documents[path] { return known }
        let bytes = try read(path)
        let node = bytes.flatMap { try? JSONDocument(parsing: $0, allowingComments: true).root }
        documents[path] = .some(node)
        return node
    }

    /// The file that a module at `path` means, as bundlers and TypeScript look for it: the file itself, the source of an
    /// output's name, the name with an extension, a directory. `nil` when nothing is there.
    func locate(_ path: RepoPath) throws(GitError) -> RepoPath? {
        if path.isRoot { return path }
        guard let parent = path.parent, let directory = try directory(parent) else { return nil }
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        if let entry = directory.entry(named: name.utf8), entry.mode != .directory { return path }
        for (output, sources) in ModuleFiles.sources where name.hasSuffix(output) {
            let stem = name.dropLast(output.count)
            for source in sources where directory.entry(named: "\(stem)\(source)".utf8) != nil {
                return parent.appending("\(stem)\(source)")
            }
        }
        for suffix in ModuleFiles.extensions where directory.entry(named: "\(name)\(suffix)".utf8) != nil {
            return parent.appending(name + suffix)
        }
        return directory.entry(named: name.utf8) == nil ? nil : path
    }
}
