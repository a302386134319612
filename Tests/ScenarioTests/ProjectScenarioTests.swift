import GitObjects
import ScenarioKit
import Testing

@Suite("Scenarios 8 to 10: projects and files that come, go and move")
struct ProjectScenarioTests {
    /// The reason of a project whose manifest was edited, in the forms in which the manifest is one of its files.
    private func manifestEdit(_ form: WorkspaceForm, _ directory: String) -> ExpectedReasons {
        form == .plain ? [] : .file(form.manifest(directory))
    }

    @Test("8: a deleted project affects its former dependents, by base's graph", arguments: WorkspaceForm.allCases)
    func scenario8(_ form: WorkspaceForm) throws {
        let directories = ["ui": "packages/ui", "kit": "packages/kit"]
        let answer = try Scenario {
            $0.workspace(form, ["apps/web": ["kit"], "apps/docs": [], "packages/kit": ["ui"], "packages/ui": []])
            $0.commit("base")
            $0.delete("packages/ui")
            $0.project(form, "packages/kit", dependsOn: [], in: directories)
            if form == .cargo { $0.replace("Cargo.toml", "\"packages/kit\", \"packages/ui\"", "\"packages/kit\"") }
            $0.commit("delete")
        }.expectAffected(
            [
                "kit": [manifestEdit(form, "packages/kit"), .dependency("ui", chain: ["kit", "ui"])],
                "web": .dependency("kit", chain: form == .plain ? ["web", "kit", "ui"] : ["web", "kit"]),
            ], removed: ["ui"])
        #expect(answer.removed == ["ui at packages/ui"])
    }

    @Test("8: a package that only its directory's absence removes still affects its former dependents")
    func scenario8ManifestsUntouched() throws {
        // npm then takes the package from the registry, so the workspace is as legal as before.
        try Scenario {
            $0.workspace(.npm, ["apps/web": ["ui"], "apps/docs": [], "packages/ui": []])
            $0.commit("base")
            $0.delete("packages/ui")
            $0.commit("delete")
        }.expectAffected(["web": .dependency("ui", chain: ["web", "ui"])], removed: ["ui"])
    }

    @Test("8: a deleted app affects nothing and is listed as removed", arguments: WorkspaceForm.allCases)
    func scenario8App(_ form: WorkspaceForm) throws {
        try Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "apps/docs": [], "packages/ui": []])
            $0.commit("base")
            $0.delete("apps/docs")
            if form == .cargo { $0.replace("Cargo.toml", "\"apps/docs\", ", "") }
            $0.commit("delete")
        }.expectAffected([:], removed: ["docs"])
    }

    @Test(
        "9: a moved project is affected as moved, its dependents by it, the rest not", arguments: WorkspaceForm.allCases
    )
    func scenario9(_ form: WorkspaceForm) throws {
        let answer = try Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "apps/docs": ["other"], "packages/ui": [], "libs/other": []])
            $0.commit("base")
            $0.rename("packages/ui", to: "libs/ui")
            if form == .cargo {
                $0.replace("Cargo.toml", "packages/ui", "libs/ui")
                $0.replace("apps/web/Cargo.toml", "packages/ui", "libs/ui")
            }
            $0.commit("move")
        }.expectAffected([
            "ui": [.moved(from: "packages/ui"), .others],
            "web": [form == .cargo ? manifestEdit(form, "apps/web") : [], .dependency("ui", chain: ["web", "ui"])],
        ])
        #expect(answer.project("ui")?.path == "libs/ui")
    }

    @Test("10: a file moved from one project to another affects both", arguments: WorkspaceForm.allCases)
    func scenario10(_ form: WorkspaceForm) throws {
        try Scenario {
            $0.workspace(form, ["apps/web": [], "packages/a": [], "packages/b": [], "packages/c": []])
            $0.write("packages/a/src/shared.txt", "moves along")
            $0.commit("base")
            $0.rename("packages/a/src/shared.txt", to: "packages/b/src/shared.txt")
            $0.commit("move")
        }.expectAffected([
            "a": .file("packages/a/src/shared.txt", "deleted"), "b": .file("packages/b/src/shared.txt", "added"),
        ])
    }

    @Test("18: a new package affects only itself", arguments: WorkspaceForm.allCases)
    func scenario18(_ form: WorkspaceForm) throws {
        try Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "packages/ui": []])
            $0.commit("base")
            $0.project(form, "packages/fresh", dependsOn: ["ui"], in: ["ui": "packages/ui"])
            $0.write(RepoPath(form.source("packages/fresh")), "new")
            if form == .cargo { $0.replace("Cargo.toml", "\"packages/ui\"", "\"packages/ui\", \"packages/fresh\"") }
            $0.commit("add")
        }.expectAffected(["fresh": .newProject])
    }

    @Test("chains lead over three levels to the root cause", arguments: WorkspaceForm.allCases)
    func chains(_ form: WorkspaceForm) throws {
        let source = form.source("packages/core")
        let answer = try Scenario {
            $0.workspace(
                form,
                [
                    "apps/web": ["kit"], "apps/admin": ["kit", "core"], "packages/kit": ["ui"], "packages/ui": ["core"],
                    "packages/core": [], "apps/alone": [],
                ])
            $0.commit("base")
            $0.edit(RepoPath(source), "edited")
            $0.commit("edit")
        }.expectAffected([
            "core": .file(source), "ui": .dependency("core", chain: ["ui", "core"]),
            "kit": .dependency("ui", chain: ["kit", "ui", "core"]),
            "web": .dependency("kit", chain: ["web", "kit", "ui", "core"]),
            "admin": [
                .dependency("core", chain: ["admin", "core"]),
                .dependency("kit", chain: ["admin", "kit", "ui", "core"]),
            ],
        ])
        let distances = Dictionary(uniqueKeysWithValues: answer.projects.map { ($0.id, $0.distance) })
        #expect(distances == ["core": 0, "ui": 1, "kit": 2, "web": 3, "admin": 1])
    }

    @Test("a chain ends at the nearest project with a cause of its own", arguments: WorkspaceForm.allCases)
    func nearestCause(_ form: WorkspaceForm) throws {
        let (core, ui) = (form.source("packages/core"), form.source("packages/ui"))
        try Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "packages/ui": ["core"], "packages/core": []])
            $0.commit("base")
            $0.edit(RepoPath(core), "edited")
            $0.edit(RepoPath(ui), "edited")
            $0.commit("edit")
        }.expectAffected([
            "core": .file(core), "ui": [.file(ui), .dependency("core", chain: ["ui", "core"])],
            "web": .dependency("ui", chain: ["web", "ui"]),
        ])
    }
}
