import ProjectDiscovery
import Testing
import WorkspaceChecks

@Suite("Paths in Rust files")
struct RustImportTests {
    private func roots(_ text: String) -> [String] {
        RustImports.scan(Array(text.utf8)).roots.map { entry in
            let kind =
                switch entry.kind {
                case .plain: ""
                case .test: " test"
                case .documentation: " doc"
                case .conditional: " maybe"
                default: " ?"
                }
            return "\(entry.name)@\(entry.line)\(kind)"
        }
    }

    @Test("use declarations, extern crate, paths and attributes")
    func forms() {
        let text = """
            use a::b::{c, d::e as f};
            use {g, ::h::i, crate::j};
            pub(crate) use k as l;
            extern crate m;
            #[n::main(o)]
            fn p() -> q::R<s::T> { ::u::v(w.x::<y::Z>()); <A as b2::C>::d::e() }
            macro_rules! z { () => { $crate::inner::x } }
            """
        #expect(
            roots(text) == [
                "a@1", "g@2", "h@2", "k@3", "m@4", "n@5", "q@6", "s@6", "u@6", "y@6", "b2@6",
            ])
    }

    @Test("arguments of macros and attributes may be anything")
    func arguments() {
        let text = """
            #[one::attribute(code(two::x))] struct A;
            fn b() { three::call!(four::x(), vec![five::x]); if !(six::x() != seven::x()) {} }
            macro_rules! m { () => { eight::x() } }
            fn c() { nine::x() }
            """
        #expect(
            roots(text) == [
                "one@1", "two@1 maybe", "three@2", "four@2 maybe", "five@2 maybe", "six@2", "seven@2", "eight@3 maybe",
                "nine@4",
            ])
    }

    @Test("what a file binds and declares")
    func names() {
        let found = RustImports.scan(Array("use a::{b, c as d}; mod e; #[cfg(test)] mod f { mod g; }".utf8))
        #expect(found.bound == ["b", "d"])
        #expect(found.modules == ["e": false, "f": true, "g": true])
    }

    @Test("text that only looks like a path")
    func lookalikes() {
        let text = ##"""
            // a::b
            /* c::d /* e::f */ g::h */
            let x = "i::j \" k::l"; let y = r#"m::n " o::p"#; let z = ':'; let w: &'q str = b"r::s";
            let t = '\u{41}'; u.v::<i32>(); let f = '"'; real::path();
            """##
        #expect(roots(text) == ["real@4"])
    }

    @Test("code for tests and examples in documentation")
    func kinds() {
        let text = """
            /// ```
            /// use docs::Thing;
            /// ```
            #[cfg(test)]
            use one::x;
            use two::x;
            #[cfg(all(test, feature = "f"))]
            mod tests { fn a() { three::x() } }
            #[cfg(not(test))]
            fn b() { four::x() }
            #[cfg(test)]
            fn c(a: [u8; 3]) { five::x() }
            fn d() { six::x() }
            """
        #expect(
            roots(text) == [
                "docs@2 doc", "one@5 test", "two@6", "three@8 test", "four@10", "five@12 test", "six@13",
            ])
        #expect(roots("#![cfg(test)]\nuse a::b;") == ["a@2 test"])
    }
}

@Suite("Imports of Swift files")
struct SwiftImportTests {
    private func imports(_ text: String) -> [String] {
        SwiftImports.scan(Array(text.utf8)).map { "\($0.name)@\($0.line)\($0.kind == .conditional ? " maybe" : "")" }
    }

    @Test("all forms of the import declaration")
    func forms() {
        let text = """
            import A
            @testable import B
            @_spi(X) public import C.Sub
            internal import struct D.E; import func F.g
            #if canImport(G)
            import G
            #else
            import H
            #endif
            #if os(Linux)
            import I
            #endif
            import `class`
            """
        #expect(
            imports(text) == ["A@1", "B@2", "C@3", "D@4", "F@4", "G@6 maybe", "H@8 maybe", "I@11", "class@13"])
    }

    @Test("text that only looks like an import")
    func lookalikes() {
        let text = ##"""
            // import A
            /* import B /* import C */ import D */
            let a = "import E \(f("import F")) import G"
            let b = #"import H " \#(x) import I"#
            let c = """
                import J
                " import K
                """
            let d = x.import; f(import: 1); let important = 1
            import Real
            """##
        #expect(imports(text) == ["Real@10"])
    }
}
