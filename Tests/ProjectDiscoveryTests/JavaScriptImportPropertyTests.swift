import Testing

@testable import ProjectDiscovery

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Texts made together with the modules that they name.
private struct ProgramWriter {
    var text = ""
    var expected: [String] = []
    var random: SeededGenerator
    private var modules = 0

    init(seed: UInt64) { random = SeededGenerator(state: seed) }

    private var line: Int { 1 + text.utf8.count { $0 == UInt8(ascii: "\n") } }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private mutating func quoted(_ name: String) -> String {
        ["'\(name)'", "\"\(name)\""].randomElement(using: &random) ?? ""
    }

    private mutating func module(_ kind: String) -> String {
        modules += 1
        expected.append("\(line) \(kind) m\(modules)")
        return quoted("m\(modules)")
    }

    mutating func statement(_ depth: Int) {
        switch pick(depth > 0 ? 13 : 8) {
        case 0: text += "import a from \(module("binding"));\n"
        case 1: text += "import \(module("sideEffect"))\n"
        case 2: text += "export { b, c as default } from \(module("reexport"))\n"
        case 3: text += "import {\(gap()) d,\(pick(2) == 0 ? " type E" : "")} from \(module("binding"))\n"
        case 4: text += "// it's `a` import 'x'\n"
        case 5: text += "/* ' ` import('x')\n */\n"
        case 6: text += "const f = 'import \"x\"', g = \"`\", h = /['\"`/]/g;\n"
        case 7: text += "label: for (const i of j) /`'/.exec(i);\n"
        case 8: block("if (k < 1 && l > 2) {\n", "}\n", depth)
        case 9: block("class A extends B { m() {\n", "} }\n", depth)
        default:
            text += ["const n = ", "return ", "(", "o = "].randomElement(using: &random) ?? ""
            let isParenthesised = text.hasSuffix("(")
            expression(depth)
            text += isParenthesised ? ")\n;" : ";\n"
        }
    }

    private mutating func gap() -> String { [" ", " /* ' */ "].randomElement(using: &random) ?? "" }

    private mutating func block(_ start: String, _ finish: String, _ depth: Int) {
        text += start
        for _ in 0..<pick(3) { statement(depth - 1) }
        text += finish
    }

    private mutating func expression(_ depth: Int) {
        guard depth > 0 else { return text += ["1", "x", "'\\''", "/`/"].randomElement(using: &random) ?? "" }
        switch pick(10) {
        case 0: text += "require(\(module("require")))"
        case 1: text += "import(/* ` */ \(module("dynamic")))"
        case 2: enclosed("`' ${", "} \\` import('x')`", depth)
        case 3: enclosed("{ a: 1, import: ", " }", depth)
        case 4: enclosed("[", ", ...y]", depth)
        case 5: enclosed("(", ") / 2", depth)
        case 6: enclosed("<T a='\"' b={", "}>it's ` import 'x' // </T>", depth)
        case 7: enclosed("<>{", "}<br/>\"</>", depth)
        case 8: block("async function () {\n", "}", depth)
        default: enclosed("(z) => ", " ", depth)
        }
    }

    private mutating func enclosed(_ start: String, _ finish: String, _ depth: Int) {
        text += start
        expression(depth - 1)
        text += finish
    }
}

@Suite("Imports of random programs") struct JavaScriptImportPropertyTests {
    @Test("exactly the modules that a program names are found", arguments: [UInt64](1...300))
    func programs(seed: UInt64) {
        var writer = ProgramWriter(seed: seed)
        for _ in 0..<12 { writer.statement(4) }
        let result = JavaScriptImports.scan(Array(writer.text.utf8))
        let found = result.imports.map { "\($0.line) \($0.kind.rawValue) \($0.specifier ?? "-")" }
        #expect(found == writer.expected, "seed \(seed):\n\(writer.text)")
        #expect(result.isCertain, "seed \(seed):\n\(writer.text)")
    }

    @Test(
        "damaged texts never crash, and an import on a line of its own at the end is still found",
        arguments: [UInt64](1...150))
    func mutations(seed: UInt64) {
        var writer = ProgramWriter(seed: seed)
        for _ in 0..<8 { writer.statement(4) }
        let original = Array(writer.text.utf8)
        let alphabet = Array("{}[]()<>'\"`/\\*$#!-=;:.,\n importexportfromrequire".utf8) + [0x00, 0x80, 0xFF]
        let last = Array("\n;\nimport last from 'last'\n".utf8)
        for _ in 0..<12 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &writer.random) {
                let place = Int.random(in: 0...bytes.count, using: &writer.random)
                switch Int.random(in: 0..<3, using: &writer.random) {
                case 0: bytes.insert(alphabet.randomElement(using: &writer.random) ?? 0, at: place)
                case 1: bytes.removeSubrange(place..<min(place + 5, bytes.count))
                default: bytes.removeSubrange(place...)
                }
            }
            for dialect in [JavaScriptImports.Dialect.jsx, .typeScript, .component] {
                let result = JavaScriptImports.scan(bytes + last, as: dialect)
                if dialect == .jsx {
                    let text = String(decoding: bytes, as: UTF8.self).debugDescription
                    #expect(result.imports.contains { $0.specifier == "last" }, "seed \(seed):\n\(text)")
                }
            }
        }
    }

    @Test("hostile repetitions take no more than linear time")
    func repetitions() {
        let parts = [
            "import/*", "import(`", "import{", "import{a,", "{", "`${", "<a ", "<a b=", "<T>(", "/**{import(",
            "require(",
            "import{import,", "export*as ", "<a<", "/", "\\", "import /* */ ", "<script>", "<script a=", "</",
            "import(import(",
        ]
        for part in parts {
            let bytes = Array(String(repeating: part, count: 40_000 / part.utf8.count).utf8)
            for dialect in [JavaScriptImports.Dialect.jsx, .typeScript, .component] {
                let result = JavaScriptImports.scan(bytes, as: dialect)
                #expect(result.imports.count <= bytes.count)
            }
        }
    }
}
