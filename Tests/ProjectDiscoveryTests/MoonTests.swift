import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// `app` uses `lib` by its package.json; `tool` is a directory without a manifest of any package manager.
func moonFiles(_ changes: [String: String] = [:]) -> [String: String] {
    let files = [
        "package.json": #"{ "name": "root", "private": true, "workspaces": ["p/*"], "packageManager": "yarn@4.0.0" }"#,
        ".moon/workspace.yml": "projects: ['p/*', 'tool']\nvcs:\n  defaultBranch: trunk\n",
        ".moon/toolchains.yml": "node:\n  version: '20.0.0'\n",
        ".moon/tasks/node.yml": """
        inheritedBy: { toolchain: node }
        fileGroups:
          sources: ['src/**/*', 'types/**/*']
        implicitDeps: ['^:build']
        tasks:
          build:
            command: 'tsc --build'
            inputs: ['@globs(sources)', 'tsconfig.json', '/tsconfig.base.json']
            outputs: ['lib']
          test:
            command: jest
            args: ['--ci', 'two words']
            inputs: ['@group(sources)', '!src/**/*.snap', '$CI']
        """,
        "p/app/package.json":
            #"{ "name": "@x/app", "dependencies": { "@x/lib": "workspace:*" }, "scripts": { "odd": "x" } }"#,
        "p/app/moon.yml": "layer: application\ntags: [web]\n",
        "p/lib/package.json": #"{ "name": "@x/lib" }"#,
        "tool/moon.yml": "language: bash\ntasks:\n  check:\n    command: './check.sh'\n    inputs: ['*.sh']\n",
        "tool/check.sh": "true",
    ]
    return files.merging(changes) { $1 }
}

@Suite("moon workspaces")
struct MoonTests {
    private func read(_ changes: [String: String] = [:]) throws -> Workspace { try readWorkspace(moonFiles(changes)) }

    /// The definition of one task of `lib`, from the text of its moon.yml.
    private func lib(_ text: String, task: String = "build", _ changes: [String: String] = [:]) throws -> TaskDefinition
    {
        try read(changes.merging(["p/lib/moon.yml": text]) { $1 }).task("p/lib", task)
    }

    @Test("globs find projects of any kind, called as moon calls them; scripts are no tasks")
    func projects() throws {
        let found = try read()
        #expect(found.projects.map(\.id) == [".", "app", "lib", "tool"])
        #expect(found.edgeTexts == ["p/app -> p/lib runtime"])
        #expect(try found.at("tool").managers.isEmpty && found.at("p/app").managers == [.yarn])
        #expect(try found.at("p/app").type == .app && found.at("p/lib").type == .library)
        #expect(try found.at("p/app").tags == ["web"])
        #expect(try found.at("p/app").tasks.keys.sorted() == ["build", "test"])
        #expect(try found.at("tool").tasks.keys.sorted() == ["check"])
        #expect(found.notes.isEmpty && found.widenings.isEmpty)
        #expect(found.followsFileNames)
        #expect(found.structuralFiles.isSuperset(of: [".moon/workspace.yml", ".moon/tasks/node.yml", "tool/moon.yml"]))
    }

    @Test("a map of sources, or globs and sources together, with exclusions and globs that end in moon.yml")
    func sources() throws {
        let map = try read([".moon/workspace.yml": "projects: { first: p/lib, web: p/app/moon.yml }\n"])
        #expect(map.projects.map(\.id) == [".", "web", "first"])
        let both = try read([
            ".moon/workspace.yml":
                "projects:\n  globFormat: source-path\n  globs: ['**/moon.yml', './p/*', '!p/lib']\n  sources: { t: tool }\n"
        ])
        #expect(both.projects.map(\.id) == [".", "p/app", "@x/lib", "t"])
        let outside = try read([".moon/workspace.yml": "projects: { out: ../x, gone: gone }\n"])
        #expect(outside.notes.count == 2 && outside.notes.allSatisfy { $0.hasPrefix(".moon/workspace.yml:1 ") })
    }

    @Test("an inherited task has its inputs, outputs, environment and command")
    func inheritedTask() throws {
        let found = try read()
        let build = try found.task("p/lib", "build")
        #expect(
            build.inputs
                == .patterns(
                    ["src/**/*", "types/**/*", "tsconfig.json", "/tsconfig.base.json", "package.json"],
                    includesDefault: false))
        #expect(build.outputs == ["lib"] && build.cache && build.dependsOn == [.dependencies("build")])
        #expect(build.origin == Evidence(path: ".moon/tasks/node.yml", line: 6))
        #expect(
            build.command
                == #"export PATH="$PWD/node_modules/.bin:$PWD/../../node_modules/.bin:$PATH"; tsc --build"#)
        let test = try found.task("p/lib", "test")
        #expect(test.command.hasSuffix("; jest --ci 'two words'"))
        #expect(test.env == ["CI"])
        guard case .patterns(let patterns, _) = test.inputs else { return #expect(Bool(false)) }
        #expect(patterns.contains("!src/**/*.snap"))
    }

    @Test("a project's own task joins the inherited one, each list by its strategy")
    func merging() throws {
        let joined = try lib(
            "tasks:\n  build:\n    args: --watch\n    inputs: [extra.txt]\n    outputs: [dist]\n    deps: [~:test]\n")
        #expect(joined.command.hasSuffix("tsc --build --watch"))
        #expect(joined.outputs == ["lib", "dist"])
        #expect(joined.dependsOn == [.sameProject("test"), .dependencies("build")])
        let replaced = try lib(
            """
            tasks:
              build:
                command: [rollup, -c]
                inputs: [extra.txt]
                outputs: [dist]
                options: { mergeArgs: replace, mergeInputs: replace, mergeOutputs: prepend }
            """)
        #expect(replaced.command.hasSuffix("; rollup -c"))
        #expect(replaced.inputs == .patterns(["extra.txt", "package.json"], includesDefault: false))
        #expect(replaced.outputs == ["dist", "lib"])
        let preserved = try lib("tasks:\n  build:\n    outputs: [dist]\n    options: { merge: preserve }\n")
        #expect(preserved.outputs == ["lib"])
    }

    @Test("inherited tasks can be left out, chosen and renamed")
    func inheritance() throws {
        let rules = "workspace:\n  inheritedTasks:\n    exclude: [test]\n    rename: { build: compile }\n"
        #expect(try read(["p/lib/moon.yml": rules]).at("p/lib").tasks.keys.sorted() == ["compile"])
        let include = "workspace:\n  inheritedTasks:\n    include: [test]\n"
        #expect(try read(["p/lib/moon.yml": include]).at("p/lib").tasks.keys.sorted() == ["test"])
        let none = "workspace:\n  inheritedTasks:\n    include: []\n"
        #expect(try read(["p/lib/moon.yml": none]).at("p/lib").tasks.isEmpty)
    }

    @Test("conditions of moon 2: all that are given must hold, and what applies to less comes last")
    func conditions() throws {
        func command(_ condition: String, _ own: String) throws -> String {
            try read([
                ".moon/tasks/a.yml": "inheritedBy: \(condition)\ntasks: { build: { command: special } }\n",
                "p/lib/moon.yml": own,
            ]).task("p/lib", "build").command.split(separator: ";").last.map(String.init) ?? ""
        }
        #expect(try command("{ layer: library }", "layer: library\n") == " special --build")
        #expect(try command("{ layers: [tool, library], stack: frontend }", "layer: library\n") == " tsc --build")
        #expect(try command("{ tags: { and: [a, b] } }", "tags: [a]\n") == " tsc --build")
        #expect(try command("{ tags: { or: [a, b], not: [c] } }", "tags: [a]\n") == " special --build")
        #expect(try command("{ language: rust }", "layer: library\n") == " tsc --build")
        #expect(try command("{ files: [package.json] }", "layer: library\n") == " tsc --build")
    }

    @Test("in moon 1 the name of a file says who inherits it")
    func versionOne() throws {
        var files = moonFiles([
            ".moon/tasks/node.yml": "tasks: { build: { command: a } }\n",
            ".moon/tasks/node-library.yml": "tasks: { build: { command: b } }\n",
            ".moon/tasks/tag-web.yml": "tasks: { deploy: { command: d } }\n",
            ".moon/tasks/elixir.yml": "tasks: { x: { command: x } }\n",
            ".moon/tasks.yml": "tasks: { all: { command: c } }\n",
            "p/lib/moon.yml": "type: library\n",
        ])
        files[".moon/toolchains.yml"] = nil
        let found = try readWorkspace(files)
        #expect(try found.at("p/lib").tasks.keys.sorted() == ["all", "build"])
        #expect(try found.task("p/lib", "build").command.hasSuffix("; b"))
        #expect(try found.task("p/app", "build").command.hasSuffix("; a"))
        #expect(try found.at("p/app").tasks.keys.sorted() == ["all", "build", "deploy"])
        #expect(try found.at("tool").tasks.keys.sorted() == ["all", "check"])
        #expect(found.notes == [".moon/tasks/elixir.yml:0 no project inherits the tasks of this file"])
    }

    @Test("dependencies by scope, project, tag and object; what does not exist is noted")
    func dependencies() throws {
        let found = try read([
            "p/lib/moon.yml": """
            tags: [web]
            dependsOn: [{ id: tool, scope: build }]
            tasks:
              a: { command: a, deps: ['^:check', 'tool:check', '#web:test', { target: '~:build', optional: true }] }
              b: { command: b, deps: ['nobody:x', '~:gone', { target: 'tool:gone', optional: true }] }
            """
        ])
        #expect(
            try found.task("p/lib", "a").dependsOn == [
                .dependencies("check"), .task(project: "tool", task: "check"), .task(project: "p/app", task: "test"),
                .sameProject("build"), .dependencies("build"),
            ])
        #expect(found.edgeTexts == ["p/app -> p/lib runtime", "p/lib -> tool build"])
        #expect(found.edges.last?.evidence == [Evidence(path: "p/lib/moon.yml", line: 2)])
        #expect(found.notes.map { String($0.prefix(16)) } == ["p/lib/moon.yml:5", "p/lib/moon.yml:5"])
    }

    @Test("a dependency on a project that does not exist makes the project count as changed, and names the line")
    func danglingDependency() throws {
        let found = try read(["p/lib/moon.yml": "dependsOn:\n  - toll\n"])
        #expect(try found.at("p/lib").brokenReason?.hasPrefix("p/lib/moon.yml:2: ") == true)
        #expect(found.widenings.map(\.code) == ["unknown-dependency"])
        #expect(found.widenings.first?.message.contains("Did you mean 'tool'?") == true)
    }

    @Test("servers do not end, utilities are not cached, and nothing waits for a server")
    func presets() throws {
        let found = try read([
            "p/lib/moon.yml": """
            tasks:
              dev: { command: vite }
              fix: { command: eslint --fix, preset: utility }
              old: { command: x, local: true }
              wait: { command: y, deps: ['~:dev', '^:dev'] }
              quick: { command: z, options: { cache: false, timeout: 30, retryCount: 2 } }
            """
        ])
        let dev = try found.task("p/lib", "dev"), fix = try found.task("p/lib", "fix")
        #expect(dev.persistent && !dev.cache && fix.interactive && !fix.cache && !fix.persistent)
        #expect(try found.task("p/lib", "old").persistent)
        #expect(try found.task("p/lib", "wait").dependsOn == [.dependencies("build")])
        let quick = try found.task("p/lib", "quick")
        #expect(!quick.cache && quick.timeoutSeconds == 30 && quick.retries == 2)
        #expect(found.notes.contains { $0.contains("'~:dev' does not end by itself") })
    }

    @Test("inputs: none at all, the default, other projects, environment files, and what is not understood")
    func inputs() throws {
        func rule(_ inputs: String, _ rest: String = "") throws -> InputRule {
            try lib(
                "dependsOn: [tool]\ntasks:\n  own: { command: x\(inputs.isEmpty ? "" : ", inputs: \(inputs)")\(rest) }\n",
                task: "own"
            ).inputs
        }
        #expect(try rule("") == .patterns(["**/*", "package.json"], includesDefault: false))
        #expect(try rule("[]") == .patterns([], includesDefault: false))
        #expect(
            try rule("['project://tool', { project: tool, filter: ['*.md'] }]")
                == .patterns(["/tool/**/*", "/tool/*.md", "package.json"], includesDefault: false))
        #expect(
            try rule("[{ file: 'a[1].txt' }, 'glob://b/*?cache=false', '../lib2/x']")
                == .patterns(["b/*", "a\\[1\\].txt", "/p/lib2/x", "package.json"], includesDefault: false))
        #expect(
            try rule("[x]", ", options: { envFile: .env.test }")
                == .patterns(["x", ".env.test", "package.json"], includesDefault: false))
        for odd in ["['@unknown(x)']", "[{ what: 1 }]", "['@group(missing)']", "['<a:1,2>/*']", "['weird://x']"] {
            guard case .patterns(let patterns, _) = try rule(odd) else { continue }
            #expect(patterns.contains("/**/*"), "\(odd)")
        }
    }

    @Test("the default inputs of a project with others below it reach into those, as moon's globs do")
    func nestedInputs() throws {
        let found = try read([
            ".moon/workspace.yml": "projects: ['p/*', 'p/lib/inner']\n", "p/lib/inner/moon.yml": "layer: library\n",
            "p/lib/moon.yml": "tasks: { own: { command: x } }\n",
        ])
        #expect(
            try found.task("p/lib", "own").inputs
                == .patterns(["/p/lib/**/*", "/p/lib/package.json"], includesDefault: false))
    }

    @Test("tasks of the root read nothing unless they say so, and their patterns reach everywhere")
    func rootProject() throws {
        let found = try read([
            ".moon/workspace.yml": "projects: { root: '.', lib: p/lib }\n",
            "moon.yml": "tasks:\n  a: { command: x }\n  b: { command: y, inputs: ['**/*.md', 'x.json'] }\n",
        ])
        let silent = try found.task(".", "a")
        #expect(silent.inputs == .patterns([], includesDefault: false) && !silent.cache)
        #expect(
            try found.task(".", "b").inputs
                == .patterns(["/**/*.md", "/x.json", "/package.json"], includesDefault: false))
    }

    @Test("tokens, variables, scripts and the directory of a command")
    func commands() throws {
        func command(_ text: String) throws -> String {
            let whole = try lib("env: { MODE: it's }\ntasks:\n  own: \(text)\n", task: "own").command
            return String(whole[(whole.firstRange(of: "$PATH\"; ")?.upperBound ?? whole.startIndex)...])
        }
        let set = #"export MODE='it'\''s'; "#
        #expect(
            try command("{ command: 'a @in(0) $workspaceRoot/x $project $HOME', inputs: ['/c.json'] }") == set
                + "a ../../c.json ../../x lib $HOME")
        #expect(try command("{ command: lint, args: ['@globs(sources)'] }") == set + "lint 'src/**/*' 'types/**/*'")
        #expect(try command("{ script: 'a && b | c', env: { X: '$Y/z' } }") == set + #"export X="$Y/z"; a && b | c"#)
        #expect(try command("{ command: noop }") == "true")
        let root = try lib("tasks: { own: { command: x, options: { runFromWorkspaceRoot: true } } }\n", task: "own")
            .command
        #expect(root.hasPrefix("cd ../.. || exit; export PATH=\"$PWD/p/lib/node_modules/.bin:$PWD/node_modules/.bin:"))
        let open = try lib("tasks: { own: { command: 'x $vcsRevision' } }\n", task: "own")
        #expect(!open.cache)
        #expect(try lib("tasks: { own: { command: x, env: { X: '$Y/z' } } }\n", task: "own").env == ["Y"])
    }

    @Test("a task may be put together from another, also in a circle")
    func extending() throws {
        let own = try lib("tasks:\n  own: { extends: build, args: -v }\n", task: "own")
        #expect(own.command.hasSuffix("tsc --build -v") && own.outputs == ["lib"])
        let circle = try read([
            "p/lib/moon.yml": "tasks:\n  a: { extends: b, command: x }\n  b: { extends: a, command: y }\n"
        ])
        #expect(try circle.task("p/lib", "a").command.hasSuffix("; x"))
    }

    @Test("settings of tools count for the projects that may use them")
    func toolchains() throws {
        let found = try read([".moon/toolchains.yml": "node: { version: '20' }\nrust: { version: '1' }\nproto: {}\n"])
        func fields(_ path: String) throws -> [String] {
            try found.at(path).structuralDigests.map(\.field).filter { $0 != "packageManager" }
        }
        #expect(try fields("p/lib") == ["node", "proto"])
        #expect(try fields("tool") == ["proto"])
        let pinned = try read([".prototools": "node = \"20.1.0\"\nmoon = \"2.0.0\"\n# a = 1\n[settings]\nx = 1\n"])
        let digests = try pinned.at("p/lib").structuralDigests.filter { $0.path == ".prototools" }
        #expect(digests.map(\.field) == ["node", "tables"] && digests.map(\.line) == [1, 4])
        #expect(try pinned.at("tool").structuralDigests.map(\.field) == ["tables"])
    }

    @Test("one broken moon.yml widens its project alone; a broken file for all widens all, and names the line")
    func broken() throws {
        let own = try read(["p/lib/moon.yml": "tasks: [\n"])
        #expect(try own.at("p/lib").brokenReason?.hasPrefix("p/lib/moon.yml:") == true)
        #expect(try own.at("p/app").brokenReason == nil && own.at("p/lib").tasks["build"] != nil)
        #expect(own.widenings.map(\.scope) == ["p/lib/moon.yml"])
        for file in [".moon/workspace.yml", ".moon/tasks/node.yml", ".moon/toolchains.yml"] {
            let all = try read([file: "<<<<<<< ours\na: 1\n"])
            #expect(all.projects.filter { !$0.onlyGathers }.allSatisfy { $0.brokenReason != nil }, "\(file)")
            #expect(all.widenings.map(\.scope) == [file])
        }
        let other = try read([".moon/tasks/x.pkl": "x = 1"])
        #expect(other.widenings.first?.message.contains("only the YAML, JSON and TOML forms") == true)
    }

    @Test("keys that are not known are noted with their line")
    func unknownKeys() throws {
        let found = try read([
            "p/lib/moon.yml": "laier: library\ntasks:\n  own:\n    comand: x\n    options: { runInCI: false }\n"
        ])
        #expect(
            found.notes == [
                "p/lib/moon.yml:1 'laier' is not understood; it is ignored",
                "p/lib/moon.yml:4 'comand' is not understood; it is ignored",
                "p/lib/moon.yml:5 'runInCI' has no effect: name the tasks to plan",
            ])
    }

    @Test("files of tasks extend others in the repository, which come before them; an address is noted")
    func extendedFiles() throws {
        let found = try read([
            ".moon/tasks/node.yml": """
            extends: ['../shared/base.yml', 'https://example.org/tasks.yml']
            inheritedBy: { toolchain: node }
            implicitDeps: ['^:prepare']
            tasks:
              build: { command: own }
            """,
            ".moon/shared/base.yml": """
            extends: './deep.jsonc'
            fileGroups: { sources: ['src/**/*'] }
            tasks:
              build: { command: base }
              test: { command: jest, inputs: ['@group(sources)'] }
            """,
            ".moon/shared/deep.jsonc": """
            { // Comments are fine.
              "extends": "base.yml", "implicitDeps": ["^:setup"], "taskOptions": { "retryCount": 2 },
              "tasks": { "deep": { "command": "deep" }, "setup": "s", "prepare": "p" } }
            """,
        ])
        #expect(try found.task("p/lib", "build").command.hasSuffix("own"))
        let test = try found.task("p/lib", "test")
        #expect(test.command.hasSuffix("jest") && test.retries == 2 && test.origin?.path == ".moon/shared/base.yml")
        #expect(
            try found.task("p/app", "deep").dependsOn == [.dependencies("setup"), .dependencies("prepare")]
                && found.task("p/app", "deep").origin?.line == 3)
        #expect(found.structuralFiles.isSuperset(of: [".moon/shared/base.yml", ".moon/shared/deep.jsonc"]))
        #expect(
            found.notes == [
                ".moon/tasks/node.yml:0 'extends: https://example.org/tasks.yml' is not followed: what lies at an address is not read, and what it says is not known here"
            ])
    }

    @Test("workspace and toolchain files extend others, and all files may be TOML")
    func otherForms() throws {
        let found = try read([
            ".moon/workspace.yml": "extends: ./base.toml\nversionConstraint: '>=2'\n",
            ".moon/base.toml": "projects = ['p/*', 'tool']\n[vcs]\ndefaultBranch = 'trunk'\n",
            ".moon/toolchains.yml": "extends: ./tools.toml\n", ".moon/tools.toml": "[node]\nversion = '20.0.0'\n",
            "p/lib/moon.toml": "# A library.\nlayer = 'library'\n[tasks.own]\ncommand = 'x'\ninputs = ['a.txt']\n",
            "tool/moon.yml": "tasks: {}\n",
        ])
        let own = try found.task("p/lib", "own")
        #expect(own.command.hasSuffix("x") && own.origin == Evidence(path: "p/lib/moon.toml", line: 3))
        #expect(
            try found.at("p/lib").structuralDigests.contains { $0.field == "node" && $0.path == ".moon/tools.toml" })
        #expect(try found.at("p/lib").tasks["build"] != nil && found.at("tool").tasks.isEmpty)
        let broken = try read(["p/lib/moon.toml": "layer = 'library'\n[tasks\n"])
        #expect(try broken.at("p/lib").brokenReason?.hasPrefix("p/lib/moon.toml:2") == true)
    }

    @Test("the default branch is that of vcs.defaultBranch")
    func defaultBranch() throws {
        #expect(try WorkspaceReader.toolBranch(in: .inMemory(moonFiles())) == "trunk")
        #expect(try WorkspaceReader.toolBranch(in: .inMemory(moonFiles([".moon/workspace.yml": "["]))) == nil)
        #expect(
            try WorkspaceReader.toolBranch(
                in: .inMemory(moonFiles([".moon/workspace.yml": "vcs: { defaultBranch: -x }"]))) == nil)
    }

    @Test("damaged files are read or refused, and never end the program", arguments: 1...4 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = JavaScriptRandom(state: seed)
        let pieces = [
            "tasks:\n", "'@group(a)'", "extends: x\n", "- ", ": ", "{", "[", "!", "$", "*a", "&a ", "\t", "^:", "#x:",
        ]
        let files = moonFiles([
            "p/lib/moon.yml":
                "tasks:\n  own: { command: '@in(0) $project', inputs: ['@group(sources)', 'project://^'] }\n"
        ])
        let names = files.keys.filter { $0.hasSuffix(".yml") }.sorted()
        for round in 0..<60 {
            var damaged = files
            let name = names[Int(random.next() % UInt64(names.count))]
            damaged[name] = String(decoding: mutated(files[name] ?? "", with: pieces, &random), as: UTF8.self)
            let found = try readWorkspace(damaged)
            #expect(
                found.projects.contains { $0.path == "p/lib" } || !found.projects.isEmpty,
                "seed \(seed), round \(round)")
        }
    }
}
