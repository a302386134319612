import ContentAddressing
import Testing

@Suite struct ActionRecordTests {
    private static let key = ContentDigest.of(Array("key".utf8))

    private func record(
        _ outputs: [OutputEntry], log: ContentDigest? = nil, seconds: Double = 1.25, task: String = "web#build"
    ) -> ActionRecord {
        ActionRecord(
            task: task, key: ActionRecordTests.key, outputs: outputs, log: log, durationSeconds: seconds)
    }

    private func file(_ path: String, _ content: String, executable: Bool = false) -> OutputEntry {
        let bytes = Array(content.utf8)
        return OutputEntry(
            path: Array(path.utf8), kind: .file(digest: .of(bytes), size: bytes.count, executable: executable))
    }

    private var varied: ActionRecord {
        record(
            [
                file("dist/b \"quoted\"\n.js", "b"), file("dist/a.js", "a", executable: true),
                OutputEntry(path: [0x64, 0xFF, 0xFE], kind: .symlink(target: [0x80, 0x2F])),
                OutputEntry(path: Array("dist/link".utf8), kind: .symlink(target: Array("../a".utf8))),
                OutputEntry(path: Array("empty".utf8), kind: .directory),
            ], log: .of(Array("log".utf8)), task: "wéb#build")
    }

    @Test("a record reads back as it was, outputs sorted")
    func roundTrip() throws {
        let record = varied
        let decoded = try ActionRecord.decode(record.encoded())
        #expect(decoded == record)
        #expect(decoded.outputs.map(\.path) == record.outputs.map(\.path).sorted { $0.lexicographicallyPrecedes($1) })
        let minimal = self.record([], seconds: 0)
        #expect(try ActionRecord.decode(minimal.encoded()) == minimal)
    }

    @Test("the stored form is one line of JSON with the documented fields")
    func storedForm() throws {
        let text = String(decoding: record([file("a", "")]).encoded(), as: UTF8.self)
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let expected =
            #"{"schema":"ripple.action/1","task":"web#build","key":"\#(ActionRecordTests.key)","aliases":[],"#
            + #""durationSeconds":1.25,"log":null,"outputs":[{"path":"a","digest":"\#(empty)","size":0,"#
            + #""executable":false}],"checksum":""#
        #expect(text.hasPrefix(expected))
        #expect(text.hasSuffix("\"}\n"))
        #expect(text.utf8.count == expected.utf8.count + 64 + 3)
    }

    @Test("the output digest covers outputs and nothing else")
    func outputDigest() {
        let base = record([file("a", "x"), file("b", "y")])
        let same = record([file("b", "y"), file("a", "x")], log: .of([1]), seconds: 9, task: "t")
        #expect(same.outputDigest == base.outputDigest)
        let others = [
            record([file("a", "x")]), record([file("a", "x"), file("b", "z")]),
            record([file("a", "x"), file("c", "y")]), record([file("a", "x"), file("b", "y", executable: true)]),
            record([file("a", "x"), OutputEntry(path: Array("b".utf8), kind: .directory)]),
            record([file("a", "x"), OutputEntry(path: Array("b".utf8), kind: .symlink(target: Array("y".utf8)))]),
        ]
        #expect(Set(others.map(\.outputDigest) + [base.outputDigest]).count == others.count + 1)
    }

    @Test("a duration that makes no sense counts as none", arguments: [Double.nan, .infinity, -1])
    func durations(seconds: Double) throws {
        let record = record([], seconds: seconds)
        #expect(record.durationSeconds == 0)
        #expect(try ActionRecord.decode(record.encoded()) == record)
    }

    // Bit 5 turns small hexadecimal digits into capitals, which must not pass as the same checksum.
    @Test("a flipped bit of any byte is noticed")
    func flippedBits() {
        let bytes = varied.encoded()
        for index in bytes.indices {
            for bit in [0, 5] {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                #expect(throws: ActionRecordError.self, "byte \(index), bit \(bit)") {
                    try ActionRecord.decode(damaged)
                }
            }
        }
    }

    @Test("every truncation and any addition is noticed")
    func truncation() {
        let bytes = varied.encoded()
        for count in 0..<bytes.count {
            #expect(throws: ActionRecordError.self, "\(count) bytes") {
                try ActionRecord.decode(Array(bytes[..<count]))
            }
        }
        #expect(throws: ActionRecordError.self) { try ActionRecord.decode(bytes + [0x0A]) }
    }

    @Test("a record answers for its key and its aliases only")
    func aliases() throws {
        let alias = ContentDigest.of([1]), other = ContentDigest.of([2])
        let bytes = varied.encoded(aliases: [alias, ActionRecordTests.key])
        #expect(try ActionRecord.decode(bytes, for: alias).key == ActionRecordTests.key)
        #expect(try ActionRecord.decode(bytes, for: ActionRecordTests.key) == varied)
        let error = #expect(throws: ActionRecordError.self) { try ActionRecord.decode(bytes, for: other) }
        #expect(error?.code == .misplaced)
    }

    @Test("another schema is told apart from damage")
    func otherSchema() {
        let error = #expect(throws: ActionRecordError.self) {
            try ActionRecord.decode(resealed(#"{"schema":"ripple.action/2""#))
        }
        #expect(error?.code == .unknownSchema)
    }

    @Test(
        "outputs that could leave the project's directory are refused",
        arguments: [
            ["../x"], ["/etc/passwd"], ["a//b"], ["a/./b"], ["a/"], [""], ["a/../../b"], ["a\0b"], ["a", "a"],
            ["a", "a/b"],
        ])
    func escapingPaths(paths: [String]) {
        let error = #expect(throws: ActionRecordError.self) {
            try ActionRecord.decode(record(paths.map { file($0, "x") }).encoded())
        }
        #expect(error?.code == .malformed)
    }

    @Test("an output below a symbolic link is refused")
    func belowLink() {
        let outputs = [
            OutputEntry(path: Array("a".utf8), kind: .symlink(target: Array("/etc".utf8))), file("a/passwd", "x"),
        ]
        #expect(throws: ActionRecordError.self) { try ActionRecord.decode(record(outputs).encoded()) }
        #expect(ActionRecord.layoutProblem(of: outputs) != nil)
        #expect(ActionRecord.layoutProblem(of: [file("a-b", "x"), file("a.b/c", "x")]) == nil)
    }

    @Test("sealed nonsense is an error, not a crash", arguments: ["{", "[]", "null", #"{"schema":"ripple.action/1""#])
    func nonsense(body: String) {
        #expect(throws: ActionRecordError.self) { try ActionRecord.decode(resealed(body)) }
    }

    /// `body` with a checksum that matches.
    private func resealed(_ body: String) -> [UInt8] {
        Array("\(body),\"checksum\":\"\(ContentDigest.of(Array(body.utf8)))\"}\n".utf8)
    }
}
