import GitObjects
import ScenarioKit
import Testing

@Suite("Scenarios 1 to 7: what changed, and whose it is")
struct ChangeScenarioTests {
    private static let shop = ["apps/web": ["ui"], "apps/docs": [], "packages/ui": []]

    @Test(
        "1: on a new branch without changes nothing is affected, and the plan is empty",
        arguments: WorkspaceForm.allCases)
    func scenario1(_ form: WorkspaceForm) throws {
        let scenario = Scenario {
            $0.workspace(form, ChangeScenarioTests.shop)
            $0.commit("base")
            $0.branch("feature")
        }
        let answer = try scenario.expectAffected([:])
        #expect(answer.changes.isEmpty)

        let repository = try ScenarioRepository(scenario)
        let affected = try repository.ripple("affected", "--exit-code")
        #expect(affected.code == 0)
        let plan = try repository.ripple("plan", "--format", "json")
        #expect(plan.code == 0)
        #expect(try Document(parsing: plan.output).objects("tasks").isEmpty)
        #expect(try Document(parsing: plan.output).object("schedule").texts("criticalPath").isEmpty)
        let run = try repository.ripple("run", "--format", "json")
        #expect(run.code == 0)
        #expect(try Document(parsing: run.output).objects("tasks").isEmpty)
        #expect(run.errors.contains("--all"), "an empty run names --all")
    }

    @Test("2: an untracked file in an app affects that app", arguments: WorkspaceForm.allCases)
    func scenario2(_ form: WorkspaceForm) throws {
        let repository = try ScenarioRepository(
            Scenario {
                $0.workspace(form, ChangeScenarioTests.shop)
                $0.commit("base")
                $0.write("apps/web/src/fresh.txt", "new")
            })
        let run = try repository.ripple("affected", "--format", "json")
        let answer = try Answer(document: run.output)
        #expect(answer.mismatches(["web": .file("apps/web/src/fresh.txt", "added", tasks: form.tasks)]) == [])
        #expect(answer.changes == ["apps/web/src/fresh.txt added"])
        #expect(try repository.ripple("affected", "--exit-code").code == 1)
        #expect(try repository.git("status", "--porcelain").text == "?? apps/web/src/fresh.txt\n", "git saw the same")
    }

    @Test("2: staged, unstaged and committed edits of a branch count together")
    func scenario2Mixed() throws {
        let repository = try ScenarioRepository(
            Scenario {
                $0.workspace(.npm, ["apps/a": [], "apps/b": [], "apps/c": [], "apps/d": [], "apps/e": []])
                $0.commit("base")
                $0.branch("feature")
                $0.edit("apps/a/src/index.js", "committed")
                $0.commit("committed")
                $0.edit("apps/b/src/index.js", "staged")
                $0.stage()
                $0.edit("apps/c/src/index.js", "unstaged")
                $0.write("apps/d/src/new.js", "untracked")
            })
        let answer = try Answer(document: try repository.ripple("affected", "--format", "json").output)
        #expect(
            answer.mismatches([
                "a": .file("apps/a/src/index.js"), "b": .file("apps/b/src/index.js"), "c": .file("apps/c/src/index.js"),
                "d": .file("apps/d/src/new.js", "added"),
            ]) == [])
    }

    @Test("2: an ignored file affects nothing")
    func scenario2Ignored() throws {
        let repository = try ScenarioRepository(
            Scenario {
                $0.workspace(.npm, ["apps/web": []])
                $0.write(".gitignore", "dist/\n")
                $0.commit("base")
                $0.write("apps/web/dist/bundle.js", "made")
            })
        let answer = try Answer(document: try repository.ripple("affected", "--format", "json").output)
        #expect(answer.mismatches([:]) == [])
    }

    @Test(
        "3: an edited library affects itself by the file and its dependents by the dependency",
        arguments: WorkspaceForm.allCases)
    func scenario3(_ form: WorkspaceForm) throws {
        let source = form.source("packages/ui")
        // The lint of the plain form declares that it needs nothing of its dependencies.
        let passing = form == .plain ? ["build", "test"] : form.tasks
        let answer = try Scenario {
            $0.workspace(form, ChangeScenarioTests.shop)
            $0.commit("base")
            $0.edit(RepoPath(source), "second content")
            $0.commit("edit")
        }.expectAffected(
            ["ui": .file(source, tasks: form.tasks), "web": .dependency("ui", chain: ["web", "ui"], tasks: passing)],
            tasks: ["ui": form.tasks, "web": passing])
        #expect(answer.project("ui")?.distance == 0)
        #expect(answer.project("web")?.distance == 1)
        #expect(answer.project("web")?.type == "app")
        #expect(answer.project("ui")?.type == "library")
    }

    @Test("4: when the base branch moved on, only our side counts", arguments: WorkspaceForm.allCases)
    func scenario4(_ form: WorkspaceForm) throws {
        let scenario = Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "apps/docs": [], "packages/ui": [], "packages/other": []])
            $0.commit("base")
            $0.branch("feature")
            $0.edit(RepoPath(form.source("apps/docs")), "ours")
            $0.commit("ours")
            $0.checkout("main")
            $0.edit(RepoPath(form.source("packages/ui")), "theirs")
            $0.write("packages/other/src/theirs.txt", "theirs")
            $0.commit("theirs")
            $0.checkout("feature")
        }
        try scenario.expectAffected(["docs": .file(form.source("apps/docs"))], base: "main", head: "feature")

        // Without flags the local default is the merge base with main.
        let repository = try ScenarioRepository(scenario)
        let answer = try Answer(document: try repository.ripple("affected", "--format", "json").output)
        #expect(answer.mismatches(["docs": .file(form.source("apps/docs"))]) == [])
        // Comparing the trees themselves shows both sides.
        let direct = try repository.ripple("affected", "--direct", "--base", "main", "--format", "json")
        #expect(try Set(Answer(document: direct.output).projects.map(\.id)) == ["docs", "ui", "web", "other"])
    }

    @Test("4: after main was merged into the branch, only our side counts", arguments: WorkspaceForm.allCases)
    func scenario4Merged(_ form: WorkspaceForm) throws {
        try Scenario {
            $0.workspace(form, ["apps/web": [], "apps/docs": []])
            $0.commit("base")
            $0.branch("feature")
            $0.edit(RepoPath(form.source("apps/docs")), "ours")
            $0.commit("ours")
            $0.checkout("main")
            $0.edit(RepoPath(form.source("apps/web")), "theirs")
            $0.commit("theirs")
            $0.checkout("feature")
            $0.merge("main")
        }.expectAffected(["docs": .file(form.source("apps/docs"))], base: "main", head: "feature")
    }

    @Test("5: a lockfile that moved on the base only gives no external reason", arguments: [WorkspaceForm.npm, .cargo])
    func scenario5(_ form: WorkspaceForm) throws {
        let lockfile: RepoPath = form == .npm ? "package-lock.json" : "Cargo.lock"
        let texts =
            form == .npm
            ? [
                #"{"name":"workspace","lockfileVersion":3,"packages":{}}"#,
                #"{"name":"workspace","lockfileVersion":3,"packages":{"":{}}}"#,
            ]
            : ["version = 4\n", "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n"]
        try Scenario {
            $0.workspace(form, ChangeScenarioTests.shop)
            $0.write(lockfile, texts[0])
            $0.commit("base")
            $0.branch("feature")
            $0.edit(RepoPath(form.source("apps/docs")), "ours")
            $0.commit("ours")
            $0.checkout("main")
            $0.edit(lockfile, texts[1])
            $0.commit("theirs")
        }.expectAffected(["docs": .file(form.source("apps/docs"))], base: "main", head: "feature")
    }

    @Test("6: an edit in foo-bar does not touch foo, whose name it begins with", arguments: WorkspaceForm.allCases)
    func scenario6(_ form: WorkspaceForm) throws {
        let source = form.source("packages/foo-bar")
        try Scenario {
            $0.workspace(form, ["packages/foo": [], "packages/foo-bar": [], "packages/foo.bar": [], "packages/fo": []])
            $0.commit("base")
            $0.edit(RepoPath(source), "edited")
            $0.commit("edit")
        }.expectAffected(["foo-bar": .file(source)])
    }

    @Test("7: a file in a nested project belongs to the innermost project only", arguments: WorkspaceForm.allCases)
    func scenario7(_ form: WorkspaceForm) throws {
        let inner = form.source("packages/outer/inner"), outer = form.source("packages/outer")
        let scenario = Scenario {
            $0.workspace(form, ["packages/outer": [], "packages/outer/inner": []])
            $0.commit("base")
            $0.edit(RepoPath(inner), "edited")
            $0.commit("inside")
            $0.edit(RepoPath(outer), "edited")
            $0.commit("outside")
        }
        try scenario.expectAffected(["inner": .file(inner)], base: "base", head: "inside")
        try scenario.expectAffected(["outer": .file(outer)], base: "inside", head: "outside")
    }
}
