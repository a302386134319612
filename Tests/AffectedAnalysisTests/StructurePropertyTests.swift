import AffectedAnalysis
import ChangeDetection
import Testing

@Suite("The answer without keys equals that with keys")
struct StructurePropertyTests {
    @Test("random edits of random workspaces", arguments: UInt64(1)...240)
    func equal(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let before = workspace(&random)
        var after = before
        let fixed: Set<String> = ["package.json", "ripple.yaml"]
        let names = before.keys.sorted().filter { path in !fixed.contains(String(path.split(separator: "/").last ?? ""))
        }
        for _ in 0..<random.below(5) + 1 {
            let path = random.pick(names)
            switch random.below(4) {
            case 0: after[path] = nil
            case 1: after[path + "-more"] = "new"
            default: after[path] = "edited \(random.below(3))"
            }
        }
        let pair = try Pair(before, after)
        let slow = try pair.slow()
        guard let fast = try pair.fast() else { return }
        #expect(
            fast == slow,
            """
            seed \(seed), changes \(pair.changes.changes)
            configuration \(before.filter { $0.key.hasSuffix(".yaml") || $0.key.hasSuffix(".json") })
            """)
    }

    @Test("the random edits mostly keep the structure, so that the comparison is made")
    func mostlyAsked() throws {
        var asked = 0
        for seed in UInt64(1)...40 {
            var random = Seeded(seed)
            let before = workspace(&random)
            var after = before
            after["packages/p0/index.js"] = "edited"
            if try Pair(before, after).fast() != nil { asked += 1 }
        }
        #expect(asked == 40)
    }

    /// Packages in packages, development cycles, tasks with all kinds of rules, and files at every level.
    private func workspace(_ random: inout Seeded) -> Files {
        let count = random.below(7) + 2
        var directories: [String] = []
        for number in 0..<count {
            let nested = number > 1 && random.chance(20)
            directories.append(nested ? "\(random.pick(directories))/p\(number)" : "packages/p\(number)")
        }
        let members = directories.map { "\"\($0)\"" }.joined(separator: ", ")
        var files: Files = [
            "package.json": #"{"private": true, "workspaces": [\#(members)]}"#, "top.json": "{}",
            ".eslintrc.json": "{}",
            ".nvmrc": "20", "patches/a.patch": "1", "packages/LICENSE": "free", "packages/shared.json": "{}",
            "docs/guide.txt": "1",
        ]
        if random.chance(40) { files["ripple.yaml"] = "version: 1\nglobalInputs: [\"/docs/**\"]\n" }
        for (number, directory) in directories.enumerated() {
            func list(_ names: [Int]) -> String { names.map { "\"p\($0)\": \"*\"" }.joined(separator: ", ") }
            let runtime = (0..<number).filter { _ in random.chance(25) }
            let development = (0..<count).filter { $0 != number && !runtime.contains($0) && random.chance(15) }
            let test = random.chance(50) ? #", "test": "jest ../../top.json""# : ""
            let lint = number == 0 || random.chance(40) ? #", "lint": "eslint .""# : ""
            files["\(directory)/package.json"] =
                #"{"name": "p\#(number)", "version": "1.0.0", "scripts": {"build": "x"\#(test)\#(lint)}, "#
                + #""dependencies": {\#(list(runtime))}, "devDependencies": {\#(list(development))}}"#
            for name in ["index.js", "src/a.ts", "src/deep/b.ts", "dist/out.js", ".vscode/s.json", "README.md"] {
                files["\(directory)/\(name)"] = "1"
            }
            guard random.chance(50) else { continue }
            let other = random.pick(directories)
            let rules = [
                #"["src/**"]"#, #"["**/*", "!src/deep/**"]"#, #"["/docs/**", "index.js"]"#, #"["**/*.ts"]"#,
                #"["/\#(other)/**"]"#, #"["**/*", "p\#(random.below(count))/**"]"#,
                #"["index.js", "!index.js", "src/a.ts"]"#,
            ]
            let outputs = random.chance(60) ? "\n    outputs: [\"dist/**\"]" : ""
            files["\(directory)/ripple.yaml"] =
                "tasks:\n  build:\n    inputs: \(random.pick(rules))\(outputs)\n  check:\n    command: tsc\n"
                + "    dependsOn: [\(random.pick(["build", "lint", "^build"]))]\n"
        }
        return files
    }
}
