import ContentAddressing
import Glibc
import Testing

@testable import LocalStore

@Suite struct DamageTests {
    private let directory: TemporaryDirectory
    private let store: LocalStore

    init() throws {
        directory = try TemporaryDirectory()
        store = LocalStore(root: directory("cache"))
    }

    @Test("a damaged blob is never handed out, is removed, and can be stored again")
    func damagedBlob() throws {
        let bytes = Array("content".utf8)
        let digest = try store.write(bytes)
        let path = "cache/cas/\(digest.description.prefix(2))/\(digest)"
        try directory.write(path, "Content")
        #expect(storeErrorCode { try store.read(digest) } == .corrupt)
        #expect(!store.contains(digest))
        try store.write(bytes)
        try directory.write(path, "contenT")
        let error = #expect(throws: StoreError.self) {
            try store.materialize(digest, at: directory("target"), executable: false)
        }
        #expect(error?.code == .corrupt)
        #expect(directory.status("target") == nil)
        #expect(!store.contains(digest))
    }

    @Test("one random fault in any file never yields a wrong byte", arguments: UInt64(1)...25)
    func randomDamage(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        var records: [ActionRecord] = []
        for number in 0..<4 {
            let contents = (0..<3).map { "task \(number) file \($0) \(random.next())" }
            let record = try storedRecord("p\(number)#build", contents, in: store)
            try store.store(record, under: [record.key, .of([UInt8(number)])])
            records.append(record)
        }
        for _ in 0..<3 {
            guard let victim = directory.files("cache").randomElement(using: &random) else { continue }
            var bytes = try directory.read(victim)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 1: bytes.append(UInt8.random(in: 0...255, using: &random))
            default:
                bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            try directory.write(victim, bytes)
        }
        let warnings = Warnings()
        let tolerant = FaultTolerantStore(store, name: "cache directory", warn: warnings.sink)
        for (number, record) in records.enumerated() {
            for key in [record.key, .of([UInt8(number)])] {
                guard let found = tolerant.record(for: key) else { continue }
                #expect(found == record, "seed \(seed)")
                for (digest, _) in found.blobs {
                    if let bytes = tolerant.read(digest) { #expect(ContentDigest.of(bytes) == digest, "seed \(seed)") }
                    if tolerant.materialize(digest, at: Array(directory("out").utf8), executable: false) {
                        #expect(try directory.read("out") == store.read(digest), "seed \(seed)")
                    }
                }
            }
        }
        _ = store.verify()
        #expect(store.verify().damage.isEmpty, "seed \(seed)")
    }

    @Test("verify lists what is damaged, removes it, and keeps the rest")
    func verify() throws {
        let good = try storedRecord("good#build", ["good"], in: store)
        let bad = try storedRecord("bad#build", ["blob"], in: store)
        try store.store(good, under: [good.key])
        try store.store(bad, under: [bad.key])
        #expect(store.verify().damage.isEmpty)
        let blob = ContentDigest.of(Array("blob".utf8))
        let blobPath = "cas/\(blob.description.prefix(2))/\(blob)"
        let other = ContentDigest.of([1])
        let recordPath = "ac/\(other.description.prefix(2))/\(other)"
        try directory.write("cache/\(blobPath)", "bloB")
        try directory.write("cache/\(recordPath)", "{}")
        let report = store.verify()
        #expect(report.damage.map(\.path) == [blobPath, recordPath])
        #expect(report.damage.filter { !$0.isRemoved }.isEmpty)
        #expect(report.incompleteRecords == 1)
        #expect((report.blobs, report.records) == (2, 3))
        #expect(try store.record(for: good.key) == good)
        #expect(store.stats().blobs == 1)
        #expect(store.verify().damage.isEmpty)
    }

    @Test("stats count files and bytes, and foreign files do not")
    func statistics() throws {
        #expect(store.stats() == StoreStatistics())
        let record = try storedRecord("web#build", ["abc", "de"], in: store)
        try store.store(record, under: [record.key])
        try directory.write("cache/cas/zz/notes", "mine")
        let stats = store.stats()
        #expect((stats.blobs, stats.blobBytes, stats.records) == (2, 5, 1))
        #expect(stats.recordBytes == record.encoded().count)
    }
}
