import GitObjects
import ScenarioKit
import Testing

@Suite("What passes along an edge")
struct EdgeScenarioTests {
    @Test("a Cargo dev-dependency passes to the crate's own tests, and no further")
    func cargoDevelopment() throws {
        let source = WorkspaceForm.cargo.source("crates/fixtures")
        try Scenario {
            $0.workspace(.cargo, ["crates/fixtures": [], "crates/parser": [], "apps/tool": ["parser"]])
            $0.append("crates/parser/Cargo.toml", "[dev-dependencies]\nfixtures = { path = \"../fixtures\" }")
            $0.commit("base")
            $0.edit(RepoPath(source), "edited")
            $0.commit("edit")
        }.expectAffected(
            ["fixtures": .file(source), "parser": .dependency("fixtures", tasks: ["test"])], tasks: ["parser": ["test"]]
        )
    }

    @Test("what a Cargo dev-dependency depends on reaches the crate's own tests, and no further")
    func cargoDevelopmentClosure() throws {
        let source = WorkspaceForm.cargo.source("crates/deep")
        try Scenario {
            $0.workspace(
                .cargo, ["crates/deep": [], "crates/fixtures": ["deep"], "crates/parser": [], "apps/tool": ["parser"]])
            $0.append("crates/parser/Cargo.toml", "[dev-dependencies]\nfixtures = { path = \"../fixtures\" }")
            $0.commit("base")
            $0.edit(RepoPath(source), "edited")
            $0.commit("edit")
        }.expectAffected(
            [
                "deep": .file(source), "fixtures": .dependency("deep"),
                "parser": .dependency("fixtures", chain: ["parser", "fixtures", "deep"], tasks: ["test"]),
            ], tasks: ["parser": ["test"]])
    }

    @Test("a Cargo build dependency passes to dependents")
    func cargoBuild() throws {
        let source = WorkspaceForm.cargo.source("crates/codegen")
        try Scenario {
            $0.workspace(.cargo, ["crates/codegen": [], "crates/parser": [], "apps/tool": ["parser"]])
            $0.append("crates/parser/Cargo.toml", "[build-dependencies]\ncodegen = { path = \"../codegen\" }")
            $0.commit("base")
            $0.edit(RepoPath(source), "edited")
            $0.commit("edit")
        }.expectAffected([
            "codegen": .file(source), "parser": .dependency("codegen"),
            "tool": .dependency("parser", chain: ["tool", "parser", "codegen"]),
        ])
    }

    @Test("an npm devDependency passes to dependents: it is a build tool")
    func npmDevelopment() throws {
        let source = WorkspaceForm.npm.source("packages/preset")
        try Scenario {
            $0.workspace(.npm, ["packages/preset": [], "packages/ui": [], "apps/web": ["ui"]])
            $0.write("packages/ui/package.json", PackageJSON.npmPackage("ui", development: ["preset"]))
            $0.commit("base")
            $0.edit(RepoPath(source), "edited")
            $0.commit("edit")
        }.expectAffected(
            [
                "preset": .file(source), "ui": .dependency("preset"),
                "web": .dependency("ui", chain: ["web", "ui", "preset"]),
            ], tasks: ["ui": ["build", "lint", "test"], "web": ["build", "lint", "test"]])
    }

    /// `testing` needs `ui`, and `ui` uses `testing` for development.
    private func cycle(_ edit: String) -> Scenario {
        Scenario {
            $0.workspace(
                .npm, ["packages/ui": [], "packages/testing": ["ui"], "apps/web": ["ui"], "packages/alone": []])
            $0.write("packages/ui/package.json", PackageJSON.npmPackage("ui", development: ["testing"]))
            $0.commit("base")
            $0.edit(RepoPath(edit), "edited")
            $0.commit("edit")
        }
    }

    @Test("an npm cycle that a devDependency closes is legal, and an edit on its runtime side goes round")
    func npmCycleRuntimeSide() throws {
        let source = WorkspaceForm.npm.source("packages/ui")
        try cycle(source).expectAffected([
            "ui": .file(source), "testing": .dependency("ui", chain: ["testing", "ui"]),
            "web": .dependency("ui", chain: ["web", "ui"]),
        ])
    }

    @Test("in an npm cycle that a devDependency closes, an edit on its development side counts by its inputs")
    func npmCycleDevelopmentSide() throws {
        let source = WorkspaceForm.npm.source("packages/testing")
        try cycle(source).expectAffected([
            "testing": [.file(source), .others], "ui": .dependency("testing", chain: ["ui", "testing"]),
            "web": .dependency("ui", chain: ["web", "ui", "testing"]),
        ])
    }

    @Test("a cycle of runtime dependencies is refused with its members and their manifests")
    func runtimeCycle() throws {
        let repository = try ScenarioRepository(
            Scenario {
                $0.workspace(.npm, ["packages/a": ["b"], "packages/b": ["a"]])
                $0.commit("base")
            })
        let run = try repository.ripple("affected", "--base", "main")
        #expect(run.code == 2)
        #expect(run.output.isEmpty)
        for part in ["cycle", "packages/a/package.json:", "packages/b/package.json:"] {
            #expect(run.errors.contains(part), "\(run.errors)")
        }
    }

    @Test("an edge added or removed counts, with the reason at the edge's end", arguments: WorkspaceForm.allCases)
    func rewired(_ form: WorkspaceForm) throws {
        let directories = ["ui": "packages/ui"]
        let manifest: ExpectedReasons = form == .plain ? [] : .file(form.manifest("apps/web"))
        let expected: [String: ExpectedReasons] = ["web": [manifest, .dependency("ui", chain: ["web", "ui"])]]
        let scenario = Scenario {
            $0.workspace(form, ["apps/web": [], "apps/docs": ["ui"], "packages/ui": []])
            $0.commit("without")
            $0.project(form, "apps/web", dependsOn: ["ui"], in: directories)
            $0.commit("with")
            $0.project(form, "apps/web", dependsOn: [], in: directories)
            $0.commit("without-again")
        }
        try scenario.expectAffected(expected, base: "without", head: "with")
        try scenario.expectAffected(expected, base: "with", head: "without-again")
        try scenario.expectAffected([:], base: "without", head: "without-again")
    }
}
