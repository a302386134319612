internal import ContentAddressing
internal import Glibc

/// What one output, or one directory with outputs in it, was like when its content was last known.
struct OutputStamp: Equatable {
    enum Kind: UInt8 {
        case file
        case symlink
        case directory
    }

    /// Relative to the project's directory.
    var path: [UInt8]
    var kind: Kind
    /// A file's blob; the digest of a link's target; the digest of the sorted names in a directory.
    var content: ContentDigest
    /// In bytes; 0 for a directory.
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
    var changed: Int64
    var inode: UInt64
    var mode: UInt32
    /// Whether equal numbers prove equal content; `OutputState` says when.
    var isTrusted: Bool

    /// How far a file's times must lie before the moment its content was known, in nanoseconds: 2 s cover the coarsest
    /// stamps in use (FAT) and what the clock of a file server may differ from ours.
    private static let margin: Int64 = 2_000_000_000

    init(path: [UInt8], kind: Kind, content: ContentDigest, status: stat, verifiedAt: Int64) {
        self.path = path
        self.kind = kind
        self.content = content
        size = kind == .directory ? 0 : Int64(status.st_size)
        modified = nanoseconds(status.st_mtim)
        changed = nanoseconds(status.st_ctim)
        inode = UInt64(status.st_ino)
        mode = UInt32(status.st_mode)
        isTrusted = max(changed, modified) <= verifiedAt - OutputStamp.margin
    }

    init(
        path: [UInt8], kind: Kind, content: ContentDigest, size: Int64, modified: Int64, changed: Int64, inode: UInt64,
        mode: UInt32, isTrusted: Bool
    ) {
        self.path = path
        self.kind = kind
        self.content = content
        self.size = size
        self.modified = modified
        self.changed = changed
        self.inode = inode
        self.mode = mode
        self.isTrusted = isTrusted
    }

    /// Whether `status` is that of the very same, untouched file.
    func matches(_ status: stat) -> Bool {
        isPossible(status) && modified == nanoseconds(status.st_mtim) && changed == nanoseconds(status.st_ctim)
            && inode == UInt64(status.st_ino) && mode == UInt32(status.st_mode)
    }

    /// Whether a file with `status` may have the same content and kind.
    func isPossible(_ status: stat) -> Bool {
        guard OutputStamp.kind(of: status) == kind else { return false }
        switch kind {
        case .directory: return true
        case .symlink: return size == Int64(status.st_size)
        case .file: return size == Int64(status.st_size) && (mode ^ UInt32(status.st_mode)) & 0o100 == 0
        }
    }

    static func kind(of status: stat) -> Kind? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFLNK: .symlink
        case S_IFDIR: .directory
        default: nil
        }
    }
}

/// Nanoseconds since 1970.
func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}

/// A project's directory, held open so that its outputs are found by short relative paths.
struct ProjectDirectory: ~Copyable {
    private let descriptor: Int32
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
    }

    /// The status of what is at `path`, links not followed; `nil` when nothing is.
    func status(_ path: [UInt8]) -> stat? {
        var status = stat()
        return withPath(path, { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 ? status : nil
    }

    /// The digest of the content of what is at `path` now, as in `OutputStamp.content`.
    func content(_ path: [UInt8], _ kind: OutputStamp.Kind) -> ContentDigest? {
        switch kind {
        case .file:
            let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
            let opened = withPath(path) { openat(descriptor, $0, flags) }
            guard opened >= 0 else { return nil }
            return try? OpenFile(adopting: opened, path: displayText(path)).digestOfRest().digest
        case .symlink:
            guard let size = status(path)?.st_size else { return nil }
            var target = [CChar](repeating: 0, count: Int(size) + 1)
            let count = withPath(path) { readlinkat(descriptor, $0, &target, target.count) }
            guard count >= 0 else { return nil }
            return target[..<count].withUnsafeBytes { ContentDigest.of($0) }
        case .directory:
            let opened = withPath(path) { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
            guard opened >= 0 else { return nil }
            guard let directory = fdopendir(opened) else {
                close(opened)
                return nil
            }
            var builder = DigestBuilder("ripple.directory-names/1")
            let names = remainingNames(directory).sorted { $0.lexicographicallyPrecedes($1) }
            for name in names { builder.add("name", name) }
            return builder.finish()
        }
    }
}
