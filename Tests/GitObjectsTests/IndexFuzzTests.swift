internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Random and mutated indexes: an error or an index that can be read to its end, within the repository.
@Suite struct IndexFuzzTests {
    /// How many inputs each case tries.
    static let inputs = TestEffort.cases(1500, long: 60_000)

    private static func sample(_ kind: String) throws -> (bytes: [UInt8], folder: String, idBytes: Int, git: GitSandbox)
    {
        let git = try GitSandbox(config: "[splitIndex]\n\tmaxPercentChange = 100\n")
        if kind == "sha256" {
            git.remove(Array(".git".utf8))
            try git.git("init", "-q", "--object-format=sha256", "-b", "main")
        }
        for name in ["a", "dir/b", "dir/sub/c", "dir-x/e", "other/deep/g", "z\nnew"] { try git.write(name, name) }
        try git.git("add", "--all")
        try git.git("commit", "-qm", "one")
        switch kind {
        case "v4": try git.git("update-index", "--index-version", "4")
        case "split":
            try git.git("update-index", "--split-index")
            try git.write("dir/new", "x")
            try git.write("dir/b", "changed")
            git.remove(Array("a".utf8))
            try git.git("add", "--all")
        case "sparse": try git.git("sparse-checkout", "set", "--cone", "--sparse-index", "dir")
        default: try git.git("update-index", "--untracked-cache")
        }
        let folder = git.root + "/.git/"
        return (
            [UInt8](try #require(FileManager.default.contents(atPath: folder + "index"))), folder,
            kind == "sha256" ? 32 : 20, git
        )
    }

    @Test(
        "no bytes crash the reader or lead it astray",
        arguments: ["random", "plain", "v4", "split", "sparse", "sha256"])
    func fuzz(kind: String) throws {
        let (whole, folder, idBytes, git) = try Self.sample(kind)
        let path = folder + "fuzzed"
        let seed = UInt64(kind.utf8.reduce(0) { $0 * 31 + Int($1) })
        var random = SeededRandom(seed: seed), read = 0, refused = 0
        for number in 0..<Self.inputs {
            var bytes = whole
            if kind == "random" {
                bytes = Array("DIRC".utf8) + [0, 0, 0, UInt8(random.below(6)), 0, 0, 0, UInt8(random.below(4))]
                bytes += (0..<random.below(400)).map { _ in UInt8(random.below(256)) }
            } else {
                for _ in 0..<1 + random.below(4) where !bytes.isEmpty {
                    let at = random.below(bytes.count), length = min(bytes.count - at, 1 + random.below(16))
                    switch random.below(6) {
                    case 0: bytes.removeSubrange(at..<at + length)
                    case 1: bytes.insert(contentsOf: bytes[at..<at + length], at: random.below(bytes.count))
                    case 2:
                        bytes.replaceSubrange(
                            at..<at + length, with: repeatElement(random.pick([0, 0xFF]), count: length))
                    case 3: bytes.removeLast(length)
                    default: bytes[at] = UInt8(random.below(256))
                    }
                }
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do throws(GitError) {
                guard let index = try IndexFile(path: path, idBytes: idBytes, gitDirectory: folder) else { continue }
                read += 1
                for entry in index.entries {
                    _ = (
                        index.id(of: entry), index.mode(of: entry), index.recordedStat(of: entry),
                        index.stage(of: entry)
                    )
                    let components = index.path(of: entry).components
                    let leads = components.contains { $0.elementsEqual("..".utf8) || $0.elementsEqual(".git".utf8) }
                    #expect(!leads, "\(kind), seed \(seed), input \(number)")
                }
                _ = index.validTrees
            } catch {
                refused += 1
                #expect(error.fault == .environment, "\(kind), seed \(seed), input \(number)")
            }
        }
        #expect(refused > 0 && (read > 0 || kind == "random"), "\(kind): read \(read), refused \(refused)")
        withExtendedLifetime(git) {}
    }
}
