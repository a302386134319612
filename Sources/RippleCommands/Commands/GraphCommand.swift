internal import AffectedAnalysis
internal import ArgumentParser
internal import BuildPlanning
internal import GraphView
internal import ProjectGraph
internal import WorkspaceModel

enum GraphFormat: String, ExpressibleByArgument, CaseIterable { case dot, mermaid, json }

enum GraphDirection: String, ExpressibleByArgument, CaseIterable { case up, down }

struct GraphCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(commandName: "graph", abstract: "Show what depends on what.")

    @Option(name: .customLong("format"), help: ArgumentHelp("The form of the graph.", valueName: "dot|mermaid|json"))
    var format: GraphFormat = .dot

    @Option(name: .customShort("o"), help: ArgumentHelp("Write to FILE instead of standard output.", valueName: "FILE"))
    var file: String?

    @Flag(name: .customLong("affected"), help: "Show only what the change affects.")
    var affected = false

    @Option(name: .customLong("focus"), help: ArgumentHelp("Show PROJECT and its neighbours.", valueName: "PROJECT"))
    var focus: String?

    @Option(
        name: .customLong("depth"), help: ArgumentHelp("How many edges --focus follows. Default: all.", valueName: "N"))
    var depth: Int?

    @Option(
        name: .customLong("direction"),
        help: ArgumentHelp(
            "With --focus: up to dependents or down to dependencies. Default: both.", valueName: "up|down"))
    var direction: GraphDirection?

    @Flag(name: .customLong("task-graph"), help: "Add the tasks and their dependencies (JSON).")
    var taskGraph = false

    @OptionGroup var comparison: ComparisonOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let depth, depth < 0 { throw ValidationError("--depth takes a whole number from 0.") }
        if focus == nil, depth != nil || direction != nil {
            throw ValidationError("--depth and --direction go with --focus.")
        }
    }

    func answer(_ context: ProcessContext, _ console: Console) throws {
        var options = comparison
        // Without a question about a change the whole graph is shown, and no base is needed.
        if !affected, options.base == nil, options.filesFrom == nil { options.all = true }
        let analysis = try Analysis.make(options, context, console)
        let touched = Set(analysis.affected.projects.map(\.project))
        var shown: Set<ProjectIndex>?
        if affected { shown = touched }
        if let focus {
            guard let index = analysis.workspace.project(named: focus) else {
                throw PlanRequest.unknownProject(focus, analysis.workspace)
            }
            let near = neighbours(of: index, in: analysis.workspace)
            shown = shown.map { $0.intersection(near) } ?? near
        }
        let document = GraphDocument(
            analysis.workspace, tasks: taskGraph ? analysis.head.graph : nil, shown: shown,
            highlighted: options.all ? [] : touched)
        let bytes =
            switch format {
            case .json: document.json()
            case .dot: Array(document.dot().utf8)
            case .mermaid: Array(document.mermaid().utf8)
            }
        if let file { try Planning.write(bytes, to: file) } else { try console.answer(bytes) }
    }

    private func neighbours(of index: ProjectIndex, in workspace: Workspace) -> Set<ProjectIndex> {
        let graph = DependencyGraph(
            count: workspace.projects.count, edges: workspace.edges.map { ($0.from.rawValue, $0.to.rawValue) })
        var found = Set([index.rawValue])
        func spread(_ next: AdjacencyLists) {
            var level = [index.rawValue], seen = Set(level), distance = 0
            while !level.isEmpty, distance < depth ?? Int.max {
                level = level.flatMap { next[$0] }.filter { seen.insert($0).inserted }
                distance += 1
            }
            found.formUnion(seen)
        }
        if direction != .up { spread(graph.dependencies) }
        if direction != .down { spread(graph.dependents) }
        return Set(found.map { ProjectIndex($0) })
    }
}
