import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

struct CargoProjectTests {
    @Test("a virtual root only gathers: no name, no tasks, its manifest counts by its fields")
    func virtualRoot() throws {
        let found = try discoverCargo([
            "Cargo.toml": "[workspace]\nmembers = [\"a\"]", "a/Cargo.toml": crate("a"), "Cargo.lock": "version = 4",
        ])
        let root = try #require(found.project(.root))
        #expect(root.onlyGathers && root.name == nil && root.tasks.isEmpty)
        #expect(found.structuralFiles == ["Cargo.toml", "Cargo.lock"])
    }

    @Test("a root with a package is a project whose manifest is its own file")
    func packageRoot() throws {
        let found = try discoverCargo([
            "Cargo.toml": crate("root", "[workspace]\nmembers = [\"a\"]"), "a/Cargo.toml": crate("a"),
        ])
        #expect(found.project(.root)?.onlyGathers == false)
        #expect(found.project(.root)?.name == "root")
        #expect(found.structuralFiles.isEmpty)
    }

    @Test("a build is cached only when nothing but a Rust library comes out of it")
    func tasks() throws {
        let found = try discoverCargo([
            "lib/Cargo.toml": crate("lib"), "lib/src/lib.rs": "",
            "app/Cargo.toml": crate("app"), "app/src/main.rs": "",
            "ffi/Cargo.toml": crate("ffi", "[lib]\ncrate-type = [\"cdylib\", \"rlib\"]"), "ffi/src/lib.rs": "",
        ])
        for (name, isCached) in [("lib", true), ("app", false), ("ffi", false)] {
            let tasks = try #require(found.project(RepoPath(name))).tasks
            #expect(tasks.keys.sorted() == ["build", "check", "test"])
            #expect(tasks["build"]?.cache == isCached, "\(name)")
            #expect(tasks["test"]?.cache == true && tasks["check"]?.cache == true)
            #expect(tasks.allSatisfy { $0.value.dependsOn == [.dependencySources] && $0.value.inputs == .default })
            #expect(tasks["test"]?.command == "cargo test")
        }
        #expect(found.project("app")?.appEvidence == "app/Cargo.toml: a crate with the binary src/main.rs")
        #expect(found.project("ffi")?.appEvidence == nil)
    }

    @Test("crates below fixture directories are no projects unless something depends on them")
    func fixtures() throws {
        let found = try discoverCargo([
            "tests/fixtures/x/Cargo.toml": crate("x"), "templates/Cargo.toml": crate("t"),
            "testdata/used/Cargo.toml": crate("used"),
            "a/Cargo.toml": crate("a", "[dev-dependencies]\nused = { path = \"../testdata/used\" }"),
        ])
        #expect(found.paths == ["a", "testdata/used"])
    }

    @Test("a crate in a workspace that is no member is no project")
    func bystander() throws {
        let found = try discoverCargo(
            [
                "Cargo.toml": "[workspace]\nmembers = [\"a\"]", "a/Cargo.toml": crate("a"), "x/Cargo.toml": crate("x"),
            ], scanning: [.root, "a", "x"])
        #expect(found.paths == [".", "a"])
    }

    @Test("a member without a manifest is named with its line")
    func missingMember() throws {
        let found = try discoverCargo([
            "Cargo.toml": "[workspace]\nmembers = [\n  \"a\",\n  \"gone\",\n  \"x/*\",\n]", "a/Cargo.toml": crate("a"),
            "x/empty/README": "",
        ])
        #expect(found.paths == [".", "a"])
        #expect(
            found.diagnostics.map { "\($0.evidence.line ?? 0) \($0.message)" } == [
                "4 the workspace member 'gone' has no Cargo.toml", "5 the workspace member 'x/empty' has no Cargo.toml",
            ])
    }

    @Test("files outside the package that the manifest names are named, inherited ones too, if they exist")
    func namedFiles() throws {
        let found = try discoverCargo([
            "Cargo.toml": "[workspace]\nmembers = [\"m/a\"]\n[workspace.package]\nlicense-file = \"LICENSE\"",
            "m/a/Cargo.toml": crate(
                "a",
                """
                readme = "../../README.md"
                license-file = { workspace = true }
                build = "../build.rs"
                [lib]
                path = "src/lib.rs"
                [[bin]]
                name = "x"
                path = "../shared/x.rs"
                [[test]]
                name = "gone"
                path = "../gone.rs"
                """),
            "README.md": "", "LICENSE": "", "m/build.rs": "", "m/shared/x.rs": "", "m/a/src/lib.rs": "",
        ])
        #expect(found.project("m/a")?.namedFiles == ["LICENSE", "README.md", "m/build.rs", "m/shared/x.rs"])
    }

    @Test("one parse serves both sides, for the manifests they share")
    func cache() throws {
        let cache = ParsedCrateCache()
        let base = [
            "Cargo.toml": "[workspace]\nmembers = [\"*\"]", "a/Cargo.toml": crate("a"), "b/Cargo.toml": crate("b"),
        ]
        _ = try discoverCargo(base, cache: cache)
        #expect(cache.count == 3)
        _ = try discoverCargo(base.merging(["b/Cargo.toml": crate("b2")]) { $1 }, cache: cache)
        #expect(cache.count == 4)
    }

    @Test("a long chain of path dependencies is followed")
    func chain() throws {
        var files = ["Cargo.toml": "[workspace]\nmembers = [\"c0\"]"]
        for index in 0..<500 {
            files["c\(index)/Cargo.toml"] = crate("c\(index)", "[dependencies]\nn = { path = \"../c\(index + 1)\" }")
        }
        files["c500/Cargo.toml"] = crate("c500")
        let found = try discoverCargo(files)
        #expect(found.projects.count == 502)
        #expect(found.errors.isEmpty)
    }
}

struct CargoBrokenManifestTests {
    @Test(
        "a broken manifest is kept as a project with the place and the problem",
        arguments: [
            ("[package\nname = 1", "a/Cargo.toml:1: expected ']' after the table's name"),
            (
                "[package]\nname = \"a\"\n<<<<<<< HEAD\nversion = \"1\"\n=======\n",
                "a/Cargo.toml:3: a merge conflict is not resolved: the line starts with <<<<<<<"
            ),
            ("[package]\nversion = \"1\"", "a/Cargo.toml:1: package.name is missing or not a string"),
            (
                "[package]\nname = \"a\"\n[dependencies]\nx = 3",
                "a/Cargo.toml:4: dependencies.x is neither a version nor a table"
            ),
            ("", "a/Cargo.toml: the manifest has neither a [package] nor a [workspace] table"),
        ])
    func broken(text: String, reason: String) throws {
        let found = try discoverCargo(["Cargo.toml": "[workspace]\nmembers = [\"a\"]", "a/Cargo.toml": text])
        let project = try #require(found.project("a"))
        #expect(project.brokenReason == reason)
        #expect(project.tasks.count == 3)
        #expect(found.widenings.map(\.code) == ["broken-manifest"])
        #expect(found.widenings.map(\.scope) == ["a/Cargo.toml"])
    }

    @Test("an edge to a broken crate stays")
    func edge() throws {
        let found = try discoverCargo([
            "Cargo.toml": "[workspace]\nmembers = [\"a\"]", "b/Cargo.toml": "nonsense",
            "a/Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../b\" }"),
        ])
        #expect(edges(of: found.projects) == ["a -> b runtime"])
        #expect(found.errors.isEmpty)
    }
}
