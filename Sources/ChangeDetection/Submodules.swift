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
            versions, gitDirectory: repository.gitDirectory, workingDirectory: repository.workingDirectory, at: .root)
    }

    private mutating func expand(
        _ versions: Versions, gitDirectory: String, workingDirectory: String?, at place: RepoPath
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
                gitDirectory: gitDirectory + "modules/" + name,
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
        guard access(place, F_OK) == 0, let repository = try? Repository.open(at: place, environment: [:]),
            checkout == nil || Submodules.isSame(repository.workingDirectory, place)
        else { return nil }
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
            versions, gitDirectory: repository.gitDirectory, workingDirectory: checkout, at: inner.path)
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

    private static func isSame(_ one: String?, _ two: String) -> Bool {
        var left = stat(), right = stat()
        guard let one, stat(one, &left) == 0, stat(two, &right) == 0 else { return false }
        return left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }

    /// The paths of a `.gitmodules` file and the names they go by. Format: `gitmodules(5)`, of which the `path` of each
    /// `[submodule "NAME"]` is read. Names that lead out of the place where git keeps modules are passed over, as git does.
    static func parse(_ text: [UInt8]) -> [(path: RepoPath, name: String)] {
        var found: [(RepoPath, String)] = []
        var name: String?
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).drop { $0 == " " || $0 == "\t" }
            if words.hasPrefix("[") {
                let parts = words.split(separator: "\"", omittingEmptySubsequences: false)
                let isModule = parts.count >= 3 && parts[0].lowercased().hasPrefix("[submodule")
                name = isModule ? parts[1...].dropLast().joined(separator: "\"") : nil
                if let known = name, known.isEmpty || known.split(separator: "/").contains("..") { name = nil }
            } else if let name, let equals = words.firstIndex(of: "="),
                words[..<equals].lowercased().split(separator: " ").first?.split(separator: "\t").first == "path"
            {
                var value = words[words.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
                while let last = value.last, " \t\r".contains(last) { value.removeLast() }
                if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
                let path = RepoPath(value)
                if !path.isRoot, !path.components.contains(where: { $0.elementsEqual("..".utf8) }) {
                    found.append((path, name))
                }
            }
        }
        return found
    }
}
