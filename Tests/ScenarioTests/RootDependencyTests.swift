import GitObjects
import ScenarioKit
import Testing

@Suite("Dependencies of a JavaScript workspace's root")
struct RootDependencyTests {
    /// Two members that use nothing, below a root with a compiler, a test tool and a lint tool.
    private func scenario(_ rootDependencies: String?, bumping package: String) -> Scenario {
        let versions = ["eslint": "9.0.0", "jest": "29.0.0", "typescript": "5.0.0"]
        func lock(_ versions: [String: String]) -> String {
            let names = versions.keys.sorted()
            let root = names.map { "\"\($0)\": \"*\"" }.joined(separator: ", ")
            let entries = names.map {
                ", \"node_modules/\($0)\": { \"version\": \"\(versions[$0] ?? "")\", \"integrity\": \"\($0)\" }"
            }
            return """
                { "lockfileVersion": 3, "packages": {
                  "": { "workspaces": ["packages/*"], "devDependencies": { \(root) } }, "packages/a": {}, "packages/b": {}
                  \(entries.joined(separator: "\n")) } }
                """
        }
        return Scenario {
            $0.write(
                "package.json",
                """
                { "private": true, "workspaces": ["packages/*"],
                  "devDependencies": { "eslint": "*", "jest": "*", "typescript": "*" } }
                """)
            if let rootDependencies {
                $0.write("ripple.yaml", "version: 1\nrootDependencies: \(rootDependencies)\n")
            }
            for name in ["a", "b"] {
                $0.write(
                    RepoPath("packages/\(name)/package.json"),
                    #"{ "name": "\#(name)", "scripts": { "build": "tsc", "lint": "eslint .", "test": "jest" } }"#)
            }
            $0.write("package-lock.json", lock(versions))
            $0.commit("base")
            $0.write("package-lock.json", lock(versions.merging([package: "99.0.0"]) { $1 }))
            $0.commit("edit")
        }
    }

    @Test("a package that is reached in two ways, by all tasks and by lint tasks, gives two reasons in a fixed order")
    func twoWays() throws {
        func lock(_ version: String) -> String {
            """
            { "lockfileVersion": 3, "packages": {
              "": { "workspaces": ["p/*"], "devDependencies": { "eslint": "*", "tool": "*" } }, "p/a": {},
              "node_modules/eslint": { "version": "1.0.0", "dependencies": { "deep": "*" } },
              "node_modules/tool": { "version": "1.0.0", "dependencies": { "deep": "*" } },
              "node_modules/deep": { "version": "\(version)" } } }
            """
        }
        let scenario = Scenario {
            $0.write(
                "package.json",
                #"{ "private": true, "workspaces": ["p/*"], "devDependencies": { "eslint": "*", "tool": "*" } }"#)
            $0.write("p/a/package.json", #"{ "name": "a", "scripts": { "build": "tool", "lint": "eslint ." } }"#)
            $0.write("package-lock.json", lock("1.0.0"))
            $0.commit("base")
            $0.write("package-lock.json", lock("2.0.0"))
            $0.commit("edit")
        }
        // Sets differ in their order from one run of the program to the next.
        let repository = try ScenarioRepository(scenario)
        let range = ["--base", try repository.hash("base"), "--head", try repository.hash("main")]
        let answers = try (0..<8).map { _ in
            try repository.ripple(["affected", "--format", "json"] + range, in: repository.path).output
        }
        #expect(Set(answers).count == 1)
        #expect(String(decoding: answers[0], as: UTF8.self).contains("eslint"))
    }

    private func expect(
        _ tasks: [String]?, for rootDependencies: String?, bumping package: String, from version: String,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let reason = ExpectedReasons.external(package, version, "99.0.0")
        let tasks = tasks.map { ["a": $0, "b": $0] }
        try scenario(rootDependencies, bumping: package).expectAffected(
            tasks == nil ? [:] : ["a": reason, "b": reason], tasks: tasks ?? [:], sourceLocation: location)
    }

    @Test("by default all reach every task of every member, and lint tools their lint tasks")
    func standard() throws {
        try expect(["build", "lint", "test"], for: nil, bumping: "typescript", from: "5.0.0")
        try expect(["lint"], for: nil, bumping: "eslint", from: "9.0.0")
    }

    @Test("all: lint tools reach every task too")
    func all() throws {
        try expect(["build", "lint", "test"], for: "all", bumping: "eslint", from: "9.0.0")
    }

    @Test("none: nothing reaches anything")
    func none() throws {
        try expect(nil, for: "none", bumping: "typescript", from: "5.0.0")
        try expect(nil, for: "none", bumping: "eslint", from: "9.0.0")
    }

    @Test("a list: what it names, and lint tools for lint tasks")
    func named() throws {
        try expect(["build", "lint", "test"], for: "[\"type*t\"]", bumping: "typescript", from: "5.0.0")
        try expect(nil, for: "[typescript]", bumping: "jest", from: "29.0.0")
        try expect(["lint"], for: "[typescript]", bumping: "eslint", from: "9.0.0")
        try expect(["build", "lint", "test"], for: "[eslint]", bumping: "eslint", from: "9.0.0")
    }
}
