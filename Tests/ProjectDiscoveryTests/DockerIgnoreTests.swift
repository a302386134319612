import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Build contexts")
struct DockerIgnoreTests {
    private static let files = [
        "a.txt", "b.log", "node_modules/x/i.js", "src/a.go", "src/deep/b.go", "src/deep/node_modules/c.js", "{x}/f",
        "!n/f",
        "docs/a.md", "README.md",
    ]

    /// What of the files a `COPY` of the sources reads.
    private func copied(_ sources: [String], _ ignore: String = "", in context: RepoPath = "ctx") throws -> [String] {
        let patterns = ContextPatterns(
            context: context, sources: sources.map { .init(path: $0, line: 1) },
            ignore: DockerIgnore(parsing: Array(ignore.utf8))
        ).patterns(usesIgnore: true)
        let rooted = patterns.map { $0.hasPrefix("!") ? "!" + $0.dropFirst(2) : String($0.dropFirst()) }
        let list = try PatternList(rooted)
        return Self.files.filter { list.matches(context.appending($0)) }
    }

    @Test("sources: the context, directories, globs, names with braces, what lies outside")
    func sources() throws {
        #expect(try copied(["."]) == Self.files)
        #expect(try copied(["."], in: .root) == Self.files)
        #expect(try copied(["/src/"]) == ["src/a.go", "src/deep/b.go", "src/deep/node_modules/c.js"])
        #expect(try copied(["*.txt", "../README.md"]) == ["a.txt", "README.md"])
        #expect(try copied(["s*"]) == ["src/a.go", "src/deep/b.go", "src/deep/node_modules/c.js"])
        #expect(try copied(["{x}", "!n"], in: .root) == ["{x}/f", "!n/f"])
        #expect(try copied(["src/\(DockerVariables.unknown)/x"]).count == 3)
        #expect(try copied(["src/[z"]).count == 3)
    }

    @Test(
        "rules: anchored, at any depth, comments, taken back; the last one that matches decides",
        arguments: [
            ("node_modules\n# src\n", ["node_modules/x/i.js"]),
            ("**/node_modules", ["node_modules/x/i.js", "src/deep/node_modules/c.js"]),
            ("/src/deep/\n", ["src/deep/b.go", "src/deep/node_modules/c.js"]),
            ("*.log\n./docs", ["b.log", "docs/a.md"]),
            ("**\n!src/*.go\n!a.txt", files.filter { !["src/a.go", "a.txt"].contains($0) }),
            ("*\n!src\nsrc/deep", files.filter { $0 != "src/a.go" }),
            // Docker reads `**x` as `**/x`.
            ("**a.md\n**.log", ["docs/a.md"]),
            ("{x}", ["{x}/f"]),
            ("[", []), ("a**b", []), ("  \n", []), ("\u{FEFF}*.log\r\n", ["b.log"]),
        ])
    func rules(_ ignore: String, _ out: [String]) throws {
        #expect(try copied(["."], ignore) == Self.files.filter { !out.contains($0) })
    }

    @Test("what is taken back is what the source names, not all that the rule does")
    func takenBack() throws {
        #expect(try copied(["src/deep"], "*\n!src\n!a.txt") == ["src/deep/b.go", "src/deep/node_modules/c.js"])
        #expect(try copied(["src"], "*\n!src/deep/b.go\n!a.txt") == ["src/deep/b.go"])
    }
}
