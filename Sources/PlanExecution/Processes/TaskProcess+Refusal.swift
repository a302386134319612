internal import Glibc
internal import Subprocess
internal import SystemPackage

extension TaskProcess {
    /// Why the program cannot be run as asked, found before it is tried; `nil` when nothing speaks against it.
    ///
    /// C strings end at a NUL, so a command with one in it would run cut short.
    var refusal: String? {
        if arguments.contains(where: { $0.utf8.contains(0) }) {
            return "The command contains a NUL character, which no program can be given. Remove it."
        }
        for name in environment.keys.sorted() {
            let bytes = name.utf8
            if bytes.isEmpty || bytes.contains(0) || bytes.contains(UInt8(ascii: "=")) {
                return "The environment variable \"\(name)\" has a name that no program can be given. Rename it."
            }
            if environment[name]?.utf8.contains(0) == true {
                return "The environment variable \(name) contains a NUL character, which no program can be given."
            }
        }
        var status = stat()
        if stat(directory, &status) != 0 {
            let problem = errno == ENOENT ? "does not exist" : "cannot be used: \(systemMessage(errno))"
            return "The working directory \(directory) \(problem)."
        }
        if status.st_mode & S_IFMT != S_IFDIR { return "The working directory \(directory) is not a directory." }
        return nil
    }

    /// The sentence for what the Subprocess package threw.
    func startFailure(_ error: any Error) -> String {
        guard let error = error as? SubprocessError else { return "\(program) could not be started: \(error)." }
        switch error.code {
        case .executableNotFound:
            return "\(program) does not exist or cannot be executed."
        case .failedToChangeWorkingDirectory:
            return "The working directory \(directory) cannot be entered\(detail(of: error))."
        case .spawnFailed where error.underlyingError?.rawValue == E2BIG:
            return "The command and its environment are too long for the system (one argument may have 128 KiB). "
                + "Put the command into a script."
        case .spawnFailed where error.underlyingError?.rawValue == EAGAIN:
            return "\(program) could not be started because there are too many processes. "
                + "Raise the limit (ulimit -u) or run fewer tasks at once (--jobs)."
        default:
            return error.underlyingError == nil
                ? "\(program) could not be started: \(error)"
                : "\(program) could not be started\(detail(of: error))."
        }
    }

    private func detail(of error: SubprocessError) -> String {
        error.underlyingError.map { ": \(systemMessage($0.rawValue))" } ?? ""
    }
}

/// What the system says of an error number, such as `No such file or directory`.
func systemMessage(_ code: CInt) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        buffer[0] = 0
        guard let start = buffer.baseAddress, strerror_r(code, start, 256) == 0 else { return "error \(code)" }
        return String(cString: start)
    }
}
