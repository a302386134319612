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
