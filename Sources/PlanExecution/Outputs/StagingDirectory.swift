internal import GitObjects
internal import Glibc

/// A directory in a project in which outputs are made before they are renamed into place; removed with its contents
/// when the value ends.
///
/// It lies in the project because only there is it certain to be on the same file system. It is locked for as long as
/// the value lives, so that what a killed Ripple left behind can be told from what another one is using.
struct StagingDirectory: ~Copyable {
    /// The absolute path.
    let path: [UInt8]
    private let name: [UInt8]
    private let directory: OpenDirectory
    /// The project's directory.
    private let root: CInt

    /// `root` is the open directory at the path `project`.
    init(in root: borrowing OpenDirectory, project: String) throws(OutputError) {
        let name = OutputSelection.stagingPrefix + Array(String(UInt64.random(in: 0 ... .max), radix: 36).utf8)
        guard withName(name, { mkdirat(root.descriptor, $0, 0o700) }) == 0 else {
            throw .fileSystem("make a directory in", .root, errno: errno)
        }
        let copy = fcntl(root.descriptor, F_DUPFD_CLOEXEC, 0)
        guard let directory = root.directory(name), copy >= 0 else {
            let failure = errno
            _ = withName(name) { unlinkat(root.descriptor, $0, AT_REMOVEDIR) }
            throw .fileSystem("open a directory in", .root, errno: failure)
        }
        flock(directory.descriptor, LOCK_EX)
        self.path = Array(project.utf8) + [UInt8(ascii: "/")] + name
        self.name = name
        self.directory = directory
        self.root = copy
    }

    deinit {
        removeTree(name, in: root)
        _ = close(root)
    }

    /// Removes the staging directories that nobody holds a lock on.
    static func removeAbandoned(in root: borrowing OpenDirectory) {
        for name in root.names() ?? [] where name.starts(with: OutputSelection.stagingPrefix) {
            guard let directory = root.directory(name) else { continue }
            if flock(directory.descriptor, LOCK_EX | LOCK_NB) == 0 { removeTree(name, in: root.descriptor) }
        }
    }

    /// Renames everything into `root`: whole directories where nothing is there yet, else what lies in them.
    func moveContents(to root: borrowing OpenDirectory) throws(OutputError) {
        try move(from: directory, to: root, at: .root)
    }

    private func move(
        from source: borrowing OpenDirectory, to target: borrowing OpenDirectory, at place: RepoPath
    ) throws(OutputError) {
        guard let names = source.names() else { throw .fileSystem("read", place, errno: errno) }
        for name in names {
            let path = place.appending(name)
            if let inner = source.directory(name), let existing = target.directory(name) {
                try move(from: inner, to: existing, at: path)
                continue
            }
            // Something that is no output, and so was not removed, is in the way of one: rename would replace a file.
            if target.status(of: name) != nil { throw .obstructed(path) }
            let result = withName(name) { renameat(source.descriptor, $0, target.descriptor, $0) }
            if result != 0 { throw .fileSystem("make", path, errno: errno) }
        }
    }
}

/// Removes what is called `name` in a directory, and everything below it, as far as that is possible.
private func removeTree(_ name: [UInt8], in parent: CInt) {
    if withName(name, { unlinkat(parent, $0, 0) }) == 0 { return }
    let descriptor = withName(name) { openat(parent, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    let directory = OpenDirectory(adopting: descriptor)
    for inner in directory.names() ?? [] { removeTree(inner, in: directory.descriptor) }
    _ = withName(name) { unlinkat(parent, $0, AT_REMOVEDIR) }
}
