internal import GitObjects
internal import WorkspaceModel

extension GradleProjectBuilder {
    /// Edges to the projects that the scripts name, and to the build logic they apply.
    mutating func addEdges(_ project: inout DiscoveredProject) throws(GitError) {
        var edges: Set<DiscoveredDependency> = []
        for source in sources {
            for use in source.script.projects {
                guard source.concerns(member.path, use.place.reach, isShared: use.place.isShared),
                    source.isWhole || use.place.isShared
                else { continue }
                // A block for many projects is not sure to concern this one.
                let isSure = source.isOwn ? !use.place.isShared : source.isMeant(member.path, use.place.reach)
                try add(use, from: source.path, isSure: isSure, to: &edges, &project)
            }
            try addSubstitutes(source, to: &edges)
        }
        try addLogic(to: &edges)
        for (path, script) in logic {
            for use in script.projects where use.isInDependencies || use.call != nil || isPath(use.target) {
                try add(use, from: path, isSure: false, to: &edges, &project)
            }
        }
        edges = edges.filter { $0.target != member.directory }
        project.dependencies = edges.sorted {
            ($0.target, EdgeKind.allCases.firstIndex(of: $0.kind) ?? 0, $0.evidence.path, $0.evidence.line ?? 0)
                < ($1.target, EdgeKind.allCases.firstIndex(of: $1.kind) ?? 0, $1.evidence.path, $1.evidence.line ?? 0)
        }
    }

    private func isPath(_ target: GradleScript.ProjectUse.Target) -> Bool {
        switch target {
        case .path: true
        // A path whose end code decides.
        case .prefix(let prefix): prefix.hasPrefix(":")
        case .accessor, .task: false
        }
    }

    /// The projects a use may mean; `nil` when it names one that is not there.
    func members(_ target: GradleScript.ProjectUse.Target) -> [GradleBuild.Member]? {
        switch target {
        case .path(let path): return build.member(path: path).map { [$0] } ?? guesses(path.split(separator: ":").last)
        case .task(let path):
            if let last = path.lastIndex(of: ":"), last != path.startIndex,
                let found = build.member(path: String(path[..<last]))
            {
                return [found]
            }
            return []
        case .accessor(let names): return build.member(accessor: names).map { [$0] } ?? guesses(nil)
        case .prefix(let prefix): return build.sorted.filter { $0.path.hasPrefix(prefix) && $0.path != ":" }
        }
    }

    /// Where code decides which projects there are or where they lie, their paths are guesses: one of the same name is
    /// meant, or any. `nil` where the paths are known.
    private func guesses(_ name: Substring?) -> [GradleBuild.Member]? {
        guard build.isComputed else { return nil }
        let named = build.sorted.filter { name != nil && $0.name == name ?? "" }
        return named.isEmpty ? build.sorted.filter { $0.path != ":" } : named
    }

    private mutating func add(
        _ use: GradleScript.ProjectUse, from path: RepoPath, isSure: Bool, to edges: inout Set<DiscoveredDependency>,
        _ project: inout DiscoveredProject
    ) throws(GitError) {
        guard let targets = members(use.target) else {
            return survey.note(path, use.place.line, "a project is named that the build does not have: no edge")
        }
        var isSure = isSure
        if case .prefix(let prefix) = use.target {
            survey.note(
                path, use.place.line,
                "code decides which project is used: every project\(prefix.isEmpty ? "" : " under '\(prefix)'") counts")
            isSure = false
        }
        if use.isConstraint {
            // Only the version matters, which the other project's script may say.
            for target in targets where target.path != member.path {
                guard let script = target.script, case .success(let read)? = try survey.read(script) else { continue }
                if read.saysVersion { project.namedFiles.append(script) }
            }
            return
        }
        // What checks the project reaches nothing that it makes.
        let isTest = use.place.isTest || GradleConfigurations.isCheck(use.call ?? "")
        let kind: EdgeKind =
            isTest
            ? .development : !isSure ? .import : GradleConfigurations.isTool(use.call ?? "") ? .build : .runtime
        for target in targets {
            if use.takesTests { usedTests.insert(target.directory) }
            edges.insert(
                DiscoveredDependency(
                    target: target.directory, kind: kind, passesToDependents: !isTest,
                    evidence: Evidence(path: path, line: use.place.line)))
        }
    }

    /// Components from outside that a project of an included build stands in for.
    private func addSubstitutes(_ source: GradleSource, to edges: inout Set<DiscoveredDependency>) throws(GitError) {
        guard !context.substitutes.isEmpty else { return }
        func add(_ coordinates: String, _ line: Int) {
            for target in context.substitutes(for: coordinates) where survey.homes[target]?.build !== build {
                edges.insert(
                    DiscoveredDependency(
                        target: target, kind: .import, evidence: Evidence(path: source.path, line: line)))
            }
        }
        for text in source.script.texts
        where source.concerns(member.path, text.reach) && text.text.contains(":") && !text.text.hasPrefix(":") {
            add(text.text, text.line)
        }
        for chain in source.script.chains where source.concerns(member.path, chain.reach) {
            guard case .entry(let entry, _)? = catalogUse(chain.names) else { continue }
            if let id = entry.id { add(id, chain.line) }
        }
    }

    /// Build edges to the projects that define the plugins applied here or around: what a project around puts on its class
    /// path is on this one's too.
    private mutating func addLogic(to edges: inout Set<DiscoveredDependency>) throws(GitError) {
        if let own = try context.buildSource(of: build) { logic += own.sources }
        var applied: [(id: String, evidence: Evidence)] = []
        var appliesClasses = false
        for source in sources {
            for plugin in source.script.plugins where source.concerns(member.path, plugin.reach) {
                applied.append((plugin.id, Evidence(path: source.path, line: plugin.line)))
            }
            for chain in source.script.chains where source.concerns(member.path, chain.reach) {
                if case .entry(let entry, _)? = catalogUse(chain.names), entry.kind == .plugins, let id = entry.id {
                    applied.append((id, Evidence(path: source.path, line: chain.line)))
                }
            }
            appliesClasses = appliesClasses || source.script.appliesClasses
        }
        if let settings = build.settingsPath {
            for id in build.settings.plugins { applied.append((id, Evidence(path: settings, line: nil))) }
        }
        for provider in context.providers where survey.homes[provider.directory]?.build !== build {
            var evidence = applied.filter { provider.logic.plugins.contains($0.id) }.map(\.evidence)
            let isUnknown = appliesClasses || provider.logic.isComputed || provider.logic.plugins.isEmpty
            if evidence.isEmpty, isUnknown, let include = inclusion(of: provider.directory) { evidence = [include] }
            guard !evidence.isEmpty else { continue }
            logic += provider.logic.sources
            for one in evidence {
                edges.insert(DiscoveredDependency(target: provider.directory, kind: .build, evidence: one))
            }
        }
    }

    /// Where this build includes the build that a directory belongs to; `nil` when it does not.
    private func inclusion(of directory: RepoPath) -> Evidence? {
        guard let other = survey.homes[directory]?.build, let settings = build.settingsPath,
            let include = build.included.first(where: { $0.directory == other.directory })
        else { return nil }
        return Evidence(path: settings, line: include.line)
    }
}
