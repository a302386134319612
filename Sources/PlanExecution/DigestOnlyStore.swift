internal import ContentAddressing

/// A store that keeps nothing: it tells the digests of outputs when the real store cannot be written.
///
/// Early cutoff needs the digests even then.
struct DigestOnlyStore: ContentStore {
    private let memory = MemoryStore()

    func contains(_ digest: ContentDigest) -> Bool { false }

    func read(_ digest: ContentDigest) throws(StoreError) -> [UInt8] { try memory.read(digest) }

    func write(_ bytes: [UInt8]) throws(StoreError) -> ContentDigest { ContentDigest.of(bytes) }

    func ingest(file path: [UInt8]) throws(StoreError) -> (digest: ContentDigest, size: Int) {
        // A store of its own for each file, which is gone as soon as the digest is known.
        try MemoryStore().ingest(file: path)
    }

    func materialize(_ digest: ContentDigest, at path: [UInt8], executable: Bool) throws(StoreError) {
        try memory.materialize(digest, at: path, executable: executable)
    }
}
