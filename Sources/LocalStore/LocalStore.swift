package import ContentAddressing
internal import Glibc
internal import Synchronization

/// The cache directory: blobs and action records as files, in the layout of Bazel's disk cache.
///
///     ROOT/cas/ab/ab12...   a blob, named by its SHA-256
///     ROOT/ac/cd/cd34...    an action record, named by the key it was stored under
///     ROOT/tmp/...          files that are being written
///
/// Any number of processes may use one directory at once, also while one collects garbage. A file appears under its
/// name only when it is complete, by an atomic rename within the file system; the last writer of a record wins, and
/// blobs of one name are equal. Nothing is flushed to disk on purpose: after a power cut a file may be short or hold
/// zeros, and as every read verifies, it is then a miss. A process killed between storing a task's blobs and its
/// record leaves blobs without a record, which is as if nothing had been stored.
///
/// A damaged file is removed by whoever finds it, who then throws `StoreError.Code.corrupt`. `FaultTolerantStore`
/// turns that, and every other fault, into a miss and a warning.
package struct LocalStore: ContentStore, ActionCache {
    /// The directory; it is made by the first write.
    package let root: String
    let rootBytes: [UInt8]
    /// Seconds since 1970.
    let now: @Sendable () -> Double

    /// Files up to this many bytes are read at once.
    private static let wholeFileLimit = 1 << 20
    /// A file's time of last use, in seconds, is brought up to date when it is older than this.
    private static let touchIntervalOnHit = 86_400.0
    /// The same for a blob that a writer found and relies on: short, as its record is yet to come.
    private static let touchIntervalOnWrite = 60.0

    /// Touches nothing yet. `now` is only used to keep times of last use.
    package init(root: String, now: @escaping @Sendable () -> Double = { currentTime() }) {
        self.root = root
        rootBytes = Array(root.utf8)
        self.now = now
    }

    // MARK: Blobs

    package func contains(_ digest: ContentDigest) -> Bool {
        isPresent(path(of: digest, in: "cas"), size: nil, touchingAfter: LocalStore.touchIntervalOnHit)
    }

    package func read(_ digest: ContentDigest) throws(StoreError) -> [UInt8] {
        let path = path(of: digest, in: "cas")
        let file = try OpenFile(reading: path)
        let bytes = try file.readAll(sizeHint: try file.regularFileSize())
        guard ContentDigest.of(bytes) == digest else { throw discard(path, file, "its bytes do not match its name") }
        touch(path, file)
        return bytes
    }

    @discardableResult
    package func write(_ bytes: [UInt8]) throws(StoreError) -> ContentDigest {
        let digest = ContentDigest.of(bytes)
        if hasForWriting(digest, size: bytes.count) { return digest }
        try publish(mode: 0o444) { (file) throws(StoreError) in
            try file.write(bytes)
            return path(of: digest, in: "cas")
        }
        return digest
    }

    /// A file that changes during the call is stored as some mixture, under that mixture's own digest: the caller
    /// decides whether the file was stable.
    package func ingest(file source: [UInt8]) throws(StoreError) -> (digest: ContentDigest, size: Int) {
        let file = try OpenFile(reading: source)
        let size = try file.regularFileSize()
        if size <= LocalStore.wholeFileLimit {
            let bytes = try file.readAll(sizeHint: size)
            return (try write(bytes), bytes.count)
        }
        var stored = try file.digestOfRest()
        if hasForWriting(stored.digest, size: stored.size) { return stored }
        try publish(mode: 0o444) { (target) throws(StoreError) in
            stored = try file.copy(to: target)
            return path(of: stored.digest, in: "cas")
        }
        return stored
    }

    package func materialize(
        _ digest: ContentDigest, at target: [UInt8], executable: Bool
    ) throws(StoreError) {
        let path = path(of: digest, in: "cas")
        let file = try OpenFile(reading: path)
        _ = try file.regularFileSize()
        try createFile(at: target, executable: executable) { (copy) throws(StoreError) in
            let written = try file.copy(to: copy)
            guard written.digest == digest else { throw discard(path, file, "its bytes do not match its name") }
        }
        touch(path, file)
    }

    // MARK: Records

    package func record(for key: ContentDigest) throws(StoreError) -> ActionRecord? {
        let path = path(of: key, in: "ac")
        let record: ActionRecord
        do throws(StoreError) {
            let file = try OpenFile(reading: path)
            let bytes = try file.readAll(sizeHint: try file.regularFileSize())
            do throws(ActionRecordError) {
                record = try ActionRecord.decode(bytes, for: key)
            } catch {
                // What a newer Ripple wrote is its own affair.
                if error.code == .unknownSchema { return nil }
                throw discard(path, file, error.detail)
            }
            touch(path, file)
        } catch {
            if error.code == .missing { return nil }
            throw error
        }
        for blob in record.blobs {
            let file = self.path(of: blob.digest, in: "cas")
            if isPresent(file, size: blob.size, touchingAfter: LocalStore.touchIntervalOnHit) { continue }
            // Gone is a plain miss; there with another size is damage, which is worth a word.
            guard isPresent(file, size: nil, touchingAfter: .infinity) else { return nil }
            _ = withPath(file) { unlink($0) }
            throw StoreError(.corrupt, path: displayText(file), detail: "its size is not the one that was stored")
        }
        return record
    }

    package func store(_ record: ActionRecord, under keys: [ContentDigest]) throws(StoreError) {
        let bytes = record.encoded(aliases: keys)
        for key in keys {
            try publish(mode: 0o666) { (file) throws(StoreError) in
                try file.write(bytes)
                return path(of: key, in: "ac")
            }
        }
    }

    // MARK: Times of last use

    private func hasForWriting(_ digest: ContentDigest, size: Int) -> Bool {
        isPresent(path(of: digest, in: "cas"), size: size, touchingAfter: LocalStore.touchIntervalOnWrite)
    }

    /// Whether a regular file is at `path`, of `size` bytes if one is given: a short file is one that a crash tore.
    private func isPresent(_ path: [UInt8], size: Int?, touchingAfter interval: Double) -> Bool {
        var status = stat()
        guard withPath(path, { lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        if let size, Int(status.st_size) != size { return false }
        if now() - seconds(status.st_mtim) > interval { setLastUse(of: path) }
        return true
    }

    private func touch(_ path: [UInt8], _ file: borrowing OpenFile) {
        guard let status = try? file.status() else { return }
        if now() - seconds(status.st_mtim) > LocalStore.touchIntervalOnHit { setLastUse(of: path) }
    }

    /// Failure is ignored: a read-only cache can still be read.
    private func setLastUse(of path: [UInt8]) {
        let instant = timespec(seconds: now())
        let times = [instant, instant]
        _ = withPath(path) { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
    }
}
