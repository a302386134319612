import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// What a member takes from its workspace's root manifest and lockfile.
struct CargoStructureTests {
    private func digests(
        _ root: String, member: String, locked: Bool = false, package: Bool = false
    ) throws -> [String: String] {
        var files = [
            "Cargo.toml": (package ? crate("root") : "") + "[workspace]\nmembers = [\"a\", \"b\"]\n" + root,
            "a/Cargo.toml": crate("a", member), "b/Cargo.toml": crate("b"),
        ]
        if locked { files["Cargo.lock"] = "version = 4" }
        let project = try #require(try discoverCargo(files).project("a"))
        return Dictionary(uniqueKeysWithValues: project.structuralDigests.map { ($0.field, $0.digest) })
    }

    @Test("a member counts only what it inherits, and what reaches every member")
    func inherited() throws {
        let root = """
            resolver = "2"
            [workspace.package]
            version = "1.0.0"
            rust-version = "1.80"
            [workspace.dependencies]
            serde = { version = "1", features = ["derive"] }
            rand = "0.8"
            [workspace.lints.rust]
            unsafe_code = "forbid"
            [profile.release]
            lto = true
            [workspace.metadata.x]
            y = 1
            """
        let none = try digests(root, member: "")
        #expect(none == ["workspace.resolver": "2", "profile.release": "{\"lto\":true}"])
        let some = try digests(
            root,
            member: "rust-version.workspace = true\n[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true")
        #expect(
            some.keys.sorted() == [
                "profile.release", "workspace.dependencies.serde", "workspace.lints", "workspace.package.rust-version",
                "workspace.resolver",
            ])
        #expect(some["workspace.dependencies.serde"] == "{\"features\":[\"derive\"],\"version\":\"1\"}")
    }

    @Test("with a lockfile the version requirement of an external package does not count, its features do")
    func locked() throws {
        let member = "[dependencies]\nserde.workspace = true\nb.workspace = true"
        func field(_ serde: String, locked: Bool) throws -> String? {
            let root = "[workspace.dependencies]\nb = { path = \"b\", version = \"0.1\" }\nserde = \(serde)"
            return try digests(root, member: member, locked: locked)["workspace.dependencies.serde"]
        }
        #expect(try field("\"1.0\"", locked: true) == field("{ version = \"1.1\" }", locked: true))
        #expect(try field("\"1.0\"", locked: true) != field("{ version = \"1\", features = [\"rc\"] }", locked: true))
        #expect(try field("\"1.0\"", locked: false) != field("\"1.1\"", locked: false))
    }

    @Test("the order of keys, comments and layout do not count")
    func canonical() throws {
        let member = "[dependencies]\nx.workspace = true"
        let one = try digests("[workspace.dependencies]\nx = { version = \"1\", features = [\"a\"] }", member: member)
        let two = try digests("[workspace.dependencies.x] # c\nfeatures = [\n 'a',\n]\nversion = '1'", member: member)
        #expect(one == two)
    }

    @Test("the edition of a root package decides the members' resolver")
    func resolver() throws {
        #expect(try digests("", member: "", package: true) == ["workspace.resolver": "2"])
    }

    @Test("the lockfile is the one at the workspace root; one that cannot be read counts as a whole")
    func lockfile() throws {
        let found = try discoverCargo([
            "w/Cargo.toml": "[workspace]\nmembers = [\"a\"]", "w/a/Cargo.toml": crate("a"),
            "w/Cargo.lock": "version = 4\nbroken", "w/a/Cargo.lock": "not used",
        ])
        let closure = try #require(found.project("w/a")?.externals.first)
        #expect(closure.lockfile == "w/Cargo.lock" && closure.isWholeLockfile && closure.manager == .cargo)
        #expect(closure.digest == ObjectFormat.sha1.id(of: Array("version = 4\nbroken".utf8), kind: .blob).description)
    }

    @Test("a crate outside the workspace that a member depends on takes nothing from it")
    func outsider() throws {
        let found = try discoverCargo([
            "w/Cargo.toml": "[workspace]\nmembers = [\"a\"]\n[profile.dev]\ndebug = 0", "w/Cargo.lock": "version = 4",
            "w/a/Cargo.toml": crate("a", "[dependencies]\nfar = { path = \"../../far\" }"),
            "far/Cargo.toml": crate("far"),
        ])
        #expect(edges(of: found.projects) == ["w/a -> far runtime"])
        #expect(found.project("w/a")?.structuralDigests.map(\.field) == ["profile.dev"])
        #expect(found.project("far")?.structuralDigests.isEmpty == true)
        #expect(found.project("far")?.externals.isEmpty == true)
    }

    @Test("the crates below a root manifest that cannot be read are projects, as broken as their root")
    func brokenRoot() throws {
        let found = try discoverCargo([
            "rust/Cargo.toml": "[workspace]\nmembers = [\"a\"\n", "rust/Cargo.lock": "",
            "rust/a/Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../deep/b\" }\nc.workspace = true"),
            "rust/deep/b/Cargo.toml": crate("b"), "rust/target/x/Cargo.toml": crate("x"),
        ])
        #expect(found.paths == ["rust", "rust/a", "rust/deep/b"])
        #expect(found.projects.allSatisfy { $0.brokenReason?.hasPrefix("rust/Cargo.toml:") == true })
        #expect(edges(of: found.projects) == ["rust/a -> rust/deep/b runtime"])
        #expect(found.widenings.map(\.scope) == ["rust/Cargo.toml"] && found.errors.isEmpty)
        #expect(found.project("rust/a")?.externals.first?.lockfile == "rust/Cargo.lock")
    }
}
