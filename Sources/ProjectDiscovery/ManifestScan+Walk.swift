package import GitObjects
package import WorkspaceModel

extension ManifestScan {
    /// The manifests below which no stray project is looked for. A Go module holds whatever a repository holds.
    private static let projectManifests: Set<String> = ["package.json", "Cargo.toml"]

    /// Finds the directories with manifests in `tree`.
    ///
    /// Opens only directories above projects and the projects' own: the cost follows the number of projects. Directories
    /// whose name starts with a dot, and node_modules, are not entered.
    package static func walk(_ tree: SourceTree) throws(GitError) -> ManifestScan {
        var found: [(path: RepoPath, manifests: Set<String>)] = []
        var pending: [(path: RepoPath, id: ObjectID)] = [(.root, tree.root)]
        while let (path, id) = pending.popLast() {
            let contents = try tree.objects.tree(id)
            var manifests = Set<String>()
            for entry in contents.entries where entry.mode != .directory && entry.mode != .submodule {
                let name = contents.name(of: entry)
                if StructureNames.isManifest(name) { manifests.insert(String(decoding: name, as: UTF8.self)) }
            }
            if !manifests.isEmpty { found.append((path, manifests)) }
            if !path.isRoot, !manifests.isDisjoint(with: projectManifests) { continue }
            for entry in contents.entries where entry.mode == .directory {
                let name = contents.name(of: entry)
                if name.first == UInt8(ascii: ".") || name.elementsEqual("node_modules".utf8) { continue }
                pending.append((path.appending(name), entry.id))
            }
        }
        return ManifestScan(directories: found.sorted { $0.path < $1.path })
    }
}
