import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("package-lock.json")
struct LockfileNpmTests {
    static let version3 = #"""
        {
          "name": "w", "lockfileVersion": 3, "requires": true,
          "packages": {
            "": { "name": "w", "workspaces": ["p/*"], "dependencies": { "tool": "^1.0.0", "eslint": "^9.0.0" } },
            "node_modules/a": { "resolved": "p/a", "link": true },
            "node_modules/b": { "resolved": "p/b", "link": true },
            "node_modules/eslint": { "version": "9.1.0", "integrity": "sha512-E" },
            "node_modules/left": { "version": "1.0.0", "resolved": "https://registry.npmjs.org/left/-/left-1.0.0.tgz",
              "integrity": "sha512-L1", "dependencies": { "deep": "^1.0.0" }, "peerDependencies": { "absent": "*" } },
            "node_modules/deep": { "version": "1.5.0", "integrity": "sha512-D1" },
            "node_modules/left/node_modules/deep": { "version": "1.9.0", "integrity": "sha512-D9" },
            "node_modules/tool": { "version": "1.0.1", "integrity": "sha512-T" },
            "node_modules/renamed": { "name": "real", "version": "3.0.0", "integrity": "sha512-R" },
            "p/a": { "name": "a", "version": "0.1.0", "dependencies": { "left": "^1.0.0", "b": "*" } },
            "p/b": { "name": "b", "dependencies": { "deep": "^1.0.0", "renamed": "npm:real@3", "left": "^2.0.0" } },
            "p/b/node_modules/left": { "version": "2.0.0", "integrity": "sha512-L2", "dependencies": { "deep": "1" } }
          }
        }
        """#
    static let a = #"{ "left": "^1.0.0", "b": "*" }"#
    static let b = #"{ "deep": "^1.0.0", "renamed": "npm:real@3", "left": "^2.0.0" }"#
    static let root = #"{ "tool": "^1.0.0", "eslint": "^9.0.0" }"#

    @Test("a dependency is found as Node finds it, members count through their edges, lint tools for the root alone")
    func version3() throws {
        let found = try lockedWorkspace(
            "package-lock.json", LockfileNpmTests.version3, a: LockfileNpmTests.a, b: LockfileNpmTests.b,
            root: LockfileNpmTests.root)
        #expect(found.reach("p/a") == ["deep@1.9.0", "left@1.0.0", "tool@1.0.1"])
        #expect(found.reach("p/b") == ["deep@1.5.0", "left@2.0.0", "real@3.0.0", "tool@1.0.1"])
        #expect(found.reach(".") == ["eslint@9.1.0", "tool@1.0.1"])
        #expect(found.edges(of: "p/a").count == 1)
    }

    @Test("a member that a package from outside uses is a dependency of who uses that package")
    func membersBehindExternals() throws {
        func edges(_ change: (String) -> String = { $0 }) throws -> [String] {
            let text = change(
                LockfileNpmTests.version3.replacing(
                    #""deep": "^1.0.0" }, "peer"#, with: #""deep": "1", "b": "*" }, "peer"#
                )
                .replacing(#""left": "^1.0.0", "b": "*""#, with: #""left": "^1.0.0""#))
            return try lockedWorkspace(
                "package-lock.json", text, a: #"{ "left": "^1.0.0" }"#, b: LockfileNpmTests.b,
                root: LockfileNpmTests.root
            ).edges(of: "p/a")
        }
        #expect(try edges() == ["p/b development :0"])
        #expect(try edges { $0.replacing(#""deep": "1", "b": "*""#, with: #""deep": "1""#) }.isEmpty)
        // Through the root's tools too, and never to itself.
        let tool = try lockedWorkspace(
            "package-lock.json",
            LockfileNpmTests.version3.replacing(
                #""integrity": "sha512-T""#, with: #""integrity": "sha512-T", "dependencies": { "b": "*" }"#),
            a: LockfileNpmTests.a, b: LockfileNpmTests.b, root: LockfileNpmTests.root)
        #expect(tool.edges(of: "p/b").isEmpty)
        #expect(tool.edges(of: ".") == ["p/b development :0"])
    }

    @Test("integrity and source are part of what is installed, credentials and other members are not")
    func identity() throws {
        func digests(_ old: String, _ new: String) throws -> [String?] {
            let text = LockfileNpmTests.version3.replacing(old, with: new)
            let found = try lockedWorkspace(
                "package-lock.json", text, a: LockfileNpmTests.a, b: LockfileNpmTests.b, root: LockfileNpmTests.root)
            return ["p/a", "p/b", "."].map(found.digest)
        }
        let before = try digests("", "")
        let integrity = try digests("sha512-D9", "sha512-D8")
        #expect(integrity[0] != before[0] && integrity[1] == before[1] && integrity[2] == before[2])
        let source = try digests("registry.npmjs.org", "mirror.example")
        #expect(source[0] != before[0] && source[1] == before[1])
        #expect(try digests("https://registry", "https://user:secret@registry") == before)
        #expect(try digests(#""version": "0.1.0""#, #""version": "0.2.0""#) == before)
        let tool = try digests("sha512-T", "sha512-U")
        #expect(zip(tool, before).allSatisfy { $0 != $1 })
        // Who packs a package does not change it.
        #expect(try digests(#""integrity": "sha512-D1""#, #""integrity": "sha512-D1", "inBundle": true"#) == before)
        let lint = try digests("sha512-E", "sha512-F")
        #expect(lint[0] == before[0] && lint[1] == before[1] && lint[2] != before[2])
    }

    @Test("version 1 nests what a package has for itself")
    func version1() throws {
        let lock = #"""
            { "lockfileVersion": 1, "dependencies": {
                "left": { "version": "1.0.0", "integrity": "x", "requires": { "deep": "^2.0.0" },
                  "dependencies": { "deep": { "version": "2.0.0", "integrity": "y" } } },
                "deep": { "version": "1.0.0", "integrity": "z" },
                "other": { "version": "npm:real@4.0.0", "requires": { "deep": "^1.0.0" } } } }
            """#
        func reach(_ dependencies: String) throws -> [String] {
            try discoverJavaScript([
                "package.json": #"{ "dependencies": \#(dependencies) }"#, "package-lock.json": lock,
            ]).reach(".")
        }
        #expect(try reach(#"{ "left": "1" }"#) == ["deep@2.0.0", "left@1.0.0"])
        #expect(try reach(#"{ "other": "npm:real@4" }"#) == ["deep@1.0.0", "real@4.0.0"])
        #expect(try reach(#"{ "missing": "1" }"#) == ["whole: it does not hold 'missing' of ."])
    }

    @Test(
        "what is not understood counts as a whole and says why",
        arguments: [
            ("", "whole: the text is empty, expected a value (line 1)"),
            ("[]", "whole: it must be an object, not an array"),
            (#"{ "lockfileVersion": 4, "packages": {} }"#, "whole: version 4 of the format is not known (line 1)"),
            (#"{ "lockfileVersion": 3 }"#, "whole: 'packages' is missing"),
            ("{\n<<<<<<< ours\n}", "whole: there is a merge conflict marker (line 2)"),
            (#"{ "lockfileVersion": 3, "packages": { "": {} } }"#, "whole: it does not hold p/a"),
            (
                #"{ "lockfileVersion": 3, "packages": { "": {}, "p/a": {}, "p/b": {} } }"#,
                "whole: it does not hold 'x' of p/a"
            ),
        ])
    func whole(_ lock: String, _ expected: String) throws {
        #expect(try lockedWorkspace("package-lock.json", lock, a: #"{ "x": "1" }"#).reach("p/a") == [expected])
    }
}
