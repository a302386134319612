internal import GitOracle

/// A repository with history, index and working tree made at random from a seed.
struct RandomWorkingTree {
    let git: GitSandbox
    /// What was done, for the message of a failing case.
    private(set) var log: [String] = []
    private var random: SeededRandom
    let usesFilters: Bool
    /// Whether files were marked as unchanged whatever is on disk: what takes their place, status and add see differently.
    private(set) var hidesFiles = false
    private let trustsTime: Bool

    private static let names: [[UInt8]] = [
        Array("a".utf8), Array("b".utf8), Array("b.c".utf8), Array("b-c".utf8), Array("b0".utf8), Array("dir".utf8),
        Array("x.txt".utf8), Array("y.auto".utf8), Array("z.bin".utf8), Array("v.id".utf8), Array("x.o".utf8),
        Array("build".utf8), [0xFF, 0x41], Array("new\nline".utf8), Array("-dash \"q\"".utf8),
    ]
    private static let contents = [
        "", "1\n", "2\n", "3\n", "a\r\nb\r\n", "a\nb\n", "a\r\nb\n", "$Id$\n", "$Id: abc $\n", "\0\r\n",
        "long enough\n",
    ]

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        usesFilters = random.once(in: 3)
        trustsTime = !random.once(in: 3)
        var config = "[core]\n\ttrustctime = \(trustsTime)\n"
        if usesFilters { config += "\tautocrlf = \(random.pick(["true", "input", "false"]))\n" }
        if random.once(in: 8) { config += "\tfilemode = false\n" }
        if random.once(in: 5) { config += "\tcheckStat = minimal\n" }
        if random.once(in: 10) { config += "\tignorecase = true\n" }
        if random.once(in: 5) { config += "\tuntrackedCache = true\n" }
        if random.once(in: 5) {
            // A monitor that says that nothing ever changes.
            config += "\tfsmonitor = ../monitor\n\tfsmonitorHookVersion = 2\n"
        }
        config += "[splitIndex]\n\tmaxPercentChange = \(random.pick([0, 20, 100]))\n"
        git = try GitSandbox(config: config)
        try git.write("../monitor", "#!/bin/sh\nprintf 'token\\0'\n", executable: true)
        try build()
    }

    private mutating func path() -> [UInt8] {
        var path = random.pick(Self.names)
        for _ in 0..<random.below(3) { path += [UInt8(ascii: "/")] + random.pick(Self.names) }
        return path
    }

    private func show(_ path: [UInt8]) -> String { String(decoding: path, as: UTF8.self).debugDescription }

    /// A path as git's quoted form, which fast-import reads.
    private func quoted(_ path: [UInt8]) -> String {
        "\""
            + path.map { byte in
                let digits = String(byte, radix: 8)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }.joined() + "\""
    }

    private mutating func build() throws {
        if !random.once(in: 12) { try commit() }
        if random.once(in: 3) {
            let rules = ["*.o", "build/", "/b", "!b.c", "dir/*", "!dir/a", "**/x.txt", "b*"]
            try git.write(".gitignore", (0..<3).map { _ in random.pick(rules) }.joined(separator: "\n"))
            log.append("ignore")
        }
        try edit(random.below(6))
        try stage()
        try reshape()
        try edit(random.below(6))
        if random.once(in: 3) {
            try stage()
            try edit(random.below(3))
        }
        if random.once(in: 6) { try git.write(".git/info/exclude", random.pick(["a\n", "*.txt\n", "dir\n"])) }
        if !trustsTime, random.once(in: 2) { try race() }
    }

    /// Writes the index in another of its forms.
    private mutating func reshape() throws {
        guard git.hasIndex else { return }
        switch random.below(6) {
        case 0, 1:
            log.append("split index")
            try git.git("update-index", "--split-index")
        case 2:
            log.append("version 4")
            try git.git("update-index", "--index-version", "4")
        case 3:
            log.append("untracked cache")
            try git.git("update-index", "--force-untracked-cache")
            try git.git(["status", "-s"], allowed: [128])
        default: break
        }
    }

    private mutating func commit() throws {
        var stream = "commit refs/heads/main\ncommitter A <a@example.invalid> 1700000000 +0000\ndata 0\n"
        func file(_ mode: String, _ path: [UInt8], _ content: String) {
            stream += "M \(mode) inline \(quoted(path))\ndata \(content.utf8.count)\n\(content)\n"
        }
        for _ in 0..<1 + random.below(12) {
            let path = path()
            // Committed as the filters would store it: for anything else git's answer depends on the clock.
            let contents =
                !usesFilters ? Self.contents : Self.contents.filter { !$0.contains("abc") && !$0.utf8.contains(13) }
            switch random.below(8) {
            case 0: file("120000", path, "target")
            case 1: file("100755", path, random.pick(contents))
            case 2 where random.once(in: 3):
                stream += "M 160000 1234567890123456789012345678901234567890 \(quoted(path))\n"
            default: file("100644", path, random.pick(contents))
            }
        }
        if usesFilters {
            file(
                "100644", Array(".gitattributes".utf8),
                "*.txt text\n*.auto text=auto eol=crlf\n*.bin -text\n*.id ident\n")
        }
        try git.git(["fast-import", "--quiet"], input: Array(stream.utf8))
        try git.git("reset", "-q", "--hard")
    }

    private mutating func edit(_ count: Int) throws {
        for _ in 0..<count {
            // Half of the edits hit what exists.
            // Rules for line endings stay as committed: libgit2 adds those of the index to those on disk.
            let tracked = try known().filter { $0 != Array(".gitattributes".utf8) }
            let path = !tracked.isEmpty && random.once(in: 2) ? random.pick(tracked) : path()
            let choice = random.below(10)
            log.append("edit \(choice) \(show(path))")
            switch choice {
            case 0, 1: git.remove(path)
            case 2: try git.link(path, to: random.pick(["target", "a"]))
            case 3: git.setExecutable(path, random.once(in: 2))
            case 4: try git.write(path + Array("/below".utf8), Array("1\n".utf8))
            case 5 where random.once(in: 3): try nest(path)
            default: try git.write(path, Array(random.pick(Self.contents).utf8), executable: random.once(in: 6))
            }
        }
    }

    /// Makes the directory at `path` a repository of its own.
    private func nest(_ path: [UInt8]) throws {
        guard let text = String(validating: path, as: UTF8.self), !git.isUnborn else { return }
        try git.write(path + Array("/file".utf8), Array("1\n".utf8))
        let directory = git.root + "/" + text + "/.git"
        try GitSandbox.initialise(directory)
        try git.write(text + "/.git/objects/info/alternates", git.root + "/.git/objects\n")
        try git.write(text + "/.git/HEAD", try git.git("rev-parse", "HEAD") + "\n")
    }

    private func known() throws -> [[UInt8]] {
        guard git.hasIndex else { return [] }
        return try git.git(["ls-files", "-z"]).split(separator: 0).map { Array($0) }
    }

    private mutating func stage() throws {
        let tracked = try known()
        func some() -> [[UInt8]] { tracked.filter { _ in random.once(in: 4) } }
        func list(_ paths: [[UInt8]]) -> [UInt8] { Array((paths.map { $0 + [0] }).joined()) }
        switch random.below(9) {
        case 0: break
        case 1...3:
            log.append("add all")
            try git.git(["add", "--all"])
        case 4:
            log.append("remove some")
            try git.git(
                ["update-index", "-z", "--force-remove", "--stdin"],
                input: list(some().filter { $0 != Array(".gitattributes".utf8) }))
        case 5:
            log.append("unmerged")
            let id = try git.git(["hash-object", "-w", "--stdin"], input: Array("1\n".utf8)).dropLast()
            var lines: [UInt8] = []
            let path = tracked.isEmpty || random.once(in: 2) ? path() : random.pick(tracked)
            lines += Array("0 \(String(repeating: "0", count: 40))\t".utf8) + path + [0]
            for stage in [1, 2, 3] where stage != 1 || random.once(in: 2) {
                lines += Array("100644 ".utf8) + id + Array(" \(stage)\t".utf8) + path + [0]
            }
            try git.git(["update-index", "-z", "--index-info"], input: lines, allowed: [128])
        case 6:
            log.append("intent to add")
            try git.write("intent.txt", "1\n")
            try git.write("dir2/intent.txt", "1\n")
            try git.git(["add", "-f", "-N", "intent.txt", "dir2"])
        case 7:
            log.append("flags")
            let flag = random.pick(["--skip-worktree", "--assume-unchanged"])
            try git.git(["update-index", "-z", flag, "--stdin"], input: list(some()), allowed: [128])
            hidesFiles = true
            if random.once(in: 2) { try git.git("update-index", "--index-version", "4") }
        default:
            log.append("stage and revert")
            try git.write("reverted.txt", "1\n")
            try git.git(["add", "-f", "reverted.txt"])
            git.remove(Array("reverted.txt".utf8))
        }
    }

    /// A same-size edit in the same tick as the last write of the index: the stat data cannot tell.
    private mutating func race() throws {
        guard let path = try known().first(where: { git.isRegularFile($0) }) else { return }
        log.append("race \(show(path))")
        try git.write(path, Array("1\n".utf8))
        git.setModification(path, seconds: 1_600_000_000)
        try git.git(["update-index", "-z", "--stdin"], input: path + [0])
        try git.rewrite(path, Array("9\n".utf8))
        git.setModification(path, seconds: 1_600_000_000)
        git.setModification(Array(".git/index".utf8), seconds: 1_600_000_000)
    }
}
