import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("Targets of Nx")
struct NxTaskTests {
    /// The task `name` of the project `ui`, which has the targets given.
    private func task(
        _ name: String, _ targets: String, nx: String = "{}", extra: [String: String] = [:]
    ) throws -> TaskDefinition {
        var files = ["libs/ui/project.json": "{ \"name\": \"ui\", \"targets\": \(targets) }"]
        files.merge(extra) { $1 }
        return try #require(try discoverNx(nxFiles(nx, extra: files)).project("libs/ui")?.tasks[name])
    }

    /// The inputs of a target with these `inputs`, under these named inputs.
    private func inputs(_ list: String, named: String = "{}") throws -> InputRule {
        try task("t", "{ \"t\": { \"inputs\": \(list) } }", nx: "{ \"namedInputs\": \(named) }").inputs
    }

    @Test("commands run from the workspace's root with its programs; other executors through Nx")
    func commands() throws {
        let start = #"cd ../.. && PATH="$PWD/node_modules/.bin:$PATH" && "#
        func command(_ target: String) throws -> String { try task("t", "{ \"t\": \(target) }").command }
        #expect(try command(#"{ "command": "tsc -p {projectRoot}" }"#) == start + "tsc -p libs/ui")
        #expect(
            try command(
                #"{ "executor": "nx:run-commands", "options": { "commands": ["a b", { "command": "c" }], "parallel": false, "cwd": "libs/it's", "env": { "X": "1 2" } } }"#
            ) == start + #"cd 'libs/it'\''s' && export X='1 2' && (a b) && (c)"#)
        #expect(
            try command(#"{ "executor": "nx:run-commands", "options": { "commands": ["a", "b"] } }"#)
                == "npx nx run ui:t")
        #expect(try command(#"{ "command": "a {args.x}" }"#) == "npx nx run ui:t")
        #expect(try command(#"{ "executor": "nx:noop" }"#) == ":")
        #expect(try command(#"{ "executor": "@nx/js:tsc" }"#) == "npx nx run ui:t")
        let one = try task("t", #"{ "t": { "executor": "@nx/js:tsc", "options": { "a": 1 } } }"#)
        let two = try task("t", #"{ "t": { "executor": "@nx/js:tsc", "options": { "a": 2 } } }"#)
        #expect(one.script != two.script && one.origin == Evidence(path: "libs/ui/project.json", line: 1))
    }

    @Test("the options of the default configuration are those that run")
    func configurations() throws {
        let target = """
            { "command": "x", "options": { "cwd": "a" }, "defaultConfiguration": "production",
              "configurations": { "production": { "cwd": "b" } } }
            """
        #expect(try task("t", "{ \"t\": \(target) }").command.hasSuffix("cd b && x"))
    }

    @Test("defaults come from the executor, the name, or the longest glob; lists are replaced")
    func defaults() throws {
        let nx = """
            { "targetDefaults": {
              "@nx/js:tsc": { "cache": true, "outputs": ["{projectRoot}/out"] },
              "build": { "cache": true, "dependsOn": ["^build"] }, "e2e-*": { "cache": true }, "e2e-ci-*": { "cache": false },
              "t": { "executor": "nx:run-commands", "options": { "command": "d" } } } }
            """
        #expect(try task("build", #"{ "build": { "executor": "@nx/js:tsc" } }"#, nx: nx).outputs == ["out"])
        let build = try task("build", #"{ "build": { "dependsOn": ["t", "t"] , "command": "x" }, "t": {} }"#, nx: nx)
        #expect(
            build.cache && build.dependsOn.first == .sameProject("t") && build.outputs == ["dist", "build", "public"])
        #expect(try task("e2e-a", #"{ "e2e-a": { "command": "x" } }"#, nx: nx).cache)
        #expect(try !task("e2e-ci-a", #"{ "e2e-ci-a": { "command": "x" } }"#, nx: nx).cache)
        #expect(try task("t", #"{ "t": {} }"#, nx: nx).command.hasSuffix("d"))
        let old = #"{ "tasksRunnerOptions": { "default": { "options": { "cacheableOperations": ["t"] } } } }"#
        #expect(try task("t", #"{ "t": { "command": "x" } }"#, nx: old).cache)
    }

    @Test("dependsOn: own, of dependencies, of named projects, by glob and as object; servers are not waited for")
    func dependencies() throws {
        func list(_ text: String) throws -> [TaskDependency] {
            let targets =
                #"{ "t": { "inputs": [], "dependsOn": \#(text) }, "a1": {}, "a2": {}, "serve": {}, "n": { "continuous": true } }"#
            return try task("t", targets).dependsOn
        }
        #expect(try list(#"["a1", "missing", "t", "serve", "n"]"#) == [.sameProject("a1")])
        #expect(try list(#"["a*"]"#) == [.sameProject("a1"), .sameProject("a2")])
        #expect(try list(#"["^build"]"#) == [.dependencies("build")])
        #expect(try list(#"["^serve"]"#) == [.dependencies("^default")])
        #expect(try list(#"["shop:build"]"#) == [.task(project: "apps/shop", task: "build")])
        #expect(
            try list(#"[{ "projects": ["shop", "data"], "target": "build", "params": "forward" }]"#)
                == [.task(project: "apps/shop", task: "build")])
        #expect(
            try list(#"[{ "projects": "tag:scope:*", "target": "build" }]"#) == [
                .task(project: "apps/shop", task: "build")
            ])
        #expect(
            try list(#"[{ "dependencies": true, "target": "build" }, { "projects": "self", "target": "a1" }]"#)
                == [.dependencies("build"), .sameProject("a1")])
    }

    @Test("without inputs the project's files count, and all files of what it depends on")
    func defaultInputs() throws {
        let plain = try task("t", #"{ "t": {} }"#)
        #expect(plain.inputs == .patterns(["/tsconfig.base.json"], includesDefault: true))
        #expect(plain.dependsOn == [.dependencySources])
        let narrow = try task("t", #"{ "t": {}, "build": { "inputs": ["{projectRoot}/src"] } }"#)
        #expect(narrow.dependsOn == [.dependencies("^default")])
    }

    @Test("inputs: globs, named inputs, exclusions with groups")
    func namedInputs() throws {
        let always = ["/tsconfig.base.json"]
        #expect(try inputs(#"["{projectRoot}/**/*"]"#) == .patterns(always, includesDefault: true))
        let named = """
            { "default": ["{projectRoot}/**/*", "shared"], "shared": ["{workspaceRoot}/a.json", "default"],
              "production": ["default", "!{projectRoot}/**/?(*.)+(spec|test).[jt]s?(x)?(.snap)"] }
            """
        #expect(
            try inputs(#"["production", "^production"]"#, named: named)
                == .patterns(
                    ["**/*", "/a.json"] + always
                        + ["!**/{*.,}{spec,test}.[jt]s{x,}{.snap,}", "project.json", "package.json"],
                    includesDefault: false))
        #expect(
            try inputs(#"["{projectRoot}/../x/*.@(a|b)", "{projectRoot}/src/+(c|d)/e"]"#)
                == .patterns(
                    ["src/**/*", "/libs/x/*.{a,b}"] + always + ["project.json", "package.json"], includesDefault: false)
        )
    }

    @Test("an exclusion without wildcards excludes that file, and nothing below a directory of its name")
    func exactExclusions() throws {
        guard
            case .patterns(let patterns, _) = try inputs(
                #"["{projectRoot}/**/*", "!{projectRoot}/tests", "!{projectRoot}/x.json", "!{projectRoot}/docs/**/*"]"#)
        else {
            Issue.record("no patterns")
            return
        }
        let list = try PatternList(patterns.filter { !$0.hasPrefix("/") })
        #expect(list.matches("tests/a.ts") && !list.matches("tests"))
        #expect(!list.matches("x.json") && !list.matches("docs/a/b") && list.matches("package.json"))
    }

    @Test("what counts as input without being a file")
    func otherInputs() throws {
        let found = try task(
            "t",
            #"{ "t": { "cache": true, "inputs": [{ "env": "X" }, { "externalDependencies": ["a"] }, { "dependentTasksOutputFiles": "**/*" }] } }"#
        )
        #expect(found.env == ["X"] && found.cache && found.dependsOn == [])
        #expect(
            found.inputs == .patterns(["/tsconfig.base.json", "project.json", "package.json"], includesDefault: false))
        for odd in [#"{ "runtime": "node -v" }"#, #"{ "odd": 1 }"#, #""nowhere""#, "7"] {
            let files = nxFiles(extra: [
                "libs/ui/project.json": #"{ "name": "ui", "targets": { "t": { "cache": true, "inputs": [\#(odd)] } } }"#
            ])
            let discovery = try discoverNx(files)
            #expect(discovery.project("libs/ui")?.tasks["t"]?.cache == false)
            #expect(
                discovery.diagnostics.contains { $0.message.contains("1 task are not reused") && $0.evidence.line == 1 }
            )
        }
    }

    @Test("outputs are stored wherever they lie in the workspace; what holds a project forbids it")
    func outputs() throws {
        func outputs(_ list: String, _ options: String = "{}") throws -> TaskDefinition {
            try task("t", #"{ "t": { "command": "x", "cache": true, "outputs": \#(list), "options": \#(options) } }"#)
        }
        let inside = try outputs(
            #"["{projectRoot}/dist", "{workspaceRoot}/libs/ui/x/*.js", "libs/{projectName}/y", "!{projectRoot}/dist/z"]"#
        )
        #expect(inside.outputs == ["dist", "x/*.js", "y", "!dist/z"] && inside.cache)
        #expect(try outputs(#"["{options.path}"]"#, #"{ "path": "libs/ui/p" }"#).outputs == ["p"])
        let rooted = try outputs(#"["{options.path}"]"#, #"{ "path": "dist/libs/ui" }"#)
        #expect(rooted.outputs == ["/dist/libs/ui"] && rooted.cache)
        for around in ["{workspaceRoot}", "{workspaceRoot}/libs", "{workspaceRoot}/**/*.map", "{projectRoot}"] {
            #expect(try !outputs("[\"\(around)\"]").cache, "\(around)")
        }
        #expect(try outputs(#"["{options.none}"]"#).cache)
        #expect(
            try task("t", #"{ "t": { "command": "x", "cache": true, "outputs": ["{workspaceRoot}/../x"] } }"#).cache
                == false)
    }

    @Test("scripts are targets; what the project says of a target of that name wins")
    func scripts() throws {
        let found = try discoverNx([
            "nx.json": #"{ "targetDefaults": { "test": { "cache": true }, "build": { "executor": "@nx/js:tsc" } } }"#,
            "package.json": #"{ "workspaces": ["p/*"], "packageManager": "pnpm@9.0.0" }"#,
            "pnpm-workspace.yaml": "packages: ['p/*']",
            "p/a/package.json": """
            { "name": "a", "scripts": { "build": "x", "test": "y", "pretest": "z", "lint": "l" },
              "nx": { "includedScripts": ["build", "test"], "targets": { "lint": { "command": "own" } } } }
            """,
        ])
        let tasks = try #require(found.project("p/a")?.tasks)
        #expect(tasks.keys.sorted() == ["build", "lint", "test"])
        #expect(tasks["build"]?.command == "pnpm run build" && tasks["build"]?.script == "x")
        #expect(tasks["test"]?.cache == true && tasks["test"]?.script == "z\ny")
        #expect(tasks["lint"]?.command.hasSuffix("&& own") == true)
    }

    @Test("of two tasks that write to the same place, the later keeps no outputs; committed files are never removed")
    func conflicts() throws {
        let found = try discoverNx(
            nxFiles(extra: [
                "libs/ui/project.json": """
                { "name": "ui", "targets": {
                  "build": { "command": "b", "cache": true, "outputs": ["{workspaceRoot}/dist/ui"] },
                  "pack": { "command": "p", "cache": true, "dependsOn": ["build"], "outputs": ["{workspaceRoot}/dist/ui/x"] },
                  "shots": { "command": "s", "cache": true, "outputs": ["{projectRoot}/**/*.shot"] } } }
                """,
                "libs/ui/src/a.shot": "picture", "apps/shop/public/icon.svg": "",
                "libs/data/project.json": """
                { "name": "data", "targets": {
                  "all": { "command": "a", "cache": true, "outputs": ["{workspaceRoot}/dist"] },
                  "own": { "command": "o", "cache": true, "outputs": ["{projectRoot}/**/*.map"] } } }
                """,
            ]))
        let ui = try #require(found.project("libs/ui")?.tasks), data = try #require(found.project("libs/data")?.tasks)
        #expect(ui["build"]?.outputs == ["/dist/ui"] && ui["build"]?.cache == true)
        #expect(ui["pack"]?.outputs == [] && ui["pack"]?.cache == false)
        #expect(ui["shots"]?.outputs == [] && ui["shots"]?.cache == false)
        // Nobody says that `public` is made; Nx presumes it.
        #expect(found.project("apps/shop")?.tasks["build"]?.outputs == [])
        #expect(data["all"]?.outputs == [] && data["all"]?.cache == false)
        #expect(data["own"]?.outputs == ["**/*.map"] && data["own"]?.cache == true)
        #expect(
            found.diagnostics.map(\.message).filter { $0.contains("not reused") }.sorted() == [
                "results of 1 task are not reused: committed files are among their outputs",
                "results of 2 tasks are not reused: other tasks write where they do",
            ])
    }

    @Test("options of a command are its flags, and what Nx alone can follow it runs")
    func flags() throws {
        func command(_ options: String, name: String = "t", extra: [String: String] = [:]) throws -> String {
            try task(name, #"{ "\#(name)": { "command": "x", "options": \#(options) } }"#, extra: extra).command
        }
        #expect(
            try command(#"{ "args": ["--a", "b c"], "config": "{projectRoot}/y", "n": 1 }"#)
                .hasSuffix("&& x --config=libs/ui/y --n=1 --a b c"))
        #expect(try command(#"{ "tty": false, "args": "--a" }"#).hasSuffix("&& x --a"))
        for odd in [#"{ "readyWhen": "up" }"#, #"{ "envFile": "e" }"#, #"{ "k": "a b" }"#, #"{ "k": {} }"#] {
            #expect(try command(odd) == "npx nx run ui:t", "\(odd)")
        }
        #expect(try command("{}", extra: ["libs/ui/.env": "A=1"]) == "npx nx run ui:t")
        #expect(try command("{}", extra: [".env.other": "A=1", ".env.example": ""]).hasSuffix("&& x"))
        #expect(try command("{}", name: "other", extra: [".env.other": "A=1"]) == "npx nx run ui:other")
    }

    @Test("a runtime input that prints a variable is that variable")
    func echoes() throws {
        let found = try task(
            "t", #"{ "t": { "cache": true, "inputs": [{ "runtime": "echo $CI" }, { "runtime": "echo \"${A}\"" }] } }"#)
        #expect(found.env == ["A", "CI"] && found.cache)
    }

    @Test("a preset in the repository is what nx.json has not; the default branch is defaultBase")
    func presets() throws {
        let nx = #"{ "extends": "./tools/preset.json", "namedInputs": {}, "defaultBase": "origin/next" }"#
        let preset = #"{ "namedInputs": { "x": [] }, "targetDefaults": { "t": { "cache": true, "outputs": [] } } }"#
        let found = try task("t", #"{ "t": { "command": "x" } }"#, nx: nx, extra: ["tools/preset.json": preset])
        #expect(found.cache)
        #expect(try WorkspaceReader.toolBranch(in: .inMemory(["nx.json": nx])) == "next")
        let old = #"{ "affected": { "defaultBase": "trunk" } }"#
        #expect(try WorkspaceReader.toolBranch(in: .inMemory(["nx.json": old])) == "trunk")
    }

    @Test("files of the old implicitDependencies count for their projects")
    func implicitFiles() throws {
        let nx = #"{ "implicitDependencies": { "a.json": "*", "b/**": ["shop"], "package.json": { "x": "*" } } }"#
        #expect(
            try task("t", #"{ "t": {} }"#, nx: nx).inputs
                == .patterns(["/tsconfig.base.json", "/a.json"], includesDefault: true))
        let old = #"{ "targetDependencies": { "t": [{ "target": "build", "projects": "dependencies" }] } }"#
        #expect(try task("t", #"{ "t": {} }"#, nx: old).dependsOn.first == .dependencies("build"))
    }
}
