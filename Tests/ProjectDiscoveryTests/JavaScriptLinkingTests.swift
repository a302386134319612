import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("Links between JavaScript packages")
struct JavaScriptLinkingTests {
    /// Discovers a workspace in which `app` depends on `lib` 1.5.0 as `specifier` says.
    private func link(
        _ specifier: String, name: String = "lib", lock: String = "package-lock.json", version: String = "1.5.0",
        pnpm: String? = nil
    ) throws -> Discovery {
        var files = [
            "package.json": #"{ "name": "root", "workspaces": ["p/*"] }"#, lock: "",
            "p/lib/package.json": #"{ "name": "lib", "version": "\#(version)" }"#,
            "p/scoped/package.json": #"{ "name": "@s/lib", "version": "1.0.0" }"#,
            "p/app/package.json":
                "{\n  \"name\": \"app\",\n  \"dependencies\": {\n    \"\(name)\": \"\(specifier)\"\n  }\n}",
            "vendor/x.tgz": "",
        ]
        files["pnpm-workspace.yaml"] = pnpm
        return try discoverJavaScript(files)
    }

    @Test(
        "specifiers that link",
        arguments: [
            "workspace:*", "workspace:^", "workspace:~", "workspace:^9.0.0", "workspace:../lib", "workspace:p/lib",
            "file:../lib",
            "link:../lib", "portal:../lib", "../lib", "^1.0.0", "1.x", "*", "", ">=1 <2", "npm:lib@^1.0.0",
            "npm:^1.2.0", "1.5.0 || 3",
        ])
    func internalSpecifiers(specifier: String) throws {
        #expect(try link(specifier).edges(of: "p/app") == ["p/lib runtime :4"])
    }

    @Test(
        "specifiers that do not",
        arguments: [
            "^2.0.0", "1.4.x", "latest", "npm:other@^1.0.0", "npm:lib@^2", "github:me/lib", "me/lib",
            "https://example.com/lib.tgz",
            "git+ssh://git@github.com/me/lib.git", "file:/elsewhere/lib", "link:../../../outside",
        ])
    func externalSpecifiers(specifier: String) throws {
        let found = try link(specifier)
        #expect(found.edges(of: "p/app").isEmpty)
        #expect(found.errors.isEmpty && found.diagnostics.isEmpty)
    }

    @Test("an alias links to the member it names, scoped or not")
    func aliases() throws {
        #expect(try link("workspace:lib@*", name: "other").edges(of: "p/app") == ["p/lib runtime :4"])
        #expect(try link("workspace:@s/lib@^1", name: "other").edges(of: "p/app") == ["p/scoped runtime :4"])
        let pnpm = "packages: ['p/*']"
        #expect(try link("npm:@s/lib@1", name: "other", pnpm: pnpm).edges(of: "p/app") == ["p/scoped runtime :4"])
    }

    @Test("a tag is the registry's and an alias looks for its own name with npm and Yarn; pnpm links both")
    func tagsAndAliases() throws {
        for (specifier, name) in [("latest", "lib"), ("npm:lib@latest", "other"), ("npm:lib@^1.0.0", "other")] {
            for lock in ["package-lock.json", "yarn.lock"] {
                #expect(try link(specifier, name: name, lock: lock).edges(of: "p/app").isEmpty)
            }
            let pnpm = try link(specifier, name: name, lock: "pnpm-lock.yaml", pnpm: "packages: ['p/*']")
            #expect(pnpm.edges(of: "p/app") == ["p/lib runtime :4"])
        }
    }

    @Test("without transparent workspaces Yarn links what says so, and peers")
    func transparentWorkspaces() throws {
        func edges(_ table: String, _ specifier: String) throws -> [String] {
            try discoverJavaScript([
                "package.json": #"{ "workspaces": ["p/*"] }"#, "yarn.lock": "",
                ".yarnrc.yml": "enableTransparentWorkspaces: false\ncatalog:\n  lib: ^1.0.0\n  own: 'workspace:^'\n",
                "p/lib/package.json": #"{ "name": "lib", "version": "1.5.0" }"#,
                "p/own/package.json": #"{ "name": "own", "version": "1.5.0" }"#,
                "p/app/package.json": #"{ "name": "app", "\#(table)": { \#(specifier) } }"#,
            ]).edges(of: "p/app")
        }
        #expect(try edges("dependencies", #""lib": "^1.0.0""#).isEmpty)
        #expect(try edges("dependencies", #""lib": "catalog:""#).isEmpty)
        #expect(try edges("dependencies", #""lib": "workspace:^""#) == ["p/lib runtime :1"])
        #expect(try edges("dependencies", #""own": "catalog:""#) == ["p/own runtime :1"])
        #expect(try edges("peerDependencies", #""lib": "^1.0.0""#) == ["p/lib peer :1"])
    }

    @Test("a local prerelease satisfies a range for Yarn only")
    func prereleases() throws {
        #expect(try link("^1.0.0", version: "1.5.0-beta").edges(of: "p/app").isEmpty)
        #expect(try link("^1.0.0", lock: "yarn.lock", version: "1.5.0-beta").edges(of: "p/app") == ["p/lib runtime :4"])
    }

    @Test("a catalog entry decides as if it were written in place")
    func catalogs() throws {
        let pnpm =
            "packages: ['p/*']\ncatalog:\n  lib: ^1.0.0\ncatalogs:\n  next:\n    lib: ^2.0.0\n  own:\n    lib: 'workspace:*'\n"
        #expect(try link("catalog:", pnpm: pnpm).edges(of: "p/app") == ["p/lib runtime :4"])
        #expect(try link("catalog:own", pnpm: pnpm).edges(of: "p/app") == ["p/lib runtime :4"])
        #expect(try link("catalog:next", pnpm: pnpm).edges(of: "p/app").isEmpty)
        let unknown = try link("catalog:none", pnpm: pnpm)
        #expect(unknown.edges(of: "p/app").isEmpty)
        #expect(unknown.diagnostics.map(\.evidence) == [Evidence(path: "p/app/package.json", line: 4)])
    }

    @Test("a workspace dependency on a package that does not exist is the user's error, with its line and a suggestion")
    func missing() throws {
        let found = try link("workspace:*", name: "libb")
        let error = try #require(found.errors.first)
        #expect(found.errors.count == 1)
        #expect(error.path == "p/app/package.json" && error.line == 4)
        #expect(error.message.contains("there is no package 'libb' in the workspace. Did you mean 'lib'?"))
    }

    @Test("an override of the root that is local replaces what members write")
    func overrides() throws {
        let pnpm = "packages: ['p/*']\noverrides:\n  lib: 'workspace:*'\n"
        #expect(try link("^99.0.0", pnpm: pnpm).edges(of: "p/app") == ["p/lib runtime :4"])
        for fields in [#""overrides": { "x": "file:p/lib" }"#, #""pnpm": { "overrides": { "x": "link:./p/lib" } }"#] {
            let found = try discoverJavaScript([
                "package.json": #"{ "workspaces": ["p/*"], \#(fields) }"#, "p/lib/package.json": #"{ "name": "lib" }"#,
                "p/app/package.json": #"{ "name": "app", "dependencies": { "x": "^2.0.0" } }"#,
            ])
            #expect(found.edges(of: "p/app") == ["p/lib runtime :1"])
        }
        let remote = "packages: ['p/*']\noverrides:\n  lib: '2.0.0'\n"
        #expect(try link("^1.0.0", pnpm: remote).edges(of: "p/app") == ["p/lib runtime :4"])
    }

    @Test("a file outside every project is a file that the package names")
    func vendored() throws {
        let found = try link("file:../../vendor/x.tgz", name: "x")
        #expect(found.project("p/app")?.namedFiles == ["vendor/x.tgz"])
    }

    @Test("tables give kinds: peer wins over development, runtime over both, optional is runtime")
    func kinds() throws {
        let found = try discoverJavaScript([
            "package.json": #"{ "workspaces": ["p/*"], "devDependencies": { "a": "*" } }"#,
            "p/a/package.json": #"{ "name": "a", "version": "1.0.0" }"#, "p/b/package.json": #"{ "name": "b" }"#,
            "p/c/package.json": #"{ "name": "c" }"#, "p/d/package.json": #"{ "name": "d" }"#,
            "p/e/package.json": #"{ "name": "e" }"#,
            "p/z/package.json": """
            { "name": "z", "version": "1.0.0",
              "peerDependencies": { "a": "^99", "b": "*", "c": "*" },
              "devDependencies": { "a": "*", "c": "*", "d": "*", "z": "*" },
              "dependencies": { "c": "*" },
              "optionalDependencies": { "e": "*" },
              "bundledDependencies": ["d"] }
            """,
        ])
        #expect(
            found.edges(of: "p/z") == [
                "p/a peer :3", "p/b peer :2", "p/c runtime :4", "p/d development :3", "p/e runtime :5",
            ])
        #expect(found.edges(of: ".") == ["p/a development :1"])
        #expect(found.projects.flatMap(\.dependencies).allSatisfy { $0.passesToDependents })
    }
}
