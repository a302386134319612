internal import GitObjects
internal import WorkspaceModel

/// The state of one discovery: which directories hold Maven projects, and which build each belongs to.
///
/// Belongs to one thread and one tree.
final class MavenSurvey {
    enum Found {
        /// There is no pom.xml.
        case absent
        case broken(XMLProblem)
        case read(MavenManifest)

        var manifest: MavenManifest? { if case .read(let manifest) = self { manifest } else { nil } }
        var isAbsent: Bool { if case .absent = self { true } else { false } }
    }

    /// What names a project among others: group and artifact.
    struct Coordinates: Hashable {
        var group: String
        var artifact: String
    }

    let tree: SourceTree
    private let cache: ParsedMavenCache
    private var manifests: [RepoPath: Found] = [:]
    /// The projects: each directory and that of the pom.xml its build starts at.
    private(set) var homes: [RepoPath: RepoPath] = [:]
    /// The files of other names than pom.xml that projects have as parent.
    private var otherParents: [RepoPath] = []
    /// The projects by what names them.
    private(set) var named: [Coordinates: RepoPath] = [:]
    private var chains: [RepoPath: [RepoPath]] = [:]
    private var propertySets: [RepoPath: MavenProperties] = [:]
    /// Properties that only say versions of dependencies: they count through these.
    private(set) var entryProperties: Set<String> = []
    var usedCache: [RepoPath: Set<Coordinates>] = [:]
    private(set) var declared: Set<Coordinates> = []
    var diagnostics: [Diagnostic] = []

    init(tree: SourceTree, cache: ParsedMavenCache) {
        self.tree = tree
        self.cache = cache
    }

    /// The pom.xml of a directory; a place that is itself a file, as a parent of another name may be, stays as it is.
    static func manifestPath(_ place: RepoPath) -> RepoPath {
        isFile(place) ? place : place.appending("pom.xml")
    }

    private static func isFile(_ place: RepoPath) -> Bool { place.lastComponent.suffix(4).elementsEqual(".xml".utf8) }

    func manifest(at directory: RepoPath) throws(GitError) -> Found {
        if let known = manifests[directory] { return known }
        var found = Found.absent
        if let entry = try tree.entry(MavenSurvey.manifestPath(directory)), entry.mode.isFile {
            switch try cache.manifest(entry.id, in: tree.objects) {
            case .success(let manifest): found = .read(manifest)
            case .failure(let problem): found = .broken(problem)
            }
        }
        manifests[directory] = found
        return found
    }

    func note(_ directory: RepoPath, _ line: Int?, _ message: String) {
        let evidence = Evidence(path: MavenSurvey.manifestPath(directory), line: line)
        let diagnostic = Diagnostic(evidence: evidence, message: message)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    // MARK: Which directories are projects

    func run(_ scan: ManifestScan) throws(GitError) {
        let scanned = scan.directories.filter { $0.manifests.contains("pom.xml") && !MavenSurvey.isFixture($0.path) }
            .map(\.path)
        // The outermost first: what it gathers is built from there.
        for directory in scanned where homes[directory] == nil {
            if try standsAlone(directory) { try join(directory) }
        }
        try followParents()
        for directory in homes.keys.sorted() {
            guard let name = try coordinates(of: directory) else { continue }
            if let other = named[name] {
                note(directory, nil, "'\(other)' is \(name.group):\(name.artifact) too: it is the one that counts")
            } else {
                named[name] = directory
            }
        }
        var elsewhere: Set<String> = []
        for directory in homes.keys + otherParents {
            guard let manifest = try manifest(at: directory).manifest else { continue }
            entryProperties.formUnion(manifest.usedInEntries)
            elsewhere.formUnion(manifest.usedElsewhere)
        }
        entryProperties.subtract(elsewhere)
        for directory in homes.keys { declared.formUnion(try directUses(of: directory).map(\.name)) }
    }

    /// Whether a manifest here is test data or a template rather than a project of its own.
    private static func isFixture(_ directory: RepoPath) -> Bool {
        let names: Set<String> = [
            "fixtures", "testdata", "templates", "target", "archetype-resources", "resources", "it",
        ]
        return directory.components.contains { names.contains(String(decoding: $0, as: UTF8.self)) }
    }

    /// Whether a manifest that no build gathers is a project: unless one around it has modules and leaves it out.
    private func standsAlone(_ directory: RepoPath) throws(GitError) -> Bool {
        var above = directory.parent
        while let candidate = above {
            if homes[candidate] != nil, try manifest(at: candidate).manifest?.modules.isEmpty == false { return false }
            above = candidate.parent
        }
        return true
    }

    /// Makes `root` and the modules it leads to projects of one build.
    private func join(_ root: RepoPath) throws(GitError) {
        var pending = [root]
        while let directory = pending.popLast() {
            guard homes.updateValue(homes[directory] ?? root, forKey: directory) == nil else { continue }
            for module in try manifest(at: directory).manifest?.modules ?? [] {
                var target = directory.resolving(module.path)
                if let file = target, module.path.hasSuffix(".xml") {
                    // The module may be named by its file.
                    target = file.parent
                    if !file.lastComponent.elementsEqual("pom.xml".utf8) {
                        note(
                            directory, module.line,
                            "the module '\(module.path)' is no pom.xml: it is read as the one beside it")
                    }
                }
                if let target, try !manifest(at: target).isAbsent {
                    pending.append(target)
                } else {
                    note(directory, module.line, "the module '\(module.path)' has no pom.xml")
                }
            }
        }
    }

    /// Makes every pom.xml a project that some project has as parent.
    private func followParents() throws(GitError) {
        var pending = homes.keys.sorted()
        while let place = pending.popLast() {
            guard let parent = try parentByPath(of: place), homes[parent] == nil, !otherParents.contains(parent) else {
                continue
            }
            if MavenSurvey.isFile(parent) { otherParents.append(parent) } else { homes[parent] = parent }
            pending.append(parent)
        }
    }

    // MARK: Inheritance

    /// The place of the parent that `relativePath` names, if it is the one that is meant: its directory, or the file when
    /// that is no pom.xml.
    private func parentByPath(of place: RepoPath) throws(GitError) -> RepoPath? {
        let directory = MavenSurvey.isFile(place) ? place.parent ?? .root : place
        guard let parent = try manifest(at: place).manifest?.parent, let path = parent.path,
            let target = directory.resolving(path), !path.hasPrefix("/")
        else { return nil }
        let candidate = target.lastComponent.elementsEqual("pom.xml".utf8) ? target.parent ?? .root : target
        guard candidate != place else { return nil }
        switch try manifest(at: candidate) {
        case .absent: return nil
        // What cannot be read may be the parent.
        case .broken: return candidate
        case .read(let manifest): return manifest.artifact == parent.artifact ? candidate : nil
        }
    }

    /// The parent of a project in this repository; `nil` when it has none or comes from outside.
    func parent(of directory: RepoPath) throws(GitError) -> RepoPath? {
        if let near = try parentByPath(of: directory) { return near }
        guard let parent = try manifest(at: directory).manifest?.parent else { return nil }
        let found = named[Coordinates(group: parent.group, artifact: parent.artifact)]
        return found == directory ? nil : found
    }

    /// The parents of a project in this repository, the nearest first.
    func ancestors(of directory: RepoPath) throws(GitError) -> [RepoPath] {
        if let known = chains[directory] { return known }
        var chain: [RepoPath] = []
        var at = directory
        while let next = try parent(of: at), !chain.contains(next), next != directory, chain.count < 64 {
            chain.append(next)
            at = next
        }
        // Before all names are known the answer may be another.
        if !named.isEmpty { chains[directory] = chain }
        return chain
    }

    /// The group and artifact of a project, as it declares or inherits them.
    func coordinates(of directory: RepoPath) throws(GitError) -> Coordinates? {
        guard let manifest = try manifest(at: directory).manifest else { return nil }
        let group = manifest.group ?? manifest.parent?.group ?? ""
        let properties = MavenProperties(values: manifest.properties.mapValues(\.value))
        return Coordinates(
            group: properties.resolve(group).text, artifact: properties.resolve(manifest.artifact).text)
    }

    /// The properties of a project: its own, then those of its parents.
    func properties(of directory: RepoPath) throws(GitError) -> MavenProperties {
        if let known = propertySets[directory] { return known }
        var values: [String: String] = [:]
        for ancestor in try ancestors(of: directory).reversed() + [directory] {
            guard let manifest = try manifest(at: ancestor).manifest else { continue }
            for (name, property) in manifest.properties { values[name] = property.value }
            var own = ["artifactId": manifest.artifact, "packaging": manifest.packaging]
            own["groupId"] = manifest.group ?? manifest.parent?.group
            if let version = manifest.version { own["version"] = version }
            if let parent = manifest.parent { own["parent.groupId"] = parent.group }
            for (name, value) in own {
                for prefix in ["project.", "pom."] { values[prefix + name] = value }
            }
        }
        let result = MavenProperties(values: values)
        if !named.isEmpty { propertySets[directory] = result }
        return result
    }

    // MARK: Dependencies

    /// A dependency of a project, as it declares or inherits it.
    struct Use {
        var name: Coordinates
        var entry: MavenManifest.Entry
        /// The directory of the manifest that declares it.
        var origin: RepoPath
        var isComplete: Bool
    }

    /// Everything a project names itself or inherits: dependencies and plugins, but nothing that is only managed.
    func directUses(of directory: RepoPath) throws(GitError) -> [Use] {
        let properties = try properties(of: directory)
        var uses: [Use] = []
        for origin in [directory] + (try ancestors(of: directory)) {
            for entry in try manifest(at: origin).manifest?.entries ?? [] where entry.role != .managed {
                uses.append(use(entry, origin, properties))
            }
        }
        return uses
    }

    /// Whether all that the importers of a bill of materials take from it is known entry by entry.
    func isKnownByEntry(_ materials: RepoPath, _ seen: inout Set<RepoPath>) throws(GitError) -> Bool {
        guard seen.insert(materials).inserted else { return true }
        let properties = try properties(of: materials)
        for place in [materials] + (try ancestors(of: materials)) {
            guard let manifest = try manifest(at: place).manifest else { return false }
            for entry in manifest.entries where entry.role == .managed {
                guard properties.resolve(entry.text).isComplete else { return false }
                guard entry.scope == "import", let next = named[use(entry, place, properties).name] else { continue }
                if try !isKnownByEntry(next, &seen) { return false }
            }
        }
        return true
    }

    func use(_ entry: MavenManifest.Entry, _ origin: RepoPath, _ properties: MavenProperties) -> Use {
        let group = properties.resolve(entry.group), artifact = properties.resolve(entry.artifact)
        return Use(
            name: Coordinates(group: group.text, artifact: artifact.text), entry: entry, origin: origin,
            isComplete: group.isComplete && artifact.isComplete)
    }
}
