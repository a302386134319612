internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// What boundary rules of any tool are judged by: the dependencies between projects, declared or found in code.
struct BoundaryContext {
    let links: ProjectLinks
    let tags: ProjectTags
    /// The places where code uses another project.
    private let uses: [ProjectLinks.Pair: [ProjectUse]]

    var workspace: Workspace { links.workspace }

    init(_ links: ProjectLinks, _ tags: ProjectTags, uses: [ProjectUse]) {
        self.links = links
        self.tags = tags
        self.uses = Dictionary(grouping: uses.filter { $0.kind != .documentation }) {
            ProjectLinks.Pair(from: $0.from, to: $0.to)
        }
    }

    /// The places where code leads to files of another project by their paths.
    func paths(from: ProjectIndex, to: ProjectIndex) -> [ProjectUse] {
        (uses[ProjectLinks.Pair(from: from, to: to)] ?? []).filter { $0.name.hasPrefix(".") }
    }

    /// The names and paths by which code calls another project; sorted.
    func names(from: ProjectIndex, to: ProjectIndex) -> [String] {
        Set((uses[ProjectLinks.Pair(from: from, to: to)] ?? []).map(\.name)).sorted()
    }

    /// The projects that one depends on, by its manifests or by its code.
    func targets(of project: ProjectIndex) -> [ProjectIndex] {
        let declared = links.edges.lazy.filter { $0.from == project }.map(\.to)
        let used = uses.keys.lazy.filter { $0.from == project && $0.to != project }.map(\.to)
        return Set(declared).union(used).sorted()
    }

    /// Where the dependency shows: in a manifest, then in code.
    func evidence(from: ProjectIndex, to: ProjectIndex) -> [Evidence] {
        let declared = links.edges(from: from, to: to).flatMap(\.evidence).inOrder
        let used = (uses[ProjectLinks.Pair(from: from, to: to)] ?? []).map(\.evidence).inOrder
            .filter { !declared.contains($0) }
        return declared + used
    }

    /// The finding for a dependency, direct or over others, that a rule forbids.
    ///
    /// - Parameters:
    ///   - way: the projects from the first dependency to the one that is forbidden.
    ///   - rule: where the rule stands.
    ///   - places: where it shows, when not in every manifest and file that makes the dependency.
    func violation(
        of rule: Evidence, _ severity: Finding.Severity = .error, from: ProjectIndex, way: [ProjectIndex],
        because: String, places: [Evidence]? = nil
    ) -> Finding? {
        guard let first = way.first, let last = way.last else { return nil }
        let names = ([from] + way).map { workspace[$0].id }
        let how = way.count == 1 ? "\(names[0]) depends on \(names[1])" : names.joined(separator: " -> ")
        let place = rule.line.map { "\(rule.path):\($0)" } ?? "\(rule.path)"
        return Finding(
            .boundary, severity, project: workspace[from].id, target: workspace[last].id,
            evidence: places ?? evidence(from: from, to: first), "\(how), and \(because) (\(place))",
            advice: "remove the dependency, or change the rule")
    }
}

/// The rules of `boundaries` in ripple.yaml, for direct dependencies.
struct RippleBoundaries {
    let rules: [BoundaryRule]

    func findings(_ context: BoundaryContext) -> [Finding] {
        var findings: [Finding] = []
        for rule in rules {
            for project in context.workspace.indices where selects(rule.from, project, context) {
                for target in context.targets(of: project) {
                    guard let because = reason(rule, target, context),
                        let finding = context.violation(
                            of: Evidence(path: "ripple.yaml", line: rule.line), from: project, way: [target],
                            because: because)
                    else { continue }
                    findings.append(finding)
                }
            }
        }
        return findings
    }

    private func selects(_ selectors: [ProjectSelector], _ project: ProjectIndex, _ context: BoundaryContext) -> Bool {
        selectors.contains { $0.selects(context.workspace[project], tags: context.tags[project]) }
    }

    private func reason(_ rule: BoundaryRule, _ target: ProjectIndex, _ context: BoundaryContext) -> String? {
        if selects(rule.deny, target, context) { return "'deny' of the boundary forbids it" }
        if let allow = rule.allow, !selects(allow, target, context) {
            return "'allow' of the boundary does not name it"
        }
        return nil
    }
}
