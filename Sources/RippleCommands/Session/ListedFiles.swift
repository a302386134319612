internal import Diagnostics
internal import GitObjects
internal import Glibc
internal import ProjectDiscovery
internal import WorkspaceModel

/// Files that `--files-from` takes as changed.
enum ListedFiles {
    /// The paths in the file `source` (`-` is standard input), separated by NUL if one occurs, else by newlines.
    static func read(_ source: String) throws -> [RepoPath] {
        let descriptor = source == "-" ? STDIN_FILENO : open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandError(.user, "--files-from \(source): it cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        guard let bytes = readToEnd(descriptor) else {
            throw CommandError(.user, "--files-from \(source): it cannot be read: \(String(cString: strerror(errno))).")
        }
        let separator: UInt8 = bytes.contains(0) ? 0 : UInt8(ascii: "\n")
        var paths = Set<RepoPath>()
        for line in bytes.split(separator: separator) {
            var name = Array(line)
            if separator != 0, name.last == UInt8(ascii: "\r") { name.removeLast() }
            while name.starts(with: "./".utf8) { name.removeFirst(2) }
            if name.isEmpty { continue }
            if name.first == UInt8(ascii: "/")
                || name.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) })
            {
                throw CommandError(
                    .user,
                    "--files-from \(source): '\(String(decoding: name, as: UTF8.self))' is not relative to the root of the repository."
                )
            }
            paths.insert(RepoPath(bytes: name))
        }
        return paths.sorted()
    }

    /// Whether a change of the file can change projects, edges or tasks.
    static func isStructural(_ path: RepoPath, _ workspace: Workspace) -> Bool {
        let locks = Set(workspace.projects.flatMap { $0.externals.map(\.lockfile) })
        if workspace.structuralFiles.contains(path) { return !locks.contains(path) }
        return StructureNames.isDefinition(at: path)
    }

    /// A base in which every listed file was different: present with other content, or absent if it is gone now.
    static func base(of tree: SourceTree, changing paths: [RepoPath]) throws(GitError) -> SourceTree {
        var edits: [RepoPath: TreeEdit] = [:]
        for path in paths {
            if let entry = try tree.entry(path) {
                if entry.mode == .directory { continue }
                var content = Array("ripple: another version of \(entry.id)".utf8)
                // Without its package clause and imports a Go file would make another project of its program.
                if entry.mode.isFile, path.lastComponent.suffix(3).elementsEqual(".go".utf8) {
                    content = try tree.objects.blob(entry.id) + Array("\n// ".utf8) + content
                }
                let other = tree.objects.add(blob: content)
                edits[path] = .set(entry.mode, other)
            } else {
                edits[path] = .set(.regular, tree.objects.add(blob: Array("ripple: a file that is gone".utf8)))
            }
        }
        return try tree.edited(edits)
    }
}
