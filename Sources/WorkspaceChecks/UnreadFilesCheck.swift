internal import AffectedAnalysis
internal import GitObjects
internal import WorkspaceModel

/// Lists tracked files that no task reads: a change of them builds nothing.
struct UnreadFilesCheck {
    let workspace: Workspace
    let tree: SourceTree

    /// One finding for each directory with such files. Where nothing below a directory is read, the directory stands for
    /// all files in it.
    func findings() throws(AnalysisError) -> [Finding] {
        let groups = try UnreadFiles.groups(of: workspace, in: tree)
        return groups.map { group in
            let count = group.files.count
            let noun = count == 1 ? "1 file" : "\(count) files"
            let place = group.isWhole ? "no task reads anything in" : "no task reads \(noun) directly in"
            var finding = Finding(
                .unreadFiles, .note, evidence: [Evidence(path: group.directory, line: nil)],
                "\(place) \(group.directory)\(group.isWhole ? " (\(noun))" : "")")
            finding.files = group.files
            return finding
        }
    }
}
