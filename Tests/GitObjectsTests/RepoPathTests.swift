internal import GitObjects
internal import Testing

@Suite struct RepoPathTests {
    @Test("a path lies within a directory only at a component boundary")
    func within() {
        #expect(RepoPath("foo/bar").isWithin("foo"))
        #expect(RepoPath("foo").isWithin("foo"))
        #expect(!RepoPath("foo-bar").isWithin("foo"))
        #expect(!RepoPath("foo-bar/x").isWithin("foo"))
        #expect(!RepoPath("fo").isWithin("foo"))
        #expect(RepoPath("foo").isWithin(.root))
        #expect(RepoPath.root.isWithin(.root))
        #expect(!RepoPath.root.isWithin("foo"))
    }

    @Test("text is cleaned of dots and stray slashes")
    func cleaning() {
        #expect(RepoPath("./a//b/") == "a/b")
        #expect(RepoPath("/a") == "a")
        #expect(RepoPath(".").isRoot)
        #expect(RepoPath("").isRoot)
        #expect(RepoPath("a/../b").description == "a/../b")
    }

    @Test("relative paths resolve from a directory, and never above the root")
    func resolving() {
        #expect(RepoPath("a/b").resolving("../c") == "a/c")
        #expect(RepoPath("a/b").resolving("./c/./d") == "a/b/c/d")
        #expect(RepoPath("a").resolving("..") == .root)
        #expect(RepoPath("a").resolving("../..") == nil)
        #expect(RepoPath("a").resolving("../../a/b") == nil)
        #expect(RepoPath.root.resolving("x") == "x")
    }

    @Test("the rest below a directory, or nothing when outside")
    func relative() {
        #expect(RepoPath("a/b/c").relative(to: "a") == "b/c")
        #expect(RepoPath("a").relative(to: "a") == .root)
        #expect(RepoPath("a-b/c").relative(to: "a") == nil)
        #expect(RepoPath("a/b").relative(to: .root) == "a/b")
    }

    @Test("parents, last components and appended names")
    func parts() {
        #expect(RepoPath("a/b").parent == "a")
        #expect(RepoPath("a").parent == .root)
        #expect(RepoPath.root.parent == nil)
        #expect(RepoPath("a/b").lastComponent.elementsEqual("b".utf8))
        #expect(RepoPath.root.appending("a") == "a")
        #expect(RepoPath("a").appending("b/c") == "a/b/c")
        #expect(RepoPath("a").appending("") == "a")
        #expect(RepoPath("a/b/c").components.map { Array($0) } == ["a", "b", "c"].map { Array($0.utf8) })
    }

    @Test("bytes that are no text have no text, and still a description")
    func bytes() {
        let path = RepoPath(bytes: [0x61, 0xFF])
        #expect(path.utf8Text == nil)
        #expect(path.documentText == nil)
        #expect(path.description == "a\u{FFFD}")
        #expect(RepoPath.root.documentText == ".")
        #expect(RepoPath(bytes: [0x61, 0x2D]) < RepoPath(bytes: [0x61, 0x2F]))
    }
}
