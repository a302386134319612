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
                    try survey.manifest(target.appending("go.mod")) != nil, mayApply(replacement)
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

    /// Whether the version that is replaced may be the selected one: it is required here, or nothing here says which is.
    private func mayApply(_ replacement: GoModFile.Replacement) -> Bool {
        guard let version = replacement.version else { return true }
        let required = requirements.filter { $0.path == replacement.path }
        return required.isEmpty || required.contains { $0.version == version }
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
        let isRequired = requirements.contains { path == $0.path || path.hasPrefix($0.path + "/") }
        return isRequired || !GoContext.isStandard(path) ? .external : .standard
    }

    /// Whether the standard library has packages of this beginning. A module from elsewhere may have a path without a dot,
    /// as behind a proxy of a company.
    private static func isStandard(_ path: String) -> Bool { standard.contains(String(path.prefix { $0 != "/" })) }

    /// The first elements of the standard library's import paths (Go 1.25).
    private static let standard: Set<String> = [
        "archive", "arena", "bufio", "builtin", "bytes", "cmd", "cmp", "compress", "container", "context", "crypto",
        "database", "debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image",
        "index", "internal", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect",
        "regexp", "runtime", "simd", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing",
        "text", "time", "unicode", "unique", "unsafe", "vendor", "weak",
    ]

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

    /// The modules that provide the vendored packages among `packages`, by modules.txt.
    func vendored(_ packages: Set<RepoPath>) throws(GitError) -> [StructuralDigest] {
        guard let vendor else { return [] }
        let path = vendor.appending("modules.txt")
        guard let entry = try survey.tree.entry(path), entry.mode.isFile else { return [] }
        let list = try survey.cache.vendorList(entry.id, in: survey.tree.objects)
        var found: [String: GoVendorList.Module] = [:]
        for package in packages where package.isWithin(vendor) {
            guard let below = package.relative(to: vendor), let module = list.module(of: below.description) else {
                continue
            }
            found[module.path] = module
        }
        return found.values.map {
            StructuralDigest(path: path, line: $0.line, field: $0.path, digest: $0.text)
        }
    }

    /// Whether the requirements name every module that a build may read. A go.mod does from Go 1.17 on; in a workspace the
    /// versions of all its modules together may lead to others, whose hashes are in go.work.sum.
    private func listsAllModules(besides sum: RepoPath) throws(GitError) -> Bool {
        guard let directory = sum.parent, !sum.lastComponent.elementsEqual("go.work.sum".utf8),
            let version = try survey.module(in: directory)?.settings["go"]?.first
        else { return false }
        let parts = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        return parts.count > 1 && (parts[0], parts[1]) >= (1, 17)
    }

    /// What is resolved to outside the repository: every required module, because which of them a package from outside uses
    /// is written in no file here. Nothing when nothing from outside is imported.
    func closure(usesExternal: Bool) throws(GitError) -> ExternalClosure {
        let lockfile = sums[0]
        var hashes: [String: [String]] = [:], unlisted: [String: [String]] = [:], problem = problem, ids: [String] = []
        for path in sums {
            guard let entry = try survey.tree.entry(path), entry.mode.isFile else { continue }
            ids.append(entry.id.description)
            switch try survey.cache.sum(entry.id, in: survey.tree.objects) {
            case .success(let sum):
                let listsAll = try listsAllModules(besides: path)
                for (key, values) in sum.hashes {
                    hashes[key, default: []] += values
                    if !listsAll { unlisted[key, default: []] += values.filter { !$0.hasPrefix("mod ") } }
                }
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
        for (key, values) in unlisted.sorted(by: { $0.key < $1.key })
        where usesExternal && !values.isEmpty && seen.insert(key).inserted {
            let parts = key.split(separator: " ")
            packages.append(
                LockGraph.Package(
                    name: String(parts[0]), version: parts.count > 1 ? String(parts[1]) : "",
                    identity: Set(values).sorted().joined(separator: "\n")))
        }
        let uses = packages.indices.map { LockGraph.Use(packages[$0].name, $0) }
        return ExternalClosure(
            manager: .go, lockfile: lockfile, resolution: LockResolution(graph: LockGraph(packages), uses: uses))
    }
}
