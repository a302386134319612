import ContentAddressing
import Glibc
import Testing

@testable import LocalStore

@Suite struct FaultToleranceTests {
    private let directory: TemporaryDirectory
    private let warnings = Warnings()

    init() throws { directory = try TemporaryDirectory() }

    private func tolerant(_ root: String) -> FaultTolerantStore {
        FaultTolerantStore(LocalStore(root: root), name: "cache directory \(root)", warn: warnings.sink)
    }

    @Test("a store that is not there is empty, and silent about it")
    func absent() {
        let store = tolerant(directory("none"))
        #expect(store.record(for: .of([1])) == nil)
        #expect(store.read(.of([1])) == nil)
        #expect(!store.contains(.of([1])))
        #expect(!store.materialize(.of([1]), at: Array(directory("t").utf8), executable: false))
        #expect(warnings.all.isEmpty)
        #expect(store.write([1]) == .of([1]))
    }

    @Test(
        "a file in place of the directory costs one warning and no result",
        arguments: ["cache", "cache/cas", "cache/tmp"])
    func fileInsteadOfDirectory(blocked: String) throws {
        try directory.write(blocked, "a file")
        let store = tolerant(directory("cache"))
        let record = ActionRecord(task: "t", key: .of([1]), outputs: [], log: nil, durationSeconds: 1)
        #expect(store.read(.of([1])) == nil)
        #expect(store.write([1]) == nil)
        #expect(store.write([2]) == nil)
        #expect(store.ingest(file: Array(directory(blocked).utf8)) == nil)
        #expect(!store.store(record, under: [record.key]))
        #expect(store.record(for: record.key) == nil)
        #expect(warnings.all.count == 1, "\(warnings.all)")
        #expect(!store.isWriting)
        #expect(try directory.read(blocked) == Array("a file".utf8))
    }

    @Test("a full disk is told apart, by the device that is always full")
    func deviceFull() throws {
        let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        let file = OpenFile(adopting: descriptor, path: "full")
        var code: StoreError.Code?
        do throws(StoreError) { try file.write([1]) } catch { code = error.code }
        #expect(code == .diskFull)
    }

    @Test(
        "a place that cannot be written is reported once and then left alone",
        arguments: [
            (EROFS, "is read-only"), (EACCES, "is read-only"), (ENOSPC, "no space left"), (EIO, "cannot be written"),
        ])
    func failingWrites(code: Int32, phrase: String) {
        let faulty = FaultyStore(errno: code)
        let store = FaultTolerantStore(faulty, name: "cache directory X", warn: warnings.sink)
        let record = ActionRecord(task: "t", key: .of([1]), outputs: [], log: nil, durationSeconds: 1)
        for _ in 0..<3 {
            #expect(store.write([1]) == nil)
            #expect(!store.store(record, under: [record.key]))
        }
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains(phrase) == true, "\(warnings.all)")
        #expect(warnings.all.first?.contains("cache directory X") == true)
    }

    @Test("faults without end are summed up")
    func manyFaults() {
        let store = FaultTolerantStore(FaultyStore(errno: EIO), name: "cache directory X", warn: warnings.sink)
        for number in UInt8(0)..<50 {
            #expect(store.read(.of([number])) == nil)
            #expect(store.read(.of([number])) == nil)
        }
        #expect(warnings.all.count == 6)
        #expect(warnings.all.last?.contains("not listed") == true)
    }

    @Test("a task's missing output file does not stop other results from being stored")
    func missingSource() throws {
        let store = tolerant(directory("cache"))
        #expect(store.ingest(file: Array(directory("none").utf8)) == nil)
        #expect(store.isWriting)
        #expect(store.write([1]) != nil)
    }

    @Test("a store in memory answers as one on disk does")
    func memory() throws {
        let stores: [any ContentStore & ActionCache] = [MemoryStore(), LocalStore(root: directory("cache"))]
        try directory.write("source", "abc")
        for store in stores {
            let stored = try store.ingest(file: directory("source"))
            #expect(stored == (.of(Array("abc".utf8)), 3))
            let record = try storedRecord("web#build", ["abc"], in: store)
            #expect(try store.record(for: record.key) == nil)
            try store.store(record, under: [record.key])
            #expect(try store.record(for: record.key) == record)
            try store.materialize(stored.digest, at: directory("out"), executable: true)
            #expect(try directory.read("out") == Array("abc".utf8))
            #expect(storeErrorCode { try store.read(.of([])) } == .missing)
            let lost = ActionRecord(
                task: "t", key: .of([1]),
                outputs: [OutputEntry(path: [97], kind: .file(digest: .of([5]), size: 1, executable: false))], log: nil,
                durationSeconds: 1)
            try store.store(lost, under: [lost.key])
            #expect(try store.record(for: lost.key) == nil)
        }
    }
}

/// Fails every call as the system would with one error number.
private struct FaultyStore: ContentStore, ActionCache {
    let errno: Int32

    func contains(_ digest: ContentDigest) -> Bool { false }

    func read(_ digest: ContentDigest) throws(StoreError) -> [UInt8] {
        throw StoreError.reading("blob \(digest)", errno: errno)
    }

    func write(_ bytes: [UInt8]) throws(StoreError) -> ContentDigest {
        throw StoreError.writing("cache directory X", errno: errno)
    }

    func ingest(file path: [UInt8]) throws(StoreError) -> (digest: ContentDigest, size: Int) {
        throw StoreError.writing("cache directory X", errno: errno)
    }

    func materialize(_ digest: ContentDigest, at path: [UInt8], executable: Bool) throws(StoreError) {
        throw StoreError.reading("blob \(digest)", errno: errno)
    }

    func record(for key: ContentDigest) throws(StoreError) -> ActionRecord? {
        throw StoreError.reading("record \(key)", errno: errno)
    }

    func store(_ record: ActionRecord, under keys: [ContentDigest]) throws(StoreError) {
        throw StoreError.writing("cache directory X", errno: errno)
    }
}
