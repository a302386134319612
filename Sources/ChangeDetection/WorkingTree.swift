internal import Diagnostics
package import GitObjects
internal import Glibc

/// Turns the working tree into one more git tree: what `git add --all && git write-tree` would give, writing nothing.
///
/// Index and stat data first: a file's contents are read only where the stat data differ from the index or are racy.
/// Untracked files count unless ignored. The result agrees with `git status --porcelain=v2 -z --untracked-files=all`.
package struct WorkingTree {
    let root: String
    let index: IndexFile?
    /// Valid while the repository is borrowed, which is as long as the scan lasts.
    let hasher: FileHasher
    let objects: ObjectStore
    let trustsChangeTime: Bool
    let trustsExecutableBit: Bool
    let trustsSymlinks: Bool
    /// Whether files outside a sparse checkout that are there all the same count, as they do for git.
    let looksAtSkipped: Bool
    var edits: [RepoPath: TreeEdit] = [:]

    /// A tracked name in one directory: a file's entry, or the range of entries below a subdirectory.
    struct Child {
        let name: ArraySlice<UInt8>
        let file: Int?
        let directory: Range<Int>?
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
        let index = try IndexFile(path: indexPath(of: repository, root: root, environment))
        let rules = globalRules(repository, environment: environment)
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
            trustsExecutableBit: repository.configuredBool("core.filemode", default: true),
            trustsSymlinks: repository.configuredBool("core.symlinks", default: true),
            looksAtSkipped: isSparse(repository), edits: edits)
        let descriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw GitError(
                .unreadable, .environment,
                "The working tree \(root) cannot be read: \(String(cString: strerror(errno))).")
        }
        try scan.scan(index?.entries.indices ?? 0..<0, at: .root, descriptor: descriptor, rules: rules)
        return try SourceTree(objects: objects, root: headTree).edited(scan.edits)
    }

    /// GIT_INDEX_FILE counts from the root of the working tree, where git runs hooks.
    private static func indexPath(
        of repository: borrowing Repository, root: String, _ environment: [String: String]
    ) -> String {
        guard let named = environment["GIT_INDEX_FILE"] else { return repository.gitDirectory + "index" }
        return named.hasPrefix("/") ? named : root + "/" + named
    }

    /// The ignore rules that lie outside the working tree: the user's and the repository's own.
    package static func globalRules(_ repository: borrowing Repository, environment: [String: String]) -> IgnoreRules {
        var rules = IgnoreRules()
        let users = repository.configuredPath("core.excludesfile") ?? defaultExcludes(environment)
        if let users { rules.add(file: users, base: .root) }
        rules.add(file: repository.commonDirectory + "info/exclude", base: .root)
        return rules
    }

    private static func defaultExcludes(_ environment: [String: String]) -> String? {
        if let base = environment["XDG_CONFIG_HOME"], !base.isEmpty { return base + "/git/ignore" }
        return environment["HOME"].map { $0 + "/.config/git/ignore" }
    }

    /// Scans one directory; `descriptor` is consumed.
    mutating func scan(_ range: Range<Int>, at path: RepoPath, descriptor: Int32, rules: IgnoreRules) throws(GitError) {
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            throw unreadable(path)
        }
        defer { closedir(stream) }
        let found = DirectoryListing(stream)
        var rules = rules
        if found.contains(".gitignore") { rules.add(file: ".gitignore", in: descriptor, base: path) }
        let tracked = trackedChildren(range, depth: path.isRoot ? 0 : path.bytes.count + 1)
        var i = 0
        for child in tracked {
            while i < found.count, found.name(i).lexicographicallyPrecedes(child.name) {
                try visitUntracked(found.name(i), type: found.type(i), in: path, descriptor, rules)
                i += 1
            }
            let present = i < found.count && found.name(i).elementsEqual(child.name)
            if let directory = child.directory {
                try visitTrackedDirectory(child.name, directory, present: present, in: path, descriptor, rules)
            }
            if let file = child.file {
                try visitTrackedFile(
                    child.name, file, besideDirectory: child.directory != nil, present: present, in: path, descriptor,
                    rules)
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
                children.append(Child(name: rest[..<slash], file: nil, directory: start..<at))
            } else {
                // Several stages of one unmerged path are one name.
                repeat { at += 1 } while at < range.upperBound && index.name(of: index.entries[at]).elementsEqual(name)
                children.append(Child(name: rest, file: start, directory: nil))
            }
        }
        children.sort { $0.name.lexicographicallyPrecedes($1.name) }
        // A conflict between a file and a directory leaves both in the index.
        var merged: [Child] = []
        for child in children {
            if let last = merged.last, last.name.elementsEqual(child.name) {
                merged[merged.count - 1] = Child(
                    name: last.name, file: last.file ?? child.file, directory: last.directory ?? child.directory)
            } else {
                merged.append(child)
            }
        }
        return merged
    }

    func unreadable(_ path: RepoPath) -> GitError {
        GitError(.unreadable, .environment, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }

    /// The absolute path as a C string; bytes, because names need not be UTF-8.
    func absolute(_ path: RepoPath, _ suffix: String = "") -> [CChar] {
        let below = path.isRoot ? [] : [UInt8(ascii: "/")] + path.bytes
        return (Array(root.utf8) + below + suffix.utf8).map { CChar(bitPattern: $0) } + [0]
    }
}
