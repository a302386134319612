internal import GitObjects
internal import WorkspaceModel

/// Where the projects are that other adapters found, for those that read manifests which lie beside any other.
struct ProjectPlaces {
    /// Whether the project at a directory only gathers, by directory.
    private var gathers: [RepoPath: Bool] = [:]

    init(_ discoveries: [Discovery] = []) {
        for project in discoveries.lazy.flatMap(\.projects) {
            gathers[project.path] = (gathers[project.path] ?? true) && project.onlyGathers
        }
    }

    mutating func add(_ directory: RepoPath, onlyGathers: Bool = false) { gathers[directory] = onlyGathers }

    var directories: [RepoPath] { gathers.keys.sorted() }

    /// Whether a project is there, be it one that only gathers.
    func contains(_ directory: RepoPath) -> Bool { gathers[directory] != nil }

    func onlyGathers(_ directory: RepoPath) -> Bool { gathers[directory] == true }

    /// The innermost project at or above `directory` that owns files; `nil` also where the innermost only gathers.
    func owner(of directory: RepoPath) -> RepoPath? {
        var candidate: RepoPath? = directory
        while let current = candidate {
            if let gathers = gathers[current] { return gathers ? nil : current }
            candidate = current.parent
        }
        return nil
    }

    /// The projects strictly below `directory` that own files, sorted.
    func below(_ directory: RepoPath) -> [RepoPath] {
        gathers.filter { !$0.value && $0.key != directory && $0.key.isWithin(directory) }.keys.sorted()
    }
}
