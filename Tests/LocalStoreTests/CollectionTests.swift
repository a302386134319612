import ContentAddressing
import Glibc
import Testing

@testable import LocalStore

@Suite struct CollectionTests {
    private let directory: TemporaryDirectory
    private let store: LocalStore
    private static let now = 2_000_000_000.0

    init() throws {
        directory = try TemporaryDirectory()
        store = LocalStore(root: directory("cache"), now: { CollectionTests.now })
    }

    /// Stores one task with one 1000-byte output, last used `age` seconds ago.
    private func task(_ name: String, age: Double) throws -> ActionRecord {
        let record = try storedRecord(name, [String(repeating: String(name.prefix(1)), count: 1000)], in: store)
        try store.store(record, under: [record.key])
        setAge(record.key, "ac", age)
        for blob in record.blobs { setAge(blob.digest, "cas", age) }
        return record
    }

    private func setAge(_ digest: ContentDigest, _ area: String, _ age: Double) {
        directory.setModified("cache/\(area)/\(digest.description.prefix(2))/\(digest)", CollectionTests.now - age)
    }

    @Test("the least recently used go first, with their records, until the rest fits")
    func leastRecentlyUsed() throws {
        let old = try task("a#build", age: 30_000)
        let middle = try task("b#build", age: 20_000)
        let recent = try task("c#build", age: 10_000)
        let report = try store.gc(maximumBytes: 2 * (1000 + recent.encoded().count), now: CollectionTests.now)
        #expect((report.deletedBlobs, report.deletedRecords) == (1, 1))
        #expect(report.remainingBytes == store.stats().blobBytes + store.stats().recordBytes)
        #expect(try store.record(for: old.key) == nil)
        #expect(try store.record(for: middle.key) == middle)
        #expect(try store.record(for: recent.key) == recent)
    }

    @Test("what a fresh record names stays, however old and however small the limit")
    func protectedByRecord() throws {
        let record = try task("a#build", age: 90_000)
        setAge(record.key, "ac", 60)
        let unrelated = try task("b#build", age: 900)
        let report = try store.gc(maximumBytes: 0, now: CollectionTests.now)
        #expect(report.deletedBlobs == 1)
        #expect(try store.record(for: record.key) == record)
        #expect(try store.record(for: unrelated.key) == nil)
    }

    @Test("a fresh blob whose record is yet to come stays")
    func protectedByAge() throws {
        let digest = try store.write(Array("fresh".utf8))
        setAge(digest, "cas", 60)
        _ = try store.gc(maximumBytes: 0, now: CollectionTests.now)
        #expect(store.contains(digest))
    }

    @Test("a blob that two records name lives as long as the younger one is used")
    func sharedBlob() throws {
        let old = try task("a#build", age: 30_000)
        let young = ActionRecord(
            task: "a#test", key: .of([1]), outputs: old.outputs, log: nil, durationSeconds: 1)
        try store.store(young, under: [young.key])
        setAge(young.key, "ac", 1000)
        let other = try task("b#build", age: 20_000)
        _ = try store.gc(maximumBytes: 2000, now: CollectionTests.now)
        #expect(try store.record(for: young.key) == young)
        #expect(try store.record(for: other.key) == nil)
    }

    @Test("a store that fits loses only waste")
    func waste() throws {
        let kept = try task("a#build", age: 90_000)
        let broken = try task("b#build", age: 90_000)
        for blob in broken.blobs { unlink(directory("cache/cas/\(blob.digest.description.prefix(2))/\(blob.digest)")) }
        try directory.write("cache/tmp/stale", "half")
        directory.setModified("cache/tmp/stale", CollectionTests.now - 7200)
        try directory.write("cache/tmp/live", "half")
        directory.setModified("cache/tmp/live", CollectionTests.now - 5)
        for (name, age) in [("old", 31.0), ("young", 29.0)] {
            try directory.write("cache/workspaces/\(name)/outputs", "state")
            directory.setModified("cache/workspaces/\(name)/outputs", CollectionTests.now - age * 86_400)
        }
        let report = try store.gc(maximumBytes: 1 << 30, now: CollectionTests.now)
        #expect(directory.status("cache/workspaces/old") == nil)
        #expect(directory.status("cache/workspaces/young/outputs") != nil)
        #expect((report.deletedBlobs, report.deletedRecords, report.deletedTemporaryFiles) == (0, 1, 1))
        #expect(directory.status("cache/tmp/live") != nil)
        #expect(try store.record(for: kept.key) == kept)
    }

    @Test("only one process collects at a time")
    func locked() throws {
        let record = try task("a#build", age: 90_000)
        let descriptor = open(directory("cache/gc.lock"), O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX) == 0)
        #expect(try store.gc(maximumBytes: 0, now: CollectionTests.now).isSkipped)
        #expect(try store.record(for: record.key) == record)
    }

    @Test("a store that is not there has nothing to collect and is not made")
    func absent() throws {
        #expect(try store.gc(maximumBytes: 0, now: CollectionTests.now) == CollectionReport())
        #expect(directory.status("cache") == nil)
    }

    @Test("two stores on one directory, and a collector, never show a wrong or half-written result")
    func concurrency() async throws {
        let root = directory("cache")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let store = LocalStore(root: root)
                    for round in 0..<60 {
                        let name = "p\(round % 12)#build"
                        let contents = ["\(name) one", String(repeating: name, count: 500)]
                        let expected = try storedRecord(name, contents, in: store)
                        try store.store(expected, under: [expected.key])
                        if let found = try store.record(for: expected.key) {
                            #expect(found == expected, "worker \(worker)")
                            for (digest, _) in found.blobs {
                                do { #expect(ContentDigest.of(try store.read(digest)) == digest) } catch {
                                    #expect((error as? StoreError)?.code == .missing)
                                }
                            }
                        }
                    }
                }
            }
            group.addTask {
                let store = LocalStore(root: root)
                for _ in 0..<20 {
                    _ = try store.gc(maximumBytes: 4000, now: currentTime() + 1, protectedSeconds: 0)
                }
            }
            try await group.waitForAll()
        }
        #expect(store.verify().damage.isEmpty)
        #expect(directory.files("cache/tmp").isEmpty)
    }
}
