internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// One project as the plugins of Nx see it: its files, and what of the workspace decides about its targets.
struct NxPlace {
    let root: RepoPath
    let project: NxProject
    let configuration: NxConfiguration
    let files: ModuleFiles
    let cache: ParsedNxCache
    /// Whether the workspace is one of packages with TypeScript project references, for which plugins run `tsc --build`.
    let usesReferences: Bool
    /// Names of packages in the workspace.
    let packages: Set<String>
    /// Names of the files in the project's directory.
    let names: [String]

    init(
        root: RepoPath, project: NxProject, configuration: NxConfiguration, files: ModuleFiles, cache: ParsedNxCache,
        usesReferences: Bool, packages: Set<String>
    ) throws(GitError) {
        self.root = root
        self.project = project
        self.configuration = configuration
        self.files = files
        self.cache = cache
        self.usesReferences = usesReferences
        self.packages = packages
        names = try NxPlace.fileNames(in: project.path, files)
    }

    var path: RepoPath { project.path }
    var isRoot: Bool { path == root }

    /// Whether the named input is declared, for the workspace or for the project.
    func has(namedInput name: String) -> Bool {
        project.file.namedInputs[name] != nil || configuration.namedInputs[name] != nil
    }

    /// What most plugins take for inputs of a build: `production` where it is declared.
    var productionInputs: [NxInput] {
        has(namedInput: "production")
            ? [.named("production"), .ofDependencies("production")] : NxInputExpansion.defaults
    }

    /// What most plugins take for inputs of tests.
    var testInputs: [NxInput] {
        has(namedInput: "production") ? [.named("default"), .ofDependencies("production")] : NxInputExpansion.defaults
    }

    static func fileNames(in path: RepoPath, _ files: ModuleFiles) throws(GitError) -> [String] {
        guard let directory = try files.directory(path) else { return [] }
        var names: [String] = []
        for entry in directory.entries where entry.mode.isFile {
            names.append(String(decoding: directory.name(of: entry), as: UTF8.self))
        }
        return names
    }

    /// Files `NAME.EXTENSION` in `directory` (the project's when `nil`), with one of the extensions.
    func configurations(
        _ names: [String], _ extensions: [String], in directory: RepoPath? = nil
    ) throws(GitError) -> [NxConfigurationFile] {
        let present =
            try directory.map { path throws(GitError) in try NxPlace.fileNames(in: path, files) } ?? self.names
        var found: [NxConfigurationFile] = []
        for name in names {
            for suffix in extensions where present.contains("\(name).\(suffix)") {
                let file = (directory ?? path).appending("\(name).\(suffix)")
                guard let entry = try files.entry(file) else { continue }
                let content = try cache.configuration(
                    of: entry.id, JavaScriptImports.dialect(of: file.lastComponent), in: files.tree.objects)
                found.append(
                    NxConfigurationFile(
                        path: file, content: content,
                        packages: { packages.contains($0) && $0 != project.packageName }))
            }
        }
        return found
    }

    /// The files outside the project that a configuration names by a relative path, as inputs.
    func namedInputs(of file: NxConfigurationFile) throws(GitError) -> [NxInput] {
        var inputs: [NxInput] = []
        let directory = file.path.parent ?? .root
        for text in file.namedPaths {
            guard let named = directory.resolving(text), !named.isRoot, !path.isWithin(named), !named.isWithin(path),
                let found = try files.locate(named), let entry = try files.entry(found),
                let relative = found.relative(to: root)?.utf8Text
            else { continue }
            let pattern = "{workspaceRoot}/" + NxGlob.literal(relative)
            inputs.append(.files(entry.mode == .directory ? pattern + "/**/*" : pattern))
        }
        return inputs
    }

    /// `text`, a path from the project's directory or from `base`, as an output of Nx; `nil` outside of the workspace, or
    /// where it holds the project.
    func output(_ text: String, from base: RepoPath? = nil) -> String? {
        guard !text.hasPrefix("/"), let place = (base ?? path).resolving(text) else { return nil }
        return output(place)
    }

    func output(_ place: RepoPath) -> String? {
        guard !path.isWithin(place), let relative = place.relative(to: root), let text = relative.utf8Text else {
            return nil
        }
        return "{workspaceRoot}/" + NxGlob.literal(text)
    }

    /// `NAME` below the workspace's root, then the project's directory: where plugins of Nx put things by default.
    func sharedOutput(_ name: String) -> String {
        isRoot ? "{projectRoot}/\(name)" : "{workspaceRoot}/\(name)/{projectRoot}"
    }

    /// The package.json of the project.
    func manifest() throws(GitError) -> JSONNode? { try files.json(path.appending("package.json")) }

    /// Whether a package.json lists `package` as a dependency.
    static func depends(_ manifest: JSONNode?, on package: String) -> Bool {
        ["dependencies", "devDependencies"].contains { manifest?[$0]?[package] != nil }
    }
}
