/// The generated workspace of small tasks, once for ripple and once, with a build.ninja that says the same, for ninja.
struct TaskWorkspace {
    let tasks: Int
    let graph: PackageGraph

    private static let seed: UInt64 = 4_711
    /// Files that each task reads: package.json and those below src.
    static let inputs = ["package.json", "src/input.txt", "src/style.txt", "src/text.txt"]

    init(tasks: Int) {
        self.tasks = tasks
        var generator = SeededGenerator(seed: TaskWorkspace.seed)
        graph = PackageGraph(packages: tasks, layers: 10, fanOut: 2, generator: &generator)
    }

    var name: String { "tasks-\(tasks)" }
    var recipe: String {
        "recipe 1, \(tasks) tasks, \(TaskWorkspace.inputs.count) inputs each, seed \(TaskWorkspace.seed)"
    }

    static let command = "mkdir -p dist && cp src/input.txt dist/out"

    func path(_ number: Int) -> String { "packages/task-\(number)" }

    func write(_ path: String) throws(BenchmarkError) {
        var stream = try FastImport(path)
        stream.commit("Everything", on: "main")
        stream.file(".gitignore", "dist/\n.ninja_*\n")
        stream.file("package.json", "{ \"name\": \"bench\", \"private\": true, \"workspaces\": [\"packages/*\"] }\n")
        stream.file(
            "ripple.yaml",
            """
            version: 1
            defaultBase: main
            tasks:
              build:
                command: \(TaskWorkspace.command)
                dependsOn: ["^build"]
                outputs: ["dist/**"]

            """)
        stream.file("build.ninja", ninjaFile)
        for number in 0..<tasks {
            var generator = SeededGenerator(seed: UInt64(number) &+ TaskWorkspace.seed)
            let place = self.path(number)
            let dependencies = graph.dependencies[number].map { "\"task-\($0)\": \"1.0.0\"" }.joined(separator: ", ")
            stream.file(
                "\(place)/package.json",
                "{ \"name\": \"task-\(number)\", \"version\": \"1.0.0\", \"dependencies\": { \(dependencies) } }\n")
            for file in TaskWorkspace.inputs.dropFirst() {
                stream.file("\(place)/\(file)", SourceText.module(10, &generator))
            }
        }
        try stream.finish()
    }

    /// One edge a task: its own files and the outputs of the tasks it depends on are its inputs.
    private var ninjaFile: String {
        var text = "rule task\n  command = cd $directory && \(TaskWorkspace.command)\n\n"
        for number in 0..<tasks {
            let place = path(number)
            let own = TaskWorkspace.inputs.map { "\(place)/\($0)" }.joined(separator: " ")
            let before = graph.dependencies[number].map { " \(path($0))/dist/out" }.joined()
            text += "build \(place)/dist/out: task \(own) |\(before) ripple.yaml\n  directory = \(place)\n"
        }
        return text
    }
}
