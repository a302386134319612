internal import GitObjects
internal import WorkspaceModel

/// What the lockfile of one workspace root resolves for each of its packages.
struct LockedDependencies {
    private enum State {
        case read(JavaScriptLock)
        case whole(JavaScriptLock.Problem)
    }

    /// What one package uses, or why that is not known.
    private typealias Uses = Result<[LockGraph.Use], JavaScriptLock.Problem>

    private let root: WorkspaceRoot
    private let lockfile: (path: RepoPath, id: ObjectID)
    private let state: State
    private let catalogue: PackageCatalogue
    private let linker: DependencyLinker
    /// What the root's own dependencies add to every task of its members.
    private var shared = Uses.success([])
    /// What they add to the tasks that lint, format and spell, alike for all members; `nil` for nothing.
    private var lintTools: ExternalClosure?
    private var linked: LinkedMembers?

    /// `nil` when the root has no lockfile.
    init?(
        of root: WorkspaceRoot, catalogue: PackageCatalogue, linker: DependencyLinker, objects: ObjectStore,
        cache: ParsedLockCache, rootDependencies: RootDependencies
    ) throws(GitError) {
        guard let lockfile = root.lockfile else { return nil }
        self.root = root
        self.lockfile = lockfile
        self.catalogue = catalogue
        self.linker = linker
        if let problem = root.lockSettingsProblem {
            state = .whole(JavaScriptLock.Problem(problem))
        } else {
            switch try cache.lock(lockfile.id, at: lockfile.path, settings: root.lockSettings, in: objects) {
            case .success(let lock): state = .read(lock)
            case .failure(let problem): state = .whole(problem)
            }
        }
        linkMembers()
        guard let index = catalogue.byPath[root.path], catalogue.packages[index].gathers else { return }
        shared = uses(of: catalogue.packages[index]) { rootDependencies.reachesMembers($0) }
        lintTools = lintClosure(uses(of: catalogue.packages[index]) { rootDependencies.reachesLintTasks($0) })
    }

    private mutating func linkMembers() {
        guard case .read(let lock) = state, root.patterns != nil else { return }
        let (base, root) = (base, catalogue.byPath[root.path].map { catalogue.packages[$0].root })
        linked = LinkedMembers(of: lock) { number in
            lock.members[number].flatMap { base.resolving($0) }.flatMap { catalogue.contains($0) ? $0 : nil }
        } named: { name in
            root.flatMap { catalogue.package(named: name, inRoot: $0) }.map { catalogue.packages[$0].path }
        }
    }

    /// The other members that are linked for packages from outside which `package` uses, and the lockfile that says so.
    func membersBehindExternals(of package: FoundPackage) -> [(path: RepoPath, evidence: Evidence)] {
        guard let linked, case .success(let own) = uses(of: package, where: { _ in true }) else { return [] }
        let rest = package.gathers ? [] : (try? shared.get()) ?? []
        return linked.members(behind: own + rest).filter { $0 != package.path }
            .map { ($0, Evidence(path: lockfile.path, line: nil)) }
    }

    private func lintClosure(_ tools: Uses) -> ExternalClosure? {
        guard case .read(let lock) = state else { return nil }
        var closure: ExternalClosure
        switch tools {
        case .success(let uses):
            if uses.isEmpty { return nil }
            closure = ExternalClosure(
                manager: root.manager, lockfile: lockfile.path,
                resolution: LockResolution(graph: lock.graph, uses: Array(Set(uses))))
        case .failure(let problem): closure = whole(problem)
        }
        closure.audience = .lintTasks
        return closure
    }

    /// What `package` gets from outside the workspace: what all its tasks get, and what its lint tasks get besides.
    func closures(of package: FoundPackage) -> [ExternalClosure] {
        let all = closure(of: package)
        guard !package.gathers, !all.isWholeLockfile, let lintTools else { return [all] }
        return [all, lintTools]
    }

    private func closure(of package: FoundPackage) -> ExternalClosure {
        let lock: JavaScriptLock
        switch state {
        case .whole(let problem): return whole(problem)
        case .read(let read): lock = read
        }
        do throws(JavaScriptLock.Problem) {
            let own = try uses(of: package) { _ in true }.get()
            let all = package.gathers ? own : own + (try shared.get())
            return ExternalClosure(
                manager: root.manager, lockfile: lockfile.path,
                resolution: LockResolution(graph: lock.graph, uses: Array(Set(all))))
        } catch {
            return whole(error)
        }
    }

    private func whole(_ problem: JavaScriptLock.Problem) -> ExternalClosure {
        ExternalClosure(
            manager: root.manager, lockfile: lockfile.path, digest: lockfile.id.description, isWholeLockfile: true,
            problem: problem.description)
    }

    private func uses(of package: FoundPackage, where counts: (String) -> Bool) -> Uses {
        guard case .read(let lock) = state else { return .success([]) }
        var found: [LockGraph.Use] = []
        func add(_ uses: [LockGraph.Use]) {
            for use in uses {
                // Another member counts through the edge to it.
                if let member = lock.members[use.package], let path = base.resolving(member),
                    catalogue.contains(path)
                {
                    continue
                }
                found.append(use)
            }
        }
        var listed: JavaScriptLock.Uses?
        if case .importers(let importers, let listsDependencies) = lock.entry {
            listed = importers[LockedDependencies.path(from: base, to: package.path)]
            if let listed, listsDependencies { for (name, uses) in listed where counts(name) { add(uses) } }
        }
        for dependency in package.manifest?.dependencies ?? [] where counts(dependency.name) {
            switch lock.entry {
            case .importers(_, let listsDependencies):
                if let uses = listed?[dependency.name] {
                    if !listsDependencies { add(uses) }
                    continue
                }
            case .descriptors(let descriptors):
                let numbers = descriptors.find(dependency.name, dependency.specifier)
                if !numbers.isEmpty {
                    add(numbers.map { LockGraph.Use(dependency.name, $0) })
                    continue
                }
            }
            guard mustBeLocked(dependency, package) else { continue }
            let isMissing = listed == nil && !isDescriptor(lock) ? "" : "'\(dependency.name)' of "
            return .failure(JavaScriptLock.Problem("it does not hold \(isMissing)\(package.path)"))
        }
        return .success(found)
    }

    /// The directory that the paths in the lockfile start from.
    private var base: RepoPath { root.lockBase ?? root.path }

    private func isDescriptor(_ lock: JavaScriptLock) -> Bool {
        if case .descriptors = lock.entry { true } else { false }
    }

    /// Whether an up-to-date lockfile has an entry for the dependency: peers and optional packages may be left out, and
    /// links have none.
    private func mustBeLocked(_ dependency: PackageManifest.Dependency, _ package: FoundPackage) -> Bool {
        if dependency.table == .peer || dependency.table == .optional { return false }
        if dependency.specifier.hasPrefix("link:") { return false }
        guard linker.mayLink(dependency, of: package) else { return true }
        switch linker.resolve(dependency, of: package) {
        case .packages, .files: return false
        case .external, .unknownCatalog, .missing: return true
        }
    }

    /// The path of a member as lockfiles write it: `../other` when it lies beside the root, nothing for the root.
    private static func path(from root: RepoPath, to member: RepoPath) -> String {
        var up = ""
        var start: RepoPath? = root
        while let directory = start {
            if let rest = member.relative(to: directory) {
                return up + (rest.isRoot ? "" : rest.description)
            }
            up += "../"
            start = directory.parent
        }
        return member.description
    }
}
