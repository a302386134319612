import ContentAddressing
import GRDB
import Glibc
import Testing

@testable import LocalStore

@Suite struct TaskHistoryTests {
    private let directory: TemporaryDirectory
    private let warnings = Warnings()

    init() throws { directory = try TemporaryDirectory() }

    private func history() -> TaskHistory { TaskHistory(root: directory("cache"), warn: warnings.sink) }

    private func run(_ seconds: Double, _ outcome: TaskRun.Outcome = .succeeded, task: String = "web#build") -> TaskRun
    {
        TaskRun(task: task, command: .of([1]), seconds: seconds, outcome: outcome, peakMemoryBytes: 1, at: 0)
    }

    @Test("an estimate is the median of the last ten successes")
    func median() {
        let history = history()
        history.record((1...5).map { run(Double($0) * 1000) })
        history.record([9, 1, 7, 3, 5, 2, 8, 4, 6, 100].map { run($0) })
        history.record([run(0.001, .failed), run(0.001, .timedOut), run(0.001, .cancelled)])
        history.record([run(2, task: "api#test"), run(4, task: "api#test"), run(9, .failed, task: "lib#lint")])
        #expect(history.estimates() == ["web#build": 5.5, "api#test": 3])
        #expect(self.history().estimates() == ["web#build": 5.5, "api#test": 3])
        #expect(warnings.all.isEmpty)
    }

    @Test("many failures do not push successes out, and the table stays small")
    func bounded() throws {
        let history = history()
        history.record([run(5)])
        for _ in 0..<10 { history.record((0..<10).map { _ in run(1, .failed) }) }
        #expect(history.estimates() == ["web#build": 5])
        let count = try DatabaseQueue(path: directory("cache/history.sqlite")).read {
            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM run")
        }
        #expect(count == 11)
    }

    @Test("nothing is opened or made until a run is recorded")
    func lazy() {
        let history = history()
        #expect(history.estimates().isEmpty)
        history.record([])
        history.record([run(.nan), run(-1), run(.infinity)])
        #expect(directory.status("cache") == nil)
        history.record([run(1)])
        #expect(directory.status("cache/history.sqlite") != nil)
    }

    @Test("a damaged database is no history and one warning")
    func damaged() throws {
        try directory.write("cache/history.sqlite", [UInt8](repeating: 0x41, count: 8192))
        let history = history()
        #expect(history.estimates().isEmpty)
        history.record([run(1)])
        #expect(history.estimates().isEmpty)
        #expect(warnings.all.count == 1, "\(warnings.all)")
        #expect(warnings.all.first?.contains("history.sqlite") == true)
    }

    @Test("a directory, or a file above it, in place of the database is no history and one warning")
    func blocked() throws {
        try directory.write("cache/history.sqlite/inner", "x")
        history().record([run(1)])
        #expect(history().estimates().isEmpty)
        try directory.write("file", "x")
        TaskHistory(root: directory("file"), warn: warnings.sink).record([run(1)])
        #expect(warnings.all.count == 3, "\(warnings.all)")
    }

    @Test("a database that another process keeps locked is no history and one warning")
    func locked() throws {
        history().record([run(1)])
        let other = try DatabaseQueue(path: directory("cache/history.sqlite"))
        try other.inDatabase { database in
            try database.execute(sql: "BEGIN EXCLUSIVE")
            let history = TaskHistory(root: directory("cache"), lockTimeoutSeconds: 0.01, warn: warnings.sink)
            history.record([run(3)])
            #expect(history.estimates().isEmpty)
            try database.execute(sql: "ROLLBACK")
        }
        #expect(warnings.all.count == 1, "\(warnings.all)")
        #expect(history().estimates() == ["web#build": 1])
    }

    /// Threads with connections of their own stand for processes: SQLite locks between connections alike.
    @Test("many that create one database at the same moment all get in")
    func createdAtOnce() async throws {
        for round in 0..<12 {
            let root = directory("cache\(round)")
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        TaskHistory(root: root, lockTimeoutSeconds: 30, warn: warnings.sink).record([run(1)])
                    }
                }
            }
        }
        #expect(warnings.all.isEmpty, "\(warnings.all)")
    }

    @Test("a database of a newer program is left alone")
    func newer() throws {
        history().record([run(1)])
        try DatabaseQueue(path: directory("cache/history.sqlite")).write {
            try $0.execute(sql: "PRAGMA user_version = 99")
        }
        #expect(history().estimates().isEmpty)
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("99") == true)
    }

    @Test("cells of a wrong type are passed over")
    func wrongTypes() throws {
        let history = history()
        history.record([run(4)])
        try DatabaseQueue(path: directory("cache/history.sqlite")).write {
            try $0.execute(
                sql: """
                    INSERT INTO run (task, seconds, outcome, at) VALUES ('web#build', 'soon', 'succeeded', 0);
                    INSERT INTO run (task, seconds, outcome, at) VALUES (x'FF00', 1, 'succeeded', 0);
                    INSERT INTO run (task, seconds, outcome, at) VALUES ('web#build', 1e999, 'succeeded', 0);
                    """)
        }
        #expect(history.estimates()["web#build"] == 4)
    }

    @Test("two histories on one file both count")
    func shared() async {
        let first = history(), second = history()
        await withTaskGroup(of: Void.self) { group in
            for (index, history) in [first, second].enumerated() {
                group.addTask { for _ in 0..<5 { history.record([run(2, task: "p\(index)#build")]) } }
            }
        }
        #expect(first.estimates() == ["p0#build": 2, "p1#build": 2])
        #expect(warnings.all.isEmpty)
    }
}
