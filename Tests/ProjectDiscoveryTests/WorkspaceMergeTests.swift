import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Manifests and ripple.yaml together")
struct WorkspaceMergeTests {
    private let root = ["package.json": #"{ "workspaces": ["p/*"], "scripts": { "test": "x", "build": "y" } }"#]

    private func read(_ files: [String: String]) throws -> Workspace {
        try WorkspaceReader().read(SourceTree.inMemory(files))
    }

    private func project(_ path: RepoPath, in files: [String: String]) throws -> Project {
        let workspace = try read(files)
        return workspace[try #require(workspace.project(at: path))]
    }

    private func workspace(_ package: String, shared: String = "", own: String? = nil) throws -> Project {
        var files = root
        files["p/a/package.json"] = package
        files["ripple.yaml"] = "version: 1\n\(shared)"
        files["p/a/ripple.yaml"] = own
        return try project("p/a", in: files)
    }

    // MARK: Tasks

    private let scripts = #"{ "name": "a", "scripts": { "build": "tsc", "dev": "serve" } }"#

    @Test("saying what a script makes lets it be cached, unless cache says otherwise or it does not end")
    func declaredOutputs() throws {
        #expect(try workspace(scripts).tasks["build"]?.cache == false)
        let outputs = "outputs: [\"dist/**\"]"
        #expect(try workspace(scripts, shared: "tasks: { build: { \(outputs) } }").tasks["build"]?.cache == true)
        #expect(try workspace(scripts, own: "tasks: { build: { \(outputs) } }").tasks["build"]?.cache == true)
        let refused = "tasks: { build: { \(outputs), cache: false } }"
        #expect(try workspace(scripts, shared: refused).tasks["build"]?.cache == false)
        let split = try workspace(
            scripts, shared: "tasks: { build: { cache: false } }", own: "tasks: { build: { \(outputs) } }")
        #expect(split.tasks["build"]?.cache == false)
        #expect(try workspace(scripts, shared: "tasks: { dev: { \(outputs) } }").tasks["dev"]?.cache == false)
        let server = "tasks: { build: { \(outputs), persistent: true } }"
        #expect(try workspace(scripts, shared: server).tasks["build"]?.cache == false)
    }

    @Test("what turbo.json says of caching is kept when ripple.yaml adds outputs")
    func turboCaching() throws {
        var files = root
        files["turbo.json"] = #"{ "tasks": { "build": { "cache": false } } }"#
        files["p/a/package.json"] = scripts
        files["ripple.yaml"] = "version: 1\ntasks: { build: { outputs: [\"dist/**\"] } }"
        let task = try #require(try project("p/a", in: files).tasks["build"])
        #expect(!task.cache && task.outputs == ["dist/**"] && task.script == "tsc")
    }

    @Test("a crate's build is cached when its outputs are declared")
    func crateOutputs() throws {
        let files = [
            "Cargo.toml": crate("a"), "src/main.rs": "",
            "ripple.yaml": "version: 1\ntasks: { build: { outputs: [\"out/**\"] } }",
        ]
        #expect(try project(.root, in: files).tasks["build"]?.cache == true)
    }

    @Test("a task whose command only the project gives still takes what the workspace says of it")
    func layers() throws {
        let made = try #require(
            try workspace(
                #"{ "name": "a" }"#,
                shared: "tasks: { pack: { outputs: [\"out/**\"], dependsOn: [build], env: [MODE], retries: 2 } }",
                own: "tasks: { pack: { command: make, retries: 1 } }"
            ).tasks["pack"])
        #expect(made.command == "make" && made.outputs == ["out/**"] && made.env == ["MODE"] && made.retries == 1)
        #expect(made.dependsOn == [.sameProject("build")] && made.origin?.path == "p/a/ripple.yaml" && made.cache)
        let none = try workspace(#"{ "name": "a" }"#, shared: "tasks: { pack: { outputs: [\"out/**\"] } }")
        #expect(none.tasks["pack"] == nil)
        let cannot = try workspace(#"{ "name": "a" }"#, shared: "tasks: { build: { command: npm run build } }")
        #expect(cannot.tasks["build"] == nil)
    }

    @Test("a command that no longer runs the script drops it; one that runs a script takes that")
    func scriptsOfCommands() throws {
        func script(_ task: String, _ yaml: String) throws -> String? {
            let task = try workspace(
                #"{ "scripts": { "build": "tsc", "test": "jest", "pretest": "lint" } }"#, shared: "tasks: { \(yaml) }"
            ).tasks[task]
            return try #require(task).script
        }
        #expect(try script("build", "build: { env: [A] }") == "tsc")
        #expect(try script("build", "build: { command: npm run build }") == "tsc")
        #expect(try script("build", "build: { command: pnpm run build -- --fast }") == "tsc")
        #expect(try script("build", "build: { command: make }") == nil)
        #expect(try script("all", "all: { command: npm test }") == "lint\njest")
        #expect(try script("all", "all: { command: npm run build && npm test }") == "tsc\nlint\njest")
    }

    @Test("a gathering root's tasks are cached only when ripple.yaml gives their inputs")
    func gatheringRoot() throws {
        func cached(_ yaml: String) throws -> Bool? {
            var files: [String: String] = [:]
            for (path, text) in root { files["web/\(path)"] = text }
            files["web/p/a/package.json"] = scripts
            files["ripple.yaml"] = "version: 1"
            files["web/ripple.yaml"] = "tasks: { \(yaml) }"
            return try project("web", in: files).tasks["test"]?.cache
        }
        #expect(try cached("test: { env: [A] }") == false)
        #expect(try cached("test: { outputs: [\"x\"] }") == false)
        #expect(try cached("test: { inputs: [\"p/**\"] }") == true)
        #expect(try cached("test: { cache: true }") == true)
    }

    // MARK: Projects

    @Test("an exact pattern beside a deep one lists that directory alone, and listed projects may be nested")
    func listing() throws {
        var files = ["ripple.yaml": "version: 1\nprojects: [\"tools/cli\", \"libs/**\", \"tools/cli/plugins/*\"]"]
        for path in ["tools/cli/src/deep/x", "tools/cli/plugins/one/x", "libs/a/src/x", "libs/a/sub/src/x", "other/x"] {
            files[path] = ""
        }
        files["libs/a/ripple.yaml"] = "name: a"
        files["libs/a/sub/ripple.yaml"] = "name: sub"
        #expect(
            try read(files).projects.map(\.path) == ["libs/a", "libs/a/sub", "tools/cli", "tools/cli/plugins/one"])
    }

    @Test("patterns without ** list the directories they match, not what lies below them")
    func shallowListing() throws {
        let files = [
            "ripple.yaml": "version: 1\nprojects: [\"apps/*\", \"!apps/old\"]", "apps/web/src/x": "", "apps/old/x": "",
            "apps/api/package.json": #"{ "name": "api" }"#, "apps/api/sub/package.json": #"{ "name": "sub" }"#,
        ]
        #expect(try read(files).projects.map(\.id) == ["api", "apps/web"])
    }

    @Test("references in dependsOn go by id, then by path; unknown ones name the nearest")
    func references() throws {
        var files = [
            "a/ripple.yaml": "name: one\ndependsOn: [two, c]", "b/ripple.yaml": "name: two", "c/ripple.yaml": "",
        ]
        #expect(try read(files).edges.map { [$0.from.rawValue, $0.to.rawValue] } == [[0, 1], [0, 2]])
        files["c/ripple.yaml"] = "dependsOn: [twoo]"
        #expect {
            try read(files)
        } throws: { ($0 as? WorkspaceError)?.message.contains("Did you mean 'two'?") == true }
    }

    // MARK: Ids

    private func ids(_ projects: [(path: [UInt8], name: String?)]) -> [String] {
        var list = projects.map { project in
            var result = Project(path: RepoPath(bytes: project.path))
            result.name = project.name
            return result
        }
        ProjectNames.assign(to: &list)
        return list.map(\.id)
    }

    @Test("a name that is taken, that is another's path or that cannot be an id gives way to the path")
    func names() {
        func ids(_ projects: [(String, String?)]) -> [String] { self.ids(projects.map { (Array($0.0.utf8), $0.1) }) }
        #expect(ids([("a", "x"), ("b", "x"), ("c", "y")]) == ["a", "b", "y"])
        #expect(ids([("a", "b"), ("b", "z")]) == ["a", "z"])
        #expect(ids([("a", "x#y"), ("b", "x\ny"), ("c", "x\u{1B}"), ("d", "")]) == ["a", "b", "c", "d"])
        // Composed and decomposed.
        #expect(ids([("a", "caf\u{E9}"), ("b", "cafe\u{301}")]) == ["a", "b"])
    }

    @Test("paths become printable ids that differ, also when they are no UTF-8 or look like escapes")
    func paths() {
        #expect(ids([([0x61, 0xFF], nil), (Array("a%FF".utf8), nil)]) == ["a%FF", "a%25FF"])
        #expect(ids([(Array("a\nb".utf8), nil), (Array("50%".utf8), nil), ([0xE9], nil)]) == ["a%0Ab", "50%", "%E9"])
        let composed = Array("caf\u{E9}".utf8), decomposed = Array("cafe\u{301}".utf8)
        #expect(ids([(composed, nil), (decomposed, nil)]) == ["caf\u{E9}", "cafe%CC%81"])
        #expect(ids([(Array("d/\u{65E5}\u{672C}".utf8), nil), ([], nil)]) == ["d/\u{65E5}\u{672C}", "."])
    }

    // MARK: Order

    @Test("edges of one kind between two projects are ordered by whether they pass to dependents")
    func edgeOrder() {
        func edge(_ passes: Bool) -> ProjectEdge {
            ProjectEdge(
                from: ProjectIndex(0), to: ProjectIndex(1), kind: .runtime, passesToDependents: passes, evidence: [])
        }
        let projects = [Project(path: "a"), Project(path: "b")]
        for edges in [[edge(true), edge(false)], [edge(false), edge(true)]] {
            #expect(Workspace(projects: projects, edges: edges).edges.map(\.passesToDependents) == [false, true])
        }
    }
}
