internal import GitObjects
internal import WorkspaceModel

/// How Go resolves imports in one module: the modules whose files are in this repository, and those from elsewhere.
final class GoContext {
    enum Target {
        /// A package of this repository, and the module it belongs to; `nil` for one in a vendor directory.
        case local(RepoPath, module: RepoPath?)
        case standard
        case external
    }

    /// What packages reach.
    struct Reach {
        var packages: Set<RepoPath> = []
        var usesExternal = false
        /// For each module reached, the imports that lead into it; not those of a package that was asked about.
        var modules: [RepoPath: [Evidence]] = [:]
    }

    let module: RepoPath
    private let survey: GoSurvey
    /// Import path and directory of each module of this repository, longest path first.
    private(set) var locals: [(path: String, directory: RepoPath)] = []
    /// The files that decide what is resolved to: go.work, and the go.mod of each module that takes part.
    private(set) var manifests: [(path: RepoPath, file: GoModFile)] = []
    /// The go.mod files of modules that replace others without taking part themselves; their `go` line still counts.
    private(set) var replacing: [RepoPath: RepoPath] = [:]
    private(set) var requirements: [GoModFile.Requirement] = []
    /// The vendor directory that Go would use, if there is one.
    private(set) var vendor: RepoPath?
    /// The go.sum files that hold the hashes; the first names the closure.
    private(set) var sums: [RepoPath]
    /// Why it is not known what is required: a go.mod that takes part cannot be read.
    private(set) var problem: String?
    private var targets: [String: Target] = [:]

    init(survey: GoSurvey, module: RepoPath, workspace: RepoPath?) throws(GitError) {
        self.survey = survey
        self.module = module
        let home = workspace ?? module
        sums = [module.appending("go.sum")]
        if try survey.tree.entry(home.appending("vendor").appending("modules.txt"))?.mode.isFile == true {
            vendor = home.appending("vendor")
        }
        if let workspace, let file = try survey.workspace(in: workspace) {
            manifests.append((workspace.appending("go.work"), file))
            sums.append(workspace.appending("go.work.sum"))
            for use in file.uses {
                guard let directory = workspace.resolving(use.path) else { continue }
                try take(directory, isUsed: true)
            }
        } else {
            try take(module, isUsed: true)
        }
        for (path, file) in manifests {
            guard let base = path.parent else { continue }
            for replacement in file.replacements where replacement.targetVersion == nil {
                guard !replacement.target.hasPrefix("/"), let target = base.resolving(replacement.target),
                    try survey.manifest(target.appending("go.mod")) != nil,
                    replacement.version == nil
                        || requirements.contains(where: {
                            $0.path == replacement.path && $0.version == replacement.version
                        })
                else { continue }
                locals.append((replacement.path, target))
                try take(target, isUsed: false)
            }
        }
        let names = Set(locals.map(\.path))
        requirements = Array(Set(requirements.filter { !names.contains($0.path) }))
            .sorted { ($0.path, $0.version, $0.line) < ($1.path, $1.version, $1.line) }
        locals.sort { ($1.path.utf8.count, $0.path, $0.directory) < ($0.path.utf8.count, $1.path, $1.directory) }
    }

    private func take(_ directory: RepoPath, isUsed: Bool) throws(GitError) {
        let path = directory.appending("go.mod")
        if case .failure(let failure) = try survey.manifest(path) {
            problem = problem ?? "\(path):\(failure.line): \(failure.problem)"
        }
        guard let file = try survey.module(in: directory) else { return }
        if isUsed {
            if let name = file.module { locals.append((name, directory)) }
            manifests.append((path, file))
            let sum = directory.appending("go.sum")
            if !sums.contains(sum) { sums.append(sum) }
        } else if !manifests.contains(where: { $0.path == path }) {
            replacing[directory] = path
        }
        requirements += file.requirements
    }

    // MARK: Imports

    func target(of path: String) throws(GitError) -> Target {
        if let known = targets[path] { return known }
        let target = try resolve(path)
        targets[path] = target
        return target
    }

    private func resolve(_ path: String) throws(GitError) -> Target {
        if path == "C" || path == "unsafe" { return .standard }
        for (name, home) in locals where path == name || path.hasPrefix(name + "/") {
            let rest = path.dropFirst(name.utf8.count + 1)
            guard let directory = rest.isEmpty ? home : home.resolving(rest),
                try survey.package(in: directory) != nil, try survey.moduleDirectory(of: directory) == home
            else { continue }
            return .local(directory, module: home)
        }
        if let vendor, let directory = vendor.resolving(path), try survey.package(in: directory) != nil {
            return .local(directory, module: nil)
        }
        // The standard library has no dot in its first element, and no module.
        let first = path.prefix { $0 != "/" }
        let isRequired = requirements.contains { path == $0.path || path.hasPrefix($0.path + "/") }
        return first.contains(".") || isRequired ? .external : .standard
    }

    /// Everything the packages reach. The tests of what they import are not run, so not followed.
    ///
    /// - Parameter includingTests: also what their own tests reach.
    func reach(from packages: [GoPackage], includingTests: Bool = true) throws(GitError) -> Reach {
        var reach = Reach(), pending: [RepoPath] = []
        let own = Set(packages.map(\.directory))
        for package in packages {
            reach.packages.insert(package.directory)
            try follow(package.imports + (includingTests ? package.testImports : []), own, &reach, &pending)
        }
        while let next = pending.popLast() {
            guard let package = try survey.package(in: next) else { continue }
            try follow(package.imports, own, &reach, &pending)
        }
        return reach
    }

    private func follow(
        _ imports: [GoPackage.Import], _ own: Set<RepoPath>, _ reach: inout Reach, _ pending: inout [RepoPath]
    ) throws(GitError) {
        for one in imports {
            switch try target(of: one.path) {
            case .standard: continue
            case .external: reach.usesExternal = true
            case .local(let directory, let module):
                if let module, !own.contains(directory) { reach.modules[module, default: []].append(one.evidence) }
                if reach.packages.insert(directory).inserted { pending.append(directory) }
            }
        }
    }

    /// The modules of this repository that the requirements lead to from this one, with the line that requires each.
    func requiredLocals() throws(GitError) -> [RepoPath: Evidence] {
        var found: [RepoPath: Evidence] = [:], pending = [module]
        while let next = pending.popLast() {
            for requirement in try survey.module(in: next)?.requirements ?? [] {
                for local in locals where local.path == requirement.path && local.directory != module {
                    if found[local.directory] != nil { continue }
                    found[local.directory] = Evidence(path: next.appending("go.mod"), line: requirement.line)
                    pending.append(local.directory)
                }
            }
        }
        return found
    }

    // MARK: Outside

    /// What is resolved to outside the repository: every required module, because which of them a package from outside uses
    /// is written in no file here. Nothing when nothing from outside is imported.
    func closure(usesExternal: Bool) throws(GitError) -> ExternalClosure {
        let lockfile = sums[0]
        var hashes: [String: [String]] = [:], problem = problem, ids: [String] = []
        for path in sums {
            guard let entry = try survey.tree.entry(path), entry.mode.isFile else { continue }
            ids.append(entry.id.description)
            switch try survey.cache.sum(entry.id, in: survey.tree.objects) {
            case .success(let sum): for (key, values) in sum.hashes { hashes[key, default: []] += values }
            case .failure(let failure): problem = problem ?? "\(path):\(failure.line): \(failure.problem)"
            }
        }
        if let problem, usesExternal {
            for (path, _) in manifests { ids.append((try survey.tree.entry(path))?.id.description ?? "") }
            return ExternalClosure(
                manager: .go, lockfile: lockfile, digest: ids.joined(separator: " "), isWholeLockfile: true,
                problem: problem)
        }
        var seen: Set<String> = [], packages: [LockGraph.Package] = []
        for requirement in usesExternal ? requirements : []
        where seen.insert("\(requirement.path) \(requirement.version)").inserted {
            var identity = Set(hashes["\(requirement.path) \(requirement.version)"] ?? [])
            for replacement in manifests.flatMap(\.file.replacements) where replacement.path == requirement.path {
                let target = "\(replacement.target) \(replacement.targetVersion ?? "")"
                identity.insert("\(replacement.version ?? "") => \(target)")
                identity.formUnion(hashes[target] ?? [])
            }
            packages.append(
                LockGraph.Package(
                    name: requirement.path, version: requirement.version,
                    identity: identity.sorted().joined(separator: "\n")))
        }
        let uses = packages.indices.map { LockGraph.Use(packages[$0].name, $0) }
        return ExternalClosure(
            manager: .go, lockfile: lockfile, resolution: LockResolution(graph: LockGraph(packages), uses: uses))
    }
}
