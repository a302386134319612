internal import GitObjects
internal import WorkspaceModel

/// What the crates of one workspace resolve to, by its lockfile.
///
/// A member's own entry says what it uses. Other members among that are projects, whose closures count in their own keys,
/// so the graph ends at them.
struct CrateClosures: Sendable {
    private let lock: CargoLock
    private let graph: LockGraph
    /// The directory of each package that is a project of this workspace.
    private let homes: [Int: RepoPath]
    private let numbers: [RepoPath: Int]
    /// Whether a package that is no member uses a member, itself or through others: a patch puts one in its place.
    private let leadsHome: [Bool]

    /// - Parameter crates: the projects that the lockfile serves, with the version each declares when that is known.
    init(
        lock: CargoLock, crates: [(directory: RepoPath, name: String, version: String?)],
        graph: (Set<Int>) -> LockGraph
    ) {
        var homes: [Int: RepoPath] = [:], numbers: [RepoPath: Int] = [:]
        for crate in crates {
            var entries = lock.local(named: crate.name)
            if entries.count > 1 { entries = entries.filter { lock.packages[$0].version == crate.version } }
            guard entries.count == 1, homes[entries[0]] == nil else { continue }
            homes[entries[0]] = crate.directory
            numbers[crate.directory] = entries[0]
        }
        self.lock = lock
        self.homes = homes
        self.numbers = numbers
        self.graph = graph(Set(homes.keys))
        leadsHome = CrateClosures.leadingHome(lock, homes)
    }

    /// The lockfile's packages, without what the given ones use.
    static func graph(_ lock: CargoLock, endingAt members: Set<Int>) -> LockGraph {
        LockGraph(
            lock.packages.indices.map { number in
                let package = lock.packages[number]
                let identity = [package.source, package.checksum, package.replacement].map { $0 ?? "" }
                return LockGraph.Package(
                    name: package.name, version: package.version, identity: identity.joined(separator: "\u{0}"),
                    dependencies: members.contains(number)
                        ? [] : lock.uses[number].map { LockGraph.Use(lock.packages[$0].name, $0) })
            })
    }

    private static func leadingHome(_ lock: CargoLock, _ homes: [Int: RepoPath]) -> [Bool] {
        var users = [[Int]](repeating: [], count: lock.packages.count)
        for (number, used) in lock.uses.enumerated() where homes[number] == nil {
            for target in used { users[target].append(number) }
        }
        var leads = [Bool](repeating: false, count: lock.packages.count)
        var pending = Array(homes.keys)
        while let next = pending.popLast() {
            for user in users[next] where !leads[user] {
                leads[user] = true
                pending.append(user)
            }
        }
        return leads
    }

    /// What the crate resolves to outside its workspace; `nil` when the lockfile has no entry for it.
    func resolution(of directory: RepoPath) -> LockResolution? {
        guard let number = numbers[directory] else { return nil }
        let uses = lock.uses[number].filter { homes[$0] == nil }
        return LockResolution(graph: graph, uses: uses.map { LockGraph.Use(lock.packages[$0].name, $0) })
    }

    /// The names of the packages that the crate's entry lists.
    func dependencyNames(of directory: RepoPath) -> Set<String> {
        guard let number = numbers[directory] else { return [] }
        return Set(lock.uses[number].map { lock.packages[$0].name })
    }

    /// The projects that the crate uses by the lockfile, directly or through packages from elsewhere: the name of the
    /// dependency that leads there, and the line of the crate's entry.
    func projectsUsed(by directory: RepoPath) -> [(name: String, target: RepoPath, line: Int?)] {
        guard let number = numbers[directory] else { return [] }
        var found: [(name: String, target: RepoPath, line: Int?)] = []
        for use in lock.uses[number] where homes[use] != nil || leadsHome[use] {
            var seen: Set<Int> = [use], pending = [use]
            while let next = pending.popLast() {
                if let home = homes[next] {
                    found.append((lock.packages[use].name, home, lock.packages[number].line))
                } else {
                    for target in lock.uses[next] where seen.insert(target).inserted { pending.append(target) }
                }
            }
        }
        return found.sorted { ($0.name, $0.target) < ($1.name, $1.target) }
    }
}
