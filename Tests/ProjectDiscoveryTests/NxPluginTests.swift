import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("Targets that plugins of Nx infer")
struct NxPluginTests {
    /// The tasks of `ui` when the plugins are registered and these files are there.
    private func discover(_ plugins: String, _ files: [String: String], named: String = "{}") throws -> Discovery {
        try discoverNx(nxFiles("{ \"plugins\": [\(plugins)], \"namedInputs\": \(named) }", extra: files))
    }

    private func tasks(
        _ plugins: String, _ files: [String: String], named: String = "{}"
    ) throws -> [String: TaskDefinition] {
        var placed: [String: String] = [:]
        for (name, text) in files { placed[name.hasPrefix("/") ? String(name.dropFirst()) : "libs/ui/\(name)"] = text }
        return try #require(try discover(plugins, placed, named: named).project("libs/ui")?.tasks)
    }

    private static let start = #"cd ../.. && PATH="$PWD/node_modules/.bin:$PATH" && "#

    private func command(_ text: String, _ name: String) -> String {
        Self.start + #"export NX_WORKSPACE_ROOT="$PWD" NX_TASK_TARGET_PROJECT=ui NX_TASK_TARGET_TARGET="# + name
            + #" && cd libs/ui && PATH="$PWD/node_modules/.bin:$PATH" && "# + text
    }

    private func isReused(_ task: TaskDefinition?, _ outputs: [String]) -> Bool {
        task?.cache == true && task?.outputs == outputs
    }

    @Test("Vite: what is buildable, where it goes, servers, and types")
    func vite() throws {
        let plugin =
            #"{ "plugin": "@nx/vite/plugin", "options": { "buildTargetName": "make", "serveTargetName": false } }, "@nx/vitest""#
        let app = try tasks(
            plugin,
            [
                "index.html": "", "tsconfig.json": "{}", "tsconfig.app.json": "{}",
                "vite.config.ts": """
                import { defineConfig } from 'vite'
                import react from '@vitejs/plugin-react'
                export default defineConfig(() => ({ root: __dirname, plugins: [react()],
                  build: { outDir: '../../dist/libs/ui', emptyOutDir: true }, test: { coverage: { reportsDirectory: '../../c/ui' } } }))
                """,
            ], named: #"{ "production": ["default"] }"#)
        #expect(
            app.keys.sorted() == [
                "build-deps", "dev", "make", "preview", "serve-static", "test", "typecheck", "watch-deps",
            ])
        #expect(app["make"]?.command == command("vite build", "make") && isReused(app["make"], ["/dist/libs/ui"]))
        #expect(app["make"]?.dependsOn.first == .dependencies("make"))
        #expect(isReused(app["test"], ["/c/ui"]) && app["test"]?.env == ["CI"])
        #expect(app["typecheck"]?.command == command("tsc --noEmit -p tsconfig.app.json", "typecheck"))
        #expect(["dev", "preview", "serve-static", "watch-deps"].allSatisfy { app[$0]?.persistent == true })
        #expect(app["preview"]?.dependsOn.first == .sameProject("make") && app["build-deps"]?.command == ":")
        let library = try tasks(plugin, ["vite.config.mts": "export default { build: { lib: { entry: 'a' } } }"])
        #expect(isReused(library["make"], ["dist"]) && library["dev"] == nil && library["test"] == nil)
        let tests = try tasks(plugin, ["vite.config.ts": "export default { test: {} }"])
        #expect(tests["make"] == nil && isReused(tests["test"], ["coverage", "/coverage/libs/ui"]))
    }

    @Test("Vite: where code may decide, the target is there and its results are not reused")
    func viteCode() throws {
        for text in [
            "import kit from '@sveltejs/kit/vite'; export default { plugins: [kit()] }",
            "import base from '../../base'; export default mergeConfig(base, defineConfig({}))",
            "export default defineConfig(({ mode }) => { if (mode) return { build: { lib: {}, outDir: 'x' } }; return {} })",
            "const c = { build: { lib: {}, outDir: 'a' } }; c.build.outDir = f(); export default c",
            "export default { root: 'src', build: { lib: {} } }",
            "export default { build: { lib: {}, outDir: '../..' } }",
        ] {
            let found = try tasks("\"@nx/vite/plugin\"", ["vite.config.js": text])
            #expect(found["build"] != nil && found["build"]?.cache == false && found["build"]?.outputs == [], "\(text)")
        }
        let named = try discover(
            "\"@nx/vite/plugin\"",
            [
                "libs/ui/vite.config.js": "export default defineConfig(f())", "libs/ui/index.html": "",
                "libs/ui/x.js": "import '../../y'",
            ])
        #expect(named.project("libs/ui")?.tasks["build"]?.outputs == ["dist"])
    }

    @Test("Jest and Cypress: files that the configuration names by a path count")
    func jest() throws {
        let plugins = #""@nx/jest/plugin", { "plugin": "@nx/cypress/plugin", "options": { "targetName": "e2e" } }"#
        let found = try tasks(
            plugins,
            [
                "jest.config.ts": """
                export default { preset: '../../jest.preset.js', coverageDirectory: '<rootDir>/../../coverage/ui',
                  setupFiles: ['<rootDir>/../../tools/setup.ts', '../../missing.js'] }
                """, "/jest.preset.js": "", "/tools/setup.ts": "",
                "cypress.config.ts": """
                export default defineConfig({ e2e: { ...preset(__filename, { ciWebServerCommand: 'x' }), videosFolder: 'v',
                  screenshotsFolder: '../../dist/s' }, component: more() })
                """,
            ])
        #expect(isReused(found["test"], ["/coverage/ui"]))
        #expect(found["test"]?.command.contains(#"TS_NODE_COMPILER_OPTIONS='{"moduleResolution":"node10""#) == true)
        #expect(
            found["test"]?.inputs
                == .patterns(["/jest.preset.js", "/tools/setup.ts", "/tsconfig.base.json"], includesDefault: true))
        #expect(isReused(found["e2e"], ["v", "/dist/s"]) && found["component-test"]?.cache == false)
        #expect(found["e2e-ci"]?.command == "npx nx run ui:e2e-ci" && found["open-cypress"]?.persistent == true)
    }

    @Test("ESLint: the nearest configuration and that of the root count, where there is something to lint")
    func eslint() throws {
        let plugin = #"{ "plugin": "@nx/eslint/plugin", "exclude": ["libs/data/**/*"] }"#
        let found = try discover(
            plugin, ["eslint.config.mjs": "", "libs/ui/eslint.config.mjs": "", "apps/shop-e2e/readme.md": ""])
        let lint = try #require(found.project("libs/ui")?.tasks["lint"])
        #expect(lint.command == command("export ESLINT_USE_FLAT_CONFIG=true && eslint .", "lint"))
        #expect(
            lint.inputs
                == .patterns(
                    [
                        "/libs/ui/eslint.config.mjs", "/eslint.config.mjs", "/tools/eslint-rules/**/*",
                        "/tsconfig.base.json",
                    ],
                    includesDefault: true))
        #expect(isReused(lint, []))
        #expect(
            found.project("apps/shop-e2e")?.tasks["lint"] == nil && found.project("apps/shop")?.tasks["lint"] != nil)
    }

    @Test("TypeScript: what is compiled and written, and builds that nobody would use")
    func typeScript() throws {
        let plugin =
            #"{ "plugin": "@nx/js/typescript", "options": { "build": { "configName": "tsconfig.lib.json" } } }"#
        let files = [
            "tsconfig.json":
                #"{ "files": [], "include": [], "references": [{ "path": "./tsconfig.lib.json" }, { "path": "./tsconfig.spec.json" }, { "path": "../data" }] }"#,
            "tsconfig.lib.json":
                #"{ "extends": "../../tsconfig.base.json", "compilerOptions": { "outDir": "dist", "rootDir": "src" }, "include": ["src/**/*.ts"], "exclude": ["src/**/*.spec.ts"] }"#,
            "tsconfig.spec.json":
                #"{ "compilerOptions": { "outDir": "${configDir}/out-tsc", "declarationMap": true }, "include": ["test"] }"#,
            "/libs/data/tsconfig.json": "{}",
            "package.json": #"{ "name": "@org/ui", "exports": { ".": { "types": "./dist/index.d.ts" } } }"#,
        ]
        let found = try tasks(plugin, files)
        #expect(found["build"]?.command == command("tsc --build tsconfig.lib.json", "build"))
        #expect(isReused(found["build"], ["dist", "tsconfig.lib.tsbuildinfo"]))
        #expect(found["build"]?.dependsOn == [.dependencies("build")])
        #expect(
            found["build"]?.inputs
                == .patterns(
                    [
                        "package.json", "tsconfig.lib.json", "src/**/*.ts", "/tsconfig.base.json",
                        "/tsconfig.base.json", "!src/**/*.spec.ts", "project.json", "package.json",
                    ],
                    includesDefault: false))
        // What it writes into `dist` is the build's, which comes before; it is a check, and still reused.
        #expect(isReused(found["typecheck"], []))
        #expect(found["typecheck"]?.dependsOn == [.sameProject("build"), .dependencies("typecheck")])
        guard case .patterns(let inputs, false)? = found["typecheck"]?.inputs else {
            Issue.record("inputs")
            return
        }
        #expect(
            inputs.contains("test/**/*") && inputs.contains("/libs/data/tsconfig.json")
                && !inputs.contains("!src/**/*.spec.ts"))
        var unused = files
        unused["package.json"] = #"{ "name": "@org/ui", "exports": { ".": "./src/index.ts" } }"#
        let alone = try tasks(plugin, unused)
        #expect(alone["build"] == nil && alone["typecheck"]?.dependsOn == [.dependencies("typecheck")])
        #expect(
            alone["typecheck"]?.outputs.contains("out-tsc/**/*.d.ts.map") == true && alone["typecheck"]?.cache == true)
        var inPlace = files
        inPlace["tsconfig.lib.json"] = #"{ "include": ["src"] }"#
        let beside = try tasks(plugin, inPlace)
        #expect(beside["build"]?.cache == false && beside["build"]?.outputs == [])
    }

    @Test("other bundlers and frameworks by their configuration")
    func bundlers() throws {
        func build(_ plugin: String, _ file: String, _ text: String, _ name: String = "build") throws -> TaskDefinition?
        {
            try tasks("\"\(plugin)\"", [file: text])[name]
        }
        let webpack = "module.exports = { output: { path: path.join(__dirname, '../../dist/ui') } }"
        #expect(isReused(try build("@nx/webpack/plugin", "webpack.config.js", webpack), ["/dist/ui"]))
        #expect(
            try build("@nx/webpack/plugin", "webpack.config.js", "module.exports = composePlugins()")?.cache == false)
        #expect(
            isReused(try build("@nx/rsbuild", "rsbuild.config.ts", "export default {}"), ["dist", "/dist/libs/ui"]))
        let rollup = "module.exports = [{ output: [{ file: 'lib/a.js' }, { dir: 'esm' }] }]"
        #expect(isReused(try build("@nx/rollup/plugin", "rollup.config.cjs", rollup), ["lib", "esm"]))
        let next = "module.exports = composePlugins(withNx)({})"
        #expect(
            isReused(
                try build("@nx/next/plugin", "next.config.js", next), [".next/**/*", "!.next/cache/**/*"]))
        #expect(isReused(try build("@nx/nuxt/plugin", "nuxt.config.ts", "export default {}"), [".nuxt", ".output"]))
        #expect(try build("@nx/nuxt/plugin", "nuxt.config.ts", "export default {}", "build-static")?.cache == false)
        #expect(
            isReused(
                try build("@nx/storybook/plugin", ".storybook/main.ts", "export default {}", "build-storybook"),
                ["storybook-static"]))
        #expect(
            isReused(
                try build(
                    "@nx/playwright/plugin", "playwright.config.ts", "export default { reporter: 'html' }", "e2e"),
                ["test-results", "playwright-report"]))
        #expect(
            try build(
                "@nx/playwright/plugin", "playwright.config.ts", "export default { ...nxE2EPreset(__filename) }", "e2e")?
                .cache == false)
        #expect(
            try build("@nx/docker", "Dockerfile", "FROM x", "docker:build")?.command == "npx nx run ui:docker:build")
    }

    @Test("plugins that are not known are noted, and all depend on their options; the others are not")
    func unknown() throws {
        let found = try discover(
            #""@nx/jest/plugin", { "plugin": "mine", "options": { "a": 1 } }, "@nx/gradle", "mine""#, [:])
        #expect(
            found.diagnostics.map(\.message).filter { $0.contains("plugin") } == [
                "the targets and edges that the plugin 'mine' infers are not known; ripple.yaml can define them",
                "the plugin '@nx/gradle' asks Gradle for targets; Ripple reads the projects of Gradle itself",
            ])
        #expect(found.project("libs/ui")?.structuralDigests.contains { $0.field == "nx.plugins" } == true)
        let known = try discover(#""@nx/jest/plugin""#, [:])
        #expect(known.project("libs/ui")?.structuralDigests.contains { $0.field == "nx.plugins" } == false)
    }

    @Test("what the project says of a target lies over what a plugin infers")
    func overridden() throws {
        let files = [
            "vite.config.ts": "export default f()", "index.html": "",
            "project.json": """
            { "name": "ui", "targets": { "build": { "outputs": ["{projectRoot}/out"] }, "test": { "command": "own" } } }
            """, "jest.config.js": "module.exports = {}",
        ]
        let found = try tasks(#""@nx/vite/plugin", "@nx/jest/plugin""#, files)
        #expect(isReused(found["build"], ["out"]) && found["build"]?.command == command("vite build", "build"))
        #expect(found["test"]?.command == Self.start + "own" && found["test"]?.cache == false)
    }
}
