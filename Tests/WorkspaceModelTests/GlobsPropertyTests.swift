import GitObjects
import Testing

@testable import WorkspaceModel

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }
}

@Suite struct GlobsPropertyTests {
    private static let names = ["a", "b", "ab", ".a", "a.b", "é", "ba"]

    @Test("matches and verdicts agree with a brute force reading on random trees")
    func agreesWithReference() throws {
        var decided: [PatternList.Verdict: Int] = [:]
        var selected = 0
        for seed in 1...2000 as ClosedRange<UInt64> {
            var generator = SeededGenerator(state: seed)
            let patterns = (0..<Int.random(in: 1...4, using: &generator)).map { _ in randomPattern(using: &generator) }
            let list = try PatternList(patterns)
            let reference = GlobsReference(patterns)
            let tree = randomTree(using: &generator)
            var found: [RepoPath: (selected: Int, rejected: Int)] = [:]
            for path in tree {
                let expected = reference.selects(path)
                if list.matches(RepoPath(path)) != expected {
                    Issue.record("seed \(seed): \(patterns) on \(path), which should be \(expected)")
                }
                selected += expected ? 1 : 0
                var directory = RepoPath(path).parent
                while let current = directory {
                    var counts = found[current] ?? (0, 0)
                    if expected { counts.selected += 1 } else { counts.rejected += 1 }
                    found[current] = counts
                    directory = current.parent
                }
            }
            for (directory, counts) in found {
                let verdict = list.verdict(forDirectory: directory)
                decided[verdict, default: 0] += 1
                let isWrong = verdict == .all && counts.rejected > 0 || verdict == .none && counts.selected > 0
                if isWrong { Issue.record("seed \(seed): \(patterns) in \(directory) is not '\(verdict)'") }
            }
        }
        // The generator reaches what it is there to test.
        for verdict in [PatternList.Verdict.all, .none, .look] {
            #expect(decided[verdict, default: 0] > 500, "\(verdict)")
        }
        #expect(selected > 3_000)
    }

    @Test("a verdict for a directory holds for the directories below it")
    func verdictsAreInherited() throws {
        for seed in 1...1000 as ClosedRange<UInt64> {
            var generator = SeededGenerator(state: seed)
            let patterns = (0..<3).map { _ in randomPattern(using: &generator) }
            let list = try PatternList(patterns)
            var directory = RepoPath.root
            var verdict = list.verdict(forDirectory: directory)
            for _ in 0..<5 {
                directory = directory.appending(generator.pick(Self.names))
                let deeper = list.verdict(forDirectory: directory)
                if verdict != .look { #expect(deeper == verdict, "seed \(seed): \(patterns) in \(directory)") }
                verdict = deeper
            }
        }
    }

    @Test("every match lies strictly below the static prefix")
    func matchesLieBelowStaticPrefix() throws {
        var checked = 0
        for seed in 1...1000 as ClosedRange<UInt64> {
            var generator = SeededGenerator(state: seed)
            let text = randomPattern(using: &generator)
            let pattern = try Pattern(text)
            for path in randomTree(using: &generator).map({ RepoPath($0) }) where pattern.matches(path) {
                let prefix = pattern.staticPrefix
                #expect(path != prefix && path.isWithin(prefix), "seed \(seed): \(text) on \(path)")
                checked += prefix.isRoot ? 0 : 1
            }
        }
        #expect(checked > 100)
    }

    private func randomPattern(using generator: inout SeededGenerator) -> String {
        let parts =
            Self.names + [
                "*", "*", "**", "**", "**", "*.b", "a*", "*a*", "?", "?b", "[ab]", "[!a]", "[!.]*", "{a,b}", "{a/b,.a}",
                "{*,a}", "{**,b}", "{a,{b,ab}/*}", "\\a", "a{,.b}", "*?", ".",
            ]
        var pattern = generator.pick(["", "", "", "!", "./", "!./"])
        pattern += (0..<Int.random(in: 1...4, using: &generator)).map { _ in generator.pick(parts) }.joined(
            separator: "/")
        return pattern + generator.pick(["", "", "", "/"])
    }

    /// Paths of files; a name may be a file in one path and a directory in another, which patterns cannot tell.
    private func randomTree(using generator: inout SeededGenerator) -> [String] {
        (0..<24).map { _ in
            (0..<Int.random(in: 1...5, using: &generator)).map { _ in generator.pick(Self.names) }.joined(
                separator: "/")
        }
    }
}
