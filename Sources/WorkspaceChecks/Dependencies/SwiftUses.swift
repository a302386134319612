internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// What the imports of Swift files say of packages: a module is a directory in `Sources` of the package that provides it.
struct SwiftUses {
    static func read(
        _ files: [ScannedFile], _ links: ProjectLinks, in tree: SourceTree
    ) throws(GitError) -> LanguageUses {
        let workspace = links.workspace
        let modules = try providers(workspace, tree)
        var found = LanguageUses()
        for file in files where file.language == .swift {
            if !file.imports.isEmpty { found.complete.insert(file.project) }
            for entry in file.imports {
                guard let target = modules[entry.name] ?? nil, target != file.project else { continue }
                found.uses.append(
                    ProjectUse(
                        from: file.project, to: target, evidence: Evidence(path: file.path, line: entry.line),
                        kind: entry.kind, isAside: file.isAside, name: entry.name))
            }
        }
        return found
    }

    /// Who provides a module; `nil` when several packages do.
    private static func providers(
        _ workspace: Workspace, _ tree: SourceTree
    ) throws(GitError) -> [String: ProjectIndex?] {
        var modules: [String: ProjectIndex?] = [:]
        for index in workspace.indices where workspace[index].managers.contains(.swiftpm) {
            for directory in ["Sources", "Source", "src"] {
                guard let contents = try tree.directory(workspace[index].path.appending(directory)) else { continue }
                for entry in contents.entries where entry.mode == .directory {
                    let name = String(decoding: contents.name(of: entry), as: UTF8.self)
                    modules.updateValue(modules[name] == nil ? index : nil, forKey: name)
                }
            }
        }
        return modules
    }
}
