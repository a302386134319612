import GitObjects
import Testing
import WorkspaceModel

@Suite("ripple.yaml that is hostile")
struct ConfigurationBoundsTests {
    /// Nine lines that stand for a thousand million values.
    private static func laughs(end: String) -> String {
        var text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text + end
    }

    private static func isQuick(_ text: String) -> (message: String?, isQuick: Bool) {
        let clock = ContinuousClock(), start = clock.now
        let message = ConfigurationErrorTests.message(root: text)
        return (message, clock.now - start < .seconds(10))
    }

    @Test("aliases of aliases are counted, not expanded")
    func billionLaughs() {
        let (message, isQuick) = Self.isQuick(Self.laughs(end: ""))
        #expect(
            message == "ripple.yaml:6:45: the file holds more than 100000 values when its aliases are resolved")
        #expect(isQuick)
    }

    @Test(
        "aliases of aliases in keys are never hashed",
        arguments: ["? *a9\n: x\n", "*a9 : x\n", "{*a9}: x\n", "[*a9, *a9]: x\n", "b: {? *a9 : x}\n", "b: {*a9 : x}\n"])
    func laughsInKeys(end: String) {
        let (message, isQuick) = Self.isQuick(Self.laughs(end: end))
        #expect(message != nil)
        #expect(isQuick)
    }

    @Test("merge keys of merge keys are counted")
    func mergedLaughs() {
        var text = "version: 1\na0: &a0 { x: [1, 2, 3, 4, 5, 6, 7, 8] }\n"
        for level in 1...20 {
            let all = "*a\(level - 1), *a\(level - 1), *a\(level - 1), *a\(level - 1)"
            text += "a\(level): &a\(level) { <<: [\(all)], y\(level): *a\(level - 1) }\n"
        }
        let (message, isQuick) = Self.isQuick(text)
        #expect(message?.contains("more than 100000 values") == true)
        #expect(isQuick)
    }

    @Test("an anchor cannot hold itself")
    func selfReference() {
        #expect(
            ConfigurationErrorTests.message(root: "version: 1\nignore: &a [*a]")
                == "ripple.yaml:2:13: '*a' is an alias, and no anchor '&a' comes before it. Put text in quotes")
    }

    @Test(
        "deep nesting ends with a sentence",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 30_000),
            String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
            String(repeating: "- ", count: 60_000), String(repeating: "- ", count: 900),
            String(repeating: "{", count: 990) + "[" + String(repeating: "a,", count: 60_000) + "]"
                + String(repeating: "}", count: 990),
            String(repeating: "{[", count: 490) + String(repeating: "]}", count: 490),
            (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        ])
    func deep(text: String) {
        let (message, isQuick) = Self.isQuick(text)
        #expect(message?.hasSuffix("values are nested more than 32 levels deep") == true, "\(message ?? "no error")")
        #expect(isQuick)
    }

    private static let nestedKeys = String(repeating: "{", count: 200) + "x" + String(repeating: ": a}", count: 200)

    @Test(
        "large flat and nested documents end quickly",
        arguments: [
            "[" + String(repeating: "a,", count: 65_000) + "]",
            // Keys within keys, as deep as libyaml takes them: each level is hashed again with the one around it.
            Array(repeating: nestedKeys, count: 120).joined(separator: "\n"),
            "- " + Array(repeating: nestedKeys, count: 120).joined(separator: "\n- "),
            (0..<6_000).map { "k\($0): &k\($0) v" }.joined(separator: "\n"),
            "a: \"" + String(repeating: "\\", count: 125_000), "a: " + String(repeating: "'", count: 125_000),
            "a: |" + String(repeating: "\n ", count: 60_000), String(repeating: "a ", count: 60_000),
            String(repeating: "&a ", count: 30_000), String(repeating: "!a ", count: 30_000),
            String(repeating: "# ", count: 60_000), String(repeating: ": ", count: 60_000),
            "version: 1\n" + String(repeating: "x", count: 100_000) + ": 1",
        ])
    func large(text: String) {
        let (message, isQuick) = Self.isQuick(text)
        #expect(message != nil && message?.contains("the limit is") == false)
        #expect(isQuick)
    }
}
