package import Glibc

/// An open file descriptor, closed when the value ends.
package struct OpenFile: ~Copyable {
    package let descriptor: Int32
    /// For messages.
    package let path: String

    /// Opens for reading. A symbolic link as the last component is not followed, and the call never waits (a FIFO).
    package init(reading path: [UInt8]) throws(StoreError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        descriptor = withPath(path) { open($0, flags) }
        let code = errno
        self.path = displayText(path)
        if descriptor < 0 { throw StoreError.reading(self.path, errno: code) }
    }

    /// Makes a new file for writing and reading; fails when anything is there.
    package init(creating path: [UInt8], mode: mode_t) throws(StoreError) {
        descriptor = withPath(path) { open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode) }
        let code = errno
        self.path = displayText(path)
        if descriptor < 0 { throw StoreError.writing(self.path, errno: code) }
    }

    /// Takes over a descriptor that is open for reading.
    package init(adopting descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
    }

    package func status() throws(StoreError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StoreError.reading(path, errno: errno) }
        return status
    }

    /// The size in bytes of what must be a regular file.
    package func regularFileSize() throws(StoreError) -> Int {
        let status = try status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.unreadable, path: path, detail: "it is not a regular file")
        }
        return Int(status.st_size)
    }

    /// Reads up to `buffer.count` bytes, fewer only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(StoreError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError.reading(path, errno: errno)
            }
            filled += count
        }
        return filled
    }

    package func write(_ bytes: [UInt8]) throws(StoreError) {
        var failure: StoreError?
        bytes.withUnsafeBytes { buffer in
            do throws(StoreError) { try writeAll(buffer, to: descriptor, path: path) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// The whole file from the current position; `sizeHint` saves reallocation.
    package func readAll(sizeHint: Int) throws(StoreError) -> [UInt8] {
        var result: [UInt8] = []
        var capacity = max(sizeHint, 0) + 1
        while true {
            let chunk = try readChunk(capacity)
            if result.isEmpty { result = chunk } else { result.append(contentsOf: chunk) }
            if chunk.count < capacity { return result }
            capacity = 1 << 18
        }
    }

    private func readChunk(_ capacity: Int) throws(StoreError) -> [UInt8] {
        var failure: StoreError?
        let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            do throws(StoreError) {
                count = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                count = 0
                failure = error
            }
        }
        if let failure { throw failure }
        return chunk
    }
}

/// Writes all of `bytes` to an open file; `path` is for the message.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(StoreError) {
    var written = 0
    while written < bytes.count {
        let count = write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count < 0 {
            if errno == EINTR { continue }
            throw StoreError.writing(path, errno: errno)
        }
        written += count
    }
}

/// Calls `body` with `path` as a C string. A path with a NUL byte in it is cut there, as the system would.
package func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: path.count + 1) { buffer in
        for index in 0..<path.count { buffer[index] = CChar(bitPattern: path[index]) }
        buffer[path.count] = 0
        return body(UnsafePointer(buffer.baseAddress.unsafelyUnwrapped))
    }
}

/// The path for messages: bytes that are not UTF-8 are replaced.
package func displayText(_ path: [UInt8]) -> String {
    String(decoding: path, as: UTF8.self)
}

/// Makes the directory that `path` lies in, and those above it. Directories that are there are kept.
package func makeParentDirectories(of path: [UInt8]) throws(StoreError) {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return }
    try makeDirectory(Array(path[..<slash]))
}

/// Makes the directory at `path`, and those above it that are missing.
package func makeDirectory(_ path: [UInt8]) throws(StoreError) {
    if withPath(path, { mkdir($0, 0o777) }) == 0 { return }
    var code = errno
    if code == ENOENT, path.contains(UInt8(ascii: "/")) {
        try makeParentDirectories(of: path)
        if withPath(path, { mkdir($0, 0o777) }) == 0 { return }
        code = errno
    }
    guard code == EEXIST else { throw StoreError.writing(displayText(path), errno: code) }
    var status = stat()
    guard withPath(path, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw StoreError.writing(displayText(path), errno: ENOTDIR)
    }
}
