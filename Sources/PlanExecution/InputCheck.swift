internal import AffectedAnalysis
internal import GitObjects
internal import Glibc

/// Finds inputs of a task that changed on disk since the plan's snapshot was taken: such a result must not be stored.
///
/// A file whose change and modification times lie before the snapshot was not touched; one that was is hashed.
struct InputCheck {
    private let root: String
    private let snapshot: (seconds: Int, nanoseconds: Int)

    /// - Parameter snapshotSeconds: when the snapshot began, in seconds since 1970.
    init(root: String, snapshotSeconds: Double) {
        self.root = root
        // File times come from a coarse clock that may lag by some milliseconds.
        let earlier = snapshotSeconds - 0.05
        snapshot = (Int(earlier), Int((earlier - Double(Int(earlier))) * 1e9))
    }

    /// The first input that is not what the key says, or `nil`.
    func changedInput(_ items: [InputItem], in tree: SourceTree) throws(GitError) -> RepoPath? {
        for item in items {
            if let changed = try check(item.path, item.mode, item.id, tree) { return changed }
        }
        return nil
    }

    private func check(_ path: RepoPath, _ mode: FileMode, _ id: ObjectID, _ tree: SourceTree) throws(GitError)
        -> RepoPath?
    {
        if mode == .submodule { return nil }
        if mode == .directory {
            let contents = try tree.objects.tree(id)
            for entry in contents.entries {
                if let changed = try check(path.appending(contents.name(of: entry)), entry.mode, entry.id, tree) {
                    return changed
                }
            }
            return nil
        }
        let file = absolute(path)
        var status = stat()
        guard lstat(file, &status) == 0 else { return path }
        if (status.st_mtim.tv_sec, status.st_mtim.tv_nsec) < snapshot,
            (status.st_ctim.tv_sec, status.st_ctim.tv_nsec) < snapshot
        {
            return nil
        }
        return DiskFile.identity(file, status, id.format)?.id == id ? nil : path
    }

    /// The first file below `directory` that came after the snapshot, is not ignored, and counts.
    ///
    /// - Parameters:
    ///   - rules: ignore rules from outside the working tree.
    ///   - counts: whether the task reads a file at the path.
    func addedInput(
        below directory: RepoPath, in tree: SourceTree, ignoring rules: IgnoreRules, counts: (RepoPath) throws -> Bool
    ) throws -> RepoPath? {
        var rules = rules
        var above: [RepoPath] = []
        var ancestor = directory.parent
        while let path = ancestor {
            above.append(path)
            ancestor = path.parent
        }
        for path in above.reversed() {
            rules.add(file: text(path.appending(".gitignore")), base: path)
        }
        return try added(directory, try tree.directoryID(directory), tree, rules, counts)
    }

    private func added(
        _ directory: RepoPath, _ known: ObjectID?, _ tree: SourceTree, _ rules: IgnoreRules,
        _ counts: (RepoPath) throws -> Bool
    ) throws -> RepoPath? {
        guard let stream = opendir(text(directory)) else { return nil }
        var names: [(name: [UInt8], isDirectory: Bool)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name == Array(".".utf8) || name == Array("..".utf8) || name == Array(".git".utf8) { continue }
            names.append((name, entry.pointee.d_type == UInt8(DT_DIR)))
        }
        closedir(stream)
        var rules = rules
        if names.contains(where: { $0.name == Array(".gitignore".utf8) }) {
            rules.add(file: text(directory.appending(".gitignore")), base: directory)
        }
        let contents = try known.map { id throws(GitError) in try tree.objects.tree(id) } ?? .empty
        for (name, isDirectory) in names.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
            let path = directory.appending(name), entry = contents.entry(named: name)
            if isDirectory {
                if entry?.mode == .submodule || (entry == nil && rules.ignores(path, isDirectory: true)) { continue }
                let below = entry?.mode == .directory ? entry?.id : nil
                if let found = try added(path, below, tree, rules, counts) { return found }
            } else if entry == nil, !rules.ignores(path, isDirectory: false), try counts(path) {
                return path
            }
        }
        return nil
    }

    private func text(_ path: RepoPath) -> String {
        path.isRoot ? root : root + "/" + String(decoding: path.bytes, as: UTF8.self)
    }

    private func absolute(_ path: RepoPath) -> [CChar] {
        (Array(root.utf8) + [UInt8(ascii: "/")] + path.bytes).map { CChar(bitPattern: $0) } + [0]
    }
}

/// A file as it lies on disk, named as git would name its raw bytes.
enum DiskFile {
    /// The mode and blob id of a regular file or symbolic link; `nil` for anything else or when it cannot be read.
    static func identity(_ file: [CChar], _ status: stat, _ format: ObjectFormat) -> (mode: FileMode, id: ObjectID)? {
        guard let mode = FileMode(rawMode: status.st_mode) else { return nil }
        switch mode {
        case .regular, .executable:
            let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { return nil }
                if count == 0 { break }
                bytes.append(contentsOf: buffer[..<count])
            }
            return (mode, format.id(of: bytes, kind: .blob))
        case .symlink:
            var target = [CChar](repeating: 0, count: 4097)
            let count = readlink(file, &target, 4096)
            guard count >= 0 else { return nil }
            return (.symlink, format.id(of: target[..<count].map { UInt8(bitPattern: $0) }, kind: .blob))
        case .directory, .submodule:
            return nil
        }
    }
}
