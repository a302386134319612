import GitObjects
import ScenarioKit
import Testing

/// What file edits select, worked out the slow and plain way: for every task, whether it reads an edited file, or
/// needs a task that does.
private struct ReferenceModel {
    let form: WorkspaceForm
    /// Directory to names of what it depends on.
    let projects: [String: [String]]

    private func name(_ directory: String) -> String { String(directory.split(separator: "/").last ?? "") }

    /// `PROJECT#TASK` of everything that edits of these files select.
    func selected(_ edited: [String]) -> Set<String> {
        var result = Set<String>()
        for (directory, dependencies) in projects {
            for task in form.tasks where edited.contains(where: { reads(directory, task, $0) }) {
                result.insert("\(name(directory))#\(task)")
            }
            // In the plain form lint needs nothing of what the project depends on.
            for task in form.tasks where !(form == .plain && task == "lint") {
                if dependencies.contains(where: { changed(dependency: $0, edited) }) {
                    result.insert("\(name(directory))#\(task)")
                }
            }
        }
        return result
    }

    /// Whether what a dependent uses of the project changes: its build, for which alone no special files count.
    private func changed(dependency: String, _ edited: [String]) -> Bool {
        guard let (directory, dependencies) = projects.first(where: { name($0.key) == dependency }) else {
            return false
        }
        return edited.contains { reads(directory, "build", $0) }
            || dependencies.contains { changed(dependency: $0, edited) }
    }

    private func reads(_ directory: String, _ task: String, _ file: String) -> Bool {
        if file.hasPrefix(directory + "/") {
            return !projects.keys.contains { $0.hasPrefix(directory + "/") && file.hasPrefix($0 + "/") }
        }
        if projects.keys.contains(where: { file.hasPrefix($0 + "/") }) { return false }
        let parent = file.split(separator: "/").dropLast().joined(separator: "/")
        guard parent.isEmpty || directory.hasPrefix(parent + "/") else { return false }
        switch file.split(separator: "/").last.map(String.init) ?? "" {
        case "README.md", "CODEOWNERS": return false
        // `cargo check` compiles; its name does not make it a task that lints.
        case ".eslintrc.json": return task == "lint"
        case "jest.config.js": return task == "test"
        default: return true
        }
    }
}

@Suite("The selection equals that of a plain model")
struct ReferenceModelTests {
    @Test("random file edits select exactly what the model does", arguments: UInt64(1)...80)
    func model(_ seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let form = WorkspaceForm.allCases[Int(seed % 3)]
        var projects: [String: [String]] = [:]
        for number in 0..<Int.random(in: 2...12, using: &random) {
            // Names that begin alike, and projects in projects.
            let parents =
                ["packages", "packages-more", "apps"] + projects.keys.filter { !$0.contains("/p1/") }.sorted()
            let parent = random.chance(25) ? parents[Int.random(in: 0..<parents.count, using: &random)] : "packages"
            projects["\(parent)/p\(number)"] = (0..<number).filter { _ in random.chance(25) }.map { "p\($0)" }
        }
        let directories =
            ["", "packages/", "apps/"] + projects.keys.sorted().map { $0 + "/" }
            + projects.keys.sorted().map { $0 + "/deep/er/" }
        let names = ["one.txt", "README.md", "CODEOWNERS", ".eslintrc.json", "jest.config.js"]
        var edited = Set<String>()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let directory = directories[Int.random(in: 0..<directories.count, using: &random)]
            edited.insert(directory + names[Int.random(in: 0..<names.count, using: &random)])
        }
        let base = Scenario {
            $0.workspace(form, projects)
            for directory in directories { for name in names { $0.write(RepoPath(directory + name), "one") } }
        }.files
        var head = base
        for file in edited.sorted() {
            head[RepoPath(file)] = random.chance(30) ? nil : ScenarioFile(.regular, Array("two".utf8))
        }
        let answer = try Answer(inMemory: base, to: head)
        #expect(
            try Answer(inMemory: base, to: head, shortcut: true) == answer, "seed \(seed), without reading the base")
        let expected = ReferenceModel(form: form, projects: projects).selected(edited.sorted())
        #expect(
            answer.tasks == expected,
            """
            seed \(seed), \(form), edited \(edited.sorted()) of \(projects.sorted { $0.key < $1.key }):
            too many \(answer.tasks.subtracting(expected).sorted()), missing \(expected.subtracting(answer.tasks).sorted())
            \(answer)
            """)
    }
}
