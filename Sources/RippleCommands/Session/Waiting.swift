internal import Diagnostics
internal import Glibc
internal import Synchronization

/// Runs asynchronous work from synchronous code and waits for it.
///
/// Commands are synchronous, so that those which start nothing never start the concurrency runtime either.
///
/// - Parameter register: is given what cancels the work.
func waitFor<Value: Sendable>(
    register: (@escaping @Sendable () -> Void) -> Void = { _ in },
    _ work: @escaping @Sendable () async throws -> Value
) throws -> Value {
    let box = try ResultBox<Value>()
    let task = Task.detached {
        do {
            box.set(.success(try await work()))
        } catch {
            box.set(.failure(error))
        }
    }
    register { task.cancel() }
    return try box.wait().get()
}

/// Hands one value from a task to a waiting thread.
private final class ResultBox<Value: Sendable>: Sendable {
    private let value = Mutex<Result<Value, any Error>?>(nil)
    private let ends: (reading: Int32, writing: Int32)

    init() throws {
        ends = try closingPipe()
    }

    func set(_ result: Result<Value, any Error>) {
        value.withLock { $0 = result }
        close(ends.writing)
    }

    func wait() -> Result<Value, any Error> {
        var byte: UInt8 = 0
        while read(ends.reading, &byte, 1) < 0, errno == EINTR {}
        close(ends.reading)
        return value.withLock { $0 } ?? .failure(CommandError(.internal, "A task ended without a result."))
    }
}

/// A pipe that programs started later do not inherit.
func closingPipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
        throw CommandError(.environment, "A pipe cannot be made: \(String(cString: strerror(errno))).")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// A directory of this process alone, removed with everything in it when the value goes away.
final class TemporaryDirectory: Sendable {
    let path: String

    init(_ context: ProcessContext) throws {
        let template = (context.value("TMPDIR") ?? "/tmp") + "/ripple-XXXXXX"
        var name = template.utf8CString.map { $0 }
        guard mkdtemp(&name) != nil else {
            throw CommandError(
                .environment,
                "A temporary directory cannot be made (\(template)): \(String(cString: strerror(errno))). Set TMPDIR.")
        }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(stream)
        rmdir(path)
    }
}
