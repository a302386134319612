import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

/// A workspace with the packages app (on lib), lib and bare (no scripts), and the turbo.json given.
private func turbo(
    _ root: String, scripts: [String: String] = [:], extra: [String: String] = [:], file: String = "turbo.json"
) throws -> Discovery {
    func manifest(_ name: String, _ path: String, _ rest: String = "") -> String {
        let names = scripts[path] ?? "build test lint"
        let list = names.split(separator: " ").map { "\"\($0)\": \"x\"" }.joined(separator: ", ")
        return "{ \"name\": \"\(name)\", \"version\": \"1.0.0\", \"scripts\": { \(list) }\(rest) }"
    }
    var files = [
        "package.json": manifest("root", ".", #", "workspaces": ["p/*"], "packageManager": "pnpm@9.0.0""#),
        "pnpm-workspace.yaml": "packages: ['p/*']", file: root,
        "p/app/package.json": manifest("app", "p/app", #", "dependencies": { "lib": "workspace:*" }"#),
        "p/lib/package.json": manifest("lib", "p/lib"),
    ]
    files.merge(extra) { $1 }
    let cache = ParsedManifestCache()
    let tree = SourceTree.inMemory(files)
    var discovery = try JavaScriptAdapter.discover(in: tree, scan: javaScriptScan(files, ["."]), cache: cache)
    try TurborepoAdapter.apply(in: tree, to: &discovery)
    return discovery
}

extension Discovery {
    fileprivate func task(_ path: String, _ name: String) throws -> TaskDefinition {
        try #require(project(path)?.tasks[name])
    }
}

@Suite("turbo.json")
struct TurborepoTests {
    @Test("only scripts that turbo.json defines are tasks, and the root's only as //#name")
    func whichTasks() throws {
        let found = try turbo(
            """
            { // comments and trailing commas are allowed
              "$schema": "x",
              "tasks": { "build": { "dependsOn": ["^build"], "outputs": ["dist/**"] },
                "//#lint": {}, "missing": {}, }, }
            """)
        #expect(found.project("p/app")?.tasks.keys.sorted() == ["build"])
        #expect(found.project(".")?.tasks.keys.sorted() == ["lint"])
        let build = try found.task("p/app", "build")
        #expect(build.command == "pnpm run build" && build.cache && !build.persistent)
        #expect(build.dependsOn == [.dependencies("build")])
        #expect(build.outputs == ["dist/**"])
        #expect(build.inputs == .patterns([], includesDefault: true))
        #expect(build.origin == Evidence(path: "turbo.json", line: 3))
        #expect(found.projects.allSatisfy { $0.inputsExcludeUnowned })
        #expect(found.structuralFiles.contains("turbo.json"))
        #expect(found.errors.isEmpty && found.diagnostics.isEmpty)
    }

    @Test("the pipeline of version 1 is read, also with its $VARIABLE dependencies")
    func versionOne() throws {
        let found = try turbo(
            #"{ "globalDependencies": ["$CI_TOKEN", ".env"], "pipeline": { "build": { "dependsOn": ["^build", "$KEY"], "outputMode": "full" } } }"#,
            file: "turbo.jsonc")
        let build = try found.task("p/lib", "build")
        #expect(build.env == ["CI_TOKEN", "KEY"])
        #expect(build.dependsOn == [.dependencies("build")])
        #expect(build.inputs == .patterns(["/.env", "/.env/**"], includesDefault: true))
        #expect(found.structuralFiles.contains("turbo.jsonc"))
        #expect(found.diagnostics.isEmpty)
    }

    @Test("package#task replaces the plain definition and inherits nothing from it")
    func packageTask() throws {
        let found = try turbo(
            #"{ "tasks": { "build": { "outputs": ["dist/**"], "env": ["A"] }, "app#build": { "cache": false }, "lib#test": {} } }"#
        )
        let build = try found.task("p/app", "build")
        #expect(build.outputs.isEmpty && build.env.isEmpty && !build.cache)
        #expect(try found.task("p/lib", "build").env == ["A"])
        #expect(found.project("p/lib")?.tasks["test"] != nil && found.project("p/app")?.tasks["test"] == nil)
    }

    @Test("dependsOn takes tasks of the package, of dependencies, of other packages and of the root")
    func dependencies() throws {
        let found = try turbo(
            #"{ "tasks": { "build": {}, "//#lint": {}, "test": { "dependsOn": ["build", "^build", "lib#build", "//#lint", "lib#nope"] } } }"#
        )
        #expect(
            try found.task("p/app", "test").dependsOn == [
                .sameProject("build"), .dependencies("build"), .task(project: "lib", task: "build"),
                .task(project: ".", task: "lint"),
            ])
        // The package's own task, by its full name.
        #expect(try found.task("p/lib", "test").dependsOn.prefix(2) == [.sameProject("build"), .dependencies("build")])
    }

    @Test("a task without a script is passed through, with what it depends on and the files it reads")
    func transit() throws {
        let found = try turbo(
            """
            { "tasks": { "transit": { "dependsOn": ["^transit", "codegen"] }, "codegen": { "dependsOn": ["transit", "^gen"] },
              "lint": { "dependsOn": ["transit"], "inputs": ["src/**"] } } }
            """)
        let lint = try found.task("p/app", "lint")
        #expect(lint.dependsOn == [.dependencies("transit"), .dependencies("gen")])
        #expect(lint.inputs == .patterns(["package.json", "turbo.json", "turbo.jsonc"], includesDefault: true))
    }

    @Test("inputs: the default, the root, exclusions last, the manifests and global dependencies always")
    func inputs() throws {
        let found = try turbo(
            """
            { "globalDependencies": ["tsconfig.json", "env/*"],
              "tasks": { "build": { "inputs": ["!src/**/*.test.ts", "$TURBO_DEFAULT$", "$TURBO_ROOT$/shared/*.ts", "../lib/x.*"] },
                "test": { "inputs": ["src"] } } }
            """)
        let always = ["package.json", "turbo.json", "turbo.jsonc", "/tsconfig.json", "/tsconfig.json/**", "/env/*"]
        #expect(
            try found.task("p/app", "build").inputs
                == .patterns(["/shared/*.ts", "/p/lib/x.*", "!src/**/*.test.ts"] + always, includesDefault: true))
        #expect(
            try found.task("p/app", "test").inputs == .patterns(["src", "src/**"] + always, includesDefault: false))
    }

    @Test("a root task without inputs reads everything")
    func rootInputs() throws {
        let found = try turbo(##"{ "tasks": { "//#lint": {}, "//#test": { "inputs": ["a/*"] } } }"##)
        #expect(try found.task(".", "lint").inputs == .patterns(["**/*"], includesDefault: true))
        #expect(
            try found.task(".", "test").inputs
                == .patterns(["a/*", "package.json", "turbo.json", "turbo.jsonc"], includesDefault: false))
    }

    @Test("outputs: a bare name may be a directory, an exclusion takes what is below too")
    func outputs() throws {
        let found = try turbo(
            #"{ "tasks": { "build": { "outputs": ["!.next/cache", ".next", "lib/*.js", "!x/**"] } } }"#)
        #expect(
            try found.task("p/app", "build").outputs == [
                ".next", ".next/**", "lib/*.js", "!.next/cache", "!.next/cache/**", "!x/**",
            ])
    }

    @Test("a task with outputs outside of its package is not reused, with a note")
    func outputsElsewhere() throws {
        for elsewhere in ["$TURBO_ROOT$/target/tool", "../shared/out"] {
            let found = try turbo(
                #"{ "tasks": { "build": { "outputs": ["dist/**", "\#(elsewhere)", "!\#(elsewhere)/x"] } } }"#)
            let build = try found.task("p/app", "build")
            #expect(build.outputs == ["dist/**"] && !build.cache)
            #expect(found.diagnostics.map(\.evidence) == [Evidence(path: "turbo.json", line: 1)])
        }
    }

    @Test("environment names are united with the global ones; persistent tasks are not cached")
    func environment() throws {
        let found = try turbo(
            """
            { "globalEnv": ["NODE_ENV", "Z"], "globalPassThroughEnv": ["HOME2"],
              "tasks": { "build": { "env": ["NEXT_PUBLIC_*", "!NEXT_PUBLIC_X", "Z"], "passThroughEnv": ["TOKEN"],
                "persistent": true, "interactive": true } } }
            """)
        let build = try found.task("p/lib", "build")
        #expect(build.env == ["NEXT_PUBLIC_*", "NODE_ENV", "Z", "!NEXT_PUBLIC_X"])
        #expect(build.passThroughEnv == ["HOME2", "TOKEN"])
        #expect(build.persistent && build.interactive && !build.cache)
    }

    @Test("a package's file: scalars are inherited, lists replaced or extended, tasks removed or defined anew")
    func packageFile() throws {
        let found = try turbo(
            """
            { "tasks": { "build": { "outputs": ["dist/**"], "env": ["A"], "dependsOn": ["^build"], "cache": false },
              "test": { "env": ["T"] }, "lint": { "env": ["L"] } } }
            """,
            scripts: ["p/app": "build test lint own"],
            extra: [
                "p/app/turbo.json": """
                { "extends": ["//"], "tasks": {
                  "build": { "outputs": ["$TURBO_EXTENDS$", ".next/**"], "env": ["B"] },
                  "test": { "extends": false },
                  "lint": { "extends": false, "cache": true },
                  "own": {} } }
                """
            ])
        let build = try found.task("p/app", "build")
        #expect(build.outputs == ["dist/**", ".next/**"])
        #expect(build.env == ["B"] && build.dependsOn == [.dependencies("build")] && !build.cache)
        #expect(build.origin == Evidence(path: "p/app/turbo.json", line: 2))
        #expect(found.project("p/app")?.tasks.keys.sorted() == ["build", "lint", "own"])
        #expect(try found.task("p/app", "lint").env.isEmpty)
        #expect(found.project("p/lib")?.tasks.keys.sorted() == ["build", "lint", "test"])
        #expect(found.structuralFiles.contains("p/app/turbo.json"))
    }

    @Test("a package's file may extend another package's")
    func extendedPackage() throws {
        let lib = #"{ "extends": ["//"], "tasks": { "build": { "env": ["LIB"] } } }"#
        let root = #"{ "tasks": { "build": { "outputs": ["o/**"] } } }"#
        let found = try turbo(
            root, extra: ["p/lib/turbo.json": lib, "p/app/turbo.json": #"{ "extends": ["//", "lib"] }"#])
        #expect(try found.task("p/app", "build").env == ["LIB"])
        #expect(try found.task("p/app", "build").outputs == ["o/**"])
        let wrong = try turbo(root, extra: ["p/app/turbo.json": #"{ "extends": ["//", "nobody"] }"#])
        #expect(wrong.errors.map(\.path) == ["p/app/turbo.json"])
    }

    @Test("a file that Turborepo refuses is the user's error, with its place, and leaves the tasks alone")
    func invalid() throws {
        let cases: [(String, Int, Int)] = [
            ("{\n  \"tasks\": { \"build\": }\n}", 2, 23), ("{\n\"tasks\": []}", 2, 10),
            ("{ \"tasks\": { \"build\": { \"dependsOn\": \"x\" } } }", 1, 38),
            ("{ \"tasks\": { \"build\": { \"cache\": \"no\" } } }", 1, 34),
        ]
        for (text, line, column) in cases {
            let found = try turbo(text)
            let error = try #require(found.errors.first)
            #expect(error.path == "turbo.json" && error.line == line && error.column == column, "\(text): \(error)")
            #expect(found.project("p/app")?.tasks.keys.sorted() == ["build", "lint", "test"])
        }
        let unknown = try turbo("{ \"tasks\": {\n\"build\": { \"dependsOn\": [\"libb#build\"] } } }")
        #expect(unknown.errors.map(\.line) == [2])
        #expect(unknown.errors.first?.message.contains("Did you mean 'lib'?") == true)
    }

    @Test("what is not understood is reported with its line, and widens rather than narrows")
    func unknown() throws {
        let found = try turbo(
            """
            { "globalDependencies": ["!x"],
              "nonsense": 1,
              "tasks": { "build": {
                "output": [],
                "inputs": [{ "mode": "jit" }] } } }
            """)
        #expect(found.diagnostics.map(\.evidence.line) == [1, 2, 4, 5])
        #expect(found.diagnostics[2].message.contains("Did you mean 'outputs'?"))
        #expect(
            try found.task("p/app", "build").inputs
                == .patterns(["package.json", "turbo.json", "turbo.jsonc"], includesDefault: true))
    }

    @Test("a single package with a turbo.json has plain tasks; a workspace without one is left as it is")
    func singlePackage() throws {
        let files = [
            "package.json": #"{ "name": "a", "scripts": { "build": "x", "test": "y" } }"#,
            "turbo.json": #"{ "tasks": { "build": {} } }"#,
        ]
        let tree = SourceTree.inMemory(files)
        let scan = javaScriptScan(files, ["."])
        var found = try JavaScriptAdapter.discover(in: tree, scan: scan, cache: ParsedManifestCache())
        try TurborepoAdapter.apply(in: tree, to: &found)
        #expect(found.project(".")?.tasks.keys.sorted() == ["build"])
        #expect(try found.task(".", "build").inputs == .patterns([], includesDefault: true))
        let plain = try discoverJavaScript(["package.json": files["package.json"] ?? ""])
        var after = plain
        try TurborepoAdapter.apply(in: SourceTree.inMemory(["package.json": "{}"]), to: &after)
        #expect(after.project(".")?.tasks == plain.project(".")?.tasks)
        #expect(after.project(".")?.inputsExcludeUnowned == false)
    }
}
