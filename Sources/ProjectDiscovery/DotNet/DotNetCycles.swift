internal import GitObjects
internal import WorkspaceModel

/// Deals with circles of projects.
///
/// MSBuild builds no circle of project files. One is seen here where a condition that is not known keeps a reference, where
/// a directory holds several project files, or where a solution's order goes against references. Its edges become edges
/// that may be cut: they count by the sources of what they lead to, and still pass to dependents.
enum DotNetCycles {
    static func loosen(_ discovery: inout Discovery, _ survey: DotNetSurvey) {
        let circles = ProjectCircles.loosen(&discovery.projects, as: .development)
        let projects = discovery.projects
        for members in circles {
            let paths = Set(members.map { projects[$0].path })
            let list = paths.sorted().map(\.description).joined(separator: ", ")
            guard let first = members.min(),
                let edge = projects[first].dependencies.first(where: {
                    paths.contains($0.target)
                })
            else { continue }
            survey.note(
                Diagnostic(
                    evidence: edge.evidence,
                    message: "the projects \(list) lead to each other in a circle: they count by their sources"))
        }
    }
}
