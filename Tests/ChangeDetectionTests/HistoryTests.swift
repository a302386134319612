internal import ChangeDetection
internal import Diagnostics
internal import Foundation
internal import GitObjects
internal import GitOracle
internal import Testing

/// Merge bases and ancestors, against git: in whole histories, and in shallow clones against what git says of the whole.
@Suite struct HistoryTests {
    private static func id(_ text: String) throws -> ObjectID { try #require(ObjectID(hex: text)) }

    /// What git says about two commits of a whole history, sorted.
    private static func bases(_ git: GitSandbox, _ one: String, _ two: String) throws -> [String] {
        let raw = try git.git(["merge-base", "--all", one, two], allowed: [1])
        return String(decoding: raw, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
    }

    @Test("merge bases of a whole history are git's", arguments: 0..<6)
    func whole(block: Int) throws {
        for seed in 0..<UInt64(TestEffort.cases(3, long: 40)) {
            let git = try GitSandbox()
            var history = RandomHistory(seed: UInt64(block) << 32 | seed)
            let marks = history.graph(40)
            let ids = try history.write(to: git)
            let plain = try Repository.open(at: git.root, environment: [:])
            // An empty list of cut commits sends the question to our own walk.
            for _ in 0..<15 {
                let one = try #require(ids[history.random.pick(marks)]),
                    two = try #require(ids[history.random.pick(marks)])
                let expected = try Self.bases(git, one, two), first = try Self.id(one), second = try Self.id(two)
                let about = Comment(rawValue: "block \(block), seed \(seed): \(one) \(two)")
                #expect(try plain.mergeBases(first, second).map(\.description) == expected, about)
                #expect(try plain.isAncestor(first, of: second) == (expected == [one]), about)
                try git.write(".git/shallow", "")
                #expect(try plain.mergeBases(first, second).map(\.description) == expected, about)
                git.remove(Array(".git/shallow".utf8))
            }
        }
    }

    @Test("merge bases in a shallow clone are those of the whole history, or not known", arguments: 0..<6)
    func shallow(block: Int) throws {
        var known = 0, unknown = 0
        for seed in 0..<UInt64(TestEffort.cases(2, long: 40)) {
            let git = try GitSandbox()
            var history = RandomHistory(seed: UInt64(block) << 32 | seed | 1 << 16)
            _ = history.graph(40)
            _ = try history.write(to: git)
            try git.git("symbolic-ref", "HEAD", "refs/heads/c40")
            for depth in [1, 2, 3, 5] {
                let clone = git.folder + "/depth-\(depth)"
                try git.git(
                    [
                        "clone", "-q", "--no-checkout", "--no-single-branch", "--depth", String(depth),
                        "file://" + git.root, clone,
                    ])
                // Every commit has a branch, so only a few are kept: else nothing would be cut.
                let kept = (0..<5).map { _ in "c\(20 + history.random.below(21))" }
                let thin = git.folder + "/thin-\(depth)"
                try git.git(["init", "-q", thin])
                try git.git(
                    ["fetch", "-q", "--no-tags", "--depth", String(depth), "file://" + git.root]
                        + Set(kept).map { "+refs/heads/\($0):refs/heads/\($0)" }, in: thin)
                for place in [clone, thin] {
                    let repository = try Repository.open(at: place, environment: [:])
                    let cut = repository.cutCommits
                    for commit in cut { #expect(try repository.parents(of: commit) == []) }
                    let present = try git.git(["rev-list", "--all"], in: place)
                    let commits = String(decoding: present, as: UTF8.self).split(separator: "\n").map(String.init)
                    for _ in 0..<(place == thin ? 20 : 3) {
                        let one = history.random.pick(commits), two = history.random.pick(commits)
                        let expected = try Self.bases(git, one, two)
                        let about = Comment(rawValue: "block \(block), seed \(seed), depth \(depth): \(one) \(two)")
                        let first = try Self.id(one), second = try Self.id(two)
                        do throws(GitError) {
                            let found = try repository.mergeBases(first, second).map(\.description)
                            #expect(found == expected, about)
                            known += 1
                            let isAncestor = try repository.isAncestor(first, of: second)
                            #expect(isAncestor == (expected == [one]), about)
                        } catch {
                            #expect(error.code == .objectMissing, about)
                            unknown += 1
                        }
                    }
                }
            }
        }
        #expect(known > 20 && unknown > 20, "known \(known), unknown \(unknown)")
    }

    /// A better common ancestor hides the way to a worse one behind the cut: nobody here can see that it is worse.
    @Test("a base that another one may hold behind the cut is not known")
    func hiddenRedundancy() throws {
        let git = try GitSandbox()
        var history = RandomHistory(seed: 1)
        let files: RandomHistory.Files = ["f": .init(mode: "100644", content: "x\n")]
        let z = history.commit(files)
        let p = history.commit(files, parents: [z])
        let c = history.commit(files, parents: [p])
        let y = history.commit(files, parents: [c])
        let one = history.commit(files, parents: [y, z], on: "refs/heads/one")
        let two = history.commit(files, parents: [y, z], on: "refs/heads/two")
        let ids = try history.write(to: git)
        let clone = git.folder + "/clone"
        try git.git(["init", "-q", clone])
        try git.git(
            [
                "fetch", "-q", "--depth", "3", "file://" + git.root, "refs/heads/one:refs/heads/one",
                "refs/heads/two:refs/heads/two",
            ],
            in: clone)
        let first = try Self.id(#require(ids[one])), second = try Self.id(#require(ids[two]))
        let whole = try Repository.open(at: git.root, environment: [:])
        #expect(try whole.mergeBases(first, second).map(\.description) == [ids[y]])
        let repository = try Repository.open(at: clone, environment: [:])
        let error = #expect(throws: GitError.self) { try repository.mergeBases(first, second) }
        #expect(error?.code == .objectMissing)
    }

    @Test("an ancestor that is here is one, whatever is cut off elsewhere")
    func visibleAncestor() throws {
        let git = try GitSandbox()
        var history = RandomHistory(seed: 1)
        let files: RandomHistory.Files = ["f": .init(mode: "100644", content: "x\n")]
        var last = history.commit(files), marks = [last]
        // The clock runs backwards.
        for number in 0..<6 {
            last = history.commit(files, parents: [last], on: "refs/heads/main", seconds: 1_600_000_000 - number)
            marks.append(last)
        }
        let ids = try history.write(to: git)
        let clone = git.folder + "/clone"
        try git.git("clone", "-q", "--no-checkout", "--depth", "4", "file://" + git.root, clone)
        let repository = try Repository.open(at: clone, environment: [:])
        let tip = try Self.id(#require(ids[marks[6]]))
        for mark in marks[3...] {
            #expect(try repository.isAncestor(Self.id(#require(ids[mark])), of: tip))
        }
        for mark in marks[3..<6] {
            #expect((try? repository.isAncestor(tip, of: Self.id(#require(ids[mark])))) != true)
        }
    }
}
