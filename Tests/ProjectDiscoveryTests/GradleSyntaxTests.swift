import Foundation
import Testing

@testable import ProjectDiscovery

@Suite("Gradle scripts as text")
struct GradleSyntaxTests {
    private func canonical(_ text: String, isKotlin: Bool = false) throws -> String {
        GradleNode.canonicalText(try GradleLexer.parse(Array(text.utf8), isKotlin: isKotlin))
    }

    @Test("comments are left out, and texts keep what looks like one")
    func comments() throws {
        #expect(try canonical("a /* x \" */ 'b // c' // d\n") == "a \"b // c\" ;")
        #expect(try canonical("a /* /* */ b */ c", isKotlin: true) == "a c")
        #expect(try canonical("#!/usr/bin/env groovy\na") == "; a")
    }

    @Test(
        "texts in every form",
        arguments: [
            ("'a\\'b'", "a'b", true), ("\"a ${x.get(\"}\")} b\"", "a ${x.get(\"}\")} b", false),
            ("\"\"\"a\n\"b\" \\n\"\"\"", "a\n\"b\" \n", true), ("'''a'b'''", "a'b", true), ("'$a'", "$a", true),
            ("\"$a-b\"", "$a-b", false), ("\"\\$a\"", "$a", true), ("\"5$\"", "5$", true),
        ])
    func texts(source: String, text: String, isPlain: Bool) throws {
        let nodes = try GradleLexer.parse(Array(source.utf8), isKotlin: false)
        #expect(nodes.count == 1 && nodes.first?.text == text)
        #expect((nodes.first?.plainText != nil) == isPlain)
    }

    @Test("a Groovy pattern is no division, and hides its signs")
    func patterns() throws {
        #expect(try canonical("x = y ==~ /a'{/\nb") == "x = y = = ~ \"\" ; b")
        #expect(try canonical("a = b / c") == "a = b / c")
    }

    @Test("statements go on after a comma or operator and before a dot")
    func statements() throws {
        let nodes = try GradleLexer.parse(
            Array("include 'a',\n 'b'\nx\n  .y()\nif (a) { }\nelse { }; z".utf8), isKotlin: false)
        #expect(GradleStatements.split(nodes).map { $0.first?.word } == ["include", "x", "if", "z"])
    }

    @Test(
        "what cannot be read names its line",
        arguments: [
            ("a\n{\n", 2), ("a\n)", 2), ("a\n'b\n'", 2), ("\n/* x\n", 2), ("a\n<<<<<<< HEAD\nb", 2), ("(\n]", 2),
            ("\"\"\"x\n\n", 1),
        ])
    func problems(source: String, line: Int) {
        let problem = #expect(throws: GradleProblem.self) {
            try GradleLexer.parse(Array(source.utf8), isKotlin: false)
        }
        #expect(problem?.line == line)
    }

    @Test("deep nesting and large files are refused", arguments: ["{", "(", "\"${"])
    func bounds(piece: String) {
        #expect(throws: GradleProblem.self) {
            try GradleLexer.parse(Array(String(repeating: piece, count: 50_000).utf8), isKotlin: true)
        }
        #expect(throws: GradleProblem.self) {
            try GradleLexer.parse([UInt8](repeating: 0x20, count: GradleLexer.largest + 1), isKotlin: true)
        }
    }

    @Test(
        "configurations of tests are told by their words",
        arguments: [
            ("testImplementation", true), ("androidTestApi", true), ("integrationTestRuntimeOnly", true),
            ("implementation", false), ("latestApi", false), ("testFixturesApi", false), ("attestation", false),
        ])
    func configurations(name: String, isTest: Bool) {
        #expect(GradleConfigurations.isTest(name) == isTest)
    }
}
