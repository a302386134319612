import ContentAddressing
import Glibc
import Testing

@testable import LocalStore

/// Ledgers in the cache directory: compare-and-swap between writers.
@Suite struct LedgerTests {
    private let directory: TemporaryDirectory
    private let store: LocalStore
    private let name = ContentDigest.of(Array("repository\u{0}main".utf8))

    init() throws {
        directory = try TemporaryDirectory()
        store = LocalStore(root: directory("cache"))
    }

    @Test("a ledger is replaced only by who knows its version")
    func compareAndSwap() throws {
        #expect(try store.ledger(name) == nil)
        #expect(try store.replaceLedger(name, expecting: .of([1]), with: [2]) == false)
        #expect(try store.replaceLedger(name, expecting: nil, with: [2]))
        #expect(try store.replaceLedger(name, expecting: nil, with: [3]) == false)
        let found = try #require(try store.ledger(name))
        #expect(found.bytes == [2])
        #expect(try store.replaceLedger(name, expecting: found.version, with: [3]))
        #expect(try store.ledger(name)?.bytes == [3])
        #expect(try store.ledger(.of([9])) == nil)
    }

    @Test("many writers at once lose nothing")
    func writers() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask { [store, name] in
                    for number in 0..<10 {
                        try store.updateLedger(name) {
                            $0.record("p\(writer)-\(number)#build", .init(commit: "c", key: .of([UInt8(number)])))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let ledger = try #require(try store.ledger(name).flatMap { GreenLedger(decoding: $0.bytes) })
        #expect(ledger.successes.count == 80)
    }

    @Test("a damaged ledger knows nothing and is mended by the next success")
    func damage() throws {
        #expect(try store.replaceLedger(name, expecting: nil, with: Array("{\"schema\":".utf8)))
        try store.updateLedger(name) { ledger in
            #expect(ledger.isEmpty)
            ledger.record("a#build", .init(commit: "c", key: .of([1])))
        }
        let mended = try #require(try store.ledger(name).flatMap { GreenLedger(decoding: $0.bytes) })
        #expect(mended.isGreen("a#build", key: .of([1])))
    }

    @Test("a cache that cannot be written says so and keeps what it has")
    func readOnly() throws {
        try directory.write("file", [1])
        let blocked = LocalStore(root: directory("file"))
        #expect(throws: StoreError.self) { try blocked.replaceLedger(name, expecting: nil, with: [1]) }
    }
}
