package import ContentAddressing
internal import GRDB
internal import Glibc
internal import Synchronization

/// One run of one task, as history keeps it.
package struct TaskRun: Sendable, Equatable {
    package enum Outcome: String, Sendable {
        case succeeded
        case failed
        case timedOut = "timed-out"
        case cancelled
    }

    /// `PROJECT#TASK`.
    package var task: String
    /// The digest of the command, where it is known.
    package var command: ContentDigest?
    package var seconds: Double
    package var outcome: Outcome
    package var peakMemoryBytes: Int?
    /// When the run ended, in seconds since 1970.
    package var at: Double

    package init(
        task: String, command: ContentDigest? = nil, seconds: Double, outcome: Outcome, peakMemoryBytes: Int? = nil,
        at: Double
    ) {
        self.task = task
        self.command = command
        self.seconds = seconds
        self.outcome = outcome
        self.peakMemoryBytes = peakMemoryBytes
        self.at = at
    }
}

/// How long tasks took before, in an SQLite file of the cache directory that any number of processes share.
///
/// It only makes estimates better: a database that is damaged, locked, read-only or of a newer Ripple means no history
/// and one warning. The file is opened by the first call that needs it, so a run that reuses everything never does.
package final class TaskHistory: Sendable {
    private enum Connection {
        case unopened
        case open(DatabaseQueue)
        case unusable
    }

    /// How many runs of each task are kept, of successes and of others each; estimates use all kept successes.
    package static let runsKept = 10
    private static let version = 1

    private let path: String
    private let lockTimeoutSeconds: Double
    private let warn: @Sendable (String) -> Void
    private let connection = Mutex(Connection.unopened)

    /// The history of the store at `root`; touches nothing yet. `lockTimeoutSeconds` is how long a call waits for
    /// another process that writes.
    package init(root: String, lockTimeoutSeconds: Double = 2, warn: @escaping @Sendable (String) -> Void) {
        path = root + "/history.sqlite"
        self.lockTimeoutSeconds = lockTimeoutSeconds
        self.warn = warn
    }

    /// Adds runs, oldest first, in one transaction, and forgets those that are too old to matter.
    package func record(_ runs: [TaskRun]) {
        let runs = runs.filter { $0.seconds.isFinite && $0.seconds >= 0 }
        guard !runs.isEmpty else { return }
        withDatabase(creating: true) { queue in
            try queue.write { database in
                let insert = try database.cachedStatement(
                    sql: "INSERT INTO run (task, command, seconds, outcome, peakMemoryBytes, at) VALUES (?,?,?,?,?,?)")
                for run in runs {
                    try insert.execute(arguments: [
                        run.task, run.command?.description, run.seconds, run.outcome.rawValue, run.peakMemoryBytes,
                        run.at,
                    ])
                }
                let trim = try database.cachedStatement(
                    sql: """
                        DELETE FROM run WHERE task = ?1 AND (outcome = 'succeeded') = ?2 AND id NOT IN (
                            SELECT id FROM run WHERE task = ?1 AND (outcome = 'succeeded') = ?2
                            ORDER BY id DESC LIMIT \(TaskHistory.runsKept))
                        """)
                for task in Set(runs.map(\.task)) {
                    for succeeded in [true, false] { try trim.execute(arguments: [task, succeeded]) }
                }
            }
        }
    }

    /// For each task with a success, the median of its last ten successes in seconds. Reads the table once.
    package func estimates() -> [String: Double] {
        var seconds: [String: [Double]] = [:]
        withDatabase(creating: false) { queue in
            try queue.read { database in
                let rows = try Row.fetchCursor(
                    database, sql: "SELECT task, seconds FROM run WHERE outcome = 'succeeded' ORDER BY id DESC")
                while let row = try rows.next() {
                    // Through DatabaseValue: a damaged file may hold any type, and a direct conversion would trap.
                    let task: DatabaseValue = row[0]
                    let value: DatabaseValue = row[1]
                    guard let task = String.fromDatabaseValue(task), let value = Double.fromDatabaseValue(value),
                        value.isFinite, value >= 0, seconds[task, default: []].count < TaskHistory.runsKept
                    else { continue }
                    seconds[task, default: []].append(value)
                }
            }
        }
        return seconds.mapValues(median)
    }

    /// Runs `body` with the database; any error makes history unusable for the rest of the process.
    private func withDatabase(creating: Bool, _ body: (DatabaseQueue) throws -> Void) {
        let failure: String? = connection.withLock { connection in
            do {
                switch connection {
                case .unusable: return nil
                case .open(let queue): try body(queue)
                case .unopened:
                    if !creating, access(path, F_OK) != 0 { return nil }
                    let queue = try openWaiting()
                    connection = .open(queue)
                    try body(queue)
                }
                return nil
            } catch let error as DatabaseError {
                connection = .unusable
                return error.message ?? "SQLite error \(error.resultCode.rawValue)"
            } catch let error as StoreError {
                connection = .unusable
                return error.message
            } catch {
                connection = .unusable
                return String(describing: error)
            }
        }
        if let failure {
            warn(
                "The task history \(path) cannot be used (\(failure)), so durations are guessed. If this stays so, "
                    + "delete the file.")
        }
    }

    /// Opens the file, again and again while another process holds it, for as long as a call may wait.
    ///
    /// SQLite's own waiting does not cover this: two processes that switch a new file to a write-ahead log, or that
    /// recover one, get "database is locked" at once (https://www.sqlite.org/wal.html, section 9).
    private func openWaiting() throws -> DatabaseQueue {
        let deadline = ContinuousClock.now + .seconds(lockTimeoutSeconds)
        while true {
            do {
                return try open()
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline
            {
                usleep(5000)
            }
        }
    }

    private func open() throws -> DatabaseQueue {
        try makeParentDirectories(of: Array(path.utf8))
        var configuration = Configuration()
        configuration.busyMode = .timeout(lockTimeoutSeconds)
        // The mode stays with the file; asking for it again writes, and waits for the disk.
        if withPath(Array(path.utf8), { access($0, F_OK) }) != 0 { configuration.journalMode = .wal }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        if version == TaskHistory.version { return queue }
        guard version == 0 else {
            throw DatabaseError(message: "it has format \(version), this program knows \(TaskHistory.version)")
        }
        try queue.write { database in
            // Another process may have been faster.
            guard try Int.fetchOne(database, sql: "PRAGMA user_version") == 0 else { return }
            try database.execute(
                sql: """
                    CREATE TABLE run (
                        id INTEGER PRIMARY KEY, task TEXT NOT NULL, command TEXT, seconds REAL NOT NULL,
                        outcome TEXT NOT NULL, peakMemoryBytes INTEGER, at REAL NOT NULL);
                    CREATE INDEX runByTask ON run (task, outcome);
                    PRAGMA user_version = \(TaskHistory.version);
                    """)
        }
        return queue
    }
}

/// The middle value, or the mean of the two in the middle. `values` must not be empty.
private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}
