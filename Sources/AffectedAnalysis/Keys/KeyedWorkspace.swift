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
        var own: [(components: [KeyComponent], inputs: InputSet)] = []
        own.reserveCapacity(graph.nodes.count)
        for index in graph.nodes.indices { own.append(try ownComponents(index)) }
        // Only those are digested on their own that a cut edge stands for.
        var ownDigests: [TaskIndex: ContentDigest] = [:]
        for node in graph.cutEdges.values.lazy.flatMap({ $0 }).flatMap(\.own) where ownDigests[node] == nil {
            ownDigests[node] = TaskKey.digest(own[node].components)
        }
        var computed = [TaskKey?](repeating: nil, count: graph.nodes.count)
        for index in graph.order {
            var all = own[index].components
            for dependency in orderedDependencies(index) {
                guard let key = computed[dependency] else { continue }
                all.append(KeyComponent(.dependency, label(dependency), "\(key.digest)"))
            }
            for edge in graph.cutEdges[index] ?? [] {
                var behind: [KeyComponent] = []
                for node in edge.own {
                    guard let digest = ownDigests[node] else { continue }
                    behind.append(KeyComponent(.cycle, label(node), "\(digest)"))
                }
                for node in edge.keyed {
                    guard let key = computed[node] else { continue }
                    behind.append(KeyComponent(.dependency, label(node), "\(key.digest)"))
                }
                all.append(KeyComponent(.cycle, label(edge.target), "\(TaskKey.digest(behind))"))
            }
            computed[index] = TaskKey(components: all, inputs: own[index].inputs)
        }
        keys = computed.compactMap { $0 }
    }

    /// What a node contributes apart from its dependencies.
    private func ownComponents(_ index: TaskIndex) throws(AnalysisError) -> ([KeyComponent], InputSet) {
        let node = graph.nodes[index]
        var components = [KeyComponent(.definition, "salt", TaskKey.salt)]
        guard node.kind != .passage else { return (components, .empty) }
        let project = workspace[node.project]
        let selection = try selection(index)
        let inputs = try reader.inputs(selection)
        if let task = project.tasks[node.task] {
            components += task.keyComponents(directory: project.path, facts: facts)
        } else {
            components.append(KeyComponent(.definition, "cwd", escaped(project.path)))
        }
        if project.brokenReason != nil { components.append(KeyComponent(.definition, TaskKey.brokenField, "")) }
        components.append(KeyComponent(.inputs, "", "\(inputs.digest)"))
        for external in project.externals where external.audience == .everyTask || selection.purpose.lints {
            components.append(KeyComponent(.external, external.name, external.digest))
        }
        for structural in project.structuralDigests {
            components.append(
                KeyComponent(.structural, "\(structural.path)\u{0}\(structural.field)", structural.digest))
        }
        for tool in project.toolVersions where !reader.isLeftOut(tool.path) {
            components.append(KeyComponent(.tool, "\(tool.path)\u{0}\(tool.field)", tool.digest))
        }
        return (components, inputs)
    }

    /// What the node depends on, sorted by name, so that the order does not depend on projects that have nothing to do
    /// with it. The order of the components in its key.
    package func orderedDependencies(_ index: TaskIndex) -> ArraySlice<TaskIndex> { graph.graph.dependencies[index] }

    /// A name of a node that does not depend on other projects, and that no other node has: path, then task.
    package func label(_ index: TaskIndex) -> String {
        let node = graph.nodes[index]
        // No path spells `%` so: a passage is not the stand-in of the same name.
        return "\(escaped(workspace[node.project].path))\(node.kind == .passage ? "%#" : "#")\(node.task)"
    }

    /// The path as text in which two paths never look alike: `#`, `%` and bytes that are not UTF-8 are spelled `%XX`.
    private func escaped(_ path: RepoPath) -> String {
        let mark = UInt8(ascii: "%")
        let plain = path.utf8Text
        if let plain, !path.bytes.contains(where: { $0 == mark || $0 == UInt8(ascii: "#") }) {
            return plain.isEmpty ? "." : plain
        }
        var bytes: [UInt8] = []
        for byte in path.bytes {
            if byte == mark || byte == UInt8(ascii: "#") || (plain == nil && byte >= 0x80) {
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [mark, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The rule by which the node's task reads files.
    func selection(_ index: TaskIndex) throws(AnalysisError) -> InputSelection {
        let node = graph.nodes[index]
        return try reader.selection(
            of: node.project, taskName: node.task, task: workspace[node.project].tasks[node.task])
    }

    /// Whether the task at `index` reads the file at `path`.
    package func reads(_ index: TaskIndex, _ path: RepoPath) throws(AnalysisError) -> Bool {
        guard graph.nodes[index].kind != .passage else { return false }
        return reader.reads(try selection(index), path)
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
        guard keyed.graph.nodes[index].kind != .passage else { return .empty }
        return try inputs(try keyed.selection(index))
    }
}
