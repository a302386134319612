internal import GitObjects
internal import WorkspaceModel

/// Finds the directories that .moon/workspace.yml lists as projects, by name or by glob.
///
/// A glob without `**` means every directory that it matches; one with `**`, those of them with a manifest, since moon
/// would take each directory of a tree; one that ends in moon.yml, those with that file.
struct MoonListing {
    struct Place {
        var path: RepoPath
        var id: String
        var evidence: Evidence
    }

    private let file: RepoPath
    private let namesByPath: Bool
    private var directories: ProjectListing?
    private var files: ProjectListing?
    private let line: Int?
    private var found: [RepoPath: Place] = [:]
    private(set) var diagnostics: [Diagnostic] = []

    /// Sorted by path.
    var places: [Place] { found.values.sorted { $0.path < $1.path } }

    init(_ workspace: MoonWorkspaceFile, file: RepoPath) throws(GitError) {
        self.file = file
        namesByPath = workspace.namesByPath
        line = workspace.globs.first?.line
        for source in workspace.sources { add(source) }
        var plain: [String] = [], named: [String] = [], excluded: [String] = []
        for glob in workspace.globs {
            var text = glob.text
            let isExclusion = text.hasPrefix("!")
            if isExclusion { text.removeFirst() }
            while text.hasPrefix("./") { text.removeFirst(2) }
            while text.count > 1, text.hasSuffix("/") { text.removeLast() }
            let last = text.split(separator: "/").last ?? ""
            let namesFile = last.hasPrefix("moon.")
            if namesFile { text = text.split(separator: "/").dropLast().joined(separator: "/") }
            if text.isEmpty || text == "." {
                if !isExclusion { found[.root] = Place(path: .root, id: "root", evidence: evidence(glob.line)) }
                continue
            }
            guard (try? Pattern(text)) != nil else {
                note(glob.line, "the glob '\(glob.text)' is not understood; it is ignored")
                continue
            }
            if isExclusion {
                excluded.append("!\(text)")
            } else if namesFile {
                named.append(text)
            } else {
                plain.append(text)
            }
        }
        directories = MoonListing.listing(plain, excluded)
        files = MoonListing.listing(named, excluded)
    }

    private static func listing(_ included: [String], _ excluded: [String]) -> ProjectListing? {
        guard !included.isEmpty, let list = try? PatternList(included + excluded) else { return nil }
        return ProjectListing(list)
    }

    private mutating func add(_ source: MoonWorkspaceFile.Source) {
        guard !source.directory.hasPrefix("/"), let path = RepoPath.root.resolving(source.directory) else {
            note(source.line, "the project '\(source.id)' lies outside the repository; it is ignored")
            return
        }
        // The last component of `apps/web/moon.yml` is the file of the project.
        let isFile = path.lastComponent.starts(with: "moon.".utf8)
        let directory = isFile ? path.parent ?? .root : path
        found[directory] = Place(path: directory, id: source.id, evidence: evidence(source.line))
    }

    private func evidence(_ line: Int?) -> Evidence { Evidence(path: file, line: line) }

    private mutating func note(_ line: Int?, _ message: String) {
        diagnostics.append(Diagnostic(evidence: evidence(line), message: message))
    }

    // MARK: The walk

    /// Enters the directories in which a glob can still match.
    mutating func run(in tree: SourceTree) throws(GitError) {
        guard directories != nil || files != nil else { return }
        var pending: [(path: RepoPath, id: ObjectID, depth: Int)] = [(.root, tree.root, 0)]
        while let (path, id, depth) = pending.popLast() {
            let contents = try tree.objects.tree(id)
            if !path.isRoot, isListed(path, contents), found[path] == nil {
                found[path] = Place(path: path, id: name(of: path), evidence: evidence(line))
            }
            for entry in contents.entries where entry.mode == .directory {
                let name = contents.name(of: entry)
                if name.first == UInt8(ascii: ".") || name.elementsEqual("node_modules".utf8) { continue }
                let below = path.appending(name)
                let isReached = [directories, files].contains { $0?.reaches(below, depth: depth + 1) ?? false }
                if isReached { pending.append((below, entry.id, depth + 1)) }
            }
        }
    }

    private func isListed(_ path: RepoPath, _ contents: Tree) -> Bool {
        let isConfigured = MoonSurvey.file("moon", in: contents) != nil
        if isConfigured, files?.lists(path, hasManifest: true) == true { return true }
        guard let directories else { return false }
        let hasManifest = contents.entries.contains { entry in
            entry.mode.isFile && StructureNames.isManifest(contents.name(of: entry))
        }
        return directories.lists(path, hasManifest: hasManifest)
    }

    /// The id of a project that a glob found.
    private func name(of path: RepoPath) -> String {
        namesByPath ? path.description : String(decoding: path.lastComponent, as: UTF8.self)
    }
}
