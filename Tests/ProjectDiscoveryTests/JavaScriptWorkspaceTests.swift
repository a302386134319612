import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("JavaScript workspaces")
struct JavaScriptWorkspaceTests {
    private func package(_ name: String) -> String { #"{ "name": "\#(name)", "version": "1.0.0" }"# }

    @Test("members are the directories with a package.json that the patterns select, and the root gathers them")
    func members() throws {
        let found = try discoverJavaScript([
            "package.json":
                #"{ "name": "root", "workspaces": ["packages/*", "!packages/old", "./tools/cli/", "apps/{web,api}"] }"#,
            "packages/a/package.json": package("a"), "packages/a/fixtures/x/package.json": package("x"),
            "packages/old/package.json": package("old"), "packages/docs/README.md": "no manifest",
            "packages/.hidden/package.json": package("hidden"), "packages/node_modules/package.json": package("n"),
            "tools/cli/package.json": package("cli"), "tools/other/package.json": package("other"),
            "apps/web/package.json": package("web"), "apps/api/package.json": package("api"),
            "apps/old/package.json": package("old2"),
        ])
        #expect(found.paths == [".", "apps/api", "apps/web", "packages/a", "tools/cli"])
        let root = try #require(found.project("."))
        #expect(root.onlyGathers && root.name == "root" && root.manager == .npm)
        #expect(found.project("packages/a")?.onlyGathers == false)
        #expect(found.structuralFiles == ["package.json"])
        #expect(found.errors.isEmpty && found.diagnostics.isEmpty && found.widenings.isEmpty)
    }

    @Test("workspaces may be an object with packages, and ** reaches any depth but never node_modules")
    func deepPatterns() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "workspaces": { "packages": ["libs/**"], "nohoist": ["x"] } }"#,
            "libs/package.json": package("libs"), "libs/a/b/package.json": package("b"),
            "libs/a/node_modules/c/package.json": package("c"), "other/package.json": package("o"),
        ])
        #expect(found.paths == [".", "libs", "libs/a/b"])
    }

    @Test("pnpm reads its own file, and an exclusion there always holds")
    func pnpm() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "name": "r", "workspaces": ["ignored/*"] }"#,
            "pnpm-workspace.yaml": "packages:\n  - '!**/test/**'\n  - 'packages/**'\n  - packages/test/a\n",
            "packages/b/package.json": package("b"), "packages/b/test/package.json": package("t"),
            "packages/test/a/package.json": package("ta"), "ignored/x/package.json": package("x"),
        ])
        #expect(found.paths == [".", "packages/b"])
        #expect(found.projects.allSatisfy { $0.manager == .pnpm })
        #expect(found.structuralFiles == ["package.json", "pnpm-workspace.yaml"])
    }

    @Test("npm lets a later pattern take back an exclusion")
    func reinclusion() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "workspaces": ["packages/**", "!packages/b/**", "packages/b/a"] }"#,
            "packages/b/a/package.json": package("ba"), "packages/c/package.json": package("c"),
        ])
        #expect(found.paths == [".", "packages/b/a", "packages/c"])
    }

    @Test("the packageManager field decides before the lockfile does")
    func managers() throws {
        func manager(_ field: String, _ files: [String]) throws -> PackageManager? {
            var texts = ["package.json": #"{ "workspaces": ["p/*"]\#(field) }"#, "p/a/package.json": package("a")]
            for file in files { texts[file] = "" }
            return try discoverJavaScript(texts).project("p/a")?.manager
        }
        #expect(try manager("", []) == .npm)
        #expect(try manager("", ["yarn.lock"]) == .yarn)
        #expect(try manager("", ["bun.lockb"]) == .bun)
        #expect(try manager("", ["pnpm-lock.yaml", "yarn.lock"]) == .pnpm)
        #expect(try manager(#", "packageManager": "yarn@4.1.0""#, ["package-lock.json"]) == .yarn)
        #expect(try manager(#", "devEngines": { "packageManager": { "name": "bun" } }"#, ["yarn.lock"]) == .bun)
    }

    @Test("a package outside every workspace stands alone, except among fixtures")
    func standalone() throws {
        let files = [
            "site/package.json": #"{ "name": "site", "scripts": { "build": "x" } }"#, "site/package-lock.json": "{}",
            "tests/fixtures/app/package.json": package("fixture"), "mono/package.json": #"{ "workspaces": ["a"] }"#,
            "mono/a/package.json": package("a"), "mono/left-out/package.json": package("left-out"),
        ]
        let found = try discoverJavaScript(
            files, scanned: ["mono", "mono/a", "mono/left-out", "site", "tests/fixtures/app"])
        #expect(found.paths == ["mono", "mono/a", "site"])
        let site = try #require(found.project("site"))
        #expect(!site.onlyGathers && site.externals.first?.lockfile == "site/package-lock.json")
        #expect(found.structuralFiles == ["mono/package.json", "site/package-lock.json"])
        #expect(found.project("mono/a")?.externals.isEmpty == true)
    }

    @Test("a workspace of fixtures inside a workspace is no workspace; the same at the top, or elsewhere, is one")
    func fixtureWorkspaces() throws {
        let broken = #"{ "name": "broken", "dependencies": { "missing": "workspace:*" } }"#
        func paths(_ directory: String, outer: Bool = true) throws -> [String] {
            var files = [
                "\(directory)/pnpm-workspace.yaml": "packages:\n  - '*'\n", "\(directory)/a/package.json": package("a"),
                "\(directory)/package.json": package("inner"),
            ]
            if outer {
                files["pnpm-workspace.yaml"] = "packages: ['packages/*']\n"
                files["packages/p/package.json"] = package("p")
                files["\(directory)/b/package.json"] = broken
            }
            let found = try discoverJavaScript(files, scanned: [".", directory])
            // What is missing in a workspace within another is noted, and keeps nobody from an answer.
            #expect(found.errors.isEmpty, "\(directory)")
            let isNoted = outer && !directory.hasSuffix("fixtures__")
            #expect(found.diagnostics.contains { $0.message.contains("'missing'") } == isNoted, "\(directory)")
            return found.paths.map { $0.description }
        }
        #expect(try paths("src/__fixtures__") == [".", "packages/p"])
        #expect(try paths("src/__fixtures__", outer: false) == ["src/__fixtures__", "src/__fixtures__/a"])
        #expect(try paths("src/nested") == [".", "packages/p", "src/nested", "src/nested/a", "src/nested/b"])
    }

    @Test("a lockfile of an unknown version counts as a whole for every member, by its blob id")
    func lockfile() throws {
        let lock = "lockfileVersion: '10.0'\n"
        let found = try discoverJavaScript([
            "package.json": "{}", "pnpm-workspace.yaml": "packages: ['p/*']", "pnpm-lock.yaml": lock,
            "p/a/package.json": package("a"),
        ])
        let expected = ExternalClosure(
            manager: .pnpm, lockfile: "pnpm-lock.yaml",
            digest: ObjectFormat.sha1.id(of: Array(lock.utf8), kind: .blob).description,
            isWholeLockfile: true)
        #expect(found.project("p/a")?.externals == [expected])
        #expect(found.project(".")?.externals == [expected])
        #expect(found.structuralFiles.contains("pnpm-lock.yaml"))
    }

    @Test("two members of one name stay projects, and a dependency on the name goes to the first by path")
    func duplicates() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "workspaces": ["p/*"] }"#, "p/a/package.json": package("same"),
            "p/b/package.json": package("same"),
            "p/c/package.json": #"{ "name": "c", "dependencies": { "same": "*" } }"#,
        ])
        #expect(found.paths == [".", "p/a", "p/b", "p/c"])
        #expect(found.edges(of: "p/c") == ["p/a runtime :1"])
        #expect(found.diagnostics.map(\.evidence.path) == ["p/b/package.json"])
    }

    @Test("a broken manifest keeps its project, says where, and is still found by its name")
    func brokenMember() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "workspaces": ["p/*"] }"#,
            "p/a/package.json": "{\n  \"name\": \"a\",\n<<<<<<< ours\n}",
            "p/b/package.json": #"{ "name": "b", "dependencies": { "a": "workspace:*" } }"#,
        ])
        let broken = try #require(found.project("p/a"))
        #expect(broken.brokenReason?.hasPrefix("p/a/package.json:3:1: ") == true)
        #expect(broken.name == nil)
        #expect(found.widenings.map(\.code) == ["broken-manifest"])
        #expect(found.widenings.map(\.scope) == ["p/a/package.json"])
        #expect(found.edges(of: "p/b") == ["p/a runtime :1"])
        #expect(found.errors.isEmpty)
    }

    @Test("a manifest that is broken beyond its name may be whatever a workspace dependency misses")
    func namelessBroken() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "workspaces": ["p/*"] }"#, "p/a/package.json": "[]",
            "p/b/package.json": #"{ "name": "b", "dependencies": { "a": "workspace:*" } }"#,
        ])
        #expect(found.project("p/a")?.brokenReason?.hasPrefix("p/a/package.json:1:1: a package.json must be") == true)
        #expect(found.edges(of: "p/b") == ["p/a runtime :1"])
        #expect(found.errors.isEmpty)
    }

    @Test("when the list of members cannot be read, every package below is a member that counts as changed")
    func brokenRoot() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "name": "r", "dependencies": { "a": "workspace:*", "gone": "workspace:*" } }"#,
            "pnpm-workspace.yaml": "packages:\n  - 'p/*\n", "p/a/package.json": package("a"),
            "q/deep/b/package.json": #"{ "name": "b", "dependencies": { "a": "workspace:*" } }"#,
            "q/node_modules/c/package.json": package("c"),
        ])
        #expect(found.paths == [".", "p/a", "q/deep/b"])
        #expect(found.project(".")?.onlyGathers == true)
        #expect(found.projects.allSatisfy { $0.brokenReason?.hasPrefix("pnpm-workspace.yaml:") == true })
        #expect(found.widenings.map(\.scope) == ["pnpm-workspace.yaml"])
        #expect(found.edges(of: "q/deep/b") == ["p/a runtime :1"])
        #expect(found.errors.isEmpty)
        let other = try discoverJavaScript([
            "package.json": "{", "pnpm-workspace.yaml": "packages: ['p/*']", "p/a/package.json": package("a"),
        ])
        #expect(other.paths == [".", "p/a"])
        #expect(other.project(".")?.brokenReason != nil && other.widenings.map(\.scope) == ["package.json"])
    }

    @Test("a broken root package.json, or one whose workspaces have the wrong form, keeps its packages")
    func brokenRootManifest() throws {
        for root in ["{ \"workspaces\": [\"p/*\"], }}", #"{ "workspaces": "p/*" }"#] {
            let found = try discoverJavaScript(["package.json": root, "p/a/package.json": package("a")])
            #expect(found.paths == [".", "p/a"])
            #expect(found.projects.allSatisfy { $0.brokenReason?.hasPrefix("package.json:1:") == true })
            #expect(found.widenings.map(\.scope) == ["package.json"])
        }
    }

    @Test("a broken package without others below it stands alone, and one that a workspace leaves out is no project")
    func brokenAlone() throws {
        let alone = try discoverJavaScript(["package.json": "{", "src/a.js": ""])
        #expect(alone.paths == ["."] && alone.project(".")?.onlyGathers == false)
        let leftOut = try discoverJavaScript(
            [
                "package.json": #"{ "workspaces": ["p/*"] }"#, "p/a/package.json": package("a"),
                "other/package.json": "{", "other/b/package.json": package("b"),
            ], scanned: [".", "other", "p/a"])
        #expect(leftOut.paths == [".", "p/a"])
    }

    @Test("members use what the root links to, except its lint and release tools")
    func rootLinks() throws {
        let found = try discoverJavaScript([
            "package.json": """
            { "workspaces": ["p/*"], "devDependencies": {
            "tool": "workspace:*",
            "eslint-plugin-own": "*", "@acme/prettier-config": "*", "@changesets/cli": "*" } }
            """,
            "p/tool/package.json": #"{ "name": "tool", "version": "1.0.0", "dependencies": { "base": "*" } }"#,
            "p/base/package.json": package("base"), "p/lint/package.json": package("eslint-plugin-own"),
            "p/style/package.json": package("@acme/prettier-config"), "p/cli/package.json": package("@changesets/cli"),
            "p/user/package.json": "{ \"name\": \"user\",\n\n \"dependencies\": { \"tool\": \"*\" } }",
        ])
        #expect(found.edges(of: "p/tool") == ["p/base runtime :1"])
        #expect(found.edges(of: "p/base") == ["p/tool development :2"])
        #expect(found.project("p/base")?.dependencies.first?.evidence.path == "package.json")
        #expect(found.edges(of: "p/user") == ["p/tool runtime :3"])
        #expect(found.edges(of: "p/cli") == ["p/tool development :2"])
    }

    @Test("both sides of a comparison parse each manifest once")
    func cache() throws {
        let cache = ParsedManifestCache()
        let files = ["package.json": #"{ "workspaces": ["p/*"] }"#, "p/a/package.json": package("a")]
        _ = try discoverJavaScript(files, cache: cache)
        #expect(cache.parsed == 2)
        _ = try discoverJavaScript(files.merging(["p/b/package.json": package("b")]) { $1 }, cache: cache)
        #expect(cache.parsed == 3)
    }

    @Test("fields of the wrong form are reported with their line and left out")
    func problems() throws {
        let found = try discoverJavaScript([
            "package.json": "{\n\"name\": 3,\n\"scripts\": [],\n\"dependencies\": { \"a\": 1 }\n}"
        ])
        #expect(found.diagnostics.map(\.evidence.line) == [2, 3, 4])
        #expect(found.project(".")?.name == nil)
    }
}
