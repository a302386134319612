import GitObjects
import Testing
import WorkspaceChecks
import WorkspaceModel

@Suite("Dependencies of Swift packages")
struct SwiftDependencyTests {
    private func package(_ path: RepoPath) -> Project {
        var project = Project(path: path)
        project.managers = [.swiftpm]
        project.manifest = path.appending("Package.swift")
        return project
    }

    @Test("a module belongs to the package whose Sources hold it; what several packages hold says nothing")
    func modules() throws {
        let tree = SourceTree.inMemory([
            "a/Package.swift": "", "b/Package.swift": "", "c/Package.swift": "", "d/Package.swift": "",
            "a/Sources/A/a.swift": """
            import Foundation
            import B
            @testable import Shared
            import Declared
            #if canImport(Maybe)
            import Maybe
            #endif
            """,
            "b/Sources/B/b.swift": "", "b/Sources/Shared/s.swift": "", "c/Sources/Shared/s.swift": "",
            "c/Sources/Maybe/m.swift": "", "d/Sources/Declared/d.swift": "",
        ])
        let workspace = Workspace(
            projects: ["a", "b", "c", "d"].map { package($0) },
            edges: [
                ProjectEdge(
                    from: ProjectIndex(0), to: ProjectIndex(3), kind: .runtime, passesToDependents: true,
                    evidence: [Evidence(path: "a/Package.swift", line: 7)])
            ])
        let found = try WorkspaceCheck.findings(in: workspace, tree, errors: [], boundaries: [])
        #expect(
            found.filter { $0.code != .unreadFiles }.map(\.summary) == [
                "error a > b a/Sources/A/a.swift:2"
            ])
    }
}
