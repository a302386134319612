import Testing

@testable import ProjectDiscovery

/// Reading go.mod, go.work, go.sum and the heads of .go files.
struct GoFileTests {
    private func mod(_ text: String) throws -> GoModFile { try GoModFile(parsing: Array(text.utf8)) }
    private func source(_ text: String) -> GoSource { GoSource(scanning: Array(text.utf8)) }

    private func problem(_ text: String) -> GoProblem? {
        do throws(GoProblem) {
            _ = try GoModFile(parsing: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test("lines and blocks of a go.mod read alike; comments and retractions do not count", arguments: ["\n", "\r\n"])
    func directives(ending: String) throws {
        let text = [
            "// the module", "module example.com/a // here", "go 1.22", "toolchain go1.22.3", "",
            "require example.com/x v1.0.0", "require (", "\texample.com/y v2.0.0 // indirect",
            "\t\"example.com/z\" v0.0.0", ")", "replace example.com/z => ../z", "replace (",
            "\texample.com/y v2.0.0 => example.com/fork v2.0.1", ")", "exclude example.com/x v0.9.0",
            "retract [v1.0.0, v1.1.0] // bad", "retract (", "\tv1.2.0", ")", "godebug default=go1.21",
        ].joined(separator: ending)
        let file = try mod(text)
        #expect(file.module == "example.com/a")
        #expect(
            file.requirements.map { "\($0.path) \($0.version) \($0.line)" } == [
                "example.com/x v1.0.0 6", "example.com/y v2.0.0 8", "example.com/z v0.0.0 9",
            ])
        #expect(file.replacements.map(\.target) == ["../z", "example.com/fork"])
        #expect(file.replacements.map(\.targetVersion) == [nil, "v2.0.1"])
        #expect(file.replacements.map(\.version) == [nil, "v2.0.0"])
        #expect(
            file.settings == [
                "go": ["1.22"], "toolchain": ["go1.22.3"], "exclude": ["example.com/x v0.9.0"],
                "godebug": ["default=go1.21"],
            ])
        let work = try mod("go 1.22\nuse ./a\nuse (\n\t./b // two\n)\n")
        #expect(work.uses.map(\.path) == ["./a", "./b"] && work.uses.map(\.line) == [2, 4])
    }

    @Test("a go.mod that cannot be used says why, with the line")
    func problems() {
        #expect(problem("module a\n<<<<<<< HEAD\nrequire x v1\n")?.line == 2)
        #expect(
            problem("module a\nrequire (\n<<<<<<< HEAD\nx v1.0.0\n=======\n)\n")?.problem.contains("conflict") == true)
        #expect(problem("module a\nrequire x\n")?.problem == "expected 'require PATH VERSION'")
        #expect(problem("module a\nrequire (\nx v1\n")?.problem == "the block of 'require' is not closed")
        #expect(problem("module \"a\n")?.line == 1)
        #expect(problem("replace a b c => d\n") != nil && problem("use\n") != nil)
    }

    @Test("go.sum gives both hashes of a version")
    func sums() throws {
        let text = "example.com/x v1.0.0 h1:a=\nexample.com/x v1.0.0/go.mod h1:b=\n\n"
        #expect(try GoSumFile(parsing: Array(text.utf8)).hashes == ["example.com/x v1.0.0": ["h1:a=", "mod h1:b="]])
        #expect(throws: GoProblem(line: 2, problem: "the line is not 'MODULE VERSION HASH'")) {
            try GoSumFile(parsing: Array("x v1 h1:a=\n<<<<<<< HEAD\n".utf8))
        }
    }

    @Test("imports are found in every form, and nothing after them")
    func imports() {
        let found = source(
            """
            // Copyright
            /* import "no" */

            package  main; import "fmt"

            import (
            \t_ "a/b"
            \t. `c`; name "d" // e
            \t/* f */ x "g"
            )
            import()
            import "C"

            var text = "import \\"h\\""
            import "late"
            """)
        #expect(found.package == "main")
        #expect(found.imports.map(\.path) == ["fmt", "a/b", "c", "d", "g", "C"])
        #expect(found.imports.map(\.line) == [4, 7, 8, 8, 9, 12])
        #expect(found.usesCgo && !found.isConstrained)
        #expect(source("package a // b").package == "a" && source("").package.isEmpty)
        #expect(source("package é\nimport \"x\"").imports.map(\.path) == ["x"])
        #expect(source("\u{FEFF}package a\nimport \"x\"").imports.count == 1)
    }

    @Test("constraints are noted; only 'ignore' keeps a file out of every build")
    func constraints() {
        #expect(source("//go:build ignore\n\npackage main").isIgnored)
        #expect(source("// +build ignore\n\npackage main").isIgnored)
        #expect(source("//go:build ignore && linux\n\npackage main").isIgnored)
        #expect(!source("//go:build !ignore\n\npackage main").isIgnored)
        let either = source("//go:build linux || ignore\n\npackage main\nimport \"x\"")
        #expect(!either.isIgnored && either.isConstrained && either.imports.count == 1)
        #expect(!source("// talks about +build ignore\npackage main").isConstrained)
    }

    @Test("embedded files are found wherever a comment may stand, not in texts")
    func embeds() {
        let found = source(
            """
            package a
            import _ "embed"
            //go:embed one.txt all:two "three four" `five`
            var a string
            var quote = '"'
            var raw = `
            //go:embed no
            ` /*
            //go:embed neither
            */
            func f() {
              s := "//go:embed nor this"
            }
            \t//go:embed six/*.html
            var b string
            //go:embedded seven
            """)
        #expect(found.embeds == ["one.txt", "two", "three four", "five", "six/*.html"])
        #expect(source("package a\n//go:embed x\nvar a string").embeds.isEmpty)
    }

    @Test("any bytes are safe", arguments: UInt64(1)...40)
    func fuzz(seed: UInt64) {
        var random = SeededNumbers(state: seed)
        let pieces = [
            "package main", "import", "(", ")", "\"a\"", "`b`", "//go:embed x", "/*", "*/", "//", "'", "\"", "`", "\\",
            ";",
            "\"embed\"", "require", "replace", "=>", "use", "v1.0.0", "h1:x", "\n", "\n", " ", "\t", "\r", "module a",
            "//go:build ignore", "_", ".", "\u{FEFF}",
        ]
        for _ in 0..<80 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                bytes += Array(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8)
                if random.chance(10) { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            }
            let one = GoSource(scanning: bytes)
            #expect(one == GoSource(scanning: bytes))
            #expect(one.imports.allSatisfy { $0.line > 0 })
            _ = try? GoModFile(parsing: bytes)
            _ = try? GoSumFile(parsing: bytes)
        }
    }
}
