internal import Diagnostics
internal import GitObjects
internal import Glibc

extension WorkingTree {
    /// What the index, or the tree it stands for, holds for a path.
    struct Recorded {
        let mode: FileMode?
        let id: ObjectID

        /// The id of the file's or link's content.
        var blob: ObjectID? { mode == .submodule || mode == .directory ? nil : id }
    }

    /// The mode and blob id of a file on disk; makes the blob readable. `nil` when it is neither file nor link, or has
    /// vanished; a file that is there and cannot be read is an error, because nobody knows what it holds.
    ///
    /// - Parameter recorded: what the index holds for the path.
    func identify(_ path: RepoPath, _ status: stat, recorded: Recorded?) throws(GitError) -> (FileMode, ObjectID)? {
        guard let mode = check.diskMode(status, recorded: recorded?.mode) else { return nil }
        let file = absolute(path)
        switch mode {
        case .regular, .executable:
            guard let id = hasher.hash(file, as: path, recorded: recorded?.blob) else {
                var now = stat()
                guard lstat(file, &now) == 0, now.st_mode & S_IFMT == S_IFREG else { return nil }
                throw GitError(
                    .unreadable, .environment,
                    "\(path) cannot be read as git would store it. Check its permissions and line endings: "
                        + "git add --dry-run '\(path)'")
            }
            objects.add(blob: id) { () throws(GitError) -> [UInt8] in try readFile(file, path) }
            return (mode, id)
        case .symlink where status.st_mode & S_IFMT == S_IFREG:
            // core.symlinks is off: the target is the content of a plain file.
            return (.symlink, objects.add(blob: try readFile(file, path)))
        case .symlink:
            var target = [CChar](repeating: 0, count: 4097)
            let count = readlink(file, &target, 4096)
            guard count >= 0 else { return nil }
            return (.symlink, objects.add(blob: target[..<count].map { UInt8(bitPattern: $0) }))
        case .directory, .submodule:
            return nil
        }
    }

    /// Fills `status` without following a link; `false` when the file is not there (any more).
    func status(
        of name: ArraySlice<UInt8>, in descriptor: Int32, _ path: RepoPath, _ status: inout stat
    ) throws(GitError) -> Bool {
        if withName(name, { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 { return true }
        guard errno == ENOENT || errno == ENOTDIR else { throw unreadable(path) }
        return false
    }

    func openDirectory(_ name: ArraySlice<UInt8>, in descriptor: Int32) -> Int32 {
        withName(name) { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    }
}

/// Calls `body` with `name` as a C string.
func withName<Result>(_ name: ArraySlice<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
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
