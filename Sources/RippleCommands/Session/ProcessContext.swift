internal import ChangeDetection
internal import Glibc

/// What the process was started with: the only place that reads the environment, the clock and the machine.
package struct ProcessContext: Sendable {
    package var environment: [String: String]

    /// The context of this process.
    package static func current() -> ProcessContext {
        var environment: [String: String] = [:]
        var cursor = environ
        while let entry = cursor.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                environment[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            cursor += 1
        }
        return ProcessContext(environment: environment)
    }

    /// The value of a variable; an empty one counts as not set.
    func value(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The file with which GitHub describes the event of a run.
    var eventPayload: ComparisonRequest.Payload {
        guard let path = value("GITHUB_EVENT_PATH") else { return .absent }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .unreadable(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        return readToEnd(descriptor).map { .bytes($0) } ?? .unreadable(String(cString: strerror(errno)))
    }

    /// Where results are kept: RIPPLE_CACHE_DIR, else `ripple` under XDG_CACHE_HOME, else under ~/.cache.
    var cacheDirectory: String {
        if let explicit = value("RIPPLE_CACHE_DIR") { return absolute(explicit) }
        // The XDG base directory rules: a relative path is invalid and ignored.
        if let base = value("XDG_CACHE_HOME"), base.hasPrefix("/") { return base + "/ripple" }
        let home = value("HOME") ?? getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
        // Without any home there is no place of the user's own; a shared one could hold planted results.
        return (home ?? "/nonexistent") + "/.cache/ripple"
    }

    /// How many tasks run at once when nobody says: the processors this process may use.
    static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Seconds from a fixed instant, never going back.
    static func monotonicSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

    /// Seconds since 1970.
    static func wallSeconds() -> Double { seconds(CLOCK_REALTIME) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The absolute form of a path, taken from the current directory.
func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return currentDirectory() + "/" + path
}

func currentDirectory() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4097) { buffer in
        guard let base = buffer.baseAddress, getcwd(base, 4096) != nil else { return "." }
        return String(cString: base)
    }
}
