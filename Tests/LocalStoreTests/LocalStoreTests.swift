import ContentAddressing
import Glibc
import Testing

@testable import LocalStore

@Suite struct LocalStoreTests {
    private let directory: TemporaryDirectory
    private let store: LocalStore

    init() throws {
        directory = try TemporaryDirectory()
        store = LocalStore(root: directory("cache"))
    }

    private func casPath(_ digest: ContentDigest) -> String { "cache/cas/\(digest.description.prefix(2))/\(digest)" }
    private func acPath(_ digest: ContentDigest) -> String { "cache/ac/\(digest.description.prefix(2))/\(digest)" }

    @Test("a blob lies where Bazel's disk cache has it, and nothing else is left")
    func layout() throws {
        let digest = try store.write(Array("abc".utf8))
        #expect(directory.files("cache") == [casPath(digest)])
        #expect(try directory.read(casPath(digest)) == Array("abc".utf8))
        let record = try storedRecord("web#build", ["abc"], in: store)
        try store.store(record, under: [record.key])
        #expect(directory.files("cache") == [acPath(record.key), casPath(digest)])
    }

    @Test("what was stored is read, held and materialised", arguments: [0, 1, 3, 131_072, 1_048_576, 1_300_001])
    func roundTrip(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        #expect(!store.contains(.of(bytes)))
        try directory.write("source", bytes)
        let ingested = try store.ingest(file: directory("source"))
        #expect(ingested == (.of(bytes), size))
        #expect(store.contains(ingested.digest))
        #expect(try store.write(bytes) == ingested.digest)
        #expect(try store.read(ingested.digest) == bytes)
        try store.materialize(ingested.digest, at: directory("new/deep/target"), executable: true)
        #expect(try directory.read("new/deep/target") == bytes)
        #expect((directory.status("new/deep/target")?.st_mode ?? 0) & 0o100 == 0o100)
        #expect(directory.files("cache") == [casPath(ingested.digest)])
    }

    @Test("materialising replaces a file and does not write through a symbolic link")
    func replacing() throws {
        let digest = try store.write(Array("new".utf8))
        try directory.write("outside", "precious")
        symlink(directory("outside"), directory("target"))
        try store.materialize(digest, at: directory("target"), executable: false)
        #expect(try directory.read("target") == Array("new".utf8))
        #expect(try directory.read("outside") == Array("precious".utf8))
        #expect((directory.status("target")?.st_mode ?? 0) & 0o111 == 0)
    }

    @Test("a target whose name is not UTF-8 gets that name")
    func byteNames() throws {
        let digest = try store.write(Array("x".utf8))
        let target = Array(directory("a").utf8) + [0xFF, 0xFE]
        try store.materialize(digest, at: target, executable: false)
        #expect(directoryNames(Array(directory.path.utf8)).contains([UInt8(ascii: "a"), 0xFF, 0xFE]))
        #expect(try store.ingest(file: target).digest == digest)
    }

    @Test("what is not a regular file is not stored")
    func notRegular() throws {
        try directory.write("real", "x")
        symlink("real", directory("link"))
        mkfifo(directory("fifo"), 0o600)
        for name in ["link", "fifo", "."] {
            let error = #expect(throws: StoreError.self) { try store.ingest(file: directory(name)) }
            #expect(error?.code == .unreadable)
        }
        #expect(storeErrorCode { try store.ingest(file: directory("none")) } == .missing)
    }

    @Test("a blob that is there is not written again, a short one is")
    func dedup() throws {
        let bytes = Array("content".utf8)
        let digest = try store.write(bytes)
        let inode = directory.status(casPath(digest))?.st_ino
        try store.write(bytes)
        #expect(directory.status(casPath(digest))?.st_ino == inode)
        try directory.write(casPath(digest), "cont")
        try store.write(bytes)
        #expect(try store.read(digest) == bytes)
    }

    @Test("a record is found under its key and its aliases, and says its key")
    func aliases() throws {
        let record = try storedRecord("web#build", ["a", "b"], in: store)
        let alias = ContentDigest.of([7])
        try store.store(record, under: [record.key, alias])
        #expect(try store.record(for: record.key) == record)
        #expect(try store.record(for: alias) == record)
        #expect(try store.record(for: .of([8])) == nil)
    }

    @Test("a record that was copied to another key is damage, not an answer")
    func misplaced() throws {
        let record = try storedRecord("web#build", ["a"], in: store)
        try store.store(record, under: [record.key])
        let other = ContentDigest.of([9])
        try directory.write(acPath(other), try directory.read(acPath(record.key)))
        let error = #expect(throws: StoreError.self) { try store.record(for: other) }
        #expect(error?.code == .corrupt)
        #expect(try store.record(for: other) == nil)
        #expect(try store.record(for: record.key) == record)
    }

    @Test("blobs without a record, as a kill leaves them, are a miss")
    func killedBeforeRecord() throws {
        let record = try storedRecord("web#build", ["a"], in: store)
        try directory.write("cache/tmp/1.2.3", "half")
        #expect(try store.record(for: record.key) == nil)
        try store.store(record, under: [record.key])
        #expect(try LocalStore(root: store.root).record(for: record.key) == record)
    }

    @Test("a record whose blob or log is gone is a miss, and one whose blob is short is damaged")
    func incompleteRecord() throws {
        let log = try store.write(Array("log".utf8))
        let plain = try storedRecord("web#build", ["abc", "d"], in: store)
        let record = ActionRecord(
            task: plain.task, key: plain.key, outputs: plain.outputs, log: log, durationSeconds: 1)
        try store.store(record, under: [record.key])
        #expect(try store.record(for: record.key) == record)
        let blob = casPath(.of(Array("abc".utf8)))
        try directory.write(blob, "ab")
        let error = #expect(throws: StoreError.self) { try store.record(for: record.key) }
        #expect(error?.code == .corrupt)
        // What was damaged is gone, and from then on a plain miss.
        #expect(try store.record(for: record.key) == nil)
        try store.write(Array("abc".utf8))
        #expect(try store.record(for: record.key) == record)
        unlink(directory(casPath(log)))
        #expect(try store.record(for: record.key) == nil)
    }

    @Test("the time of last use moves at most once a day")
    func touching() throws {
        let clock = 2_000_000_000.0
        let store = LocalStore(root: store.root, now: { clock })
        let digest = try store.write(Array("abc".utf8))
        directory.setModified(casPath(digest), clock - 3600)
        _ = try store.read(digest)
        #expect(store.contains(digest))
        #expect(directory.status(casPath(digest)).map { seconds($0.st_mtim) } == clock - 3600)
        directory.setModified(casPath(digest), clock - 90_000)
        _ = try store.read(digest)
        #expect(directory.status(casPath(digest)).map { seconds($0.st_mtim) } == clock)
        directory.setModified(casPath(digest), clock - 3600)
        try store.write(Array("abc".utf8))
        #expect(directory.status(casPath(digest)).map { seconds($0.st_mtim) } == clock)
    }
}
