import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// An entry of packages.lock.json.
func direct(_ version: String, _ uses: [String: String] = [:]) -> String { lockEntry("Direct", version, uses) }
func transitive(_ version: String, _ uses: [String: String] = [:]) -> String { lockEntry("Transitive", version, uses) }

func lockEntry(_ type: String, _ version: String, _ uses: [String: String], hash: String? = nil) -> String {
    let list = uses.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ")
    return "{ \"type\": \"\(type)\", \"requested\": \"[\(version), )\", \"resolved\": \"\(version)\", "
        + "\"contentHash\": \"\(hash ?? "h" + version)\", \"dependencies\": { \(list) } }"
}

/// A packages.lock.json of one framework, or with more sections.
func lockFile(_ entries: [String: String], more: [String: [String: String]] = [:]) -> String {
    func section(_ name: String, _ entries: [String: String]) -> String {
        let list = entries.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",\n")
        return "\"\(name)\": {\n\(list)\n}"
    }
    let sections = [section("net8.0", entries)] + more.sorted { $0.key < $1.key }.map { section($0.key, $0.value) }
    return "\u{FEFF}{\n\"version\": 1,\n\"dependencies\": {\n\(sections.joined(separator: ",\n"))\n}\n}"
}

@Suite("packages.lock.json")
struct DotNetLockTests {
    private func closure(_ lock: String?, _ project: String = csproj(), name: String = "packages.lock.json") throws
        -> ExternalClosure?
    {
        let files = ["a/A.csproj": project, "a/\(name)": lock ?? ""]
        let found = try discoverDotNet(files)
        #expect(found.structuralFiles == [RepoPath("a/\(name)")])
        return found.project("a")?.externals.first
    }

    private let base = ["Y": direct("1", ["deep": "1"]), "Deep": transitive("1"), "Other": direct("1")]

    private func differences(_ entries: [String: String], more: [String: [String: String]] = [:]) throws -> [String] {
        let old = try #require(try closure(lockFile(base)))
        let new = try #require(try closure(lockFile(entries, more: more)))
        guard let before = old.resolution, let after = new.resolution else { return ["whole"] }
        #expect((old.digest == new.digest) == after.differences(from: before).isEmpty)
        return after.differences(from: before).map {
            "\($0.package) \($0.from ?? "-") \($0.to ?? "-") via \($0.via.joined(separator: " "))"
        }
    }

    @Test("versions and contents count, with the way to them; what is asked for does not")
    func whatCounts() throws {
        var other = base
        other["Deep"] = transitive("2")
        #expect(try differences(other) == ["Deep 1 2 via Y Deep"])
        other = base
        other["Deep"] = lockEntry("Transitive", "1", [:], hash: "tampered")
        #expect(try differences(other) == ["Deep 1 1 via Y Deep"])
        other = base
        other["Other"] = other["Other"]?.replacing("[1, )", with: "[0.5, )")
        #expect(try differences(other) == [])
        other = base
        other["New"] = transitive("1")
        #expect(try differences(other) == ["New - 1 via New"])
        #expect(
            try differences(base, more: ["net8.0/linux-x64": ["Native": transitive("3", ["deep": "1"])]]) == [
                "Native - 3 via Native"
            ])
    }

    @Test("entries that only use each other count")
    func circles() throws {
        var other = base
        other["P"] = transitive("1", ["Q": "1"])
        other["Q"] = transitive("1", ["P": "1"])
        #expect(try differences(other) == ["P - 1 via P", "Q - 1 via Q"])
    }

    @Test("lockfiles are found by the project's name and by NuGetLockFilePath")
    func places() throws {
        #expect(try closure(lockFile(base), name: "packages.A.lock.json")?.resolution != nil)
        let project = csproj(propertyGroup("<NuGetLockFilePath>locks/my.json</NuGetLockFilePath>"))
        #expect(try closure(lockFile(base), project, name: "locks/my.json")?.lockfile == "a/locks/my.json")
    }

    @Test(
        "a lockfile that is not understood counts as a whole, with its line",
        arguments: [
            ("", "a/packages.lock.json:1: "), ("{\n<<<<<<< ours\n", "a/packages.lock.json:2: "),
            (
                "{\n\"version\": 9, \"dependencies\": {} }",
                "a/packages.lock.json:2: the version of the format is not 1 or 2"
            ),
            ("{\"version\": 1}", "a/packages.lock.json:1: it has no object 'dependencies'"),
            ("{\"version\": 1, \"dependencies\": {\n\"net8.0\": 3}}", "a/packages.lock.json:2: 'net8.0' is no object"),
            (
                "{\"version\": 1, \"dependencies\": { \"net8.0\": {\n\"X\": {\"type\": \"Direct\"}}}}",
                "a/packages.lock.json:2: the entry 'X' is not understood"
            ),
        ])
    func broken(text: String, problem: String) throws {
        let found = try #require(try closure(text))
        #expect(found.isWholeLockfile && found.problem?.hasPrefix(problem) == true, "\(found.problem ?? "")")
    }
}
