package import GitObjects

/// A file that the configuration of a tool names by its path, and that its tasks therefore read wherever it lies.
package struct NamedFile: Sendable, Hashable {
    /// A file, or a directory every file below which is meant. It need not be there.
    package var path: RepoPath
    /// Says which tasks read it: those that read what names it.
    package var role: FileRole
    /// How it is named: by the first, or by a file that the first names, and so on; never empty.
    package var chain: [Evidence]

    package init(path: RepoPath, role: FileRole, chain: [Evidence]) {
        self.path = path
        self.role = role
        self.chain = chain
    }
}
