internal import GitObjects
internal import JSONText

/// The targets of `@nx/js/typescript`. Source: packages/js/src/plugins/typescript/plugin.ts in
/// https://github.com/nrwl/nx, Nx 20 to 23.
extension NxInference {
    mutating func addTypeScript() throws(GitError) {
        guard !place.isRoot, place.names.contains("tsconfig.json"),
            // A Next.js project does not go with references.
            !place.names.contains(where: { $0.hasPrefix("next.config.") })
        else { return }
        let compiler = options.text("compiler") ?? "tsc"
        let verbose = options.object("verboseOutput")?.bool == true ? " --verbose" : ""
        let build = try buildConfiguration()
        if let (name, project) = build {
            let unit = try TypeScriptUnit(project, in: place)
            let file = String(decoding: project.path.lastComponent, as: UTF8.self)
            add(
                name, command: "\(compiler) --build \(file)\(verbose)", dependsOn: ["^\(name)"], inputs: unit.inputs,
                outputs: .known([]))
            set(unit, on: name, emitsDeclarationsOnly: project.flag("emitDeclarationOnly"))
            addBuildDependencies(
                build: options.object("build")?["buildDepsName"]?.string,
                watch: options.object("build")?["watchDepsName"]?.string)
        }
        let configuration = options.object("typecheck")?["configName"]?.string ?? "tsconfig.json"
        guard let name = options.name("typecheck", "typecheck"), let project = try project(configuration),
            project.wantsTypeCheck
        else { return }
        let unit = try TypeScriptUnit(project, in: place)
        add(
            name,
            // `tsc --build` refuses projects that emit nothing, and Nx then only says so.
            command: unit.emitsNothing ? ":" : "\(compiler) --build --emitDeclarationOnly\(verbose)",
            dependsOn: (build.map { [$0.name] } ?? []) + ["^\(name)"], inputs: unit.inputs, outputs: .known([]))
        if !unit.emitsNothing { set(unit, on: name, emitsDeclarationsOnly: true) }
        set(name) { $0.onlyChecks = true }
    }

    private mutating func set(_ unit: TypeScriptUnit, on name: String, emitsDeclarationsOnly: Bool) {
        let outputs = unit.outputs(emitsDeclarationsOnly: emitsDeclarationsOnly)
        set(name) { target in
            target.outputs = outputs ?? []
            if outputs == nil {
                target.undecidedOutputs = "TypeScript writes beside its sources, or in a place not told"
            }
        }
    }

    /// The configuration of TypeScript called `name` in the project.
    private func project(_ name: String) throws(GitError) -> TypeScriptProject? {
        let path = place.path.appending(name)
        guard place.names.contains(name), applies(to: path) else { return nil }
        return try TypeScriptProject(at: path, in: place.files)
    }

    /// The target that builds, when the option asks for one and package.json says that what it makes is used.
    private func buildConfiguration() throws(GitError) -> (name: String, project: TypeScriptProject)? {
        guard let option = options.object("build"), option.bool != false,
            let name = options.name("build", "build"),
            let project = try project(option["configName"]?.string ?? "tsconfig.lib.json")
        else { return nil }
        if option["skipBuildCheck"]?.bool == true { return (name, project) }
        guard let manifest = try place.manifest(), let directory = project.place("outDir"),
            directory.isWithin(place.path)
        else { return (name, project) }
        return NxInference.publishes(manifest, from: directory, of: place.path) ? (name, project) : nil
    }

    /// Whether an entry of package.json lies in the output directory, or there is none.
    private static func publishes(_ manifest: JSONNode, from directory: RepoPath, of project: RepoPath) -> Bool {
        func isInside(_ node: JSONNode) -> Bool {
            if let text = node.string {
                return text != "./package.json" && (project.resolving(text)?.isWithin(directory) ?? false)
            }
            return node.object?.contains { isInside($0.node) } ?? node.array?.contains { isInside($0) } ?? false
        }
        guard let exports = manifest["exports"], !exports.isNull else {
            let entries = ["main", "module"].compactMap { manifest[$0] }
            return entries.isEmpty || entries.contains { isInside($0) }
        }
        if let main = exports["."], !main.isNull { return isInside(main) }
        return isInside(exports)
    }
}

/// A configuration of TypeScript with those of the same project that it refers to: what `tsc --build` builds there.
private struct TypeScriptUnit {
    private let place: NxPlace
    private var projects: [TypeScriptProject] = []
    /// Configurations of other projects that are referred to.
    private var foreign: [RepoPath] = []
    private(set) var emitsNothing = false

    private static let limit = 64

    init(_ project: TypeScriptProject, in place: NxPlace) throws(GitError) {
        self.place = place
        var pending = [project]
        var seen: Set<RepoPath> = [project.path]
        while let next = pending.popLast(), projects.count < TypeScriptUnit.limit {
            projects.append(next)
            if next.flag("noEmit") { emitsNothing = true }
            for reference in next.references where seen.insert(reference).inserted {
                let referred = try TypeScriptProject(at: reference, in: place.files)
                if reference.isWithin(place.path) {
                    if let referred { pending.append(referred) }
                } else {
                    foreign.append(reference)
                    if referred?.flag("noEmit") == true { emitsNothing = true }
                }
            }
        }
    }

    // MARK: Inputs

    /// What the configurations include, and they themselves. Files that one leaves out count unless all of them do: an
    /// import brings them back.
    var inputs: [NxInput] {
        var texts: [String] = ["{projectRoot}/package.json"]
        for path in projects.flatMap({ [$0.path] + $0.bases }) + foreign { texts.append(named(path)) }
        var included: [String] = []
        var excluded: Set<String>?
        for project in projects where !project.hasNoFiles {
            guard let own = patterns(of: project) else { return fallback(texts) }
            included += own
            let left = Set((project.patterns("exclude") ?? []).compactMap { $0.map(named) })
            excluded = excluded.map { $0.intersection(left) } ?? left
        }
        if included.isEmpty { return fallback(texts) }
        texts += included
        texts += (excluded ?? []).sorted().map { "!\($0)" }
        return unique(texts).map { .files($0) } + [.dependentOutputs]
    }

    private func fallback(_ texts: [String]) -> [NxInput] {
        [.named(place.has(namedInput: "production") ? "production" : "default")] + unique(texts).map { .files($0) }
            + [.dependentOutputs]
    }

    private func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    /// `nil` when the program's files cannot be named.
    private func patterns(of project: TypeScriptProject) -> [String]? {
        let include = project.patterns("include"), files = project.patterns("files")
        guard include != nil || files != nil else { return [named(project.directory) + "/**/*"] }
        var result: [String] = []
        for path in files ?? [] {
            guard let path else { return nil }
            result.append(named(path))
        }
        for path in include ?? [] {
            guard let path else { return nil }
            let last = String(decoding: path.lastComponent, as: UTF8.self)
            result.append(named(path))
            // A name without an extension and wild parts is a directory.
            if path == place.path || !last.contains(where: { ".*?".contains($0) }) {
                result.append(named(path) + "/**/*")
            }
        }
        return result
    }

    private func named(_ path: RepoPath) -> String {
        if let below = path.relative(to: place.path) {
            return below.isRoot ? "{projectRoot}" : "{projectRoot}/\(below)"
        }
        return "{workspaceRoot}/\(path.relative(to: place.root) ?? path)"
    }

    // MARK: Outputs

    /// What is written, in the form of nx.json; `nil` when it lies beside the sources, or cannot be told.
    func outputs(emitsDeclarationsOnly: Bool) -> [String]? {
        var result: [String] = []
        for project in projects where !project.hasNoFiles {
            if project.has("outFile") { return nil }
            guard let directory = project.place("outDir"), let text = place.output(directory) else { return nil }
            if project.has("declarationDir") {
                guard let declarations = project.place("declarationDir").flatMap({ place.output($0) }) else {
                    return nil
                }
                result.append(declarations)
            }
            if emitsDeclarationsOnly {
                for suffix in ["ts", "mts", "cts"] {
                    result.append("\(text)/**/*.d.\(suffix)")
                    if project.flag("declarationMap") { result.append("\(text)/**/*.d.\(suffix).map") }
                }
            } else {
                result.append(text)
            }
            guard let information = information(project, directory), let file = place.output(information) else {
                return nil
            }
            if emitsDeclarationsOnly || !information.isWithin(directory) { result.append(file) }
        }
        return unique(result)
    }

    /// The file in which TypeScript keeps what it built: in the output directory, moved as the sources are by `rootDir`.
    private func information(_ project: TypeScriptProject, _ directory: RepoPath) -> RepoPath? {
        if project.has("tsBuildInfoFile") { return project.place("tsBuildInfoFile") }
        let name = String(decoding: project.path.lastComponent, as: UTF8.self)
        let file = (name.hasSuffix(".json") ? String(name.dropLast(5)) : name) + ".tsbuildinfo"
        guard let root = project.place("rootDir") else { return directory.appending(file) }
        if let below = project.directory.relative(to: root) {
            return directory.resolving("\(below.isRoot ? "." : below.description)/\(file)")
        }
        guard let up = root.relative(to: project.directory) else { return nil }
        let ways = Array(repeating: "..", count: up.components.count).joined(separator: "/")
        return directory.resolving("\(ways)/\(file)")
    }
}
