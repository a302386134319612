internal import Diagnostics

/// Finds merge bases in a history that is cut off, where a commit without known parents is unknown and not a root.
///
/// The algorithm is git's own (`paint_down_to_common` and `remove_redundant` in commit-reach.c). libgit2 before 1.7 stops
/// with an error at the first parent that a shallow clone lacks, and both take a cut for a root, which may name a base that
/// is none.
struct HistoryWalk {
    private let cut: Set<ObjectID>
    private let read: (ObjectID) throws(GitError) -> CommitRecord
    private var records: [ObjectID: CommitRecord] = [:]

    /// - Parameters:
    ///   - cut: the commits whose parents are not here.
    ///   - read: reads a commit.
    init(cut: Set<ObjectID>, read: @escaping (ObjectID) throws(GitError) -> CommitRecord) {
        self.cut = cut
        self.read = read
    }

    private struct Paint: OptionSet {
        let rawValue: UInt8
        static let one = Paint(rawValue: 1)
        static let two = Paint(rawValue: 2)
        static let both: Paint = [.one, .two]
        /// Below a common ancestor that was found: cannot be a best one.
        static let stale = Paint(rawValue: 4)
        static let result = Paint(rawValue: 8)
    }

    /// The best common ancestors; empty when the two are unrelated.
    ///
    /// - Throws: `objectMissing` when a better or further one may lie beyond the cut.
    mutating func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        if one == two { return [one] }
        let found = try paint(one, [two])
        // Below a common ancestor nothing better is found; elsewhere the two may meet in ways that nobody here can see.
        guard found.cuts.allSatisfy({ $0.isSuperset(of: .both) }), let bases = try withoutRedundant(found.bases) else {
            throw GitError(
                .objectMissing, .environment,
                "The history of \(one) and \(two) is cut off before they meet. Run: git fetch --unshallow")
        }
        return bases
    }

    /// Those of `wanted` that are `head` or come before it, the newest first.
    ///
    /// Ends when all are found, or when every commit left is a day older than the oldest of them: clocks differ less than that.
    mutating func ancestors(among wanted: Set<ObjectID>, of head: ObjectID) throws(GitError) -> [ObjectID] {
        var missing = wanted.filter { (try? record($0)) != nil }
        let oldest = (missing.compactMap { records[$0]?.seconds }.min() ?? 0) - 86_400
        var queue = CommitQueue(), seen: Set<ObjectID> = [head], found: [ObjectID] = []
        queue.insert(head, seconds: try record(head).seconds)
        while !missing.isEmpty, let commit = queue.removeNewest() {
            if missing.remove(commit) != nil { found.append(commit) }
            if try record(commit).seconds < oldest { break }
            if cut.contains(commit) { continue }
            for parent in try record(commit).parents where seen.insert(parent).inserted {
                queue.insert(parent, seconds: try record(parent).seconds)
            }
        }
        return found
    }

    /// Walks both histories from the newest commit on, until nothing is left that only one side reaches. Gives the common
    /// ancestors that were met first, and by whom each commit was reached whose parents are not here.
    private mutating func paint(
        _ one: ObjectID, _ others: [ObjectID]
    ) throws(GitError) -> (bases: [ObjectID], cuts: [Paint]) {
        var paints: [ObjectID: Paint] = [one: .one]
        var queue = CommitQueue()
        queue.insert(one, seconds: try record(one).seconds)
        for other in others {
            paints[other, default: []].insert(.two)
            queue.insert(other, seconds: try record(other).seconds)
        }
        var results: [ObjectID] = [], reached: Set<ObjectID> = []
        // A cut that one side reached first may yet turn out to lie below a common ancestor, so then the walk goes on.
        while queue.contains(where: { !(paints[$0] ?? []).contains(.stale) })
            || reached.contains(where: { !(paints[$0] ?? []).isSuperset(of: .both) }),
            let commit = queue.removeNewest()
        {
            var paint = paints[commit] ?? []
            if paint.isSuperset(of: .both), !paint.contains(.stale) {
                if !paint.contains(.result) {
                    paints[commit] = paint.union(.result)
                    results.append(commit)
                }
                paint.insert(.stale)
            }
            paint.remove(.result)
            if cut.contains(commit) {
                reached.insert(commit)
                continue
            }
            for parent in try record(commit).parents {
                let before = paints[parent] ?? []
                guard !before.isSuperset(of: paint) else { continue }
                paints[parent] = before.union(paint)
                queue.insert(parent, seconds: try record(parent).seconds)
            }
        }
        return (results.filter { !(paints[$0] ?? []).contains(.stale) }, reached.map { paints[$0] ?? [] })
    }

    /// Leaves out what another one of them reaches; `nil` when one may do so beyond the cut.
    private mutating func withoutRedundant(_ bases: [ObjectID]) throws(GitError) -> [ObjectID]? {
        guard bases.count > 1 else { return bases }
        var kept: [ObjectID] = []
        for base in bases {
            let others = bases.filter { $0 != base }
            // It is redundant when it is its own common ancestor with the others.
            let found = try paint(base, others)
            if found.bases.contains(base) { continue }
            guard found.cuts.allSatisfy({ $0.contains(.one) }) else { return nil }
            kept.append(base)
        }
        return kept
    }

    private mutating func record(_ id: ObjectID) throws(GitError) -> CommitRecord {
        if let record = records[id] { return record }
        let record = try read(id)
        records[id] = record
        return record
    }
}

/// Commits by time, the newest first; equal times in the order in which they came.
private struct CommitQueue {
    private var heap: [(seconds: Int, order: Int, id: ObjectID)] = []
    private var count = 0

    func contains(where matches: (ObjectID) -> Bool) -> Bool { heap.contains { matches($0.id) } }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let one = heap[left], two = heap[right]
        return one.seconds != two.seconds ? one.seconds > two.seconds : one.order < two.order
    }

    mutating func insert(_ id: ObjectID, seconds: Int) {
        heap.append((seconds, count, id))
        count += 1
        var at = heap.count - 1
        while at > 0, precedes(at, (at - 1) / 2) {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func removeNewest() -> ObjectID? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.id }
        heap[0] = last
        var at = 0
        while true {
            var best = at
            for child in [2 * at + 1, 2 * at + 2] where child < heap.count && precedes(child, best) { best = child }
            if best == at { return first.id }
            heap.swapAt(at, best)
            at = best
        }
    }
}
