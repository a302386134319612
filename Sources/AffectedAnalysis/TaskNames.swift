internal import WorkspaceModel

/// The names of tasks, numbered in their order, so that building a graph compares numbers rather than text.
struct TaskNames {
    /// The number of the empty name, which stands for a project's sources.
    static let sources = 0

    /// By number: in ascending order.
    let texts: [String]
    private let numbers: [String: Int]
    private let isTask: [Bool]

    /// The names of all tasks and of those that tasks wait for.
    init(of workspace: Workspace) {
        // A name that is not there yet is false: nothing but a wait for it.
        var names = ["": false]
        for project in workspace.projects {
            for name in project.tasks.keys where names[name] != true { names[name] = true }
            for place in project.tasks.values.indices {
                for dependency in project.tasks.values[place].dependsOn {
                    guard let name = dependency.taskName, names[name] == nil else { continue }
                    names[name] = false
                }
            }
        }
        let texts = names.keys.sorted()
        isTask = texts.map { names[$0] == true }
        numbers = Dictionary(uniqueKeysWithValues: zip(texts, texts.indices))
        self.texts = texts
    }

    /// The number of a name that the workspace has.
    func number(_ name: String) -> Int { numbers[name] ?? TaskNames.sources }

    /// Whether some project has a task of that name.
    func isTask(_ name: String) -> Bool { numbers[name].map { isTask[$0] } ?? false }

    /// The names of tasks that some project has, ascending.
    var tasks: [String] { texts.indices.filter { isTask[$0] }.map { texts[$0] } }
}

extension TaskDependency {
    /// The name of the task that is waited for; `nil` where it is the sources.
    fileprivate var taskName: String? {
        switch self {
        case .sameProject(let name), .dependencies(let name), .task(_, let name): name
        case .dependencySources: nil
        }
    }
}
