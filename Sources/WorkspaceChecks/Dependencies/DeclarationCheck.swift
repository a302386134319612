internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// Compares what code uses with what manifests declare.
struct DeclarationCheck {
    let links: ProjectLinks
    let language: SourceLanguage

    private var workspace: Workspace { links.workspace }

    func findings(_ found: LanguageUses) -> [Finding] {
        var byPair: [ProjectLinks.Pair: [ProjectUse]] = [:]
        for use in found.uses where use.from != use.to {
            byPair[ProjectLinks.Pair(from: use.from, to: use.to), default: []].append(use)
        }
        var findings = found.findings
        for (pair, uses) in byPair {
            switch links.link(from: pair.from, to: pair.to) {
            case .direct(let edges):
                if let finding = shippedUse(pair, edges, uses) { findings.append(finding) }
            case .indirect(let through):
                if let finding = undeclared(pair, uses, through: through) { findings.append(finding) }
            case .none: if let finding = undeclared(pair, uses, through: nil) { findings.append(finding) }
            }
        }
        for pair in Set(links.edges.map { ProjectLinks.Pair(from: $0.from, to: $0.to) }) where byPair[pair] == nil {
            guard found.complete.contains(pair.from), !found.mentioned.contains(pair) else { continue }
            if let finding = unused(pair) { findings.append(finding) }
        }
        return findings
    }

    /// A use without a declaration.
    private func undeclared(_ pair: ProjectLinks.Pair, _ uses: [ProjectUse], through: ProjectIndex?) -> Finding? {
        let real = uses.filter { $0.kind != .documentation && $0.kind != .conditional }
        guard let first = real.first else { return nil }
        let from = workspace[pair.from].id, to = workspace[pair.to].id
        let isByPath = real.allSatisfy { $0.name.hasPrefix(".") }
        var message =
            isByPath
            ? "\(from) imports files of \(to) by their paths, and does not declare it"
            : "\(from) uses \(to), which it does not declare"
        if let through { message += "; it is reached through \(workspace[through].id)" }
        let shipped = real.filter { !$0.isAside && $0.kind != .typeOnly && $0.kind != .test }
        return Finding(
            .undeclaredWorkspaceDependency, severity(isShipped: !shipped.isEmpty, through), project: from, target: to,
            evidence: real.map(\.evidence).inOrder, message,
            advice: advice(pair, first, isAside: real.allSatisfy(\.isAside), isByPath))
    }

    /// Where another dependency leads to the project, its changes are noticed nevertheless; where only tests, examples,
    /// tools or types use it, no result that is shipped is at stake.
    private func severity(isShipped: Bool, _ through: ProjectIndex?) -> Finding.Severity {
        isShipped && through == nil ? .error : .warning
    }

    private func advice(_ pair: ProjectLinks.Pair, _ use: ProjectUse, isAside: Bool, _ isByPath: Bool) -> String {
        let project = workspace[pair.from]
        let target = workspace[pair.to]
        let manifest = project.path.appending(language.manifest)
        let name = target.name ?? target.id
        // A path needs no package, only somebody who tells of the dependency.
        guard !isByPath || target.name != nil, project.managers.contains(where: { language.belongs(to: $0) }),
            target.managers.contains(where: { language.belongs(to: $0) })
        else {
            return "add '\(target.id)' to 'dependsOn' in \(project.path.appending("ripple.yaml"))"
        }
        switch language {
        case .javaScript:
            return "add \"\(name)\" to \(isAside ? "devDependencies" : "dependencies") of \(manifest)"
        case .go: return "run 'go get \(name)' in \(project.path), or add it to 'require' of its go.mod"
        case .python: return "add \"\(name)\" to the dependencies of \(manifest)"
        case .rust:
            return "add it to [\(isAside ? "dev-dependencies" : "dependencies")] of \(manifest)"
        case .swift: return "add the package and its product to \(manifest)"
        }
    }

    /// Code that is shipped uses what only a development edge, which does not pass to dependents, declares.
    private func shippedUse(_ pair: ProjectLinks.Pair, _ edges: [ProjectEdge], _ uses: [ProjectUse]) -> Finding? {
        guard language == .rust || language == .python, !edges.contains(where: \.passesToDependents),
            edges.allSatisfy({ $0.kind == .development })
        else { return nil }
        let shipped = uses.filter { $0.kind == .plain && isShipped($0) }
        guard !shipped.isEmpty else { return nil }
        let from = workspace[pair.from].id, to = workspace[pair.to].id
        let declared = edges.flatMap(\.evidence).first.map { "\($0.path)\($0.line.map { ":\($0)" } ?? "")" } ?? ""
        return Finding(
            .developmentDependency, .warning, project: from, target: to, evidence: shipped.map(\.evidence).inOrder,
            "\(from) ships code that uses \(to), which \(declared) declares for development only",
            advice: "move it to the dependencies of \(workspace[pair.from].path.appending(language.manifest))")
    }

    /// Whether users of the project get the code. What Cargo ships lies in `src`, whatever else its manifest lists.
    private func isShipped(_ use: ProjectUse) -> Bool {
        guard !use.isAside else { return false }
        guard language == .rust else { return true }
        return use.evidence.path.isWithin(workspace[use.from].path.appending("src"))
    }

    /// A declaration in a manifest of the language that nothing uses.
    private func unused(_ pair: ProjectLinks.Pair) -> Finding? {
        let manifest = workspace[pair.from].path.appending(language.manifest)
        let edges = links.edges(from: pair.from, to: pair.to)
        // Peers are for others; what ripple.yaml declares is what no import shows.
        guard edges.allSatisfy({ $0.kind != .peer && $0.kind != .declared && $0.kind != .build }),
            let evidence = edges.flatMap(\.evidence).first(where: { $0.path == manifest }),
            workspace[pair.to].managers.contains(where: { language.belongs(to: $0) })
        else { return nil }
        let from = workspace[pair.from].id, to = workspace[pair.to].id
        return Finding(
            .unusedDependency, .note, project: from, target: to, evidence: [evidence],
            "\(from) declares \(to), and no import or script of it names it",
            advice: "remove it if nothing needs it: every change of \(to) rebuilds \(from)")
    }
}
