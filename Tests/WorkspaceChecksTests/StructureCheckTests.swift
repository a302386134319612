import GitObjects
import Testing
import WorkspaceChecks
import WorkspaceModel

@Suite("Cycles, manifests and unread files")
struct StructureCheckTests {
    @Test("a cycle is an error, and a note when a development edge closes it")
    func cycles() throws {
        func knot(_ table: String) -> [String: String] {
            packages([
                "a": (#""dependencies": {"b": "*"}"#, [:]), "b": (#""\#(table)": {"a": "*"}"#, [:]), "c": ("", [:]),
            ])
        }
        let illegal = try check(knot("dependencies"))
        #expect(
            illegal.filter { $0.code == .cycle }.map(\.summary) == [
                "error a packages/a/package.json:2 packages/b/package.json:2"
            ])
        #expect(illegal.first { $0.code == .cycle }?.message == "projects need each other: a -> b -> a")
        let legal = try check(knot("devDependencies"))
        #expect(legal.contains { $0.code == .developmentCycle && $0.severity == .note })
        #expect(!legal.contains { $0.code == .cycle })
    }

    @Test("what discovery refuses is a finding, each place on its own, and hides nothing else")
    func refused() throws {
        let files = [
            "Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\"]\n",
            "a/Cargo.toml": "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nx = { path = \"../x\" }\n",
            "a/src/lib.rs": "",
            "b/Cargo.toml": "[package]\nname = \"b\"\nversion = \"1.0.0\"\n[dependencies]\ny = { path = \"../y\" }\n",
            "b/src/lib.rs": "", "stray.txt": "",
        ]
        #expect(try check(files, .invalidConfiguration) == ["error a/Cargo.toml:5", "error b/Cargo.toml:5"])
        #expect(try check(["package.json": "{", "index.js": ""], .brokenManifest).count == 1)
    }

    @Test("a cycle of tasks is an error with the graph's own words")
    func taskCycle() throws {
        let files = [
            "ripple.yaml":
                "version: 1\nprojects: [a]\ntasks:\n  x: { command: x, dependsOn: [y] }\n  y: { command: y, dependsOn: [x] }\n",
            "a/f": "",
        ]
        let found = try check(files).filter { $0.code == .invalidConfiguration }
        #expect(found.first?.message.contains("a#x needs a#y") == true, "\(found)")
    }

    /// The unread files by directory; a `*` for a directory that is unread as a whole.
    private func unread(_ files: [String: String]) throws -> [String] {
        try check(files).filter { $0.code == .unreadFiles }.map { finding in
            let place = finding.evidence.first.map { "\($0.path)" } ?? "?"
            let whole = finding.message.contains("anything") ? "*" : ""
            return "\(place)\(whole): \(finding.files.map(\.description).joined(separator: " "))"
        }
    }

    @Test("files that no task reads, by directory")
    func unreadFiles() throws {
        var files = packages(["a": (#""scripts": {"build": "x"}"#, ["src/a.js": "", "README.md": ""])])
        files["tsconfig.json"] = "{}"
        files[".prettierrc"] = ""
        files[".github/workflows/ci.yml"] = ""
        files["docs/guide.md"] = ""
        files["scripts/one.sh"] = ""
        files["scripts/deep/two.sh"] = ""
        files["packages/shared.txt"] = ""
        files["LICENSE"] = ""
        #expect(try unread(files) == [".: .prettierrc", "scripts*: scripts/deep/two.sh scripts/one.sh"])
        files["ripple.yaml"] = "version: 1\nignore: [\"scripts/**\"]\n"
        #expect(try unread(files) == [".: .prettierrc"])
    }

    @Test("under turbo.json unowned files are read only when something names them")
    func underTurborepo() throws {
        var files = packages(["a": (#""scripts": {"build": "x"}"#, ["src/a.js": "", "notes.txt": ""])])
        files["turbo.json"] =
            #"{"globalDependencies": ["named.json"], "tasks": {"build": {"inputs": ["src/**", "package.json"]}}}"#
        files["named.json"] = ""
        files["tsconfig.json"] = ""
        #expect(try unread(files) == [".: tsconfig.json", "packages/a: packages/a/notes.txt"])
    }

    @Test("the answer is the same each time, sorted")
    func deterministic() throws {
        var manifests: [String: (manifest: String, files: [String: String])] = [:]
        for number in 0..<12 {
            manifests["p\(number)"] = (
                "", ["x.js": (0..<12).map { "import 'p\($0)'; import 'e\($0)'" }.joined(separator: "\n")]
            )
        }
        let files = packages(manifests)
        let first = try check(files)
        #expect(first == first.sorted())
        #expect(first.count > 100)
        for _ in 0..<3 { #expect(try check(files) == first) }
    }
}
