import GitObjects
import ScenarioKit
import Testing

@Suite("Cargo.lock counts by what each crate resolves")
struct CargoLockScenarioTests {
    /// Entries by `name@version`, each with what it uses; those without a version are the workspace's crates.
    private func lock(_ entries: KeyValuePairs<String, [String]>) -> String {
        var text = "version = 4\n"
        for (key, uses) in entries {
            let parts = key.split(separator: "@")
            text += "\n[[package]]\nname = \"\(parts[0])\"\nversion = \"\(parts.count > 1 ? parts[1] : "0.1.0")\"\n"
            if parts.count > 1 {
                text += "source = \"registry+https://example.invalid/index\"\nchecksum = \"\(key)\"\n"
            }
            if !uses.isEmpty { text += "dependencies = [\n\(uses.map { " \"\($0)\",\n" }.joined())]\n" }
        }
        return text
    }

    /// `tool` uses `parser`; `other` and `alone` use nothing of the workspace.
    private func workspace(_ scenario: inout Scenario) {
        scenario.workspace(
            .cargo, ["packages/parser": [], "packages/other": [], "packages/alone": [], "apps/tool": ["parser"]])
        scenario.append("packages/parser/Cargo.toml", "text = \"1\"")
        scenario.append("packages/other/Cargo.toml", "bytes = \"1\"")
        scenario.write(
            "Cargo.lock",
            lock([
                "alone": [], "bytes@1.0.0": ["text 2.0.0"], "other": ["bytes"], "parser": ["text 1.0.0"],
                "text@1.0.0": [], "text@2.0.0": [], "tool": ["parser"],
            ]))
    }

    @Test("15: a dependency added to one crate with its lockfile entry affects that crate and its dependents")
    func added() throws {
        let manifest = "packages/parser/Cargo.toml"
        try Scenario {
            workspace(&$0)
            $0.commit("base")
            $0.append(RepoPath(manifest), "fast = \"1\"")
            $0.replace("Cargo.lock", " \"text 1.0.0\",", " \"fast\",\n \"text 1.0.0\",")
            $0.append("Cargo.lock", "\n[[package]]\nname = \"fast\"\nversion = \"1.1.0\"\nsource = \"registry+x\"")
            $0.commit("edit")
        }.expectAffected([
            "parser": [.file(manifest), .external("fast", nil, "1.1.0")],
            "tool": .dependency("parser", chain: ["tool", "parser"]),
        ])
    }

    @Test("an update deep below affects those that reach it, and names it")
    func updated() throws {
        try Scenario {
            workspace(&$0)
            $0.commit("base")
            $0.replace("Cargo.lock", "name = \"text\"\nversion = \"2.0.0\"", "name = \"text\"\nversion = \"2.1.0\"")
            $0.replace("Cargo.lock", "text 2.0.0", "text 2.1.0")
            $0.commit("edit")
        }.expectAffected(["other": .external("text", "2.0.0", "2.1.0")])
    }

    @Test("17: an edge that points to another version, while both stay, affects the real consumers")
    func repointed() throws {
        try Scenario {
            workspace(&$0)
            $0.commit("base")
            $0.replace("Cargo.lock", " \"text 2.0.0\",", " \"text 1.0.0\",")
            $0.commit("edit")
        }.expectAffected(["other": .external("text", "2.0.0", "1.0.0")])
    }

    @Test("the version of a crate of the workspace in its entry is no external change")
    func ownVersion() throws {
        let manifest = "packages/parser/Cargo.toml"
        try Scenario {
            workspace(&$0)
            $0.commit("base")
            $0.replace(RepoPath(manifest), "version = \"0.1.0\"", "version = \"0.2.0\"")
            $0.replace("Cargo.lock", "name = \"parser\"\nversion = \"0.1.0\"", "name = \"parser\"\nversion = \"0.2.0\"")
            $0.commit("edit")
        }.expectAffected(["parser": .file(manifest), "tool": .dependency("parser")])
    }

    @Test("another layout, and entries that nobody reaches, affect nothing")
    func layout() throws {
        try Scenario {
            workspace(&$0)
            $0.commit("base")
            $0.replace("Cargo.lock", "version = 4\n", "# generated\nversion = 4 # here\n")
            $0.append("Cargo.lock", "\n[[package]]\nname = \"unused\"\nversion = \"1.0.0\"\nsource = \"registry+x\"")
            $0.commit("edit")
        }.expectAffected([:])
    }

    /// Every crate is affected for the lockfile as a whole.
    private func expectWhole(_ problem: String, _ edit: (inout Scenario) -> Void, base: (inout Scenario) -> Void)
        throws
    {
        let (answer, problems) = try Scenario {
            workspace(&$0)
            base(&$0)
            $0.commit("base")
            edit(&$0)
            $0.commit("edit")
        }.agreedAnswer()
        #expect(problems.isEmpty, "\(problems)")
        #expect(answer.projects.map(\.id).sorted() == ["alone", "other", "parser", "tool"])
        #expect(answer.projects.allSatisfy { $0.reasons.contains { $0.text == "fallback lockfile-changed" } })
        #expect(
            answer.widenings == [
                "lockfile-changed cargo: Cargo.lock changed and counts as an input of every cargo project: \(problem)."
            ])
    }

    @Test("19: a lockfile that cannot be read on one side is a typed fallback with a warning")
    func unparsable() throws {
        let broken = "Cargo.lock:1: a merge conflict is not resolved: the line starts with <<<<<<<"
        let mend: (inout Scenario) -> Void = { $0.replace("Cargo.lock", "<<<<<<< HEAD\n", "") }
        let damage: (inout Scenario) -> Void = {
            $0.replace("Cargo.lock", "version = 4\n", "<<<<<<< HEAD\nversion = 4\n")
        }
        try expectWhole("before, \(broken)", mend, base: damage)
        try expectWhole(broken, damage, base: { _ in })
    }

    @Test("19: a lockfile that is missing on one side is a typed fallback with a warning")
    func missing() throws {
        var text = ""
        _ = Scenario {
            workspace(&$0)
            text = String(decoding: $0.files["Cargo.lock"]?.bytes ?? [], as: UTF8.self)
        }
        try expectWhole("it was added", { $0.write("Cargo.lock", text) }, base: { $0.delete("Cargo.lock") })
        try expectWhole("it was removed", { $0.delete("Cargo.lock") }, base: { _ in })
    }
}
