internal import GitObjects

/// The parsed project files, solutions and lockfiles of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a file that did not change is parsed once. Belongs to one thread, like
/// the object store whose blobs it reads.
package final class ParsedDotNetCache {
    private var files = ParsedFiles<ObjectID, MSBuildFile, XMLProblem>()
    private var solutions: [ObjectID: DotNetSolution] = [:]
    private var locks = ParsedFiles<ObjectID, NuGetLock, NuGetLock.Problem>()

    package init() {}

    /// The project file with this content; a failure to understand it is a value, and is remembered too.
    func file(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<MSBuildFile, XMLProblem> {
        try files.result(of: id, in: objects, MSBuildFile.init(parsing:))
    }

    /// The solution with this content; what is not understood in it is part of the value.
    func solution(_ id: ObjectID, isXML: Bool, in objects: ObjectStore) throws(GitError) -> DotNetSolution {
        if let known = solutions[id] { return known }
        let solution = DotNetSolution(parsing: try objects.blob(id), isXML: isXML)
        solutions[id] = solution
        return solution
    }

    /// The lockfile with this content; a failure to understand it is a value, and is remembered too.
    func lock(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<NuGetLock, NuGetLock.Problem> {
        try locks.result(of: id, in: objects, NuGetLock.init(parsing:))
    }
}
