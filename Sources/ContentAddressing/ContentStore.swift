/// A content-addressable store: blobs named by the digest of their bytes.
///
/// Calls block; any thread may make them at once. A store never hands out bytes that differ from their digest.
package protocol ContentStore: Sendable {
    /// Whether the store has the blob. A later `read` can still fail: the blob may be damaged, or deleted meanwhile.
    func contains(_ digest: ContentDigest) -> Bool

    /// The whole blob, verified. Throws `missing` or `corrupt`.
    func read(_ digest: ContentDigest) throws(StoreError) -> [UInt8]

    /// Stores `bytes`; cheap when they are stored already.
    @discardableResult
    func write(_ bytes: [UInt8]) throws(StoreError) -> ContentDigest

    /// Stores the content of the regular file at `path`, in pieces: a huge file is never in memory as a whole.
    /// Symbolic links are not followed in the last component.
    func ingest(file path: [UInt8]) throws(StoreError) -> (digest: ContentDigest, size: Int)

    /// Makes a regular file at `path` with the blob's bytes, verified while they are copied.
    ///
    /// Missing parent directories are made. What is at `path` is replaced, unless it is a directory. When this throws
    /// there is no file at `path`.
    func materialize(_ digest: ContentDigest, at path: [UInt8], executable: Bool) throws(StoreError)
}

extension ContentStore {
    package func ingest(file path: String) throws(StoreError) -> (digest: ContentDigest, size: Int) {
        try ingest(file: Array(path.utf8))
    }

    package func materialize(_ digest: ContentDigest, at path: String, executable: Bool) throws(StoreError) {
        try materialize(digest, at: Array(path.utf8), executable: executable)
    }
}

/// A map from keys to what the task with that key made.
package protocol ActionCache: Sendable {
    /// The record stored under `key`, an execution key or an alias; `nil` when there is none that can be used.
    ///
    /// A store that holds blobs too answers `nil` when one that the record names is not there.
    func record(for key: ContentDigest) throws(StoreError) -> ActionRecord?

    /// Stores `record` under each of `keys`, replacing what was there. The blobs it names must have been stored before.
    func store(_ record: ActionRecord, under keys: [ContentDigest]) throws(StoreError)
}
