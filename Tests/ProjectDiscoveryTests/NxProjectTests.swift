import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("Projects and edges of Nx")
struct NxProjectTests {
    @Test("a project.json makes a project, with its name, tags and type; the root only gathers")
    func projects() throws {
        let found = try discoverNx(nxFiles())
        #expect(
            found.projects.map { "\($0.path) \($0.name ?? "")" }.sorted() == [
                ". org", "apps/shop shop", "apps/shop-e2e shop-e2e", "libs/data data", "libs/ui ui",
            ])
        let shop = try #require(found.project("apps/shop"))
        #expect(shop.tags == ["scope:shop"])
        #expect(shop.appEvidence == "apps/shop/project.json:2: projectType: application")
        #expect(shop.manifest == "apps/shop/project.json" && shop.inputsExcludeUnowned && shop.definesCaching)
        #expect(found.project("libs/ui")?.appEvidence == nil)
        #expect(found.project(".")?.onlyGathers == true)
        #expect(found.structuralFiles.isSuperset(of: ["nx.json", "package.json"]) && found.followsImports)
        #expect(found.errors.isEmpty && found.widenings.isEmpty && found.diagnostics.count == 1)
    }

    @Test("imports make edges with file and line; implicit dependencies are declared")
    func edges() throws {
        let found = try discoverNx(nxFiles())
        #expect(found.edges(of: "apps/shop") == ["libs/ui import :1"])
        #expect(found.edges(of: "libs/ui") == ["libs/data import :4"])
        #expect(found.edges(of: "libs/data") == [])
        #expect(found.edges(of: "apps/shop-e2e") == ["apps/shop declared :3"])
        #expect(found.project("libs/ui")?.dependencies.first?.evidence.path == "libs/ui/src/index.ts")
    }

    @Test("relative imports, dynamic ones, types and require count; a file outside of all projects is an input")
    func kinds() throws {
        let main = """
            import type { T } from '../../../libs/ui/src'
            const a = () => import('@org/data/model')
            require('../../../tools/setup')
            """
        let found = try discoverNx(
            nxFiles(extra: [
                "apps/shop/.config/main.ts": main, "apps/shop/src/main.ts": "", "tools/setup.js": "import './deep'\n",
                "tools/deep.ts": "",
                "tools/other.ts": "",
            ]))
        #expect(found.edges(of: "apps/shop") == ["libs/data import :2", "libs/ui import :1"])
        #expect(found.project("apps/shop")?.namedFiles == ["tools/deep.ts", "tools/setup.js"])
    }

    @Test("implicit dependencies take globs and tags, and take edges away")
    func implicit() throws {
        func edges(_ list: String) throws -> [String] {
            let text = #"{ "name": "shop", "implicitDependencies": \#(list) }"#
            return try discoverNx(nxFiles(extra: ["apps/shop/project.json": text])).edges(of: "apps/shop")
        }
        #expect(try edges(#"["d*"]"#) == ["libs/data declared :1", "libs/ui import :1"])
        #expect(try edges(#"["!ui"]"#) == [])
        #expect(try edges(#"["!*"]"#) == [])
        #expect(try edges(#"["tag:none"]"#) == ["libs/ui import :1"])
    }

    @Test("imports are left alone where nx.json says so, or nothing suggests them")
    func withoutAnalysis() throws {
        let off = #"{ "pluginsConfig": { "@nx/js": { "analyzeSourceFiles": false } } }"#
        let cache = ParsedNxCache()
        #expect(try discoverNx(nxFiles(off), cache: cache).edges(of: "apps/shop") == [])
        let plain = nxFiles(extra: ["package.json": #"{ "devDependencies": { "nx": "20.0.0" } }"#])
        #expect(try discoverNx(plain, cache: cache).edges(of: "apps/shop") == [])
        #expect(try discoverNx(plain, cache: cache).followsImports == false && cache.scanned == 0)
        let preset = #"{ "extends": "nx/presets/npm.json" }"#
        #expect(try discoverNx(nxFiles(preset), cache: cache).edges(of: "apps/shop") == [])
    }

    @Test("a file is read once for both sides of a comparison")
    func cached() throws {
        let cache = ParsedNxCache()
        _ = try discoverNx(nxFiles(), cache: cache)
        #expect(cache.scanned == 3)
        _ = try discoverNx(nxFiles(extra: ["libs/data/src/model.ts": "export const b = 3\n"]), cache: cache)
        #expect(cache.scanned == 4)
    }

    @Test("members of a workspace and packages with 'nx' are projects; names lead through package.json too")
    func packages() throws {
        let found = try discoverNx([
            "nx.json": "{}", "package.json": #"{ "workspaces": ["packages/*"], "nx": {} }"#,
            "packages/a/package.json": #"{ "name": "@o/a", "version": "1.0.0", "dependencies": { "@o/b": "*" } }"#,
            "packages/b/package.json":
                #"{ "name": "@o/b", "version": "1.0.0", "nx": { "tags": ["x"], "name": "bee" } }"#,
            "packages/b/e2e/project.json": #"{ "implicitDependencies": ["@o/a"] }"#,
            "packages/b/node_modules/c/project.json": "{}",
        ])
        #expect(found.projects.map { "\($0.path)" }.sorted() == [".", "packages/a", "packages/b", "packages/b/e2e"])
        #expect(found.project("packages/b")?.name == "bee" && found.project("packages/b")?.tags == ["x"])
        #expect(found.project("packages/b/e2e")?.name == "e2e")
        #expect(found.edges(of: "packages/b/e2e") == ["packages/a declared :1"])
        #expect(found.edges(of: "packages/a") == ["packages/b runtime :1"])
    }

    @Test("what the root depends on makes edges of members only through their imports")
    func rootDependencies() throws {
        let files = [
            "nx.json": "{}",
            "package.json": #"{ "workspaces": ["p/*"], "dependencies": { "b": "*", "@nx/js": "20.0.0" } }"#,
            "p/a/package.json": #"{ "name": "a", "version": "1.0.0" }"#,
            "p/a/x.vue": "<script>\nimport 'b/y'\n</script>",
            "p/b/package.json": #"{ "name": "b", "version": "1.0.0" }"#, "p/c/package.json": #"{ "name": "c" }"#,
        ]
        let found = try discoverNx(files)
        #expect(found.edges(of: "p/a") == ["p/b import :2"])
        #expect(found.edges(of: "p/c") == [])
        let unread = try discoverNx(
            files.merging(["nx.json": #"{ "pluginsConfig": { "@nx/js": { "analyzeSourceFiles": false } } }"#]) { $1 })
        #expect(unread.edges(of: "p/c") == ["p/b development :1"])
    }

    @Test("a file of a root that gathers and is a project is an input of what imports it")
    func importedRootFile() throws {
        let found = try discoverNx([
            "nx.json": "{}", "vitest.config.base.ts": "",
            "package.json": #"{ "workspaces": ["p/*"], "nx": {}, "devDependencies": { "@nx/js": "20.0.0" } }"#,
            "p/a/package.json": #"{ "name": "a" }"#, "p/a/vitest.config.ts": "import '../../vitest.config.base'",
        ])
        #expect(found.edges(of: "p/a") == [])
        #expect(found.project("p/a")?.namedFiles == ["vitest.config.base.ts"])
    }

    @Test("a project at the root owns its files")
    func standalone() throws {
        let found = try discoverNx([
            "nx.json": "{}", "package.json": #"{ "name": "one", "scripts": { "build": "x" } }"#,
            "project.json": #"{ "name": "one", "targets": { "lint": { "command": "eslint ." } } }"#, "src/a.ts": "",
        ])
        #expect(found.project(".")?.onlyGathers == false)
        #expect(found.project(".")?.tasks.keys.sorted() == ["build", "lint"])
        #expect(found.project(".")?.tasks["lint"]?.inputs == .patterns([], includesDefault: true))
    }

    @Test("what is broken, doubled or ignored is said, and hides nothing else")
    func faults() throws {
        let found = try discoverNx(
            nxFiles(extra: [
                "libs/ui/project.json": "{\n<<<<<<< ours\n", "libs/twin/project.json": #"{ "name": "data" }"#,
                ".nxignore": "old\n*.spec.ts\n", "old/project.json": "{}",
                "libs/data/src/a.spec.ts": "import '@org/ui'",
            ]))
        #expect(found.project("libs/ui")?.brokenReason?.hasPrefix("libs/ui/project.json:2") == true)
        #expect(found.widenings.map(\.scope) == ["libs/ui/project.json"])
        #expect(found.project("old") == nil && found.project("apps/shop")?.tasks["build"] != nil)
        #expect(found.diagnostics.contains { $0.message.contains("the name 'data' is taken") })
        #expect(found.edges(of: "libs/data") == [])
        let broken = try discoverNx(nxFiles("{ \"a\": }"))
        #expect(broken.widenings.map(\.scope) == ["nx.json"])
        #expect(broken.projects.allSatisfy { $0.brokenReason != nil })
    }
}
