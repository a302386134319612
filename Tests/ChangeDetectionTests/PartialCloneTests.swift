internal import ChangeDetection
internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Objects that lie elsewhere, are gone or damaged: fetched, or a typed error.
@Suite struct PartialCloneTests {
    /// Two branches that both changed the same file, so that merging them takes its contents.
    private static func remote() throws -> GitSandbox {
        let git = try GitSandbox(
            config: "[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n[gc]\n\tauto = 0\n")
        let text = (0..<20).map { "\($0)\n" }.joined()
        for name in ["a/file", "a/other", "b/deep/file", "c/x", "c/y", "c/z"] { try git.write(name, name + text) }
        try git.git("add", "--all")
        try git.git("commit", "-qm", "one")
        try git.git("branch", "side")
        try git.write("a/file", "top\na/file" + text)
        try git.write("c/x", "1")
        try git.git("commit", "-qam", "two")
        try git.git("checkout", "-q", "side")
        try git.write("a/file", "a/file" + text + "bottom\n")
        try git.write("b/deep/new", "2")
        try git.git("add", "--all")
        try git.git("commit", "-qm", "three")
        try git.git("checkout", "-q", "main")
        return git
    }

    private static func clone(_ git: GitSandbox, _ filter: String, checkout: Bool = true) throws -> String {
        let place = git.folder + "/clone-" + filter.replacing(":", with: "-")
        try git.git(
            ["clone", "-q", "--filter=" + filter] + (checkout ? [] : ["--no-checkout"]) + ["file://" + git.root, place])
        try git.git(["branch", "-q", "side", "origin/side"], in: place)
        return place
    }

    private static func hide(_ git: GitSandbox) throws {
        try FileManager.default.moveItem(atPath: git.root, toPath: git.folder + "/hidden")
    }

    @Test(
        "a partial clone answers as a whole one does", arguments: ["blob:none", "tree:0"],
        [[:], ["RIPPLE_GIT": Repository.programChoice]])
    func partial(filter: String, way: [String: String]) throws {
        let git = try Self.remote()
        let place = try Self.clone(git, filter)
        try git.write("../" + place.split(separator: "/").last.map(String.init)! + "/c/y", "edited\n")
        let reader = try RepositoryReader(at: place, environment: way)
        let main = try #require(try reader.resolve("main")), side = try #require(try reader.resolve("side"))
        #expect(
            try TreeComparison.changes(from: main.tree, to: side.tree, in: reader.objects)
                == Oracle.changes(git, "main", "side"))
        #expect(
            try reader.mergeBases(#require(main.commit), #require(side.commit)).map(\.description)
                == [git.git("merge-base", "main", "side")])
        // What a merge makes is here and nowhere else: it must not be asked of the remote.
        let merged = try reader.mergedTree(target: #require(main.commit), head: #require(side.commit))
        let expected = try git.git("merge-tree", "--write-tree", "main", "side")
        #expect(try merged == .clean(tree: #require(ObjectID(hex: expected))))
        let tree = SourceTree(objects: reader.objects, root: try #require(ObjectID(hex: expected)))
        #expect(
            try TreeComparison.changes(from: main.tree, to: tree.root, in: reader.objects)
                == Oracle.changes(git, "main", expected))
        #expect(try tree.read("a/file") == git.git(["show", expected + ":a/file"]))
        // A blob that the clone lacks.
        #expect(try SourceTree(objects: reader.objects, root: side.tree).read("b/deep/new") == Array("2".utf8))
        let snapshot = try WorkingTree.snapshot(
            of: reader.repository, headTree: main.tree, objects: reader.objects, environment: way)
        #expect(
            try TreeComparison.changes(from: main.tree, to: snapshot.root, in: reader.objects)
                == ChangeSet([Change(path: "c/y", status: .modified)]))
    }

    @Test("objects that are announced together are fetched together")
    func prefetch() throws {
        let git = try Self.remote()
        let place = try Self.clone(git, "blob:none", checkout: false)
        let lines = String(decoding: try git.git(["ls-tree", "-r", "main"]), as: UTF8.self).split(separator: "\n")
        let ids = try lines.map { try #require(ObjectID(hex: String($0.split(separator: " ")[2].prefix(40)))) }
        let reader = try RepositoryReader(at: place, environment: [:])
        reader.objects.prefetch(ids)
        let packs = try FileManager.default.contentsOfDirectory(atPath: place + "/.git/objects/pack")
        #expect(packs.count { $0.hasSuffix(".pack") } == 2)
        try Self.hide(git)
        for id in ids { #expect(try !reader.objects.blob(id).isEmpty) }
    }

    @Test(
        "without its remote a partial clone names the object that it lacks", arguments: ["blob:none", "tree:0"],
        [[:], ["RIPPLE_GIT": Repository.programChoice]])
    func remoteGone(filter: String, way: [String: String]) throws {
        let git = try Self.remote()
        let place = try Self.clone(git, filter, checkout: false)
        let lost = try git.git("rev-parse", filter == "tree:0" ? "side^{tree}" : "side:b/deep/new")
        let base = try git.git("rev-parse", "main^{commit}")
        try Self.hide(git)
        let reader = try RepositoryReader(at: place, environment: way)
        let id = try #require(ObjectID(hex: lost))
        let error = #expect(throws: GitError.self) {
            if filter == "tree:0" { _ = try reader.objects.tree(id) } else { _ = try reader.objects.blob(id) }
        }
        #expect(error?.code == .objectMissing && error?.message.contains(lost) == true)
        #expect(error?.fault == .environment)
        // What is here can be read after that.
        #expect(try reader.resolve("main")?.commit?.description == base)
    }

    // MARK: Damage

    /// The sample as a clone of its own, with every object loose or in one pack.
    private static func local(packed: Bool) throws -> GitSandbox {
        let git = try remote()
        if packed { try git.git("repack", "-q", "-a", "-d") }
        return git
    }

    @Test(
        "a lost or damaged object is a typed error that names it",
        arguments: ["removed", "emptied", "one byte less", "cut", "garbage"],
        [[:], ["RIPPLE_GIT": Repository.programChoice]])
    func loose(damage: String, way: [String: String]) throws {
        let git = try Self.local(packed: false)
        for expression in ["side", "side^{tree}", "side:b", "side:b/deep/new"] {
            let id = try git.git("rev-parse", expression)
            let file = ".git/objects/\(id.prefix(2))/\(id.dropFirst(2))"
            let whole = try #require(FileManager.default.contents(atPath: git.root + "/" + file))
            git.remove(Array(file.utf8))
            switch damage {
            case "removed": break
            case "one byte less": try git.write(Array(file.utf8), Array(whole.dropLast()))
            case "emptied": try git.write(file, "")
            case "cut": try git.write(Array(file.utf8), Array(whole.prefix(whole.count / 2)))
            default: try git.write(file, "no object at all")
            }
            let error = #expect(throws: GitError.self, "\(damage) \(expression)") {
                let reader = try RepositoryReader(at: git.root, environment: way)
                let main = try reader.resolve("main"), side = try reader.resolve("side")
                guard let main, let side else { return }
                let changes = try TreeComparison.changes(from: main.tree, to: side.tree, in: reader.objects)
                for change in changes.changes where change.status != .deleted {
                    _ = try SourceTree(objects: reader.objects, root: side.tree).read(change.path)
                }
            }
            #expect(error?.fault == .environment, "\(damage) \(expression): \(error?.message ?? "")")
            // Git, where it gives up, is known to have been asked for the branch.
            let isNamed = error?.message.contains(id) == true || error?.message.contains("'side^{") == true
            #expect(isNamed, "\(damage) \(expression): \(error?.message ?? "")")
            git.remove(Array(file.utf8))
            try git.write(Array(file.utf8), Array(whole))
        }
    }

    @Test("whole loose objects are read whatever their compression; at any shorter length they are errors")
    func everyLength() throws {
        let git = try GitSandbox()
        var random = SeededRandom(seed: 9)
        let folder = try git.makeFolder("blobs")
        for level in [0, 1, 6, 9] {
            var paths: [String] = [], contents: [[UInt8]] = []
            for size in [0, 1, 50, 1000, 40_000, 200_000] {
                let alphabet = random.pick([2, 20, 256])
                contents.append((0..<size).map { _ in UInt8(random.below(alphabet)) } + [UInt8(level)])
                paths.append("\(folder)/\(level)-\(size)")
                try Data(contents[contents.count - 1]).write(to: URL(fileURLWithPath: paths[paths.count - 1]))
            }
            let raw = try git.git(
                [
                    "-c", "core.compression=\(level)", "-c", "core.bigFileThreshold=1g", "hash-object", "-w",
                    "--no-filters",
                ] + paths)
            for (number, line) in String(decoding: raw, as: UTF8.self).split(separator: "\n").enumerated() {
                let id = try #require(ObjectID(hex: String(line)))
                let reader = try RepositoryReader(at: git.root, environment: [:])
                #expect(try reader.objects.blob(id) == contents[number], "level \(level), \(paths[number])")
                let file = ".git/objects/\(line.prefix(2))/\(line.dropFirst(2))"
                let whole = Array(try #require(FileManager.default.contents(atPath: git.root + "/" + file)))
                let lengths =
                    whole.count < 100 ? Array(0..<whole.count) : (0..<40).map { _ in random.below(whole.count) }
                for length in lengths + [whole.count - 1, whole.count - 4, whole.count - 5] {
                    git.remove(Array(file.utf8))
                    try git.write(Array(file.utf8), Array(whole.prefix(length)))
                    let error = #expect(throws: GitError.self, "seed 9, level \(level), \(paths[number]), \(length)") {
                        _ = try RepositoryReader(at: git.root, environment: [:]).objects.blob(id)
                    }
                    #expect(error?.message.contains(line) == true)
                }
            }
        }
    }

    @Test(
        "a damaged pack is a typed error or the right answer",
        arguments: [[:], ["RIPPLE_GIT": Repository.programChoice]])
    func pack(way: [String: String]) throws {
        let git = try Self.local(packed: true)
        let folder = git.root + "/.git/objects/pack/"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".pack") })
        let file = ".git/objects/pack/" + name
        let whole = [UInt8](try #require(FileManager.default.contents(atPath: folder + name)))
        let expected = try Oracle.changes(git, "main", "side")
        let ids = try (git.git("rev-parse", "main"), git.git("rev-parse", "side"))
        var refused = 0, random = SeededRandom(seed: 5)
        for number in 0..<TestEffort.cases(24, long: 400) {
            var damaged = whole
            if number % 2 == 0 {
                damaged.removeLast(1 + random.below(whole.count - 1))
            } else {
                damaged[random.below(whole.count)] ^= UInt8(1 + random.below(255))
            }
            git.remove(Array(file.utf8))
            try git.write(Array(file.utf8), damaged)
            do throws(GitError) {
                let reader = try RepositoryReader(at: git.root, environment: way)
                guard let main = try reader.resolve(ids.0), let side = try reader.resolve(ids.1) else {
                    refused += 1
                    continue
                }
                let changes = try TreeComparison.changes(from: main.tree, to: side.tree, in: reader.objects)
                // A flipped bit may make another name of a name; zlib finds nearly all.
                if number % 2 == 0 { #expect(changes == expected, "seed 5, case \(number)") }
            } catch {
                refused += 1
                #expect(error.fault == .environment && !error.message.isEmpty)
            }
        }
        #expect(refused > 10)
    }
}
