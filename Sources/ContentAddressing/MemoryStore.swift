internal import Synchronization

/// A store that lives in memory and ends with the process: for a run without a writable cache, and for tests.
package final class MemoryStore: ContentStore, ActionCache {
    private struct Contents {
        var blobs: [ContentDigest: [UInt8]] = [:]
        var records: [ContentDigest: ActionRecord] = [:]
    }

    private let contents = Mutex(Contents())

    package init() {}

    package func contains(_ digest: ContentDigest) -> Bool {
        contents.withLock { $0.blobs[digest] != nil }
    }

    package func read(_ digest: ContentDigest) throws(StoreError) -> [UInt8] {
        guard let bytes = contents.withLock({ $0.blobs[digest] }) else {
            throw StoreError(.missing, path: "blob \(digest)")
        }
        return bytes
    }

    @discardableResult
    package func write(_ bytes: [UInt8]) throws(StoreError) -> ContentDigest {
        let digest = ContentDigest.of(bytes)
        contents.withLock { $0.blobs[digest] = bytes }
        return digest
    }

    /// Holds the file in memory, whatever its size.
    package func ingest(file path: [UInt8]) throws(StoreError) -> (digest: ContentDigest, size: Int) {
        let file = try OpenFile(reading: path)
        let bytes = try file.readAll(sizeHint: try file.regularFileSize())
        return (try write(bytes), bytes.count)
    }

    package func materialize(_ digest: ContentDigest, at path: [UInt8], executable: Bool) throws(StoreError) {
        let bytes = try read(digest)
        try createFile(at: path, executable: executable) { (file) throws(StoreError) in
            try file.write(bytes)
        }
    }

    package func record(for key: ContentDigest) throws(StoreError) -> ActionRecord? {
        contents.withLock { contents in
            guard let record = contents.records[key] else { return nil }
            return record.blobs.allSatisfy { contents.blobs[$0.digest] != nil } ? record : nil
        }
    }

    package func store(_ record: ActionRecord, under keys: [ContentDigest]) throws(StoreError) {
        contents.withLock { contents in
            for key in keys { contents.records[key] = record }
        }
    }
}
