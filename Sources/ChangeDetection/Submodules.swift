internal import Diagnostics
package import GitObjects
internal import Glibc

/// Puts the files of submodules in place of the commits that stand for them, where their objects are here.
///
/// A bumped submodule then is the files of the range, an added one all its files, and projects inside one are found. Where
/// the objects of a version that is compared are absent, the submodule stays one path on all sides, and a note says so when
/// that path changed. Nested submodules are followed.
package struct Submodules {
    private let objects: ObjectStore
    private(set) package var notes: [Comparison.Note] = []

    package init(objects: ObjectStore) {
        self.objects = objects
    }

    /// The versions that are compared.
    package struct Versions {
        /// Roots of the bases, then of the head.
        package var roots: [ObjectID]
        /// Whether the last root is the working tree, so that files on disk count in submodules too.
        package var endsWithWorkingTree: Bool

        package init(roots: [ObjectID], endsWithWorkingTree: Bool) {
            self.roots = roots
            self.endsWithWorkingTree = endsWithWorkingTree
        }
    }

    /// The roots with the files of submodules in them; the same roots when there are none.
    package mutating func expand(_ versions: Versions, in repository: borrowing Repository) throws(GitError)
        -> [ObjectID]
    {
        try expand(
            versions, in: Outer(repository), workingDirectory: repository.workingDirectory, at: .root)
    }

    /// Where the repository around submodules lies. A linked worktree has modules of its own, and those of the main one.
    private struct Outer {
        let gitDirectory: String
        let commonDirectory: String

        init(_ repository: borrowing Repository) {
            gitDirectory = repository.gitDirectory
            commonDirectory = repository.commonDirectory
        }

        func directory(ofModule name: String) -> String {
            let own = gitDirectory + "modules/" + name
            return access(own, F_OK) == 0 ? own : commonDirectory + "modules/" + name
        }
    }

    private mutating func expand(
        _ versions: Versions, in outer: Outer, workingDirectory: String?, at place: RepoPath
    ) throws(GitError) -> [ObjectID] {
        var names: [RepoPath: String] = [:]
        for root in versions.roots {
            let tree = SourceTree(objects: objects, root: root)
            if let text = try tree.read(".gitmodules") {
                for (path, name) in Submodules.parse(text) { names[path] = name }
            }
        }
        var edits = [[RepoPath: TreeEdit]](repeating: [:], count: versions.roots.count)
        for (path, name) in names.sorted(by: { $0.key < $1.key }) {
            var commits: [ObjectID?] = []
            for root in versions.roots {
                let entry = try SourceTree(objects: objects, root: root).entry(path)
                commits.append(entry?.mode == .submodule ? entry?.id : nil)
            }
            guard commits.contains(where: { $0 != nil }) else { continue }
            let inner = Inner(
                gitDirectory: outer.directory(ofModule: name),
                workingDirectory: workingDirectory.map { $0 + "/" + path.description },
                path: place.appending(path.bytes))
            guard let roots = try self.roots(of: commits, inner, diskCounts: versions.endsWithWorkingTree) else {
                if Set(commits).count > 1 { noteAbsent(place.appending(path.bytes)) }
                continue
            }
            for (side, root) in roots.enumerated() { if let root { edits[side][path] = .set(.directory, root) } }
        }
        var expanded: [ObjectID] = []
        for (root, edits) in zip(versions.roots, edits) {
            expanded.append(try SourceTree(objects: objects, root: root).edited(edits).root)
        }
        return expanded
    }

    /// Where one submodule lies.
    private struct Inner {
        let gitDirectory: String
        let workingDirectory: String?
        let path: RepoPath
    }

    /// The trees of the commits, with nested submodules in place; `nil` when one of them is not here.
    private mutating func roots(
        of commits: [ObjectID?], _ inner: Inner, diskCounts: Bool
    ) throws(GitError) -> [ObjectID?]? {
        var checkout = inner.workingDirectory
        if let path = checkout, access(path + "/.git", F_OK) != 0 { checkout = nil }
        let place = checkout ?? inner.gitDirectory
        guard access(place, F_OK) == 0, let repository = try? Submodules.open(place, hasFiles: checkout != nil) else {
            return nil
        }
        repository.lendObjects(to: objects)
        var trees: [ObjectID] = [], sides: [Int] = []
        for (side, commit) in commits.enumerated() {
            guard let commit else { continue }
            guard let tree = try? repository.tree(ofCommit: commit), objects.holds(tree: tree) else { return nil }
            trees.append(tree)
            sides.append(side)
        }
        let isDisk = diskCounts && checkout != nil && sides.last == commits.count - 1
        if isDisk {
            trees[trees.count - 1] =
                try WorkingTree.snapshot(
                    of: repository, headTree: trees[trees.count - 1], objects: objects, environment: [:]
                ).root
        }
        let versions = Versions(roots: trees, endsWithWorkingTree: isDisk)
        let expanded = try expand(
            versions, in: Outer(repository), workingDirectory: checkout, at: inner.path)
        var roots = [ObjectID?](repeating: nil, count: commits.count)
        for (side, root) in zip(sides, expanded) { roots[side] = root }
        return roots
    }

    private mutating func noteAbsent(_ path: RepoPath) {
        notes.append(
            Comparison.Note(
                code: "submodule-absent",
                message: "The submodule \(path) changed and its objects are not here, so it counts as one file. "
                    + "To see which of its files changed, run: git submodule update --init '\(path)'"))
    }

    private static func open(_ place: String, hasFiles: Bool) throws(GitError) -> Repository {
        guard hasFiles else { return try Repository.open(bareAt: place) }
        let repository = try Repository.open(at: place, environment: [:])
        // Without a usable `.git` the search ends at the repository around it.
        guard WorkingTree.isSameDirectory(repository.workingDirectory, place) else {
            throw GitError(.notRepository, .environment, "\(place) is no repository of its own.")
        }
        return repository
    }

    /// The paths of a `.gitmodules` file and the names they go by. Format: `gitmodules(5)`, of which the `path` of each
    /// `[submodule "NAME"]` is read. Names that lead out of the place where git keeps modules are passed over, as git does.
    static func parse(_ text: [UInt8]) -> [(path: RepoPath, name: String)] {
        var found: [(RepoPath, String)] = []
        var name: String?
        for line in text.split(separator: UInt8(ascii: "\n")) {
            var rest = trimmed(line)
            if rest.first == UInt8(ascii: "[") {
                (name, rest) = section(rest)
                if let known = name, known.isEmpty || known.split(separator: "/").contains("..") { name = nil }
            }
            guard let name, let equals = rest.firstIndex(of: UInt8(ascii: "=")),
                String(decoding: trimmed(rest[..<equals]), as: UTF8.self).lowercased() == "path"
            else { continue }
            let parts = value(rest[(equals + 1)...]).split(separator: UInt8(ascii: "/"))
            let path = parts.filter { !$0.elementsEqual(".".utf8) }
            if !path.isEmpty, !path.contains(where: { $0.elementsEqual("..".utf8) }) {
                found.append((RepoPath(bytes: Array(path.joined(separator: [UInt8(ascii: "/")]))), name))
            }
        }
        return found
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop { " \t\r".utf8.contains($0) }
        while let last = text.last, " \t\r".utf8.contains(last) { text.removeLast() }
        return text
    }

    /// The name in `[submodule "NAME"]`, `nil` of any other section, and what follows on the line.
    private static func section(_ line: ArraySlice<UInt8>) -> (name: String?, rest: ArraySlice<UInt8>) {
        let kind = line.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "]") }
        var at = kind.endIndex, name: [UInt8] = []
        if at < line.endIndex, line[at] == UInt8(ascii: "\"") {
            at += 1
            while at < line.endIndex, line[at] != UInt8(ascii: "\"") {
                if line[at] == UInt8(ascii: "\\"), at + 1 < line.endIndex { at += 1 }
                name.append(line[at])
                at += 1
            }
            at += 1
        }
        let end = at < line.endIndex ? line[at...].firstIndex(of: UInt8(ascii: "]")) : nil
        let isModule = String(decoding: trimmed(kind), as: UTF8.self).lowercased() == "submodule"
        return (
            isModule ? String(decoding: name, as: UTF8.self) : nil, trimmed(end.map { line[($0 + 1)...] } ?? [])
        )
    }

    /// A value as `git-config(1)` spells it: parts in quotes, escapes, and a comment at the end.
    private static func value(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var value: [UInt8] = [], solid = 0, isQuoted = false
        let text = trimmed(text)
        var at = text.startIndex
        while at < text.endIndex {
            var byte = text[at]
            at += 1
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
                solid = value.count
                continue
            }
            if !isQuoted, byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") { break }
            let isEscaped = byte == UInt8(ascii: "\\") && at < text.endIndex
            if isEscaped {
                byte = text[at]
                at += 1
                if byte == UInt8(ascii: "t") { byte = 9 } else if byte == UInt8(ascii: "n") { byte = 10 }
            }
            value.append(byte)
            if isQuoted || isEscaped || (byte != 32 && byte != 9) { solid = value.count }
        }
        return Array(value.prefix(solid))
    }
}
