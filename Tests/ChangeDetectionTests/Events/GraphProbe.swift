internal import ChangeDetection
internal import Diagnostics
internal import GitObjects

/// A repository whose commits are numbers from 1 to 99. Commit n has the tree 100 + n.
struct GraphProbe: RepositoryProbe {
    var isShallow: Bool { !cut.isEmpty }
    let emptyTree = ObjectStore.emptyTreeID
    var history: [Int: [Int]]
    var names: [String: Int]
    var symbolic: [String: String] = [:]
    /// The commits whose parents a shallow clone leaves out.
    var cut: Set<Int> = []
    /// Pairs of commits that conflict.
    var conflicts: Set<[Int]> = []
    var mergeFails = false

    /// main: 1 - 2 - 3 - 4 - 5; a feature: 2 - 6 - 7; merges of 7 into 5: 8, and the other way round: 9; unrelated: 20.
    static func standard(head: Int) -> GraphProbe {
        GraphProbe(
            history: [
                1: [], 2: [1], 3: [2], 4: [3], 5: [4], 6: [2], 7: [6], 8: [5, 7], 9: [7, 5], 10: [7], 20: [],
            ],
            names: ["HEAD": head, "refs/remotes/origin/main": 5])
    }

    /// What `git clone --depth` leaves: only these commits, the cut ones without parents.
    func shallow(_ kept: [Int], cut: Set<Int>) -> GraphProbe {
        var probe = self
        probe.history = history.filter { kept.contains($0.key) }
        for commit in cut { probe.history[commit] = [] }
        probe.names = names.filter { kept.contains($0.value) }
        probe.cut = cut
        return probe
    }

    static func id(_ number: Int) -> ObjectID {
        ObjectID([UInt8(number)] + [UInt8](repeating: 0, count: 19)) ?? ObjectStore.emptyTreeID
    }

    static func number(_ id: ObjectID) -> Int { Int(id.bytes[0]) }

    func resolve(_ expression: String) throws(GitError) -> Repository.Revision? {
        let named = ObjectID(hex: expression).flatMap { Self.id(Self.number($0)) == $0 ? Self.number($0) : nil }
        let number = names[expression] ?? named
        guard let number, history[number] != nil else { return nil }
        return Repository.Revision(commit: Self.id(number), tree: Self.id(100 + number))
    }

    func symbolicTarget(_ name: String) -> String? { symbolic[name] }
    func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID { Self.id(100 + Self.number(commit)) }
    func isCut(_ commit: ObjectID) -> Bool { cut.contains(Self.number(commit)) }

    func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] {
        guard let parents = history[Self.number(commit)] else { throw Self.missing }
        return parents.map(Self.id)
    }

    func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool {
        let (seen, isCut) = reached(from: Self.number(commit))
        if seen.contains(Self.number(ancestor)) { return true }
        if isCut { throw Self.missing }
        return false
    }

    func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        let (first, firstCut) = reached(from: Self.number(one)), (second, secondCut) = reached(from: Self.number(two))
        if second.contains(Self.number(one)) { return [one] }
        if first.contains(Self.number(two)) { return [two] }
        if firstCut || secondCut { throw Self.missing }
        let common = first.intersection(second)
        return common.filter { base in
            !common.contains { $0 != base && reached(from: $0).seen.contains(base) }
        }.sorted().map(Self.id)
    }

    func mergedTree(target: ObjectID, head: ObjectID) throws(GitError) -> MergeOutcome {
        if mergeFails { throw GitError(.unsupportedRepository, .environment, "No merging here.") }
        if conflicts.contains([Self.number(target), Self.number(head)]) {
            return .conflicted(paths: [RepoPath("a/b")])
        }
        return .clean(tree: Self.id(200 + Self.number(head)))
    }

    private static var missing: GitError { GitError(.objectMissing, .environment, "cut off") }

    private func reached(from start: Int) -> (seen: Set<Int>, isCut: Bool) {
        var seen: Set<Int> = [], next = [start], isCut = false
        while let commit = next.popLast() {
            seen.insert(commit)
            guard let parents = history[commit] else {
                isCut = true
                continue
            }
            if cut.contains(commit) { isCut = true }
            next += parents.filter { !seen.contains($0) }
        }
        return (seen, isCut)
    }
}
