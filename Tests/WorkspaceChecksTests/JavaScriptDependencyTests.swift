import Testing
import WorkspaceChecks

@Suite("Dependencies of JavaScript projects")
struct JavaScriptDependencyTests {
    @Test("an import of another project needs a declaration")
    func undeclaredProject() throws {
        let files = packages([
            "a": (
                #""dependencies": {"b": "*"}"#,
                ["index.ts": "import 'b'\nimport x from 'c/deep'\nimport { y } from \"../d/y\"\nimport 'a/self'\n"]
            ),
            "b": ("", ["index.js": ""]), "c": ("", ["index.js": ""]), "d": ("", ["y.ts": ""]),
        ])
        let found = try check(files, .undeclaredWorkspaceDependency)
        #expect(found == ["error a > c packages/a/index.ts:2", "error a > d packages/a/index.ts:3"])
    }

    @Test("what only tests, samples and types use is a warning, by name or by path")
    func aside() throws {
        var files = packages([
            "a": (
                "",
                [
                    "src/a.test.ts": "import 'b'", "__tests__/x.ts": "import '../../c/c.js'",
                    "src/index.ts": "/// <reference path=\"../../d/d.d.ts\" />\nimport type { E } from 'e'",
                ]
            ),
            "b": ("", ["index.js": ""]), "c": ("", ["c.js": ""]), "d": ("", ["d.d.ts": ""]), "e": ("", ["e.ts": ""]),
        ])
        files["package.json"] = #"{"private": true, "workspaces": ["packages/*", "playground/*"]}"#
        files["playground/p/package.json"] = #"{"name": "p", "version": "1.0.0"}"#
        files["playground/p/index.js"] = "import 'b'"
        #expect(
            try check(files, .undeclaredWorkspaceDependency) == [
                "warning a > b packages/a/src/a.test.ts:1", "warning a > c packages/a/__tests__/x.ts:1",
                "warning a > d packages/a/src/index.ts:1", "warning a > e packages/a/src/index.ts:2",
                "warning p > b playground/p/index.js:1",
            ])
        let byPath = try check(files).first { $0.target == "c" }
        #expect(byPath?.message == "a imports files of c by their paths, and does not declare it")
    }

    @Test("a project that another dependency leads to is a warning")
    func indirect() throws {
        let files = packages([
            "a": (#""dependencies": {"b": "*"}"#, ["index.js": "import 'b'; import 'c'"]),
            "b": (#""dependencies": {"c": "*"}"#, ["index.js": "import 'c'"]), "c": ("", ["index.js": ""]),
        ])
        #expect(try check(files, .undeclaredWorkspaceDependency) == ["warning a > c packages/a/index.js:1"])
    }

    @Test("a version from the registry of what is also in the workspace is no edge and no finding")
    func registryVersion() throws {
        let files = packages([
            "a": (#""dependencies": {"b": "^9.0.0"}"#, ["index.js": "import 'b'"]), "b": ("", ["index.js": ""]),
        ])
        #expect(try check(files, .undeclaredWorkspaceDependency) == [])
    }

    @Test("an import by an alias of tsconfig.json leads where the alias does")
    func aliases() throws {
        var files = packages([
            "a": ("", ["src/index.ts": "import x from '@shop/b/x'\nimport y from '~/own'\n", "src/own.ts": ""]),
            "b": ("", ["src/x.ts": ""]),
        ])
        files["tsconfig.base.json"] = """
            { // comment
              "compilerOptions": {"baseUrl": ".", "paths": {"@shop/b/*": ["packages/b/src/*"]}},
            }
            """
        files["packages/a/tsconfig.json"] =
            #"{"extends": "../../tsconfig.base", "compilerOptions": {"paths": {"~/*": ["./src/*"]}}}"#
        #expect(try check(files, .undeclaredWorkspaceDependency) == ["error a > b packages/a/src/index.ts:1"])
        #expect(try check(files, .undeclaredDependency) == [])
    }

    @Test("an external package that nobody declares is a warning; everything that may be something else is not")
    func external() throws {
        let files = packages([
            "a": (
                ##""dependencies": {"own": "1", "@types/estree": "1", "@types/s__t": "1"}, "imports": {"#x": "./x.js"}"##,
                [
                    "index.ts": """
                    import 'own/deep'; import 'rooted'; import 'node:fs'; import 'path'; import '#x'
                    import type T from 'typed'; import { N } from 'estree'; import '@s/t'
                    import '@/alias'; import '~/alias'; import '$lib/alias'; import 'virtual:module'; import 'ambient'
                    import 'configured'; import styles from 'missing/styles'; import Missing from '@missing/scoped/x'
                    const lazy = await import('lazy'); require('required'); require.resolve('resolved')
                    """,
                    "types.d.ts": "declare module 'ambient';",
                    "vite.config.ts": "export default { resolve: { alias: { 'configured': './x' } } }",
                ]
            )
        ])
        #expect(
            try check(files, .undeclaredDependency) == [
                "warning a > @missing/scoped packages/a/index.ts:4", "warning a > missing packages/a/index.ts:4",
            ])
    }

    @Test("a path that leads nowhere is a warning, but not in tests or where files are made")
    func unresolved() throws {
        let files = packages([
            "a": (
                "",
                [
                    "src/index.ts":
                        "import './there.js'\nimport './gone'\nimport './dir'\nimport './generated/x'\nimport './s.vue?raw'",
                    "src/more.ts": "import './version'\nimport './old.ts'", "src/old.js": "",
                    ".gitignore": "/src/version.ts", "src/there.ts": "", "src/dir/index.ts": "", "src/s.vue": "",
                    "tests/a.ts": "import './gone'",
                ]
            )
        ])
        #expect(try check(files, .unresolvedImport) == ["warning a > ./gone packages/a/src/index.ts:2"])
    }

    @Test("a declared project that nothing names is a note")
    func unused() throws {
        let files = packages([
            "a": (
                """
                "dependencies": {"unused": "*", "used": "*"},
                "devDependencies": {"configured": "*", "run": "*", "preset": "*", "assets": "*"},
                "scripts": {"build": "run-it"}, "prettier": "preset"
                """,
                [
                    "index.js": "import 'used'", "tsconfig.json": #"{"extends": "configured/base.json"}"#,
                    "project.json": #"{"assets": ["packages/assets/logo.svg"]}"#,
                ]
            ),
            "unused": ("", ["index.js": ""]), "used": ("", ["index.js": ""]), "configured": ("", [:]),
            "run": (#""bin": {"run-it": "./run.js"}"#, [:]), "preset": ("", [:]),
            "assets": ("", ["logo.svg": ""]),
        ])
        #expect(try check(files, .unusedDependency) == ["note a > unused packages/a/package.json:2"])
    }

    @Test("samples and nested packages say nothing of the project around them")
    func samples() throws {
        let files = packages([
            "a": (
                "",
                [
                    "fixtures/x.js": "import 'b'",
                    "example/package.json": #"{"name": "e", "dependencies": {"b": "*"}}"#,
                    "example/x.js": "import 'b'", "esm/package.json": #"{"type": "module"}"#, "esm/x.js": "import 'b'",
                ]
            ),
            "b": ("", ["index.js": ""]),
        ])
        #expect(try check(files, .undeclaredWorkspaceDependency) == ["error a > b packages/a/esm/x.js:1"])
    }

    @Test("implicit dependencies of turbo.json need no declaration")
    func implicit() throws {
        var files = packages([
            "a": (#""scripts": {"build": "x"}"#, ["index.js": "import 'everywhere'; import 'here'; import 'nowhere'"])
        ])
        files["turbo.json"] = #"{"tasks": {"build": {}}, "boundaries": {"implicitDependencies": ["everywhere"]}}"#
        files["packages/a/turbo.json"] =
            #"{"extends": ["//"], "tasks": {}, "boundaries": {"implicitDependencies": ["here"]}}"#
        #expect(try check(files, .undeclaredDependency) == ["warning a > nowhere packages/a/index.js:1"])
    }
}
