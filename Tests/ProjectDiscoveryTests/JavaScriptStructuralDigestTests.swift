import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("Fields of a workspace root that count")
struct JavaScriptStructuralDigestTests {
    private func digests(
        _ manifest: String, pnpm: String? = nil, lockfile: String? = "package-lock.json", of project: String = "p/a"
    ) throws -> [StructuralDigest] {
        var files = ["package.json": manifest, "p/a/package.json": #"{ "name": "a" }"#]
        files["pnpm-workspace.yaml"] = pnpm
        if let lockfile { files[lockfile] = "" }
        return try #require(try discoverJavaScript(files).project(project)).structuralDigests
    }

    private let base =
        #"{ "name": "r", "version": "1.0.0", "description": "d", "workspaces": ["p/*"], "type": "module" }"#

    @Test("description, version, name and the member patterns change nothing")
    func idle() throws {
        let edited =
            #"{"name":"x","version":"2.0.0","author":"me","workspaces":["p/a"],"type":"module","scripts":{"b":"c"}}"#
        #expect(try digests(base).map(\.digest) == digests(edited).map(\.digest))
        #expect(try digests(base).map(\.field) == ["type"])
    }

    @Test("an override changes, and names its field and line")
    func override() throws {
        let edited =
            "{ \"workspaces\": [\"p/*\"],\n\"overrides\": { \"x\": \"1\" }, \"engines\": { \"node\": \">=20\" } }"
        let found = try digests(edited)
        #expect(found.map(\.field) == ["engines", "overrides"])
        #expect(found.map(\.evidence) == Array(repeating: Evidence(path: "package.json", line: 2), count: 2))
        #expect(found.last?.digest == #"{"x":"1"}"#)
    }

    @Test("dependencies of the root and catalogs count only where no lockfile tells their effect")
    func dependencies() throws {
        let manifest = #"{ "workspaces": ["p/*"], "devDependencies": { "x": "1" } }"#
        #expect(try digests(manifest).isEmpty)
        #expect(try digests(manifest, lockfile: nil).map(\.field) == ["devDependencies"])
        let pnpm = "packages: ['p/*']\ncatalog:\n  x: ^1.0.0\nnodeLinker: hoisted\n"
        #expect(try digests("{}", pnpm: pnpm, lockfile: "pnpm-lock.yaml").map(\.field) == ["nodeLinker"])
        #expect(try digests("{}", pnpm: pnpm, lockfile: nil).map(\.field) == ["catalog", "nodeLinker"])
    }

    @Test("settings that only say how the lockfile is updated count only without one")
    func updateSettings() throws {
        let pnpm = "packages: ['p/*']\nminimumReleaseAgeExclude:\n  - x\nallowBuilds: {}\n"
        #expect(try digests("{}", pnpm: pnpm, lockfile: "pnpm-lock.yaml").map(\.field) == ["allowBuilds"])
        #expect(
            try digests("{}", pnpm: pnpm, lockfile: nil).map(\.field) == ["allowBuilds", "minimumReleaseAgeExclude"])
    }

    @Test("the root's scripts count for the root alone")
    func scripts() throws {
        let manifest = #"{ "workspaces": ["p/*"], "scripts": { "build": "x" } }"#
        #expect(try digests(manifest).isEmpty)
        #expect(try digests(manifest, of: ".").map(\.field) == ["scripts"])
    }

    @Test("a package that stands alone carries none: its manifest is one of its files")
    func standalone() throws {
        let found = try discoverJavaScript(["package.json": #"{ "name": "a", "type": "module" }"#])
        #expect(found.project(".")?.structuralDigests.isEmpty == true)
        #expect(found.structuralFiles.isEmpty)
    }
}
