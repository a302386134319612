import Testing

@testable import JSONText

@Suite struct JSONDocumentTests {
    @Test(
        "texts that RFC 8259 allows are read",
        arguments: [
            "null", "true", " false ", "0", "-0", "-0.5e-10", "1E+2", "123456789012345678901234567890", "\"\"", "[]",
            "{}",
            "\r\n\t[ ]\n", "[1,2]", "{\"a\":{\"b\":[null]}}", "{\"a\":1,\"a\":2}", "\"\u{7F}\u{2028}é😀\"", "\u{FEFF}{}",
            #""\"\\\/\b\f\n\r\t\u0000\uD83D\ude00""#,
        ])
    func accepts(text: String) throws {
        _ = try parse(text)
        _ = try parse(text, allowingComments: true)
    }

    @Test(
        "texts that RFC 8259 forbids are refused where they go wrong",
        arguments: [
            ("", 1, 1, "empty"),
            ("  \n ", 2, 2, "empty"),
            ("[1,]", 1, 3, "a comma may not stand before ']'"),
            ("{\"a\":1,}", 1, 7, "a comma may not stand before '}'"),
            ("[1 2]", 1, 4, "expected ',' or ']'"),
            ("{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, "expected ',' or '}' after the value, found '\"'"),
            ("{\"a\" 1}", 1, 6, "expected ':' after the key, found '1'"),
            ("{a: 1}", 1, 2, "a key needs double quotes"),
            ("{'a': 1}", 1, 2, "a key needs double quotes"),
            ("{1: 1}", 1, 2, "expected a key in double quotes"),
            ("{,}", 1, 2, "expected a key"),
            ("[,]", 1, 2, "expected a value"),
            ("['a']", 1, 2, "a string needs double quotes"),
            ("[NaN]", 1, 2, "'NaN' is no value"),
            ("True", 1, 1, "'True' is no value"),
            ("nul", 1, 1, "'nul' is no value"),
            ("nulls", 1, 1, "'nulls' is no value"),
            ("01", 1, 1, "may not begin with a zero"),
            ("-", 1, 1, "'-' must be"),
            ("+1", 1, 1, "begins with a digit"),
            (".5", 1, 1, "begins with a digit"),
            ("1.", 1, 1, "after its decimal point"),
            ("1e", 1, 1, "in its exponent"),
            ("1e+", 1, 1, "in its exponent"),
            ("0x10", 1, 1, "not a number"),
            ("1.2.3", 1, 1, "not a number"),
            ("1 2", 1, 3, "expected the end of the text"),
            ("{} x", 1, 4, "expected the end"),
            ("[", 1, 2, "ends too early"),
            ("{", 1, 2, "ends too early"),
            ("{\"a\":", 1, 6, "ends too early"),
            ("[1,", 1, 4, "ends too early"),
            ("]", 1, 1, "expected a value, found ']'"),
            ("\"abc", 1, 1, "never closed"),
            ("[\n \"abc\\\"", 2, 2, "never closed"),
            ("\"a\nb\"", 1, 3, "line where it begins"),
            ("\"a\tb\"", 1, 3, "a tab"),
            ("\"\u{1}\"", 1, 2, "the byte 0x01"),
            (#""\x""#, 1, 2, "unknown escape"),
            (#""\u12g4""#, 1, 2, "four hexadecimal"),
            (#""\u12"#, 1, 2, "four hexadecimal"),
            (#""ab\uD800""#, 1, 4, "surrogate"),
            (#""\uDC00\uD800""#, 1, 2, "surrogate"),
            (#""\uD800\u0041""#, 1, 2, "surrogate"),
            (#""\uD800\n""#, 1, 2, "surrogate"),
            ("[1] // x", 1, 5, "comments are not allowed"),
            ("/* x */ 1", 1, 1, "comments are not allowed"),
            ("{ // x\n}", 1, 3, "comments are not allowed"),
        ])
    func refuses(text: String, line: Int, column: Int, problem: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try parse(text) }
        #expect(error?.line == line, "\(error.map(String.init(describing:)) ?? "")")
        #expect(error?.column == column, "\(error.map(String.init(describing:)) ?? "")")
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }

    @Test(
        "with comments allowed, comments stand wherever white space may, and a last comma is fine",
        arguments: [
            "// first\n{}", "/**/[/* a */1/* b */,/***/2,// c\n]// d", "{ /* k */ \"a\" /* c */ : // v\n 1 , }",
            "[[],]",
            "/* a\n * b\n **/ null //", "\"// no comment /* here\"",
        ])
    func acceptsComments(text: String) throws {
        _ = try parse(text, allowingComments: true)
    }

    @Test(
        "with comments allowed, what is still wrong is refused",
        arguments: [
            ("[,]", 1, 2, "expected a value"),
            ("{,}", 1, 2, "expected a key"),
            ("[1,,]", 1, 4, "expected a value"),
            ("[1] /* x", 1, 5, "never closed"),
            ("[1] /*/", 1, 5, "never closed"),
            ("[1] / 2", 1, 5, "unexpected '/'"),
            ("// only", 1, 8, "empty"),
            ("[1]/", 1, 4, "unexpected '/'"),
            ("{} ,", 1, 4, "expected the end"),
        ])
    func refusesWithComments(text: String, line: Int, column: Int, problem: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try parse(text, allowingComments: true) }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }

    @Test("a conflict that git left is named", arguments: ["<<<<<<<", "=======", ">>>>>>>", "|||||||"])
    func conflictMarkers(marker: String) {
        for text in ["{\n  \"a\": 1,\n\(marker) HEAD\n  \"b\": 2\n}", "[\n1\n\(marker)\n]", "[1,\n2,\n\(marker) x\n3]"]
        {
            let error = #expect(throws: JSONSyntaxError.self) { try parse(text) }
            #expect(error?.line == 3)
            #expect(error?.column == 1)
            #expect(error?.problem.contains("merge conflict") == true, "\(error?.problem ?? "")")
        }
        let inline = #expect(throws: JSONSyntaxError.self) { try parse("[1, \(marker)]") }
        #expect(inline?.problem.contains("merge conflict") == false)
    }

    @Test(
        "bytes that are not UTF-8 are refused in strings, keys, comments and outside",
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]])
    func invalidUTF8(bad: [UInt8]) {
        let wrappings: [(before: String, after: String)] = [
            ("\"é", "\""),
            ("\"\\n", "\""),
            ("\"", "\\n\""),
            ("{\"", "\":1}"),
            ("/*é", "*/1"),
            ("1//", "\n"),
            ("[", "]"),
        ]
        for (before, after) in wrappings {
            let bytes = Array(before.utf8) + bad + Array(after.utf8)
            let error = #expect(throws: JSONSyntaxError.self) {
                try JSONDocument(parsing: bytes, allowingComments: true)
            }
            #expect(error?.column == before.utf8.count + 1, "\(before)")
        }
    }

    @Test("escapes cannot join halves of a character")
    func splitCharacter() {
        let bytes = Array("\"".utf8) + [0xC3] + Array("\\u0041".utf8) + [0xA9] + Array("\"".utf8)
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: bytes) }
    }

    @Test("strings are unescaped")
    func unescaping() throws {
        #expect(try parse(#""a\"\\\/\b\f\n\r\tz""#).root.string == "a\"\\/\u{8}\u{C}\n\r\tz")
        #expect(try parse(#""\u00e9\u20AC\ud83d\uDE00\u0000é""#).root.string == "é€😀\u{0}é")
        #expect(try parse("{\"k\\u0065y\":1}").root["key"]?.number == "1")
    }

    @Test("values and keys know where they stand, counted in bytes")
    func positions() throws {
        let document = try parse("{\r\n  \"é\": [1,\n\t\ttrue],\n  \"b\": {}\n}")
        let list = try #require(document.root.member("é"))
        #expect(document.position(of: document.root.offset) == (1, 1))
        #expect(document.position(of: list.keyOffset) == (2, 3))
        #expect(document.position(of: list.node.offset) == (2, 9))
        #expect(list.node.array.map { $0.map { document.position(of: $0.offset).line } } == [2, 3])
        #expect(document.position(of: try #require(document.root["b"]).offset) == (4, 8))
        #expect(document.position(of: 1_000_000) == (5, 2))
        #expect(document.position(of: -1) == (1, 1))
    }

    @Test("a byte order mark takes no column")
    func byteOrderMark() throws {
        let document = try JSONDocument(parsing: [0xEF, 0xBB, 0xBF] + Array("[7]".utf8))
        #expect(document.position(of: try #require(document.root.array?.first).offset) == (1, 2))
    }

    @Test("accessors answer only for their own kind of value")
    func accessors() throws {
        let root = try parse(#"{"n":null,"b":true,"i":1.0,"s":"x","a":[1],"o":{"k":1},"s":"last"}"#).root
        #expect(root["s"]?.string == "last")
        #expect(root["i"]?.number == "1.0")
        #expect(root["b"]?.bool == true)
        #expect(root["a"]?.array?.count == 1)
        #expect(root["o"]?.object?.map(\.key) == ["k"])
        #expect(root["n"]?.isNull == true)
        #expect(root["missing"] == nil)
        #expect(root["s"]?["k"] == nil)
        #expect(root["s"]?.number == nil)
        #expect(root["i"]?.string == nil)
        #expect(root["b"]?.array == nil)
        #expect(root["a"]?.object == nil)
        #expect(root["a"]?.bool == nil)
        let names = ["n", "b", "i", "s", "a", "o"].map { root[$0]?.typeName }
        #expect(names == ["null", "a boolean", "a number", "a string", "an array", "an object"])
    }

    @Test("nesting is read to its limit and refused beyond, without ending the program")
    func nesting() throws {
        let limit = JSONDocument.nestingLimit
        var node = try parse(String(repeating: "[", count: limit) + String(repeating: "]", count: limit)).root
        for _ in 1..<limit { node = try #require(node.array?.first) }
        #expect(node.array?.isEmpty == true)
        for opening in ["[", "{\"a\":", "[{\"a\":"] {
            let error = #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: opening, count: 100_000)) }
            #expect(error?.problem.contains("nested more than \(limit) levels") == true)
        }
        // Many neighbours are no depth.
        _ = try parse("[" + Array(repeating: "[{}]", count: limit * 2).joined(separator: ",") + "]")
    }

    private func parse(_ text: String, allowingComments: Bool = false) throws(JSONSyntaxError) -> JSONDocument {
        try JSONDocument(parsing: Array(text.utf8), allowingComments: allowingComments)
    }
}
