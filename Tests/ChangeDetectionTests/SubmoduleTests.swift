internal import ChangeDetection
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Submodules count by the files in them, where these are here.
@Suite struct SubmoduleTests {
    /// A repository of a library that uses another one, and a repository that uses both.
    private struct World {
        let main: GitSandbox
        let library: GitSandbox
        let inner: GitSandbox

        init(place: String = "lib") throws {
            inner = try GitSandbox()
            try inner.write("deep.txt", "1\n")
            try inner.git("add", "--all")
            try inner.git("commit", "-qm", "one")
            library = try GitSandbox()
            try library.write("a.txt", "1\n")
            try library.write("src/b.txt", "1\n")
            try library.git("add", "--all")
            try library.git("commit", "-qm", "one")
            try World.file(library, "submodule", "add", "-q", inner.root, "inner")
            try library.git("commit", "-qm", "with inner")
            main = try GitSandbox()
            try main.write("own.txt", "1\n")
            try main.git("add", "--all")
            try main.git("commit", "-qm", "one")
            try main.git("tag", "before")
            try World.file(main, "submodule", "add", "-q", library.root, place)
            try World.file(main, "submodule", "update", "-q", "--init", "--recursive")
            try main.git("commit", "-qm", "with library")
            try main.git("tag", "added")
        }

        static func file(_ git: GitSandbox, _ arguments: String..., in directory: String? = nil) throws {
            try git.git(["-c", "protocol.file.allow=always"] + arguments, in: directory)
        }

        /// Commits in the library and moves the checkout at `place` there.
        func bump(_ files: [String: String]) throws {
            for (name, text) in files { try library.write(name, text) }
            try library.git("add", "--all")
            try library.git("commit", "-qm", "more")
            let checkout = main.root + "/lib"
            try World.file(main, "fetch", "-q", "origin", in: checkout)
            try main.git(["checkout", "-q", try library.git("rev-parse", "HEAD")], in: checkout)
            try World.file(main, "submodule", "update", "-q", "--init", "--recursive", in: checkout)
        }
    }

    /// The changes from `base` to `head`, or to the working tree, and the codes of the notes.
    private static func changes(_ base: String, _ head: String?, at place: String) throws -> (
        list: [String], notes: [String]
    ) {
        let reader = try RepositoryReader(at: place, environment: [:])
        let one = try #require(try reader.resolve(base)).tree
        let current = try #require(try reader.resolve(head ?? "HEAD")).tree
        var two = current
        if head == nil {
            two = try WorkingTree.snapshot(
                of: reader.repository, headTree: current, objects: reader.objects, environment: [:]
            ).root
        }
        var submodules = Submodules(objects: reader.objects)
        let roots = try submodules.expand(
            .init(roots: [one, two], endsWithWorkingTree: head == nil), in: reader.repository)
        let found = try TreeComparison.changes(from: roots[0], to: roots[1], in: reader.objects)
        return (found.changes.map { "\($0.status.rawValue) \($0.path)" }, submodules.notes.map(\.code))
    }

    @Test(
        "an added submodule is all its files, nested ones too; a removed one likewise",
        arguments: ["lib", "with space/ü"])
    func added(place: String) throws {
        let world = try World(place: place)
        let files = ["a.txt", "inner/deep.txt", "src/b.txt"].map { "added \(place)/\($0)" }
        let found = try Self.changes("before", "added", at: world.main.root)
        #expect(Set(found.list) == Set(files + ["added .gitmodules", "added \(place)/.gitmodules"]))
        #expect(found.notes == [])
        #expect(try Self.changes("before", nil, at: world.main.root).list == found.list)
        try world.main.git("rm", "-q", place)
        let removed = try Self.changes("added", nil, at: world.main.root)
        #expect(removed.list.contains("deleted \(place)/inner/deep.txt"))
        #expect(removed.list.contains("deleted \(place)/a.txt") && removed.notes == [])
    }

    @Test("a bumped submodule is the files of the range, committed or not")
    func bumped() throws {
        let world = try World()
        try world.bump(["a.txt": "2\n", "src/new.txt": "1\n"])
        let expected = ["modified lib/a.txt", "added lib/src/new.txt"]
        #expect(try Self.changes("added", nil, at: world.main.root).list == expected)
        try world.main.git("commit", "-qam", "bump")
        #expect(try Self.changes("added", "HEAD", at: world.main.root).list == expected)
        #expect(try Self.changes("HEAD", nil, at: world.main.root).list == [])
        // Of two bumps between two versions only what the ends differ in.
        try world.bump(["a.txt": "1\n"])
        #expect(try Self.changes("added", nil, at: world.main.root).list == ["added lib/src/new.txt"])
    }

    @Test("a bump two levels down is the files there")
    func nested() throws {
        let world = try World()
        try world.inner.write("deep.txt", "2\n")
        try world.inner.git("commit", "-qam", "two")
        let checkout = world.main.root + "/lib/inner"
        try World.file(world.main, "fetch", "-q", "origin", in: checkout)
        try world.main.git(["checkout", "-q", try world.inner.git("rev-parse", "HEAD")], in: checkout)
        #expect(try Self.changes("HEAD", nil, at: world.main.root).list == ["modified lib/inner/deep.txt"])
    }

    @Test("edits inside a submodule count: tracked, staged, untracked, not ignored ones")
    func dirty() throws {
        let world = try World()
        try world.main.write("lib/a.txt", "edited\n")
        try world.main.write("lib/untracked", "x\n")
        try world.main.write("lib/inner/deep.txt", "edited\n")
        try world.main.write("lib/.gitignore", "*.tmp\n")
        try world.main.write("lib/x.tmp", "x\n")
        #expect(
            try Self.changes("HEAD", nil, at: world.main.root).list
                == ["added lib/.gitignore", "modified lib/a.txt", "modified lib/inner/deep.txt", "added lib/untracked"])
        // Between commits the disk does not count.
        #expect(try Self.changes("before", "HEAD", at: world.main.root).list.contains("added lib/a.txt"))
        #expect(try !Self.changes("before", "HEAD", at: world.main.root).list.contains("added lib/untracked"))
    }

    @Test("a submodule that is not here is its path, with a note when it changed")
    func absent() throws {
        let world = try World()
        try world.bump(["a.txt": "2\n"])
        try world.main.git("commit", "-qam", "bump")
        let clone = world.main.folder + "/clone"
        try world.main.git("clone", "-q", world.main.root, clone)
        let found = try Self.changes("origin/main~1", "HEAD", at: clone)
        #expect(found.list == ["submodule lib"] && found.notes == ["submodule-absent"])
        #expect(try Self.changes("HEAD", nil, at: clone).list == [])
        #expect(try Self.changes("HEAD", nil, at: clone).notes == [])
        // Here, but without the commit that the base names.
        try World.file(world.main, "clone", "-q", "--depth", "1", "file://" + world.library.root, clone + "/lib")
        let shallow = try Self.changes("origin/main~1", "HEAD", at: clone)
        #expect(shallow.list == ["submodule lib"] && shallow.notes == ["submodule-absent"])
    }

    @Test("a submodule in a linked worktree, checked out there or not")
    func worktree() throws {
        let world = try World()
        try world.bump(["a.txt": "2\n"])
        try world.main.git("commit", "-qam", "bump")
        let other = world.main.folder + "/other"
        try world.main.git("worktree", "add", "-q", "--detach", other, "main")
        // The main worktree's clone of the submodule holds the objects.
        #expect(try Self.changes("added", "HEAD", at: other).list == ["modified lib/a.txt"])
        #expect(try Self.changes("HEAD", nil, at: other).list == [])
        try World.file(world.main, "submodule", "update", "-q", "--init", "--recursive", in: other)
        #expect(try Self.changes("added", nil, at: other).list == ["modified lib/a.txt"])
        try world.main.write("../other/lib/src/b.txt", "edited\n")
        #expect(try Self.changes("HEAD", nil, at: other).list == ["modified lib/src/b.txt"])
    }

    @Test("a submodule that became a plain directory, or the other way round, differs by files")
    func becomesDirectory() throws {
        let world = try World()
        try world.main.git("rm", "-q", "--cached", "lib")
        world.main.remove(Array("lib/.git".utf8))
        world.main.remove(Array("lib/inner".utf8))
        try world.main.write("lib/a.txt", "changed\n")
        try world.main.git("add", "lib")
        try world.main.git("commit", "-qm", "vendored")
        let expected = ["modified lib/a.txt", "deleted lib/inner/deep.txt"]
        #expect(try Self.changes("added", "HEAD", at: world.main.root).list == expected)
        #expect(try Self.changes("added", nil, at: world.main.root).list == expected)
    }

    @Test("names in .gitmodules are read as git reads them")
    func names() throws {
        let world = try World()
        let text = "; first\n[submodule \"lib\"] # of ours\n\tpath = \"lib\" # here\n\turl=x\n"
        try world.main.write(".gitmodules", text)
        #expect(try world.main.git("config", "-f", ".gitmodules", "submodule.lib.path") == "lib")
        try world.main.git("commit", "-qam", "odd")
        #expect(try Self.changes("before", "HEAD", at: world.main.root).list.contains("added lib/src/b.txt"))
        try world.main.write(".gitmodules", "[submodule \"lib\"] path = lib\n")
        #expect(try world.main.git("config", "-f", ".gitmodules", "submodule.lib.path") == "lib")
        #expect(try Self.changes("before", nil, at: world.main.root).list.contains("added lib/src/b.txt"))
    }
}
