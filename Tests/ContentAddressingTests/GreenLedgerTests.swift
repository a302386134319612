internal import ContentAddressing
internal import Testing

/// What the ledger remembers, and its stored form.
@Suite struct GreenLedgerTests {
    private func key(_ number: Int) -> ContentDigest { .of(Array("\(number)".utf8)) }
    private func commit(_ number: Int) -> String { String(repeating: String(number % 10), count: 40) }

    private func sample() -> GreenLedger {
        var ledger = GreenLedger()
        for number in 0..<5 {
            ledger.record("web#build", .init(commit: commit(number), key: key(number / 2)))
            ledger.record("ä \"odd\"#test", .init(commit: commit(4 - number), key: key(number)))
        }
        return ledger
    }

    @Test("what was recorded is read back, the last success at the end")
    func roundTrip() throws {
        let ledger = sample()
        let read = try #require(GreenLedger(decoding: ledger.encoded()))
        #expect(read == ledger)
        #expect(read.encoded() == ledger.encoded())
        #expect(read.successes["web#build"]?.last == .init(commit: commit(4), key: key(2)))
        #expect(read.commits.count == 5)
        #expect(GreenLedger(decoding: GreenLedger().encoded())?.isEmpty == true)
    }

    @Test("a commit counts once for a task, with its last key, and old successes make room")
    func limits() {
        var ledger = GreenLedger()
        ledger.record("a#build", .init(commit: commit(1), key: key(1)))
        ledger.record("a#build", .init(commit: commit(1), key: key(2)))
        #expect(ledger.successes["a#build"] == [.init(commit: commit(1), key: key(2))])
        #expect(!ledger.isGreen("a#build", key: key(1)) && ledger.isGreen("a#build", key: key(2)))
        for number in 100..<200 { ledger.record("a#build", .init(commit: "\(number)", key: key(number))) }
        #expect(ledger.successes["a#build"]?.count == GreenLedger.successLimit)
        #expect(ledger.isGreen("a#build", key: key(199)) && !ledger.isGreen("a#build", key: key(2)))
        #expect(!ledger.isGreen("b#build", key: key(199)))
    }

    @Test("a ledger with any byte changed or cut off is refused or says only what was green")
    func damage() {
        let bytes = sample().encoded()
        let keys = Set((0..<5).map { key($0) })
        var refused = 0
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 0x01
            if let read = GreenLedger(decoding: damaged) {
                // A key that nothing has is green for nothing: the damage costs work and hides none.
                #expect(read.successes.values.joined().allSatisfy { keys.contains($0.key) || $0.key != key(0) })
            } else {
                refused += 1
            }
            #expect(GreenLedger(decoding: Array(bytes[..<position])) == nil)
        }
        #expect(refused > 100)
    }
}
