import ProjectDiscovery
import Testing

@testable import WorkspaceChecks

/// Any bytes are safe to scan, and what is found lies inside the text.
@Suite("Scanners on damaged text")
struct ScannerFuzzTests {
    private static let python = #"""
        import a.b as c
        if TYPE_CHECKING:
            from d import (e, f)
        try: import g
        x = f"{y + "z"!r:>{w}}" + r'\' + """
        text""" + import_module("h")
        """#
    private static let rust = #"""
        #![cfg(test)]
        use a::{b, c::{d as e, *}}; extern crate f as g;
        #[cfg(all(test, not(x)))] mod m { fn n<'a>() { o::p('\'', r#"q"#, b"r\"") } }
        /** s::t /* u */ */ impl v::W for X<y::Z> {}
        """#
    private static let swift = ##"""
        @testable import A
        #if canImport(B)
        import struct B.C
        #endif
        let d = "e \(f("g")) \u{1}" + #"h \#(i) ""# + """
          import J
          """ /* k /* l */ */
        """##
    private static let literal = #"[{ sourceTag: 'a', "b": ["c", `d`, /* e */ 1, true, null,], f: { g: '\'' } }, // h"#
    private static let pieces = [
        "\"", "'", "\"\"\"", "`", "{", "}", "(", ")", "[", "]", "\\", "\n", "#", "#\"", "/*", "*/", "//", "::", ":",
        ";",
        ",", ".", "f\"{", "r#", "${", "import ", "use ", "from ", "\u{0}", "\u{E9}",
    ]

    @Test("mutated sources", arguments: 1...6 as ClosedRange<UInt64>)
    func mutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        for round in 0..<150 {
            let python = random.mutate(Array(Self.python.utf8), pieces: Self.pieces)
            check(PythonImports.scan(python), python, "python, seed \(seed), round \(round)")
            let rust = random.mutate(Array(Self.rust.utf8), pieces: Self.pieces)
            check(RustImports.scan(rust).roots, rust, "rust, seed \(seed), round \(round)")
            let swift = random.mutate(Array(Self.swift.utf8), pieces: Self.pieces)
            check(SwiftImports.scan(swift), swift, "swift, seed \(seed), round \(round)")
            let literal = random.mutate(Array(Self.literal.utf8), pieces: Self.pieces)
            if let json = JavaScriptLiteral.json(in: literal, at: 0) {
                #expect(json.count <= literal.count * 2 + 2, "seed \(seed), round \(round)")
            }
        }
    }

    private func check(_ imports: [SourceImport], _ bytes: [UInt8], _ what: String) {
        let lines = bytes.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        for entry in imports {
            #expect((1...lines).contains(entry.line), "\(what)")
            #expect(!entry.name.isEmpty, "\(what)")
        }
    }

    @Test("nothing is read again and again: long hostile texts end")
    func hostile() {
        let count = 20_000
        for piece in ["f\"{\"", "(", "\"\"\"", "from . import (", "if TYPE_CHECKING:\n "] {
            _ = PythonImports.scan(Array(String(repeating: piece, count: count).utf8))
        }
        for piece in ["use a::{", "#[cfg(test)]{", "/*", "r#\"", "'", "a::"] {
            _ = RustImports.scan(Array(String(repeating: piece, count: count).utf8))
        }
        for piece in ["\"\\(", "/*", "#if canImport(A)\n", "#\"", "import "] {
            _ = SwiftImports.scan(Array(String(repeating: piece, count: count).utf8))
        }
        #expect(JavaScriptLiteral.json(in: Array(String(repeating: "[", count: count).utf8), at: 0) == nil)
    }
}
