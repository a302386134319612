import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Damaged nx.json and project.json") struct NxFuzzTests {
    private static let nx = """
        { "extends": "x", "defaultBase": "main", "namedInputs": { "default": ["{projectRoot}/**/*", "s"], "s": ["default", { "env": "A" }],
          "production": ["default", "!{projectRoot}/**/?(*.)+(spec|test).[jt]s?(x)"] },
          "targetDefaults": { "build": { "dependsOn": ["^build", { "target": "a:b", "projects": ["tag:x", "*"] }],
            "inputs": ["production", "^production", { "runtime": "r" }, { "input": "s", "projects": ["ui"] }],
            "outputs": ["{workspaceRoot}/dist/{projectName}", "{options.a.b}"], "cache": true }, "e-*": {} },
          "plugins": ["@nx/jest/plugin", { "plugin": "@nx/vite/plugin", "include": ["**/*"], "options": { "x": 1 } }],
          "implicitDependencies": { "f": "*" }, "tasksRunnerOptions": { "d": { "options": { "cacheableOperations": ["t"] } } } }
        """
    private static let project = """
        { "name": "ui", "root": "libs/ui", "projectType": "library", "tags": ["x"], "implicitDependencies": ["!data", "sh*"],
          "namedInputs": { "own": ["^own", "own"] }, "targets": { "build": { "command": "a", "options": { "cwd": "../x", "env": { "A": "b" } },
          "configurations": { "p": { "commands": ["x"] } }, "defaultConfiguration": "p" }, "serve": { "continuous": true } } }
        """

    @Test("no damage crashes, hides other projects, or names a task that is not there", arguments: [UInt64](1...60))
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let alphabet = Array("{}[]\",:!^*?()|/.\\ ab1".utf8) + [0x00, 0xC3, 0xFF]
        for _ in 0..<6 {
            var texts = [Self.nx, Self.project].map { Array($0.utf8) }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let which = Int.random(in: 0...1, using: &random)
                let place = Int.random(in: 0..<texts[which].count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: texts[which][place] = alphabet.randomElement(using: &random) ?? 0
                case 1: texts[which].insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                default: texts[which].removeSubrange(place..<min(place + 3, texts[which].count))
                }
            }
            let files = nxFiles(
                String(decoding: texts[0], as: UTF8.self),
                extra: ["libs/ui/project.json": String(decoding: texts[1], as: UTF8.self)])
            let found = try discoverNx(files)
            let paths = Set(found.projects.map(\.path.description))
            if !found.widenings.contains(where: { $0.scope == "nx.json" }) {
                #expect(paths.isSuperset(of: ["libs/ui", "libs/data", "apps/shop"]), "seed \(seed)")
            }
            for project in found.projects {
                for case .task(let other, let name) in project.tasks.values.flatMap(\.dependsOn) {
                    #expect(found.project(other)?.tasks[name] != nil, "seed \(seed): \(other)#\(name)")
                }
                for task in project.tasks.values {
                    guard case .patterns(let patterns, _) = task.inputs else { continue }
                    let relative = patterns.map { $0.replacing("!/", with: "!").trimmingPrefix("/") }.map(String.init)
                    #expect(throws: Never.self, "seed \(seed)") {
                        _ = try PatternList(relative + OutputPlace(task.outputs, project: project.path).patterns)
                    }
                }
            }
        }
    }
}
