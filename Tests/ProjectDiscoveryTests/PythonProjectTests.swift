import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Python projects and edges")
struct PythonProjectTests {
    private let root = "[tool.uv.workspace]\nmembers = [\"packages/*\"]\nexclude = [\"packages/old*\"]\n"

    @Test("a virtual uv root only gathers; members are what the patterns select and exclude does not")
    func workspace() throws {
        let found = try discoverPython([
            "pyproject.toml": root, "packages/a/pyproject.toml": pyproject("A_x"),
            "packages/old-b/pyproject.toml": pyproject("b"), "elsewhere/pyproject.toml": pyproject("e"),
            "packages/empty/x.txt": "", "packages/a/lib/pyproject.toml": pyproject("inner"),
            "tools/own/pyproject.toml": pyproject("own"), "tools/own/uv.lock": uvLock(),
        ])
        #expect(found.paths == [".", "packages/a", "tools/own"])
        #expect(found.project(.root)?.onlyGathers == true)
        #expect(found.structuralFiles == ["pyproject.toml", "tools/own/uv.lock"])
    }

    @Test("a root with a package, or with code, is a project")
    func packageRoot() throws {
        for (text, extra, gathers) in [
            (pyproject("r") + root, "x", false), (pyproject("r", [], "[tool.uv]\npackage = false\n") + root, "x", true),
            (pyproject("r", [], "[tool.uv]\npackage = false\n") + root, "src/r.py", false), (root, "main.py", false),
        ] {
            let found = try discoverPython([
                "pyproject.toml": text, extra: "", "packages/a/pyproject.toml": pyproject("a"),
            ])
            #expect(found.project(.root)?.onlyGathers == gathers, "\(extra)")
            #expect(found.paths == [".", "packages/a"])
        }
    }

    @Test("a pyproject.toml that configures tools is no project; without a workspace each manifest stands alone")
    func standalone() throws {
        let found = try discoverPython([
            "pyproject.toml": "[tool.ruff]\nline-length = 100\n", "a/pyproject.toml": pyproject("a"),
            "a/tests/sample/pyproject.toml": pyproject("sample"), "a/libs/x/pyproject.toml": pyproject("x"),
            "fixtures/f/pyproject.toml": pyproject("f"), "p/pyproject.toml": "[tool.poetry]\nname = \"p\"\n",
        ])
        #expect(found.paths == ["a", "a/libs/x", "p"])
        #expect(found.project("p")?.name == "p")
    }

    @Test("names link through uv's sources, of the member or of the root, each edge with its line")
    func sources() throws {
        let found = try discoverPython([
            "pyproject.toml": root + workspaceSources("lib_b"),
            "packages/a/pyproject.toml": pyproject(
                "a", ["Lib.B>=1", "requests"],
                """
                [project.optional-dependencies]
                fast = ["c"]
                [dependency-groups]
                dev = ["d[x]", { include-group = "other" }]
                other = []
                [build-system]
                requires = ["hatchling", "lib-b"]
                [tool.uv.sources]
                c = [{ path = "../c", marker = "sys_platform == 'linux'" }, { git = "https://example.com/c" }]
                d = { workspace = true }
                """),
            "packages/b/pyproject.toml": pyproject("lib-b"), "packages/c/pyproject.toml": pyproject("c"),
            "packages/d/pyproject.toml": pyproject(
                "d", [], "[project.optional-dependencies]\nx = [\"e\"]\n" + workspaceSources("e")),
            "packages/e/pyproject.toml": pyproject("e"),
        ])
        #expect(found.errors.isEmpty)
        func edge(_ target: RepoPath, _ kind: EdgeKind, _ line: Int, passes: Bool = true) -> DiscoveredDependency {
            DiscoveredDependency(
                target: target, kind: kind, passesToDependents: passes,
                evidence: Evidence(path: "packages/a/pyproject.toml", line: line))
        }
        #expect(
            found.project("packages/a")?.dependencies == [
                edge("packages/b", .runtime, 4), edge("packages/b", .build, 11),
                edge("packages/c", .development, 6), edge("packages/d", .development, 8, passes: false),
                edge("packages/e", .development, 8, passes: false),
            ])
    }

    @Test("a name without a source links to nothing outside a workspace, and to the member inside, with a note")
    func unlinked() throws {
        let apart = try discoverPython(["a/pyproject.toml": pyproject("a", ["b"]), "b/pyproject.toml": pyproject("b")])
        #expect(edges(of: apart.projects).isEmpty)
        let together = try discoverPython([
            "pyproject.toml": root, "packages/a/pyproject.toml": pyproject("a", ["b"]),
            "packages/b/pyproject.toml": pyproject("b"),
        ])
        #expect(edges(of: together.projects) == ["packages/a -> packages/b runtime"])
        #expect(together.diagnostics.map(\.evidence.line) == [4])
    }

    @Test("Poetry's paths link, of groups only for tests, and direct references in every form")
    func poetry() throws {
        let found = try discoverPython([
            "app/pyproject.toml": """
            [tool.poetry]
            name = "app"
            [tool.poetry.dependencies]
            python = "^3.11"
            lib = { path = "../lib", develop = true }
            [tool.poetry.group.test.dependencies]
            helpers = [{ path = "../helpers" }]
            [tool.poetry.scripts]
            app = "app:main"
            """,
            "lib/pyproject.toml": pyproject("lib"), "helpers/pyproject.toml": pyproject("helpers"),
            "hatch/pyproject.toml": pyproject("h", ["lib @ {root:uri}/../lib"]),
            "pdm/pyproject.toml": pyproject(
                "p", [], "[tool.pdm.dev-dependencies]\ndev = [\"-e file:///${PROJECT_ROOT}/../lib#egg=lib\"]"),
        ])
        #expect(
            edges(of: found.projects) == [
                "app -> helpers development", "app -> lib runtime", "hatch -> lib runtime", "pdm -> lib development",
            ])
        #expect(found.project("app")?.appEvidence == "app/pyproject.toml: a project with the script 'app'")
        #expect(found.project("app")?.dependencies.map(\.passesToDependents) == [false, true])
    }

    @Test("an edge to nothing is an error with its line; a path outside is a note; a file or directory is an input")
    func dangling() throws {
        let sources =
            "[tool.uv.sources]\nb = { workspace = true }\nc = { path = \"../gone\" }\n"
            + "d = { path = \"../../../d\" }\ne = { path = \"../../wheels/e.whl\" }\nf = { path = \"../../old\" }\n"
        let found = try discoverPython([
            "pyproject.toml": root, "packages/a/pyproject.toml": pyproject("a", ["b", "c", "d", "e", "f"], sources),
            "wheels/e.whl": "", "old/setup.py": "",
        ])
        #expect(
            found.errors.map { "\($0.path):\($0.line ?? 0)" }
                == Array(repeating: "packages/a/pyproject.toml:4", count: 2))
        #expect(found.diagnostics.count == 1)
        #expect(found.project("packages/a")?.namedFiles == ["old", "wheels/e.whl"])
    }

    @Test("files outside that the manifest or requirements files name are inputs")
    func named() throws {
        let found = try discoverPython([
            "p/a/pyproject.toml": pyproject(
                "a", [], "readme = \"../README.md\"\n[tool.x]\nfiles = [\"../conf/*.ini\"]"),
            "p/README.md": "", "p/conf/x.ini": "", "p/a/requirements.txt": "six\n-r ../../req/base.txt\n",
            "req/base.txt": "-c other.txt\n-c ../gone.txt\n", "req/other.txt": "",
        ])
        #expect(found.project("p/a")?.namedFiles == ["p/README.md", "p/conf", "req/base.txt", "req/other.txt"])
    }

    @Test("tests where pytest is configured, builds where there is a build system, in the tool's own words")
    func tasks() throws {
        let system = "[build-system]\nrequires = []\n", pytest = "[tool.pytest.ini_options]\n"
        let found = try discoverPython([
            "u/pyproject.toml": pytest + "[tool.uv.workspace]\nmembers = [\"*\"]", "u/uv.lock": uvLock(),
            "u/a/pyproject.toml": pyproject("a", [], system), "u/a/tests/test_a.py": "",
            "u/b/pyproject.toml": pyproject("b"),
            "p/pyproject.toml": "[tool.poetry]\nname = \"p\"\n" + pytest + system,
            "q/pyproject.toml": pyproject("q", [], pytest + system),
        ])
        func commands(_ path: RepoPath) -> [String: String] {
            (found.project(path)?.tasks ?? [:]).mapValues { $0.command + ($0.cache ? "" : ", not cached") }
        }
        #expect(commands("u/a") == ["test": "uv run --frozen pytest", "build": "uv build, not cached"])
        #expect(commands("u/b").isEmpty && commands("u").isEmpty)
        #expect(commands("p") == ["test": "poetry run pytest", "build": "poetry build, not cached"])
        #expect(commands("q") == ["test": "python -m pytest", "build": "python -m build, not cached"])
        #expect(found.project("u/a")?.structuralDigests.map(\.field).contains("tool.pytest") == true)
    }

    @Test("one broken manifest is a broken project, and hides no other")
    func broken() throws {
        let found = try discoverPython([
            "pyproject.toml": root, "packages/a/pyproject.toml": "[project\nname = 1",
            "packages/b/pyproject.toml": pyproject("b"),
        ])
        #expect(found.paths == [".", "packages/a", "packages/b"])
        #expect(found.project("packages/a")?.brokenReason?.hasPrefix("packages/a/pyproject.toml:1: ") == true)
        #expect(found.project("packages/b")?.brokenReason == nil)
        #expect(found.widenings.map(\.scope) == ["packages/a/pyproject.toml"])
        let rootless = try discoverPython([
            "pyproject.toml": "x = [", "packages/b/pyproject.toml": pyproject("b"),
        ])
        #expect(rootless.paths == [".", "packages/b"])
        #expect(rootless.projects.allSatisfy { $0.brokenReason?.hasPrefix("pyproject.toml:1: ") == true })
    }

    @Test(
        "patterns of exclude match across separators",
        arguments: [
            ("a/*", "a/b/c", true), ("a", "a", true), ("a", "a/b", false), ("**/x", "x", true), ("**/x", "a/x", true),
            ("./a/", "a", true), ("b*", "a/b", false),
        ])
    func exclude(pattern: String, path: String, matches: Bool) {
        #expect(PythonSurvey.matches([pattern], RepoPath(path)) == matches)
    }

    @Test("requirements are read as PEP 508 writes them")
    func requirements() {
        func read(_ text: String) -> String {
            PythonRequirement(parsing: text, .normal, line: nil).map { "\($0.name) \($0.extras) \($0.path ?? "-")" }
                ?? "nil"
        }
        #expect(read("Foo__Bar.baz[A_b, c] >=1 ; python_version > '3'") == #"foo-bar-baz ["a-b", "c"] -"#)
        #expect(read(" x@file:../y ; m") == "x [] ../y")
        #expect(read("x @ https://example.com/x.whl") == "x [] -")
        #expect(read("") == "nil" && read("[x]") == "nil" && read("-e ") == "nil" && read("é") == "nil")
        #expect(read("x[") == "x [] -")
    }
}
