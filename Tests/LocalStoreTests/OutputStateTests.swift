import ContentAddressing
import Glibc
import Testing

@testable import LocalStore

@Suite struct OutputStateTests {
    private let directory: TemporaryDirectory
    private let warnings = Warnings()
    private let outputs: [(path: String, text: String)] = [("dist/a.js", "aaaa"), ("dist/sub/b.js", "bb")]
    private let record: ActionRecord

    init() throws {
        directory = try TemporaryDirectory()
        var entries = outputs.map { output in
            OutputEntry(
                path: Array(output.path.utf8),
                kind: .file(digest: .of(Array(output.text.utf8)), size: output.text.utf8.count, executable: false))
        }
        entries.append(OutputEntry(path: Array("dist/link".utf8), kind: .symlink(target: Array("a.js".utf8))))
        entries.append(OutputEntry(path: Array("dist/empty".utf8), kind: .directory))
        record = ActionRecord(task: "web#build", key: .of([1]), outputs: entries, log: nil, durationSeconds: 1)
        for output in outputs { try directory.write("web/\(output.path)", output.text) }
        symlink("a.js", directory("web/dist/link"))
        mkdir(directory("web/dist/empty"), 0o777)
    }

    private func load() -> OutputState {
        OutputState(root: directory("cache"), workspace: directory.path, warn: warnings.sink)
    }

    private func isCurrent(_ state: OutputState) -> Bool {
        state.isCurrent(task: "web#build", outputDigest: record.outputDigest, projectDirectory: directory("web"))
    }

    /// A state that knows the outputs. `trusted` pretends that the files were known to be right long after they were
    /// written, so that their stamps count.
    private func recorded(trusted: Bool) -> OutputState {
        let state = load()
        let instant = OutputState.now() + (trusted ? 3_600_000_000_000 : 0)
        state.record(record, projectDirectory: directory("web"), verifiedAt: instant)
        return state
    }

    private var changes: [(name: String, make: () throws -> Void)] {
        [
            ("content", { try directory.write("web/dist/a.js", "aaab") }),
            ("size", { try directory.write("web/dist/a.js", "aaaaa") }),
            ("deletion", { unlink(directory("web/dist/sub/b.js")) }),
            ("executable bit", { chmod(directory("web/dist/a.js"), 0o755) }),
            (
                "link target",
                {
                    unlink(directory("web/dist/link"))
                    symlink("b.js", directory("web/dist/link"))
                }
            ),
            ("file instead of link", { try directory.write("web/dist/link", "a.js") }),
            ("stray file", { try directory.write("web/dist/sub/stray.js", "x") }),
            ("stray file in an empty directory", { try directory.write("web/dist/empty/x", "x") }),
            ("directory gone", { rmdir(directory("web/dist/empty")) }),
        ]
    }

    @Test("untouched outputs are current, also after saving and loading", arguments: [false, true])
    func untouched(trusted: Bool) throws {
        let state = recorded(trusted: trusted)
        #expect(isCurrent(state))
        try state.save()
        #expect(isCurrent(load()))
        let digest = record.outputDigest
        #expect(!load().isCurrent(task: "web#build", outputDigest: .of([]), projectDirectory: directory("web")))
        #expect(!load().isCurrent(task: "web#test", outputDigest: digest, projectDirectory: directory("web")))
        #expect(!load().isCurrent(task: "web#build", outputDigest: digest, projectDirectory: directory("api")))
        #expect(warnings.all.isEmpty)
    }

    @Test("every kind of change is noticed", arguments: 0..<9, [false, true])
    func changed(index: Int, trusted: Bool) throws {
        let state = recorded(trusted: trusted)
        let change = changes[index]
        try change.make()
        #expect(!isCurrent(state), "\(change.name)")
    }

    @Test("an edit within a clock tick that restores size and times is noticed")
    func racy() throws {
        for round in 0..<20 {
            try directory.write("web/dist/a.js", "aaaa")
            let modified = try #require(directory.status("web/dist/a.js")).st_mtim
            let state = recorded(trusted: false)
            // In place, so that the inode stays; only the change time could tell, and it may not have moved.
            let descriptor = open(directory("web/dist/a.js"), O_WRONLY)
            write(descriptor, "aaab", 4)
            close(descriptor)
            utimensat(AT_FDCWD, directory("web/dist/a.js"), [modified, modified], 0)
            #expect(!isCurrent(state), "round \(round)")
        }
    }

    @Test("trusted stamps are believed without reading, others are read")
    func reading() {
        let trusted = recorded(trusted: true)
        #expect(isCurrent(trusted))
        // Directories are listed by `record` itself, moments after they changed.
        #expect(trusted.filesRead == 3)
        let doubtful = recorded(trusted: false)
        #expect(isCurrent(doubtful))
        #expect(doubtful.filesRead == 6)
    }

    @Test("a file with new times and the same content is current")
    func sameContent() throws {
        let state = recorded(trusted: true)
        unlink(directory("web/dist/a.js"))
        try directory.write("web/dist/a.js", "aaaa")
        directory.setModified("web/dist/a.js", 1_000_000_000)
        #expect(isCurrent(state))
    }

    @Test("forgotten outputs, and outputs that never were as recorded, are not current")
    func forgetting() throws {
        let state = recorded(trusted: true)
        state.forget(task: "web#build")
        #expect(!isCurrent(state))
        try directory.write("web/dist/a.js", "longer than recorded")
        state.record(record, projectDirectory: directory("web"), verifiedAt: OutputState.now())
        #expect(!isCurrent(state))
    }

    @Test("a task without outputs is current once recorded")
    func noOutputs() {
        let state = load()
        let empty = ActionRecord(task: "web#test", key: .of([2]), outputs: [], log: nil, durationSeconds: 1)
        let digest = empty.outputDigest
        #expect(!state.isCurrent(task: "web#test", outputDigest: digest, projectDirectory: directory("web")))
        state.record(empty, projectDirectory: directory("web"), verifiedAt: OutputState.now())
        #expect(state.isCurrent(task: "web#test", outputDigest: digest, projectDirectory: directory("web")))
    }

    @Test("a damaged state file is an empty one and a warning", arguments: UInt64(1)...40)
    func damaged(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        try recorded(trusted: true).save()
        let path = try #require(directory.files("cache").first)
        var bytes = try directory.read(path)
        if Bool.random(using: &random) {
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        } else {
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        try directory.write(path, bytes)
        #expect(!isCurrent(load()), "seed \(seed)")
        #expect(warnings.all.count == 1, "seed \(seed)")
    }

    @Test("equal states are equal bytes, and nothing is written when nothing changed")
    func saving() throws {
        let state = recorded(trusted: true)
        try state.save()
        let path = try #require(directory.files("cache").first)
        let inode = directory.status(path)?.st_ino
        try state.save()
        #expect(directory.status(path)?.st_ino == inode)
        #expect(directory.files("cache") == [path])
        let entries = try #require(OutputState.decode(try directory.read(path)))
        #expect(OutputState.encode(entries) == (try directory.read(path)))
    }

    @Test("a state that cannot be saved says so")
    func unwritable() throws {
        try directory.write("cache", "a file")
        let state = recorded(trusted: true)
        #expect(storeErrorCode { try state.save() } == .unwritable)
        #expect(isCurrent(state))
    }
}
