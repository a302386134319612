internal import Diagnostics
internal import Glibc

/// A program that was started, with its standard streams in our hands. Ended and reaped when it goes away.
final class ChildProcess {
    private let id: pid_t
    /// A socket, because writing to a pipe that nobody reads would end us by a signal; the others are, too.
    private var input: Int32
    private let output: Int32
    private let errors: Int32
    private var status: Int32?
    private var buffer: [UInt8] = []
    private var at = 0

    init(_ words: [String], environment: [String], keepsErrors: Bool = true) throws(GitError) {
        var inputs: [Int32] = [-1, -1], outputs: [Int32] = [-1, -1], failures: [Int32] = [-1, -1]
        // Closed on exec from the start: another thread may start a program in between, which must not keep our ends open.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &inputs) == 0, socketpair(AF_UNIX, kind, 0, &outputs) == 0,
            socketpair(AF_UNIX, kind, 0, &failures) == 0
        else {
            let reason = String(cString: strerror(errno))
            for end in inputs + outputs + failures where end >= 0 { close(end) }
            throw GitError(.unreadable, .environment, "No pipe: \(reason).")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputs[1], 0)
        posix_spawn_file_actions_adddup2(&actions, outputs[1], 1)
        if keepsErrors {
            posix_spawn_file_actions_adddup2(&actions, failures[1], 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id = pid_t()
        let code = posix_spawnp(&id, words[0], &actions, nil, &arguments, &variables)
        for end in [inputs[1], outputs[1], failures[1]] { close(end) }
        self.id = id
        input = inputs[0]
        output = outputs[0]
        errors = failures[0]
        if code != 0 {
            status = 127
            throw GitError(
                .unsupportedRepository, .environment,
                "The program '\(words[0])' is needed here and cannot be started: \(String(cString: strerror(code))). "
                    + "Install git.")
        }
    }

    deinit {
        endInput()
        close(output)
        close(errors)
        if status == nil { _ = wait() }
    }

    private func endInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// The exit code; 128 + signal when a signal ended it.
    func wait() -> Int32 {
        if let status { return status }
        endInput()
        var raw: Int32 = 0
        while waitpid(id, &raw, 0) < 0, errno == EINTR {}
        let code = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        status = code
        return code
    }

    /// Sends all of `bytes` and reads both streams to their ends.
    func exchange(_ bytes: [UInt8]) -> (output: [UInt8], errors: [UInt8]) {
        var sent = 0, results: [[UInt8]] = [[], []], open = [true, true]
        if bytes.isEmpty { endInput() }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while open[0] || open[1] || input >= 0 {
            var polled = [
                pollfd(fd: open[0] ? output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: open[1] ? errors : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
            ]
            if poll(&polled, 3, -1) < 0 {
                if errno == EINTR { continue }
                break
            }
            for number in 0..<2 where polled[number].revents != 0 {
                let count = Glibc.read(polled[number].fd, &chunk, chunk.count)
                if count > 0 {
                    results[number].append(contentsOf: chunk[..<count])
                } else if count == 0 || errno != EINTR {
                    open[number] = false
                }
            }
            if polled[2].revents != 0 {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
                }
                if count > 0 { sent += count }
                if sent == bytes.count || (count < 0 && errno != EINTR && errno != EAGAIN) { endInput() }
            }
        }
        return (results[0], results[1])
    }

    /// Sends a line; `false` when the partner is gone.
    func send(line: [UInt8]) -> Bool {
        let bytes = line + [UInt8(ascii: "\n")]
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// The next line without its end; `nil` when the partner is gone.
    func receiveLine() -> [UInt8]? {
        while true {
            if let end = buffer[at...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { at = end + 1 }
                return Array(buffer[at..<end])
            }
            guard fill() else { return nil }
        }
    }

    /// Exactly `count` bytes; `nil` when the partner is gone.
    func receive(_ count: Int) -> [UInt8]? {
        while buffer.count - at < count { guard fill() else { return nil } }
        defer { at += count }
        return Array(buffer[at..<at + count])
    }

    private func fill() -> Bool {
        if at > 0 {
            buffer.removeFirst(at)
            at = 0
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(output, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            buffer.append(contentsOf: chunk[..<count])
            return true
        }
    }
}
