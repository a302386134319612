internal import BuildReports
internal import Diagnostics
internal import Glibc

/// Standard output for the answer, standard error for everything else.
package struct Console: Sendable {
    let isQuiet: Bool
    let answerStyle: TextStyle
    let noteStyle: TextStyle
    /// Whether a live line may be drawn on standard error.
    let showsProgress: Bool

    init(_ options: OutputOptions, _ context: ProcessContext) {
        isQuiet = options.quiet
        answerStyle = TextStyle(usesColor: Console.usesColor(STDOUT_FILENO, options.color, context))
        noteStyle = TextStyle(usesColor: Console.usesColor(STDERR_FILENO, options.color, context))
        showsProgress =
            !options.noProgress && !options.quiet && isatty(STDERR_FILENO) == 1
            && context.value("TERM") != "dumb" && context.value("CI") == nil
    }

    private static func usesColor(_ descriptor: Int32, _ choice: ColorChoice, _ context: ProcessContext) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto: context.value("NO_COLOR") == nil && isatty(descriptor) == 1 && context.value("TERM") != "dumb"
        }
    }

    /// Writes the answer; an answer that cannot be given is an error.
    func answer(_ bytes: [UInt8]) throws {
        guard Console.write(bytes, to: STDOUT_FILENO) else {
            throw CommandError(.environment, "Standard output cannot be written: \(String(cString: strerror(errno))).")
        }
    }

    func answer(_ lines: [String]) throws {
        guard !lines.isEmpty else { return }
        try answer(Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    /// Says something that is not part of the answer; `--quiet` silences it.
    func note(_ text: String) {
        if !isQuiet { Console.write(Array("\(text)\n".utf8), to: STDERR_FILENO) }
    }

    /// Says what the user should know even when quiet.
    func warn(_ text: String) {
        Console.write(Array("\(noteStyle.note("warning:")) \(text)\n".utf8), to: STDERR_FILENO)
    }

    /// Writes everything; false, with errno set, when that failed.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if count < 0 {
                    if errno == EINTR || errno == EAGAIN { continue }
                    return false
                }
                offset += count
            }
            return true
        }
    }
}
