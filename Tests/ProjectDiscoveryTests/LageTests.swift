import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("lage.config.js")
struct LageTests {
    /// `app` uses `lib`, which uses `base`; `base` has no scripts but `lint`.
    private func read(_ configuration: String, file: String = "lage.config.js") throws -> Workspace {
        func manifest(_ name: String, _ scripts: [String], uses: String? = nil) -> String {
            let list = scripts.map { "\"\($0)\": \"run \($0)\"" }.joined(separator: ", ")
            let table = uses.map { ", \"dependencies\": { \"\($0)\": \"*\" }" } ?? ""
            return "{ \"name\": \"\(name)\", \"scripts\": { \(list) }\(table) }"
        }
        return try readWorkspace([
            "package.json": #"{ "private": true, "workspaces": ["p/*"], "scripts": { "all": "lage build" } }"#,
            "yarn.lock": "# yarn lockfile v1\n", file: configuration,
            "p/app/package.json": manifest("app", ["build", "test", "start", "odd"], uses: "lib"),
            "p/lib/package.json": manifest("lib", ["build", "test", "lint"], uses: "base"),
            "p/base/package.json": manifest("base", ["lint", "transpile"]),
        ])
    }

    @Test("targets are the scripts that the pipeline names, with its dependencies, inputs and outputs")
    func pipeline() throws {
        let found = try read(
            """
            // @ts-check
            /** @type {import("lage").ConfigOptions} */
            module.exports = {
              pipeline: {
                build: ["^build"],
                'test': { dependsOn: ["build", "base#lint"], inputs: [`src/**`, "!src/*.md"], outputs: [], },
                "app#build": { dependsOn: ["^^transpile", "^build"], outputs: ["dist/**"] },
                lint: { cache: false, priority: 5, weight: (target) => target.x },
              },
              npmClient: "yarn",
              cacheOptions: { outputGlob: ["lib/**"] },
            };
            """)
        #expect(try found.at("p/app").tasks.keys.sorted() == ["build", "test"])
        let lib = try found.task("p/lib", "build")
        #expect(lib.command == "yarn run build" && lib.script == "run build")
        #expect(lib.dependsOn == [.dependencies("build")] && lib.outputs == ["lib/**"] && lib.cache)
        #expect(lib.inputs == .default && lib.origin == Evidence(path: "lage.config.js", line: 5))
        let app = try found.task("p/app", "build")
        #expect(app.dependsOn == [.dependencies("build")])
        #expect(app.outputs == ["dist/**"])
        let test = try found.task("p/lib", "test")
        #expect(test.dependsOn == [.sameProject("build"), .task(project: "p/base", task: "lint")])
        #expect(test.inputs == .patterns(["src/**", "!src/*.md", "package.json"], includesDefault: false))
        #expect(test.outputs.isEmpty && test.cache)
        #expect(try !found.task("p/lib", "lint").cache)
        #expect(found.structuralFiles.contains("lage.config.js"))
        #expect(found.notes.isEmpty && found.widenings.isEmpty)
        #expect(try found.at(".").tasks.keys.sorted() == ["all"])
    }

    @Test("^^ means that target of every package further down")
    func transitive() throws {
        let found = try read("module.exports = { pipeline: { build: ['^^transpile'], transpile: [] } };")
        #expect(try found.task("p/app", "build").dependsOn == [.task(project: "p/base", task: "transpile")])
    }

    @Test("a target without its script, or of the type noop, is passed through")
    func passing() throws {
        let found = try read(
            "export default { pipeline: { test: ['build'], build: { type: 'noop', dependsOn: ['transpile', '^lint'] }, lint: [], transpile: [] } }",
            file: "lage.config.mjs")
        #expect(try found.task("p/lib", "test").dependsOn == [.dependencies("lint")])
        #expect(try found.at("p/lib").tasks["build"] == nil)
    }

    @Test("environmentGlob counts from the root, that of a target in place of the workspace's")
    func environment() throws {
        let found = try read(
            """
            module.exports = { pipeline: { build: [], test: { environmentGlob: ["jest/**"] } },
              cacheOptions: { environmentGlob: ["!tmp/**", "*.yml", "/package.json"] } }
            """)
        #expect(
            try found.task("p/lib", "build").inputs
                == .patterns(["/*.yml", "/package.json", "!/tmp/**"], includesDefault: true))
        #expect(try found.task("p/lib", "test").inputs == .patterns(["/jest/**"], includesDefault: true))
    }

    @Test("constants, spread, brackets and joined paths are read; a worker runs through lage in every package")
    func code() throws {
        let found = try read(
            """
            const path = require("path");
            const shared = ["^build"];
            const base = { type: "worker", options: /** @satisfies {X} */ ({ worker: path.join(__dirname, "scripts", "w.js") }) };
            function unused() { return { pipeline: 1 }; }
            const config = { pipeline: { build: { dependsOn: shared, outputs: [] }, lint: { ...base, outputs: ["a"] } } };
            module.exports = config;
            """)
        #expect(try found.task("p/app", "build").dependsOn == [.dependencies("build")])
        let lint = try found.task("p/app", "lint")
        #expect(lint.command.contains("lage lint --scope 'app' --no-deps"))
        #expect(lint.inputs == .patterns(["/scripts/w.js"], includesDefault: true) && lint.outputs == ["a"])
        #expect(found.notes.isEmpty)
    }

    @Test("weight is what a target takes of the machine; a staged target has no effect, which is noted")
    func weights() throws {
        let found = try read(
            "module.exports = { pipeline: { build: { weight: 4, maxWorkers: 2, priority: 9 },\n test: { stagedTarget: 'quick' } } }"
        )
        #expect(try found.task("p/lib", "build").cpus == 4 && found.task("p/lib", "test").cpus == nil)
        #expect(found.notes.count == 1 && found.notes[0].hasPrefix("lage.config.js:2 'stagedTarget' "))
    }

    @Test("what is not written out is noted with its line, and widens")
    func notWrittenOut() throws {
        let whole = InputRule.patterns(["/**/*"], includesDefault: true)
        let field = try read(
            "module.exports = { pipeline: {\n build: { dependsOn: deps(),\n outputs: [x] },\n test: [] } }")
        let build = try field.task("p/lib", "build")
        #expect(build.inputs == whole && !build.cache)
        #expect(field.notes.map { String($0.prefix(17)) } == ["lage.config.js:2 ", "lage.config.js:3 "])
        #expect(try field.task("p/lib", "test").inputs == .default)
        #expect(!field.structuralFiles.contains("lage.config.js"))
        let spread = try read("module.exports = { pipeline: { build: [], ...more() } }")
        #expect(try spread.task("p/lib", "build").inputs == whole && spread.notes.count == 1)
        let all = try read("module.exports = require('./config')();")
        #expect(all.widenings.map(\.code) == ["code-configuration"])
        #expect(try all.task("p/lib", "build").inputs == .default)
        #expect(try all.at("p/app").tasks.keys.contains("odd"))
    }

    @Test("a server is waited for by nobody; a package that does not exist is noted")
    func oddDependencies() throws {
        let found = try read("module.exports = { pipeline: { start: ['^start'], test: ['start', 'gone#build'] } }")
        #expect(try found.task("p/app", "test").dependsOn.isEmpty && found.task("p/app", "start").persistent)
        #expect(found.notes.count == 3)
    }

    @Test("lage.config.json is JSON")
    func json() throws {
        let found = try read(#"{ "pipeline": { "build": ["^build"] } }"#, file: "lage.config.json")
        #expect(try found.task("p/lib", "build").dependsOn == [.dependencies("build")])
    }

    // MARK: The reader of JavaScript

    private func exported(_ text: String) -> JSNode? { JSModule.exports(of: Array(text.utf8)) }

    @Test("strings, escapes, numbers, comments, trailing commas, shorthand")
    func literals() {
        let node = exported(
            #"""
            const name = 'n'
            module.exports = { a: "x\"\n", 'b-c': -1.5, d: [true, null, undefined,], /* { */ name, `t`: 1, e: `p${q}r`, f: "a" + "b",
              g() { return "}"; }, h: c ? 1 : 2, last: 1 } satisfies T;
            """#)
        #expect(node?["a"]?.string == "x\"\n")
        guard case .number("-1.5") = node?["b-c"]?.value else { return #expect(Bool(false), "-1.5 is a number") }
        #expect(node?["d"]?.items?.count == 3 && node?["name"]?.string == "n")
        for key in ["e", "f", "g", "h"] { #expect(node?[key]?.isUnknown == true, "\(key)") }
        #expect(node?["last"]?.isUnknown == false)
    }

    @Test("a value after which anything stands is not known")
    func continued() {
        #expect(exported("module.exports = { a: [1].concat(x) }")?["a"]?.isUnknown == true)
        #expect(exported("module.exports = { a: {}.b, c: 1 }")?["a"]?.isUnknown == true)
        #expect(exported("module.exports = f({ a: 1 })")?.isUnknown == true)
        #expect(exported("module.exports = defineConfig({ a: 1 })")?["a"] != nil)
        #expect(exported("const x = 1;") == nil)
    }

    @Test("what a function given to defineConfig returns is read when it has one end")
    func functions() {
        func root(_ function: String) -> JSNode? { exported("export default defineConfig(\(function));")?["a"] }
        #expect(root("() => ({ a: __dirname })")?.string == ".")
        #expect(
            root("async ({ mode }) => { const x = [1]; return { a: join(import.meta.dirname, 'b') }; }")?.string == "b")
        #expect(root("(c) => { if (c) { return { a: 1 } } return { a: 2 } }") == nil)
        #expect(root("c => c ? { a: 1 } : { a: 2 }") == nil)
        #expect(root("() => { /* return */ }") == nil)
    }

    @Test("deep nesting and names that grow without end stop early")
    func bounds() {
        let deep = "module.exports = " + String(repeating: "[", count: 100_000)
        #expect(exported(deep) != nil)
        var bomb = "const a0 = [1,1,1,1,1,1,1,1,1,1];\n"
        for level in 1...12 {
            bomb += "const a\(level) = [\(Array(repeating: "a\(level - 1)", count: 10).joined(separator: ","))];\n"
        }
        #expect(exported(bomb + "module.exports = { a: a12 }") != nil)
    }

    @Test("damaged files are read or refused, and never end the program", arguments: 1...6 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = JavaScriptRandom(state: seed)
        let text = """
            const path = require("path"); const base = { type: "worker", options: ({ worker: path.join(__dirname, "w.js") }) };
            module.exports = { pipeline: { "a#b": { ...base, dependsOn: ["^build", `x`] }, test: [] }, cacheOptions: { outputGlob: [] } };
            """
        let pieces = [
            "{", "}", "[", "]", "(", ")", "'", "\"", "`", "${", "...", "//", "/*", "\\", ",", ":", "=", "base",
        ]
        for round in 0..<300 {
            let bytes = mutated(text, with: pieces, &random)
            let parsed = LageConfiguration.parse(bytes, at: "lage.config.js")
            let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
            for diagnostic in parsed?.diagnostics ?? [] {
                #expect((1...lines).contains(diagnostic.evidence.line ?? 1), "seed \(seed), round \(round)")
            }
        }
    }
}
