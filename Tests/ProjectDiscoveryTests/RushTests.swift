import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// `app` uses `lib` and the external `x`; `lib` uses `rig` as a tool; `old` asks for an older `lib` than there is.
func rushFiles(_ changes: [String: String] = [:]) -> [String: String] {
    func manifest(_ name: String, _ tables: String, scripts: String = #""build": "tsc""#) -> String {
        #"{ "name": "\#(name)", "version": "2.0.0", "scripts": { \#(scripts) }\#(tables) }"#
    }
    let files = [
        "rush.json": """
        { // comments are allowed
          "pnpmVersion": "9.0.0", "repository": { "defaultBranch": "trunk" },
          "projects": [
            { "packageName": "app", "projectFolder": "apps/app", "tags": ["web"] },
            { "packageName": "lib", "projectFolder": "libs/lib" },
            { "packageName": "old", "projectFolder": "libs/old" },
            { "packageName": "rig", "projectFolder": "rigs/rig" },
          ] }
        """,
        "common/config/rush/pnpm-lock.yaml": rushLock(x: "1.0.0"),
        "apps/app/package.json": manifest(
            "app", #", "private": true, "dependencies": { "lib": "workspace:*", "x": "^1.0.0" }"#),
        "libs/lib/package.json": manifest("lib", #", "devDependencies": { "rig": "^2.0.0" }"#),
        "libs/old/package.json": manifest("old", #", "dependencies": { "lib": "^1.0.0" }"#),
        "rigs/rig/package.json": manifest("rig", "", scripts: #""build": "", "clean": "rm -rf out""#),
        "rigs/rig/profiles/default/config/rush-project.json": """
        { "operationSettings": [{ "operationName": "build", "outputFolderNames": ["lib"] }] }
        """,
        "libs/lib/config/rig.json": #"{ "rigPackageName": "rig" }"#,
        "fixtures/package.json": #"{ "name": "fixture", "dependencies": { "lib": "workspace:*" } }"#,
    ]
    return files.merging(changes) { $1 }
}

/// The lockfile of common/temp, from which importers are named.
func rushLock(x: String, up: String = "../..") -> String {
    """
    lockfileVersion: '9.0'
    importers:
      .: {}
      \(up)/apps/app:
        dependencies:
          lib: { specifier: 'workspace:*', version: link:../../libs/lib }
          x: { specifier: ^1.0.0, version: \(x) }
      \(up)/libs/lib:
        devDependencies:
          rig: { specifier: ^2.0.0, version: link:../../rigs/rig }
      \(up)/libs/old:
        dependencies:
          lib: { specifier: ^1.0.0, version: 1.9.0 }
      \(up)/rigs/rig: {}
    packages:
      lib@1.9.0: { resolution: { integrity: sha512-lib } }
      x@\(x): { resolution: { integrity: sha512-\(x) } }
    snapshots:
      lib@1.9.0: {}
      x@\(x): {}

    """
}

@Suite("Rush repositories")
struct RushTests {
    private func read(_ changes: [String: String] = [:]) throws -> Workspace { try readWorkspace(rushFiles(changes)) }

    private static let commandFile = "common/config/rush/command-line.json"

    @Test("rush.json lists the projects; local packages are linked where the range is satisfied")
    func projects() throws {
        let found = try read()
        #expect(found.projects.filter { !$0.onlyGathers }.map(\.id) == ["app", "lib", "old", "rig"])
        #expect(found.edgeTexts == ["apps/app -> libs/lib runtime", "libs/lib -> rigs/rig development"])
        #expect(try found.at("apps/app").tags == ["web"] && found.at("apps/app").managers == [.pnpm])
        #expect(found.notes.isEmpty && found.widenings.isEmpty)
        #expect(found.structuralFiles.isSuperset(of: ["rush.json", "common/config/rush/pnpm-lock.yaml"]))
        #expect(try WorkspaceReader.toolBranch(in: .inMemory(rushFiles())) == "trunk")
    }

    @Test("a decoupled dependency is external, though the range is satisfied")
    func decoupled() throws {
        let projects = try #require(rushFiles()["rush.json"]).replacing(
            #""libs/lib" }"#, with: #""libs/lib", "decoupledLocalDependencies": ["rig"] }"#)
        let lock = rushLock(x: "1.0.0").replacing("version: link:../../rigs/rig", with: "version: 1.9.0")
            .replacing("lib@1.9.0: {", with: "rig@1.9.0: { resolution: { integrity: r } }\n  lib@1.9.0: {")
            .replacing("lib@1.9.0: {}", with: "lib@1.9.0: {}\n  rig@1.9.0: {}")
        let found = try read(["rush.json": projects, "common/config/rush/pnpm-lock.yaml": lock])
        #expect(found.edgeTexts == ["apps/app -> libs/lib runtime"])
    }

    @Test("the lockfile's importers are those of common/temp, and each project has its own closure")
    func lockfile() throws {
        let before = try read(), after = try read(["common/config/rush/pnpm-lock.yaml": rushLock(x: "1.0.1")])
        let changed = after.projects.filter { project in
            before.projects.first { $0.path == project.path }?.externals != project.externals
        }
        #expect(changed.map(\.id) == ["app"])
        #expect(after.projects.flatMap(\.externals).allSatisfy { !$0.isWholeLockfile })
        #expect(try after.at("apps/app").externals.first?.lockfile == "common/config/rush/pnpm-lock.yaml")
    }

    @Test("each subspace has its lockfile, and its projects use those of other subspaces")
    func subspaces() throws {
        var files = rushFiles([
            "common/config/rush/subspaces.json": #"{ "subspacesEnabled": true, "subspaceNames": ["two"] }"#,
            "common/config/subspaces/default/pnpm-lock.yaml": rushLock(x: "1.0.0", up: "../../.."),
            "common/config/subspaces/two/pnpm-lock.yaml": rushLock(x: "1.0.0", up: "../../.."),
        ])
        files["common/config/rush/pnpm-lock.yaml"] = nil
        files["rush.json"] = files["rush.json"]?.replacing(
            #""apps/app","#, with: #""apps/app", "subspaceName": "two","#)
        let found = try readWorkspace(files)
        #expect(found.edgeTexts == ["apps/app -> libs/lib runtime", "libs/lib -> rigs/rig development"])
        #expect(try found.at("apps/app").externals.first?.lockfile == "common/config/subspaces/two/pnpm-lock.yaml")
        #expect(try found.at("libs/lib").externals.first?.lockfile == "common/config/subspaces/default/pnpm-lock.yaml")
        #expect(found.projects.flatMap(\.externals).allSatisfy { !$0.isWholeLockfile })
    }

    @Test("without a command-line.json 'build' runs after the builds of dependencies; other scripts stand alone")
    func defaultCommands() throws {
        let found = try read()
        let build = try found.task("libs/lib", "build")
        #expect(build.command == #"export PATH="$PWD/node_modules/.bin:$PATH"; tsc"#)
        #expect(build.dependsOn == [.dependencies("build")])
        #expect(build.outputs == ["lib/**"] && build.cache)
        #expect(build.inputs == .patterns([], includesDefault: true))
        #expect(try found.at("libs/lib").inputsExcludeUnowned)
        #expect(try found.task("rigs/rig", "build").command == "true")
        #expect(try found.task("rigs/rig", "clean").command.hasSuffix("; rm -rf out"))
        // Without settings of the operation Rush stores no result.
        #expect(try !found.task("apps/app", "build").cache)
    }

    @Test("phases depend on phases of the project and of those below it, past projects that lack the script")
    func phases() throws {
        let commands = """
            { "commands": [
                { "commandKind": "phased", "name": "build", "phases": ["_phase:pre", "_phase:build"] },
                { "commandKind": "bulk", "name": "clean", "ignoreDependencyOrder": true },
                { "commandKind": "bulk", "name": "count", "shellCommand": "ls" },
                { "commandKind": "global", "name": "once", "shellCommand": "x" } ],
              "phases": [
                { "name": "_phase:pre", "dependencies": { "upstream": ["_phase:build"] } },
                { "name": "_phase:build", "dependencies": { "self": ["_phase:pre"] } } ] }
            """
        func manifest(_ name: String, _ scripts: String, _ uses: String = "") -> String {
            let list = scripts.split(separator: " ").map { "\"\($0)\": \"run \($0)\"" }.joined(separator: ", ")
            return #"{ "name": "\#(name)", "scripts": { \#(list) }, "dependencies": { \#(uses) } }"#
        }
        let found = try read([
            RushTests.commandFile: commands,
            "apps/app/package.json": manifest("app", "_phase:build build", #""lib": "workspace:*""#),
            "libs/lib/package.json": manifest("lib", "_phase:pre", #""rig": "workspace:*""#),
            "rigs/rig/package.json": manifest("rig", "_phase:build clean"),
        ])
        // app lacks `pre`, whose upstream is lib's `build`, which lib lacks: its `pre` comes before.
        #expect(
            try found.task("apps/app", "_phase:build").dependsOn == [.task(project: "libs/lib", task: "_phase:pre")])
        #expect(try found.task("libs/lib", "_phase:pre").dependsOn == [.dependencies("_phase:build")])
        let build = try found.task("apps/app", "build")
        #expect(build.command == "true" && build.dependsOn == [.sameProject("_phase:build")])
        #expect(try found.task("libs/lib", "build").dependsOn == [.sameProject("_phase:pre")])
        #expect(try found.task("rigs/rig", "clean").dependsOn.isEmpty)
        #expect(try found.task("libs/lib", "count").dependsOn == [.dependencies("count")])
        let once = try found.task("", "once")
        #expect(once.command == "x" && !once.cache && once.inputs == .patterns(["/**/*"], includesDefault: true))
        #expect(once.origin == Evidence(path: RepoPath(RushTests.commandFile), line: 5) && found.notes.isEmpty)
    }

    @Test("settings of operations: additional files, variables, ignored files, what is inherited")
    func settings() throws {
        let found = try read([
            "libs/lib/config/rush-project.json": """
            { "extends": "rig/profiles/default/config/rush-project.json",
              "incrementalBuildIgnoredGlobs": ["*.md", "/docs/", "a/b.txt"],
              "operationSettings": [{ "operationName": "build", "outputFolderNames": ["dist"],
                "dependsOnEnvVars": ["MODE"], "dependsOnNodeVersion": "major",
                "dependsOnAdditionalFiles": ["/shared/**", "../other.json"] }] }
            """,
            "apps/app/config/rush-project.json":
                #"{ "operationSettings": [{ "operationName": "build", "disableBuildCacheForOperation": true }] }"#,
        ])
        let build = try found.task("libs/lib", "build")
        #expect(build.outputs == ["lib/**", "dist/**"] && build.env == ["MODE"] && build.cache)
        #expect(build.toolchain == ["node --version"])
        #expect(
            build.inputs
                == .patterns(
                    [
                        "!**/*.md", "!**/*.md/**", "!docs/**", "!a/b.txt", "!a/b.txt/**", "/shared/**",
                        "/libs/other.json",
                    ], includesDefault: true))
        #expect(try !found.task("apps/app", "build").cache)
        let unknown = try read(["libs/lib/config/rig.json": #"{ "rigPackageName": "elsewhere" }"#])
        let task = try unknown.task("libs/lib", "build")
        #expect(!task.cache && task.inputs == .patterns(["/**/*"], includesDefault: true))
        #expect(unknown.notes.first?.hasPrefix("libs/lib/config/rig.json:1 the rig 'elsewhere'") == true)
    }

    @Test("the parts of a split operation run one after the other, and nothing of it is stored")
    func shards() throws {
        let settings = """
            { "operationSettings": [{ "operationName": "build", "outputFolderNames": ["lib"], "sharding": { "count": 2 } }] }
            """
        let found = try read([
            "libs/lib/config/rush-project.json": settings, "libs/old/config/rush-project.json": settings,
            "libs/lib/package.json": #"{ "name": "lib", "scripts": { "build": "merge", "build:shard": "part" } }"#,
        ])
        let build = try found.task("libs/lib", "build")
        let folder = ".rush/operations/build_shard/shards"
        #expect(
            build.command.hasSuffix(
                "; part --shard=1/2 --shard-output-directory=\(folder)/1 && part --shard=2/2 --shard-output-directory=\(folder)/2 && merge --shard-parent-folder=\(folder) --shard-count=2"
            ))
        #expect(!build.cache)
        #expect(try found.task("libs/old", "build").command.hasSuffix("tsc") && !found.task("libs/old", "build").cache)
        #expect(found.notes.count == 2 && found.notes.contains { $0.contains("there is no script 'build:shard'") })
    }

    @Test("files that cannot be read widen: rush.json all packages, command-line.json all projects")
    func broken() throws {
        let list = try read(["rush.json": "{ \"projects\": [\n<<<<<<< ours\n"])
        #expect(
            list.projects.filter { !$0.onlyGathers }.allSatisfy { $0.brokenReason?.hasPrefix("rush.json:2:") == true })
        #expect(list.projects.contains { $0.path == "libs/lib" } && list.widenings.map(\.scope) == ["rush.json"])
        let commands = try read([RushTests.commandFile: "{"])
        #expect(commands.projects.filter { !$0.onlyGathers }.allSatisfy { $0.brokenReason != nil })
        let entries = try read([
            "rush.json":
                #"{ "pnpmVersion": "9", "projects": [{}, { "packageName": "a", "projectFolder": "../a" }, { "packageName": "b", "projectFolder": "b" }] }"#
        ])
        #expect(entries.notes.count == 3 && entries.projects.allSatisfy(\.onlyGathers))
    }

    @Test("damaged files are read or refused, and never end the program", arguments: 1...4 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = JavaScriptRandom(state: seed)
        let pieces = ["{", "[", "\"", ",", "/*", "//", "null", "\"self\": ", "\"extends\": \"./a.json\"", "../", "0"]
        let files = rushFiles([
            RushTests.commandFile:
                #"{ "commands": [{ "commandKind": "phased", "name": "build", "phases": ["a"] }], "phases": [{ "name": "a", "dependencies": { "self": ["a"], "upstream": ["a"] } }] }"#
        ])
        let names = files.keys.filter { $0.hasSuffix(".json") && !$0.hasSuffix("package.json") }.sorted()
        for round in 0..<60 {
            var damaged = files
            let name = names[Int(random.next() % UInt64(names.count))]
            damaged[name] = String(decoding: mutated(files[name] ?? "", with: pieces, &random), as: UTF8.self)
            do {
                let found = try readWorkspace(damaged)
                #expect(!found.projects.isEmpty, "seed \(seed), round \(round)")
            } catch let error as WorkspaceError {
                // A project that is gone from the list is missed by those that depend on it.
                #expect(error.message.contains("package.json:1: "), "seed \(seed), round \(round)")
            }
        }
    }
}
