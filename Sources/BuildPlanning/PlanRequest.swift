package import AffectedAnalysis
internal import Diagnostics
package import WorkspaceModel

/// What the user wants done.
package struct PlanRequest: Sendable {
    /// One TASK argument.
    package enum Selector: Sendable, Hashable {
        /// That task of every affected project.
        case everywhere(task: String)
        /// That task, affected or not.
        case exactly(project: String, task: String)

        /// Parses `TASK` or `PROJECT#TASK`.
        package init(parsing text: String) {
            if let hash = text.lastIndex(of: "#") {
                self = .exactly(project: String(text[..<hash]), task: String(text[text.index(after: hash)...]))
            } else {
                self = .everywhere(task: text)
            }
        }
    }

    package var selectors: [Selector]
    /// List every task, whatever its key; caches still apply.
    package var everything: Bool
    /// Ignore what caches hold.
    package var force: Bool
    package var agents: Int

    package init(selectors: [Selector], everything: Bool = false, force: Bool = false, agents: Int = 1) {
        self.selectors = selectors
        self.everything = everything
        self.force = force
        self.agents = agents
    }

    /// Checks that every selector names something; the error suggests what may have been meant.
    package func resolved(in workspace: Workspace) throws(AnalysisError) -> [(task: String, project: ProjectIndex?)] {
        var result: [(task: String, project: ProjectIndex?)] = []
        for selector in selectors {
            switch selector {
            case .everywhere(let task):
                guard workspace.projects.contains(where: { $0.tasks[task] != nil }) else {
                    throw PlanRequest.unknownTask(task, workspace)
                }
                result.append((task, nil))
            case .exactly(let name, let task):
                guard let project = workspace.project(named: name) else {
                    throw PlanRequest.unknownProject(name, workspace)
                }
                guard workspace[project].tasks[task] != nil else {
                    let known = workspace[project].tasks.keys.sorted()
                    let hint =
                        nearest(to: task, among: known).map { " Did you mean '\(name)#\($0)'?" }
                        ?? (known.isEmpty ? " It has no tasks." : " It has: \(known.joined(separator: ", ")).")
                    throw AnalysisError(.user, "\(name) has no task '\(task)'.\(hint)")
                }
                result.append((task, project))
            }
        }
        return result
    }

    package static func unknownTask(_ task: String, _ workspace: Workspace) -> AnalysisError {
        let known = Set(workspace.projects.flatMap { $0.tasks.keys }).sorted()
        let hint =
            nearest(to: task, among: known).map { " Did you mean '\($0)'?" }
            ?? (known.isEmpty
                ? " No project has any task; add 'tasks' to ripple.yaml."
                : " Known tasks: \(known.prefix(12).joined(separator: ", "))\(known.count > 12 ? ", ..." : "").")
        return AnalysisError(.user, "No project has a task '\(task)'.\(hint)")
    }

    package static func unknownProject(_ name: String, _ workspace: Workspace) -> AnalysisError {
        let hint =
            nearest(to: name, among: workspace.projects.map(\.id)).map { " Did you mean '\($0)'?" }
            ?? " List them with: ripple graph --format json"
        return AnalysisError(.user, "There is no project '\(name)'.\(hint)")
    }
}
