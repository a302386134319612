import ProjectDiscovery
import Testing

@Suite("Version ranges")
struct JavaScriptVersionRangeTests {
    private func contains(_ range: String, _ version: String, prereleases: Bool = false) throws -> Bool {
        let range = try #require(VersionRange(range, includesPrereleases: prereleases))
        return range.contains(try #require(SemanticVersion(version)))
    }

    @Test(
        "the forms of npm's documentation",
        arguments: [
            ("^1.2.3", "1.9.0", true), ("^1.2.3", "2.0.0", false), ("^0.2.3", "0.2.9", true),
            ("^0.2.3", "0.3.0", false),
            ("^0.0.3", "0.0.4", false), ("~1.2", "1.2.9", true), ("~1", "1.9.0", true), ("1.x", "1.4.2", true),
            ("1.2 - 2", "2.9.9", true), ("1.2 - 2.3.4", "2.3.5", false), (">=1 <2 || 3.x", "3.1.0", true),
            ("*", "1.0.0-beta", false), ("^1.2.3-beta.2", "1.2.3-beta.4", true),
            ("^1.2.3-beta.2", "1.2.4-beta.2", false),
            ("", "9.9.9", true), ("> 1.2", "1.3.0", true), ("<1.x", "1.0.0-0", false), ("=v1.2.3", "1.2.3", true),
        ])
    func documented(range: String, version: String, expected: Bool) throws {
        #expect(try contains(range, version) == expected)
    }

    @Test("prereleases are ordinary versions where that is asked for")
    func withPrereleases() throws {
        #expect(try contains("^1.0.0", "1.1.0-beta", prereleases: true))
        #expect(try !contains("^1.0.0", "2.0.0-beta", prereleases: true))
        #expect(try contains("*", "1.0.0-beta", prereleases: true))
    }

    @Test(
        "what is no range is nil", arguments: ["latest", "1.2.3.4", "^", "01.2.3", "1.2-beta", "a || 1", "1.2.3-", ">"])
    func notARange(text: String) {
        #expect(VersionRange(text) == nil)
    }

    @Test("prerelease parts order as numbers below words, and a release above its prereleases")
    func order() {
        let texts = [
            "1.0.0-0", "1.0.0-2", "1.0.0-11", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.0.1-a",
            "1.10.0",
        ]
        let versions = texts.compactMap { SemanticVersion($0) }
        #expect(versions.count == texts.count)
        #expect(versions.reversed().sorted() == versions)
    }

    /// Oracle: the semver package inside npm answers the same for seeded pairs, valid and not.
    @Test("node's semver agrees on 4000 random pairs")
    func agreesWithNode() throws {
        let seed: UInt64 = 20_240_817
        var random = JavaScriptRandom(state: seed)
        let pairs = (0..<2000).map { _ in (version(&random), range(&random)) }
        let scratch = try JavaScriptScratch()
        try scratch.write(pairs.map { "\($0)\t\($1)" }.joined(separator: "\n"), to: "pairs")
        try scratch.write(
            """
            const path = require('path')
            const root = require('child_process').execSync('npm root -g').toString().trim()
            const semver = require(path.join(root, 'npm/node_modules/semver'))
            for (const line of require('fs').readFileSync('pairs', 'utf8').split('\\n')) {
              const [version, range] = line.split('\\t')
              for (const includePrerelease of [false, true]) {
                const valid = semver.validRange(range, { includePrerelease }) !== null
                console.log(valid ? semver.satisfies(version, range, { includePrerelease }) : 'invalid')
              }
            }
            """, to: "ask.js")
        let answers = try scratch.run("node ask.js").split(separator: "\n").map(String.init)
        try #require(answers.count == pairs.count * 2)
        for (index, (version, text)) in pairs.enumerated() {
            for prereleases in [false, true] {
                let parsed = try #require(SemanticVersion(version), "seed \(seed): \(version)")
                let range = VersionRange(text, includesPrereleases: prereleases)
                let ours = range.map { $0.contains(parsed) ? "true" : "false" } ?? "invalid"
                let theirs = answers[index * 2 + (prereleases ? 1 : 0)]
                #expect(ours == theirs, "seed \(seed): \(version) in '\(text)', prereleases \(prereleases)")
            }
        }
        // Both answers and refusals must occur, or the comparison shows nothing.
        for answer in ["true", "false", "invalid"] { #expect(answers.filter { $0 == answer }.count > 50) }
    }

    private func number(_ random: inout JavaScriptRandom) -> String { String(Int.random(in: 0...3, using: &random)) }

    private func prerelease(_ random: inout JavaScriptRandom) -> String {
        let parts = ["alpha", "beta", "0", "1", "10", "rc-1", "x"]
        let count = Int.random(in: 1...2, using: &random)
        return "-"
            + (0..<count).map { _ in parts[Int.random(in: 0..<parts.count, using: &random)] }.joined(separator: ".")
    }

    private func version(_ random: inout JavaScriptRandom) -> String {
        let release = (0..<3).map { _ in number(&random) }.joined(separator: ".")
        return release + (Int.random(in: 0..<3, using: &random) == 0 ? prerelease(&random) : "")
            + (Int.random(in: 0..<8, using: &random) == 0 ? "+build.5" : "")
    }

    private func partial(_ random: inout JavaScriptRandom) -> String {
        let wild = ["x", "X", "*"]
        let count = [1, 2, 3, 3, 3, 3][Int.random(in: 0..<6, using: &random)]
        var text = (0..<count).map { _ in
            Int.random(in: 0..<7, using: &random) == 0 ? wild[Int.random(in: 0..<3, using: &random)] : number(&random)
        }.joined(separator: ".")
        if count == 3, Int.random(in: 0..<4, using: &random) == 0 { text += prerelease(&random) }
        if count == 3, Int.random(in: 0..<10, using: &random) == 0 { text += "+b1" }
        return (Int.random(in: 0..<12, using: &random) == 0 ? "v" : "") + text
    }

    private func range(_ random: inout JavaScriptRandom) -> String {
        let operators = ["", "", "^", "~", "~>", ">", ">=", "<", "<=", "="]
        let spaces = ["", "", "", " "]
        let parts = (0..<[1, 1, 1, 2][Int.random(in: 0..<4, using: &random)]).map { _ -> String in
            switch Int.random(in: 0..<12, using: &random) {
            case 0: return "\(partial(&random)) - \(partial(&random))"
            case 1:
                return ["latest", "", "*", "1.2.3.4", "1.2-beta", "01.2.3", "next"][
                    Int.random(in: 0..<7, using: &random)]
            default:
                let count = Int.random(in: 1...2, using: &random)
                return (0..<count).map { _ in
                    operators[Int.random(in: 0..<operators.count, using: &random)]
                        + spaces[Int.random(in: 0..<4, using: &random)] + partial(&random)
                }.joined(separator: " ")
            }
        }
        return parts.joined(separator: ["||", " || "][Int.random(in: 0..<2, using: &random)])
    }
}
