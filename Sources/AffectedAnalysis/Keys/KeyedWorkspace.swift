internal import ContentAddressing
package import GitObjects
internal import ProjectGraph
package import WorkspaceModel

/// One version of a workspace with the planning key of every task.
package final class KeyedWorkspace {
    package let workspace: Workspace
    package let tree: SourceTree
    package let graph: TaskGraph
    /// The key of each node of `graph`; empty until `prepareKeys`.
    package private(set) var keys: [TaskKey] = []
    let reader: InputReader
    private let facts: KeyFacts

    package init(workspace: Workspace, tree: SourceTree, facts: KeyFacts) throws(AnalysisError) {
        self.workspace = workspace
        self.tree = tree
        self.facts = facts
        graph = try TaskGraph(workspace: workspace)
        reader = try InputReader(workspace: workspace, tree: tree)
    }

    /// Computes every key, once. Separate from `init` because a comparison of versions with the same structure can tell
    /// which keys differ without computing any.
    package func prepareKeys() throws(AnalysisError) {
        guard keys.isEmpty else { return }
        var computed = [TaskKey?](repeating: nil, count: graph.nodes.count)
        for index in graph.order {
            let (components, inputs) = try KeyedWorkspace.ownComponents(index, graph, workspace, reader, facts)
            var all = components
            for dependency in graph.graph.dependencies[index] {
                guard let key = computed[dependency] else { continue }
                all.append(KeyComponent(.dependency, graph.label(dependency, workspace), "\(key.digest)"))
            }
            for (position, target) in (graph.cut[index] ?? []).enumerated() {
                let digest = try KeyedWorkspace.cutDigest(target, of: index, graph, workspace, reader, facts, computed)
                all.append(KeyComponent(.cycle, "\(position):\(graph.label(target, workspace))", "\(digest)"))
            }
            computed[index] = TaskKey(components: all, inputs: inputs)
        }
        keys = computed.compactMap { $0 }
    }

    /// What a node contributes apart from its dependencies.
    private static func ownComponents(
        _ index: TaskIndex, _ graph: TaskGraph, _ workspace: Workspace, _ reader: InputReader, _ facts: KeyFacts
    ) throws(AnalysisError) -> ([KeyComponent], InputSet) {
        let node = graph.nodes[index]
        let project = workspace[node.project]
        let task = project.tasks[node.task]
        let selection = try reader.selection(of: node.project, taskName: node.task, task: task)
        let inputs = try reader.inputs(selection)
        var components = [KeyComponent(.definition, "salt", TaskKey.salt)]
        if let task {
            components += task.keyComponents(directory: project.path, facts: facts)
        } else {
            components.append(KeyComponent(.definition, "cwd", project.path.description))
        }
        components.append(KeyComponent(.inputs, "", "\(inputs.digest)"))
        for external in project.externals {
            components.append(KeyComponent(.external, external.manager.rawValue, external.digest))
        }
        for structural in project.structuralDigests {
            components.append(KeyComponent(.structural, "\(structural.path)\u{0}\(structural.field)", structural.digest))
        }
        return (components, inputs)
    }

    /// Stands for an edge that was cut: the target's own inputs, and its dependencies that are already known.
    private static func cutDigest(
        _ target: TaskIndex, of index: TaskIndex, _ graph: TaskGraph, _ workspace: Workspace, _ reader: InputReader,
        _ facts: KeyFacts, _ computed: [TaskKey?]
    ) throws(AnalysisError) -> ContentDigest {
        var components = try ownComponents(target, graph, workspace, reader, facts).0
        // Dependencies that do not lead back here are keyed by what they are; the others by their own inputs.
        for dependency in graph.graph.dependencies[target] where dependency != index {
            if graph.reaches(dependency, index) {
                components += try ownComponents(dependency, graph, workspace, reader, facts).0
            } else if let key = computed[dependency] {
                components.append(KeyComponent(.dependency, graph.label(dependency, workspace), "\(key.digest)"))
            } else {
                components += try ownComponents(dependency, graph, workspace, reader, facts).0
            }
        }
        return TaskKey.digest(components)
    }

    /// A stable name of a node that does not depend on other projects: path, then task.
    package func label(_ index: TaskIndex) -> String { graph.label(index, workspace) }

    /// Whether the task at `index` reads the file at `path`.
    package func reads(_ index: TaskIndex, _ path: RepoPath) throws(AnalysisError) -> Bool {
        let node = graph.nodes[index]
        let task = workspace[node.project].tasks[node.task]
        return reader.reads(try reader.selection(of: node.project, taskName: node.task, task: task), path)
    }
}

extension KeyedWorkspace {
    /// A reader of the same workspace after some files were rewritten, as a task that generates tracked files does.
    package func reader(afterEdits edits: [RepoPath: TreeEdit]) throws(AnalysisError) -> InputReader {
        let edited: SourceTree
        do throws(GitError) {
            edited = try tree.edited(edits)
        } catch {
            throw AnalysisError(error)
        }
        return try InputReader(workspace: workspace, tree: edited)
    }
}

extension InputReader {
    /// The version of the repository that inputs are read from.
    package var sourceTree: SourceTree { tree }

    /// What the task at `index` reads in this version.
    package func inputs(of index: TaskIndex, in keyed: KeyedWorkspace) throws(AnalysisError) -> InputSet {
        try inputs(try keyed.selection(index))
    }
}

extension TaskGraph {
    /// A stable name of a node that does not depend on other projects: path, then task.
    func label(_ index: TaskIndex, _ workspace: Workspace) -> String {
        "\(workspace[nodes[index].project].path)#\(nodes[index].task)"
    }

    func reaches(_ from: TaskIndex, _ to: TaskIndex) -> Bool {
        graph.closure(of: [from]).contains(to)
    }
}
