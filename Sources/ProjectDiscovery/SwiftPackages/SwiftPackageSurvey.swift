internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: which directories hold Swift packages, and what their manifests say.
///
/// Belongs to one thread and one tree.
final class SwiftPackageSurvey {
    /// The manifests of one package: Package.swift, and those for later versions of SwiftPM beside it.
    struct Package {
        var manifests: [(path: RepoPath, manifest: SwiftManifest)] = []
        /// Why some of them cannot be read, with the place: sentences without a full stop.
        var problems: [String] = []

        /// Whether nothing of the package is in doubt.
        var isComplete: Bool { problems.isEmpty && manifests.allSatisfy(\.manifest.isComplete) }
        var names: Set<String> { Set(manifests.compactMap { $0.manifest.name?.lowercased() }) }
    }

    let tree: SourceTree
    let cache: ParsedSwiftCache
    private var packages: [RepoPath: Package?] = [:]
    /// The directories of all packages, in the order they were found.
    private(set) var found: [RepoPath] = []
    private var members: Set<RepoPath> = []
    private var remoteReach: [RepoPath: Bool] = [:]
    private var workspacePins: [RepoPath: [RepoPath]] = [:]
    var diagnostics: [Diagnostic] = []

    init(tree: SourceTree, cache: ParsedSwiftCache) {
        self.tree = tree
        self.cache = cache
    }

    static func manifestPath(_ directory: RepoPath) -> RepoPath { directory.appending("Package.swift") }

    /// The package in `directory`, read once; `nil` when there is none.
    func package(at directory: RepoPath) throws(GitError) -> Package? {
        if let known = packages[directory] { return known }
        let package = try read(directory)
        packages[directory] = .some(package)
        return package
    }

    private func read(_ directory: RepoPath) throws(GitError) -> Package? {
        guard let contents = try tree.directory(directory), contents.entry(named: "Package.swift") != nil else {
            return nil
        }
        var package = Package()
        for entry in contents.entries {
            let name = contents.name(of: entry)
            let isMain = name.elementsEqual("Package.swift".utf8)
            guard isMain || StructureNames.isVersionSpecificSwiftManifest(name), entry.mode != .directory else {
                continue
            }
            let path = directory.appending(name)
            guard entry.mode.isFile else {
                package.problems.append("\(path): it is a link, which is not followed")
                continue
            }
            switch try cache.manifest(entry.id, in: tree.objects) {
            case .success(let manifest)?: package.manifests.append((path, manifest))
            case .failure(let problem)?:
                package.problems.append("\(problem.line.map { "\(path):\($0)" } ?? "\(path)"): \(problem.problem)")
            case nil: if isMain { return nil }
            }
        }
        return package
    }

    func note(_ evidence: Evidence, _ message: String) {
        let diagnostic = Diagnostic(evidence: evidence, message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    // MARK: Which directories are projects

    /// Finds the packages in the scanned directories, and those that their path dependencies lead to.
    func run(_ scan: ManifestScan) throws(GitError) {
        let projects = Set(scan.directories.map(\.path))
        for directory in scan.directories where directory.manifests.contains("Package.swift") {
            if SwiftPackageSurvey.isFixture(directory.path, projects) { continue }
            if try package(at: directory.path) != nil { adopt(directory.path) }
        }
        var next = 0
        while next < found.count {
            let directory = found[next]
            next += 1
            for (_, manifest) in try package(at: directory)?.manifests ?? [] {
                for dependency in manifest.localDependencies {
                    guard case .directory(let target) = try place(of: dependency.path, from: directory) else {
                        continue
                    }
                    if try package(at: target) != nil { adopt(target) }
                }
            }
        }
    }

    private func adopt(_ directory: RepoPath) {
        if members.insert(directory).inserted { found.append(directory) }
    }

    func isProject(_ directory: RepoPath) -> Bool { members.contains(directory) }

    /// Whether a package is test data of another one: it lies below a directory of such a name in it.
    private static func isFixture(_ directory: RepoPath, _ projects: Set<RepoPath>) -> Bool {
        let components = directory.components.map { String(decoding: $0, as: UTF8.self).lowercased() }
        guard let fixture = components.indices.first(where: { isFixtureName(components, $0) }) else { return false }
        var above = directory.parent
        while let candidate = above {
            // The package around it holds the whole folder of test data.
            if projects.contains(candidate), candidate.components.count <= fixture { return true }
            above = candidate.parent
        }
        return false
    }

    private static func isFixtureName(_ components: [String], _ index: Int) -> Bool {
        let name = components[index]
        if ["fixtures", "testdata", "test-data", "test data", "testfixtures", "__fixtures__"].contains(name) {
            return true
        }
        return ["resources", "inputs", "data"].contains(name)
            && components[..<index].contains { ["tests", "test"].contains($0) }
    }

    // MARK: Places

    enum Place {
        case directory(RepoPath)
        /// What lies behind this submodule is not in the tree.
        case submodule(RepoPath)
        case outside
    }

    /// Where a path of a manifest leads, through symbolic links.
    func place(of path: String, from directory: RepoPath) throws(GitError) -> Place {
        // Before anything else: the text may be any.
        guard !path.hasPrefix("/"), !path.hasPrefix("~"), let target = directory.resolving(path) else {
            return .outside
        }
        return try place(of: target)
    }

    func place(of target: RepoPath) throws(GitError) -> Place {
        var target = target
        // As many links as an operating system follows, at most.
        following: for _ in 0..<40 {
            var path = RepoPath.root
            for (number, component) in target.components.enumerated() {
                path = path.appending(component)
                guard let entry = try tree.entry(path) else { return .directory(target) }
                if entry.mode == .submodule { return .submodule(path) }
                guard entry.mode == .symlink else { continue }
                let link = String(decoding: try tree.objects.blob(entry.id), as: UTF8.self)
                let rest = target.components.dropFirst(number + 1).map { String(decoding: $0, as: UTF8.self) }
                guard !link.hasPrefix("/"), let base = path.parent,
                    let next = base.resolving(([link] + rest).joined(separator: "/"))
                else { return .outside }
                target = next
                continue following
            }
            return .directory(target)
        }
        return .outside
    }

    // MARK: What comes from elsewhere

    /// Whether the package, or one beside it that it uses, may use a package from elsewhere.
    func reachesRemote(_ directory: RepoPath) throws(GitError) -> Bool {
        if let known = remoteReach[directory] { return known }
        var pending = [directory], seen: Set<RepoPath> = [directory]
        var reaches = false
        search: while let next = pending.popLast() {
            guard let package = try package(at: next), package.problems.isEmpty else {
                reaches = true
                break
            }
            for (_, manifest) in package.manifests {
                let isKnown = manifest.unknownPaths.isEmpty && !manifest.hasRemoteDependencies
                guard isKnown else {
                    reaches = true
                    break search
                }
                for dependency in manifest.localDependencies {
                    guard case .directory(let target) = try place(of: dependency.path, from: next) else {
                        reaches = true
                        break search
                    }
                    if seen.insert(target).inserted { pending.append(target) }
                }
            }
        }
        remoteReach[directory] = reaches
        return reaches
    }

    /// The pins of the Xcode workspaces and projects in `directory` itself.
    func xcodePins(in directory: RepoPath) throws(GitError) -> [RepoPath] {
        if let known = workspacePins[directory] { return known }
        var pins: [RepoPath] = []
        if let contents = try tree.directory(directory) {
            for entry in contents.entries where entry.mode == .directory {
                let name = String(decoding: contents.name(of: entry), as: UTF8.self)
                let inside =
                    name.hasSuffix(".xcworkspace")
                    ? name : name.hasSuffix(".xcodeproj") ? name + "/project.xcworkspace" : nil
                guard let inside, let file = directory.resolving(inside + "/xcshareddata/swiftpm/Package.resolved"),
                    try tree.entry(file)?.mode.isFile == true
                else { continue }
                pins.append(file)
            }
        }
        workspacePins[directory] = pins
        return pins
    }
}
