package import GitObjects
internal import Diagnostics
internal import Glibc

/// Turns the working tree into one more git tree: what `git add --all && git write-tree` would give, writing nothing.
///
/// Index and stat data first: a file's contents are read only where the stat data differ from the index or are racy.
/// Untracked files count unless ignored. The result agrees with `git status --porcelain=v2 -z --untracked-files=all`.
package struct WorkingTree {
    private let root: String
    private let index: IndexFile?
    /// Valid while the repository is borrowed, which is as long as the scan lasts.
    private let hasher: FileHasher
    private let objects: ObjectStore
    private let trustsChangeTime: Bool
    private let trustsExecutableBit: Bool
    private var edits: [RepoPath: TreeEdit] = [:]

    /// A tracked name in one directory: a file's entry, or the range of entries below a subdirectory.
    private struct Child {
        let name: ArraySlice<UInt8>
        let entries: Range<Int>
        let isDirectory: Bool
    }

    /// The working tree of `repository` as a tree in memory, on top of the tree of HEAD.
    ///
    /// - Parameter headTree: the tree of HEAD; the empty tree when HEAD is unborn.
    package static func snapshot(
        of repository: borrowing Repository, headTree: ObjectID, objects: ObjectStore, environment: [String: String]
    ) throws(GitError) -> SourceTree {
        guard let root = repository.workingDirectory else {
            throw GitError(
                .unreadable, .environment,
                "A bare repository has no working tree. Name the version to look at with --head REV.")
        }
        let indexPath = environment["GIT_INDEX_FILE"] ?? (repository.gitDirectory + "index")
        let index = try IndexFile(path: indexPath)
        var rules = IgnoreRules()
        let globalRules = repository.configuredPath("core.excludesfile") ?? defaultExcludes(environment)
        if let globalRules { rules.add(file: globalRules, base: .root, followingLinks: true) }
        rules.add(file: repository.commonDirectory + "info/exclude", base: .root, followingLinks: true)

        var edits: [RepoPath: TreeEdit] = [:]
        if let index {
            var staged = StagedComparison(index: index, objects: objects)
            try staged.compare(index.entries.indices, at: .root, headTree: headTree)
            edits = staged.edits
        } else {
            let tree = try objects.tree(headTree)
            for entry in tree.entries { edits[RepoPath(bytes: Array(tree.name(of: entry)))] = .remove }
        }
        var scan = WorkingTree(
            root: root, index: index, hasher: repository.fileHasher, objects: objects,
            trustsChangeTime: repository.configuredBool("core.trustctime", default: true),
            trustsExecutableBit: repository.configuredBool("core.filemode", default: true), edits: edits)
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw GitError(
                .unreadable, .environment,
                "The working tree \(root) cannot be read: \(String(cString: strerror(errno))).")
        }
        try scan.scan(index?.entries.indices ?? 0..<0, at: .root, descriptor: descriptor, rules: rules)
        return try SourceTree(objects: objects, root: headTree).edited(scan.edits)
    }

    private static func defaultExcludes(_ environment: [String: String]) -> String? {
        if let base = environment["XDG_CONFIG_HOME"], !base.isEmpty { return base + "/git/ignore" }
        return environment["HOME"].map { $0 + "/.config/git/ignore" }
    }

    /// Scans one directory; `descriptor` is consumed.
    private mutating func scan(_ range: Range<Int>, at path: RepoPath, descriptor: Int32, rules: IgnoreRules) throws(GitError) {
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            throw unreadable(path)
        }
        defer { closedir(stream) }
        let found = DirectoryListing(stream)
        var rules = rules
        if found.contains(".gitignore") {
            rules.add(file: absolute(path.appending(".gitignore")), base: path, followingLinks: false)
        }
        let tracked = trackedChildren(range, depth: path.isRoot ? 0 : path.bytes.count + 1)
        var i = 0
        for child in tracked {
            while i < found.count, found.name(i).lexicographicallyPrecedes(child.name) {
                try visitUntracked(found.name(i), type: found.type(i), in: path, descriptor, rules)
                i += 1
            }
            let present = i < found.count && found.name(i).elementsEqual(child.name)
            if child.isDirectory {
                try visitTrackedDirectory(child, present: present, in: path, descriptor, rules)
            } else {
                try visitTrackedFile(child, present: present, in: path, descriptor, rules)
            }
            if present { i += 1 }
        }
        while i < found.count {
            try visitUntracked(found.name(i), type: found.type(i), in: path, descriptor, rules)
            i += 1
        }
    }

    /// The names in one directory that the index knows, sorted by name.
    private func trackedChildren(_ range: Range<Int>, depth: Int) -> [Child] {
        guard let index else { return [] }
        var children: [Child] = []
        var at = range.lowerBound
        while at < range.upperBound {
            let name = index.name(of: index.entries[at])
            let rest = name.dropFirst(depth)
            let start = at
            if let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
                let prefix = name[...slash]
                repeat { at += 1 } while at < range.upperBound && index.name(of: index.entries[at]).starts(with: prefix)
                children.append(Child(name: rest[..<slash], entries: start..<at, isDirectory: true))
            } else {
                // Several stages of one unmerged path are one name.
                repeat { at += 1 } while at < range.upperBound && index.name(of: index.entries[at]).elementsEqual(name)
                children.append(Child(name: rest, entries: start..<at, isDirectory: false))
            }
        }
        return children.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private mutating func visitTrackedDirectory(
        _ child: Child, present: Bool, in path: RepoPath, _ descriptor: Int32, _ rules: IgnoreRules
    ) throws(GitError) {
        guard let index else { return }
        let below = path.appending(child.name)
        // A sparse index holds one entry for a directory that is not checked out; it is clean by definition.
        if child.entries.count == 1, index.mode(of: index.entries[child.entries.lowerBound]) == .directory { return }
        let opened = present ? openDirectory(child.name, in: descriptor) : -1
        if opened >= 0 {
            return try scan(child.entries, at: below, descriptor: opened, rules: rules)
        }
        for at in child.entries where !index.entries[at].flags.contains(.skipWorktree) {
            edits[index.path(of: index.entries[at])] = .remove
        }
        if present { try visitUntracked(child.name, type: UInt8(DT_UNKNOWN), in: path, descriptor, rules) }
    }

    private mutating func visitTrackedFile(
        _ child: Child, present: Bool, in path: RepoPath, _ descriptor: Int32, _ rules: IgnoreRules
    ) throws(GitError) {
        guard let index else { return }
        let entry = index.entries[child.entries.lowerBound]
        if entry.flags.contains(.skipWorktree) || entry.flags.contains(.assumeUnchanged) { return }
        let below = path.appending(child.name)
        var status = stat()
        guard present, withName(child.name, { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            edits[below] = .remove
            return
        }
        let isSettled = !entry.flags.contains(.unmerged) && !entry.flags.contains(.intentToAdd)
        let mode = index.mode(of: entry)
        if mode == .submodule {
            try visitSubmodule(below, index.id(of: entry), status)
        } else if isSettled, isClean(entry, status, index) {
            return
        } else if status.st_mode & S_IFMT == S_IFDIR {
            edits[below] = .remove
            try visitUntracked(child.name, type: UInt8(DT_DIR), in: path, descriptor, rules)
        } else if let (found, id) = identify(below, status, recorded: mode) {
            if isSettled, found == mode, id == index.id(of: entry) { return }
            edits[below] = .set(found, id)
        } else {
            // Vanished or not a file between the listing and the reading.
            edits[below] = .remove
        }
    }

    /// Whether the stat data prove that the file is what the index recorded.
    private func isClean(_ entry: IndexFile.Entry, _ status: stat, _ index: IndexFile) -> Bool {
        let recorded = index.recordedStat(of: entry)
        guard recorded.modificationSeconds == UInt32(truncatingIfNeeded: status.st_mtim.tv_sec),
            recorded.modificationNanoseconds == UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec),
            recorded.size == UInt32(truncatingIfNeeded: status.st_size),
            recorded.inode == UInt32(truncatingIfNeeded: status.st_ino), recorded.userID == status.st_uid,
            recorded.groupID == status.st_gid
        else { return false }
        if trustsChangeTime {
            guard recorded.changeSeconds == UInt32(truncatingIfNeeded: status.st_ctim.tv_sec),
                recorded.changeNanoseconds == UInt32(truncatingIfNeeded: status.st_ctim.tv_nsec)
            else { return false }
        }
        guard diskMode(status, recorded: index.mode(of: entry)) == index.mode(of: entry) else { return false }
        // Racy: written in the same tick as the index, so a later change may show the same stat data.
        let modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        return modified < (index.modification.seconds, index.modification.nanoseconds)
    }

    private func diskMode(_ status: stat, recorded: FileMode?) -> FileMode? {
        guard let mode = FileMode(rawMode: status.st_mode) else { return nil }
        if !trustsExecutableBit, mode.isFile, let recorded, recorded.isFile { return recorded }
        return mode
    }

    /// The mode and blob id of a file on disk; makes the blob readable. `nil` when it is neither file nor link.
    private func identify(_ path: RepoPath, _ status: stat, recorded: FileMode?) -> (FileMode, ObjectID)? {
        guard let mode = diskMode(status, recorded: recorded) else { return nil }
        let file = absoluteBytes(path)
        switch mode {
        case .regular, .executable:
            guard let id = hasher.hash(file, as: path) else { return nil }
            objects.add(blob: id) { () throws(GitError) -> [UInt8] in try readFile(file, path) }
            return (mode, id)
        case .symlink:
            var target = [CChar](repeating: 0, count: 4097)
            let count = readlink(file, &target, 4096)
            guard count >= 0 else { return nil }
            return (.symlink, objects.add(blob: target[..<count].map { UInt8(bitPattern: $0) }))
        case .directory, .submodule:
            return nil
        }
    }

    /// A submodule counts by the commit its own HEAD names; one that is not checked out is unchanged.
    private mutating func visitSubmodule(_ path: RepoPath, _ recorded: ObjectID, _ status: stat) throws(GitError) {
        guard status.st_mode & S_IFMT == S_IFDIR else {
            if let (mode, id) = identify(path, status, recorded: nil) { edits[path] = .set(mode, id) }
            return
        }
        if let commit = nestedHead(path), commit != recorded { edits[path] = .set(.submodule, commit) }
    }

    /// The commit that HEAD of the repository at `path` names, or `nil` when there is no repository or no commit.
    private func nestedHead(_ path: RepoPath) -> ObjectID? {
        let directory = absolute(path)
        guard access(directory + "/.git", F_OK) == 0 else { return nil }
        do {
            let nested = try Repository.open(at: directory, environment: [:])
            return try nested.resolve("HEAD")?.commit
        } catch {
            return nil
        }
    }

    private mutating func visitUntracked(
        _ name: ArraySlice<UInt8>, type: UInt8, in path: RepoPath, _ descriptor: Int32, _ rules: IgnoreRules
    ) throws(GitError) {
        if name.elementsEqual(".git".utf8) { return }
        let below = path.appending(name)
        var status = stat()
        var isDirectory = type == UInt8(DT_DIR)
        if type == UInt8(DT_UNKNOWN) {
            guard withName(name, { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return }
            isDirectory = status.st_mode & S_IFMT == S_IFDIR
        }
        if rules.ignores(below, isDirectory: isDirectory) { return }
        if isDirectory {
            if hasRepository(below) {
                // A nested repository is one thing, named by its commit, as `git add` would record it.
                if let commit = nestedHead(below) { edits[below] = .set(.submodule, commit) }
                return
            }
            let opened = openDirectory(name, in: descriptor)
            guard opened >= 0 else { throw unreadable(below) }
            return try scan(0..<0, at: below, descriptor: opened, rules: rules)
        }
        guard withName(name, { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0,
            let (mode, id) = identify(below, status, recorded: nil)
        else { return }
        edits[below] = .set(mode, id)
    }

    private func hasRepository(_ path: RepoPath) -> Bool { access(absolute(path) + "/.git", F_OK) == 0 }

    private func openDirectory(_ name: ArraySlice<UInt8>, in descriptor: Int32) -> Int32 {
        withName(name) { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    }

    private func unreadable(_ path: RepoPath) -> GitError {
        GitError(.unreadable, .environment, "The directory \(path) cannot be read: \(String(cString: strerror(errno))).")
    }

    private func absolute(_ path: RepoPath) -> String {
        path.isRoot ? root : root + "/" + String(decoding: path.bytes, as: UTF8.self)
    }

    private func absoluteBytes(_ path: RepoPath) -> [CChar] {
        (Array(root.utf8) + [UInt8(ascii: "/")] + path.bytes).map { CChar(bitPattern: $0) } + [0]
    }
}

/// Calls `body` with `name` as a C string.
private func withName<Result>(_ name: ArraySlice<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: name.count + 1) { buffer in
        for (offset, byte) in name.enumerated() { buffer[offset] = CChar(bitPattern: byte) }
        buffer[name.count] = 0
        // The buffer holds at least the terminator, so it has an address.
        return body(UnsafePointer(buffer.baseAddress.unsafelyUnwrapped))
    }
}

/// Reads a whole file that was dirty when the tree was scanned.
private func readFile(_ file: [CChar], _ path: RepoPath) throws(GitError) -> [UInt8] {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        throw GitError(.unreadable, .environment, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return bytes }
        bytes.append(contentsOf: buffer[..<count])
    }
}
