internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// Judges dependencies by the ESLint rule `@nx/enforce-module-boundaries` (Nx 22): tags of projects, external imports,
/// paths into other projects, and libraries that are built with others that are not.
///
/// Left to ESLint: imports of apps and of the project itself, circular and lazy imports, transitive packages.
struct NxBoundaries {
    private let rules: NxRules
    private let tree: SourceTree

    init(in tree: SourceTree) throws(GitError) {
        rules = try NxRules(of: .root, in: tree)
        self.tree = tree
    }

    func findings(_ context: BoundaryContext, _ files: [ScannedFile]) throws(GitError) -> [Finding] {
        var findings = rules.notes
        guard rules.isOn else { return findings }
        var judged: Set<ProjectIndex> = []
        for project in context.workspace.indices
        where context.workspace[project].managers.contains(where: \.isJavaScript) {
            // A project may switch the rule off for itself.
            let path = context.workspace[project].path
            if !path.isRoot {
                let own = try NxRules(of: path, in: tree)
                if own.place != nil, !own.isOn, own.notes.isEmpty { continue }
            }
            judged.insert(project)
            findings += judge(project, context)
        }
        findings += try externalImports(context, files.filter { judged.contains($0.project) })
        return try withoutDisabled(findings)
    }

    /// What is left when comments of ESLint switch the rule off at some places.
    private func withoutDisabled(_ findings: [Finding]) throws(GitError) -> [Finding] {
        let comments = LintComments(tree: tree, rule: "enforce-module-boundaries")
        var kept: [Finding] = []
        for var finding in findings {
            guard finding.code == .boundary else {
                kept.append(finding)
                continue
            }
            var places: [Evidence] = []
            for place in finding.evidence where try !comments.switchOff(place) { places.append(place) }
            if places.isEmpty, !finding.evidence.isEmpty { continue }
            finding.evidence = places
            kept.append(finding)
        }
        return kept
    }

    private func constraints(for project: ProjectIndex, _ context: BoundaryContext) -> [NxRules.Constraint] {
        rules.constraints.filter { constraint in
            constraint.sourceTags.allSatisfy { $0.matches(context.tags[project]) }
        }
    }

    /// Whether the only uses of a project are imports that `allow` names.
    private func isAllowed(_ project: ProjectIndex, _ target: ProjectIndex, _ context: BoundaryContext) -> Bool {
        let names = context.names(from: project, to: target)
        return names.isEmpty ? rules.allows(context.workspace[target].name ?? "") : names.allSatisfy(rules.allows)
    }

    private func judge(_ project: ProjectIndex, _ context: BoundaryContext) -> [Finding] {
        let workspace = context.workspace
        let applying = constraints(for: project, context)
        var findings: [Finding] = []
        func add(_ rule: Evidence?, _ way: [ProjectIndex], _ because: String, at places: [Evidence]? = nil) {
            guard let rule else { return }
            let finding = context.violation(
                of: rule, rules.severity, from: project, way: way, because: because, places: places)
            if let finding { findings.append(finding) }
        }
        let targets = context.targets(of: project).filter {
            !workspace[$0].onlyGathers && !isAllowed(project, $0, context)
        }
        for target in targets {
            let paths = context.paths(from: project, to: target).filter { !rules.allows($0.name) }
            if !paths.isEmpty {
                add(
                    rules.place, [target], "a path leads there, where the rule wants the name of the project",
                    at: paths.map(\.evidence).inOrder)
            }
            if applying.isEmpty, !rules.constraints.isEmpty {
                add(rules.place, [target], "no constraint is for the tags of \(workspace[project].id)")
            }
            if rules.needsBuildable, workspace[project].type == .library, workspace[target].type == .library,
                isBuildable(project, workspace), !isBuildable(target, workspace)
            {
                add(rules.place, [target], "a library that is built may not use one that is not")
            }
        }
        for constraint in applying {
            let source = constraint.sourceTags.map { "'\($0.text)'" }.joined(separator: " and ")
            for target in targets {
                guard let only = constraint.only, !only.contains(where: { $0.matches(context.tags[target]) }) else {
                    continue
                }
                // An empty list allows only what has no tags.
                if only.isEmpty, context.tags[target].isEmpty { continue }
                let list = only.map { "'\($0.text)'" }.joined(separator: ", ")
                add(
                    constraint.evidence, [target],
                    "projects with the tag \(source) depend only on \(only.isEmpty ? "projects without tags" : list)")
            }
            guard !constraint.not.isEmpty else { continue }
            for (target, way) in context.links.reached(from: project).sorted(by: { $0.key < $1.key }) {
                guard let first = way.first, targets.contains(first),
                    let tag = constraint.not.first(where: { $0.matches(context.tags[target]) })
                else { continue }
                add(
                    constraint.evidence, way,
                    "projects with the tag \(source) must not depend on the tag '\(tag.text)'")
            }
        }
        return findings
    }

    private func isBuildable(_ project: ProjectIndex, _ workspace: Workspace) -> Bool {
        rules.buildTargets.contains { workspace[project].tasks[$0] != nil }
    }

    /// The names that the manifest in a directory and that at the root declare: a name that neither does may be an alias.
    private func declared(in directory: RepoPath) throws(GitError) -> Set<String> {
        var names: Set<String> = []
        for place in [directory, .root] {
            guard let bytes = try tree.read(place.appending("package.json")), let file = PackageFile(parsing: bytes)
            else { continue }
            names.formUnion(file.declared.keys)
        }
        return names
    }

    private func externalImports(
        _ context: BoundaryContext, _ files: [ScannedFile]
    ) throws(GitError) -> [Finding] {
        guard rules.constraints.contains(where: { !$0.bannedImports.isEmpty || $0.allowedImports != nil }) else {
            return []
        }
        let members = Set(context.workspace.projects.compactMap(\.name))
        var places: [ProjectIndex: [String: [Evidence]]] = [:], declared: [ProjectIndex: Set<String>] = [:]
        for file in files where file.language == .javaScript {
            if declared[file.project] == nil {
                declared[file.project] = try self.declared(in: context.workspace[file.project].path)
            }
            for entry in file.imports where entry.kind != .conditional && !rules.allows(entry.name) {
                guard let name = ModuleName.package(of: entry.name), !members.contains(name),
                    declared[file.project]?.contains(name) == true
                else { continue }
                places[file.project, default: [:]][entry.name, default: []].append(
                    Evidence(path: file.path, line: entry.line))
            }
        }
        var findings: [Finding] = []
        for (project, names) in places {
            let applying = constraints(for: project, context)
            for (name, evidence) in names {
                let constraint = applying.first { constraint in
                    constraint.bannedImports.contains { $0.matches(name) }
                        || constraint.allowedImports.map { allowed in !allowed.contains { $0.matches(name) } } ?? false
                }
                guard let constraint else { continue }
                let rule = constraint.evidence.line.map { "\(constraint.evidence.path):\($0)" } ?? ""
                let id = context.workspace[project].id
                let isBanned = constraint.bannedImports.contains { $0.matches(name) }
                findings.append(
                    Finding(
                        .boundary, rules.severity, project: id, target: name, evidence: evidence.inOrder,
                        "\(id) imports '\(name)', which is \(isBanned ? "banned" : "not allowed") for its tags (\(rule))",
                        advice: "remove the import, or change the rule"))
            }
        }
        return findings
    }
}
