internal import Glibc

/// How many bytes are read at a time: large enough that system calls do not show, small enough to stay in the cache.
private let chunkSize = 1 << 18
/// Below this size, in bytes, copying costs less than sharing blocks does.
private let reflinkThreshold = 1 << 17
/// `FICLONE` of linux/fs.h, `_IOW(0x94, 9, int)`, which the importer leaves out.
private let cloneRequest: UInt = 0x4004_9409

extension OpenFile {
    /// The digest and size of the file from the current position on.
    package func digestOfRest() throws(StoreError) -> (digest: ContentDigest, size: Int) {
        try forEachChunk { (_) throws(StoreError) in }
    }

    /// Copies `self`, read from its start, to the new file `target`, and answers what was written.
    ///
    /// On a file system that can, a large file shares its blocks (reflink) and the copy is read back for its digest.
    /// Elsewhere the bytes go through memory once, hashed on the way: `copy_file_range` and `sendfile` would save
    /// nothing, as the hash needs the bytes in any case.
    package func copy(to target: borrowing OpenFile) throws(StoreError) -> (digest: ContentDigest, size: Int) {
        let size = Int(try status().st_size)
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw StoreError.reading(self.path, errno: errno) }
        if size >= reflinkThreshold, ioctl(target.descriptor, cloneRequest, descriptor) == 0 {
            return try target.digestOfRest()
        }
        let descriptor = target.descriptor
        let path = target.path
        return try forEachChunk { (bytes) throws(StoreError) in
            try writeAll(bytes, to: descriptor, path: path)
        }
    }

    private func forEachChunk(
        _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError) -> (digest: ContentDigest, size: Int) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 64)
        defer { buffer.deallocate() }
        var hasher = StreamingDigest()
        var size = 0
        while true {
            let count = try read(into: buffer)
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            hasher.update(bytes)
            try body(bytes)
            size += count
            if count < buffer.count { return (hasher.finish(), size) }
        }
    }
}

/// Makes a new file at `path`, filled by `body`; what was there (not a directory) is replaced, missing parents are
/// made, and the file is removed when `body` throws.
package func createFile(
    at path: [UInt8], executable: Bool, _ body: (borrowing OpenFile) throws(StoreError) -> Void
) throws(StoreError) {
    let mode: mode_t = executable ? 0o777 : 0o666
    let file = try openNew(path, mode: mode)
    do throws(StoreError) {
        try body(file)
    } catch {
        _ = withPath(path) { unlink($0) }
        throw error
    }
}

private func openNew(_ path: [UInt8], mode: mode_t) throws(StoreError) -> OpenFile {
    do throws(StoreError) {
        return try OpenFile(creating: path, mode: mode)
    } catch {
        var status = stat()
        if withPath(path, { lstat($0, &status) }) == 0 {
            guard status.st_mode & S_IFMT != S_IFDIR, withPath(path, { unlink($0) }) == 0 else { throw error }
        } else {
            try makeParentDirectories(of: path)
        }
        return try OpenFile(creating: path, mode: mode)
    }
}
