internal import ChangeDetection
internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Repositories of every shape give the answers that git gives there, read by libgit2 and by the git program.
@Suite struct ShapeTests {
    /// A history with a fork, checked out on `main`, with edits on disk.
    private static func sample(config: String = "", sha256: Bool = false, seed: UInt64 = 3) throws -> GitSandbox {
        let git = try GitSandbox(config: config)
        if sha256 {
            git.remove(Array(".git".utf8))
            try git.git("init", "-q", "--object-format=sha256", "-b", "main")
        }
        var history = RandomHistory(seed: seed)
        var files = history.files().filter { $0.value.mode != "160000" }
        for name in ["in/a", "in/b", "out/c", "out/deep/d"] { files[name] = .init(content: name + "\n") }
        var main: [Int] = [history.commit(files, on: "refs/heads/root")]
        for number in 0..<6 {
            files["in/a"] = .init(content: "\(number)\n")
            files["new-\(number)"] = .init(mode: number % 2 == 0 ? "100755" : "100644", content: "\(number)\n")
            main.append(history.commit(files, parents: [main[main.count - 1]], on: "refs/heads/main"))
        }
        files["out/c"] = .init(content: "side\n")
        files["new-2"] = nil
        _ = history.commit(files, parents: [main[3]], on: "refs/heads/side")
        _ = try history.write(to: git)
        try git.git("reset", "-q", "--hard", "main")
        return git
    }

    private static func edit(_ git: GitSandbox, _ prefix: String = "") throws {
        try git.write(prefix + "in/a", "edited\n")
        try git.write(prefix + "in/untracked", "x\n")
        git.remove(Array((prefix + "new-1").utf8))
        git.setExecutable(Array((prefix + "new-3").utf8), true)
        try git.link(Array((prefix + "new-4").utf8), to: "in/a")
    }

    /// Compares everything that can be asked with git's answers in `directory`.
    private static func check(
        _ git: GitSandbox, in directory: String? = nil, environment: [String: String] = [:], bare: Bool = false,
        ways: [[String: String]] = [[:], ["RIPPLE_GIT": Repository.programChoice]],
        location: SourceLocation = #_sourceLocation
    ) throws {
        let place = directory ?? git.root
        func line(_ arguments: String...) throws -> String {
            try git.line(arguments, environment: environment, in: place)
        }
        for way in ways {
            let reader = try RepositoryReader(at: place, environment: environment.merging(way) { $1 })
            let about = Comment(rawValue: "\(way)")
            for (base, head) in [("main~2", "main"), ("side", "main"), ("main~3", "side"), ("main", "main")] {
                let one = try #require(try reader.resolve(base), about, sourceLocation: location)
                let two = try #require(try reader.resolve(head), about, sourceLocation: location)
                #expect(try one.commit?.description == line("rev-parse", base), about, sourceLocation: location)
                #expect(
                    try one.tree.description == line("rev-parse", base + "^{tree}"), about, sourceLocation: location)
                let found = try TreeComparison.changes(from: one.tree, to: two.tree, in: reader.objects)
                let expected = try Oracle.changes(git, base, head, in: place)
                #expect(found == expected, about, sourceLocation: location)
                let first = try #require(one.commit), second = try #require(two.commit)
                let bases = try git.git(["merge-base", "--all", base, head], in: place, allowed: [1])
                #expect(
                    try reader.mergeBases(first, second).map(\.description)
                        == String(decoding: bases, as: UTF8.self).split(separator: "\n").map(String.init).sorted(),
                    about, sourceLocation: location)
                #expect(
                    try reader.parents(of: first).map(\.description)
                        == line("rev-list", "--parents", "-1", base).split(separator: " ").dropFirst().map(String.init),
                    about, sourceLocation: location)
            }
            let main = try #require(try reader.resolve("main")?.commit),
                side = try #require(try reader.resolve("side")?.commit)
            #expect(
                try reader.mergedTree(target: main, head: side)
                    == .clean(tree: #require(ObjectID(hex: line("merge-tree", "--write-tree", "main", "side")))),
                about, sourceLocation: location)
            let merged = try reader.repository.mergedTree(target: main, head: side, in: reader.objects)
            guard case .clean(let tree) = merged else { continue }
            _ = try TreeComparison.changes(from: reader.tree(ofCommit: side), to: tree, in: reader.objects)
            if bare { continue }
            let head = try #require(try reader.resolve("HEAD")?.tree)
            let snapshot = try WorkingTree.snapshot(
                of: reader.repository, headTree: head, objects: reader.objects,
                environment: environment.merging(way) { $1 })
            #expect(
                try snapshot.root.description == Oracle.workingTree(git, in: place, environment: environment), about,
                sourceLocation: location)
        }
    }

    @Test("a plain repository, with edits on disk")
    func plain() throws {
        let git = try Self.sample()
        try Self.edit(git)
        let before = try git.repositoryContents()
        try Self.check(git)
        for name in try git.repositoryContents().keys { #expect(before[name] != nil || name.hasPrefix("objects/")) }
    }

    @Test("a linked worktree, and one of a bare repository")
    func worktrees() throws {
        let git = try Self.sample()
        let other = git.folder + "/other"
        try git.git("worktree", "add", "-q", "--detach", other, "main")
        try Self.edit(git, "../other/")
        try Self.check(git, in: other)
        let bare = git.folder + "/bare.git"
        try git.git("clone", "-q", "--bare", git.root, bare)
        try Self.check(git, in: bare, bare: true)
        try git.git(["worktree", "add", "-q", "--detach", git.folder + "/third", "main"], in: bare)
        try Self.edit(git, "../third/")
        try Self.check(git, in: git.folder + "/third")
    }

    @Test("objects borrowed through two other repositories, by absolute and relative paths")
    func alternates() throws {
        let git = try Self.sample()
        for (name, from) in [("one", git.root), ("two", git.folder + "/one")] {
            try git.git("clone", "-q", "--shared", from, git.folder + "/" + name)
            try git.git(["branch", "-q", "side", "origin/side"], in: git.folder + "/" + name, allowed: [128])
        }
        try git.git(["fetch", "-q", git.root, "side:side"], in: git.folder + "/two", allowed: [128, 1])
        try Self.edit(git, "../two/")
        try Self.check(git, in: git.folder + "/two")
        try git.write("../two/.git/objects/info/alternates", "../../../one/.git/objects\n")
        try Self.check(git, in: git.folder + "/two")
    }

    @Test("a loop of borrowed objects ends")
    func alternateLoop() throws {
        let git = try Self.sample()
        try git.git("clone", "-q", "--shared", git.root, git.folder + "/one")
        try git.write(".git/objects/info/alternates", git.folder + "/one/.git/objects\n")
        try Self.edit(git)
        try Self.check(git)
    }

    @Test("many packs, a multi-pack-index, a chain of commit-graphs, an index of version 4", arguments: [false, true])
    func packs(indexed: Bool) throws {
        let git = try Self.sample(config: "[gc]\n\tauto = 0\n")
        for number in 0..<64 {
            let blob = git.folder + "/blob"
            try Data("pack \(number)\n".utf8).write(to: URL(fileURLWithPath: blob))
            let id = try git.git("hash-object", "-w", blob)
            try git.git(["pack-objects", "-q", git.root + "/.git/objects/pack/pack"], input: Array((id + "\n").utf8))
            if number % 8 == 0 {
                try git.write("in/b", "\(number)\n")
                try git.git("add", "in/b")
                try git.git("commit", "-qm", "\(number)")
                let new = try git.git(["rev-list", "--objects", "--no-object-names", "HEAD~1..HEAD"])
                try git.git(["pack-objects", "-q", git.root + "/.git/objects/pack/pack"], input: new)
                try git.git("commit-graph", "write", "--reachable", "--split=no-merge")
            }
        }
        try git.git("prune-packed", "-q")
        if indexed {
            try git.git("multi-pack-index", "write")
            try git.git("update-index", "--index-version", "4")
        }
        try Self.edit(git)
        try Self.check(git)
        let packs = try FileManager.default.contentsOfDirectory(atPath: git.root + "/.git/objects/pack")
        #expect(packs.count { $0.hasSuffix(".pack") } >= 60)
        #expect(access(git.root + "/.git/objects/info/commit-graphs/commit-graph-chain", F_OK) == 0)
    }

    @Test("a repository of SHA-256, with filters, line ends and a split index")
    func sha256() throws {
        let git = try Self.sample(sha256: true)
        try Self.edit(git)
        try Self.check(git)
        try git.write(".gitattributes", "*.crlf text eol=crlf\n")
        try git.write("x.crlf", "a\r\nb\r\n")
        try Self.check(git)
        try git.git("update-index", "--split-index")
        try Self.check(git)
        let reader = try RepositoryReader(at: git.root, environment: [:])
        #expect({ $0 }(reader.objects.format) == .sha256)
    }

    @Test("replaced objects and grafted commits count as git counts them", arguments: ["replace", "packed", "grafts"])
    func replaced(way: String) throws {
        let git = try Self.sample()
        if way == "grafts" {
            try git.write(
                ".git/info/grafts", try git.git("rev-parse", "main~1") + " " + git.git("rev-parse", "main~3") + "\n")
        } else {
            try git.git("replace", "main~1", "side")
            try git.git("replace", "main:in/b", "main:out/c")
            if way == "packed" { try git.git("pack-refs", "--all") }
        }
        try Self.edit(git)
        try Self.check(git)
    }

    @Test("sparse checkouts", arguments: ["cone", "sparse index", "patterns"])
    func sparse(way: String) throws {
        let git = try Self.sample()
        switch way {
        case "cone": try git.git("sparse-checkout", "set", "--cone", "--no-sparse-index", "in")
        case "sparse index": try git.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
        default: try git.git("sparse-checkout", "set", "--no-cone", "/in/", "/new-*", "!/new-5")
        }
        try Self.check(git)
        try git.write("in/a", "edited\n")
        try git.write("out/c", "there all the same\n")
        try git.write("out/deep/untracked", "x\n")
        try git.write("new-5", "x\n")
        try Self.check(git)
    }

    @Test("a split index is read whole and left as it is")
    func splitIndex() throws {
        let git = try Self.sample(config: "[splitIndex]\n\tmaxPercentChange = 100\n")
        try git.git("update-index", "--split-index")
        try git.write("in/b", "staged\n")
        try git.git("add", "in/b")
        try git.git("rm", "-q", "--cached", "new-0")
        try Self.edit(git)
        let before = try git.repositoryContents().filter { !$0.key.hasPrefix("objects/") }
        try Self.check(git)
        #expect(try git.repositoryContents().filter { !$0.key.hasPrefix("objects/") } == before)
    }

    @Test("names that differ in case alone, where the repository says that they are one")
    func ignoreCase() throws {
        let git = try Self.sample(config: "[core]\n\tignorecase = true\n")
        try Self.edit(git)
        try git.write("In/A", "other case\n")
        try git.write("IN/c", "new\n")
        try Self.check(git)
    }
}
