internal import Diagnostics
internal import Glibc

/// What of a repository's shape can matter to how it is read, for `ripple doctor`.
package struct RepositorySurvey: Sendable {
    /// One fact, and what to do about it if anything.
    package struct Fact: Sendable, Equatable {
        package enum State: String, Sendable { case ok, note, problem }
        package let name: String
        package let state: State
        package let detail: String
        package let advice: String?

        package init(_ name: String, _ state: State, _ detail: String, advice: String? = nil) {
            self.name = name
            self.state = state
            self.detail = detail
            self.advice = advice
        }
    }

    package private(set) var facts: [Fact] = []

    package init(of repository: borrowing Repository, environment: [String: String]) {
        place(repository)
        reading(repository)
        owner(repository)
        history(repository)
        objects(repository)
        index(repository, environment)
        workingTree(repository)
    }

    private mutating func add(_ name: String, _ state: Fact.State, _ detail: String, advice: String? = nil) {
        facts.append(Fact(name, state, detail, advice: advice))
    }

    private mutating func place(_ repository: borrowing Repository) {
        if let root = repository.workingDirectory {
            let kind = repository.gitDirectory == repository.commonDirectory ? "" : ", a linked worktree"
            add("repository", .ok, root + kind)
        } else {
            add("repository", .ok, "\(repository.gitDirectory) (bare: commits can be compared, tasks cannot run)")
        }
    }

    private mutating func reading(_ repository: borrowing Repository) {
        let hash = repository.objectFormat == .sha256 ? "SHA-256" : "SHA-1"
        let references = repository.configuredString("extensions.refstorage") ?? "files"
        add("format", .ok, "\(hash) objects, references in \(references)")
        switch repository.reading {
        case .libgit2: add("reading", .ok, "through libgit2 and Ripple's own readers")
        case .program(let reason): add("reading", .note, "through the git program: \(reason)")
        }
    }

    /// git refuses a repository of another user; libgit2, which runs nothing from it, is not asked to.
    private mutating func owner(_ repository: borrowing Repository) {
        var status = stat()
        guard stat(repository.gitDirectory, &status) == 0, status.st_uid != getuid() else { return }
        let isRefused = (try? repository.program.run(["rev-parse", "--git-dir"]))?.code != 0
        let path = repository.workingDirectory ?? repository.gitDirectory
        add(
            "owner", isRefused ? .problem : .note,
            "the repository belongs to user \(status.st_uid), not to \(getuid())",
            advice: isRefused
                ? "git refuses it, which matters for merges, filters and fetching: "
                    + "git config --global --add safe.directory '\(path)'" : nil)
    }

    private mutating func history(_ repository: borrowing Repository) {
        let cut = repository.cutCommits.count
        if repository.isShallow {
            add(
                "history", .note, "shallow: cut off at \(cut) \(cut == 1 ? "commit" : "commits")",
                advice: "use --deepen, or run: git fetch --unshallow")
        } else {
            add("history", .ok, "complete")
        }
        if let ignored = RepositoryShape.whatLibgit2Ignores(repository.commonDirectory, [:]) {
            add("replaced", .note, "\(ignored); the git program answers")
        }
        let graphs = repository.commonDirectory + "objects/info/commit-graphs/commit-graph-chain"
        if access(graphs, F_OK) == 0 {
            add("commit-graph", .note, "a chain, which libgit2 does not use: old merge bases are found more slowly")
        } else if access(repository.commonDirectory + "objects/info/commit-graph", F_OK) == 0 {
            add("commit-graph", .ok, "present")
        }
    }

    private mutating func objects(_ repository: borrowing Repository) {
        let folder = repository.commonDirectory + "objects/"
        let packs = RepositorySurvey.names(in: folder + "pack").count { $0.hasSuffix(".pack") }
        add(
            "objects", packs > 200 ? .note : .ok, "\(packs) \(packs == 1 ? "pack" : "packs")",
            advice: packs > 200 ? "many packs are slow to search: git gc" : nil)
        if RepositoryShape.isPartial(repository.commonDirectory, repository.engine) {
            add("partial clone", .note, "missing objects are fetched through git when they are read")
        }
        guard let text = RepositoryShape.contents(of: folder + "info/alternates") else { return }
        for line in text.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let path = String(decoding: line, as: UTF8.self)
            let isHere = access(path.hasPrefix("/") ? path : folder + path, F_OK) == 0
            add(
                "alternates", isHere ? .ok : .problem,
                "objects are borrowed from \(path)\(isHere ? "" : ", which is gone")",
                advice: isHere ? nil : "bring it back, or clone anew")
        }
    }

    private mutating func index(_ repository: borrowing Repository, _ environment: [String: String]) {
        guard repository.workingDirectory != nil else { return }
        let path = environment["GIT_INDEX_FILE"] ?? repository.gitDirectory + "index"
        do throws(GitError) {
            guard
                let index = try IndexFile(
                    path: path, idBytes: repository.objectFormat.byteCount, gitDirectory: repository.gitDirectory)
            else { return add("index", .note, "none: every file counts as new") }
            var words = ["version \(index.version)", "\(index.entries.count) entries"]
            if index.isSplit { words.append("split") }
            if index.isSparse { words.append("sparse") }
            if index.validTrees.isEmpty { words.append("no tree cache") }
            add("index", .ok, words.joined(separator: ", "))
        } catch {
            add("index", .problem, error.message)
        }
    }

    private mutating func workingTree(_ repository: borrowing Repository) {
        guard repository.workingDirectory != nil else { return }
        var words: [String] = []
        if repository.configuredBool("core.sparsecheckout", default: false) { words.append("sparse checkout") }
        if repository.configuredBool("core.ignorecase", default: false) {
            words.append("core.ignorecase (read by the git program)")
        }
        if !repository.configuredBool("core.filemode", default: true) { words.append("core.fileMode off") }
        if let check = repository.configuredString("core.checkstat") { words.append("core.checkStat \(check)") }
        if let lines = repository.configuredString("core.autocrlf") { words.append("core.autocrlf \(lines)") }
        if let monitor = repository.configuredString("core.fsmonitor"), monitor != "false" {
            words.append("core.fsmonitor (not used)")
        }
        if repository.configuredString("filter.lfs.clean") != nil
            || repository.configuredString("filter.lfs.process") != nil
        {
            words.append("Git LFS (touched files are asked of git)")
        }
        add("working tree", .ok, words.isEmpty ? "nothing special" : words.joined(separator: ", "))
        guard let root = repository.workingDirectory, let text = RepositoryShape.contents(of: root + "/.gitmodules")
        else { return }
        let count = text.split(separator: UInt8(ascii: "\n")).count {
            String(decoding: $0, as: UTF8.self).split(whereSeparator: { " \t=".contains($0) }).first == "path"
        }
        let present = RepositorySurvey.names(in: repository.gitDirectory + "modules").count
        add(
            "submodules", present == 0 && count > 0 ? .note : .ok, "\(count) named in .gitmodules",
            advice: present == 0 && count > 0 ? "to see their files, run: git submodule update --init --recursive" : nil
        )
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
