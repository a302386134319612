package import AffectedAnalysis
internal import BuildPlanning
internal import BuildReports
internal import JSONText
internal import ProjectGraph
package import WorkspaceModel

/// The projects of a workspace and what depends on what, in the forms people and programs read.
package struct GraphDocument {
    private let workspace: Workspace
    private let tasks: TaskGraph?
    /// Projects to show, in path order.
    private let shown: [ProjectIndex]
    private let highlighted: Set<ProjectIndex>

    /// - Parameters:
    ///   - tasks: the task graph when it is to be shown too.
    ///   - shown: only these projects and the edges among them; `nil` for all.
    ///   - highlighted: projects drawn as affected.
    package init(
        _ workspace: Workspace, tasks: TaskGraph? = nil, shown: Set<ProjectIndex>? = nil,
        highlighted: Set<ProjectIndex> = []
    ) {
        self.workspace = workspace
        self.tasks = tasks
        self.highlighted = highlighted
        self.shown = workspace.indices.filter { index in
            // A root that gathers and runs nothing is no part of the graph.
            let project = workspace[index]
            if project.onlyGathers, project.tasks.isEmpty { return false }
            return shown?.contains(index) ?? true
        }
    }

    private var edges: [ProjectEdge] {
        let kept = Set(shown)
        return workspace.edges.filter { kept.contains($0.from) && kept.contains($0.to) }
    }

    /// `ripple.graph/1`.
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.member("schema", "ripple.graph/1")
            document.array("projects") { list in
                for index in shown {
                    let project = workspace[index]
                    list.object {
                        $0.member("id", project.id)
                        $0.path("path", project.path)
                        $0.member("type", project.type.rawValue)
                        $0.array("managers", project.managers.map(\.rawValue))
                        $0.array("tags", project.tags)
                        $0.member("typeEvidence", project.typeEvidence)
                    }
                }
            }
            document.array("edges") { list in
                for edge in edges {
                    list.object {
                        $0.member("from", workspace[edge.from].id)
                        $0.member("to", workspace[edge.to].id)
                        $0.member("kind", edge.kind.rawValue)
                        $0.array("evidence") { proofs in
                            for proof in edge.evidence {
                                proofs.object {
                                    $0.path("path", proof.path)
                                    $0.member("line", proof.line)
                                }
                            }
                        }
                    }
                }
            }
            if let tasks { document.array("tasks") { write(tasks, &$0) } }
            document.array("cycles") { list in
                for cycle in cycles { list.array { for index in cycle { $0.element(workspace[index].id) } } }
            }
            document.array("diagnostics") { list in
                for diagnostic in workspace.diagnostics {
                    list.object {
                        $0.path("path", diagnostic.evidence.path)
                        $0.member("line", diagnostic.evidence.line)
                        $0.member("message", diagnostic.message)
                    }
                }
            }
        }
        return writer.finish()
    }

    private func write(_ tasks: TaskGraph, _ list: inout JSONArrayScope) {
        let kept = Set(shown)
        func id(_ node: TaskNode) -> String { "\(workspace[node.project].id)#\(node.task)" }
        for (index, node) in tasks.nodes.enumerated().sorted(by: { id($0.element) < id($1.element) })
        where node.kind == .task && kept.contains(node.project) {
            list.object {
                $0.member("id", id(node))
                $0.member("project", workspace[node.project].id)
                $0.member("task", node.task)
                $0.array("dependsOn", tasks.taskDependencies(index).map { id(tasks.nodes[$0]) }.sorted())
            }
        }
    }

    private var cycles: [[ProjectIndex]] {
        let graph = DependencyGraph(
            count: workspace.projects.count, edges: edges.map { ($0.from.rawValue, $0.to.rawValue) })
        return graph.cycles.map { $0.map { ProjectIndex($0) } }
    }

    /// Graphviz's language.
    package func dot() -> String {
        var text = "digraph ripple {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
        for index in shown {
            let project = workspace[index]
            var attributes = project.type == .app ? ["penwidth=2"] : []
            if highlighted.contains(index) { attributes.append("style=\"rounded,filled\", fillcolor=\"#ffd08a\"") }
            text += "  \(quoted(project.id))\(attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]");\n"
        }
        for (from, to, kinds) in mergedEdges() {
            let style = kinds.allSatisfy { $0 == .development } ? " [style=dashed]" : ""
            text += "  \(quoted(workspace[from].id)) -> \(quoted(workspace[to].id))\(style);\n"
        }
        return text + "}\n"
    }

    /// Mermaid's flowchart language; ids are numbers because names may hold anything.
    package func mermaid() -> String {
        var text = "flowchart LR\n"
        var numbers: [ProjectIndex: Int] = [:]
        for (number, index) in shown.enumerated() {
            numbers[index] = number
            let label = workspace[index].id.replacing("\"", with: "#quot;")
            text += workspace[index].type == .app ? "  p\(number)([\"\(label)\"])\n" : "  p\(number)[\"\(label)\"]\n"
        }
        for (from, to, kinds) in mergedEdges() {
            guard let one = numbers[from], let two = numbers[to] else { continue }
            text += "  p\(one) \(kinds.allSatisfy { $0 == .development } ? "-.->" : "-->") p\(two)\n"
        }
        let marked = shown.filter { highlighted.contains($0) }.compactMap { numbers[$0] }
        if !marked.isEmpty {
            text += "  classDef affected fill:#ffd08a,stroke:#a05a00\n"
            text += "  class \(marked.map { "p\($0)" }.joined(separator: ",")) affected\n"
        }
        return text
    }

    /// One arrow for two projects, whatever the number of edges between them.
    private func mergedEdges() -> [(from: ProjectIndex, to: ProjectIndex, kinds: Set<EdgeKind>)] {
        var merged: [(from: ProjectIndex, to: ProjectIndex, kinds: Set<EdgeKind>)] = []
        for edge in edges {
            if let last = merged.last, last.from == edge.from, last.to == edge.to {
                merged[merged.count - 1].kinds.insert(edge.kind)
            } else {
                merged.append((edge.from, edge.to, [edge.kind]))
            }
        }
        return merged
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
