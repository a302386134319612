import AffectedAnalysis
import ChangeDetection
import Diagnostics
import GitObjects
import Testing
import WorkspaceModel

@Suite("Edges between tasks")
struct GraphTests {
    @Test("a wait for a task the project lacks goes on to what the project depends on")
    func passage() throws {
        var files = npm(["lib": []])
        files["packages/app/package.json"] =
            #"{"name": "app", "scripts": {"test": "t"}, "dependencies": {"lib": "*"}}"#
        files["packages/app/index.js"] = "1"
        files["packages/app/spec/a.js"] = "1"
        files["packages/app/ripple.yaml"] = "tasks:\n  test:\n    dependsOn: [build]\n    inputs: [\"spec/**\"]\n"
        var after = files
        after["packages/lib/index.js"] = "2"
        let through = try Pair(files, after)
        #expect(try through.slow().tasks == ["lib#build", "app#test"])
        #expect(try through.fast() == through.slow())
        #expect(try through.slow().causes("app") == [.dependency(project: "lib", chain: ["app", "lib"])])
        after = files
        after["packages/app/index.js"] = "2"
        #expect(try Pair(files, after).slow().tasks.isEmpty, "its own files are not inputs of the passage")
    }

    @Test("nothing can wait for a persistent task, and the error says who would and where")
    func persistent() throws {
        for rule in ["[dev]", "[web#dev]", "[^dev]"] {
            var files = npm(["web": []], scripts: #""dev": "x""#)
            let owner = rule == "[dev]" ? "web" : "app"
            files["packages/app/package.json"] = #"{"name": "app", "dependencies": {"web": "*"}}"#
            files["packages/\(owner)/ripple.yaml"] = "tasks:\n  check:\n    command: c\n    dependsOn: \(rule)\n"
            let error = #expect(throws: AnalysisError.self) { _ = try Pair(files, files) }
            #expect(
                error?.message.hasPrefix("web#dev is persistent (it does not end by itself), so nothing can wait")
                    == true)
            #expect(error?.message.contains("\(owner)#check") == true)
            #expect(error?.message.contains("packages/\(owner)/ripple.yaml:2") == true, "\(error?.message ?? "")")
            #expect(error?.fault == .user)
        }
    }

    @Test("keys and reasons do not depend on projects that have nothing to do with them")
    func unrelatedProject() throws {
        let before = npm(["m": ["z", "k"], "z": [], "k": ["z"]])
        let after = before.merging(npm(["m": ["z", "k"], "z": [], "k": ["z"], "a": [], "l": []])) { $1 }
        let pair = try Pair(before, after)
        for name in ["m", "z", "k"] { #expect(try pair.base.key(name, "build") == pair.head.key(name, "build")) }
        #expect(try pair.slow().tasks == ["a#build", "l#build"])
    }

    @Test("a development cycle counts everything behind the cut, however deep, by both comparisons")
    func cut() throws {
        // a tests with b; b needs m, m needs a and deep.
        var files = npm(["a": [], "b": ["m"], "m": ["a", "deep"], "deep": ["deeper"], "deeper": []])
        files["packages/a/package.json"] =
            #"{"name": "a", "version": "1.0.0", "scripts": {"test": "jest"}, "devDependencies": {"b": "*"}}"#
        for edited in ["b", "m", "deep", "deeper"] {
            var after = files
            after["packages/\(edited)/index.js"] = "2"
            let pair = try Pair(files, after)
            #expect(try pair.slow().tasks.contains("a#test"), "\(edited)")
            #expect(try pair.fast() == pair.slow(), "\(edited)")
        }
    }

    @Test("cut edges that lead in a circle count by both comparisons")
    func circle() throws {
        func package(_ name: String, _ runtime: [String], _ development: String?) -> String {
            let list = runtime.map { "\"\($0)\": \"*\"" }.joined(separator: ", ")
            let more = development.map { #", "devDependencies": {"\#($0)": "*"}"# } ?? ""
            return
                #"{"name": "\#(name)", "version": "1.0.0", "scripts": {"build": "jest"}, "dependencies": {\#(list)}\#(more)}"#
        }
        var files: Files = ["package.json": #"{"private": true, "workspaces": ["packages/*"]}"#]
        files["packages/a/package.json"] = package("a", [], "b")
        files["packages/b/package.json"] = package("b", ["a", "c"], nil)
        files["packages/c/package.json"] = package("c", [], "d")
        files["packages/d/package.json"] = package("d", ["c", "a"], nil)
        for name in ["a", "b", "c", "d"] { files["packages/\(name)/index.js"] = "1" }
        for edited in ["a", "b", "c", "d"] {
            var after = files
            after["packages/\(edited)/index.js"] = "2"
            let pair = try Pair(files, after)
            #expect(try pair.slow().tasks == ["a#build", "b#build", "c#build", "d#build"], "\(edited)")
            #expect(try pair.fast() == pair.slow(), "\(edited)")
        }
    }

    @Test("a dependency on another project is told apart from paths that hold signs")
    func oddPaths() throws {
        var files: Files = ["package.json": #"{"private": true, "workspaces": ["packages/*"]}"#]
        files["packages/1:a#b/package.json"] = #"{"name": "odd", "scripts": {"build": "x"}}"#
        files["packages/app/package.json"] = #"{"name": "app", "scripts": {"build": "x"}}"#
        var after = files
        after["packages/app/package.json"] =
            #"{"name": "app", "scripts": {"build": "x"}, "dependencies": {"odd": "*"}}"#
        let causes = try Pair(files, after).slow().causes("app")
        #expect(causes.contains(.dependency(project: "odd", chain: ["app", "odd"])), "\(causes)")
    }

    @Test("paths that are not UTF-8 have names of their own")
    func labels() throws {
        let one = RepoPath(bytes: [0x61, 0xFF]), two = RepoPath(bytes: [0x61, 0xFE])
        let workspace = Workspace(projects: [two, one].map { Project(path: $0) }, edges: [])
        let keyed = try KeyedWorkspace(workspace: workspace, tree: SourceTree.inMemory([:]), facts: KeyFacts())
        #expect(Set(keyed.graph.nodes.indices.map { keyed.label($0) }) == ["a%FE#", "a%FF#"])
    }

    @Test("a project with a broken manifest is affected by any change, and so is what depends on it")
    func broken() throws {
        var files = npm(["lib": [], "broken": [], "app": ["broken"]])
        let sound = files
        files["packages/broken/package.json"] = #"{"name": "broken", "#
        var after = files
        after["packages/lib/index.js"] = "2"
        let pair = try Pair(files, after)
        let slow = try pair.slow()
        let id = try #require(pair.head.workspace.projects.first { $0.brokenReason != nil }).id
        #expect(slow.causes(id).contains(.fallback(code: "broken-manifest")))
        #expect(slow.projects.contains { $0.id == "lib" })
        #expect(try pair.fast() == slow)
        let mended = try Pair(files, sound).slow()
        #expect(mended.causes("broken").contains(.fallback(code: "broken-manifest")))
    }

    @Test("what depends on a project with a broken manifest follows")
    func brokenDependency() throws {
        var broken = Project(path: "lib")
        broken.brokenReason = "lib/package.json:1: no value"
        var app = Project(path: "app")
        app.tasks["build"] = TaskDefinition(command: "x")
        app.tasks["build"]?.dependsOn = [.dependencies("build")]
        let edge = ProjectEdge(
            from: ProjectIndex(0), to: ProjectIndex(1), kind: .runtime, passesToDependents: true, evidence: [])
        let workspace = Workspace(projects: [app, broken], edges: [edge])
        let keyed = try KeyedWorkspace(workspace: workspace, tree: SourceTree.inMemory([:]), facts: KeyFacts())
        for base in [keyed, nil] {
            let analysis = try AffectedAnalysis.compare([(workspace: base, changes: .init([]))], with: keyed)
            #expect(Affected(analysis).tasks == ["app#build"])
            #expect(Affected(analysis).causes("app") == [.dependency(project: "lib", chain: ["app", "lib"])])
        }
    }

    @Test("widenings of one code and scope keep one order")
    func widenings() throws {
        let messages = (0..<20).map { "message \($0)" }
        let workspace = Workspace(
            projects: [], edges: [], widenings: messages.map { Widening(code: "c", scope: "s", message: $0) })
        let keyed = try KeyedWorkspace(workspace: workspace, tree: SourceTree.inMemory([:]), facts: KeyFacts())
        let everything = AffectedAnalysis.everything(keyed, because: .requested)
        #expect(everything.widenings.map(\.message) == messages.sorted())
        let compared = try AffectedAnalysis.compare([(workspace: nil, changes: .init([]))], with: keyed)
        #expect(compared.widenings.map(\.message) == messages.sorted())
    }
}
