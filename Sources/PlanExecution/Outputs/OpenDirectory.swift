internal import GitObjects
internal import Glibc

/// An open directory, closed when the value ends.
///
/// Everything below it is reached name by name and no symbolic link is followed, so that nothing outside can be
/// touched.
struct OpenDirectory: ~Copyable {
    let descriptor: CInt

    /// Takes an open descriptor of a directory over.
    init(adopting descriptor: CInt) { self.descriptor = descriptor }

    /// Opens a directory by its absolute path, in which links are followed. `nil` with `errno` when that fails.
    init?(at path: [UInt8]) {
        let descriptor = withName(path) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { return nil }
        self.init(adopting: descriptor)
    }

    deinit { _ = close(descriptor) }

    /// The directory `name` in this one; `nil` with `errno` when it is missing or not a directory.
    func directory(_ name: [UInt8]) -> OpenDirectory? {
        let descriptor = withName(name) {
            openat(self.descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        return descriptor < 0 ? nil : OpenDirectory(adopting: descriptor)
    }

    /// The names in it, sorted byte by byte; `nil` with `errno` when it cannot be read.
    func names() -> [[UInt8]]? {
        // The stream takes its descriptor over; a fresh one starts at the first entry.
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return nil }
        guard let stream = fdopendir(copy) else {
            _ = close(copy)
            return nil
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [dot] && name != [dot, dot] { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { return nil }
        names.sort { $0.lexicographicallyPrecedes($1) }
        return names
    }

    /// What `name` is, a link not being followed; `nil` with `errno` when it is not there.
    func status(of name: [UInt8]) -> stat? {
        var status = stat()
        let result = withName(name) { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }
        return result == 0 ? status : nil
    }

    /// Where the link `name` points; `nil` with `errno` when that cannot be read.
    func linkTarget(_ name: [UInt8]) -> [UInt8]? {
        let capacity = Int(PATH_MAX) + 1
        var buffer = [CChar](repeating: 0, count: capacity)
        let count = withName(name) { readlinkat(descriptor, $0, &buffer, capacity) }
        return count < 0 ? nil : buffer.prefix(count).map { UInt8(bitPattern: $0) }
    }
}

private let dot = UInt8(ascii: ".")

extension stat {
    var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
    var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
    var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
    /// As git sees it: whether the owner may execute it.
    var isExecutable: Bool { st_mode & S_IXUSR != 0 }
}

/// Calls `body` with the bytes as a C string; they must not contain a NUL.
func withName<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
        for (index, byte) in bytes.enumerated() { buffer.initializeElement(at: index, to: CChar(bitPattern: byte)) }
        buffer.initializeElement(at: bytes.count, to: 0)
        return body(UnsafePointer(buffer.baseAddress.unsafelyUnwrapped))
    }
}
