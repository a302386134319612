internal import ChangeDetection
internal import GitObjects
internal import GitOracle
internal import Testing

/// Comparing trees, against `git diff-tree` on a random history.
@Suite struct TreeComparisonTests {
    private static let names: [[UInt8]] = [
        Array("a".utf8), Array("a-b".utf8), Array("a.b".utf8), Array("a0".utf8), Array("b".utf8), [0xFE, 0x20],
        Array("tab\tnew\nline".utf8), Array("lib".utf8), Array("é".utf8),
    ]

    @Test("two trees differ by the paths and statuses that git diff-tree lists")
    func agreesWithGit() throws {
        let git = try GitSandbox()
        var random = SeededRandom(seed: 7)
        let blobs = try (0..<5).map { try git.line(["hash-object", "-w", "--stdin-paths"], input: "blob\($0)") }
        let commit = String(repeating: "12", count: 20), other = String(repeating: "34", count: 20)
        var files: [[UInt8]: String] = [:]
        var trees: [String] = []
        for _ in 0..<60 {
            for _ in 0..<1 + random.below(8) {
                var path = random.pick(Self.names)
                for _ in 0..<random.below(4) { path += [UInt8(ascii: "/")] + random.pick(Self.names) }
                if let known = files.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).first, random.once(in: 4) {
                    path = known
                }
                // A file and a directory of the same name exclude each other.
                files = files.filter { key, _ in
                    !RepoPath(bytes: key).isWithin(RepoPath(bytes: path))
                        && !RepoPath(bytes: path).isWithin(RepoPath(bytes: key))
                }
                switch random.below(8) {
                case 0: break
                case 1: files[path] = "100755 \(random.pick(blobs))"
                case 2: files[path] = "120000 \(random.pick(blobs))"
                case 3: files[path] = "160000 \(random.pick([commit, other]))"
                default: files[path] = "100644 \(random.pick(blobs))"
                }
            }
            var lines: [UInt8] = []
            for (path, entry) in files { lines += Array((entry + "\t").utf8) + path + [0] }
            let index = ["GIT_INDEX_FILE": git.folder + "/index-\(trees.count)"]
            try git.git(["update-index", "-z", "--index-info"], input: lines, environment: index)
            trees.append(try git.line(["write-tree"], environment: index))
        }
        let repository = try Repository.open(at: git.root, environment: [:])
        let objects = try repository.objectStore()
        for pair in 0..<110 {
            let base = trees[pair % 60], head = trees[pair < 59 ? pair + 1 : random.below(60)]
            let expected = try Oracle.changes(git, base, head)
            let left = try #require(ObjectID(hex: base)), right = try #require(ObjectID(hex: head))
            let found = try TreeComparison.changes(from: left, to: right, in: objects)
            #expect(found == expected, "pair \(pair): \(base) \(head)")
        }
    }

    @Test("equal subtrees are never opened")
    func readsOnlyWhatDiffers() throws {
        let objects = ObjectStore.inMemory()
        let base = SourceTree.inMemory(["a/b/c": "1", "d/e": "2"], in: objects)
        let head = SourceTree.inMemory(["a/b/c": "1", "d/e": "3"], in: objects)
        let changes = try TreeComparison.changes(from: base.root, to: head.root, in: objects)
        #expect(changes.changes == [Change(path: "d/e", status: .modified)])
        // A store that lacks the equal subtree answers all the same.
        let partial = ObjectStore.inMemory()
        for id in [base.root, head.root] { partial.add(tree: try objects.tree(id)) }
        for tree in [base, head] {
            let below = try #require(try tree.directoryID("d"))
            partial.add(tree: try objects.tree(below))
        }
        #expect(try TreeComparison.changes(from: base.root, to: head.root, in: partial) == changes)
    }

    @Test("changes within a directory leave out siblings that begin with its name")
    func within() {
        let paths: [RepoPath] = ["foo", "foo-bar/x", "foo/x", "foo/y/z", "foo0", "fo"]
        let changes = ChangeSet(paths.map { Change(path: $0, status: .added) })
        #expect(changes.within("foo").map(\.path) == ["foo", "foo/x", "foo/y/z"])
        #expect(changes.within("foo-bar").map(\.path) == ["foo-bar/x"])
        #expect(changes.within(.root).count == 6)
        #expect(changes.within("zzz").isEmpty)
    }
}

extension GitSandbox {
    fileprivate func line(_ arguments: [String], input name: String) throws -> String {
        try write(name, name)
        return String(decoding: try git(arguments, input: Array((name + "\n").utf8)).dropLast(), as: UTF8.self)
    }
}
