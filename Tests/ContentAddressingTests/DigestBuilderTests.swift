import ContentAddressing
import Testing

@Suite struct DigestBuilderTests {
    private func digest(_ domain: StaticString = "test/1", _ fill: (inout DigestBuilder) -> Void) -> ContentDigest {
        var builder = DigestBuilder(domain)
        fill(&builder)
        return builder.finish()
    }

    @Test("field sequences that look alike when joined have different digests")
    func injective() {
        let sequences: [(inout DigestBuilder) -> Void] = [
            { _ in },
            { $0.add("a", "") },
            { $0.addAbsent("a") },
            { $0.add("a", "bc") },
            { $0.add("ab", "c") },
            {
                $0.add("a", "b"); $0.add("a", "c")
            },
            {
                $0.add("a", "c"); $0.add("a", "b")
            },
            { $0.add("a", 1) },
            { $0.add("a", "1") },
            { $0.add("a", true) },
            { $0.list("a", count: 1) },
            {
                $0.list("a", count: 1); $0.add("a", "b"); $0.list("a", count: 0)
            },
            {
                $0.list("a", count: 0); $0.list("a", count: 1); $0.add("a", "b")
            },
            { $0.add("a", ContentDigest.of([])) },
            { $0.add("a", ContentDigest.of([]).bytes) },
        ]
        #expect(Set(sequences.map { digest("test/1", $0) }).count == sequences.count)
    }

    @Test("the domain separates uses")
    func domains() {
        #expect(digest("test/1") { $0.add("a", "b") } != digest("test/2") { $0.add("a", "b") })
    }

    @Test("text and its bytes are one value")
    func textIsBytes() {
        let expected = digest { $0.add("a", "é") }
        #expect(digest { $0.add("a", Array("é".utf8)) } == expected)
        #expect(digest { $0.add("a", "xé".utf8.dropFirst()) } == expected)
    }

    @Test("a finished builder starts again in its domain")
    func reuse() {
        var builder = DigestBuilder("test/1")
        builder.add("a", "b")
        let first = builder.finish()
        builder.add("a", "b")
        #expect(builder.finish() == first)
    }

    // Every key ever stored depends on this value: when it changes, the encoding's version must.
    @Test("the encoding is the documented one")
    func golden() {
        var bytes: [UInt8] = []
        func append(_ kind: Character, _ tag: String, _ value: [UInt8]) {
            bytes += Array(String(kind).utf8) + [UInt8(tag.utf8.count), 0, 0, 0] + Array(tag.utf8)
            bytes += [UInt8(value.count), 0, 0, 0, 0, 0, 0, 0] + value
        }
        append("v", "ripple.digest/1", Array("test/1".utf8))
        append("b", "name", Array("web".utf8))
        append("i", "count", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        append("f", "flag", [1])
        append("l", "items", [3, 0, 0, 0, 0, 0, 0, 0])
        append("d", "blob", ContentDigest.of([]).bytes)
        append("n", "image", [])
        let built = digest {
            $0.add("name", "web")
            $0.add("count", -2)
            $0.add("flag", true)
            $0.list("items", count: 3)
            $0.add("blob", ContentDigest.of([]))
            $0.addAbsent("image")
        }
        #expect(built == .of(bytes))
    }
}
