import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Tasks from package.json scripts")
struct JavaScriptScriptTests {
    private func project(_ scripts: [String], fields: String = "", lock: String = "yarn.lock") throws
        -> DiscoveredProject
    {
        let lines = scripts.map { "\"\($0)\": \"x\"" }.joined(separator: ",\n")
        let files = ["package.json": "{ \"name\": \"a\"\(fields), \"scripts\": {\n\(lines)\n} }", lock: ""]
        return try #require(try discoverJavaScript(files).project("."))
    }

    @Test("each script is a task that the package manager runs, with the line it is written on")
    func commands() throws {
        let build = try #require(try project(["lint", "build"]).tasks["build"])
        #expect(build.command == "yarn run build")
        #expect(build.dependsOn == [.dependencies("build")])
        #expect(build.inputs == .default)
        #expect(build.origin == Evidence(path: "package.json", line: 3))
        #expect(try project(["a"], lock: "package-lock.json").tasks["a"]?.command == "npm run a")
        #expect(try project(["it's"], lock: "bun.lock").tasks["it's"]?.command == #"bun run 'it'\''s'"#)
    }

    @Test("hooks are no tasks, but stay in the list of scripts")
    func hooks() throws {
        let found = try project([
            "build", "prebuild", "postbuild", "prepare", "postinstall", "preview", "prepublishOnly", "poster",
        ])
        #expect(found.tasks.keys.sorted() == ["build", "poster", "preview"])
        #expect(found.scripts.contains("prebuild"))
    }

    @Test("servers do not end, checks are cached, and what has unknown outputs is not")
    func kinds() throws {
        let tasks = try project([
            "dev", "dev:web", "start", "serve", "test:watch", "preview", "test", "test:unit", "lint", "lint:fix",
            "typecheck",
            "type-check", "check", "format:check", "fmt", "build", "checkout", "deploy", "format",
        ]).tasks
        let persistent = tasks.filter(\.value.persistent).keys.sorted()
        #expect(persistent == ["dev", "dev:web", "preview", "serve", "start", "test:watch"])
        let cached = tasks.filter(\.value.cache).keys.sorted()
        #expect(
            cached == [
                "check", "fmt", "format:check", "lint", "lint:fix", "test", "test:unit", "type-check", "typecheck",
            ])
    }

    @Test("private with a way to start is an app; either alone is one when nobody depends on it")
    func apps() throws {
        let isPrivate = #", "private": true"#
        #expect(
            try project(["start"], fields: isPrivate).appEvidence == "package.json: private, and has a 'start' script")
        let quiet = try project(["build"], fields: isPrivate)
        #expect(
            quiet.appEvidence == nil
                && quiet.appUnlessDependedOn == "package.json: private, and no package depends on it")
        let open = try project(["deploy"])
        #expect(open.appEvidence == nil && open.appUnlessDependedOn?.contains("'deploy'") == true)
        let library = try project(["build"])
        #expect(library.appEvidence == nil && library.appUnlessDependedOn == nil)
    }

    @Test("a task carries what its script and its hooks run")
    func bodies() throws {
        let files = [
            "package.json": #"{ "scripts": { "prebuild": "a", "build": "b", "postbuild": "c", "test": "t" } }"#
        ]
        let found = try #require(try discoverJavaScript(files).project("."))
        #expect(found.tasks["build"]?.script == "a\nb\nc" && found.tasks["test"]?.script == "t")
        #expect(found.scriptBodies == ["prebuild": "a", "build": "b", "postbuild": "c", "test": "t"])
    }

    @Test(
        "a script whose name cannot be part of PROJECT#TASK is no task, and is reported", arguments: ["a#b", "a b", ""])
    func names(_ name: String) throws {
        let found = try discoverJavaScript(["package.json": "{ \"scripts\": {\n\"\(name)\": \"x\", \"ok\": \"y\" } }"])
        #expect(found.project(".")?.tasks.keys.sorted() == ["ok"])
        #expect(found.diagnostics.map(\.evidence.line) == [2])
    }

    @Test("the scripts of a gathering root are not cached: they read anything")
    func gatheringRoot() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "workspaces": ["p/*"], "scripts": { "test": "x" } }"#,
            "p/a/package.json": #"{ "scripts": { "test": "x" } }"#,
        ])
        #expect(found.project(".")?.tasks["test"]?.cache == false)
        #expect(found.project("p/a")?.tasks["test"]?.cache == true)
    }

    @Test("the scripts that a command line runs are found behind flags, quotes and other commands")
    func commandLines() {
        let names: Set<String> = ["build", "test", "pack it"]
        func scripts(_ command: String) -> [String] { ScriptTasks.scripts(runBy: command, among: names) }
        #expect(scripts("npm run build") == ["build"] && scripts("npm test") == ["test"])
        #expect(scripts("CI=1 pnpm --silent run 'build' -- -v && yarn test") == ["build", "test"])
        #expect(scripts("npm build") == [] && scripts("make build") == [] && scripts("npm run other") == [])
    }
}
