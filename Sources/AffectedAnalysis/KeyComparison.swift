internal import ChangeDetection
internal import GitObjects
internal import WorkspaceModel

/// Compares the keys of two versions node by node, and reads the causes off the components that differ.
struct KeyComparison {
    private let base: KeyedWorkspace
    private let head: KeyedWorkspace
    private let changes: ChangeSet
    /// For each head project its counterpart in base: at the same path, or else the one of the same unique name.
    private let counterparts: [ProjectIndex?]
    /// Changes of files that no project owns on either side; they can reach many projects.
    private let unownedChanges: [Change]

    init(base: KeyedWorkspace, head: KeyedWorkspace, changes: ChangeSet) {
        self.base = base
        self.head = head
        self.changes = changes
        var byName: [String: ProjectIndex?] = [:]
        for index in base.workspace.indices where head.workspace.project(at: base.workspace[index].path) == nil {
            guard let name = base.workspace[index].name else { continue }
            byName.updateValue(byName.keys.contains(name) ? nil : index, forKey: name)
        }
        counterparts = head.workspace.projects.map { project in
            base.workspace.project(at: project.path) ?? project.name.flatMap { byName[$0] ?? nil }
        }
        unownedChanges = changes.changes.filter { change in
            head.workspace.owner(of: change.path) == nil || base.workspace.owner(of: change.path) == nil
                || FileRole.of(change.path.lastComponent) != .general || change.path.components.count > 1
                    && FileRole.ecosystemDirectories.contains { name, _ in
                        name.withUTF8Buffer { change.path.components[0].elementsEqual($0) }
                    }
        }
    }

    /// Base projects without a counterpart in head.
    var removedProjects: [RemovedProject] {
        let kept = Set(counterparts.compactMap { $0 })
        return base.workspace.indices.filter { !kept.contains($0) }
            .map { RemovedProject(id: base.workspace[$0].id, path: base.workspace[$0].path) }
    }

    func run(into findings: inout NodeFindings) throws(AnalysisError) {
        for index in head.graph.nodes.indices {
            let node = head.graph.nodes[index]
            guard let counterpart = counterparts[node.project.rawValue] else {
                findings.isChanged[index] = true
                findings.causes[index].insert(.newProject)
                continue
            }
            guard let before = base.graph.node(counterpart, node.task) else {
                findings.isChanged[index] = true
                if node.kind == .task {
                    findings.causes[index].insert(.config(path: definitionPath(node), field: "tasks.\(node.task)"))
                }
                continue
            }
            guard head.keys[index].digest != base.keys[before].digest else { continue }
            findings.isChanged[index] = true
            let movedFrom = base.workspace[counterpart].path
            if movedFrom != head.workspace[node.project].path { findings.causes[index].insert(.moved(from: movedFrom)) }
            try explain(index, before, into: &findings)
        }
    }

    /// The file that says how the node's task is done.
    private func definitionPath(_ node: TaskNode) -> RepoPath {
        let project = head.workspace[node.project]
        return project.tasks[node.task]?.origin?.path ?? project.manifest ?? project.path
    }

    private func explain(_ index: TaskIndex, _ before: TaskIndex, into findings: inout NodeFindings) throws(AnalysisError) {
        let node = head.graph.nodes[index]
        let old = Dictionary(base.keys[before].components.map { (Name($0), $0.value) }, uniquingKeysWith: { $1 })
        let new = Dictionary(head.keys[index].components.map { (Name($0), $0.value) }, uniquingKeysWith: { $1 })
        for name in Set(old.keys).union(new.keys) where old[name] != new[name] {
            switch name.kind {
            case .definition:
                if name.text == "image" {
                    findings.causes[index].insert(.image(name: new[name] ?? old[name] ?? ""))
                } else if name.text != "cwd" {
                    findings.causes[index].insert(.config(path: definitionPath(node), field: "\(node.task).\(name.text)"))
                }
            case .environment:
                findings.causes[index].insert(
                    old[name] != nil && new[name] != nil
                        ? .environment(name: name.text)
                        : .config(path: definitionPath(node), field: "\(node.task).env"))
            case .toolchain:
                findings.causes[index].insert(
                    old[name] != nil && new[name] != nil
                        ? .toolchain(command: name.text)
                        : .config(path: definitionPath(node), field: "\(node.task).toolchain"))
            case .inputs: try explainInputs(index, before, into: &findings)
            case .external: findings.causes[index].insert(.fallback(code: KeyComparison.lockfileCode))
            case .structural:
                let parts = name.text.split(separator: "\u{0}", maxSplits: 1)
                findings.causes[index].insert(
                    .config(path: RepoPath(parts.first ?? ""), field: parts.count > 1 ? String(parts[1]) : ""))
            case .dependency, .cycle:
                // A dependency on both sides whose key differs is found by the walk; here are those on one side only.
                if name.kind == .cycle || old[name] == nil || new[name] == nil {
                    findings.edgeCauses[index].insert(projectID(label: name.text))
                }
            }
        }
        if head.workspace[node.project].brokenReason != nil {
            findings.causes[index].insert(.fallback(code: "broken-manifest"))
        }
    }

    private struct Name: Hashable {
        let kind: KeyComponent.Kind
        let text: String

        init(_ component: KeyComponent) {
            kind = component.kind
            text = component.name
        }
    }

    static let lockfileCode = "lockfile-changed"

    /// The id of the project a dependency component names, in head if it is there, else in base.
    private func projectID(label: String) -> String {
        let withoutPosition = label.first?.isNumber == true && label.contains(":")
            ? label[label.index(after: label.firstIndex(of: ":") ?? label.startIndex)...] : label[...]
        let hash = withoutPosition.lastIndex(of: "#") ?? withoutPosition.endIndex
        let path = RepoPath(withoutPosition[..<hash])
        if let index = head.workspace.project(at: path) { return head.workspace[index].id }
        if let index = base.workspace.project(at: path) { return base.workspace[index].id }
        return "\(path)"
    }

    /// The changed files the task reads, on the side where they exist.
    private func explainInputs(_ index: TaskIndex, _ before: TaskIndex, into findings: inout NodeFindings) throws(AnalysisError) {
        let headSelection = try head.selection(index), baseSelection = try base.selection(before)
        var candidates = changes.within(headSelection.project.path)
        if baseSelection.project.path != headSelection.project.path {
            candidates += changes.within(baseSelection.project.path)
        }
        let reachesOut = headSelection.rooted != nil || baseSelection.rooted != nil || !headSelection.named.isEmpty
            || !baseSelection.named.isEmpty || head.reader.hasGlobalInputs || base.reader.hasGlobalInputs
        candidates += reachesOut ? changes.changes : unownedChanges
        var found = false
        for change in Set(candidates) {
            let counts = (change.status != .deleted && head.reader.reads(headSelection, change.path))
                || (change.status != .added && base.reader.reads(baseSelection, change.path))
            guard counts else { continue }
            found = true
            findings.causes[index].insert(.file(path: change.path, status: change.status))
        }
        if !found {
            // No file changed, so the rule did: other patterns, another `ignore`, another project around the files.
            let node = head.graph.nodes[index]
            findings.causes[index].insert(.config(path: definitionPath(node), field: "inputs"))
        }
    }

    /// The lockfiles that counted as a whole, if any task is affected for one.
    func widenings(_ findings: NodeFindings) -> [Widening] {
        guard findings.causes.contains(where: { $0.contains(.fallback(code: KeyComparison.lockfileCode)) }) else { return [] }
        var result = Set<Widening>()
        for (number, counterpart) in counterparts.enumerated() {
            guard let counterpart else { continue }
            let old = Set(base.workspace[counterpart].externals)
            for external in head.workspace.projects[number].externals where !old.contains(external) {
                result.insert(Widening(
                    code: KeyComparison.lockfileCode, scope: external.manager.rawValue,
                    message: "\(external.lockfile) changed; it counts as an input of every "
                        + "\(external.manager.rawValue) project until lockfiles are read entry by entry."))
            }
        }
        return Array(result)
    }
}

extension KeyedWorkspace {
    /// The rule by which the node's task reads files.
    func selection(_ index: TaskIndex) throws(AnalysisError) -> InputSelection {
        let node = graph.nodes[index]
        return try reader.selection(
            of: node.project, taskName: node.task, task: workspace[node.project].tasks[node.task])
    }
}
