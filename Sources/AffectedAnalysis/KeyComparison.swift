internal import ChangeDetection
internal import GitObjects
internal import ProjectGraph
internal import WorkspaceModel

/// Compares the keys of two versions node by node, and reads the causes off the components that differ.
struct KeyComparison {
    private let base: KeyedWorkspace
    private let head: KeyedWorkspace
    private let changes: ChangeSet
    /// For each head project its counterpart in base: at the same path, or else the one of the same unique name.
    private let counterparts: [ProjectIndex?]

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
            guard let before = base.graph.counterpart(of: node, in: counterpart) else {
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
        Propagation(head).spread(Propagation(head).broken(&findings), into: &findings)
        for index in head.graph.nodes.indices where isUnexplained(index, findings) {
            findings.causes[index].insert(.config(path: definitionPath(head.graph.nodes[index]), field: "dependsOn"))
        }
    }

    /// Whether nothing found so far says why the node changed; then what it waits for did.
    private func isUnexplained(_ index: TaskIndex, _ findings: NodeFindings) -> Bool {
        findings.isChanged[index] && findings.causes[index].isEmpty && findings.edgeCauses[index].isEmpty
            && !head.graph.graph.dependencies[index].contains { findings.isChanged[$0] }
    }

    /// The file that says how the node's task is done.
    private func definitionPath(_ node: TaskNode) -> RepoPath {
        let project = head.workspace[node.project]
        return project.tasks[node.task]?.origin?.path ?? project.manifest ?? project.path
    }

    private func explain(_ index: TaskIndex, _ before: TaskIndex, into findings: inout NodeFindings)
        throws(AnalysisError)
    {
        let node = head.graph.nodes[index]
        let old = Dictionary(base.keys[before].components.map { (Name($0), $0.value) }, uniquingKeysWith: { $1 })
        let new = Dictionary(head.keys[index].components.map { (Name($0), $0.value) }, uniquingKeysWith: { $1 })
        for name in Set(old.keys).union(new.keys) where old[name] != new[name] {
            switch name.kind {
            case .definition:
                if name.text == TaskKey.brokenField {
                    findings.causes[index].insert(.fallback(code: Propagation.brokenCode))
                } else if name.text == "image" {
                    findings.causes[index].insert(.image(name: new[name] ?? old[name] ?? ""))
                } else if name.text != "cwd" {
                    findings.causes[index].insert(
                        .config(path: definitionPath(node), field: "\(node.task).\(name.text)"))
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
            case .external: explainExternal(name.text, index, before, into: &findings)
            case .structural:
                let parts = name.text.split(separator: "\u{0}", maxSplits: 1)
                findings.causes[index].insert(
                    .config(path: RepoPath(parts.first ?? ""), field: parts.count > 1 ? String(parts[1]) : ""))
            case .tool:
                let parts = name.text.split(separator: "\u{0}", maxSplits: 1).map(String.init)
                findings.causes[index].insert(
                    .tool(
                        name: parts.last ?? "", path: RepoPath(parts.first ?? ""), from: old[name], to: new[name]))
            case .dependency, .cycle:
                // A dependency on both sides whose key differs is found by the walk; here are those on one side only.
                if name.kind == .cycle || old[name] == nil || new[name] == nil {
                    explainEdge(name.text, index, before, into: &findings)
                }
            }
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
    /// Of each project at most this many changed packages are named.
    private static let namedPackages = 12

    /// Names the packages that the project no longer resolves to as it did; the lockfile as a whole where either side could
    /// not be read entry by entry.
    private func explainExternal(
        _ name: String, _ index: TaskIndex, _ before: TaskIndex, into findings: inout NodeFindings
    ) {
        func resolution(_ keyed: KeyedWorkspace, _ index: TaskIndex) -> LockResolution? {
            let closures = keyed.workspace[keyed.graph.nodes[index].project].externals
            return closures.first { $0.name == name }.flatMap(\.resolution)
        }
        guard let old = resolution(base, before), let new = resolution(head, index) else {
            findings.causes[index].insert(.fallback(code: KeyComparison.lockfileCode))
            return
        }
        let changed = new.differences(from: old)
        if changed.isEmpty { findings.causes[index].insert(.fallback(code: KeyComparison.lockfileCode)) }
        for package in changed.prefix(KeyComparison.namedPackages) {
            findings.causes[index].insert(
                .external(package: package.package, from: package.from, to: package.to, via: package.via))
        }
    }

    /// Names the project of a dependency that only one side has, or whose edge was cut; its id in head if it is there.
    private func explainEdge(
        _ label: String, _ index: TaskIndex, _ before: TaskIndex, into findings: inout NodeFindings
    ) {
        guard
            let project = KeyComparison.project(label, of: index, in: head).map({ head.workspace[$0] })
                ?? KeyComparison.project(label, of: before, in: base).map({ base.workspace[$0] })
        else { return }
        let now = head.workspace.project(at: project.path)
        let node = head.graph.nodes[index]
        if now == node.project {
            findings.causes[index].insert(.config(path: definitionPath(node), field: "dependsOn"))
        } else {
            findings.edgeCauses[index].insert(now.map { head.workspace[$0].id } ?? project.id)
        }
    }

    /// The project of the dependency of `index` that is called `label`.
    private static func project(_ label: String, of index: TaskIndex, in keyed: KeyedWorkspace) -> ProjectIndex? {
        let targets = keyed.orderedDependencies(index) + (keyed.graph.cutEdges[index] ?? []).map(\.target)
        return targets.first { keyed.label($0) == label }.map { keyed.graph.nodes[$0].project }
    }

    /// The changed files the task reads, on the side where they exist: those at or below the inputs that differ.
    private func explainInputs(_ index: TaskIndex, _ before: TaskIndex, into findings: inout NodeFindings)
        throws(AnalysisError)
    {
        let headSelection = try head.selection(index), baseSelection = try base.selection(before)
        var found = false
        for path in KeyComparison.differing(base.keys[before].inputs.items, head.keys[index].inputs.items) {
            for change in changes.within(path) {
                let way =
                    (change.status == .deleted ? nil : head.reader.reading(headSelection, change.path))
                    ?? (change.status == .added ? nil : base.reader.reading(baseSelection, change.path))
                guard let way else { continue }
                found = true
                findings.causes[index].insert(.file(path: change.path, status: change.status, namedBy: way))
            }
        }
        if !found {
            // No file changed, so the rule did: other patterns, another `ignore`, another project around the files.
            let node = head.graph.nodes[index]
            findings.causes[index].insert(.config(path: definitionPath(node), field: "inputs"))
        }
    }

    /// The paths of items that are not the same in both lists, which are sorted by path.
    private static func differing(_ old: [InputItem], _ new: [InputItem]) -> [RepoPath] {
        var paths: [RepoPath] = []
        var left = 0, right = 0
        while left < old.count || right < new.count {
            if right == new.count || (left < old.count && old[left].path < new[right].path) {
                paths.append(old[left].path)
                left += 1
            } else if left == old.count || new[right].path < old[left].path {
                paths.append(new[right].path)
                right += 1
            } else {
                if old[left] != new[right] { paths.append(new[right].path) }
                left += 1
                right += 1
            }
        }
        return paths
    }

    /// The lockfiles that counted as a whole, if any task is affected for one.
    func widenings(_ findings: NodeFindings) -> [Widening] {
        guard findings.causes.contains(where: { $0.contains(.fallback(code: KeyComparison.lockfileCode)) }) else {
            return []
        }
        var result = Set<Widening>()
        for (number, counterpart) in counterparts.enumerated() {
            guard let counterpart else { continue }
            let before = base.workspace[counterpart].externals, after = head.workspace.projects[number].externals
            for name in Set((before + after).map(\.name)) {
                let old = before.first { $0.name == name }, new = after.first { $0.name == name }
                // Both read entry by entry: whatever differs has been named.
                guard old != new, let either = new ?? old, old?.resolution == nil || new?.resolution == nil else {
                    continue
                }
                let problem = KeyComparison.problem(old, new)
                result.insert(
                    Widening(
                        code: KeyComparison.lockfileCode, scope: either.manager.rawValue,
                        message: "\(either.lockfile) changed and counts as an input of every "
                            + "\(either.manager.rawValue) project: \(problem)."))
            }
        }
        return result.sorted { ($0.code, $0.scope, $0.message) < ($1.code, $1.scope, $1.message) }
    }

    /// Why a lockfile counts as a whole.
    private static func problem(_ old: ExternalClosure?, _ new: ExternalClosure?) -> String {
        if new == nil { return "it was removed" }
        if let problem = new?.problem { return problem }
        if old == nil { return "it was added" }
        return old?.problem.map { "before, \($0)" } ?? "it is not read entry by entry"
    }
}
