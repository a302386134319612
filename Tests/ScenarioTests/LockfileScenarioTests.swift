import GitObjects
import ScenarioKit
import Testing

/// A JavaScript workspace whose lockfile is written by each of the package managers.
///
/// `a` uses lib, `b` uses other, `c` uses old, the app `site` uses the package `b`. Both versions of deep are always there:
/// other uses the second, old the first.
private struct LockedWorkspace {
    enum Manager: String, CaseIterable, Sendable {
        case npm, pnpm, yarn

        var lockfile: RepoPath {
            switch self {
            case .npm: "package-lock.json"
            case .pnpm: "pnpm-lock.yaml"
            case .yarn: "yarn.lock"
            }
        }
    }

    var libVersion = "1.0.0"
    /// Which deep lib uses.
    var libDeep = "1.0.0"
    /// Whether `b` uses extra as well.
    var hasExtra = false
    var rootRange = "^1.0.0"
    var tool = "1.0.0"

    private static func json(_ dependencies: [(String, String)]) -> String {
        "{ " + dependencies.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ", ") + " }"
    }

    private var members: [(path: String, dependencies: [(String, String)])] {
        [
            ("apps/site", [("b", "*")]), ("packages/a", [("lib", "^1.0.0")]),
            ("packages/b", [("other", "^1.0.0")] + (hasExtra ? [("extra", "^1.0.0")] : [])),
            ("packages/c", [("old", "^1.0.0")]),
        ]
    }

    private func version(_ name: String) -> String { name == "lib" ? libVersion : name == "tool" ? tool : "1.0.0" }

    /// Name, version, and the version of deep it uses.
    private var packages: [(name: String, version: String, deep: String?)] {
        [
            ("deep", "1.0.0", nil), ("deep", "2.0.0", nil), ("lib", libVersion, libDeep), ("old", "1.0.0", "1.0.0"),
            ("other", "1.0.0", "2.0.0"), ("tool", tool, nil),
        ] + (hasExtra ? [("extra", "1.0.0", nil)] : [])
    }

    func write(_ manager: Manager, to scenario: inout Scenario) {
        scenario.write(
            "package.json",
            """
            { "name": "workspace", "private": true, "description": "d", "workspaces": ["packages/*", "apps/*"],
              "devDependencies": { "tool": "\(rootRange)" } }
            """)
        if manager == .pnpm { scenario.write("pnpm-workspace.yaml", "packages: ['packages/*', 'apps/*']\n") }
        for member in members {
            let name = member.path.split(separator: "/").last ?? ""
            scenario.write(
                RepoPath("\(member.path)/package.json"),
                """
                { "name": "\(name)", "version": "1.0.0", "private": \(member.path.hasPrefix("apps")),
                  "scripts": { "build": "true", "test": "true", "lint": "true" },
                  "dependencies": \(LockedWorkspace.json(member.dependencies)) }
                """)
        }
        scenario.write(manager.lockfile, lock(manager))
    }

    func lock(_ manager: Manager) -> String {
        switch manager {
        case .npm: npm
        case .pnpm: pnpm
        case .yarn: yarn
        }
    }

    private var npm: String {
        var entries = [
            #""": { "workspaces": ["packages/*", "apps/*"], "devDependencies": { "tool": "\#(rootRange)" } }"#
        ]
        for member in members {
            entries.append(#""\#(member.path)": { "dependencies": \#(LockedWorkspace.json(member.dependencies)) }"#)
        }
        entries.append(#""node_modules/b": { "resolved": "packages/b", "link": true }"#)
        for package in packages where package.name != "deep" {
            let uses = package.deep == nil ? "{}" : #"{ "deep": "*" }"#
            entries.append(
                #""node_modules/\#(package.name)": { "version": "\#(package.version)", "integrity": "\#(package.name)", "dependencies": \#(uses) }"#
            )
            if package.deep == "2.0.0" {
                entries.append(
                    #""node_modules/\#(package.name)/node_modules/deep": { "version": "2.0.0", "integrity": "two" }"#)
            }
        }
        entries.append(#""node_modules/deep": { "version": "1.0.0", "integrity": "one" }"#)
        return #"{ "lockfileVersion": 3, "packages": { "# + entries.joined(separator: ",\n  ") + " } }\n"
    }

    private var pnpm: String {
        var text = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n"
        text += "      tool:\n        specifier: \(rootRange)\n        version: \(tool)\n"
        for member in members {
            text += "\n  \(member.path):\n    dependencies:\n"
            for (name, range) in member.dependencies {
                let version = name == "b" ? "link:../../packages/b" : version(name)
                text += "      \(name):\n        specifier: '\(range)'\n        version: \(version)\n"
            }
        }
        text += "\npackages:\n"
        for package in packages {
            text += "\n  \(package.name)@\(package.version):\n    resolution: {integrity: \(package.name)}\n"
        }
        text += "\nsnapshots:\n"
        for package in packages {
            text += "\n  \(package.name)@\(package.version):"
            text += package.deep.map { "\n    dependencies:\n      deep: \($0)\n" } ?? " {}\n"
        }
        return text
    }

    private var yarn: String {
        var text = "# yarn lockfile v1\n"
        for package in packages {
            var patterns = ["\(package.name)@^\(package.version.prefix(1)).0.0"]
            if package.name == "tool" { patterns = ["tool@\(rootRange)"] }
            if package.name == "deep", package.version == libDeep { patterns.append("\"deep@1 || 2\"") }
            text += "\n\(patterns.joined(separator: ", ")):\n  version \"\(package.version)\"\n"
            text += "  integrity \(package.name)\(package.version)\n"
            guard let deep = package.deep else { continue }
            let range = package.name == "lib" ? "1 || 2" : "^\(deep)"
            text += "  dependencies:\n    deep \"\(range)\"\n"
        }
        return text
    }
}

@Suite("Lockfiles: scenarios 5 and 14 to 19")
struct LockfileScenarioTests {
    private func scenario(
        _ manager: LockedWorkspace.Manager, _ edit: (inout LockedWorkspace) -> Void
    ) -> Scenario {
        var workspace = LockedWorkspace()
        return Scenario {
            workspace.write(manager, to: &$0)
            $0.commit("base")
            edit(&workspace)
            workspace.write(manager, to: &$0)
            $0.commit("edit")
        }
    }

    @Test(
        "5: a lockfile that moved on the base only gives no external reason",
        arguments: LockedWorkspace.Manager.allCases)
    fileprivate func scenario5(_ manager: LockedWorkspace.Manager) throws {
        try Scenario {
            LockedWorkspace().write(manager, to: &$0)
            $0.write("packages/c/index.js", "")
            $0.commit("base")
            $0.branch("feature")
            $0.edit("packages/c/index.js", "ours")
            $0.commit("ours")
            $0.checkout("main")
            LockedWorkspace(libVersion: "1.1.0").write(manager, to: &$0)
            $0.commit("theirs")
        }.expectAffected(["c": .file("packages/c/index.js")], base: "main", head: "feature")
    }

    @Test("14: a description in the root's manifest concerns nobody", arguments: LockedWorkspace.Manager.allCases)
    fileprivate func scenario14(_ manager: LockedWorkspace.Manager) throws {
        try Scenario {
            LockedWorkspace().write(manager, to: &$0)
            $0.commit("base")
            $0.replace("package.json", #""description": "d""#, #""description": "other""#)
            $0.commit("edit")
        }.expectAffected([:])
    }

    @Test(
        "15: a dependency added to one package concerns it and its dependents",
        arguments: LockedWorkspace.Manager.allCases)
    fileprivate func scenario15(_ manager: LockedWorkspace.Manager) throws {
        let answer = try scenario(manager) { $0.hasExtra = true }.expectAffected([
            "b": [.file("packages/b/package.json"), .external("extra", nil, "1.0.0")], "site": .dependency("b"),
        ])
        #expect(answer.widenings.isEmpty)
    }

    @Test(
        "16: a new range for everybody counts only when what it resolves to changed",
        arguments: LockedWorkspace.Manager.allCases)
    fileprivate func scenario16(_ manager: LockedWorkspace.Manager) throws {
        try scenario(manager) { $0.rootRange = "^1.0.0-0" }.expectAffected([:])
        let changed = ExpectedReasons.external("tool", "1.0.0", "1.1.0")
        try scenario(manager) {
            $0.rootRange = "^1.1.0"
            $0.tool = "1.1.0"
        }.expectAffected(["a": changed, "b": changed, "c": changed, "site": [changed, .dependency("b")]])
    }

    @Test("16: a catalog entry counts for its users, and only when what it resolves to changed")
    func catalog() throws {
        func catalog(_ range: String, _ version: String) -> Scenario {
            Scenario {
                func write(_ range: String, _ workspace: LockedWorkspace, to scenario: inout Scenario) {
                    workspace.write(.pnpm, to: &scenario)
                    scenario.write(
                        "pnpm-workspace.yaml",
                        "packages: ['packages/*', 'apps/*']\ncatalog:\n  lib: \(range)\n  other: ^1.0.0\n")
                    scenario.replace("packages/a/package.json", #""lib": "^1.0.0""#, #""lib": "catalog:""#)
                }
                write("^1.0.0", LockedWorkspace(), to: &$0)
                $0.commit("base")
                write(range, LockedWorkspace(libVersion: version), to: &$0)
                $0.commit("edit")
            }
        }
        try catalog("^1.1.0", "1.1.0").expectAffected(["a": .external("lib", "1.0.0", "1.1.0")])
        try catalog("~1.0.0", "1.0.0").expectAffected([:])
    }

    @Test(
        "17: an edge that points to another version concerns who uses it, though both versions stay",
        arguments: LockedWorkspace.Manager.allCases)
    fileprivate func scenario17(_ manager: LockedWorkspace.Manager) throws {
        try scenario(manager) { $0.libDeep = "2.0.0" }.expectAffected(["a": .external("deep", "1.0.0", "2.0.0")])
    }

    @Test(
        "19: a lockfile that cannot be read, on either side, counts for every project of its manager, and says why",
        arguments: LockedWorkspace.Manager.allCases)
    fileprivate func scenario19(_ manager: LockedWorkspace.Manager) throws {
        let whole = ExpectedReasons.fallback("lockfile-changed")
        let expected: [String: ExpectedReasons] = [
            "a": whole, "b": whole, "c": whole, "site": [whole, .dependency("b")],
        ]
        let broken = "<<<<<<< ours\n" + LockedWorkspace().lock(manager)
        for isBrokenBefore in [true, false] {
            try Scenario {
                LockedWorkspace().write(manager, to: &$0)
                if isBrokenBefore { $0.write(manager.lockfile, broken) }
                $0.commit("base")
                $0.write(manager.lockfile, isBrokenBefore ? LockedWorkspace().lock(manager) : broken)
                $0.commit("edit")
            }.expectAffected(expected, widenings: ["merge conflict marker (line 1)"])
        }
    }

    @Test(
        "19: a lockfile that is missing on one side counts for every project of its manager",
        arguments: LockedWorkspace.Manager.allCases)
    fileprivate func missing(_ manager: LockedWorkspace.Manager) throws {
        for isMissingBefore in [true, false] {
            try Scenario {
                // So that the manager is known without the file.
                func write(_ scenario: inout Scenario) {
                    LockedWorkspace().write(manager, to: &scenario)
                    scenario.replace(
                        "package.json", #""private""#, #""packageManager": "\#(manager.rawValue)@1.0.0", "private""#)
                }
                write(&$0)
                if isMissingBefore { $0.delete(manager.lockfile) }
                $0.commit("base")
                write(&$0)
                if !isMissingBefore { $0.delete(manager.lockfile) }
                $0.commit("edit")
            }.expectAffected(
                Dictionary(
                    uniqueKeysWithValues: ["a", "b", "c", "site"].map {
                        ($0, [.fallback("lockfile-changed"), .others] as ExpectedReasons)
                    }), widenings: [isMissingBefore ? "it was added" : "it was removed"])
        }
    }
}
