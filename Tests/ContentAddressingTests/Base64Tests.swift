import ContentAddressing
import Testing

@Suite struct Base64Tests {
    // RFC 4648, section 10.
    @Test(
        "known answers",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func knownAnswers(plain: String, encoded: String) {
        #expect(base64(Array(plain.utf8)) == Array(encoded.utf8))
        #expect(decodeBase64(encoded.utf8) == Array(plain.utf8))
    }

    @Test("all byte values read back")
    func allBytes() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(decodeBase64(base64(bytes)) == bytes)
    }

    @Test(
        "text that no encoder writes is refused",
        arguments: ["Z", "Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v=", "Zm 9", "Zg==Zg=="])
    func malformed(text: String) {
        #expect(decodeBase64(text.utf8) == nil)
    }
}
