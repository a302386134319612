import GitObjects
import Testing

@testable import ProjectDiscovery

@Suite("Where imported modules lie")
struct ImportResolverTests {
    private static let files = [
        "tsconfig.base.json": """
        { "compilerOptions": { "paths": { "@x/exact": ["libs/exact/src/index.ts"], "@x/*": ["none/*", "libs/*/src"],
          "@x/deep/*": ["libs/deep/lib/*"], "gone": ["dist/gone"], "*": ["types/*"] } } }
        """,
        "libs/exact/src/index.ts": "", "libs/one/src/index.ts": "", "libs/deep/lib/a.tsx": "",
        "apps/web/tsconfig.json": #"{ "extends": ["../../config/base"], "compilerOptions": { "baseUrl": "./src" } }"#,
        "config/base.json": #"{ "extends": "./base", "compilerOptions": { "paths": { "~/*": ["./*"] } } }"#,
        "apps/web/src/view.vue": "", "apps/web/src/lib/index.js": "", "apps/web/src/page.ts": "",
        "apps/web/package.json": """
        { "imports": { "#a": "./src/page.js", "#b/*": { "node": "./src/*.ts", "default": ["./x/*.js"] }, "#c": "@p/kit/sub" } }
        """,
        "packages/kit/package.json": "{}", "packages/kit/sub/index.ts": "", "types/odd/index.d.ts": "",
    ]

    private func resolve(
        _ name: String, kind: JavaScriptImports.Kind = .binding, from file: RepoPath = "apps/web/src/main.ts"
    ) throws -> ImportTarget {
        let resolver = ImportResolver(
            files: ModuleFiles(tree: .inMemory(Self.files)),
            packages: ["@p/kit": "packages/kit", "plain": "packages/plain"])
        return try resolver.resolve(name, kind: kind, from: file)
    }

    @Test("relative names find sources for the names of outputs, extensions and directories")
    func relative() throws {
        #expect(try resolve("./page.js") == .files(["apps/web/src/page.ts"]))
        #expect(try resolve("./view") == .files(["apps/web/src/view.vue"]))
        #expect(try resolve("./lib?raw") == .files(["apps/web/src/lib"]))
        #expect(try resolve("style!../../../libs/one/src") == .files(["libs/one/src"]))
        #expect(try resolve("./missing") == .files(["apps/web/src/missing"]))
        #expect(try resolve("../../../../out") == .unknown)
        #expect(try resolve("page.ts", kind: .referencePath) == .files(["apps/web/src/page.ts"]))
    }

    @Test("TypeScript's paths: exact, longest prefix, first target that exists, inherited, relative to baseUrl")
    func paths() throws {
        #expect(try resolve("@x/exact") == .files(["libs/exact/src/index.ts"]))
        #expect(try resolve("@x/one") == .files(["libs/one/src"]))
        #expect(try resolve("@x/deep/a") == .files(["libs/deep/lib/a.tsx"]))
        #expect(try resolve("@x/absent") == .files(["none/absent", "libs/absent/src"]))
        #expect(try resolve("gone") == .files(["dist/gone"]))
        #expect(try resolve("~/page") == .files(["apps/web/src/page.ts"]))
        #expect(try resolve("odd") == .files(["types/odd"]))
    }

    @Test("packages of the workspace, imports of a package, baseUrl, and what is outside")
    func packages() throws {
        #expect(try resolve("@p/kit") == .files(["packages/kit"]))
        #expect(try resolve("@p/kit/sub") == .files(["packages/kit/sub"]))
        #expect(try resolve("plain/none") == .files(["packages/plain"]))
        #expect(try resolve("#a") == .files(["apps/web/src/page.ts"]))
        #expect(try resolve("#b/page") == .files(["apps/web/src/page.ts", "apps/web/x/page.js"]))
        #expect(try resolve("#c") == .files(["packages/kit/sub"]))
        #expect(try resolve("#d") == .unknown)
        #expect(try resolve("lib") == .files(["apps/web/src/lib"]))
        #expect(try resolve("lib", from: "libs/one/src/index.ts") == .external("lib"))
        #expect(try resolve("@scope/a/b") == .external("@scope/a"))
        #expect(try resolve("node:fs") == .builtin("fs") && resolve("path") == .builtin("path"))
        #expect(try resolve("virtual:x") == .unknown && resolve("") == .unknown)
    }
}
