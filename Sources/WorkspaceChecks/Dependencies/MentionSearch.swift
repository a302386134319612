internal import GitObjects
internal import WorkspaceModel

/// Looks for names in the text files of a project: configuration, markup and style sheets use packages without importing
/// them.
struct MentionSearch {
    let tree: SourceTree
    let workspace: Workspace
    /// What the names of the files to look in end with.
    var extensions = MentionSearch.webExtensions

    private static let largest = 1 << 20
    private static let webExtensions: Set<String> = [
        "json", "jsonc", "json5", "yaml", "yml", "toml", "js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "vue",
        "svelte", "astro", "mdx", "css", "scss", "sass", "less", "html", "sh",
    ]

    /// Whether a file of the project other than its package.json holds one of `names`.
    func finds(_ names: [String], in project: ProjectIndex) throws(GitError) -> Bool {
        let path = workspace[project].path
        guard let id = try tree.directoryID(path) else { return false }
        return try finds(names.map { Array($0.utf8) }, in: id, at: path, depth: 0)
    }

    private func finds(_ names: [[UInt8]], in id: ObjectID, at path: RepoPath, depth: Int) throws(GitError) -> Bool {
        let contents = try tree.objects.tree(id)
        for entry in contents.entries {
            let entryName = contents.name(of: entry)
            if entry.mode == .directory {
                let below = path.appending(entryName)
                if entryName.elementsEqual("node_modules".utf8) || workspace.project(at: below) != nil { continue }
                if try finds(names, in: entry.id, at: below, depth: depth + 1) { return true }
            } else if entry.mode.isFile, isText(entryName),
                !(depth == 0 && entryName.elementsEqual("package.json".utf8))
            {
                let bytes = try tree.objects.blob(entry.id)
                guard bytes.count <= MentionSearch.largest else { continue }
                if names.contains(where: { ByteSearch.holds($0, in: bytes) }) { return true }
            }
        }
        return false
    }

    private func isText(_ name: ArraySlice<UInt8>) -> Bool {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
        // `.babelrc`, `.prettierrc`
        return dot == name.startIndex || extensions.contains(String(decoding: name[(dot + 1)...], as: UTF8.self))
    }
}
