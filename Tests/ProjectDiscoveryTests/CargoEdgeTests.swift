import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

struct CargoEdgeTests {
    private let workspace = "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n"

    @Test("development edges do not pass to dependents; the others do, each with its line")
    func kinds() throws {
        let found = try discoverCargo([
            "Cargo.toml": workspace,
            "a/Cargo.toml": crate(
                "a",
                """
                [dependencies]
                b = { path = "../b" }

                [dev-dependencies.b]
                path = "../b"

                [build-dependencies]
                b.path = "../b"
                """),
            "b/Cargo.toml": crate("b"),
        ])
        let edges = try #require(found.project("a")).dependencies
        func edge(_ kind: EdgeKind, _ line: Int, passes: Bool = true) -> DiscoveredDependency {
            let evidence = Evidence(path: "a/Cargo.toml", line: line)
            return DiscoveredDependency(target: "b", kind: kind, passesToDependents: passes, evidence: evidence)
        }
        #expect(edges == [edge(.runtime, 6), edge(.development, 8, passes: false), edge(.build, 12)])
    }

    @Test("a dependency on a directory without a crate is an error that names the line")
    func dangling() throws {
        let found = try discoverCargo([
            "Cargo.toml": workspace,
            "a/Cargo.toml": crate("a", "[dependencies]\ngone = { path = \"../gone\" }"),
            "b/Cargo.toml": crate("b"),
        ])
        #expect(
            found.errors.map(\.message) == [
                "a/Cargo.toml:6: the dependency 'gone' is a project that does not exist: at '../gone' (gone) "
                    + "there is no Cargo.toml. Correct the path, or remove the dependency."
            ])
    }

    @Test("an inherited dangling path is reported once, at the workspace's line")
    func inheritedDangling() throws {
        let found = try discoverCargo([
            "Cargo.toml": workspace + "[workspace.dependencies]\ngone = { path = \"gone\" }",
            "a/Cargo.toml": crate("a", "[dependencies]\ngone.workspace = true"),
            "b/Cargo.toml": crate("b", "[dependencies]\ngone.workspace = true"),
        ])
        #expect(found.errors.map { "\($0.path):\($0.line ?? 0)" } == ["Cargo.toml:5"])
    }

    @Test("a path that leaves the repository is a diagnostic, not an error")
    func outside() throws {
        let found = try discoverCargo([
            "Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../b\" }\nc = { path = \"/opt/c\" }")
        ])
        #expect(found.errors.isEmpty)
        #expect(found.diagnostics.map { $0.evidence.line } == [6, 7])
    }

    @Test("a symbolic link on the way stands for what lies behind it")
    func link() throws {
        let found = try discoverCargo([
            "a/Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../link/b\" }"), "link": "-> real",
        ])
        #expect(found.errors.isEmpty)
        #expect(found.project("a")?.namedFiles == ["link"])
        #expect(found.diagnostics.count == 1)
    }

    @Test("a patch makes an edge from every member that names the patched package", arguments: ["patch", "replace"])
    func patch(table: String) throws {
        let patch =
            table == "patch"
            ? "[patch.crates-io]\nfork = { path = \"b\", package = \"serde\" }"
            : "[replace]\n\"serde:1.0.0\" = { path = \"b\" }"
        let found = try discoverCargo([
            "Cargo.toml": workspace + "[workspace.dependencies]\nserde = \"1\"\n" + patch,
            "a/Cargo.toml": crate("a", "[dev-dependencies]\ns = { package = \"serde\", version = \"1\" }"),
            "b/Cargo.toml": crate("serde"),
        ])
        #expect(edges(of: found.projects) == ["a -> b development"])
        let inheriting = try discoverCargo([
            "Cargo.toml": workspace + "[workspace.dependencies]\nserde = \"1\"\n" + patch,
            "a/Cargo.toml": crate("a", "[dependencies]\nserde = { workspace = true }"),
            "b/Cargo.toml": crate("serde"),
        ])
        #expect(edges(of: inheriting.projects) == ["a -> b runtime"])
    }

    @Test("a patched crate that is no member is a project without tasks")
    func patchOutsideMembers() throws {
        let found = try discoverCargo([
            "Cargo.toml": workspace + "[patch.crates-io]\nserde = { path = \"forks/serde\" }",
            "a/Cargo.toml": crate("a", "[dependencies]\nserde = \"1\""), "b/Cargo.toml": crate("b"),
            "forks/serde/Cargo.toml": crate("serde"),
        ])
        #expect(edges(of: found.projects) == ["a -> forks/serde runtime"])
        #expect(found.project("forks/serde")?.tasks.isEmpty == true)
        #expect(found.diagnostics.count == 1)
    }

    @Test("cycles and self-dependencies end")
    func cycles() throws {
        let found = try discoverCargo([
            "Cargo.toml": workspace,
            "a/Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../b\" }"),
            "b/Cargo.toml": crate("b", "[dev-dependencies]\na = { path = \"../a\" }\nb = { path = \".\" }"),
        ])
        #expect(edges(of: found.projects) == ["a -> b runtime", "b -> a development"])
    }
}
