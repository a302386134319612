internal import ChangeDetection
internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Files whose stored form is not the one on disk.
@Suite struct FilterTests {
    private static let config = """
        [filter "upper"]
        \tclean = tr a-z A-Z
        \tsmudge = tr A-Z a-z
        [filter "lfs"]
        \tclean = "printf 'pointer '; sha256sum | cut -c1-64"
        \trequired = true
        [filter "broken"]
        \tclean = exit 1
        \trequired = true
        [core]
        \teol = lf
        """
    private static let names = ["plain", "sp ace", "quo\"te", "new\nline", "back\\slash", "ü", "-dash", "\ttab"]

    /// Commits files of every kind under every name, as git stores them.
    private static func sample() throws -> GitSandbox {
        let git = try GitSandbox(config: config)
        try git.write(
            ".gitattributes",
            """
            *.upper filter=upper
            *.lfs filter=lfs -text
            *.utf16 working-tree-encoding=UTF-16LE text eol=lf
            *.crlf text eol=crlf
            *.auto text=auto
            *.id ident
            """)
        for name in names {
            for kind in ["upper", "lfs", "crlf", "auto", "id"] { try git.write("\(name).\(kind)", "one\r\n$Id$\n") }
            try git.write(
                Array("\(name).utf16".utf8), Array("one\ntwo\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        }
        try git.git("add", "--all")
        try git.git("commit", "-qm", "one")
        return git
    }

    private static func snapshot(_ git: GitSandbox, _ way: [String: String] = [:]) throws -> (SourceTree, ChangeSet) {
        let reader = try RepositoryReader(at: git.root, environment: way)
        let head = try #require(try reader.resolve("HEAD")?.tree)
        let tree = try WorkingTree.snapshot(
            of: reader.repository, headTree: head, objects: reader.objects, environment: way)
        return (tree, try TreeComparison.changes(from: head, to: tree.root, in: reader.objects))
    }

    @Test("files that were touched and not changed are clean; edited ones have git's id")
    func cleanAndEdited() throws {
        let git = try Self.sample()
        let files = try git.git(["ls-files", "-z"]).split(separator: 0).map { Array($0) }
        for file in files { git.setModification(file, seconds: 1_600_000_000) }
        for way in [[:], ["RIPPLE_GIT": Repository.programChoice]] {
            #expect(try Self.snapshot(git, way).1 == ChangeSet([]))
        }
        for file in files where !file.starts(with: ".git".utf8) {
            if file.reversed().starts(with: "61ftu.".utf8) {
                try git.write(file, Array("other\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
            } else {
                try git.write(file, Array("edited\r\n$Id$\n".utf8))
            }
        }
        let expected = try Oracle.workingTree(git)
        for way in [[:], ["RIPPLE_GIT": Repository.programChoice]] {
            let (tree, changes) = try Self.snapshot(git, way)
            #expect(tree.root.description == expected)
            #expect(changes.changes.count == files.count - 1)
        }
    }

    @Test("a filter that fails is more work, never less, and says so for no other file")
    func failing() throws {
        let git = try Self.sample()
        try git.write(".gitattributes", try git.text(of: git.root + "/.gitattributes") + "\nplain.* filter=broken\n")
        for name in ["plain.upper", "plain.auto", "ü.upper"] {
            git.setModification(Array(name.utf8), seconds: 1_600_000_000)
        }
        try git.write("sp ace.upper", "edited\n")
        let found = try Set(Self.snapshot(git).1.changes.map(\.path.description))
        #expect(found.isSuperset(of: [".gitattributes", "sp ace.upper", "plain.upper"]), "\(found)")
    }

    @Test("many directories, scanned by several threads, give the tree that git writes")
    func manyDirectories() throws {
        let git = try GitSandbox()
        var random = SeededRandom(seed: 11)
        for directory in 0..<300 {
            for file in 0..<20 { try git.write("d\(directory % 17)/d\(directory)/f\(file)", "\(file)\n") }
        }
        try git.git("add", "--all")
        try git.git("commit", "-qm", "one")
        for round in 0..<3 {
            for _ in 0..<200 {
                let directory = random.below(300), name = "d\(directory % 17)/d\(directory)/f\(random.below(24))"
                switch random.below(5) {
                case 0: git.remove(Array(name.utf8))
                case 1: try git.write(name + "/below", "x\n")
                case 2: git.setExecutable(Array(name.utf8), true)
                default: try git.write(name, "\(random.below(1000))\n")
                }
            }
            if round == 1 { try git.git("add", "--all") }
            let (tree, _) = try Self.snapshot(git)
            #expect(try tree.root.description == Oracle.workingTree(git), "seed 11, round \(round)")
        }
    }

    @Test("a path longer than the kernel takes is looked at in pieces, or is what git makes of it")
    func deepPaths() throws {
        let git = try GitSandbox()
        try git.write("top", "1\n")
        try git.git("add", "--all")
        try git.git("commit", "-qm", "one")
        let name = String(repeating: "n", count: 250)
        var descriptor = open(git.root, O_RDONLY | O_DIRECTORY)
        for depth in 0..<20 {
            #expect(mkdirat(descriptor, name, 0o755) == 0)
            let below = openat(descriptor, name, O_RDONLY | O_DIRECTORY)
            close(descriptor)
            descriptor = below
            let file = openat(descriptor, "file", O_WRONLY | O_CREAT, 0o644)
            #expect(write(file, "\(depth)", 1) == 1)
            close(file)
        }
        close(descriptor)
        // What git lists must be there; beyond that it warns.
        let listed = try Set(Oracle.status(git).map(\.path))
        let found = try Set(Self.snapshot(git).1.changes.map(\.path))
        #expect(found.isSuperset(of: listed) && listed.count >= 15, "\(found.count) \(listed.count)")
        let removal = Process()
        removal.executableURL = URL(fileURLWithPath: "/bin/rm")
        removal.arguments = ["-rf", git.root + "/" + name]
        try removal.run()
        removal.waitUntilExit()
    }
}
