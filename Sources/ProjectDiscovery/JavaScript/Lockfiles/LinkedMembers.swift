internal import GitObjects
internal import WorkspaceModel

/// The members that packages from outside use: a package manager links a member for whoever asks for its name and version.
///
/// Few lockfiles have any, so what leads to one is found once, and only that is followed.
struct LinkedMembers {
    private let graph: LockGraph
    /// By package from outside, the members that it uses itself.
    private var used: [Int: [RepoPath]] = [:]
    /// Packages from outside that use a member, or another package that leads to one.
    private var leading: Set<Int> = []

    /// - Parameters:
    ///   - path: the directory of a number in the graph that is a member.
    ///   - named: the directory of the member with a name.
    init(of lock: JavaScriptLock, path: (Int) -> RepoPath?, named: (String) -> RepoPath?) {
        graph = lock.graph
        let packages = lock.graph.packages
        if lock.members.isEmpty, lock.unlocked.isEmpty { return }
        for number in packages.indices where lock.members[number] == nil {
            var found: [RepoPath] = []
            for use in packages[number].dependencies where lock.members[use.package] != nil {
                if let path = path(use.package) { found.append(path) }
            }
            found += (lock.unlocked[number] ?? []).compactMap(named)
            if !found.isEmpty { used[number] = found }
        }
        guard !used.isEmpty else { return }
        var users: [Int: [Int]] = [:]
        for number in packages.indices where lock.members[number] == nil {
            for use in packages[number].dependencies { users[use.package, default: []].append(number) }
        }
        var open = Array(used.keys)
        leading = Set(open)
        while let number = open.popLast() {
            for user in users[number] ?? [] where leading.insert(user).inserted { open.append(user) }
        }
    }

    /// The members that `uses` lead to through packages from outside, sorted.
    func members(behind uses: [LockGraph.Use]) -> [RepoPath] {
        guard !leading.isEmpty else { return [] }
        var seen: Set<Int> = []
        var open = uses.map(\.package).filter { leading.contains($0) }
        var found: Set<RepoPath> = []
        while let number = open.popLast() {
            guard seen.insert(number).inserted else { continue }
            found.formUnion(used[number] ?? [])
            for use in graph.packages[number].dependencies where leading.contains(use.package) {
                open.append(use.package)
            }
        }
        return found.sorted()
    }
}
