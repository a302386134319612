import Testing

@testable import JSONText

@Suite struct JSONWriterTests {
    @Test("a document has two spaces of indentation, keys as written and a final line break")
    func layout() {
        var writer = JSONWriter()
        writer.object {
            $0.member("schema", "ripple.x/1")
            $0.member("n", 3)
            $0.member("seconds", 1.25)
            $0.member("flag", true)
            $0.member("x", nil as String?)
            $0.array("list") {
                $0.element("s")
                $0.object { $0.member("a", 1) }
                $0.array { $0.element(2.5) }
            }
            $0.object("empty") { _ in }
            $0.array("none") { _ in }
            $0.array("names", ["b", "a"])
        }
        #expect(
            String(decoding: writer.finish(), as: UTF8.self) == """
                {
                  "schema": "ripple.x/1",
                  "n": 3,
                  "seconds": 1.25,
                  "flag": true,
                  "x": null,
                  "list": [
                    "s",
                    {
                      "a": 1
                    },
                    [
                      2.5
                    ]
                  ],
                  "empty": {},
                  "none": [],
                  "names": [
                    "b",
                    "a"
                  ]
                }

                """)
    }

    @Test("compact mode writes no white space")
    func compact() {
        var writer = JSONWriter(compact: true)
        writer.array {
            $0.element(1)
            $0.object {
                $0.member("a", "b c")
                $0.array("d") { _ in }
            }
            $0.object { _ in }
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"[1,{"a":"b c","d":[]},{}]"#)
    }

    @Test(
        "only what RFC 8259 forbids is escaped",
        arguments: [
            ("plain", #""plain""#), ("", #""""#), ("a\"b\\c", #""a\"b\\c""#),
            ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#), ("\u{0}\u{1}\u{1F}", #""\u0000\u0001\u001f""#),
            ("/é\u{2028}😀\u{7F}", "\"/é\u{2028}😀\u{7F}\""),
        ])
    func escapes(string: String, expected: String) {
        #expect(compactly(string) == "[\(expected)]")
    }

    @Test(
        "doubles take their shortest exact form",
        arguments: [
            (2.0, "2"), (0.1, "0.1"), (1.25, "1.25"), (-3.5, "-3.5"), (0.0, "0"), (.nan, "null"), (.infinity, "null"),
            (-.infinity, "null"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
            (0.30000000000000004, "0.30000000000000004"),
        ])
    func doubles(value: Double, expected: String) throws {
        #expect(compactly(value) == "[\(expected)]")
        if value.isFinite {
            let document = try JSONDocument(parsing: Array(expected.utf8))
            #expect(document.root.number.flatMap(Double.init) == value)
        }
    }

    @Test("integers of every width are exact")
    func integers() {
        #expect(compactly(Int64.min) == "[-9223372036854775808]")
        #expect(compactly(UInt64.max) == "[18446744073709551615]")
        #expect(compactly(Int32.min) == "[-2147483648]")
        #expect(compactly(UInt32.max) == "[4294967295]")
    }

    @Test("an error thrown inside passes through, and the brackets still close")
    func throwing() {
        struct Stop: Error {}
        var writer = JSONWriter(compact: true)
        #expect(throws: Stop.self) {
            try writer.array { scope throws(Stop) in
                try scope.object { scope throws(Stop) in
                    scope.member("a", 1)
                    throw Stop()
                }
            }
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"[{"a":1}]"#)
    }

    @Test("a value that was read is written again with its numbers and its duplicates")
    func rewriting() throws {
        let text = #"{"b":[1.50,1E2,{}],"a":null,"a":"é\n"}"#
        var writer = JSONWriter(compact: true)
        writer.value(try JSONDocument(parsing: Array(text.utf8)).root)
        #expect(String(decoding: writer.finish(), as: UTF8.self) == text)
    }

    @Test("many objects make one valid document")
    func manyObjects() throws {
        var writer = JSONWriter()
        writer.array { scope in
            for index in 0..<3000 {
                scope.object {
                    $0.member("id", "packages/library-\(index)")
                    $0.member("index", index)
                    $0.array("reasons") { $0.object { $0.member("kind", "file") } }
                }
            }
        }
        let document = try JSONDocument(parsing: writer.finish())
        #expect(document.root.array?.count == 3000)
        #expect(document.root.array?.last?["index"]?.number == "2999")
    }

    private func compactly(_ value: some JSONScalar) -> String {
        var writer = JSONWriter(compact: true)
        writer.array { $0.element(value) }
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
