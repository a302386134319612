internal import Diagnostics
internal import Glibc

extension Repository {
    /// What merging two commits gives.
    package enum MergeOutcome: Sendable, Equatable {
        case clean(tree: ObjectID)
        /// The paths that need a person, sorted; empty where that was not told.
        case conflicted(paths: [RepoPath])
    }

    /// Merges two commits as git would, without writing to the repository: what `git merge-tree --write-tree` gives.
    ///
    /// The git program defines the answer, so it is asked; what it makes goes to a directory of this process, from which
    /// `objects` reads it. Without git 2.38 or later libgit2 merges in memory, which agrees but for renamed directories and
    /// some edits that lie close together.
    package func mergedTree(
        target: ObjectID, head: ObjectID, in objects: ObjectStore
    ) throws(GitError) -> MergeOutcome {
        let scratch = try ScratchDirectory()
        mkdir(scratch.path + "/objects", 0o700)
        let merging = writing(to: scratch)
        let answer = try? merging.run([
            "merge-tree", "--write-tree", "--no-messages", "--name-only", "-z", "\(target)", "\(head)",
        ])
        guard let answer, answer.code <= 1 else {
            guard let libgit2 = engine as? Libgit2Engine else {
                throw GitError(
                    .unsupportedRepository, .environment,
                    "\(target) and \(head) cannot be merged here: \(answer?.reason ?? "there is no git program"). "
                        + "Version 2.38 or later of git is needed.")
            }
            return try libgit2.mergedTree(target, head).map { .clean(tree: $0) } ?? .conflicted(paths: [])
        }
        let fields = answer.output.split(separator: 0)
        guard answer.code == 0, let first = fields.first,
            let tree = ObjectID(hex: String(decoding: first, as: UTF8.self))
        else { return .conflicted(paths: fields.dropFirst().map { RepoPath(bytes: Array($0)) }.sorted()) }
        objects.add(source: ProgramObjects(merging, keeping: scratch))
        return .clean(tree: tree)
    }

    /// The working tree as the git program sees it: what `git add --all && git write-tree` gives, on a copy of the index
    /// and with the new objects in a directory of this process.
    package func workingTreeByProgram(
        root: String, indexPath: String, in objects: ObjectStore
    ) throws(GitError) -> ObjectID {
        let scratch = try ScratchDirectory()
        mkdir(scratch.path + "/objects", 0o700)
        if let index = RepositoryShape.contents(of: indexPath) {
            let copy = creat(scratch.path + "/index", 0o600)
            guard copy >= 0 else {
                throw GitError(.unreadable, .environment, "\(scratch.path) cannot be written. Set TMPDIR.")
            }
            var written = 0
            while written < index.count {
                let count = index[written...].withUnsafeBytes { Glibc.write(copy, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                written += count
            }
            // Entries as young as the index are looked at again; that must stay so in the copy.
            var status = stat()
            if stat(indexPath, &status) == 0 {
                var times = [status.st_atim, status.st_mtim]
                futimens(copy, &times)
            }
            close(copy)
            guard written == index.count else {
                throw GitError(.unreadable, .environment, "\(scratch.path) is full. Make room, or set TMPDIR.")
            }
        }
        let adding = writing(to: scratch, root: root, index: scratch.path + "/index")
        // The copy is a plain index, so that no shared part of it is written or cleaned away, and what a monitor or a cache
        // believes about the files does not count.
        let settings = [
            "advice.addEmbeddedRepo=false", "core.safecrlf=false", "core.splitIndex=false", "core.fsmonitor=false",
            "core.untrackedCache=false",
        ]
        // Files outside a sparse checkout that are there all the same count, as for 'git status'.
        let sparse = configuredBool("core.sparsecheckout", default: false) ? ["--sparse"] : []
        let added = try adding.run(settings.flatMap { ["-c", $0] } + ["add", "--all"] + sparse)
        guard added.code == 0 else {
            throw GitError(
                .unreadable, .environment,
                "git cannot read the working tree \(root): \(added.reason). Run 'git status' there.")
        }
        let written = try adding.require(["write-tree"])
        guard let line = written.lines.first, let tree = ObjectID(hex: line) else {
            throw GitError(.corrupt, .environment, "git names no tree for the working tree \(root).")
        }
        objects.add(source: ProgramObjects(adding, keeping: scratch))
        return tree
    }

    /// A git program whose new objects go to `scratch`, beside those of the repository.
    private func writing(to scratch: ScratchDirectory, root: String? = nil, index: String? = nil) -> GitProgram {
        let own = environment["GIT_OBJECT_DIRECTORY"] ?? commonDirectory + "objects"
        var extra = ["GIT_OBJECT_DIRECTORY": scratch.path + "/objects"]
        let others = environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"].map { ":" + $0 } ?? ""
        // In quotes, C style, because a colon separates the paths.
        extra["GIT_ALTERNATE_OBJECT_DIRECTORIES"] =
            "\"" + own.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" + others
        if let index { extra["GIT_INDEX_FILE"] = index }
        return GitProgram(directory: root ?? program.directory, environment: environment, extra: extra)
    }
}
