internal import GitObjects
internal import WorkspaceModel

/// Finds the files that pin versions of tools in the directories of projects and above them, and gives every project the
/// entries that its tasks may see.
struct ToolVersionSurvey {
    private let files: ModuleFiles
    private let cache: ParsedToolVersionCache
    /// What holds in a directory, by its own files and those above it.
    private var inForce: [RepoPath: [Entry]] = [:]
    /// Projects of one kind in one directory share their entries.
    private var shared: [Key: [StructuralDigest]] = [:]
    /// The files that were read and count through their entries alone.
    private(set) var structuralFiles: Set<RepoPath> = []
    private(set) var diagnostics: [Diagnostic] = []

    private struct Entry {
        let digest: StructuralDigest
        let ecosystem: Ecosystem?
    }

    private struct Key: Hashable {
        let directory: RepoPath
        let managers: [PackageManager]
    }

    /// The places below a directory, by the first component of each.
    private static let places = Dictionary(grouping: StructureNames.toolVersionFiles) { place in
        Array(place.components.first ?? [])
    }

    init(files: ModuleFiles, cache: ParsedToolVersionCache) {
        self.files = files
        self.cache = cache
    }

    /// The entries for a project, sorted by field and path.
    ///
    /// Where the tool whose configuration was borrowed lets no file above a project count, only its own files do.
    mutating func versions(for project: Project) throws(GitError) -> [StructuralDigest] {
        let isRestricted = project.inputsExcludeUnowned && !project.path.isRoot
        let key = Key(directory: project.path, managers: isRestricted ? [] : project.managers)
        // Below one directory most projects have the same entries, and most have none of their own.
        let entries = try entries(at: project.path)
        guard !entries.isEmpty else { return [] }
        if !isRestricted, let known = shared[key] { return known }
        let own = entries.filter { entry in
            if isRestricted, !entry.digest.path.isWithin(project.path) { return false }
            return entry.ecosystem?.includes(project) ?? true
        }.map(\.digest)
        if !isRestricted { shared[key] = own }
        return own
    }

    private mutating func entries(at directory: RepoPath) throws(GitError) -> [Entry] {
        if let known = inForce[directory] { return known }
        var result = try directory.parent.map { parent throws(GitError) in try entries(at: parent) } ?? []
        let above = result.count
        if let contents = try files.directory(directory) {
            for entry in contents.entries {
                // Most directories hold no such name, and most names begin otherwise.
                let name = contents.name(of: entry)
                guard name.first == UInt8(ascii: ".") || name.first == UInt8(ascii: "m") else { continue }
                for place in ToolVersionSurvey.places[Array(name)] ?? [] {
                    let path = directory.appending(place.bytes)
                    if let found = try files.entry(path), found.mode.isFile { result += try read(path, found.id) }
                }
            }
        }
        if result.count > above {
            result.sort { ($0.digest.field, $0.digest.path) < ($1.digest.field, $1.digest.path) }
        }
        inForce[directory] = result
        return result
    }

    private mutating func read(_ path: RepoPath, _ id: ObjectID) throws(GitError) -> [Entry] {
        structuralFiles.insert(path)
        switch try cache.file(id, at: path, in: files.tree.objects) {
        case .success(let file):
            return file.entries.map { entry in
                Entry(
                    digest: StructuralDigest(path: path, line: entry.line, field: entry.name, digest: entry.value),
                    ecosystem: entry.ecosystem)
            }
        case .failure(let error):
            diagnostics.append(
                Diagnostic(
                    evidence: Evidence(path: path, line: error.line),
                    message: "\(error.problem); every project below counts as changed with the file"))
            return [
                Entry(digest: StructuralDigest(path: path, field: "the whole file", digest: "\(id)"), ecosystem: nil)
            ]
        }
    }
}

/// Files that pin versions of tools, each read once by the id of its bytes. Belongs to one thread.
final class ParsedToolVersionCache {
    private struct Key: Hashable {
        let id: ObjectID
        /// The name says the format.
        let name: ArraySlice<UInt8>
    }

    private var files = ParsedFiles<Key, ToolVersionFile, TOMLProblem>()

    func file(
        _ id: ObjectID, at path: RepoPath, in objects: ObjectStore
    ) throws(GitError) -> Result<ToolVersionFile, TOMLProblem> {
        try files.result(for: Key(id: id, name: path.lastComponent), of: id, in: objects) {
            (bytes) throws(TOMLProblem) in try ToolVersionFile(parsing: bytes, at: path)
        }
    }
}
