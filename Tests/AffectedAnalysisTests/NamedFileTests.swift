import AffectedAnalysis
import ChangeDetection
import GitObjects
import Testing
import WorkspaceModel

/// The tasks that an edit of `path` affects, each with the places that name it; both comparisons must agree.
private func ways(editing path: String, in files: Files) throws -> [String: [String]] {
    var after = files
    after[path] = (files[path] ?? "") + "\n// edited\n"
    let pair = try Pair(files, after)
    let slow = try pair.slow()
    #expect(try pair.fast() ?? slow == slow, "\(path)")
    var found: [String: [String]] = [:]
    for project in slow.projects {
        for reason in project.reasons {
            guard case .file(_, _, let namedBy) = reason.cause else { continue }
            for task in reason.tasks {
                found["\(project.id)#\(task)"] = namedBy.map { place in
                    "\(place.path)\(place.line.map { ":\($0)" } ?? "")"
                }
            }
        }
    }
    return found
}

private let scripts = #""build": "x", "lint": "y", "test": "z""#
private let all: Set<String> = ["a#build", "a#lint", "a#test"]

/// Packages `a` and `b` that do not depend on each other, and files beside them.
private func workspace(_ files: Files) -> Files {
    npm(["a": [], "b": []], scripts: scripts).merging(files) { _, new in new }
}

@Suite("Files that configuration names")
struct NamedFileTests {
    @Test("a tsconfig.json extends through other files, by path and by package, alone or in a list")
    func typeScriptExtends() throws {
        let files = workspace([
            "packages/a/tsconfig.json": "{\n  // comment\n  \"extends\": [\"./tsconfig.own\", \"b/tsconfig\"],\n}",
            "packages/a/tsconfig.own.json": "{ \"extends\": \"../../tools/ts/strict.json\" }",
            "tools/ts/strict.json": "{\n\"extends\": \"./base\" }",
            "tools/ts/base.json": "{}",
            "packages/b/tsconfig.json": "{}",
        ])
        let found = try ways(editing: "tools/ts/base.json", in: files)
        #expect(Set(found.keys) == all)
        #expect(found["a#build"] == ["packages/a/tsconfig.own.json:1", "tools/ts/strict.json:2"])
        let package = try ways(editing: "packages/b/tsconfig.json", in: files)
        #expect(package["a#build"] == ["packages/a/tsconfig.json:3"] && package["b#build"] == [], "\(package)")
        #expect(Set(try ways(editing: "packages/b/index.js", in: files).keys) == ["b#build", "b#lint", "b#test"])
    }

    @Test("a referenced project counts by its configuration, and as a whole where nothing depends on it")
    func typeScriptReferences() throws {
        var files = workspace([
            "packages/a/tsconfig.json": "{ \"references\": [{ \"path\": \"../b\" }, { \"path\": \"./test\" }] }",
            "packages/a/test/tsconfig.json": "{ \"extends\": \"../../../tools/test.json\" }",
            "tools/test.json": "{}",
            "packages/b/tsconfig.json": "{ \"extends\": \"../../tools/base.json\" }",
            "tools/base.json": "{}",
        ])
        for path in ["packages/b/tsconfig.json", "packages/b/index.js", "tools/base.json", "tools/test.json"] {
            #expect(Set(try ways(editing: path, in: files).keys).isSuperset(of: all), "\(path)")
        }
        files["packages/a/package.json"] = npm(["a": ["b"]], scripts: scripts)["packages/a/package.json"]
        let code = try ways(editing: "packages/b/index.js", in: files)
        #expect(code["a#build"] == nil && code["b#build"] == [], "an edge tells it: \(code)")
        #expect(try ways(editing: "packages/b/tsconfig.json", in: files)["a#build"] == ["packages/a/tsconfig.json:1"])
    }

    @Test("a tsconfig.json for tests is read by tests and by what checks types")
    func typeScriptForTests() throws {
        var files = workspace([
            "packages/a/tsconfig.json": #"{ "references": [{ "path": "./tsconfig.spec.json" }] }"#,
            "packages/a/tsconfig.spec.json": #"{ "references": [{ "path": "../b" }], "extends": "../../tools/t" }"#,
            "packages/b/tsconfig.json": "{}", "tools/t.json": "{}",
        ])
        files["packages/a/package.json"] =
            #"{"name": "a", "scripts": {"build": "tsc -p tsconfig.build.json", "test": "x", "type-check": "y", "all": "tsc -b"}}"#
        for path in ["tools/t.json", "packages/b/index.js"] {
            let found = try ways(editing: path, in: files).keys.filter { $0.hasPrefix("a#") }
            #expect(Set(found) == ["a#test", "a#type-check", "a#all"], "\(path)")
        }
    }

    @Test("a path into node_modules leads to a package of the workspace, as Rush's rigs are extended")
    func installed() throws {
        let files = workspace([
            "packages/a/tsconfig.json": #"{ "extends": "./node_modules/b/profiles/base.json" }"#,
            "packages/b/profiles/base.json": "{}",
        ])
        let found = try ways(editing: "packages/b/profiles/base.json", in: files)
        #expect(found["a#build"] == ["packages/a/tsconfig.json:1"])
    }

    @Test(
        "lint configuration is for lint tasks",
        arguments: [
            (".eslintrc.json", #"{ "extends": ["plugin:x/y", "../../tools/lint.js"] }"#),
            (".eslintrc", "extends:\n  - ../../tools/lint\n"),
            (".eslintrc.yaml", "extends: ../../tools/lint.js\n"),
            (".eslintrc.cjs", "module.exports = { root: true, extends: ['../../tools/lint'] }"),
            (".eslintrc.js", "module.exports = { extends: [require.resolve('../../tools/lint')] }"),
            ("eslint.config.mjs", "import base from '../../tools/lint.js';\nexport default [...base];"),
            (
                "eslint.config.js",
                "const { join } = require('path');\nmodule.exports = load(join(__dirname, '..', '..', 'tools', 'lint.js'))"
            ),
        ])
    func lint(_ name: String, _ content: String) throws {
        let files = workspace([
            "packages/a/\(name)": content, "tools/lint.js": "module.exports = require('./rules')",
            "tools/rules/index.js": "1", "tools/other.js": "1",
        ])
        #expect(Set(try ways(editing: "tools/lint.js", in: files).keys) == ["a#lint"], "\(name)")
        #expect(Set(try ways(editing: "tools/rules/index.js", in: files).keys) == ["a#lint"], "\(name)")
        #expect(try ways(editing: "tools/other.js", in: files).isEmpty, "\(name)")
    }

    @Test(
        "test configuration is for test tasks",
        arguments: [
            ("jest.config.js", "module.exports = { preset: '../../tools/jest' }"),
            ("jest.config.json", #"{ "setupFiles": ["<rootDir>/../../tools/jest.js"] }"#),
            ("jest.config.ts", "export default { globalSetup: '<rootDir>/../../tools/jest.js' } satisfies Config"),
            ("jest.config.mjs", "export default { moduleNameMapper: { '^x$': '<rootDir>/../../tools/jest.js' } }"),
            ("jest.config.cjs", "module.exports = { transform: { '^.+$': ['../../tools/jest.js', {}] } }"),
            ("vitest.config.ts", "export default defineConfig({ test: { setupFiles: `../../tools/jest.js` } })"),
            ("vitest.config.mts", "import x from '../../tools/jest'\nexport default x"),
            (".mocharc.json", #"{ "require": "../../tools/jest.js" }"#),
            ("playwright.config.ts", "export default { globalSetup: require.resolve('../../tools/jest') }"),
        ])
    func test(_ name: String, _ content: String) throws {
        let files = workspace(["packages/a/\(name)": content, "tools/jest.js": "1"])
        #expect(Set(try ways(editing: "tools/jest.js", in: files).keys) == ["a#test"], "\(name)")
    }

    @Test(
        "other configuration is for all tasks",
        arguments: [
            ("babel.config.js", "module.exports = { presets: [['../../tools/x', {}]] }"),
            (".babelrc", #"{ "extends": "../../tools/x.js" }"#),
            (".babelrc.json", #"{ "plugins": ["../../tools/x"] }"#),
            (
                "vite.config.ts",
                "export default { resolve: { alias: { x: new URL('../../tools/x.js', import.meta.url) } } }"
            ),
            ("vite.config.js", "import './build/plugin'\nexport default {}"),
            ("webpack.config.js", "module.exports = require('../../tools/x')({})"),
            ("webpack.prod.js", "const { merge } = require('m'), x = require('../../tools/x.js')"),
            ("rollup.config.mjs", "export { default } from '../../tools/x.js'"),
            ("postcss.config.cjs", "module.exports = require(`../../tools/x`)"),
            ("tailwind.config.ts", "export default { content: ['./src/**', '../../tools/**/*.{js,ts}'] }"),
            ("next.config.js", "const path = `${__dirname}/../../tools/x.js`; module.exports = { path }"),
        ])
    func others(_ name: String, _ content: String) throws {
        let files = workspace([
            "packages/a/\(name)": content, "tools/x.js": "1",
            "packages/a/build/plugin.js": "require('../../../tools/x')",
        ])
        #expect(Set(try ways(editing: "tools/x.js", in: files).keys) == all, "\(name)")
    }

    @Test("a file that a command names says so")
    func command() throws {
        var files = workspace(["tools/build.sh": "1"])
        files["packages/a/package.json"] =
            "{\n\"name\": \"a\",\n\"scripts\": {\n\"build\": \"../../tools/build.sh\" } }"
        #expect(try ways(editing: "tools/build.sh", in: files) == ["a#build": ["packages/a/package.json:4"]])
    }

    @Test("sections of package.json count like files")
    func sections() throws {
        var files = workspace(["tools/jest.js": "1", "tools/lint.js": "1", "tools/preset.js": "1"])
        files["packages/a/package.json"] = """
            {
              "name": "a", "scripts": {\(scripts)},
              "jest": { "preset": "../../tools/jest.js" },
              "eslintConfig": { "extends": "../../tools/lint" },
              "babel": { "presets": ["../../tools/preset.js"] }
            }
            """
        #expect(try ways(editing: "tools/jest.js", in: files) == ["a#test": ["packages/a/package.json:3"]])
        #expect(try ways(editing: "tools/lint.js", in: files) == ["a#lint": ["packages/a/package.json:4"]])
        #expect(Set(try ways(editing: "tools/preset.js", in: files).keys) == all)
    }

    @Test("what unowned configuration loads reaches whom that reaches; what it lists does not")
    func unowned() throws {
        let files = workspace([
            "eslint.config.js": "import x from './tools/lint.js'",
            "babel.config.json": "{\n \"presets\": [\"./tools/preset\"] }",
            "tsconfig.json": #"{ "extends": "./tools/ts.json", "references": [{ "path": "packages/b" }] }"#,
            "vitest.config.ts":
                "export default { projects: ['./packages/a/vitest.config.ts'], alias: { b: './tools/alias.js' } }",
            "packages/a/vitest.config.ts": "export default {}", "packages/b/tsconfig.json": "{}",
            "tools/lint.js": "1", "tools/preset.js": "1", "tools/ts.json": "{}", "tools/alias.js": "1",
        ])
        #expect(
            try ways(editing: "tools/lint.js", in: files) == [
                "a#lint": ["eslint.config.js:1"], "b#lint": ["eslint.config.js:1"],
            ])
        #expect(try ways(editing: "tools/preset.js", in: files)["b#build"] == ["babel.config.json:2"])
        #expect(try ways(editing: "tools/ts.json", in: files).count == 6)
        #expect(try ways(editing: "tools/alias.js", in: files).isEmpty)
        #expect(Set(try ways(editing: "packages/a/vitest.config.ts", in: files).keys) == all)
        #expect(Set(try ways(editing: "packages/b/tsconfig.json", in: files).keys) == ["b#build", "b#lint", "b#test"])
    }

    @Test("a named file counts for the tasks that read what names it")
    func declaredInputs() throws {
        let files = workspace([
            "packages/a/ripple.yaml":
                "tasks:\n  build: { inputs: [\"index.js\"] }\n  test: { inputs: [\"tsconfig.json\"] }\n",
            "packages/a/tsconfig.json": #"{ "extends": "../../tools/ts.json" }"#, "tools/ts.json": "{}",
        ])
        #expect(Set(try ways(editing: "tools/ts.json", in: files).keys) == ["a#lint", "a#test"])
    }

    @Test("paths that lead to the project itself, around it or out of the repository name nothing")
    func noWidening() throws {
        let files = workspace([
            "packages/a/vite.config.ts":
                "export default { root: '../../', envDir: '..', out: '../../../x', own: '../a/src', glob: '../*/src' }",
            "packages/a/src/x.js": "1", "packages/b/src/x.js": "1", "tools/x.js": "1",
        ])
        #expect(Set(try ways(editing: "packages/b/src/x.js", in: files).keys) == ["b#build", "b#lint", "b#test"])
        #expect(try ways(editing: "tools/x.js", in: files).isEmpty)
    }

    @Test("configuration that leads in a circle or is damaged ends")
    func circles() throws {
        let files = workspace([
            "packages/a/tsconfig.json": #"{ "extends": "../b/tsconfig.json" }"#,
            "packages/b/tsconfig.json": #"{ "extends": "../a/tsconfig.json" }"#,
            "packages/a/.eslintrc.json": #"{ "extends": "../../"#,
            "packages/a/.babelrc": "{{{{: - \t",
            "packages/a/vite.config.ts": "import '../b/vite.config'; const a = `${",
            "packages/b/vite.config.ts": "import '../a/vite.config'",
        ])
        #expect(try ways(editing: "packages/b/vite.config.ts", in: files).count == 6)
        #expect(try ways(editing: "packages/a/tsconfig.json", in: files).count == 6)
    }

    @Test("a file that comes where one is looked for ends the shortcut, and what it names counts from then on")
    func awaited() throws {
        let files = workspace([
            "packages/a/tsconfig.json": #"{ "extends": "../../tools/ts" }"#,
            "packages/a/vite.config.ts": "import '../../tools/plugin'",
        ])
        for (path, content) in [
            ("tools/ts.json", "{}"), ("tools/plugin.ts", "1"), ("tools/plugin/index.mjs", "1"),
            ("packages/a/jest.config.js", "require('../../tools/x')"),
        ] {
            var after = files
            after[path] = content
            let pair = try Pair(files, after)
            #expect(try pair.fast() == nil, "\(path)")
            #expect(try pair.slow().tasks == all, "\(path)")
        }
        var unrelated = files
        unrelated["packages/b/new.js"] = "1"
        #expect(try Pair(files, unrelated).fast() != nil)
    }
}

@Suite("Patches of dependencies")
struct PatchTests {
    private func affected(_ path: String, _ files: Files) throws -> Set<String> {
        Set(try ways(editing: path, in: files).keys)
    }

    @Test("patches count for JavaScript where a manifest, a setting or a lockfile names them")
    func named() throws {
        func files(_ root: String, _ more: Files = [:]) -> Files {
            var files = npm(["a": []])
            files["package.json"] = root
            files["Cargo.toml"] = "[workspace]\nmembers = [\"c\"]\n"
            files["c/Cargo.toml"] = "[package]\nname = \"c\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
            files["c/src/lib.rs"] = "\n"
            return files.merging(more) { _, new in new }
        }
        let patch = ["patches/x@1.0.0.patch": "1", "patches/y.patch": "1"]
        let plain = #"{"private": true, "workspaces": ["packages/*"]}"#
        #expect(try affected("patches/y.patch", files(plain, patch)).isEmpty)
        let pnpm = files(
            plain,
            patch.merging([
                "pnpm-workspace.yaml":
                    "packages: [\"packages/*\"]\npatchedDependencies:\n  x@1.0.0: patches/x@1.0.0.patch\n"
            ]) { $1 })
        #expect(try affected("patches/x@1.0.0.patch", pnpm) == ["a#build"])
        #expect(try affected("patches/y.patch", pnpm).isEmpty)
        let bun = files(
            #"{"workspaces": ["packages/*"], "patchedDependencies": {"x@1.0.0": "patches/x@1.0.0.patch"}}"#, patch)
        #expect(try affected("patches/x@1.0.0.patch", bun) == ["a#build"])
        let package = files(
            #"{"workspaces": ["packages/*"], "scripts": {"postinstall": "patch-package"}}"#, patch)
        #expect(try affected("patches/y.patch", package) == ["a#build"])
        let yarn = files(
            plain,
            [
                ".yarn/patches/@s-x-npm-1.0.0-abc.patch": "1", ".yarn/patches/y.patch": "1",
                "yarn.lock":
                    "__metadata:\n  version: 8\n\n\"@s/x@patch:@s/x@npm%3A1.0.0#~/.yarn/patches/%40s-x-npm-1.0.0-abc.patch\":\n  version: 1.0.0\n",
            ])
        #expect(try affected(".yarn/patches/@s-x-npm-1.0.0-abc.patch", yarn) == ["a#build"])
        #expect(try affected(".yarn/patches/y.patch", yarn).isEmpty)
    }
}

@Suite("Files that Rust sources name")
struct RustPathTests {
    private static let files: Files = [
        "Cargo.toml": "[workspace]\nmembers = [\"crates/*\"]\n",
        "crates/c/Cargo.toml": "[package]\nname = \"c\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        "crates/d/Cargo.toml": "[package]\nname = \"d\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        "crates/c/src/lib.rs": """
        #![doc = include_str!("../../../GUIDE.md")]
        #[path = "../../../shared/mod.rs"]
        mod shared;
        const X: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/x.bin"));
        const Y: &str = include_str!("../../d/text/y.txt");
        """,
        "crates/c/tests/t.rs": "fn t() { std::fs::read(\"../../data/run.txt\"); dir(\"../d\"); dir(\"..\") }",
        "crates/d/src/lib.rs": "\n", "crates/d/text/y.txt": "1", "GUIDE.md": "1", "data/x.bin": "1",
        "data/run.txt": "1", "data/other.txt": "1",
        "shared/mod.rs": "const A: &str = include_str!(\"../data/deep.txt\");",
        "data/deep.txt": "1",
    ]

    @Test(
        "literal paths out of a crate are its inputs",
        arguments: [
            ("GUIDE.md", "crates/c/src/lib.rs:1"), ("shared/mod.rs", "crates/c/src/lib.rs:2"),
            ("data/x.bin", "crates/c/src/lib.rs:4"), ("crates/d/text/y.txt", "crates/c/src/lib.rs:5"),
            ("data/run.txt", "crates/c/tests/t.rs:1"), ("data/deep.txt", "crates/c/src/lib.rs:2"),
        ])
    func named(_ path: String, _ place: String) throws {
        let found = try ways(editing: path, in: RustPathTests.files)
        #expect(found["c#build"]?.first == place && found["c#test"] != nil, "\(found)")
        let isOwned = path.hasPrefix("crates/d")
        #expect((found["d#build"] != nil) == isOwned, "\(found)")
    }

    @Test("directories of crates and what nothing names are none, and edits elsewhere keep the shortcut")
    func notNamed() throws {
        #expect(try ways(editing: "data/other.txt", in: RustPathTests.files).isEmpty)
        #expect(try ways(editing: "crates/d/src/lib.rs", in: RustPathTests.files)["c#build"] == nil)
        var after = RustPathTests.files
        after["crates/d/src/lib.rs"] = "// edited\n"
        #expect(try Pair(RustPathTests.files, after).fast() != nil)
        after["crates/d/src/lib.rs"] = "const Z: &str = include_str!(\"../../../data/other.txt\");"
        #expect(try Pair(RustPathTests.files, after).fast() == nil)
    }
}
