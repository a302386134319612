import GitObjects
import ScenarioKit
import Testing

/// A workspace and a list of edits, all from one seed. The edits touch different paths, so that none undoes another.
struct RandomWorkspace {
    let form: WorkspaceForm
    let base: FileSet
    /// Each changes a version; applying more of them makes a larger change.
    let edits: [(name: String, apply: (inout Scenario) -> Void)]

    init(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let form = WorkspaceForm.allCases[Int(seed % 3)]
        let count = Int.random(in: 3...8, using: &random)
        var projects: [String: [String]] = [:], directories: [String: String] = [:]
        for number in 0..<count {
            let directory = "\(number >= count - 2 ? "apps" : "packages")/p\(number)"
            directories["p\(number)"] = directory
            // Only on earlier ones, so that there is no cycle.
            projects[directory] = (0..<number).filter { _ in random.chance(35) }.map { "p\($0)" }
        }
        let scenario = Scenario {
            $0.workspace(form, projects)
            for directory in projects.keys { $0.write(RepoPath("\(directory)/notes.md"), "one") }
            for file in RandomWorkspace.rootFiles { $0.write(RepoPath(file), "one") }
        }
        var edits: [(name: String, apply: (inout Scenario) -> Void)] = []
        for (directory, dependencies) in projects.sorted(by: { $0.key < $1.key }) {
            edits += RandomWorkspace.edits(form, directory, dependencies, directories, &random)
        }
        for file in RandomWorkspace.rootFiles {
            edits.append(("edit \(file)", { $0.edit(RepoPath(file), "two") }))
        }
        if form != .plain {
            edits.append(("ignore notes", { $0.write("ripple.yaml", "version: 1\nignore: [\"**/notes.md\"]\n") }))
        }
        edits.shuffle(using: &random)
        self.form = form
        base = scenario.files
        self.edits = Array(edits.prefix(Int.random(in: 2...6, using: &random)))
    }

    private static let rootFiles = [
        "settings.txt", "packages/shared.txt", ".eslintrc.json", "README.md", "jest.config.js",
    ]

    private static func edits(
        _ form: WorkspaceForm, _ directory: String, _ dependencies: [String], _ directories: [String: String],
        _ random: inout SeededNumbers
    ) -> [(name: String, apply: (inout Scenario) -> Void)] {
        let source = RepoPath(form.source(directory)), notes = RepoPath("\(directory)/notes.md")
        var edits: [(name: String, apply: (inout Scenario) -> Void)] = [
            ("edit \(source)", { $0.edit(source, "two") }),
            ("add to \(directory)", { $0.write(RepoPath("\(directory)/src/added.txt"), "new") }),
        ]
        switch Int.random(in: 0..<3, using: &random) {
        case 0: edits.append(("delete \(notes)", { $0.delete(notes) }))
        case 1: edits.append(("set the mode of \(notes)", { $0.setExecutable(notes) }))
        default: edits.append(("link \(notes)", { $0.symlink(notes, to: "src") }))
        }
        let number = Int(directory.split(separator: "p").last ?? "") ?? 0
        let others = (0..<number).map { "p\($0)" }.filter { !dependencies.contains($0) }
        if random.chance(50), let dropped = dependencies.first {
            edits.append(
                (
                    "\(directory) no longer needs \(dropped)",
                    {
                        $0.project(form, directory, dependsOn: Array(dependencies.dropFirst()), in: directories)
                    }
                ))
        } else if let added = others.randomElement(using: &random) {
            edits.append(
                (
                    "\(directory) needs \(added)",
                    {
                        $0.project(form, directory, dependsOn: dependencies + [added], in: directories)
                    }
                ))
        }
        return edits
    }

    /// The version after the first `count` edits.
    func head(_ count: Int) -> FileSet {
        Scenario { scenario in
            scenario.files = base
            for edit in edits.prefix(count) { edit.apply(&scenario) }
        }.files
    }
}

@Suite("Scenario 25: larger changes")
struct MonotonicityTests {
    @Test("25: a larger change set never selects fewer tasks", arguments: UInt64(1)...60)
    func scenario25(_ seed: UInt64) throws {
        let workspace = RandomWorkspace(seed: seed)
        var selected = Set<String>()
        for count in 0...workspace.edits.count {
            let tasks = try Answer(inMemory: workspace.base, to: workspace.head(count)).tasks
            let names = workspace.edits.prefix(count).map(\.name)
            #expect(tasks.isSuperset(of: selected), "seed \(seed), \(workspace.form), after: \(names)")
            if count == 0 { #expect(tasks.isEmpty, "seed \(seed)") }
            selected = tasks
        }
    }

    @Test("25: each edit alone selects no more than all edits together", arguments: UInt64(101)...140)
    func scenario25Alone(_ seed: UInt64) throws {
        let workspace = RandomWorkspace(seed: seed)
        let all = try Answer(inMemory: workspace.base, to: workspace.head(workspace.edits.count)).tasks
        for edit in workspace.edits {
            let head = Scenario { scenario in
                scenario.files = workspace.base
                edit.apply(&scenario)
            }.files
            let alone = try Answer(inMemory: workspace.base, to: head).tasks
            #expect(all.isSuperset(of: alone), "seed \(seed), \(workspace.form): \(edit.name)")
        }
    }

    @Test("comparing without reading the base answers as comparing keys does", arguments: UInt64(301)...380)
    func shortcut(_ seed: UInt64) throws {
        let workspace = RandomWorkspace(seed: seed)
        for count in 1...workspace.edits.count {
            let head = workspace.head(count)
            let keys = try Answer(inMemory: workspace.base, to: head)
            let shortcut = try Answer(inMemory: workspace.base, to: head, shortcut: true)
            let names = workspace.edits.prefix(count).map(\.name)
            #expect(shortcut == keys, "seed \(seed), \(workspace.form), after: \(names)")
        }
    }

    @Test("random changes are answered alike by every path", arguments: UInt64(201)...206)
    func paths(_ seed: UInt64) throws {
        let workspace = RandomWorkspace(seed: seed)
        let scenario = Scenario {
            $0.files = workspace.base
            $0.commit("base")
            $0.files = workspace.head(workspace.edits.count)
            $0.commit("edit")
        }
        let (_, problems) = try scenario.agreedAnswer()
        #expect(problems.isEmpty, "seed \(seed), \(workspace.form): \(problems.joined(separator: "\n"))")
    }
}
