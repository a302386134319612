import GitObjects
import ScenarioKit
import Testing

@Suite("Scenarios 29, 34 and 35: names, edits that cancel, modes")
struct NameScenarioTests {
    /// Names of files and directories that are easy to get wrong.
    static let oddNames: [[UInt8]] = [
        Array("with space".utf8), Array("two  spaces ".utf8), Array("quote\"d".utf8), Array("it's".utf8),
        Array("line\nbreak".utf8), Array("tab\there".utf8), Array("grün.txt".utf8), Array("日本語".utf8),
        Array("-rf".utf8), Array("--base".utf8), Array("back\\slash".utf8), Array("*.js".utf8), Array("[a-z]".utf8),
        Array("{a,b}".utf8), Array("!not".utf8), Array("#hash".utf8), Array("$HOME".utf8), Array("~".utf8),
        [0x66, 0xFF, 0xFE, 0x2E, 0x6A, 0x73], [0xC3, 0x28], [0x01, 0x7F],
        // Decomposed, so no other spelling of it may be taken for it.
        Array("gru\u{0308}n.txt".utf8),
    ]

    @Test("29: files with odd names are exact when added, edited and deleted", arguments: WorkspaceForm.allCases)
    func scenario29(_ form: WorkspaceForm) throws {
        let directory: RepoPath = "packages/ui/src"
        let names = NameScenarioTests.oddNames.enumerated()
        let scenario = Scenario {
            $0.workspace(form, ["apps/web": [], "packages/ui": [], "packages/other": []])
            for (number, name) in names where number % 3 != 0 { $0.write(directory.appending(name), "one") }
            $0.commit("base")
            for (number, name) in names {
                switch number % 3 {
                case 0: $0.write(directory.appending(name), "new")
                case 1: $0.edit(directory.appending(name), "two")
                default: $0.delete(directory.appending(name))
                }
            }
            $0.commit("edit")
        }
        let statuses = ["added", "modified", "deleted"]
        let expected = names.map { number, name in
            (ScenarioKit.text(directory.appending(name)), statuses[number % 3])
        }
        let answer = try scenario.expectAffected(
            ["ui": ExpectedReasons(expected.map { .file($0.0, $0.1, tasks: form.tasks) })])
        #expect(Set(answer.changes) == Set(expected.map { "\($0.0) \($0.1)" }))
    }

    @Test("29: directories with odd names hold files and projects like others")
    func scenario29Directories() throws {
        let odd = NameScenarioTests.oddNames.filter { String(validating: $0, as: UTF8.self) != nil }
        // One project that depends on nothing and one that depends on it, for every name.
        func path(_ name: [UInt8], _ rest: String) -> RepoPath { RepoPath("packages").appending(name).appending(rest) }
        let scenario = Scenario {
            $0.write("package.json", PackageJSON.npmRoot(["packages/*", "apps/*"]))
            for (number, name) in odd.enumerated() {
                $0.write(path(name, "package.json"), PackageJSON.npmPackage("lib\(number)"))
                $0.write(path(name, "src/\u{0308} index.js"), "one")
                $0.write(
                    RepoPath("apps/app\(number)/package.json"), PackageJSON.npmPackage("app\(number)", ["lib\(number)"])
                )
            }
            $0.commit("base")
            for name in odd { $0.edit(path(name, "src/\u{0308} index.js"), "two") }
            $0.commit("edit")
        }
        var expected: [String: ExpectedReasons] = [:]
        for (number, name) in odd.enumerated() {
            expected["lib\(number)"] = .file(ScenarioKit.text(path(name, "src/\u{0308} index.js")))
            expected["app\(number)"] = .dependency("lib\(number)")
        }
        let answer = try scenario.expectAffected(expected)
        for (number, name) in odd.enumerated() {
            #expect(
                answer.project("lib\(number)")?.path
                    == String(decoding: RepoPath("packages").appending(name).bytes, as: UTF8.self))
        }
    }

    @Test("29: a project in a directory whose name is not UTF-8 has its path in base64")
    func scenario29Bytes() throws {
        let directory = RepoPath("packages").appending([0xC3, 0x28, 0xFF])
        let file = directory.appending("src/index.js")
        let answer = try Scenario {
            $0.workspace(.npm, ["apps/web": ["raw"], "packages/ui": []])
            $0.write(directory.appending("package.json"), PackageJSON.npmPackage("raw"))
            $0.write(file, "one")
            $0.commit("base")
            $0.edit(file, "two")
            $0.commit("edit")
        }.expectAffected(["raw": .file(ScenarioKit.text(file)), "web": .dependency("raw")])
        #expect(answer.project("raw")?.path == "bytes:cGFja2FnZXMvwyj/")
    }

    @Test("29: projects in ignored and untracked directories with odd names are exact in the working tree")
    func scenario29Untracked() throws {
        let ignored = RepoPath("packages/ui").appending([0xFF, 0x20])
        let repository = try ScenarioRepository(
            Scenario {
                $0.workspace(.npm, ["packages/ui": []])
                $0.commit("base")
                $0.write(ignored.appending(".gitignore"), "*.log\n")
                $0.write(ignored.appending("a.log"), "ignored by the file beside it")
                $0.write(ignored.appending("-a b.js"), "new")
            })
        let answer = try Answer(document: try repository.ripple("affected", "--format", "json").output)
        let status = try repository.git("status", "--porcelain", "-z", "--untracked-files=all").output
        let seenByGit = status.split(separator: 0).map {
            ScenarioKit.text(RepoPath(bytes: Array($0.dropFirst(3)))) + " added"
        }
        #expect(answer.changes == seenByGit.sorted())
        #expect(answer.changes.count == 2)
    }

    @Test("34: two edits that cancel affect nothing", arguments: WorkspaceForm.allCases)
    func scenario34(_ form: WorkspaceForm) throws {
        let source = RepoPath(form.source("packages/ui"))
        let scenario = Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "packages/ui": []])
            $0.edit(source, "as it was")
            $0.commit("base")
            $0.edit(source, "for a while")
            $0.write("packages/ui/src/extra.txt", "for a while")
            $0.setExecutable("packages/ui/src/extra.txt")
            $0.commit("there")
            $0.edit(source, "as it was")
            $0.delete("packages/ui/src/extra.txt")
            $0.commit("and back")
        }
        let answer = try scenario.expectAffected([:])
        #expect(answer.changes.isEmpty)
    }

    @Test("34: an uncommitted edit that undoes a committed one affects nothing")
    func scenario34Uncommitted() throws {
        let repository = try ScenarioRepository(
            Scenario {
                $0.workspace(.npm, ["apps/web": []])
                $0.edit("apps/web/src/index.js", "as it was")
                $0.commit("base")
                $0.branch("feature")
                $0.edit("apps/web/src/index.js", "for a while")
                $0.commit("there")
                $0.edit("apps/web/src/index.js", "as it was")
            })
        let answer = try Answer(document: try repository.ripple("affected", "--format", "json").output)
        #expect(answer.changes.isEmpty)
        #expect(answer.mismatches([:]) == [])
    }

    @Test(
        "35: the executable bit, and a file that becomes a link or a link that becomes a file, count",
        arguments: WorkspaceForm.allCases)
    func scenario35(_ form: WorkspaceForm) throws {
        try Scenario {
            $0.workspace(
                form, Dictionary(uniqueKeysWithValues: ["a", "b", "c", "d", "e", "f"].map { ("packages/\($0)", []) }))
            for name in ["a", "b", "c", "e", "f"] { $0.write(RepoPath("packages/\(name)/file"), "target") }
            $0.setExecutable("packages/b/file")
            $0.symlink("packages/d/file", to: "target")
            $0.commit("base")
            $0.setExecutable("packages/a/file")
            $0.setExecutable("packages/b/file", false)
            $0.symlink("packages/c/file", to: "target")
            $0.write("packages/d/file", "target")
            $0.delete("packages/e/file")
            $0.write("packages/e/file/below", "a directory now")
            $0.commit("edit")
        }.expectAffected([
            "a": .file("packages/a/file", "mode"), "b": .file("packages/b/file", "mode"),
            "c": .file("packages/c/file", "type"), "d": .file("packages/d/file", "type"),
            "e": [.file("packages/e/file", "deleted"), .file("packages/e/file/below", "added")],
        ])
    }
}
