internal import GitObjects
internal import WorkspaceModel

/// The closures of the projects that share one lockfile.
///
/// A package that is a project with a closure from the same lockfile ends a walk: what it uses counts through the edge
/// to it. Other packages beside the lockfile are walked through, and their places do not count.
struct PythonClosures {
    private let lock: PythonLock
    /// The packages that are projects of their own, by their number in the lockfile.
    private let members: [Int: RepoPath]
    private var graph = LockGraph([])
    /// The graph's number of a package and of each of its extras.
    private var bases: [Int?] = []
    private var extras: [[String: Int]] = []
    /// The projects that a package of the graph uses.
    private var reached: [Set<RepoPath>] = []
    private let conditions: String

    /// What one project uses.
    struct Closure {
        var uses: Set<LockGraph.Use> = []
        /// The projects among it, directly or through packages from outside.
        var projects: Set<RepoPath> = []
        /// Of these, the ones that more than development needs.
        var passing: Set<RepoPath> = []
        /// Of these, the ones that the project's own entry names outside of extras: a build may add to its manifest.
        var named: Set<RepoPath> = []
        /// The conditions under which its own dependencies count, as text.
        var conditions: String = ""
    }

    /// - Parameter project: the directory of the project with a closure of its own that a package's path names.
    init(_ lock: PythonLock, project: (String) -> RepoPath?) {
        self.lock = lock
        conditions = lock.conditions
        var members: [Int: RepoPath] = [:]
        for (number, package) in lock.packages.enumerated() {
            if let path = package.localPath, let directory = project(path) { members[number] = directory }
        }
        self.members = members
        var nodes: [LockGraph.Package] = []
        for (number, package) in lock.packages.enumerated() {
            guard members[number] == nil else {
                bases.append(nil)
                extras.append([:])
                continue
            }
            bases.append(nodes.count)
            nodes.append(
                LockGraph.Package(
                    name: package.name, version: package.version,
                    identity: package.identity + PythonClosures.markers(package.dependencies)))
            var own: [String: Int] = [:]
            for (extra, uses) in package.extras.sorted(by: { $0.key < $1.key }) {
                own[extra] = nodes.count
                nodes.append(
                    LockGraph.Package(
                        name: "\(package.name)[\(extra)]", version: package.version,
                        identity: "extra" + PythonClosures.markers(uses)))
            }
            extras.append(own)
        }
        reached = Array(repeating: [], count: nodes.count)
        for (number, package) in lock.packages.enumerated() {
            guard let base = bases[number] else { continue }
            connect(base, package.dependencies, &nodes)
            for (extra, node) in extras[number] {
                nodes[node].dependencies.append(LockGraph.Use(package.name, base))
                connect(node, package.extras[extra] ?? [], &nodes)
            }
        }
        graph = LockGraph(nodes)
    }

    private mutating func connect(_ node: Int, _ uses: [PythonLock.Dependency], _ nodes: inout [LockGraph.Package]) {
        for use in uses {
            let (targets, projects) = targets(of: use)
            nodes[node].dependencies += targets
            reached[node].formUnion(projects)
        }
    }

    private func targets(of use: PythonLock.Dependency) -> (uses: [LockGraph.Use], projects: [RepoPath]) {
        var uses: [LockGraph.Use] = [], projects: [RepoPath] = []
        for number in lock.packages(for: use) {
            if let project = members[number] {
                projects.append(project)
                var asked: Set<String> = []
                addProjects(of: use.extras, of: number, &projects, &asked)
            }
            guard let base = bases[number] else { continue }
            uses.append(LockGraph.Use(use.name, base))
            for extra in use.extras {
                if let node = extras[number][extra] { uses.append(LockGraph.Use("\(use.name)[\(extra)]", node)) }
            }
        }
        return (uses, projects)
    }

    /// The projects that extras of a project use: whoever asks for these uses them.
    private func addProjects(
        of extras: [String], of number: Int, _ projects: inout [RepoPath], _ asked: inout Set<String>
    ) {
        for extra in extras where asked.insert("\(number) \(extra)").inserted {
            for use in lock.packages[number].extras[extra] ?? [] {
                for next in lock.packages(for: use) {
                    guard let project = members[next] else { continue }
                    projects.append(project)
                    addProjects(of: use.extras, of: next, &projects, &asked)
                }
            }
        }
    }

    private static func markers(_ uses: [PythonLock.Dependency]) -> String {
        let texts = uses.compactMap { use in use.marker.map { "\(use.name) \(use.version ?? "") ; \($0)" } }.sorted()
        return texts.isEmpty ? "" : "\n" + texts.joined(separator: "\n")
    }

    func resolution(of closure: Closure) -> LockResolution {
        LockResolution(graph: graph, uses: Array(closure.uses))
    }

    /// What the project at `directory` uses by its own entry; `nil` when the lockfile has none.
    func closure(of directory: RepoPath) -> Closure? {
        guard let number = members.first(where: { $0.value == directory })?.key else { return nil }
        let package = lock.packages[number]
        var closure = closure(
            of: package.dependencies + package.extras.sorted { $0.key < $1.key }.flatMap(\.value),
            development: package.development)
        for use in package.dependencies { closure.named.formUnion(targets(of: use).projects) }
        return closure
    }

    /// What tools the root of the workspace brings for all members.
    func tools(of root: RepoPath) -> Closure {
        let number = members.first { $0.value == root }?.key
        return closure(of: [], development: lock.rootDevelopment + (number.map { lock.packages[$0].development } ?? []))
    }

    /// What these dependencies lead to.
    func closure(of dependencies: [PythonLock.Dependency], development: [PythonLock.Dependency]) -> Closure {
        var closure = walk(dependencies + development)
        closure.passing = development.isEmpty ? closure.projects : walk(dependencies).projects
        return closure
    }

    private func walk(_ dependencies: [PythonLock.Dependency]) -> Closure {
        var closure = Closure()
        var pending: [Int] = [], seen: Set<Int> = []
        for use in dependencies {
            let (uses, projects) = targets(of: use)
            closure.uses.formUnion(uses)
            closure.projects.formUnion(projects)
            pending += uses.map(\.package)
        }
        while let node = pending.popLast() {
            guard seen.insert(node).inserted else { continue }
            closure.projects.formUnion(reached[node])
            pending += graph.packages[node].dependencies.map(\.package)
        }
        closure.conditions = conditions + PythonClosures.markers(dependencies)
        return closure
    }
}
