import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

struct CargoTOMLTests {
    @Test("keys are found in every form TOML writes them")
    func lines() throws {
        let text = """
            # comment [not.a.table]
            top = "a = b # no"
            [package]
            name.long = 1
            "quoted key" = 2

            [target.'cfg(unix)'.dependencies]
            x = { path = "y", inner = { deep = [1, 2] } }
            multi = \"\"\"
            [fake]
            z = 1 \\\"\"\"
            \"\"\"
            list = [
              "one", # c
              'two',
            ]
            [[bin]]
            name = "first"
            [[bin]]
            name = "second"
            """
        let index = try TOMLLineIndex(scanning: Array(text.utf8))
        #expect(index.line("top") == 2)
        #expect(index.line("package") == 3)
        #expect(index.line("package", "name", "long") == 4)
        #expect(index.line("package", "quoted key") == 5)
        #expect(index.line("target", "cfg(unix)", "dependencies", "x", "inner", "deep") == 8)
        #expect(index.line("target", "cfg(unix)", "dependencies", "list", "two") == 15)
        #expect(index.line("bin", "name") == 18)
        #expect(index.line("fake") == nil)
        #expect(index.line("package", "absent") == 3)
    }

    @Test("line breaks, comments and a last comma in inline tables are read, and lines after them are right")
    func version11() throws {
        let text = "a = {\r\n  x = 1, # one\n  y = [\n 1, # }\n ],\n}\nb = { z = '''\n{\n''' }\n[c]\n"
        let document = try TOMLDocument(parsing: Array(text.utf8))
        let expected: TOMLNode = .table(["x": .scalar("1"), "y": .array([.scalar("1")])])
        #expect(document.root["a"] == expected)
        #expect(document.root["b"] == .table(["z": .string("{\n")]))
        #expect(document.lines.line("c") == 10)
    }

    @Test("deep nesting and huge input are refused, not crashed on")
    func hostile() {
        let deep = 200_000
        let texts = [
            "a = " + String(repeating: "[", count: deep),
            "a = " + String(repeating: "{a=", count: deep),
            "[" + String(repeating: "a.", count: deep) + "a]",
            String(repeating: "a.", count: deep) + "a = 1",
            "a = " + String(repeating: "{" + String(repeating: "a.", count: 40) + "a=", count: 60),
            "a = \"" + String(repeating: "x", count: deep),
            "a = '''" + String(repeating: "\n", count: deep),
            "a = \"\\", "a = 1\0b = 2", "a", "=", "[", "[[", "[[a]", "a = {", "a = [", "a = {,}", "\u{FEFF}[",
            String(repeating: "# comment\n", count: 1_000_000),
        ]
        for text in texts {
            #expect(throws: TOMLProblem.self, "\(text.prefix(40))") { try TOMLDocument(parsing: Array(text.utf8)) }
        }
        #expect(throws: TOMLProblem.self) { try TOMLDocument(parsing: [0x61, 0x3D, 0x22, 0xFF, 0xFE, 0x22]) }
    }

    @Test("nesting up to the limit is read, and a key with an escaped NUL does no harm")
    func limits() throws {
        let nested = "a = " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        #expect(throws: Never.self) { try TOMLDocument(parsing: Array(nested.utf8)) }
        let dotted = "[" + String(repeating: "a.", count: 31) + "a]"
        #expect(throws: Never.self) { try TOMLDocument(parsing: Array(dotted.utf8)) }
        #expect(throws: Never.self) { try TOMLDocument(parsing: Array("\"a\\u0000b\" = 1\nc = 2".utf8)) }
    }

    @Test("no damage to a manifest crashes the adapter", arguments: UInt64(1)...8)
    func damage(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let pieces = [
            "[", "]", "{", "}", "\"", "'", "\"\"\"", ".", "=", ",", "\n", "#", "\0", "\u{1F}", "workspace", "\\", "1",
        ]
        for _ in 0..<60 {
            var files = CargoShapes.random(&numbers)
            let victims = files.keys.filter { $0.hasSuffix(".toml") }.sorted()
            let victim = try #require(victims.randomElement(using: &numbers))
            var text = Array((files[victim] ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                let at = Int.random(in: 0...text.count, using: &numbers)
                let end = min(text.count, at + Int.random(in: 0...3, using: &numbers))
                let piece = pieces.randomElement(using: &numbers) ?? ""
                text.replaceSubrange(at..<end, with: Array(piece.unicodeScalars))
            }
            var damaged = String.UnicodeScalarView()
            damaged.append(contentsOf: text)
            files[victim] = String(damaged)
            let found = try discoverCargo(files)
            // The crate is kept, read or broken: only a root that is no workspace any more can lose others.
            #expect(found.projects.contains { $0.path.isRoot } || victim != "Cargo.toml", "seed \(seed): \(victim)")
            // What is broken itself has no name; what is so only because of its root keeps it.
            let named = found.projects.filter { $0.name != nil }
            #expect(
                named.allSatisfy { $0.brokenReason == nil || ($0.path != .root && victim == "Cargo.toml") },
                "seed \(seed)")
        }
    }

    @Test(
        "globs match as cargo's do",
        arguments: [
            ("*", "anything", true), ("a*b*c", "aXbYc", true), ("a*b*c", "aXbY", false), ("?", "ab", false),
            ("[!a]x", "bx", true), ("[!a]x", "ax", false), ("[a-c]", "b", true), ("[]]", "]", true), ("[a", "a", false),
            ("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false), ("", "", true), ("", "x", false),
        ])
    func globs(pattern: String, name: String, matches: Bool) {
        #expect(CargoGlob.matches(Array(pattern.utf8)[...], Array(name.utf8)[...]) == matches)
    }
}
