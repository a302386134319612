internal import GitObjects
internal import GitOracle
internal import Testing

/// Ignore rules against `git check-ignore` on random rule files and paths.
@Suite struct IgnoreRulesTests {
    private static let parts = [
        "a", "b", "ab", "foo", "*", "**", "***", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "[]a]", "[[:alpha:]]",
        "[[:nope:]]",
        "[a", "\\a", "\\*", "\\!", "\\#", "\\ ", "x y", "*.o", "a*b", "**b", "foo**", "a**", ".x", "[\\]]", "[a-\\c]",
        "\\",
        "[[:digit:]x]", "[[:", "a?",
    ]
    private static let names = [
        "a", "b", "ab", "foo", "foob", "x y", "c", "1.o", "aXb", "!", "#a", "a ", "*", ".x", "\\", "]", "[a", "x.o",
        "b*",
    ]

    private static func rule(_ random: inout SeededRandom) -> String {
        var text = random.once(in: 4) ? "!" : ""
        if random.once(in: 5) { text += "/" }
        for part in 0..<1 + random.below(3) { text += (part > 0 && random.once(in: 2) ? "/" : "") + random.pick(parts) }
        if random.once(in: 5) { text += "/" }
        text += random.pick(["", "", "", " ", "  ", "\\ ", "\\  ", "\\\\ ", "\t", "\r"])
        return random.once(in: 20) ? "#" + text : text
    }

    private static func rules(_ random: inout SeededRandom) -> String {
        (0..<1 + random.below(5)).map { _ in rule(&random) }.joined(separator: "\n") + (random.once(in: 3) ? "" : "\n")
    }

    /// The answer of the scan: top down, and never below an ignored directory.
    private static func isIgnored(_ path: String, isDirectory: Bool, files: [String: String]) -> Bool {
        var rules = IgnoreRules()
        rules.add(Array((files["global"] ?? "").utf8), base: .root)
        rules.add(Array((files["exclude"] ?? "").utf8), base: .root)
        let components = path.split(separator: "/").map(String.init)
        var above = RepoPath.root
        for (depth, component) in components.enumerated() {
            if let text = files[above.appending(".gitignore").description] { rules.add(Array(text.utf8), base: above) }
            let current = above.appending(component)
            if rules.ignores(current, isDirectory: depth < components.count - 1 || isDirectory) { return true }
            above = current
        }
        return false
    }

    @Test("ignore files decide as git check-ignore does", arguments: 0..<4)
    func agreesWithGit(block: Int) throws {
        let git = try GitSandbox(config: "[core]\n\texcludesfile = ../excludes\n")
        for seed in UInt64(block * 85)..<UInt64(block * 85 + 85) {
            var random = SeededRandom(seed: seed)
            for name in try git.git(["ls-files", "-oz"]).split(separator: 0) { git.remove(Array(name)) }
            for name in Self.names { git.remove(Array(name.utf8)) }
            var files: [String: String] = [".gitignore": Self.rules(&random)]
            if random.once(in: 3) { files["exclude"] = Self.rules(&random) }
            if random.once(in: 3) { files["global"] = Self.rules(&random) }
            var paths: Set<String> = []
            for _ in 0..<25 {
                var path = random.pick(Self.names)
                for _ in 0..<random.below(3) { path += "/" + random.pick(Self.names) }
                paths.insert(path)
            }
            // A path that another one lies below is a directory.
            let leaves = paths.filter { path in !paths.contains { $0.hasPrefix(path + "/") } }.sorted()
            for leaf in leaves { try git.write(leaf, "") }
            if let nested = leaves.first(where: { $0.contains("/") }), let slash = nested.firstIndex(of: "/") {
                files[nested[..<slash] + "/.gitignore"] = Self.rules(&random)
            }
            for (name, text) in files {
                let place = ["exclude": ".git/info/exclude", "global": "../excludes"][name] ?? name
                try git.write(place, text)
            }
            if files["exclude"] == nil { git.remove(Array(".git/info/exclude".utf8)) }
            if files["global"] == nil { git.remove(Array("../excludes".utf8)) }
            // Untracked and not ignored, as git lists them.
            let listed = try git.git(["ls-files", "-o", "-z", "--exclude-standard"]).split(separator: 0)
                .map { String(decoding: $0, as: UTF8.self) }.filter { !$0.hasSuffix(".gitignore") }
            let ours = leaves.filter { !Self.isIgnored($0, isDirectory: false, files: files) }
            #expect(Set(listed) == Set(ours), "seed \(seed): \(files)")
            let asked = Array(leaves.map { $0 + "\0" }.joined().utf8)
            let ignored = try git.git(["check-ignore", "-z", "--stdin", "--no-index"], input: asked, allowed: [1])
                .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            #expect(Set(leaves).subtracting(ignored) == Set(ours), "seed \(seed): check-ignore, \(files)")
        }
    }

    @Test("patterns with many stars end in reasonable time")
    func manyStars() {
        var rules = IgnoreRules()
        rules.add(Array((String(repeating: "*a", count: 40) + "b").utf8), base: .root)
        #expect(!rules.ignores(RepoPath(String(repeating: "a", count: 400)), isDirectory: false))
    }

    @Test("a byte order mark and Windows line ends do not belong to a rule")
    func byteOrderMarkAndCarriageReturn() throws {
        let git = try GitSandbox()
        try git.write("rules", "\u{FEFF}a\r\nb\r\n")
        var rules = IgnoreRules()
        rules.add(file: git.root + "/rules", base: .root)
        #expect(rules.ignores("a", isDirectory: false))
        #expect(rules.ignores("b", isDirectory: false))
        #expect(!rules.ignores("c", isDirectory: false))
    }

    @Test("below an ignored directory nothing is taken back")
    func everything() {
        var rules = IgnoreRules.everything
        rules.add(Array("!a".utf8), base: .root)
        #expect(rules.ignores("a", isDirectory: false))
    }
}
