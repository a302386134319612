internal import GitObjects
internal import WorkspaceModel

/// The patches of dependencies that a workspace root applies to what its members install.
///
/// pnpm and Bun name each in `patchedDependencies`, Yarn in `resolutions` and its lockfile
/// (https://yarnpkg.com/protocol/patch), and patch-package applies all that lie in `patches`.
struct PatchFiles {
    private(set) var named: [NamedFile] = []
    private var seen: Set<RepoPath> = []
    private let root: WorkspaceRoot

    /// Looks through the texts of the manifest, of pnpm-workspace.yaml and, for Yarn, of the lockfile.
    init(of root: WorkspaceRoot, in tree: SourceTree) throws(GitError) {
        self.root = root
        if let id = root.manifestID {
            let bytes = try tree.objects.blob(id)
            find(in: bytes, at: root.manifestPath)
            addAll(in: bytes)
        }
        if root.hasPnpmFile, let bytes = try tree.read(root.pnpmPath) { find(in: bytes, at: root.pnpmPath) }
        if root.manager == .yarn, let lockfile = root.lockfile,
            try tree.entry(root.path.appending(".yarn/patches")) != nil
        {
            find(in: try tree.objects.blob(lockfile.id), at: lockfile.path)
        }
        named.sort { $0.path < $1.path }
    }

    /// Takes every text that ends in `.patch`.
    private mutating func find(in bytes: [UInt8], at file: RepoPath) {
        let ending = Array(".patch".utf8)
        var line = 1, position = 0, start = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard PatchFiles.isPartOfPath(byte) else {
                position += 1
                start = position
                continue
            }
            position += 1
            let isEnd = position == bytes.count || !PatchFiles.isPartOfPath(bytes[position])
            if isEnd, bytes[start..<position].suffix(ending.count).elementsEqual(ending) {
                add(bytes[start..<position], Evidence(path: file, line: line))
            }
        }
    }

    private mutating func add(_ text: ArraySlice<UInt8>, _ evidence: Evidence) {
        var decoded = PatchFiles.decoded(text)
        if decoded.starts(with: "~/".utf8) { decoded = decoded.dropFirst(2) }
        guard let path = root.path.resolving(String(decoding: decoded, as: UTF8.self)), !path.isRoot,
            seen.insert(path).inserted
        else { return }
        named.append(NamedFile(path: path, role: .toolchain(.javaScript), chain: [evidence]))
    }

    /// Where patch-package is used, by a script or as a dependency, all of `patches` counts.
    private mutating func addAll(in bytes: [UInt8]) {
        let name = Array("patch-package".utf8)
        var line = 1
        for content in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if content.contains(name) {
                named.append(
                    NamedFile(
                        path: root.path.appending("patches"), role: .toolchain(.javaScript),
                        chain: [Evidence(path: root.manifestPath, line: line)]))
                return
            }
            line += 1
        }
    }

    private static func isPartOfPath(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xFF:
            true
        default: "/._-@+%~".utf8.contains(byte)
        }
    }

    /// `%40` is `@` in the lockfile of Yarn.
    private static func decoded(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result[...]
    }
}
