internal import GitObjects
internal import GitOracle
internal import Testing

@Suite struct ObjectIDTests {
    @Test("hexadecimal text of 40 or 64 digits is an id, and comes back in lower case")
    func text() throws {
        for digits in [40, 64] {
            let text = String("0123456789ABCDEFabcdef".repeated(3).prefix(digits))
            let id = try #require(ObjectID(hex: text))
            #expect(id.description == text.lowercased())
            #expect(id.bytes.count == digits / 2)
            #expect(ObjectID(id.bytes) == id)
        }
        for wrong in ["", "0", String(repeating: "0", count: 39), String(repeating: "g", count: 40)] {
            #expect(ObjectID(hex: wrong) == nil)
        }
        #expect(ObjectID([1, 2, 3]) == nil)
    }

    @Test("ids are ordered as their text is")
    func order() {
        var random = SeededRandom(seed: 1)
        let ids = (0..<200).compactMap { _ in ObjectID((0..<20).map { _ in UInt8(random.below(4)) }) }
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
    }

    @Test("the ids of empty things are git's well-known ones")
    func wellKnown() {
        #expect(ObjectStore.emptyTreeID.description == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
        #expect(ObjectFormat.sha1.id(of: [], kind: .blob).description == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}

/// Trees and edited trees, against the trees git writes.
@Suite struct TreeTests {
    private static let names: [[UInt8]] =
        ["a", "a-b", "a.b", "a0", "b", "c", "A"].map { Array($0.utf8) } + [[0xFF], [0x01]]
    private static let submodule = String(repeating: "12", count: 20)

    /// A random flat list of files without a file and a directory of one name.
    private static func files(_ random: inout SeededRandom, _ count: Int, from start: [RepoPath: String]) -> [RepoPath:
        String]
    {
        var files = start
        for _ in 0..<count {
            var path = RepoPath(bytes: random.pick(names))
            for _ in 0..<random.below(4) { path = path.appending(random.pick(names)) }
            files = files.filter { !$0.key.isWithin(path) && !path.isWithin($0.key) }
            let id = ObjectFormat.sha1.id(of: [UInt8(random.below(5))], kind: .blob).description
            files[path] = random.pick(["100644 \(id)", "100755 \(id)", "120000 \(id)", "160000 \(submodule)"])
        }
        for path in files.keys.sorted() where random.once(in: 4) { files[path] = nil }
        return files
    }

    private static func edit(_ entry: String) throws -> TreeEdit {
        let words = entry.split(separator: " ")
        let mode = try #require(UInt32(words[0], radix: 8).flatMap { FileMode(rawMode: $0) })
        return .set(mode, try #require(ObjectID(hex: words[1])))
    }

    @Test("edited trees have the ids that git write-tree gives")
    func editedAgreesWithGit() throws {
        let git = try GitSandbox()
        for seed in UInt64(0)..<60 {
            var random = SeededRandom(seed: seed)
            var before = SourceTree.inMemory([:]), files: [RepoPath: String] = [:]
            for round in 0..<3 {
                let next = Self.files(&random, 1 + random.below(10), from: files)
                var edits: [RepoPath: TreeEdit] = [:]
                for path in files.keys where next[path] == nil { edits[path] = .remove }
                for (path, entry) in next where files[path] != entry { edits[path] = try Self.edit(entry) }
                before = try before.edited(edits)
                files = next
                let direct = try SourceTree.inMemory([:]).edited(try files.mapValues { try Self.edit($0) })
                #expect(before.root == direct.root, "seed \(seed) round \(round)")
            }
            var lines: [UInt8] = []
            for (path, entry) in files { lines += Array((entry + "\t").utf8) + path.bytes + [0] }
            let index = ["GIT_INDEX_FILE": git.folder + "/index-\(seed)"]
            try git.git(["update-index", "-z", "--index-info"], input: lines, environment: index)
            let expected = try git.line(["write-tree", "--missing-ok"], environment: index)
            #expect(before.root.description == expected, "seed \(seed): \(files)")
        }
    }

    @Test("a tree read from a repository serialises to the same id")
    func roundTrip() throws {
        let git = try GitSandbox()
        for name in ["a", "a.b", "a0", "b/c", "b-c", "b.c/d"] { try git.write(name, name) }
        try git.git("add", "--all")
        let id = try #require(ObjectID(hex: try git.git("write-tree")))
        let repository = try Repository.open(at: git.root, environment: [:])
        let tree = try repository.objectStore().tree(id)
        #expect(ObjectFormat.sha1.id(of: tree.rawObject, kind: .tree) == id)
        let shuffled = Tree(tree.entries.reversed().map { (Array(tree.name(of: $0)), $0.mode, $0.id) })
        #expect(ObjectFormat.sha1.id(of: shuffled.rawObject, kind: .tree) == id)
        #expect(
            tree.entries.map { String(decoding: tree.name(of: $0), as: UTF8.self) } == [
                "a", "a.b", "a0", "b-c", "b.c", "b",
            ])
    }

    @Test("the last file of a directory takes the directory with it")
    func lastFile() throws {
        let tree = SourceTree.inMemory(["a/b/c": "1"])
        #expect(try tree.edited(["a/b/c": .remove]).root == ObjectStore.emptyTreeID)
    }

    @Test("removing a directory and setting a file in it leaves only that file")
    func replacedDirectory() throws {
        let objects = ObjectStore.inMemory()
        let tree = SourceTree.inMemory(["a/old": "1"], in: objects)
        let id = objects.add(blob: Array("2".utf8))
        let edited = try tree.edited(["a": .remove, "a/new": .set(.regular, id)])
        #expect(edited.root == SourceTree.inMemory(["a/new": "2"]).root)
    }

    @Test("removing what is below a file, or nowhere, changes nothing")
    func removingNothing() throws {
        let tree = SourceTree.inMemory(["a": "1", "d/e": "2"])
        #expect(try tree.edited(["a/b": .remove, "x": .remove, "d/y/z": .remove]).root == tree.root)
    }

    @Test("a directory set to a tree takes the edits below it")
    func directorySet() throws {
        let objects = ObjectStore.inMemory()
        let tree = SourceTree.inMemory(["a/x": "1", "b/y": "2"], in: objects)
        let b = try #require(try tree.directoryID("b")), id = objects.add(blob: Array("3".utf8))
        let edited = try tree.edited(["a": .set(.directory, b), "a/z": .set(.regular, id), "n": .set(.directory, b)])
        #expect(edited.root == SourceTree.inMemory(["a/y": "2", "a/z": "3", "b/y": "2", "n/y": "2"]).root)
    }

    @Test("files are found and read by path; directories and links are no files")
    func reading() throws {
        let tree = SourceTree.inMemory(["a/b": "text", "run*": "x", "link": "-> a/b"])
        #expect(try tree.read("a/b") == Array("text".utf8))
        #expect(try tree.entry("run")?.mode == .executable)
        #expect(try tree.entry("link")?.mode == .symlink)
        for path: RepoPath in ["a", "link", "a/b/c", "nowhere"] { #expect(try tree.read(path) == nil) }
    }
}
