import Foundation
import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Lockfiles of uv and Poetry")
struct PythonLockTests {
    private let root = "[tool.uv.workspace]\nmembers = [\"*\"]\n"

    private func workspace(_ lock: String) -> [String: String] {
        [
            "pyproject.toml": root, "a/pyproject.toml": pyproject("a", ["b"], workspaceSources("b")),
            "b/pyproject.toml": pyproject("b", ["six"]), "c/pyproject.toml": pyproject("c"), "uv.lock": lock,
        ]
    }

    /// The projects whose closure or condition differs when `before` becomes `after`.
    private func changed(_ before: [String: String], _ after: [String: String]) throws -> [String] {
        let cache = ParsedPythonCache()
        let old = try discoverPython(before, cache: cache), new = try discoverPython(after, cache: cache)
        return new.projects.filter { project in
            let other = old.project(project.path)
            return other?.externals != project.externals || other?.structuralDigests != project.structuralDigests
        }.map(\.path.description)
    }

    private func changed(_ before: String, _ after: String) throws -> [String] {
        try changed(workspace(before), workspace(after))
    }

    private let members = [
        locked("a", local: "a"), locked("b", "1.0", ["six"], local: "b"), locked("c", local: "c"),
    ].joined()

    @Test("a closure ends at a member, which the edge stands for")
    func ownEntries() throws {
        let (one, two) = (uvLock(members, locked("six")), uvLock(members, locked("six", "2.0")))
        #expect(try changed(one, two) == ["b"])
        let found = try discoverPython(workspace(one))
        #expect(found.project("b")?.externals.first?.isWholeLockfile == false)
        #expect(found.structuralFiles == ["pyproject.toml", "uv.lock"])
        #expect(try changed(one, one.replacing("editable = \"c\"", with: "virtual = \"c\"")).isEmpty)
    }

    @Test("hashes, markers and transitive edges count; order and unreached packages do not")
    func content() throws {
        let base = uvLock(members, locked("six", "1.0", ["x"]), locked("x"), locked("y"))
        #expect(
            try changed(base, uvLock(members, locked("six", "1.0", ["x"]), locked("x", hash: "other"), locked("y")))
                == ["b"])
        #expect(try changed(base, uvLock(members, locked("six", "1.0", ["y"]), locked("x"), locked("y"))) == ["b"])
        #expect(
            try changed(
                base,
                uvLock(
                    members, locked("six", "1.0", [#"{ name = "x", marker = "sys_platform == 'linux'" }"#]),
                    locked("x"), locked("y"))) == ["b"])
        #expect(
            try changed(base, uvLock(locked("y", "2.0"), locked("x"), members, locked("six", "1.0", ["x"]))).isEmpty)
        #expect(try changed(base, base.replacing(">=3.11", with: ">=3.12")) == ["a", "b", "c"])
    }

    @Test("the extras of a package count when they are asked for")
    func extras() throws {
        func lock(_ use: String, _ version: String) -> String {
            uvLock(
                locked("a", local: "a"), locked("b", "1.0", [use], local: "b"), locked("c", local: "c"),
                locked("six", rest: "[package.optional-dependencies]\nfast = [{ name = \"x\" }]"), locked("x", version))
        }
        #expect(try changed(lock("six", "1"), lock("six", "2")).isEmpty)
        let asked = #"{ name = "six", extra = ["fast"] }"#
        #expect(try changed(lock(asked, "1"), lock(asked, "2")) == ["b"])
        #expect(try changed(lock("six", "1"), lock(asked, "1")) == ["b"])
    }

    @Test("of several versions only the named one counts, and without a name all of them")
    func versions() throws {
        func lock(_ use: String, _ hash: String) -> String {
            uvLock(
                locked("a", local: "a"), locked("b", "1.0", [use], local: "b"), locked("c", local: "c"),
                locked("six", "1.0"), locked("six", "2.0", hash: hash))
        }
        let one = #"{ name = "six", version = "1.0" }"#
        #expect(try changed(lock(one, "x"), lock(one, "y")).isEmpty)
        #expect(try changed(lock("six", "x"), lock("six", "y")) == ["b"])
    }

    @Test("groups and extras of the project itself count, and the groups of the root for all members")
    func groups() throws {
        func lock(_ x: String, _ y: String) -> String {
            uvLock(
                "[manifest]\nmembers = [\"a\", \"b\", \"c\"]\n[manifest.dependency-groups]\ndev = [{ name = \"y\" }]\n",
                locked("a", local: "a", rest: "[package.dev-dependencies]\ndev = [{ name = \"x\" }]"),
                locked("b", local: "b"), locked("c", local: "c"), locked("x", x), locked("y", y))
        }
        #expect(try changed(lock("1", "1"), lock("2", "1")) == ["a"])
        #expect(try changed(lock("1", "1"), lock("1", "2")) == ["a", "b", "c"])
    }

    @Test("a member that an external package leads to is an edge")
    func throughExternal() throws {
        var files = workspace(
            uvLock(
                locked("a", "1.0", ["b"], local: "a"), locked("b", local: "b"),
                locked("c", "1.0", ["plugin"], local: "c"),
                locked("plugin", "1.0", ["b"])))
        files["c/pyproject.toml"] = pyproject("c", ["plugin"])
        let found = try discoverPython(files)
        #expect(edges(of: found.projects) == ["a -> b runtime", "c -> b development"])
        #expect(found.project("c")?.dependencies.first?.passesToDependents == true)
    }

    @Test("what the build adds to a manifest is a dependency like those it declares")
    func dynamic() throws {
        var files = workspace(
            uvLock(
                locked("a", "1.0", [#"{ name = "b", extra = ["all"] }"#], local: "a"),
                locked("b", local: "b", rest: "[package.optional-dependencies]\nall = [{ name = \"c\" }]"),
                locked("c", local: "c")))
        files["a/pyproject.toml"] = "[project]\nname = \"a\"\nversion = \"1\"\ndynamic = [\"dependencies\"]\n"
        files["c/pyproject.toml"] = pyproject("c", [])
        // Who asks for an extra uses what that uses.
        #expect(
            edges(of: try discoverPython(files).projects) == ["a -> b runtime", "a -> c runtime", "b -> c development"])
    }

    @Test("a package beside the lockfile that is no member is walked through")
    func pathDependency() throws {
        func files(_ version: String) -> [String: String] {
            [
                "app/pyproject.toml": pyproject("app", ["lib"], "[tool.uv.sources]\nlib = { path = \"../lib\" }"),
                "lib/pyproject.toml": pyproject("lib", ["six"]),
                "app/uv.lock": uvLock(
                    locked("app", "1.0", ["lib"], local: "."), locked("lib", "1.0", ["six"], local: "../lib"),
                    locked("six", version)),
            ]
        }
        #expect(try changed(files("1"), files("2")) == ["app"])
    }

    @Test("a lockfile that cannot be read counts as a whole, with the reason")
    func unreadable() throws {
        for (text, reason) in [
            ("version = 1\n[[package]\n", "uv.lock:2: "), ("version = 2\n", "uv.lock:1: only version 1"),
            (uvLock(locked("a", "1", ["gone"])), "uv.lock: 'a' uses 'gone', which is not locked"),
            (uvLock(locked("b", local: "b"), locked("c", local: "c")), "it has no entry for 'a'"),
            ("version = 1\npackage = 3", "uv.lock:2: "),
            ("version = 1\npackage = [3]", "uv.lock: a package has no name"),
        ] {
            let external = try #require(try discoverPython(workspace(text)).project("a")?.externals.first)
            #expect(external.isWholeLockfile)
            #expect(external.problem?.hasPrefix(reason) == true, "\(external.problem ?? "-")")
        }
    }

    // MARK: Poetry

    private func poetry(_ lock: String, _ uses: String = "requests = \"*\"") -> [String: String] {
        [
            "p/pyproject.toml": "[tool.poetry]\nname = \"p\"\n[tool.poetry.dependencies]\n\(uses)\n",
            "p/poetry.lock": lock,
        ]
    }

    private func poetryLock(_ socks: String = "1", _ idna: String = "1", version: String = "2.1") -> String {
        """
        [[package]]
        name = "idna"
        version = "\(idna)"
        files = [{ file = "idna", hash = "sha256:\(idna)" }]
        [[package]]
        name = "PySocks"
        version = "\(socks)"
        files = []
        [[package]]
        name = "requests"
        version = "2"
        files = []
        [package.dependencies]
        idna = ">=1"
        absent = { version = "*", markers = "python_version < '3'" }
        PySocks = { version = ">=1", optional = true, markers = "extra == 'socks'" }
        [package.extras]
        socks = ["PySocks (>=1)"]
        [metadata]
        lock-version = "\(version)"
        python-versions = "^3.11"
        """
    }

    @Test("Poetry's closures start at what the manifest names, extras as asked for")
    func poetryClosures() throws {
        let base = poetry(poetryLock())
        #expect(try changed(base, poetry(poetryLock("1", "2"))) == ["p"])
        #expect(try changed(base, poetry(poetryLock("2"))).isEmpty)
        let asking = "requests = { version = \"*\", extras = [\"socks\"] }"
        #expect(try changed(poetry(poetryLock(), asking), poetry(poetryLock("2"), asking)) == ["p"])
        let new = try discoverPython(poetry(poetryLock(version: "3.0"))).project("p")?.externals.first
        #expect(new?.problem == "p/poetry.lock:20: only versions 1 and 2 of poetry.lock are known here")
    }

    // MARK: Damage

    private static let rounds = ProcessInfo.processInfo.environment["RIPPLE_TEST_LONG"] == "1" ? 3_000 : 60

    @Test("no damage to a manifest or lockfile crashes, or hides another project", arguments: UInt64(1)...4)
    func damage(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let pieces = [
            "[", "]", "{", "}", "\"", ".", "=", ",", "\n", "#", "\0", "workspace", "\\", "1", "package", "../",
        ]
        var files = workspace(uvLock(members, locked("six")))
        files.merge(poetry(poetryLock())) { one, _ in one }
        for _ in 0..<PythonLockTests.rounds {
            let victims = ["a/pyproject.toml", "b/pyproject.toml", "uv.lock", "p/pyproject.toml", "p/poetry.lock"]
            let victim = victims.randomElement(using: &numbers) ?? "uv.lock"
            var text = Array(files[victim] ?? "")
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let at = Int.random(in: 0...text.count, using: &numbers)
                let end = min(text.count, at + Int.random(in: 0...3, using: &numbers))
                text.replaceSubrange(at..<end, with: Array(pieces.randomElement(using: &numbers) ?? ""))
            }
            var damaged = files
            damaged[victim] = String(text)
            let found = try discoverPython(damaged)
            #expect(
                found.project("c") != nil && found.project("a") != nil && found.project("b") != nil,
                "seed \(seed): \(victim)")
            let others = found.projects.filter { $0.manifest.description != victim }
            #expect(others.allSatisfy { $0.brokenReason == nil }, "seed \(seed): \(victim)")
        }
    }
}
