import Diagnostics
import GitObjects
import Testing

@testable import WorkspaceModel

@Suite struct GlobsPatternTests {
    @Test(
        "a pattern selects and leaves out",
        arguments: [
            ("*", "a .a a.b", "a/b"),
            ("*.md", "a.md .md", "a.mdx docs/a.md md"),
            ("**", "a a/b .git/x", ""),
            ("**/*", "a a/b .a/.b", ""),
            ("**/*.md", "a.md docs/a.md a/b/.md", "a.txt a.md/b"),
            ("src/**", "src/a src/a/b src/.a/.b", "src srcs/a a/src/b"),
            ("src/**/*.ts", "src/a.ts src/a/b/c.ts", "a.ts src/a.js src/a.ts/b"),
            ("a/**/b", "a/b a/x/b a/x/y/b a/b/below", "a/xb b"),
            ("**/dist", "dist dist/a a/dist a/dist/b/c", "distx a/xdist"),
            ("dist", "dist dist/a dist/a/b", "dista a/dist"),
            ("dist/", "dist/a dist/a/b", "dist"),
            ("*/", "a/b a/b/c", "a"),
            ("**/", "a a/b", ""),
            ("./src/./a//b", "src/a/b src/a/b/c", "src/a"),
            (".", "a a/b .c", ""),
            ("./", "a a/b .c", ""),
            ("a**b", "ab axb", "a/b"),
            ("*.test.ts", "a.test.ts .test.ts", "test.ts a/a.test.ts"),
            ("*a*b*", "ab xaxbx aab ba.ab", "a b ba"),
            ("?", "a é 😀 .", "ab"),
            ("a?c", "abc aéc a.c", "ac abbc a/c"),
            ("[a-c]x", "ax bx cx", "dx -x x abx"),
            ("[!a-c]x", "dx éx -x", "ax x"),
            ("[^a]", "b ^", "a"),
            ("[]a]", "] a", "b"),
            ("[!]a]", "b", "] a"),
            ("[a-]", "a -", "b"),
            ("[é-ü]", "é ü ö", "e a"),
            ("[\\]\\-a]", "] - a", "\\ b"),
            ("[{,}]", "{ , }", "a"),
            ("{a,b}", "a b a/x", "c ab"),
            ("{a,b/c}/d", "a/d b/c/d", "b/d a/c/d"),
            ("{a,{b,c}d}e", "ae bde cde", "be de"),
            ("x{,.min}.js", "x.js x.min.js", "xmin.js"),
            ("*.{js,ts}", "a.js a.ts", "a.jsx a"),
            ("{a}", "a a/b", "{a}"),
            ("a}b,c", "a}b,c", "a"),
            ("\\*", "* */a", "a"),
            ("\\{a,b\\}", "{a,b}", "a b"),
            ("\\!a", "!a", "a"),
            ("a!b", "a!b", "a b"),
            ("\\[a\\]/\\?", "[a]/?", "a/b"),
            ("A", "A", "a"),
        ])
    func matching(pattern: String, selected: String, left: String) throws {
        let list = try PatternList([pattern])
        for path in selected.split(separator: " ") {
            #expect(list.matches(RepoPath(bytes: Array(path.utf8))), "\(path)")
        }
        for path in left.split(separator: " ") { #expect(!list.matches(RepoPath(bytes: Array(path.utf8))), "\(path)") }
        #expect(!list.matches(.root))
    }

    @Test("names that are not UTF-8 count each odd byte as a character")
    func invalidUTF8() throws {
        let path = RepoPath(bytes: [0xFF, 0xC3])
        #expect(try PatternList(["*"]).matches(path))
        #expect(try PatternList(["??"]).matches(path))
        #expect(try PatternList(["[!a][!a]"]).matches(path))
        #expect(try !PatternList(["?"]).matches(path))
        #expect(try !PatternList(["[\u{80}-\u{10FFFF}]?"]).matches(path))
        // No run of characters ends inside one.
        #expect(try !PatternList(["*??"]).matches("€"))
    }

    @Test("equivalent but different spellings of a character are different names")
    func normalization() throws {
        let composed = try PatternList(["\u{E9}"])
        let decomposed = try PatternList(["e\u{301}"])
        #expect(composed != decomposed)
        #expect(!composed.matches("e\u{301}"))
        #expect(decomposed.matches("e\u{301}"))
    }

    @Test("the last pattern that matches decides")
    func lastDecides() throws {
        let list = try PatternList(["**/*", "!**/*.test.ts", "important.test.ts"])
        #expect(list.matches("src/a.ts"))
        #expect(!list.matches("src/a.test.ts"))
        #expect(!list.matches("src/important.test.ts"))
        #expect(list.matches("important.test.ts"))
        #expect(list.patterns == ["**/*", "!**/*.test.ts", "important.test.ts"])
        #expect(!list.isEmpty)
    }

    @Test("a list that begins with an exclusion selects nothing by itself")
    func exclusionFirst() throws {
        let list = try PatternList(["!a"])
        #expect(!list.matches("a"))
        #expect(!list.matches("b"))
        #expect(list.verdict(forDirectory: .root) == .none)
        let empty = try PatternList([])
        #expect(empty.isEmpty)
        #expect(!empty.matches("a"))
        #expect(empty.verdict(forDirectory: .root) == .none)
    }

    @Test("a part of a longer path is matched in place")
    func slices() throws {
        let path = RepoPath("apps/web/src/index.ts")
        #expect(try PatternList(["src/*.ts"]).matches(path.bytes[9...]))
        #expect(try !PatternList(["src/*.ts"]).matches(path.bytes[5...]))
    }

    @Test(
        "what is no pattern is refused with the reason",
        arguments: [
            ("", "empty"),
            ("!", "empty"),
            ("!!a", "two '!'"),
            ("/a", "may not begin with '/'"),
            ("!/a", "may not begin with '/'"),
            ("{/a,b}", "may not begin with '/'"),
            ("..", "leaves its project"),
            ("../a", "leaves its project"),
            ("!a/../b", "leaves its project"),
            ("a/{b,..}", "leaves its project"),
            ("a/\\.\\.", "leaves its project"),
            ("{a,}", "alternatives is empty"),
            ("{a", "'{' is never closed"),
            ("{a,{b}", "'{' is never closed"),
            ("[a", "'[' is never closed"),
            ("[a/b]", "'[' is never closed"),
            ("[]", "'[' is never closed"),
            ("[z-a]", "runs backwards"),
            ("[[:alpha:]]", "not supported"),
            ("{1..3}", "not supported"),
            ("a\\", "escapes nothing"),
            ("a\\/b", "escapes nothing"),
            (String(repeating: "{a,b}", count: 11), "more than 1024"),
            ("{" + Array(repeating: "a", count: 1025).joined(separator: ",") + "}", "more than 1024"),
            (String(repeating: "{", count: 1000), "nested too deeply"),
            (String(repeating: "a/", count: 63), "too many components"),
            (String(repeating: "a", count: 20_000), "too long"),
        ])
    func refusal(pattern: String, problem: String) {
        let error = #expect(throws: PatternError.self) { try PatternList(["ok", pattern]) }
        #expect(error?.pattern == pattern)
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
        #expect(error?.message.contains(pattern) == true)
        #expect(error?.fault == .user)
    }

    @Test("as many alternatives as are allowed are read")
    func manyAlternatives() throws {
        let pattern = try Pattern(String(repeating: "{a,b}", count: 10))
        #expect(pattern.matches("abababbbaa"))
        #expect(!pattern.matches("abababbba"))
        _ = try Pattern(String(repeating: "a/", count: 50) + "*.ts")
    }

    @Test("backtracking stays cheap on patterns made to be slow")
    func adversarial() throws {
        let name = String(repeating: "a", count: 4_000)
        #expect(try !Pattern(String(repeating: "*a", count: 200) + "b").matches(RepoPath(name)))
        let deep = Array(repeating: "a", count: 1_000).joined(separator: "/")
        #expect(try !Pattern(String(repeating: "**/a/", count: 25) + "b").matches(RepoPath(deep)))
    }

    @Test(
        "the static prefix is the deepest directory that holds all matches",
        arguments: [
            ("src/**", "src"), ("src/app", "src"), ("src/app/", "src/app"), ("src", "."), ("**/*", "."), ("*", "."),
            ("src/app/*.ts", "src/app"), ("src/{a,b}/c/**", "src"), ("src/{a/x,a/y}/**", "src/a"), ("src/a?c/d", "src"),
            ("src/\\*/x/**", "src/*/x"), ("!dist/**", "dist"), ("./a/**", "a"), (".", "."), ("a/**/b", "a"),
            ("{src,srcs}/x", "."),
        ])
    func staticPrefix(pattern: String, prefix: String) throws {
        #expect(try Pattern(pattern).staticPrefix.description == prefix)
    }

    @Test(
        "the usual patterns decide about directories without a look inside",
        arguments: [
            (["**/*"], ". src src/a", "", ""),
            (["**"], ". src", "", ""),
            (["."], ". src", "", ""),
            (["src/**"], "src src/a src/a/b", "docs srcs a/src", "."),
            (["dist/**", "!dist/cache/**"], "dist/a", "src dist/cache dist/cache/a", ". dist"),
            (["dist"], "dist dist/a", "src", "."),
            (["dist/"], "dist dist/a", "src", "."),
            (["**/*.md"], "", "", ". docs"),
            (["docs/*.md"], "", "docs/a src", ". docs"),
            (["**/*", "!docs/**"], "src", "docs docs/a", "."),
            (["**/*", "!**/*.test.ts"], "", "", ". src"),
            (["**/*", "!**/node_modules/**"], "", "node_modules a/node_modules a/node_modules/b", ". a"),
            (["**/*.md", "**/*"], ". src", "", ""),
            (["src/**", "!**/*"], "", ". src", ""),
            (["!**/*", "src/**"], "src", "docs", "."),
            (["**/*", "!**/*.md", "docs/**"], "docs", "", ". src"),
            (["*"], "", "src src/a", "."),
            (["*/*"], "", "a/b", ". a"),
            (["*/**"], "a a/b", "", "."),
            (["{src,lib}/**"], "src lib/a", "docs", "."),
            (["**/src/**/*"], "src a/src a/src/b", "", ". a"),
            (["**/{*,x}"], ". a", "", ""),
            (["a/**/**/*"], "a a/b", "b", "."),
        ] as [([String], String, String, String)])
    func verdicts(patterns: [String], all: String, none: String, look: String) throws {
        let list = try PatternList(patterns)
        let expectations: [(String, PatternList.Verdict)] = [(all, .all), (none, .none), (look, .look)]
        for (directories, verdict) in expectations {
            for directory in directories.split(separator: " ") {
                #expect(list.verdict(forDirectory: RepoPath(directory)) == verdict, "\(directory)")
            }
        }
    }

    @Test("patterns are equal by their text")
    func equality() throws {
        #expect(try PatternList(["a", "b"]) == PatternList(["a", "b"]))
        #expect(try PatternList(["a", "b"]) != PatternList(["b", "a"]))
        #expect(try Set([Pattern("a"), Pattern("a"), Pattern("!a")]).count == 2)
    }
}
