import ProjectDiscovery
import Testing
import WorkspaceModel

/// npm answers the same question on the same files, written to disk.
@Suite("npm agrees on the members")
struct JavaScriptNpmOracleTests {
    private static let directories = [
        "packages", "packages/a", "packages/b", "packages/b/nested", "packages/.hidden", "packages/ab", "packages/test",
        "packages/test/c", "packages/a/node_modules/m", "apps/web", "apps/web/e2e", "apps/admin", "apps/.cache/x",
        "tools",
        "libs/x/y/z", "libs/x", "node_modules/dep", "other",
    ]

    private static let patterns = [
        "packages/*", "packages/**", "packages/a", "./packages/b", "apps/*", "apps/{web,admin}", "libs/**", "*", "**",
        "tools",
        "packages/?", "packages/[ab]", "packages/a*", "*/web", "**/test", "/other", "apps/web/", "packages/*/nested",
        "missing",
        "packages/.hidden", "{apps,libs}/*", "packages/.*", "**/x/**",
    ]

    private static let exclusions = [
        "!packages/b", "!packages/a", "!**/test", "!**/test/**", "!packages/*/nested", "!apps/**", "!libs/x",
        "!packages/[a]",
        "!tools", "!!other",
    ]

    private func files(_ patterns: [String]) -> [String: String] {
        let list = patterns.map { "\"\($0)\"" }.joined(separator: ", ")
        var files = ["package.json": "{ \"name\": \"root\", \"version\": \"1.0.0\", \"workspaces\": [\(list)] }"]
        for directory in Self.directories {
            let name = "p" + String(directory.map { $0 == "/" || $0 == "." ? "-" : $0 })
            files["\(directory)/package.json"] = "{ \"name\": \"\(name)\", \"version\": \"1.0.0\" }"
        }
        return files
    }

    private func ours(_ patterns: [String]) throws -> [String] {
        try discoverJavaScript(files(patterns)).paths.filter { $0 != "." }.sorted()
    }

    @Test("the library that npm finds members with agrees on 150 random lists of patterns")
    func mapWorkspaces() throws {
        let seed: UInt64 = 77_031
        var random = JavaScriptRandom(state: seed)
        let lists = (0..<150).map { _ -> [String] in
            var list = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Self.patterns.randomElement(using: &random) ?? "*"
            }
            if Bool.random(using: &random) {
                list.insert(
                    Self.exclusions.randomElement(using: &random) ?? "!x",
                    at: Int.random(in: 0...list.count, using: &random))
            }
            return list
        }
        let scratch = try JavaScriptScratch()
        for (path, text) in files(["*"]) { try scratch.write(text, to: path) }
        try scratch.write(lists.map { $0.joined(separator: "\t") }.joined(separator: "\n"), to: "lists.txt")
        try scratch.write(
            """
            const path = require('path')
            const root = require('child_process').execSync('npm root -g').toString().trim()
            const mapWorkspaces = require(path.join(root, 'npm/node_modules/@npmcli/map-workspaces'))
            ;(async () => {
              for (const line of require('fs').readFileSync('lists.txt', 'utf8').split('\\n')) {
                const found = await mapWorkspaces({ cwd: process.cwd(), pkg: { workspaces: line.split('\\t') } })
                console.log('=' + [...found.values()].map(p => path.relative(process.cwd(), p)).sort().join(','))
              }
            })()
            """, to: "ask.js")
        let answers = try scratch.run("node ask.js").split(separator: "\n").map { $0.dropFirst().split(separator: ",") }
        try #require(answers.count == lists.count)
        for (list, answer) in zip(lists, answers) {
            // npm would take the root for a member of itself under `**`; it is the workspace.
            let expected = answer.map(String.init).filter { !$0.isEmpty }.sorted()
            #expect(try ours(list) == expected, "seed \(seed): \(list)")
        }
        #expect(answers.filter { $0.count > 1 }.count > 40)
    }

    @Test("'npm pkg get name -ws' lists the same packages")
    func npmItself() throws {
        let patterns = ["packages/*", "apps/**", "!packages/b", "libs/x/y/z"]
        let scratch = try JavaScriptScratch()
        for (path, text) in files(patterns) { try scratch.write(text, to: path) }
        let output = try scratch.run("npm pkg get name -ws --json --offline --no-update-notifier")
        let expected = try discoverJavaScript(files(patterns)).projects.compactMap { $0.onlyGathers ? nil : $0.name }
        #expect(!expected.isEmpty)
        let names = output.split(separator: "\n").compactMap {
            $0.split(separator: "\"").dropFirst().first.map(String.init)
        }
        #expect(names.sorted() == expected.sorted())
    }
}
