internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// The index reader, against `git ls-files`, and against damage.
@Suite struct IndexFileTests {
    /// A line of `git ls-files --stage`, made from our entries.
    private static func listing(_ index: IndexFile) -> Set<String> {
        Set(
            index.entries.map { entry in
                let mode = index.mode(of: entry)?.octal ?? "?"
                let padded = String(repeating: "0", count: max(0, 6 - mode.utf8.count)) + mode
                return "\(padded) \(index.id(of: entry)) \(entry.flags.contains(.unmerged))\t\(index.path(of: entry))"
            })
    }

    private static func expected(_ git: GitSandbox) throws -> Set<String> {
        Set(
            try git.git(["ls-files", "--stage", "--sparse", "-z"]).split(separator: 0).map { line in
                let text = String(decoding: line, as: UTF8.self)
                let parts = text.split(separator: "\t", maxSplits: 1), words = parts[0].split(separator: " ")
                return "\(words[0]) \(words[1]) \(words[2] != "0")\t\(parts[1])"
            })
    }

    private static func sample() throws -> GitSandbox {
        let git = try GitSandbox()
        for name in ["a", "dir/b", "dir/sub/c", "dir/sub/d", "dir-x/e", "dir.f", "other/g", "z\nnew"] {
            try git.write(name, name)
        }
        try git.write("run", "x", executable: true)
        try git.link(Array("link".utf8), to: "a")
        try git.git("add", "--all")
        return git
    }

    private static func read(_ git: GitSandbox) throws -> IndexFile {
        try #require(try IndexFile(path: git.root + "/.git/index"))
    }

    @Test("entries of every version are those git lists", arguments: [2, 3, 4])
    func versions(version: Int) throws {
        let git = try Self.sample()
        try git.write("announced", "x")
        if version > 2 { try git.git("add", "-N", "announced") }
        try git.git("update-index", "--index-version", String(version))
        let index = try Self.read(git)
        #expect(try Self.listing(index) == Self.expected(git))
        let announced = index.entries.filter { $0.flags.contains(.intentToAdd) }.map { index.path(of: $0).description }
        #expect(announced == (version > 2 ? ["announced"] : []))
        let bytes = FileManager.default.contents(atPath: git.root + "/.git/index").map { Array($0) } ?? []
        #expect(Int(bytes[7]) == version)
    }

    @Test("flags are those that update-index set")
    func flags() throws {
        let git = try Self.sample()
        try git.git("update-index", "--skip-worktree", "a")
        try git.git("update-index", "--assume-unchanged", "dir/b")
        let index = try Self.read(git)
        let flagged = index.entries.filter { !$0.flags.isEmpty }
        #expect(flagged.map { index.path(of: $0).description } == ["a", "dir/b"])
        #expect(flagged.map(\.flags) == [.skipWorktree, .assumeUnchanged])
    }

    @Test("the known directories have the ids of git's trees")
    func cachedTrees() throws {
        let git = try Self.sample()
        let root = try git.git("write-tree")
        var expected: [RepoPath: String] = [.root: root]
        for line in try git.git(["ls-tree", "-r", "-d", "-z", root]).split(separator: 0) {
            let parts = String(decoding: line, as: UTF8.self).split(separator: "\t")
            expected[RepoPath(parts[1])] = String(parts[0].split(separator: " ")[2])
        }
        #expect(try Self.read(git).validTrees.mapValues(\.description) == expected)
        try git.write("dir/sub/new", "x")
        try git.git("add", "dir/sub/new")
        for path in [RepoPath.root, "dir", "dir/sub"] { expected[path] = nil }
        #expect(try Self.read(git).validTrees.mapValues(\.description) == expected)
    }

    @Test("every stage of an unmerged path is an unmerged entry")
    func unmerged() throws {
        let git = try Self.sample()
        let id = try git.git("rev-parse", ":a")
        let lines = "0 \(String(repeating: "0", count: 40))\ta\n" + (1...3).map { "100644 \(id) \($0)\ta\n" }.joined()
        try git.git(["update-index", "--index-info"], input: Array(lines.utf8))
        let index = try Self.read(git)
        #expect(try Self.listing(index) == Self.expected(git))
        #expect(index.entries.count { $0.flags.contains(.unmerged) } == 3)
    }

    @Test("a sparse index has one entry for a directory outside the checkout")
    func sparse() throws {
        let git = try Self.sample()
        try git.git("commit", "-qm", "one")
        try git.git("sparse-checkout", "set", "--cone", "--sparse-index", "dir")
        let index = try Self.read(git)
        #expect(try Self.listing(index) == Self.expected(git))
        let directories = index.entries.filter { index.mode(of: $0) == .directory }.map {
            index.path(of: $0).bytes.last
        }
        #expect(directories == [UInt8(ascii: "/"), UInt8(ascii: "/")])
    }

    @Test("a split index is its shared file with what came since: added, replaced, deleted", arguments: 0..<12)
    func split(seed: Int) throws {
        let git = try Self.sample()
        try git.git("-c", "splitIndex.maxPercentChange=100", "update-index", "--split-index")
        var random = SeededRandom(seed: UInt64(seed))
        for step in 0..<6 {
            let tracked = try git.git(["ls-files", "-z"]).split(separator: 0).map { Array($0) }
            switch random.below(3) {
            case 0: try git.write("new-\(step)", "\(seed)")
            case 1 where !tracked.isEmpty: git.remove(random.pick(tracked))
            default: try git.write("dir/sub/c", "\(step)")
            }
            try git.git("-c", "splitIndex.maxPercentChange=100", "add", "--all")
            let index = try Self.read(git)
            #expect(index.isSplit)
            #expect(try Self.listing(index) == Self.expected(git), "seed \(seed), step \(step)")
            let names = index.entries.map { index.path(of: $0) }
            #expect(names == names.sorted(), "seed \(seed), step \(step)")
        }
    }

    @Test("a split index without its shared file, or with another one, is an error that says so")
    func brokenSplit() throws {
        let git = try Self.sample()
        try git.git("-c", "splitIndex.maxPercentChange=100", "update-index", "--split-index")
        try git.write("later", "x")
        git.remove(Array("a".utf8))
        try git.git("-c", "splitIndex.maxPercentChange=100", "add", "--all")
        let folder = git.root + "/.git/"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasPrefix("sharedindex.") })
        let other = try GitSandbox()
        try other.git("update-index", "--split-index")
        let empty = try #require(
            try FileManager.default.contentsOfDirectory(atPath: other.root + "/.git").first {
                $0.hasPrefix("sharedindex.")
            })
        try FileManager.default.removeItem(atPath: folder + name)
        let missing = #expect(throws: GitError.self) { try IndexFile(path: folder + "index") }
        #expect(missing?.code == .corrupt && missing?.message.contains(name) == true)
        try FileManager.default.copyItem(atPath: other.root + "/.git/" + empty, toPath: folder + name)
        let wrong = #expect(throws: GitError.self) { try IndexFile(path: folder + "index") }
        #expect(wrong?.code == .corrupt)
    }

    @Test("no index is no error")
    func missing() throws {
        #expect(try IndexFile(path: "/nonexistent/index") == nil)
    }

    @Test("an index cut off at any length is an error or has every entry", arguments: [2, 4])
    func truncated(version: Int) throws {
        let git = try Self.sample()
        try git.git("update-index", "--index-version", String(version))
        let path = git.root + "/.git/index"
        let whole = try #require(FileManager.default.contents(atPath: path))
        let entries = Self.listing(try Self.read(git))
        for length in 0..<whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            do throws(GitError) {
                let index = try IndexFile(path: path)
                #expect(index.map { Self.listing($0) } == entries, "length \(length)")
            } catch {
                #expect(error.code == .corrupt, "length \(length)")
            }
        }
    }

    @Test("an index with any byte changed is an error or can be read", arguments: [2, 4])
    func flipped(version: Int) throws {
        let git = try Self.sample()
        try git.git("update-index", "--index-version", String(version))
        let path = git.root + "/.git/index"
        let whole = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        var refused = 0
        for position in whole.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = whole
                damaged[position] ^= mask
                try Data(damaged).write(to: URL(fileURLWithPath: path))
                do throws(GitError) {
                    guard let index = try IndexFile(path: path) else { continue }
                    for entry in index.entries {
                        _ = index.recordedStat(of: entry)
                        let components = index.path(of: entry).components
                        #expect(!components.contains { $0.elementsEqual("..".utf8) || $0.elementsEqual(".git".utf8) })
                    }
                    _ = Self.listing(index)
                } catch {
                    refused += 1
                    #expect(error.fault == .environment && !error.message.isEmpty)
                }
            }
        }
        #expect(refused > 50)
    }

    @Test("a name that leads out of the repository is damage", arguments: ["../a", ".git", "/abs", "d//e", "d/./e"])
    func hostileNames(name: String) throws {
        let git = try GitSandbox()
        let placeholder = String(repeating: "q", count: name.utf8.count)
        try git.write(placeholder, "x")
        try git.git("add", placeholder)
        let path = git.root + "/.git/index"
        var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        // Header of 12 bytes, then 62 bytes of the entry before its name.
        bytes.replaceSubrange(74..<74 + name.utf8.count, with: name.utf8)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: GitError.self) { try IndexFile(path: path) }
        #expect(error?.code == .corrupt)
    }
}
