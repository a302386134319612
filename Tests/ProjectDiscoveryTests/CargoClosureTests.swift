import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// What each crate resolves to by its workspace's lockfile.
struct CargoClosureTests {
    private static let registry = CargoLockModel.registry

    private func entry(_ name: String, _ uses: [String] = [], external: Bool = true, version: String = "1.0.0")
        -> String
    {
        var text = "\n[[package]]\nname = \"\(name)\"\nversion = \"\(version)\"\n"
        if external { text += "source = \"\(CargoClosureTests.registry)\"\n" }
        if !uses.isEmpty { text += "dependencies = [\n\(uses.map { " \"\($0)\",\n" }.joined())]\n" }
        return text
    }

    private func names(_ project: DiscoveredProject?) -> [String]? {
        guard let resolution = project?.externals.first?.resolution else { return nil }
        return resolution.uses.map { resolution.graph.packages[$0.package].name }.sorted()
    }

    @Test("a crate's closure is what its own entry uses from outside; members below count for themselves")
    func closures() throws {
        let found = try discoverCargo([
            "Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\"]",
            "a/Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../b\" }\nx = \"1\""),
            "b/Cargo.toml": crate("b", "[dependencies]\ny = \"1\""),
            "Cargo.lock": "version = 4\n" + entry("a", ["b", "x"], external: false, version: "0.1.0")
                + entry("b", ["y"], external: false, version: "0.1.0") + entry("x", ["y"]) + entry("y"),
        ])
        #expect(names(found.project("a")) == ["x"] && names(found.project("b")) == ["y"])
        #expect(found.project("a")?.externals.first?.isWholeLockfile == false)
        #expect(found.structuralFiles.contains("Cargo.lock"))
    }

    @Test("random edits of a lockfile change exactly the crates that reach them", arguments: UInt64(1)...80)
    func model(seed: UInt64) throws {
        var random = SeededNumbers(state: seed)
        let before = CargoLockModel(&random)
        let cache = ParsedCrateCache()
        func externals(_ model: CargoLockModel) throws -> [ExternalClosure] {
            let found = try discoverCargo(model.files, cache: cache)
            return try model.members.map { member in
                let project = try #require(found.project(RepoPath(model.packages[member].name)))
                return try #require(project.externals.first)
            }
        }
        let old = try externals(before)
        #expect(old.allSatisfy { $0.resolution != nil && $0.problem == nil }, "seed \(seed): \(before.text)")
        for _ in 0..<6 {
            var after = before
            for _ in 0..<Int.random(in: 1...2, using: &random) { after.edit(&random) }
            // Two packages of one name and version are no lockfile.
            guard Set(after.packages.map { "\($0.name) \($0.version)" }).count == after.packages.count else { continue }
            let new = try externals(after)
            for (place, member) in before.members.enumerated() {
                let changed = before.reached(from: member) != after.reached(from: member)
                let label: Comment = "seed \(seed): \(before.packages[member].name) \(before.text) \(after.text)"
                #expect((old[place].digest != new[place].digest) == changed, label)
                guard let one = old[place].resolution, let two = new[place].resolution else { continue }
                #expect(two.differences(from: one).isEmpty == !changed, label)
            }
        }
    }

    private func problem(_ lock: String, _ manifest: String) throws -> String? {
        let found = try discoverCargo(["Cargo.toml": manifest, "Cargo.lock": lock])
        let closure = try #require(found.project(.root)?.externals.first)
        #expect(closure.isWholeLockfile == (closure.problem != nil) && closure.lockfile == "Cargo.lock")
        return closure.problem
    }

    @Test("the whole lockfile counts, with the reason, when it does not say what a crate resolves to")
    func problems() throws {
        let alone = "version = 4\n" + entry("a", external: false, version: "0.1.0")
        #expect(try problem(alone, crate("a")) == nil)
        #expect(try problem("version = 4\n", crate("a")) == "it has no entry for 'a'")
        #expect(
            try problem(alone, crate("a", "[dependencies]\nx = \"1\""))
                == "it does not say what 'x' is, which Cargo.toml:6 names")
        #expect(
            try problem(alone + ">>>>>>> theirs\n", crate("a"))?.hasPrefix("Cargo.lock:6: a merge conflict") == true)
        #expect(try problem(alone, "[package\n") == "Cargo.toml cannot be read")
    }

    @Test("crates of one name are told apart by version")
    func sameName() throws {
        let lock =
            "version = 4\n" + entry("a", ["x"], external: false, version: "0.1.0")
            + entry("a", ["y"], external: false, version: "0.2.0") + entry("x") + entry("y")
        let found = try discoverCargo([
            "Cargo.toml": "[workspace]\nmembers = [\"one\", \"two\"]\n[workspace.package]\nversion = \"0.2.0\"",
            "one/Cargo.toml": crate("a", "[dependencies]\nx = \"1\""),
            "two/Cargo.toml": "[package]\nname = \"a\"\nversion.workspace = true\n[dependencies]\ny = \"1\"",
            "Cargo.lock": lock,
        ])
        #expect(names(found.project("one")) == ["x"] && names(found.project("two")) == ["y"])
    }

    @Test("a crate with a lockfile of its own counts with what its user's lockfile says too")
    func otherWorkspace() throws {
        func lock(_ version: String) -> String {
            "version = 4\n" + entry("a", ["far"], external: false, version: "0.1.0")
                + entry("far", ["x"], external: false, version: "0.1.0") + entry("x", version: version)
        }
        func digest(_ lock: String) throws -> String? {
            try discoverCargo([
                "w/Cargo.toml": "[workspace]\nmembers = [\"a\"]", "w/Cargo.lock": lock,
                "w/a/Cargo.toml": crate("a", "[dependencies]\nfar = { path = \"../../far\" }"),
                "far/Cargo.toml": crate("far", "[dependencies]\nx = \"1\""),
            ]).project("w/a")?.externals.first?.digest
        }
        #expect(try digest(lock("1.0.0")) != digest(lock("1.1.0")))
    }

    @Test("a patch that puts a member in the place of a package makes an edge from all who reach it")
    func patched() throws {
        let lock =
            "version = 4\n" + entry("a", ["x"], external: false, version: "0.1.0")
            + entry("b", ["t"], external: false, version: "0.1.0")
            + entry("log", external: false, version: "0.1.0") + entry("t", ["log"]) + entry("x", ["y"])
            + entry("y", ["log"])
        let found = try discoverCargo([
            "Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\", \"log\"]\n[patch.crates-io]\nlog = { path = \"log\" }",
            "a/Cargo.toml": crate("a", "[dependencies]\nx = \"1\""),
            "b/Cargo.toml": crate("b", "[dev-dependencies]\nt = \"1\""), "log/Cargo.toml": crate("log"),
            "Cargo.lock": lock,
        ])
        #expect(edges(of: found.projects) == ["a -> log runtime", "b -> log development"])
        let edge = try #require(found.project("a")?.dependencies.first)
        #expect(edge.evidence == Evidence(path: "Cargo.lock", line: 3) && edge.passesToDependents)
        #expect(found.project("b")?.dependencies.first?.passesToDependents == false)
    }

    @Test("a lockfile is parsed once for both versions, and its graph made once")
    func cached() throws {
        var random = SeededNumbers(state: 7)
        let files = CargoLockModel(&random).files
        let cache = ParsedCrateCache()
        let one = try discoverCargo(files, cache: cache), two = try discoverCargo(files, cache: cache)
        let graphs = (one.projects + two.projects).compactMap { $0.externals.first?.resolution?.graph }
        #expect(!graphs.isEmpty && graphs.allSatisfy { $0 === graphs[0] })
    }
}
