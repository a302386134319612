internal import JSONText

/// What was green on one branch: for each task the commits at which it succeeded last, with the key it had there.
///
/// Failed and cancelled runs leave no mark, so what they left undone stays undone until a later run succeeds. Stored as
/// `ripple.ledger/1`, which names each commit once.
package struct GreenLedger: Sendable, Equatable {
    /// One success of one task.
    package struct Success: Sendable, Hashable {
        /// The commit in hexadecimal.
        package let commit: String
        /// The task's planning key there.
        package let key: ContentDigest

        package init(commit: String, key: ContentDigest) {
            self.commit = commit
            self.key = key
        }
    }

    /// Of each task this many successes are kept: enough to go back to a commit some time ago.
    package static let successLimit = 16

    /// By task id (`PROJECT#TASK`), the one recorded last at the end.
    package private(set) var successes: [String: [Success]] = [:]

    package init() {}

    package var isEmpty: Bool { successes.isEmpty }

    /// Every commit at which something was green.
    package var commits: Set<String> { Set(successes.values.joined().map(\.commit)) }

    /// Records that the task succeeded.
    package mutating func record(_ task: String, _ success: Success) {
        var list = successes[task] ?? []
        list.removeAll { $0.commit == success.commit }
        list.append(success)
        successes[task] = Array(list.suffix(GreenLedger.successLimit))
    }

    /// Whether the task succeeded with this key at any commit.
    package func isGreen(_ task: String, key: ContentDigest) -> Bool {
        successes[task]?.contains { $0.key == key } ?? false
    }
}

extension GreenLedger {
    private static let schema = "ripple.ledger/1"

    package func encoded() -> [UInt8] {
        let commits = commits.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: commits.enumerated().map { ($1, $0) })
        var writer = JSONWriter(compact: true)
        writer.object { document in
            document.member("schema", GreenLedger.schema)
            document.array("commits", commits)
            document.object("tasks") { tasks in
                for (task, list) in successes.sorted(by: { $0.key < $1.key }) {
                    tasks.array(task) { entries in
                        for success in list {
                            entries.array {
                                $0.element(numbers[success.commit])
                                $0.element("\(success.key)")
                            }
                        }
                    }
                }
            }
        }
        return writer.finish()
    }

    /// Reads the stored form; `nil` when it is damaged or of a newer version.
    package init?(decoding bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes).root, root["schema"]?.string == GreenLedger.schema,
            let commits = root["commits"]?.array?.map(\.string), let tasks = root["tasks"]?.object
        else { return nil }
        for member in tasks {
            for entry in member.node.array ?? [] {
                guard let pair = entry.array, pair.count == 2, let number = pair[0].number.flatMap({ Int($0) }),
                    commits.indices.contains(number), let commit = commits[number],
                    let key = pair[1].string.flatMap({ ContentDigest(hex: $0) })
                else { return nil }
                record(member.key, Success(commit: commit, key: key))
            }
        }
    }
}

/// Keeps ledgers, each under a name, for several writers at once.
package protocol LedgerStore: Sendable {
    /// The ledger's bytes and the version they have, or `nil` when there is none.
    func ledger(_ name: ContentDigest) throws(StoreError) -> (bytes: [UInt8], version: ContentDigest)?

    /// Replaces the ledger if its version still is `expected` (`nil`: if there is none), and says whether it did.
    func replaceLedger(
        _ name: ContentDigest, expecting expected: ContentDigest?, with bytes: [UInt8]
    ) throws(StoreError) -> Bool
}

extension LedgerStore {
    /// Changes the ledger, again and again until no other writer came in between.
    package func updateLedger(
        _ name: ContentDigest, _ change: (inout GreenLedger) -> Void
    ) throws(StoreError) {
        while true {
            let found = try ledger(name)
            // A damaged ledger knows nothing; that costs work, and the next write mends it.
            var ledger = found.flatMap { GreenLedger(decoding: $0.bytes) } ?? GreenLedger()
            change(&ledger)
            if try replaceLedger(name, expecting: found?.version, with: ledger.encoded()) { return }
        }
    }
}
