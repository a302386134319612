package import AffectedAnalysis
internal import ChangeDetection
internal import Foundation
package import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// The module's `Reason`, which shares its name with that of `Answer`.
package typealias AnalysisReason = Reason

extension Answer {
    /// Compares two versions with the library alone, in memory.
    ///
    /// - Parameter shortcut: leave the base unread when the structure is the same, as the program does.
    package init(inMemory base: FileSet, to head: FileSet, shortcut: Bool = false) throws {
        self.init(try AffectedAnalysis.inMemory(base, to: head, shortcut: shortcut))
    }

    package init(_ analysis: AffectedAnalysis) {
        changes = analysis.changes.changes.map { "\(text($0.path)) \($0.status.rawValue)" }
        let workspace = analysis.head.workspace
        projects = analysis.projects.map { affected in
            let project = workspace[affected.project]
            return Project(
                id: project.id, path: text(project.path), type: project.type.rawValue,
                reasons: affected.reasons.map { Reason($0) }, distance: affected.distance, tasks: affected.tasks)
        }
        removed = analysis.removed.map { "\($0.id) at \(text($0.path))" }
        fallback = nil
        widenings = analysis.widenings.map { "\($0.code) \($0.scope): \($0.message)" }
    }
}

extension AffectedAnalysis {
    /// The analysis of two versions that exist only in memory.
    package static func inMemory(
        _ base: FileSet, to head: FileSet, shortcut: Bool = false
    ) throws -> AffectedAnalysis {
        let objects = ObjectStore.inMemory()
        let before = try base.tree(in: objects), after = try head.tree(in: objects)
        let reader = WorkspaceReader()
        let keyedHead = try KeyedWorkspace(workspace: try reader.read(after), tree: after, facts: KeyFacts())
        let changes = try TreeComparison.changes(from: before.root, to: after.root, in: objects)
        if shortcut, try isSameStructure(keyedHead.workspace, changes, from: before, to: after) {
            return try compare([(nil, changes)], with: keyedHead)
        }
        let keyedBase = try KeyedWorkspace(workspace: try reader.read(before), tree: before, facts: KeyFacts())
        return try compare([(keyedBase, changes)], with: keyedHead)
    }
}

extension Answer.Reason {
    init(_ reason: AnalysisReason) {
        chain = []
        switch reason.cause {
        case .file(let path, let status, let namedBy):
            text = "file \(ScenarioKit.text(path)) \(status.rawValue)"
            chain = namedBy.map { place in "\(ScenarioKit.text(place.path)):\(place.line ?? 0)" }
        case .dependency(let project, let ids):
            text = "dependency \(project)"
            chain = ids
        case .external(let package, let from, let to, _): text = "external \(package) \(from ?? "-") \(to ?? "-")"
        case .config(let path, let field): text = "config \(ScenarioKit.text(path)) \(field)"
        case .tool(let name, let path, let from, let to):
            text = "tool \(ScenarioKit.text(path)) \(name) \(from ?? "-") \(to ?? "-")"
        case .newProject: text = "new-project"
        case .moved(let from): text = "moved \(ScenarioKit.text(from))"
        case .environment(let name): text = "environment \(name)"
        case .toolchain(let command): text = "toolchain \(command)"
        case .image(let name): text = "image \(name)"
        case .fallback(let code): text = "fallback \(code)"
        case .requested: text = "requested"
        }
        tasks = reason.tasks
    }
}

/// A path as documents give it.
package func text(_ path: RepoPath) -> String {
    path.documentText ?? "bytes:" + Data(path.bytes).base64EncodedString()
}
