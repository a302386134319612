import Foundation
import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// What each crate reaches outside its workspace must be what cargo says, of lockfiles that cargo wrote.
///
/// The packages from elsewhere are made here and lie in a directory that stands for the registry, so cargo needs no network.
@Suite(.enabled(if: CargoOracle.cargo != nil, "cargo is not installed"))
struct CargoLockOracleTests {
    /// A workspace and a directory of packages with several versions, from a seed.
    private func files(_ random: inout SeededNumbers) -> [String: String] {
        var files = [
            ".cargo/config.toml":
                "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\ndirectory = \"registry\"\n"
        ]
        var released: [(name: String, version: String)] = []
        func dependencies(_ random: inout SeededNumbers, percent: Int) -> [String] {
            released.enumerated().compactMap { number, package in
                guard random.chance(percent) else { return nil }
                let optional = random.chance(20) ? ", optional = true" : ""
                return "d\(number) = { package = \"\(package.name)\", version = \"=\(package.version)\"\(optional) }"
            }
        }
        for number in 0..<Int.random(in: 2...7, using: &random) {
            for version in random.chance(40) ? ["1.0.0", "2.0.0"] : ["1.0.0"] {
                let directory = "registry/x\(number)-\(version)"
                let lines = dependencies(&random, percent: 30)
                files["\(directory)/Cargo.toml"] =
                    "[package]\nname = \"x\(number)\"\nversion = \"\(version)\"\n[dependencies]\n"
                    + lines.joined(separator: "\n") + "\n"
                files["\(directory)/src/lib.rs"] = ""
                files["\(directory)/.cargo-checksum.json"] = "{\"files\":{},\"package\":\"\(number)\"}"
            }
            released.append(("x\(number)", "1.0.0"))
            if files["registry/x\(number)-2.0.0/Cargo.toml"] != nil { released.append(("x\(number)", "2.0.0")) }
        }
        var members: [String] = []
        for number in 0..<Int.random(in: 2...4, using: &random) {
            var text = ""
            for section in ["dependencies", "dev-dependencies", "target.'cfg(windows)'.dependencies"] {
                var lines = dependencies(&random, percent: 25)
                // Only dependencies proper may be optional.
                if section.hasPrefix("dev") {
                    lines = lines.map { $0.replacingOccurrences(of: ", optional = true", with: "") }
                }
                if section == "dependencies" {
                    lines += members.filter { _ in random.chance(40) }.map { "\($0) = { path = \"../\($0)\" }" }
                }
                text += "[\(section)]\n\(lines.joined(separator: "\n"))\n"
            }
            files["m\(number)/Cargo.toml"] = crate("m\(number)", text)
            files["m\(number)/src/lib.rs"] = ""
            members.append("m\(number)")
        }
        files["Cargo.toml"] =
            "[workspace]\nresolver = \"2\"\nmembers = [\(members.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
        return files
    }

    /// `name version` of all that each member reaches outside, by the member's name, as cargo resolves it.
    private func resolved(_ json: Data) throws -> [String: Set<String>] {
        let document = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        var names: [String: String] = [:], isMember: Set<String> = []
        for package in document["packages"] as? [[String: Any]] ?? [] {
            let id = try #require(package["id"] as? String)
            names[id] = "\(package["name"] as? String ?? "") \(package["version"] as? String ?? "")"
            if package["source"] is NSNull || package["source"] == nil { isMember.insert(id) }
        }
        var uses: [String: [String]] = [:]
        let resolve = try #require(document["resolve"] as? [String: Any])
        for node in resolve["nodes"] as? [[String: Any]] ?? [] {
            uses[try #require(node["id"] as? String)] = node["dependencies"] as? [String] ?? []
        }
        var found: [String: Set<String>] = [:]
        for member in isMember {
            var seen: Set<String> = [member], pending = [member]
            while let next = pending.popLast() {
                for target in uses[next] ?? [] where !isMember.contains(target) && seen.insert(target).inserted {
                    pending.append(target)
                }
            }
            let name = String(names[member]?.split(separator: " ").first ?? "")
            found[name] = Set(seen.subtracting([member]).compactMap { names[$0] })
        }
        return found
    }

    @Test("random workspaces resolve as cargo resolves them", arguments: UInt64(1)...12)
    func random(seed: UInt64) throws {
        var random = SeededNumbers(state: seed)
        var files = files(&random)
        let oracle = try CargoOracle(files: files)
        defer { oracle.remove() }
        let expected = try resolved(oracle.metadata(in: ".", ["--all-features"]))
        let lock = try String(contentsOf: oracle.root.appendingPathComponent("Cargo.lock"), encoding: .utf8)
        #expect(CargoLockLines.packages(in: Array(lock.utf8)) != nil, "seed \(seed): cargo's own layout: \(lock)")
        files["Cargo.lock"] = lock
        let found = try discoverCargo(files, scanning: [.root])
        var answer: [String: Set<String>] = [:]
        for project in found.projects where !project.onlyGathers {
            let closure = try #require(project.externals.first)
            let resolution = try #require(closure.resolution, "seed \(seed): \(closure.problem ?? "") \(lock)")
            var seen = Set(resolution.uses.map(\.package)), pending = Array(seen)
            while let next = pending.popLast() {
                for use in resolution.graph.packages[next].dependencies where seen.insert(use.package).inserted {
                    pending.append(use.package)
                }
            }
            answer[project.name ?? ""] = Set(
                seen.map { "\(resolution.graph.packages[$0].name) \(resolution.graph.packages[$0].version)" })
        }
        #expect(answer == expected, "seed \(seed): \(lock)")
    }
}
