import GitObjects
import ScenarioKit
import Testing

@Suite("Files that no project owns")
struct RootFileTests {
    private func edited(_ file: RepoPath, _ form: WorkspaceForm = .npm) -> Scenario {
        Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "packages/ui": [], "packages/util": []])
            $0.write(file, "one")
            $0.commit("base")
            $0.edit(file, "two")
            $0.commit("edit")
        }
    }

    @Test("one unowned root file affects every project, each by the file", arguments: WorkspaceForm.allCases)
    func general(_ form: WorkspaceForm) throws {
        let reason = ExpectedReasons.file("settings.txt", tasks: form.tasks)
        let answer = try edited("settings.txt", form).expectAffected(
            ["ui": reason, "util": reason, "web": [reason, .dependency("ui")]])
        #expect(answer.projects.allSatisfy { $0.distance == 0 })
    }

    @Test("an unowned file in a directory reaches only the projects beneath it", arguments: WorkspaceForm.allCases)
    func beneath(_ form: WorkspaceForm) throws {
        let reason = ExpectedReasons.file("packages/base.txt", tasks: form.tasks)
        try edited("packages/base.txt", form).expectAffected(["ui": reason, "util": reason, "web": .dependency("ui")])
    }

    @Test("a new unowned root file affects every project")
    func added() throws {
        let reason = ExpectedReasons.file("tsconfig.base.json", "added")
        try Scenario {
            $0.workspace(.npm, ["apps/web": [], "packages/ui": []])
            $0.commit("base")
            $0.write("tsconfig.base.json", "{}")
            $0.commit("add")
        }.expectAffected(["web": reason, "ui": reason])
    }

    @Test("a root tsconfig reaches all tasks")
    func typeScript() throws {
        let reason = ExpectedReasons.file("tsconfig.base.json", tasks: ["build", "lint", "test"])
        try edited("tsconfig.base.json").expectAffected([
            "ui": reason, "util": reason, "web": [reason, .dependency("ui")],
        ])
    }

    @Test(
        "lint, format and spelling configuration reaches only lint tasks",
        arguments: [".eslintrc.json", "eslint.config.js", ".prettierrc", "biome.json", ".editorconfig", "cspell.json"])
    func lint(_ file: String) throws {
        let reason = ExpectedReasons.file(file, tasks: ["lint"])
        try edited(RepoPath(file)).expectAffected(
            ["ui": reason, "util": reason, "web": reason],
            tasks: ["ui": ["lint"], "util": ["lint"], "web": ["lint"]])
    }

    @Test(
        "test configuration reaches only test tasks", arguments: ["jest.config.js", "vitest.config.ts", ".mocharc.yml"])
    func tests(_ file: String) throws {
        let reason = ExpectedReasons.file(file, tasks: ["test"])
        try edited(RepoPath(file)).expectAffected(["ui": reason, "util": reason, "web": reason])
    }

    @Test("test configuration reaches only test tasks of crates")
    func cargoTests() throws {
        let reason = ExpectedReasons.file("nextest.toml", tasks: ["test"])
        try edited("nextest.toml", .cargo).expectAffected(["ui": reason, "util": reason, "web": reason])
    }

    @Test(
        "files that no build reads affect nothing",
        arguments: [
            "README.md", "LICENSE", ".github/workflows/ci.yml", ".gitlab-ci.yml", ".circleci/config.yml",
            "renovate.json",
            ".vscode/settings.json", ".gitignore", ".gitattributes", ".mailmap", "CODEOWNERS",
            ".changeset/brave-cats.md",
            "Jenkinsfile", "docs/guide.md",
        ])
    func ignored(_ file: String) throws {
        try edited(RepoPath(file)).expectAffected([:])
    }

    @Test("CI and editor files are ignored inside projects too, Markdown is not")
    func insideProjects() throws {
        try edited("packages/util/.vscode/settings.json").expectAffected([:])
        try edited("packages/util/.github/workflows/ci.yml").expectAffected([:])
        try edited("packages/util/README.md").expectAffected(["util": .file("packages/util/README.md")])
    }

    @Test(
        "toolchain files reach their ecosystem only", arguments: [(".nvmrc", "web"), ("rust-toolchain.toml", "engine")])
    func toolchain(_ file: String, _ project: String) throws {
        try Scenario {
            $0.workspace(.npm, ["apps/web": []])
            $0.workspace(.cargo, ["crates/engine": []])
            $0.write(RepoPath(file), "one")
            $0.commit("base")
            $0.edit(RepoPath(file), "two")
            $0.commit("edit")
        }.expectAffected([project: .file(file)])
    }

    @Test("`ignore` takes files from every input, and ! takes back")
    func ignore() throws {
        let scenario = Scenario {
            $0.workspace(.npm, ["apps/web": [], "packages/ui": []])
            $0.write(
                "ripple.yaml", "version: 1\nignore: [\"**/*.md\", \"fixtures/**\", \"!packages/ui/docs/kept.md\"]\n")
            $0.write("packages/ui/notes.md", "one")
            $0.write("packages/ui/docs/kept.md", "one")
            $0.write("fixtures/data.txt", "one")
            $0.commit("base")
            $0.edit("packages/ui/notes.md", "two")
            $0.edit("fixtures/data.txt", "two")
            $0.commit("ignored")
            $0.edit("packages/ui/docs/kept.md", "two")
            $0.commit("kept")
        }
        let nothing = try scenario.expectAffected([:], head: "ignored")
        #expect(nothing.changes == ["fixtures/data.txt modified", "packages/ui/notes.md modified"])
        try scenario.expectAffected(["ui": .file("packages/ui/docs/kept.md")], base: "ignored", head: "kept")
    }

    @Test("! takes a file back that is ignored without being asked")
    func ignoreTakesBackDefaults() throws {
        let reason = ExpectedReasons.file("README.md")
        try Scenario {
            $0.workspace(.npm, ["apps/web": [], "packages/ui": []])
            $0.write("ripple.yaml", "version: 1\nignore: [\"!README.md\"]\n")
            $0.write("README.md", "one")
            $0.commit("base")
            $0.edit("README.md", "two")
            $0.commit("edit")
        }.expectAffected(["web": reason, "ui": reason])
    }

    @Test("a file that a task declares explicitly is never ignored")
    func explicitBeatsIgnore() throws {
        try Scenario {
            $0.workspace(.npm, ["apps/web": [], "packages/ui": []])
            $0.write("ripple.yaml", "version: 1\nignore: [\"**/*.md\"]\n")
            $0.write(
                "packages/ui/ripple.yaml",
                "tasks: { test: { inputs: [\"guide.md\"] }, lint: { inputs: [\"/README.md\"] } }\n")
            $0.write("packages/ui/guide.md", "one")
            $0.write("README.md", "one")
            $0.commit("base")
            $0.edit("packages/ui/guide.md", "two")
            $0.edit("README.md", "two")
            $0.commit("edit")
        }.expectAffected(
            ["ui": [.file("README.md", tasks: ["lint"]), .file("packages/ui/guide.md", tasks: ["test"])]],
            tasks: ["ui": ["lint", "test"]])
    }

    @Test("a pattern of globalInputs reaches every task, also files that would be ignored")
    func globalInputs() throws {
        let reason = ExpectedReasons.file("docs/rules.md", tasks: ["build", "lint", "test"])
        try Scenario {
            $0.workspace(.npm, ["apps/web": [], "packages/ui": []])
            $0.write("ripple.yaml", "version: 1\nglobalInputs: [\"docs/*.md\"]\n")
            $0.write("docs/rules.md", "one")
            $0.commit("base")
            $0.edit("docs/rules.md", "two")
            $0.commit("edit")
        }.expectAffected(["web": reason, "ui": reason])
    }
}
