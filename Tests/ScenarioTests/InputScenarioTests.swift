import GitObjects
import ScenarioKit
import Testing

@Suite("Scenarios 11 to 14 and 24: what a task reads")
struct InputScenarioTests {
    @Test(
        "11: a test file that builds exclude affects test tasks only, and no dependent",
        arguments: WorkspaceForm.allCases)
    func scenario11(_ form: WorkspaceForm) throws {
        let file: RepoPath = "packages/ui/tests/widget.test.txt"
        let answer = try Scenario {
            $0.workspace(form, ["apps/web": ["ui"], "packages/ui": []])
            let rule = "inputs: [\"**/*\", \"!tests/**\"]"
            // Everything but the test leaves the tests out.
            let names = form.tasks.filter { $0 != "test" }
            if form == .plain {
                $0.replace("ripple.yaml", "build: { ", "build: { \(rule), ")
                $0.replace("ripple.yaml", "lint: { ", "lint: { \(rule), ")
            } else {
                $0.write("ripple.yaml", "version: 1\ntasks:\n" + names.map { "  \($0): { \(rule) }\n" }.joined())
            }
            $0.write(file, "expects one")
            $0.commit("base")
            $0.edit(file, "expects two")
            $0.commit("edit")
        }.expectAffected(["ui": .file("\(file)", tasks: ["test"])], tasks: ["ui": ["test"]])
        #expect(!answer.tasks.contains("web#build"))
    }

    @Test("12: a file outside a task's inputs keeps that task out", arguments: WorkspaceForm.allCases)
    func scenario12(_ form: WorkspaceForm) throws {
        let file: RepoPath = "apps/web/notes/todo.txt"
        let others = form.tasks.filter { $0 != "build" }
        try Scenario {
            $0.workspace(form, ["apps/web": [], "apps/docs": []])
            if form == .plain {
                $0.replace("ripple.yaml", "build: { ", "build: { inputs: [\"src/**\"], ")
            } else {
                $0.write("ripple.yaml", "version: 1\ntasks:\n  build: { inputs: [\"src/**\"] }\n")
            }
            $0.write(file, "one")
            $0.commit("base")
            $0.edit(file, "two")
            $0.commit("edit")
        }.expectAffected(["web": .file("\(file)", tasks: others)], tasks: ["web": others])
    }

    @Test("13: a root file that two of ten projects declare affects those two", arguments: WorkspaceForm.allCases)
    func scenario13(_ form: WorkspaceForm) throws {
        let file: RepoPath = "config/shared.txt"
        try Scenario {
            let directories = (0..<10).map { "packages/p\($0)" }
            $0.workspace(form, Dictionary(uniqueKeysWithValues: directories.map { ($0, []) }))
            $0.write(file, "one")
            for directory in ["packages/p3", "packages/p7"] {
                let rule = "tasks: { build: { inputs: [\"**/*\", \"/config/shared.txt\"] } }\n"
                if form == .plain {
                    $0.append(RepoPath("\(directory)/ripple.yaml"), rule)
                } else {
                    $0.write(RepoPath("\(directory)/ripple.yaml"), rule)
                }
            }
            $0.commit("base")
            $0.edit(file, "two")
            $0.commit("edit")
        }.expectAffected(
            ["p3": .file("\(file)", tasks: ["build"]), "p7": .file("\(file)", tasks: ["build"])],
            tasks: ["p3": ["build"], "p7": ["build"]])
    }

    @Test(
        "13: a file at the root itself that two of ten projects declare affects those two",
        arguments: WorkspaceForm.allCases)
    func scenario13AtTheTop(_ form: WorkspaceForm) throws {
        try Scenario {
            let directories = (0..<10).map { "packages/p\($0)" }
            $0.workspace(form, Dictionary(uniqueKeysWithValues: directories.map { ($0, []) }))
            $0.write("shared.txt", "one")
            for directory in ["packages/p3", "packages/p7"] {
                let rule = "tasks: { test: { inputs: [\"/shared.txt\"] } }\n"
                if form == .plain {
                    $0.append(RepoPath("\(directory)/ripple.yaml"), rule)
                } else {
                    $0.write(RepoPath("\(directory)/ripple.yaml"), rule)
                }
            }
            $0.commit("base")
            $0.edit("shared.txt", "two")
            $0.commit("edit")
        }.expectAffected(["p3": .file("shared.txt", tasks: ["test"]), "p7": .file("shared.txt", tasks: ["test"])])
    }

    @Test("14: fields of the workspace root that change no build affect nothing")
    func scenario14() throws {
        for field in ["description", "author", "keywords", "repository", "version"] {
            try Scenario {
                $0.workspace(.npm, ["apps/web": ["ui"], "packages/ui": []])
                $0.replace("package.json", "\"private\": true,", "\"private\": true, \"\(field)\": \"one\",")
                if field == "description" { $0.replace("package.json", "  \"description\": \"A workspace\",\n", "") }
                $0.commit("base")
                $0.replace("package.json", "\"\(field)\": \"one\"", "\"\(field)\": \"two\"")
                $0.commit("edit")
            }.expectAffected([:])
        }
    }

    @Test("14: white space and comments in a virtual Cargo.toml, and its metadata, affect nothing")
    func scenario14Cargo() throws {
        try Scenario {
            $0.workspace(.cargo, ["apps/web": ["ui"], "packages/ui": []])
            $0.append("Cargo.toml", "[workspace.package]\ndescription = \"one\"")
            $0.commit("base")
            $0.append("Cargo.toml", "\n# a remark")
            $0.replace("Cargo.toml", "\"one\"", "\"two\"")
            $0.commit("edit")
        }.expectAffected([:])
    }

    @Test("14: a comment or another default base in ripple.yaml affects nothing")
    func scenario14Plain() throws {
        try Scenario {
            $0.workspace(.plain, ["apps/web": ["ui"], "packages/ui": []])
            $0.commit("base")
            $0.replace("ripple.yaml", "version: 1\n", "version: 1 # a remark\ndefaultBase: main\n")
            $0.append("packages/ui/ripple.yaml", "# a remark")
            $0.append("packages/ui/ripple.yaml", "tags: [design]")
            $0.commit("edit")
        }.expectAffected([:])
    }

    @Test("14: a field of the workspace root that does change builds affects every member")
    func scenario14Counterpart() throws {
        try Scenario {
            $0.workspace(.npm, ["apps/web": [], "packages/ui": []])
            $0.commit("base")
            $0.replace("package.json", "\"private\": true,", "\"private\": true, \"overrides\": { \"a\": \"1.0.0\" },")
            $0.commit("edit")
        }.expectAffected([
            "web": .config("package.json", "overrides"), "ui": .config("package.json", "overrides"),
        ])
    }

    @Test(
        "24: a task whose declared input lies in another project is affected without an edge",
        arguments: WorkspaceForm.allCases)
    func scenario24(_ form: WorkspaceForm) throws {
        let file: RepoPath = "packages/schema/api.txt"
        try Scenario {
            $0.workspace(form, ["apps/web": [], "apps/docs": [], "packages/schema": []])
            $0.write(file, "one")
            let rule = "tasks: { build: { inputs: [\"**/*\", \"/packages/schema/api.txt\"] } }\n"
            if form == .plain {
                $0.append("apps/web/ripple.yaml", rule)
            } else {
                $0.write("apps/web/ripple.yaml", rule)
            }
            $0.commit("base")
            $0.edit(file, "two")
            $0.commit("edit")
        }.expectAffected(
            ["schema": .file("\(file)", tasks: form.tasks), "web": .file("\(file)", tasks: ["build"])],
            tasks: ["web": ["build"]])
    }

    @Test("24: a file of another project that a command names is an input", arguments: [WorkspaceForm.npm, .plain])
    func scenario24Command(_ form: WorkspaceForm) throws {
        let file: RepoPath = "packages/schema/api.txt"
        try Scenario {
            $0.workspace(form, ["apps/web": [], "apps/docs": [], "packages/schema": []])
            $0.write(file, "one")
            let rule = "tasks: { generate: { command: \"cat ../../packages/schema/api.txt\" } }\n"
            if form == .plain {
                $0.append("apps/web/ripple.yaml", rule)
            } else {
                $0.write("apps/web/ripple.yaml", rule)
            }
            $0.commit("base")
            $0.edit(file, "two")
            $0.commit("edit")
        }.expectAffected(
            ["schema": .file("\(file)", tasks: form.tasks), "web": .file("\(file)", tasks: ["generate"])],
            tasks: ["web": ["generate"]])
    }
}
