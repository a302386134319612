import AffectedAnalysis
import ChangeDetection
import GitObjects
import Testing
import WorkspaceModel

/// The tasks that an edit of `path` affects, which both comparisons must agree on.
private func tasks(editing path: String, in files: Files) throws -> Set<String> {
    var after = files
    after[path] = "edited"
    let pair = try Pair(files, after)
    let slow = try pair.slow()
    #expect(try pair.fast() ?? slow == slow, "\(path)")
    return slow.tasks
}

/// A package `a` at packages/a whose build reads what `inputs` says.
private func package(_ inputs: String, outputs: String = "[]") -> Files {
    var files = npm(["a": []])
    files["packages/a/ripple.yaml"] = "tasks:\n  build:\n    inputs: \(inputs)\n    outputs: \(outputs)\n"
    return files
}

@Suite("What a task reads")
struct InputTests {
    @Test("patterns from the root never make a task's own outputs its inputs")
    func rootedOutputs() throws {
        for pattern in ["/packages/**", "/packages/a/**", "/packages/a/dist/**", "/**"] {
            var files = package("[\"\(pattern)\"]", outputs: "[\"dist/**\"]")
            files["packages/a/dist/out.js"] = "1"
            files["packages/a/dist/deep/out.js"] = "1"
            #expect(try tasks(editing: "packages/a/dist/out.js", in: files).isEmpty, "\(pattern)")
            #expect(try tasks(editing: "packages/a/dist/deep/out.js", in: files).isEmpty, "\(pattern)")
            guard !pattern.contains("dist") else { continue }
            #expect(try tasks(editing: "packages/a/index.js", in: files) == ["a#build"], "\(pattern)")
        }
    }

    @Test("a pattern with wildcards that names a nested project enters it, and only the part it selects")
    func nested() throws {
        var files = package(#"["**/*", "sub/src/**", "!sub/src/skip.js"]"#)
        files["package.json"] =
            #"{"private": true, "workspaces": ["packages/*", "packages/a/sub", "packages/a/other"]}"#
        for name in ["sub", "other"] {
            files["packages/a/\(name)/package.json"] = #"{"name": "\#(name)", "scripts": {"test": "x"}}"#
            for file in ["x.js", "src/y.js", "src/skip.js"] { files["packages/a/\(name)/\(file)"] = "1" }
        }
        #expect(try tasks(editing: "packages/a/sub/src/y.js", in: files) == ["a#build", "sub#test"])
        #expect(try tasks(editing: "packages/a/sub/src/skip.js", in: files) == ["sub#test"])
        #expect(try tasks(editing: "packages/a/sub/x.js", in: files) == ["sub#test"])
        #expect(try tasks(editing: "packages/a/other/src/y.js", in: files) == ["other#test"])
        #expect(try tasks(editing: "packages/a/index.js", in: files) == ["a#build"])
    }

    @Test("an exclusion after a name that is spelled out takes it back")
    func excludedLiteral() throws {
        let files = package(#"["index.js", "other.js", "!index.js"]"#)
        #expect(try tasks(editing: "packages/a/index.js", in: files).isEmpty)
        #expect(try tasks(editing: "packages/a/other.js", in: files) == ["a#build"])
        let back = package(#"["index.js", "!*.js", "index.js"]"#)
        #expect(try tasks(editing: "packages/a/index.js", in: back) == ["a#build"])
    }

    @Test("global inputs are named as the files that changed, by both comparisons")
    func globalInputs() throws {
        var files = npm(["a": [], "b": []])
        files["ripple.yaml"] = "version: 1\nglobalInputs: [\"/docs/**\"]\n"
        for number in 0..<20 { files["docs/\(number).txt"] = "1" }
        var after = files
        after["docs/7.txt"] = "2"
        after["packages/b/index.js"] = "2"
        let pair = try Pair(files, after)
        #expect(try pair.slow().causes("a") == [.file(path: "docs/7.txt", status: .modified)])
        #expect(try pair.fast() == pair.slow())
    }

    @Test("a gathering root's task reads what its patterns select")
    func gatheringRoot() throws {
        var root = Project(path: .root)
        root.onlyGathers = true
        root.tasks["docs"] = TaskDefinition(command: "x")
        root.tasks["docs"]?.inputs = .patterns(["**/*.txt"], includesDefault: false)
        let workspace = Workspace(projects: [root], edges: [], followsFileNames: false)
        let objects = ObjectStore.inMemory()
        let trees = ["1", "2"].map { SourceTree.inMemory(["docs/a.txt": $0, "docs/b.md": $0], in: objects) }
        let keyed = try trees.map { try KeyedWorkspace(workspace: workspace, tree: $0, facts: KeyFacts()) }
        let changes = try TreeComparison.changes(from: trees[0].root, to: trees[1].root, in: objects)
        for base in [keyed[0], nil] {
            let affected = Affected(try AffectedAnalysis.compare([(workspace: base, changes: changes)], with: keyed[1]))
            #expect(
                affected.projects.map(\.reasons) == [
                    [Reason(.file(path: "docs/a.txt", status: .modified), tasks: ["docs"])]
                ])
        }
    }

    @Test(
        "only names of legal texts are ignored",
        arguments: [
            ("LICENSE", false), ("LICENSE.md", false), ("LICENSE-MIT", false), ("COPYING.txt", false),
            ("NOTICE", false),
            ("licenses.json", true), ("notice-board.config.js", true), ("LICENSE.js", true),
        ])
    func legalTexts(_ name: String, counts: Bool) throws {
        #expect(try tasks(editing: name, in: npm(["a": []])).isEmpty != counts)
    }

    @Test("cargo check compiles, so files of linters do not reach it")
    func cargoCheck() throws {
        var files: Files = ["Cargo.toml": "[workspace]\nmembers = [\"c\"]\n", "clippy.toml": "a = 1\n"]
        files["c/Cargo.toml"] = "[package]\nname = \"c\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
        files["c/src/lib.rs"] = "\n"
        let affected = try tasks(editing: "clippy.toml", in: files)
        #expect(!affected.contains("c#check"), "\(affected)")
        var script = npm(["a": []], scripts: #""check": "x", "build": "y""#)
        script[".eslintrc.json"] = "{}"
        #expect(try tasks(editing: ".eslintrc.json", in: script) == ["a#check"])
    }

    @Test("the body of a script says what the task is for, and which files it names")
    func scriptBody() throws {
        var files = npm(["a": []], scripts: #""verify": "eslint --config ../../conf/lint.js""#)
        files[".eslintrc.json"] = "{}"
        files["conf/lint.js"] = "1"
        #expect(try tasks(editing: ".eslintrc.json", in: files) == ["a#verify"])
        #expect(try tasks(editing: "conf/lint.js", in: files) == ["a#verify"])
    }
}
