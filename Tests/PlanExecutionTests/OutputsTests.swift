internal import ContentAddressing
internal import GitObjects
internal import Glibc
internal import PlanExecution
internal import Testing
internal import WorkspaceModel

/// A project with a store, and the three verbs on the outputs of one task.
private struct Fixture {
    let project: ProjectOnDisk
    let patterns: PatternList
    let store = MemoryStore()

    init(_ patterns: String...) throws {
        project = try ProjectOnDisk()
        self.patterns = try PatternList(patterns)
    }

    func capture() throws -> [OutputEntry] {
        try OutputCapture(project: project.path, patterns: patterns, store: store).capture()
    }

    @discardableResult
    func remove() throws -> Int { try OutputRemoval(project: project.path, patterns: patterns).remove() }

    func restore(_ entries: [OutputEntry]) throws {
        try OutputRestoration(project: project.path, patterns: patterns, store: store).restore(entries)
    }

    func file(_ path: String, _ content: String, executable: Bool = false) throws -> OutputEntry {
        let digest = try store.write(Array(content.utf8))
        return OutputEntry(
            path: Array(path.utf8), kind: .file(digest: digest, size: content.utf8.count, executable: executable))
    }

    /// The code and path that an attempt to restore `entries` fails with.
    func refusal(_ entries: [OutputEntry]) -> OutputError? {
        do {
            try restore(entries)
            return nil
        } catch {
            return error as? OutputError
        }
    }
}

private func link(_ path: String, to target: String) -> OutputEntry {
    OutputEntry(path: Array(path.utf8), kind: .symlink(target: Array(target.utf8)))
}

private func names(_ entries: [OutputEntry]) -> [String] {
    entries.map { String(decoding: $0.path, as: UTF8.self) }
}

@Suite struct OutputCaptureTests {
    @Test("files, links and empty directories that the patterns select are captured in byte order")
    func captures() throws {
        let fixture = try Fixture("dist/**", "report.xml", "!dist/**/*.map")
        let project = fixture.project
        try project.file("dist/a/b.js", "b", executable: true)
        try project.file("dist/a/b.js.map", "no")
        try project.file("dist/a.js", "a")
        try project.link("dist/link", to: "/somewhere/else")
        project.directory("dist/empty/inner")
        try project.file("report.xml", "r")
        try project.file("src/main.js", "no")
        let entries = try fixture.capture()
        #expect(names(entries) == ["dist/a.js", "dist/a/b.js", "dist/empty/inner", "dist/link", "report.xml"])
        #expect(entries[1] == (try fixture.file("dist/a/b.js", "b", executable: true)))
        #expect(entries[2].kind == .directory)
        #expect(entries[3] == link("dist/link", to: "/somewhere/else"))
        #expect(try fixture.store.read(ContentDigest.of(Array("r".utf8))) == Array("r".utf8))
    }

    @Test("nothing is followed or looked at outside the outputs")
    func prunes() throws {
        let outside = try ProjectOnDisk()
        try outside.file("secret", "s")
        let fixture = try Fixture("out/**")
        try fixture.project.link("out/way", to: outside.path)
        try fixture.project.file("src/out/file", "u")
        try fixture.project.file("out/.git/HEAD", "ref")
        #expect(names(try fixture.capture()) == ["out/way"])
    }

    @Test("outputs that were never made are none, and so is an empty list of patterns")
    func nothing() throws {
        #expect(try Fixture("dist/**").capture().isEmpty)
        let fixture = try Fixture()
        try fixture.project.file("a", "a")
        #expect(try fixture.capture().isEmpty)
        #expect(try fixture.remove() == 0)
        #expect(fixture.project.paths == ["a"])
    }

    @Test("a FIFO among the outputs is an error that names it, elsewhere it is not seen")
    func special() throws {
        let fixture = try Fixture("out/**")
        fixture.project.directory("out")
        try fixture.project.fifo("pipe")
        #expect(names(try fixture.capture()) == ["out"])
        try fixture.project.fifo("out/pipe")
        let error = #expect(throws: OutputError.self) { try fixture.capture() }
        #expect(error?.code == .notStorable)
        #expect(error?.path == "out/pipe")
    }
}

@Suite struct OutputRemovalTests {
    @Test("what the patterns select goes, and directories that hold other things stay")
    func removes() throws {
        let fixture = try Fixture("dist/**", "gen/**/*.js", "!dist/keep/*")
        let project = fixture.project
        for path in ["dist/a/b", "dist/keep/me", "gen/x/a.js", "gen/y/b.js", "gen/y/b.ts", "src/a.js"] {
            try project.file(path, "x")
        }
        project.directory("dist/empty")
        project.directory("other/empty")
        #expect(try fixture.remove() == 3)
        #expect(
            project.paths == [
                "dist", "dist/keep", "dist/keep/me", "gen", "gen/y", "gen/y/b.ts", "other", "other/empty", "src",
                "src/a.js",
            ])
    }

    @Test("directories around the outputs stay where other tasks write, for one may be about to")
    func sharedParents() throws {
        let fixture = try Fixture("dist/libs/a")
        try fixture.project.file("dist/libs/a/x/y", "x")
        let removal = OutputRemoval(project: fixture.project.path, patterns: fixture.patterns, isShared: true)
        #expect(try removal.remove() == 1)
        #expect(fixture.project.paths == ["dist", "dist/libs"])
        #expect(try fixture.remove() == 0)
    }

    @Test("a link is removed and what it points to is not")
    func links() throws {
        let outside = try ProjectOnDisk()
        try outside.file("kept", "k")
        let fixture = try Fixture("out/**")
        try fixture.project.link("out/way", to: outside.path)
        try fixture.remove()
        #expect(fixture.project.paths.isEmpty)
        #expect(outside.text("kept") == "k")
    }

    @Test("a repository inside the outputs is left alone")
    func repositories() throws {
        let fixture = try Fixture("out/**")
        try fixture.project.file("out/.git/HEAD", "ref")
        try fixture.project.file("out/a", "a")
        try fixture.remove()
        #expect(fixture.project.paths == ["out", "out/.git", "out/.git/HEAD"])
    }

    @Test("directories without write permission are no obstacle")
    func readOnly() throws {
        let fixture = try Fixture("out/**")
        try fixture.project.file("out/cache/mod", "m")
        fixture.project.setMode("out/cache", 0o555)
        try fixture.remove()
        #expect(fixture.project.paths.isEmpty)
    }
}

@Suite struct OutputRestorationTests {
    @Test("restoring replaces the old outputs and leaves everything else")
    func replaces() throws {
        let fixture = try Fixture("dist/**", "!dist/keep")
        let project = fixture.project
        try project.file("dist/old/file", "old")
        try project.file("dist/keep", "kept")
        try project.file("src/a", "a")
        try fixture.restore([
            try fixture.file("dist/new/file", "new", executable: true), link("dist/way", to: "new/file"),
            OutputEntry(path: Array("dist/empty".utf8), kind: .directory),
        ])
        #expect(
            project.paths == [
                "dist", "dist/empty", "dist/keep", "dist/new", "dist/new/file", "dist/way", "src", "src/a",
            ])
        #expect(project.text("dist/new/file") == "new")
        #expect(project.text("dist/keep") == "kept")
        guard case .file(_, let mode) = project.nodes[Array("dist/new/file".utf8)] else {
            Issue.record("dist/new/file is no file")
            return
        }
        #expect(mode & 0o100 != 0)
    }

    @Test("restoring no outputs removes the old ones")
    func empty() throws {
        let fixture = try Fixture("dist/**")
        try fixture.project.file("dist/old", "old")
        try fixture.restore([])
        #expect(fixture.project.paths.isEmpty)
    }

    @Test("a blob that the store does not have leaves the old outputs as they were")
    func missingBlob() throws {
        let fixture = try Fixture("dist/**")
        try fixture.project.file("dist/old", "old")
        let before = fixture.project.nodes
        let lost = OutputEntry(
            path: Array("dist/lost".utf8),
            kind: .file(digest: ContentDigest.of(Array("never stored".utf8)), size: 12, executable: false))
        let error = fixture.refusal([try fixture.file("dist/a", "a"), lost])
        #expect(error?.code == .store)
        #expect(error?.cause?.code == .missing)
        #expect(error?.path == "dist/lost")
        #expect(fixture.project.nodes == before)
    }

    @Test(
        "a path that would leave the project, or reach what is not an output, is refused",
        arguments: [
            "/etc/passwd", "../out", "out/../../x", "out/./x", "out//x", "out/", "", "out/.git/config", "out/a\0b",
            "src/main.js", "out/.ripple-restore-x/a",
        ])
    func unsafePaths(path: String) throws {
        let fixture = try Fixture("out/**")
        try fixture.project.file("out/old", "old")
        let before = fixture.project.nodes
        #expect(fixture.refusal([try fixture.file(path, "evil")])?.code == .unsafePath)
        #expect(fixture.project.nodes == before)
    }

    @Test("a record that writes through its own link, or names a path twice, is refused")
    func contradictions() throws {
        let fixture = try Fixture("out/**")
        let outside = try ProjectOnDisk()
        let through = [link("out/a", to: outside.path), try fixture.file("out/a/b", "evil")]
        #expect(fixture.refusal(through)?.code == .unsafePath)
        #expect(fixture.refusal(through.reversed())?.code == .unsafePath)
        #expect(fixture.refusal([link("out/a", to: "b"), link("out/a", to: "c")])?.code == .unsafePath)
        #expect(outside.paths.isEmpty)
        #expect(fixture.project.paths.isEmpty)
    }

    @Test("nothing is written through a link on the disk that is not an output itself")
    func throughLink() throws {
        let outside = try ProjectOnDisk()
        let fixture = try Fixture("gen/out/**")
        try fixture.project.link("gen", to: outside.path)
        let error = fixture.refusal([try fixture.file("gen/out/a", "evil")])
        #expect(error?.code == .obstructed)
        #expect(error?.path == "gen")
        #expect(outside.paths.isEmpty)
        #expect(fixture.project.paths == ["gen"])
    }

    @Test("an old output that is a link gives way to a directory, and the other way round")
    func linkBecomesDirectory() throws {
        let outside = try ProjectOnDisk()
        let fixture = try Fixture("out/**")
        try fixture.project.link("out/a", to: outside.path)
        try fixture.project.file("out/b/c", "c")
        try fixture.restore([try fixture.file("out/a/x", "x"), link("out/b", to: "a")])
        #expect(fixture.project.paths == ["out", "out/a", "out/a/x", "out/b"])
        #expect(outside.paths.isEmpty)
    }

    @Test("a directory that holds other things in the place of an output leaves no outputs at all")
    func obstructed() throws {
        let fixture = try Fixture("out/*", "!out/a/*")
        try fixture.project.file("out/a/kept", "k")
        try fixture.project.file("out/old", "old")
        let error = fixture.refusal([try fixture.file("out/a", "a"), try fixture.file("out/b", "b")])
        #expect(error?.code == .obstructed)
        #expect(fixture.project.paths == ["out", "out/a", "out/a/kept"])
    }

    @Test("what a killed restore left behind is removed by the next")
    func abandoned() throws {
        let fixture = try Fixture("out/**")
        try fixture.project.file(".ripple-restore-abandoned/out/a", "a")
        try fixture.restore([try fixture.file("out/b", "b")])
        #expect(fixture.project.paths == ["out", "out/b"])
    }
}
