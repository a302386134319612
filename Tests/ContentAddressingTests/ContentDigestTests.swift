import ContentAddressing
import Testing

@Suite struct ContentDigestTests {
    // FIPS 180-4 examples.
    @Test(
        "digests are SHA-256",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func knownAnswers(text: String, hex: String) {
        #expect(ContentDigest.of(Array(text.utf8)).description == hex)
    }

    @Test("hexadecimal text and raw bytes read back")
    func roundTrip() throws {
        let digest = ContentDigest.of(Array("ripple".utf8))
        #expect(ContentDigest(hex: digest.description) == digest)
        #expect(ContentDigest(hex: digest.description.uppercased()) == digest)
        #expect(ContentDigest(digest.bytes) == digest)
        #expect(digest.bytes.count == 32)
    }

    @Test("text that is not 64 hexadecimal digits is no digest")
    func malformed() {
        let hex = ContentDigest.of([]).description
        #expect(ContentDigest(hex: String(hex.dropLast())) == nil)
        #expect(ContentDigest(hex: hex + "0") == nil)
        #expect(ContentDigest(hex: "g" + hex.dropFirst()) == nil)
        #expect(ContentDigest([1, 2, 3]) == nil)
    }

    @Test("digests sort as their text does")
    func order() {
        let digests = (0..<50).map { ContentDigest.of([UInt8($0)]) }
        #expect(digests.sorted().map(\.description) == digests.map(\.description).sorted())
    }

    @Test("pieces give the digest of the whole")
    func streaming() {
        var digest = StreamingDigest()
        for piece in ["ab", "", "c"] { Array(piece.utf8).withUnsafeBytes { digest.update($0) } }
        #expect(digest.finish() == .of(Array("abc".utf8)))
    }
}
