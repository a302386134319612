internal import ChangeDetection
internal import GitObjects
internal import GitOracle
internal import Glibc

/// What git says about two trees or a working tree, in the words of `ChangeDetection`.
enum Oracle {
    /// `git diff-tree` between two trees.
    static func changes(_ git: GitSandbox, _ base: String, _ head: String, in directory: String? = nil) throws
        -> ChangeSet
    {
        let raw = try git.git(
            ["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", base, head], in: directory)
        let fields = raw.split(separator: 0)
        var changes: [Change] = []
        for at in stride(from: 0, to: fields.count - 1, by: 2) {
            let words = String(decoding: fields[at], as: UTF8.self).split(separator: " ")
            let oldMode = words[0].dropFirst()
            let status: Change.Status
            switch words[4] {
            case "A": status = .added
            case "D": status = .deleted
            case "T": status = .type
            default:
                status = oldMode == "160000" ? .submodule : words[2] == words[3] ? .mode : .modified
            }
            changes.append(Change(path: RepoPath(bytes: Array(fields[at + 1])), status: status))
        }
        return ChangeSet(changes)
    }

    /// One path of `git status`, and whether both the index and the working tree differ, so that they may cancel.
    struct StatusLine {
        let path: RepoPath
        let mayCancel: Bool
    }

    /// `git status` with every untracked file.
    static func status(_ git: GitSandbox) throws -> [StatusLine] {
        let raw = try git.git([
            "-c", "core.fsmonitor=false", "status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames",
        ])
        var lines = raw.split(separator: 0).map { line in
            // Fields before the path: 8 of an ordinary line, 10 of an unmerged one, 1 of an untracked one.
            let kind = line.first
            let count = kind == UInt8(ascii: "1") ? 8 : kind == UInt8(ascii: "u") ? 10 : 1
            let parts = line.split(separator: UInt8(ascii: " "), maxSplits: count, omittingEmptySubsequences: false)
            var path = Array(parts[count])
            if path.last == UInt8(ascii: "/") { path.removeLast() }
            let isOneSided = kind == UInt8(ascii: "1") && parts[1].contains(UInt8(ascii: "."))
            // Announced with --intent-to-add and never written.
            let isNowhere = isOneSided && parts[1].elementsEqual(".D".utf8) && parts[6].starts(with: "e69de29bb".utf8)
            return StatusLine(
                path: RepoPath(bytes: path), mayCancel: kind != UInt8(ascii: "?") && !isOneSided || isNowhere)
        }
        // Removed from the index and still on disk: one line as deleted, one as untracked.
        let counts = Dictionary(lines.map { ($0.path, 1) }, uniquingKeysWith: +)
        lines = lines.map { StatusLine(path: $0.path, mayCancel: $0.mayCancel || counts[$0.path] != 1) }
        return lines
    }

    /// The tree that `git add --all && git write-tree` makes with a copy of the index.
    static func workingTree(
        _ git: GitSandbox, in directory: String? = nil, environment: [String: String] = [:]
    ) throws -> String {
        let copy = git.folder + "/index-copy"
        let index = try git.line(
            ["rev-parse", "--path-format=absolute", "--git-path", "index"], environment: environment, in: directory)
        unlink(copy)
        try git.copyKeepingTime(index, to: copy)
        let environment = environment.merging(["GIT_INDEX_FILE": copy]) { $1 }
        let settings = ["advice.addEmbeddedRepo=false", "core.splitIndex=false", "core.fsmonitor=false"]
        // Without a sparse checkout the option changes nothing.
        try git.git(
            settings.flatMap { ["-c", $0] } + ["add", "--all", "--sparse"], environment: environment, in: directory)
        return try git.line(["write-tree"], environment: environment, in: directory)
    }
}
