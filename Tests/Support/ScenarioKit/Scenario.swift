package import GitObjects

/// A history of a repository built in code: commits on branches, and what lies uncommitted on top.
///
/// Everything is held in memory, so the same scenario can be answered by the library alone, and by the program once it
/// is written to disk. A step that makes no sense, such as editing a file that is not there, is kept in `mistakes` and
/// fails every question about the scenario.
package struct Scenario {
    package struct Commit: Sendable {
        package var label: String
        package var files: FileSet
        /// Places in `commits`; none for a first commit.
        package var parents: [Int]
    }

    package private(set) var commits: [Commit] = []
    /// The place in `commits` of each branch's tip.
    package private(set) var branches: [String: Int] = [:]
    package private(set) var currentBranch = "main"
    /// What lies in the working tree.
    package var files: FileSet = [:]
    /// What is staged.
    package private(set) var staged: FileSet = [:]
    package private(set) var mistakes: [String] = []

    package init(_ build: (inout Scenario) -> Void) {
        build(&self)
    }

    /// The tip of the branch the next commit goes to.
    package var tip: Int? { branches[currentBranch] }

    /// The commit with this label, or the tip of the branch of this name.
    package func commit(named name: String) -> Int? {
        branches[name] ?? commits.lastIndex { $0.label == name }
    }

    package mutating func fail(_ mistake: String) { mistakes.append(mistake) }
}

// MARK: Files

extension Scenario {
    /// Makes or replaces a regular file.
    package mutating func write(_ path: RepoPath, _ text: String) {
        files[path] = ScenarioFile(.regular, Array(text.utf8))
    }

    /// Replaces the content of a file that is there with another one, keeping its mode.
    package mutating func edit(_ path: RepoPath, _ text: String) {
        guard let file = files[path] else { return fail("edit: there is no \(path)") }
        let bytes = Array(text.utf8)
        if file.bytes == bytes { fail("edit: \(path) has that content already") }
        files[path] = ScenarioFile(file.mode, bytes)
    }

    /// Adds a line to a file that is there.
    package mutating func append(_ path: RepoPath, _ line: String) {
        guard let file = files[path] else { return fail("append: there is no \(path)") }
        files[path] = ScenarioFile(file.mode, file.bytes + Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Replaces one piece of text, which must occur, in a file that is there.
    package mutating func replace(_ path: RepoPath, _ old: String, _ new: String) {
        guard let file = files[path] else { return fail("replace: there is no \(path)") }
        let text = String(decoding: file.bytes, as: UTF8.self)
        guard let range = text.firstRange(of: old) else { return fail("replace: \(path) does not hold '\(old)'") }
        files[path] = ScenarioFile(file.mode, Array((text[..<range.lowerBound] + new + text[range.upperBound...]).utf8))
    }

    /// Removes a file, or a directory with all that is in it.
    package mutating func delete(_ path: RepoPath) {
        let found = files.paths(within: path)
        if found.isEmpty { fail("delete: there is no \(path)") }
        for file in found { files[file] = nil }
    }

    /// Moves a file or a directory.
    package mutating func rename(_ path: RepoPath, to target: RepoPath) {
        let found = files.paths(within: path)
        if found.isEmpty { fail("rename: there is no \(path)") }
        for file in found {
            guard let content = files.removeValue(forKey: file), let rest = file.relative(to: path) else { continue }
            files[rest.isRoot ? target : target.appending(rest.bytes)] = content
        }
    }

    package mutating func setExecutable(_ path: RepoPath, _ isExecutable: Bool = true) {
        guard let file = files[path], file.mode.isFile else { return fail("setExecutable: there is no file \(path)") }
        files[path] = ScenarioFile(isExecutable ? .executable : .regular, file.bytes)
    }

    /// Makes a symbolic link, also in place of a file.
    package mutating func symlink(_ path: RepoPath, to target: String) {
        files[path] = ScenarioFile(.symlink, Array(target.utf8))
    }
}

// MARK: History

extension Scenario {
    /// Commits everything that lies in the working tree.
    package mutating func commit(_ label: String) {
        add(Commit(label: label, files: files, parents: tip.map { [$0] } ?? []))
    }

    /// Makes a branch at the current commit and switches to it; uncommitted changes come along.
    package mutating func branch(_ name: String) {
        guard let tip else { return fail("branch \(name): there is no commit yet") }
        branches[name] = tip
        currentBranch = name
    }

    /// Switches to a branch and drops uncommitted changes.
    package mutating func checkout(_ name: String) {
        guard let tip = branches[name] else { return fail("checkout: there is no branch \(name)") }
        currentBranch = name
        files = commits[tip].files
        staged = files
    }

    /// Merges a branch into the current one, file by file; a file that both sides changed differently is a mistake.
    package mutating func merge(_ name: String) {
        guard let ours = tip, let theirs = branches[name] else { return fail("merge: there is no branch \(name)") }
        guard let base = mergeBase(ours, theirs) else { return fail("merge \(name): unrelated histories") }
        let (before, other) = (commits[base].files, commits[theirs].files)
        var merged = commits[ours].files
        for path in Set(before.keys).union(other.keys) where before[path] != other[path] {
            if merged[path] != before[path], merged[path] != other[path] { fail("merge \(name): conflict in \(path)") }
            merged[path] = other[path]
        }
        files = merged
        add(Commit(label: "merge-\(name)", files: merged, parents: [ours, theirs]))
    }

    /// Stages everything that lies in the working tree; what is changed later stays unstaged.
    package mutating func stage() { staged = files }

    private mutating func add(_ commit: Commit) {
        commits.append(commit)
        branches[currentBranch] = commits.count - 1
        staged = files
    }

    /// The latest common ancestor, where there is one that is below no other.
    package func mergeBase(_ one: Int, _ two: Int) -> Int? {
        let common = ancestors(one).intersection(ancestors(two))
        // A commit's place is above those of its ancestors, so the last common one is below no other.
        return common.max()
    }

    private func ancestors(_ commit: Int) -> Set<Int> {
        var seen: Set<Int> = [commit]
        var pending = [commit]
        while let next = pending.popLast() {
            for parent in commits[next].parents where seen.insert(parent).inserted { pending.append(parent) }
        }
        return seen
    }
}
