import Foundation
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// The adapter must say what `cargo metadata` says: members, names, binaries and local dependencies with their kinds.
@Suite(.enabled(if: CargoOracle.cargo != nil, "cargo is not installed"))
struct CargoOracleTests {
    private func compare(_ files: [String: String], _ label: String) throws {
        let found = try discoverCargo(files)
        // Cargo refuses to run in a crate that lies in a workspace it is no member of; such projects have no tasks.
        let asked = found.projects.filter { $0.onlyGathers || !$0.tasks.isEmpty }
        let oracle = try CargoOracle(files: files)
        defer { oracle.remove() }
        let answer = try oracle.workspaces(of: asked.map(\.path.description))
        let members = asked.filter { !$0.onlyGathers }.map {
            "\($0.path) \($0.name ?? "-")\($0.appEvidence == nil ? "" : " bin")"
        }
        #expect(members.sorted() == answer.members.sorted(), "\(label)")
        #expect(edges(of: asked) == answer.edges.sorted(), "\(label)")
        #expect(found.errors.isEmpty, "\(label)")
        // Every gathering root is a workspace root that cargo knows, and every edge ends at a project.
        #expect(Set(asked.map(\.path.description)) == answer.directories, "\(label)")
        #expect(Set(found.projects.flatMap { $0.dependencies.map(\.target) }).isSubset(of: found.projects.map(\.path)))
    }

    @Test("hand-made workspaces look to the adapter as they do to cargo", arguments: CargoShapes.all.keys.sorted())
    func shapes(name: String) throws {
        try compare(try #require(CargoShapes.all[name]), name)
    }

    @Test("random workspaces look to the adapter as they do to cargo", arguments: UInt64(1)...30)
    func random(seed: UInt64) throws {
        var numbers = SeededNumbers(state: seed)
        let files = CargoShapes.random(&numbers)
        try compare(files, "seed \(seed): \(files.filter { $0.key.hasSuffix(".toml") })")
    }
}
