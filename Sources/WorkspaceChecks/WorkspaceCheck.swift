package import AffectedAnalysis
internal import Diagnostics
package import GitObjects
internal import ProjectDiscovery
package import WorkspaceModel

/// Everything that can be said against one version of a workspace.
package enum WorkspaceCheck {
    /// Runs all checks. The findings are sorted and each is there once.
    ///
    /// - Parameters:
    ///   - errors: what discovery refused; the workspace is what it made of the rest.
    ///   - boundaries: the rules of ripple.yaml.
    package static func findings(
        in workspace: Workspace, _ tree: SourceTree, errors: [ConfigurationError], boundaries: [BoundaryRule]
    ) throws(AnalysisError) -> [Finding] {
        var findings = manifests(workspace, errors)
        let cycles = CycleCheck(workspace: workspace).findings()
        findings += cycles
        if !cycles.contains(where: { $0.code == .cycle }) { findings += taskGraph(workspace) }
        do throws(GitError) {
            findings += try dependencies(workspace, tree, boundaries)
        } catch {
            throw AnalysisError(error)
        }
        findings += try unreadFiles(workspace, tree)
        return Set(findings).sorted()
    }

    // MARK: Manifests

    private static func manifests(_ workspace: Workspace, _ errors: [ConfigurationError]) -> [Finding] {
        var findings = errors.map { error in
            Finding(
                .invalidConfiguration, .error, evidence: [Evidence(path: error.path, line: error.line)],
                error.problem)
        }
        for project in workspace.projects {
            guard let reason = project.brokenReason else { continue }
            findings.append(
                Finding(
                    .brokenManifest, .error, project: project.id,
                    evidence: [Evidence(path: project.manifest ?? project.path, line: nil)],
                    "\(project.id) cannot be read, so every change in it and of its kind counts: \(reason)"))
        }
        findings += workspace.diagnostics.map {
            Finding(.notUnderstood, .note, evidence: [$0.evidence], $0.message)
        }
        return findings
    }

    /// What the graph of tasks refuses, such as a cycle of `dependsOn` or a task that does not exist.
    private static func taskGraph(_ workspace: Workspace) -> [Finding] {
        do throws(AnalysisError) {
            _ = try TaskGraph(workspace: workspace)
            return []
        } catch {
            return [Finding(.invalidConfiguration, .error, evidence: [], error.message)]
        }
    }

    /// Which files are read cannot be said when a pattern of a task cannot be used; that is a finding then.
    private static func unreadFiles(_ workspace: Workspace, _ tree: SourceTree) throws(AnalysisError) -> [Finding] {
        do throws(AnalysisError) {
            return try UnreadFilesCheck(workspace: workspace, tree: tree).findings()
        } catch {
            guard error.fault == .user else { throw error }
            return [Finding(.invalidConfiguration, .error, evidence: [], error.message)]
        }
    }

    // MARK: Dependencies

    private static func dependencies(
        _ workspace: Workspace, _ tree: SourceTree, _ boundaries: [BoundaryRule]
    ) throws(GitError) -> [Finding] {
        let files = try SourceSurvey.files(of: workspace, in: tree)
        let links = ProjectLinks(workspace)
        let turbo = try TurboBoundaries(workspace, in: tree)
        let implicit = ImplicitDependencies(turbo, workspace)
        var findings: [Finding] = [], uses: [ProjectUse] = []
        for language in SourceLanguage.allCases {
            let found =
                switch language {
                case .javaScript: try JavaScriptUses.read(files, links, in: tree, implicit: implicit)
                case .go: try GoUses.read(files, links, in: tree)
                case .python: try PythonUses.read(files, links, in: tree)
                case .rust: try RustUses.read(files, links, in: tree)
                case .swift: try SwiftUses.read(files, links, in: tree)
                }
            findings += DeclarationCheck(links: links, language: language).findings(found)
            uses += found.uses
        }
        let context = BoundaryContext(links, try ProjectTags(workspace, turbo, in: tree), uses: uses)
        findings += RippleBoundaries(rules: boundaries).findings(context)
        findings += turbo.findings(context)
        findings += try NxBoundaries(in: tree).findings(context, files)
        return findings
    }
}
