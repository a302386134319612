internal import Foundation
internal import Glibc
internal import Testing

/// A place of one test: a repository, a cache, a home and a temporary directory of its own, removed in the end.
final class Sandbox {
    let root: String
    var repository: String
    var cache: String
    let home: String
    let temporary: String
    private var runs = 0

    struct GitFailed: Error, CustomStringConvertible { let description: String }

    /// - Parameter initialized: whether `repository` is made one.
    init(initialized: Bool = true) throws {
        var name = (NSTemporaryDirectory() as NSString).appendingPathComponent("ripple-e2e-XXXXXX").utf8CString.map {
            $0
        }
        guard mkdtemp(&name) != nil else { throw CocoaError(.fileWriteUnknown) }
        let made = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // As the kernel names it, so that paths compare.
        root =
            realpath(made, nil).map { pointer in
                defer { free(pointer) }
                return String(cString: pointer)
            } ?? made
        repository = root + "/repo"
        cache = root + "/cache"
        home = root + "/home"
        temporary = root + "/tmp"
        for directory in [repository, home, temporary, root + "/io"] {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        if initialized { try git("init", "-q", "-b", "main", ".") }
    }

    deinit {
        for id in survivors() { kill(id, SIGKILL) }
        var removal = try? RunningProgram(
            "chmod", ["-R", "u+rwX", root], environment: ["PATH": "/usr/bin:/bin"], directory: "/",
            files: root + "/io/chmod")
        _ = removal?.wait()
        removal = nil
        try? FileManager.default.removeItem(atPath: root)
    }

    /// What every program started here sees: nothing of the machine's or the user's configuration.
    var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
            "HOME": home, "TMPDIR": temporary, "LANG": "C.UTF-8", "TERM": "dumb", "RIPPLE_CACHE_DIR": cache,
            "RIPPLE_CI": "none", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
            "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
        ]
    }

    // MARK: Programs

    private func files() -> String {
        runs += 1
        return "\(root)/io/\(runs)"
    }

    @discardableResult
    func git(_ arguments: String..., in directory: String? = nil) throws -> String {
        let result = try RunningProgram(
            "git", arguments, environment: environment, directory: directory ?? repository, files: files()
        ).wait()
        guard result.code == 0 else { throw GitFailed(description: "git \(arguments): \(result.summary)") }
        return result.text
    }

    @discardableResult
    func commit(_ message: String = "change") throws -> String {
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    }

    func start(
        _ arguments: [String], environment extra: [String: String] = [:], input: [UInt8]? = nil,
        in directory: String? = nil
    ) throws -> RunningProgram {
        try RunningProgram(
            try ProgramUnderTest.path(), arguments, environment: environment.merging(extra) { $1 },
            directory: directory ?? repository, input: input, files: files())
    }

    @discardableResult
    func ripple(
        _ arguments: String..., environment extra: [String: String] = [:], input: [UInt8]? = nil,
        in directory: String? = nil, seconds: Double = 60
    ) throws -> Finished {
        try start(arguments, environment: extra, input: input, in: directory).wait(seconds: seconds)
    }

    /// Runs with the report on standard output; expects it to succeed.
    func run(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws -> JSON {
        let result = try start(["run", "--format", "json"] + arguments).wait()
        #expect(result.code == 0, "\(result.summary)", sourceLocation: location)
        #expect(result.json["schema"].string == "ripple.run/1", "\(result.summary)", sourceLocation: location)
        return result.json
    }

    /// The processes that were started in this sandbox and are alive: those with its home in their environment or with
    /// their working directory in it.
    func survivors() -> [pid_t] {
        let marker = Array("HOME=\(home)".utf8)
        var found: [pid_t] = []
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let id = pid_t(name), id != getpid() else { continue }
            guard let status = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let state = status[(status.lastIndex(of: ")") ?? status.startIndex)...].dropFirst(2).first,
                state != "Z", state != "X"
            else { continue }
            let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")
            let variables = FileManager.default.contents(atPath: "/proc/\(name)/environ").map { [UInt8]($0) } ?? []
            if directory?.hasPrefix(root + "/") == true
                || variables.split(separator: 0).contains(where: { $0.elementsEqual(marker) })
            {
                found.append(id)
            }
        }
        return found
    }

    // MARK: Files

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = repository + "/" + path
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }

    func append(_ path: String, _ text: String) throws { try write(path, (read(path) ?? "") + text) }

    func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: repository + "/" + path).map { String(decoding: $0, as: UTF8.self) }
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: repository + "/" + path) }

    func exists(_ path: String) -> Bool { access(repository + "/" + path, F_OK) == 0 }

    /// A marker that a task left in the home directory, which every task sees.
    func marked(_ name: String) -> Bool { access(home + "/" + name, F_OK) == 0 }

    func mark(_ name: String) throws { try Data().write(to: URL(fileURLWithPath: home + "/" + name)) }

    /// The names that tasks appended to the file `ran` in the home directory, in order; empties it.
    func ran() -> [String] {
        let file = home + "/ran"
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        unlink(file)
        return text.split(separator: "\n").map { String($0) }
    }
}

/// A directory as it lies on disk: path to type, mode and contents. Names are bytes, decoded so that none gets lost.
func snapshot(_ directory: String, excluding: Set<String> = []) -> [String: String] {
    var result: [String: String] = [:]
    func visit(_ path: [CChar], _ name: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR {
            if !name.isEmpty { result[name] = "directory" }
            guard let stream = opendir(path) else { return }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let child = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
                if child == [46] || child == [46, 46] { continue }
                let text = child.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16) }.joined()
                let below = name.isEmpty ? text : name + "/" + text
                if excluding.contains(below) { continue }
                visit(Array(path.dropLast(1)) + [47] + child.map { CChar(bitPattern: $0) } + [0], below)
            }
        } else if kind == S_IFLNK {
            var target = [CChar](repeating: 0, count: 4097)
            let count = readlink(path, &target, 4096)
            result[name] =
                "link " + String(decoding: target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        } else {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            var contents: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
                contents += buffer[..<count]
            }
            let mode = String(status.st_mode & 0o777, radix: 8)
            result[name] = "file \(mode) " + Data(contents).base64EncodedString()
        }
    }
    visit(Array(directory.utf8CString), "")
    return result
}

/// What differs between two snapshots: paths with what they were and are.
func differences(_ now: [String: String], _ before: [String: String]) -> [String] {
    Set(now.keys).union(before.keys).filter { now[$0] != before[$0] }.sorted().map {
        "\($0): \(String((before[$0] ?? "absent").prefix(60))) -> \(String((now[$0] ?? "absent").prefix(60)))"
    }
}
