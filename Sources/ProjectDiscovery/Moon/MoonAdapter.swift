internal import Diagnostics
package import GitObjects
package import WorkspaceModel

/// Reads moon workspaces (https://moonrepo.dev, versions 1 and 2): in one, moon's files say which directories are
/// projects, what they are called, which tasks they have, and what else they depend on.
///
/// Only a workspace at the root of the repository is read. What a manifest says of a project stays: its edges, its
/// external dependencies. What is not understood is a diagnostic, and the task it belongs to reads every file.
package enum MoonAdapter {
    /// Lays moon's projects and tasks over what the other adapters found.
    ///
    /// - Returns: the discoveries with the tasks of moon's projects replaced, and one more with what only moon knows; as
    ///   they were without a .moon/workspace.yml.
    package static func apply(
        in tree: SourceTree, to discoveries: [Discovery], cache: ParsedMoonCache
    ) throws(GitError) -> [Discovery] {
        var survey = MoonSurvey(tree: tree, cache: cache)
        guard try survey.run() else { return discoveries }
        var merge = MoonMerger(survey: survey, discoveries: discoveries)
        return merge.run()
    }

    /// `vcs.defaultBranch` of the workspace at the root; `nil` when it says none or cannot be read.
    package static func defaultBranch(in tree: SourceTree) throws(GitError) -> String? {
        guard let directory = try tree.directory(MoonSurvey.directory),
            let file = MoonSurvey.file("workspace", in: directory)
        else { return nil }
        let bytes = try tree.objects.blob(file.id)
        return try? MoonWorkspaceFile.parse(bytes, at: MoonSurvey.directory.appending(file.name)).defaultBranch
    }
}
