import AffectedAnalysis
import ChangeDetection
import GitObjects
import ProjectDiscovery
import WorkspaceModel

/// The paths and contents of one version.
typealias Files = [String: String]

/// A small workspace of npm packages: each name with what it depends on.
func npm(_ packages: [String: [String]], scripts: String = #""build": "x""#) -> Files {
    var files: Files = ["package.json": #"{"private": true, "workspaces": ["packages/*"]}"#]
    for (name, dependencies) in packages {
        let list = dependencies.map { "\"\($0)\": \"*\"" }.joined(separator: ", ")
        files["packages/\(name)/package.json"] =
            #"{"name": "\#(name)", "version": "1.0.0", "scripts": {\#(scripts)}, "dependencies": {\#(list)}}"#
        files["packages/\(name)/index.js"] = "1"
    }
    return files
}

/// Two versions in one store.
struct Pair {
    let base: KeyedWorkspace
    let head: KeyedWorkspace
    let changes: ChangeSet

    init(_ before: Files, _ after: Files) throws {
        let objects = ObjectStore.inMemory(), reader = WorkspaceReader()
        let old = SourceTree.inMemory(before, in: objects), new = SourceTree.inMemory(after, in: objects)
        base = try KeyedWorkspace(workspace: try reader.read(old), tree: old, facts: KeyFacts())
        head = try KeyedWorkspace(workspace: try reader.read(new), tree: new, facts: KeyFacts())
        changes = try TreeComparison.changes(from: old.root, to: new.root, in: objects)
    }

    /// The answer by keys.
    func slow() throws -> Affected {
        Affected(try AffectedAnalysis.compare([(workspace: base, changes: changes)], with: head))
    }

    /// The answer by structure, when that may be asked.
    func fast() throws -> Affected? {
        guard try AffectedAnalysis.isSameStructure(head.workspace, changes, from: base.tree, to: head.tree) else {
            return nil
        }
        return Affected(try AffectedAnalysis.compare([(workspace: nil, changes: changes)], with: head))
    }
}

/// What an analysis says, in a form that can be compared.
struct Affected: Equatable {
    struct Project: Equatable {
        let id: String
        let distance: Int
        let reasons: [Reason]
        let tasks: [String]
    }

    let nodes: [Bool]
    let projects: [Project]

    init(_ analysis: AffectedAnalysis) {
        nodes = analysis.isAffected
        projects = analysis.projects.map {
            Project(
                id: analysis.head.workspace[$0.project].id, distance: $0.distance, reasons: $0.reasons, tasks: $0.tasks)
        }
    }

    /// `PROJECT#TASK` of all that is affected.
    var tasks: Set<String> { Set(projects.flatMap { project in project.tasks.map { "\(project.id)#\($0)" } }) }

    func causes(_ id: String) -> [Reason.Cause] { projects.first { $0.id == id }?.reasons.map(\.cause) ?? [] }
}

extension KeyedWorkspace {
    func key(_ project: String, _ task: String) throws -> String? {
        try prepareKeys()
        return workspace.project(id: project).flatMap { graph.node($0, task) }.map { "\(keys[$0].digest)" }
    }
}

/// A small generator with a seed (SplitMix64), so that a failure can be repeated.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}
